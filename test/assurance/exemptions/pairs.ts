/** Proved properties, each with a statement without which it is not proved. */
import { subjects } from '../../../scripts/mutation/subjects';
import { baseline } from '../../../src/assurance/baseline';
import { claimsOfTemplates } from '../../../src/assurance/claims/checks';
import type { Environment } from '../../../src/assurance/engine/environment';
import type { Policy, Statement } from '../../../src/assurance/engine/policy';
import { policiesOf, type Property } from '../../../src/assurance/engine/property';
import { prove } from '../../../src/assurance/engine/prove';
import { resolveTemplates } from '../../../src/assurance/model/resolve';
import { ResourceUnderTest, subjectsOf } from '../../../src/assurance/model/subject';

/** A property that rests on a statement. */
export interface Pair {
  readonly name: string;
  readonly property: Property;
  readonly statement: Statement;
}

/** The property where a statement is replaced. */
export function replaced(property: Property, statement: Statement, by: readonly Statement[]): Property {
  const inPolicy = (policy: Policy): Policy =>
    policy.statements.includes(statement)
      ? { ...policy, statements: policy.statements.flatMap((one) => (one === statement ? by : [one])) }
      : policy;
  const env = property.environment;
  const environment: Environment = {
    ...env,
    resourcePolicies: env.resourcePolicies.map(inPolicy),
    accessPoints: env.accessPoints?.map((one) => (one.policy ? { ...one, policy: inPolicy(one.policy) } : one)),
    endpointPolicies:
      env.endpointPolicies &&
      Object.fromEntries(Object.entries(env.endpointPolicies).map(([id, policy]) => [id, inPolicy(policy)])),
    identities:
      env.identities &&
      Object.fromEntries(
        Object.entries(env.identities).map(([arn, { policies, boundary }]) => [
          arn,
          { policies: policies.map(inPolicy), boundary: boundary && inPolicy(boundary) },
        ]),
      ),
  };
  return { ...property, environment };
}

/** Subjects that together claim every guarantee about requests. */
const SUBJECTS = [
  'WormArchive in compliance mode',
  'TeamAccessPoints in a VPC',
  'ClientSideKey whose account was let in later',
  'RedactingObjectLambda with two views',
  'SecureBucket with presigned limits',
  'SecureBucket with DSSE-KMS and required headers',
  'SecureBucket with SSE-C',
  'SecureBucket with a public folder, CORS, events and expiry',
  'SecureBucket with a copy',
  'WormArchive in governance mode with event holds',
  'SecureBucket with MFA delete and recent MFA',
  'GlacierVault with a complete lock',
  'ClientSideKey',
  'SecureBucket inside networks',
];

/** What is proved of the subjects, with each statement that is needed for it; one pair a guarantee and Sid. */
export function pairs(): Pair[] {
  const found = new Map<string, Pair>();
  for (const { name, template } of subjects(SUBJECTS)) {
    const model = resolveTemplates([{ stack: 'Stack', template, account: '111122223333', region: 'eu-west-1' }]);
    const checks = [...baseline(model), ...claimsOfTemplates(model).checks];
    for (const { guarantee, subject: resource } of checks) {
      const subject = subjectsOf(model, guarantee.resourceType).find(
        (one) => one.resource.logicalId === resource.logicalId,
      )!;
      for (const part of guarantee._parts(new ResourceUnderTest(model, subject))) {
        if ('setting' in part) continue;
        const effect = part.expect === 'never' ? 'Deny' : 'Allow';
        for (const statement of policiesOf(part).flatMap(({ statements }) => statements)) {
          const id = `${guarantee.id} ${statement.sid}`;
          if (statement.effect !== effect || found.has(id)) continue;
          if (prove(replaced(part, statement, [])).status !== 'violated' || prove(part).status !== 'proved') continue;
          found.set(id, { name: `${id} of ${name}`, property: alone(part, statement), statement });
        }
      }
    }
  }
  return [...found.values()];
}

/** The property without the other statements that deny, where it is proved all the same. */
function alone(property: Property, statement: Statement): Property {
  const others = policiesOf(property)
    .flatMap(({ statements }) => statements)
    .filter((one) => one !== statement && one.effect === 'Deny');
  return others.reduce((rest, other) => {
    const without = replaced(rest, other, []);
    return prove(without).status === 'proved' ? without : rest;
  }, property);
}
