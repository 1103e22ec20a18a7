/**
 * Witnesses: what the prover represents is all that exists. Random policies whose patterns overlap are proved, and the
 * requests of a small world, of every kind of caller with every combination of keys, are held against the proof.
 */
import fc from 'fast-check';
import type { Environment } from '../../../src/assurance/engine/environment';
import { evaluate } from '../../../src/assurance/engine/evaluate';
import { parsePolicy } from '../../../src/assurance/engine/policy';
import { NO_REQUEST, policiesOf, type Property } from '../../../src/assurance/engine/property';
import { prove, representatives } from '../../../src/assurance/engine/prove';
import { region, type Conditions } from '../../../src/assurance/engine/region';
import type { ContextValue, Request } from '../../../src/assurance/engine/request';
import { viewOf } from '../../../src/assurance/engine/request-view';
import { statementApplies } from '../../../src/assurance/engine/statement-match';
import { BUCKET, OTHER, OWN } from '../support/arbitrary';
import { blockOf, CALLERS, condition, conditionOn, contextsOf, KEY_POOLS, type Written } from '../support/lawful';

const SEED = Number(process.env.FUZZ_SEED ?? 20261201);
const RUNS = Number(process.env.FUZZ_RUNS ?? 300);
/** Requests of a caller that are looked at. */
const MAX_CONTEXTS = 3;
/** Classes of requests; with more of them a proof takes long, and shows no more. */
const MAX_CLASSES = 300;

const PRINCIPALS = [
  '*',
  { AWS: OTHER },
  { AWS: `arn:aws:iam::${OWN}:role/x` },
  { AWS: [`arn:aws:iam::${OTHER}:user/xy`, OWN] },
  { AWS: `arn:aws:sts::${OWN}:assumed-role/x/xy` },
  { AWS: `arn:aws:sts::${OWN}:federated-user/xy` },
  { Federated: 'accounts.google.com' },
  { Service: 'config.amazonaws.com' },
];
const TARGETS = [
  ['s3:GetObject', `${BUCKET}/x`],
  ['s3:PutObject', `${BUCKET}/x`],
  ['s3:GetObjectVersion', `${BUCKET}/x`],
  ['s3:PutObject', `${BUCKET}/xy/a`],
  ['s3:GetObject', `${BUCKET}/y`],
  ['s3:ListBucket', BUCKET],
] as const;

const some = fc.array(condition, { minLength: 1, maxLength: 2 }).map(blockOf);
const denial = fc.record({
  Effect: fc.constant('Deny'),
  Principal: fc.oneof({ weight: 4, arbitrary: fc.constant<any>('*') }, fc.constantFrom<any>(...PRINCIPALS)),
  Action: fc.constantFrom('s3:*', 's3:*', 's3:PutObject', 's3:Get*', 's3:*Version'),
  // Variables in resources make the targets depend on the caller, which takes long.
  Resource: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('*', `${BUCKET}/x*`) },
    fc.constantFrom(`${BUCKET}/\${aws:username}*`, `${BUCKET}/\${aws:PrincipalTag/team}`),
  ),
  Condition: some,
});
const allowance = fc.record({
  Effect: fc.constant('Allow'),
  Principal: fc.oneof({ weight: 2, arbitrary: fc.constant<any>('*') }, fc.constantFrom<any>(...PRINCIPALS)),
  Action: fc.constantFrom('s3:*', 's3:*', 's3:GetObject*'),
  Resource: fc.constantFrom('*', '*', `${BUCKET}/x*`),
  Condition: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, some),
});
const properties = fc
  .record({
    denials: fc.array(denial, { minLength: 1, maxLength: 3 }),
    allowances: fc.array(allowance, { maxLength: 1 }),
    when: fc.array(condition, { maxLength: 1 }).map(blockOf),
    kinds: fc.subarray(['role', 'user', 'root', 'federated-user', 'service', 'anonymous'], { minLength: 1 }),
    actions: fc.constantFrom(['s3:*'], ['s3:GetObject', 's3:PutObject'], ['s3:GetObject', 's3:GetObjectVersion']),
    expect: fc.constantFrom<'never' | 'always'>('never', 'never', 'always'),
    everything: fc.boolean(),
  })
  .map(({ denials, allowances, when, kinds, actions, expect, everything }): Property => {
    const Statement = [...allowances, ...denials];
    const { StringEquals, ...others } = when;
    const asked = { ...others, StringEquals: { ...StringEquals, 'strongbox:PrincipalKind': kinds } };
    const identities = expect === 'always' || everything ? 'everything' : 'nothing';
    return propertyOf(Statement, asked, actions, expect, identities);
  });

function propertyOf(
  Statement: unknown[],
  when: Conditions,
  actions: readonly string[],
  expect: Property['expect'],
  otherIdentities: Environment['otherIdentities'] = 'everything',
): Property {
  return {
    place: 'random',
    expect,
    region: region({ actions, when }),
    environment: {
      account: OWN,
      resourcePolicies: [parsePolicy({ Version: '2012-10-17', Statement }, 'policy')],
      otherIdentities,
    },
    targets: [
      { kind: 'object', arn: BUCKET, keys: ['*'] },
      { kind: 'bucket', arn: BUCKET },
    ],
  };
}

/** Requests of the small world that the property is about: other ones in each turn. */
function* requestsOf(property: Property, turn: number): Generator<Request> {
  const statements = [...policiesOf(property).flatMap((policy) => policy.statements), property.region];
  const read = new Set(statements.flatMap(({ conditions }) => conditions.map(({ key }) => key)));
  if (statements.some(({ resources }) => resources.some((text) => text.includes('PrincipalTag')))) {
    read.add('aws:principaltag/team');
  }
  const asked = new Set(property.region.conditions.map(({ key }) => key));
  for (const [key, other] of IMPLIED) {
    if (read.has(key)) read.add(other);
    if (asked.has(key)) asked.add(other);
  }
  const values: Record<string, readonly ContextValue[]> = Object.fromEntries(
    KEY_POOLS.map((pool) => [pool.key.toLowerCase(), pool.values] as const).filter(([key]) => read.has(key)),
  );
  const isOrdinary = (key: string) => property.expect === 'always' && !asked.has(key);
  let at = turn;
  for (const principal of CALLERS) {
    // Most keys of the caller follow from the caller, so that callers count more than contexts.
    for (let i = 0; i < 2; i += 1) {
      const [action, resource] = TARGETS[at++ % TARGETS.length];
      const contexts = contextsOf(principal, { action, resource }, values, isOrdinary);
      for (let taken = 0; taken < Math.min(MAX_CONTEXTS, contexts.length); taken += 1) {
        const context = contexts[(at * 7 + taken * 31) % contexts.length];
        const request = { principal, action, resource, context };
        if (statementApplies(property.region, viewOf(request), resource, 'Allow') === true) yield request;
      }
    }
  }
}

const IMPLIED = [
  ['s3:dataaccesspointaccount', 's3:dataaccesspointarn'],
  ['aws:sourcevpc', 'aws:sourcevpce'],
] as const;

/** Proves the properties and holds requests against each proof; what was looked at is counted. */
function contradicted(from: fc.Arbitrary<Property>, numRuns: number): { proved: number; compared: number } {
  const counts = { proved: 0, compared: 0 };
  fc.assert(
    fc.property(from, fc.nat(1000), (property, turn) => {
      let outcome;
      try {
        let classes = 0;
        for (const _ of representatives(property)) if (++classes > MAX_CLASSES) return;
        outcome = prove(property);
      } catch {
        // Past a cap, or unsupported, or about nothing: no proof.
        return;
      }
      if (outcome.status !== 'proved') return;
      counts.proved += 1;
      const lean = property.expect === 'never' ? 'deny' : 'allow';
      for (const request of requestsOf(property, turn)) {
        counts.compared += 1;
        const decision = evaluate(viewOf(request), property.environment, lean);
        if (decision.allowed !== (property.expect === 'always')) {
          throw new Error(`proved ${property.expect}: ${JSON.stringify({ request, ...decision })}`);
        }
      }
    }),
    { seed: SEED, numRuns },
  );
  if (process.env.FUZZ_RUNS) console.log({ ...counts, seed: SEED });
  return counts;
}

/** The operator that says the contrary, where the key is absent as well. */
function contrary([operator, key, value]: Written): Written[] {
  if (operator === 'Null') return [['Null', key, value === 'true' ? 'false' : 'true']];
  const isNegated = /Not/.test(operator);
  if (operator.includes(':')) {
    const other = operator.startsWith('ForAny')
      ? operator.replace('ForAnyValue', 'ForAllValues')
      : operator.replace('ForAllValues', 'ForAnyValue');
    return [[isNegated ? other.replace('Not', '') : other.replace(':String', ':StringNot'), key, value]];
  }
  const bare = operator.replace('IfExists', '');
  if (/^(Bool|Date)/.test(bare)) return [];
  const other = isNegated ? bare.replace('Not', '') : bare.replace(/^(String|Arn)/, '$1Not');
  // With IfExists every operator holds where the key is absent; negated ones do so without.
  if (operator.endsWith('IfExists')) return isNegated ? [[other, key, value]] : [];
  return [[isNegated ? `${other}` : other, key, value]];
}

const cells = fc
  .record({
    all: fc
      .array(fc.constantFrom(...KEY_POOLS), { minLength: 1, maxLength: 2 })
      .chain((pools) => fc.array(conditionOn(pools), { minLength: 2, maxLength: 4 })),
    signs: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    kinds: fc.subarray(['role', 'user', 'root', 'federated-user', 'service', 'anonymous'], { minLength: 1 }),
  })
  .map(({ all, signs, kinds }): Property => {
    // Whatever is not in the cell is denied: what is left is the cell.
    const denied = all.flatMap((one, i) => (signs[i] ? [one] : contrary(one)));
    const Statement = [
      { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' },
      ...denied.map((one) => ({
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: '*',
        Condition: blockOf([one]),
      })),
    ];
    return propertyOf(Statement, { StringEquals: { 'strongbox:PrincipalKind': kinds } }, ['s3:*'], 'never');
  });

test('no request of a small world contradicts a proof', () => {
  const { proved, compared } = contradicted(properties, RUNS);
  expect(proved).toBeGreaterThan(RUNS / 20);
  expect(compared).toBeGreaterThan(RUNS);
});

test('a proof that no request is in a cell of overlapping conditions is right', () => {
  const { proved, compared } = contradicted(cells, RUNS);
  expect(proved).toBeGreaterThan(RUNS / 20);
  expect(compared).toBeGreaterThan(RUNS);
});

test('what is proved of an account that nobody names is proved of each', () => {
  let compared = 0;
  const open = fc.tuple(cells, fc.constantFrom('StringEquals', 'StringNotEquals'), fc.boolean());
  fc.assert(
    fc.property(open, ([cell, operator, named]) => {
      const Condition = { [operator]: { 'aws:PrincipalAccount': '{AccountId}' } };
      const Statement = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', Condition };
      const [{ conditions }] = parsePolicy({ Version: '2012-10-17', Statement }, 'account').statements;
      const of = (account: string): Property =>
        JSON.parse(
          JSON.stringify({
            ...cell,
            region: { ...cell.region, conditions: [...cell.region.conditions, ...conditions] },
            environment: { ...cell.environment, account, otherIdentities: named ? 'nothing' : 'everything' },
          }).replaceAll('{AccountId}', account),
        );
      const isProved = (account: string) => {
        try {
          return prove(of(account)).status === 'proved';
        } catch (error) {
          // One account may have no request where the other has.
          return (error as Error).message.includes(NO_REQUEST) ? undefined : false;
        }
      };
      if (isProved('{AccountId}') !== true) return;
      for (const account of [OWN, OTHER, '444455550000', '999988887777']) {
        compared += 1;
        expect({ account, isProved: isProved(account) }).not.toEqual({ account, isProved: false });
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(compared).toBeGreaterThan(RUNS / 20);
});

/** Of other accounts, only what these conditions take in is allowed, of these kinds of callers. */
function only(conditions: readonly Written[], ...kinds: string[]): Property {
  const Statement = [
    { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*', Condition: blockOf(conditions) },
  ];
  const outside = { StringNotEquals: { 'aws:PrincipalAccount': OWN } };
  return propertyOf(Statement, { StringEquals: { 'strongbox:PrincipalKind': kinds }, ...outside }, ['s3:*'], 'never');
}

test.each<[string, Written[], string]>([
  ['a root user by its id', [['StringEquals', 'aws:userid', OTHER]], 'root'],
  ['root users by a pattern of their ids', [['StringLike', 'aws:userid', '4444*']], 'root'],
  ['a federated user by its id', [['StringEquals', 'aws:userid', `${OTHER}:ann`]], 'federated-user'],
  [
    'a federated user by an id and not by the pattern of it',
    [
      ['StringLike', 'aws:userid', `${OTHER}:x*`],
      ['StringNotLike', 'aws:userid', `${OTHER}:xy*`],
    ],
    'federated-user',
  ],
  [
    'a federated user by a pattern of the id and one of the ARN',
    [
      ['StringLike', 'aws:userid', '*:x*'],
      ['ArnLike', 'aws:PrincipalArn', 'arn:aws:sts::*:federated-user/*y'],
    ],
    'federated-user',
  ],
  [
    'a session by an id and not by a pattern of it',
    [
      ['StringLike', 'aws:userid', 'AROAX*:x*'],
      ['StringNotLike', 'aws:userid', '*:xy*'],
    ],
    'role',
  ],
  [
    'a service by one name and not by the other',
    [
      ['StringLike', 'aws:PrincipalServiceName', 'logs.*'],
      ['ForAllValues:StringNotLike', 'aws:PrincipalServiceNamesList', 'logs.eu-*'],
    ],
    'service',
  ],
  [
    'a service by an ending of its name',
    [
      ['StringLike', 'aws:PrincipalServiceName', 'd*'],
      ['StringLike', 'aws:PrincipalServiceName', '*.cn'],
    ],
    'service',
  ],
  [
    'a user by name, and by account and path',
    [
      ['StringLike', 'aws:username', 'x*'],
      ['StringNotLike', 'aws:username', 'xy*'],
      ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::4444*:user/team/*'],
      ['StringNotLike', 'aws:PrincipalAccount', '*6'],
    ],
    'user',
  ],
])('%s is represented', (_, conditions, kind) => {
  // Conditions on one key stand in statements of their own.
  const [first, ...others] = conditions;
  const property = only([first], kind);
  const Deny = others.flatMap(contrary).map((one) => blockOf([one]));
  expect(Deny).toHaveLength(others.length);
  const denying = parsePolicy(
    {
      Version: '2012-10-17',
      Statement: Deny.map((Condition) => ({
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: '*',
        Condition,
      })),
    },
    'denials',
  );
  const { environment } = property;
  const resourcePolicies = [...environment.resourcePolicies, ...(others.length > 0 ? [denying] : [])];
  expect(prove({ ...property, environment: { ...environment, resourcePolicies } }).status).toBe('violated');
});

test.each<[string, Written, string[], readonly string[]]>([
  ['uploads', ['Bool', 's3:ObjectCreationOperation', 'true'], ['s3:GetObject', 's3:PutObject'], ['role']],
  ['versions', ['StringLike', 's3:versionid', '*'], ['s3:GetObject', 's3:GetObjectVersion'], ['role']],
  ['callers without temporary credentials', ['Null', 'aws:TokenIssueTime', 'true'], ['s3:GetObject'], ['role', 'user']],
  ['callers who need no MFA', ['Null', 'aws:MultiFactorAuthPresent', 'false'], ['s3:GetObject'], ['user', 'role']],
  ['the ids of root users', ['StringEquals', 'aws:userid', OWN], ['s3:GetObject'], ['root', 'role']],
])('what works is refused where %s are denied', (_, denied, actions, kinds) => {
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', Condition: blockOf([denied]) }];
  const when = { StringEquals: { 'strongbox:PrincipalKind': kinds, 'aws:PrincipalAccount': OWN } };
  expect(prove(propertyOf(Statement, when, actions, 'always')).status).toBe('violated');
});

test('a federated user of an account that only the deployment knows is represented by the id', () => {
  const Statement = [
    {
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:*',
      Resource: '*',
      Condition: { StringLike: { 'aws:userid': `${OTHER}:x*` } },
    },
  ];
  const when = { StringEquals: { 'strongbox:PrincipalKind': 'federated-user', 'aws:PrincipalAccount': '{AccountId}' } };
  const property = propertyOf(Statement, when, ['s3:*'], 'never', 'nothing');
  const outcome = prove({ ...property, environment: { ...property.environment, account: '{AccountId}' } });
  expect(outcome).toMatchObject({ status: 'unknown', where: `in the account ${OTHER}` });
});
