import { App, Stack } from 'aws-cdk-lib';
import { AuditedStoreStack } from '../../examples/audited-store/store';
import { Guarantee, Proof } from '../../src';
import { nag } from '../support/nag';

const ENV = { env: { account: '111122223333', region: 'eu-west-1' } };

test('leaves the six nag packs nothing', () => {
  const report = nag((stack) => void new AuditedStoreStack(Stack.of(stack).node.root as App, 'AuditedStore', ENV));
  expect(report.open).toEqual([]);
});

test('is proved', () => {
  const proof = Proof.ofStack(new AuditedStoreStack(new App({ treeMetadata: false }), 'AuditedStore', ENV));
  for (const guarantee of [Guarantee.tlsOnly(), Guarantee.publicAccessBlocked(), Guarantee.policyRetained()]) expect(() => proof.holds(guarantee)).not.toThrow();
});
