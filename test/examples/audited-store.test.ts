import { App, Stack } from 'aws-cdk-lib';
import { AuditedStoreStack } from '../../examples/audited-store/store';
import { Guarantee, AuditGuarantees, DeliveryGuarantees, Proof } from '../../src';
import { nag } from '../support/nag';

const ENV = { env: { account: '111122223333', region: 'eu-west-1' } };

test('leaves the six nag packs nothing', () => {
  const report = nag((stack) => void new AuditedStoreStack(Stack.of(stack).node.root as App, 'AuditedStore', ENV));
  expect(report.open).toEqual([]);
});

test('is proved', () => {
  const stack = new AuditedStoreStack(new App({ treeMetadata: false }), 'AuditedStore', ENV);
  const idOf = (...path: string[]) =>
    stack.getLogicalId(path.reduce<any>((node, id) => node.node.findChild(id), stack));
  const proof = Proof.ofStack(stack);
  const holds = (guarantee: Guarantee, subject?: string) =>
    expect(() => proof.holds(guarantee, subject ? { subject } : {})).not.toThrow();
  for (const guarantee of [Guarantee.tlsOnly(), Guarantee.publicAccessBlocked(), Guarantee.policyRetained()]) {
    holds(guarantee);
  }
  holds(AuditGuarantees.objectEventsRecorded(), idOf('Invoices', 'Resource', 'Resource'));
  holds(AuditGuarantees.trailTargetExcluded(), idOf('TrailLogs', 'Resource', 'Resource'));
  holds(DeliveryGuarantees.cloudTrailAllowed(), idOf('TrailLogs', 'Resource', 'Resource'));
});
