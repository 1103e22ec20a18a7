/** How the guarantees of trails, tables, analysts and alarms are made from the options of a claim. */
import type { Make } from './claimable';
import { AuditGuarantees } from '../guarantees/groups/audit-guarantees';

export const AUDIT: Readonly<Record<string, Make>> = {
  'trail-records': (o) =>
    AuditGuarantees.trailRecords({
      resourceType: o.text('resourceType'),
      startsWith: o.optionalTexts('startsWith'),
      readOnly: o.optionalFlag('readOnly'),
      exceptCallers: o.optionalTexts('exceptCallers'),
      exceptEvents: o.optionalTexts('exceptEvents'),
    }),
  'rule-hears': (o) =>
    AuditGuarantees.ruleHears({
      what: o.text('what'),
      buckets: o.optionalTexts('buckets'),
      keys: o.optionalTexts('keys'),
      trail: o.optionalTexts('trail'),
      exceptRoles: o.optionalTexts('exceptRoles'),
    }),
  'alarm-raises': (o) => AuditGuarantees.alarmRaises({ what: o.text('what'), bucket: o.optionalText('bucket') }),
  'table-reads': (o) =>
    AuditGuarantees.tableReads({ buckets: o.optionalTexts('buckets'), trail: o.optionalText('trail') }),
  'analyst-policy-bounds': (o) =>
    AuditGuarantees.analystPolicyBounds({
      workGroup: o.text('workGroup'),
      database: o.text('database'),
      results: o.text('results'),
      records: o.texts('records'),
      keys: o.optionalTexts('keys'),
    }),
};
