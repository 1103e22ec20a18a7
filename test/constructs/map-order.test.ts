/**
 * Java gives a map in another order at every run, and every language gives a struct's members in its own: a template
 * must not depend on it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  ClientSideKey,
  Lookup,
  RedactingObjectLambda,
  RedactionAction,
  RedactionPolicy,
  SecureBucket,
  Transform,
  View,
} from '../../src';

/** The same entries in the given order, or in the reverse one. */
function entries<T>(pairs: Array<[string, T]>, reversed: boolean): Record<string, T> {
  return Object.fromEntries(reversed ? [...pairs].reverse() : pairs);
}

function synthesize(reversed: boolean): string[] {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: { account: '111122223333', region: 'eu-central-1' } });
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
  const bucket = new SecureBucket(stack, 'Bucket');
  const segments = new SecureBucket(stack, 'Segments');
  new ClientSideKey(stack, 'Key', {
    context: entries(
      [
        ['purpose', 'payroll'],
        ['app', 'ledger'],
      ],
      reversed,
    ),
    writers: [role],
    readers: [role],
  });
  const policy = RedactionPolicy.standard({
    kinds: entries(
      [
        ['card', RedactionAction.partial()],
        ['email', RedactionAction.keep()],
      ],
      reversed,
    ),
  });
  const enrich = Transform.enrich(
    Lookup.object(segments.bucket, 'segments.json'),
    reversed
      ? {
          add: entries(
            [
              ['segment', 'segment'],
              ['area', 'region'],
            ],
            true,
          ),
          key: 'customer',
        }
      : {
          key: 'customer',
          add: entries(
            [
              ['segment', 'segment'],
              ['area', 'region'],
            ],
            false,
          ),
        },
  );
  new RedactingObjectLambda(stack, 'Views', {
    bucket,
    views: [
      View.enriched('marketing', { transform: Transform.chain(Transform.redact(policy), enrich), principals: [role] }),
    ],
  });
  const { directory } = app.synth();
  return ['Stack.template.json', 'Stack.assets.json'].map((file) => readFileSync(join(directory, file), 'utf8'));
}

test('a template and its assets do not depend on the order in which a map is given', () => {
  const [template, assets] = synthesize(false);
  expect(Object.keys(JSON.parse(assets).files).length).toBeGreaterThan(1);
  // As text: toEqual would not see the order of keys.
  expect(synthesize(true)).toEqual([template, assets]);
});
