import { AUDIT_ROWS, S3_ROWS } from './audit-rows';
import { DATA_MOVEMENT_ROWS } from './data-movement-rows';
import { OTHER_ROWS, SESSION_ROWS } from './other-rows';
import { ANALYTICS_ROWS, DEVELOPER_TOOL_ROWS } from './role-rows';
import type { DeliveryRow } from './row';
import { LOAD_BALANCER_ROWS, SERVICE_ROWS } from './service-rows';
import { VENDED_LOG_ROWS } from './vended-log-rows';

/** The single table of deliveries; the constructs, the prover and the documents read it. */
export const DELIVERIES: readonly DeliveryRow[] = [
  ...S3_ROWS,
  ...AUDIT_ROWS,
  ...LOAD_BALANCER_ROWS,
  ...VENDED_LOG_ROWS,
  ...SERVICE_ROWS,
  ...OTHER_ROWS,
  ...DEVELOPER_TOOL_ROWS,
  ...ANALYTICS_ROWS,
  ...DATA_MOVEMENT_ROWS,
  ...SESSION_ROWS,
];

export { ELB_ACCOUNT_ONLY, ELB_ACCOUNTS } from './elb-accounts';
export type { DeliveryCaller, DeliveryFits, DeliveryRequest, DeliveryRow, EncryptionHeader, Fit } from './row';
