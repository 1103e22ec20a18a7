import fc from 'fast-check';
import type { AccessPoint, Environment } from '../../../src/assurance/engine/environment';
import { evaluate } from '../../../src/assurance/engine/evaluate';
import { ruleOf } from '../../../src/assurance/engine/key-rules';
import { parsePolicy } from '../../../src/assurance/engine/policy';
import type { Property } from '../../../src/assurance/engine/property';
import { prove } from '../../../src/assurance/engine/prove';
import { region } from '../../../src/assurance/engine/region';
import type { ContextValue, Principal, Request } from '../../../src/assurance/engine/request';
import { viewOf } from '../../../src/assurance/engine/request-view';
import { statementApplies } from '../../../src/assurance/engine/statement-match';

/**
 * Random policies from the words in which proofs were once found wanting: patterns inside account ids, policy
 * variables, numbers close together, empty values, access points of others and of several Regions, sessions, federated
 * users. No request of these words contradicts a proof.
 */
const SEED = Number(process.env.FUZZ_SEED ?? 20261121);
const RUNS = Number(process.env.FUZZ_RUNS ?? 100);
const OWN = '111122223333';
const OTHER = '222244445555';
const BUCKET = 'arn:aws:s3:::docs-bucket';
const DOOR = `arn:aws:s3:eu-west-1:${OWN}:accesspoint/team`;
const FAR = `arn:aws:s3:eu-west-1:${OTHER}:accesspoint/team`;
const MRAP = `arn:aws:s3::${OWN}:accesspoint/mfzwi23gnjvgw.mrap`;

const some = <T>(values: readonly T[], most = 2) => fc.subarray([...values], { minLength: 1, maxLength: most });
const TEXT = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'];
const ARN = ['ArnLike', 'ArnNotLike', ...TEXT];
const NUMERIC = [
  'NumericLessThan',
  'NumericLessThanEquals',
  'NumericGreaterThan',
  'NumericGreaterThanEquals',
  'NumericEquals',
  'NumericNotEquals',
];

interface Word {
  readonly key: string;
  readonly operators: readonly string[];
  readonly patterns: readonly string[];
  readonly values: readonly string[];
}
function word(
  key: string,
  operators: readonly string[],
  patterns: readonly string[],
  values: readonly string[] = [],
): Word {
  return { key, operators, patterns, values };
}
const WORDS: readonly Word[] = [
  word('aws:PrincipalArn', ARN, [
    `arn:aws:iam::${OWN}:role/team-*`,
    'arn:aws:iam::2222*:role/ci',
    'arn:aws:iam::22224444555?:*',
    'arn:aws:sts::*:*',
    'arn:aws:iam::*:root',
    'arn:aws:iam::*:role/team-${aws:PrincipalTag/team}',
    'arn:aws:iam::${aws:ResourceAccount}:role/*',
    `*${OTHER}*`,
  ]),
  word('aws:PrincipalAccount', TEXT, [OWN, OTHER, '2*', '${aws:ResourceAccount}', '1111*3333']),
  word('aws:PrincipalTag/team', TEXT, ['finance', '', 'fin*', '*', '${s3:prefix}'], ['finance', 'sales', '']),
  word(
    's3:prefix',
    TEXT,
    ['', 'finance/*', 'finance/', '*', '?*', '${aws:PrincipalTag/team}/*', '${aws:username}/*'],
    ['', 'finance/', 'finance/x', 'sales/', 'ann/x', '/'],
  ),
  word(
    's3:DataAccessPointArn',
    ARN,
    [
      DOOR,
      FAR,
      MRAP,
      `arn:aws:s3:*:${OWN}:accesspoint/*`,
      'arn:*:accesspoint/team',
      'arn:aws:s3:*:2222*:accesspoint/*',
      `arn:aws:s3:*:${OWN}:accesspoint/team*`,
    ],
    [DOOR, FAR, MRAP, `${DOOR}-2`, `arn:aws:s3:eu-west-1:${OWN}:accesspoint/mine`],
  ),
  word('s3:DataAccessPointAccount', TEXT, [OWN, OTHER, '2*']),
  word(
    's3:object-lock-remaining-retention-days',
    NUMERIC,
    ['1', '365', '366', '3650'],
    ['1', '2', '364', '365', '366', '400', '3649', '3650', '3651'],
  ),
  word(
    's3:signatureAge',
    NUMERIC,
    ['0', '1', '900000', '900001'],
    ['0', '1', '2', '899999', '900000', '900001', '5000000'],
  ),
  word('s3:authType', TEXT, ['REST-*', 'POST', 'REST-QUERY-STRING'], ['REST-HEADER', 'REST-QUERY-STRING', 'POST']),
  word(
    's3:signatureversion',
    TEXT,
    ['AWS', 'AWS*', 'AWS4-HMAC-SHA256'],
    ['AWS', 'AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'],
  ),
  word('aws:PrincipalServiceName', TEXT, ['log*', 'logging.s3.amazonaws.com', '*.amazonaws.com', 's3*']),
  word('aws:ViaAWSService', ['Bool'], ['true', 'false'], ['true', 'false']),
  word('aws:PrincipalIsAWSService', ['Bool'], ['true', 'false']),
];

const compared = ({ key, operators, patterns }: Word) =>
  fc
    .tuple(fc.constantFrom(...operators), fc.boolean(), some(patterns))
    .map(([operator, ifExists, values]): [string, string, any] => [
      `${operator}${ifExists ? 'IfExists' : ''}`,
      key,
      operator === 'Bool' ? values[0] : values,
    ]);
const condition = fc.constantFrom(...WORDS).chain((each) =>
  fc.oneof(
    { weight: 5, arbitrary: compared(each) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('true', 'false').map((value): [string, string, any] => ['Null', each.key, value]),
    },
  ),
);
const named = some([
  `arn:aws:iam::${OWN}:root`,
  OTHER,
  `arn:aws:iam::${OWN}:role/team-finance`,
  `arn:aws:sts::${OTHER}:assumed-role/ci/night`,
  `arn:aws:iam::${OTHER}:role/ci`,
]).map((AWS) => ({ AWS }));
const statement = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    Principal: fc.oneof({ weight: 4, arbitrary: fc.constant<any>('*') }, { weight: 2, arbitrary: named }),
    Action: some(['s3:*', 's3:GetObject', 's3:ListBucket', 's3:Put*']),
    Resource: some([BUCKET, `${BUCKET}/*`, `${BUCKET}/\${aws:username}/*`, `${BUCKET}/finance/*`, '*']),
    conditions: fc.array(condition, { maxLength: 2 }),
  })
  .map(({ conditions, ...rest }) => {
    const Condition: Record<string, Record<string, any>> = {};
    for (const [operator, key, values] of conditions) (Condition[operator] ??= {})[key] ??= values;
    return { ...rest, Condition };
  });
const document = (most: number) =>
  fc.array(statement, { minLength: 1, maxLength: most }).map((Statement) => ({ Version: '2012-10-17', Statement }));

const CALLERS: readonly Principal[] = [
  { kind: 'role', arn: `arn:aws:iam::${OWN}:role/team-finance`, account: OWN },
  { kind: 'role', arn: `arn:aws:iam::${OWN}:role/other`, account: OWN },
  { kind: 'role', arn: `arn:aws:iam::${OTHER}:role/ci`, account: OTHER },
  { kind: 'role', arn: `arn:aws:iam::${OTHER}:role/ci`, account: OTHER, session: 'night' },
  { kind: 'role', arn: 'arn:aws:iam::333344445555:role/team-sales', account: '333344445555' },
  { kind: 'user', arn: `arn:aws:iam::${OWN}:user/ann`, account: OWN },
  { kind: 'user', arn: 'arn:aws:iam::333344445555:user/finance', account: '333344445555' },
  { kind: 'federated-user', arn: `arn:aws:sts::${OTHER}:federated-user/eve`, account: OTHER },
  { kind: 'root', arn: `arn:aws:iam::${OTHER}:root`, account: OTHER },
  { kind: 'service', service: 'logging.s3.amazonaws.com' },
  { kind: 'service', service: 's3.amazonaws.com' },
  { kind: 'anonymous' },
];
const context = fc
  .tuple(
    ...WORDS.filter(({ values }) => values.length > 0).map(({ key, values }) =>
      fc
        .option(fc.constantFrom(...values), { freq: 2, nil: undefined })
        .map((value) => [key.toLowerCase(), value] as const),
    ),
  )
  .map((entries) => Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<string, string>);
const request = fc
  .record({
    principal: fc.constantFrom(...CALLERS),
    target: fc.constantFrom<[string, string]>(
      ['s3:GetObject', `${BUCKET}/finance/a`],
      ['s3:GetObject', `${BUCKET}/ann/a`],
      ['s3:PutObject', `${BUCKET}/x`],
      ['s3:ListBucket', BUCKET],
    ),
    context,
  })
  .map(({ principal, target: [action, resource], context: keys }): Request => ({
    principal,
    action,
    resource,
    context: keys,
  }));

/** The request as AWS could send it. */
function lawful(given: Request): Request {
  const keys: Record<string, ContextValue> = { ...given.context };
  const door = keys['s3:dataaccesspointarn'] as string | undefined;
  delete keys['s3:dataaccesspointaccount'];
  if (door !== undefined) keys['s3:dataaccesspointaccount'] = door.split(':')[4];
  for (const key of [
    'aws:securetransport',
    's3:tlsversion',
    's3:authtype',
    's3:signatureversion',
    's3:signatureage',
    ...Object.keys(keys),
  ]) {
    const values = ruleOf(key)?.values(keys[key] === undefined ? [] : [keys[key]], viewOf({ ...given, context: keys }));
    if (values === undefined || values.includes(keys[key])) continue;
    const [first] = values;
    if (first === undefined) delete keys[key];
    else keys[key] = first;
  }
  keys['s3:resourceaccount'] = keys['aws:resourceaccount'] = OWN;
  return { ...given, context: keys };
}

const REGIONS = [
  region({ actions: ['s3:*'], when: {} }),
  region({ actions: ['s3:*'], when: { StringNotEquals: { 'aws:PrincipalAccount': OWN } } }),
  region({ actions: ['s3:ListBucket'], when: { StringNotLike: { 's3:prefix': 'finance/*' } } }),
  region({
    actions: ['s3:*'],
    when: { Null: { 's3:DataAccessPointArn': 'false' }, StringNotEquals: { 's3:DataAccessPointArn': DOOR } },
  }),
  region({
    actions: ['s3:PutObject'],
    when: { NumericLessThan: { 's3:object-lock-remaining-retention-days': '3650' } },
  }),
  region({
    actions: ['s3:*'],
    when: {
      StringEquals: { 's3:authType': ['REST-QUERY-STRING', 'POST'] },
      NumericGreaterThan: { 's3:signatureAge': '900000' },
    },
  }),
  region({ actions: ['s3:*'], when: { StringEquals: { 'strongbox:PrincipalKind': 'service' } } }),
  region({
    actions: ['s3:GetObject'],
    when: { ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${OWN}:role/team-finance` } },
  }),
];

test('no concrete request contradicts a proof', () => {
  let proved = 0;
  let covered = 0;
  const found = fc.record({
    bucket: document(3),
    door: fc.option(document(2), { nil: undefined }),
    far: fc.boolean(),
    otherIdentities: fc.constantFrom('everything' as const, 'nothing' as const),
  });
  const many = fc.array(request, { minLength: 60, maxLength: 60 });
  fc.assert(
    fc.property(found, fc.constantFrom(...REGIONS), many, ({ bucket, door, far, otherIdentities }, wanted, asked) => {
      const anywhere = (given: any) => ({
        ...given,
        Statement: given.Statement.map((one: any) => ({ ...one, Resource: '*' })),
      });
      const doors: AccessPoint[] | undefined = door && [
        { arn: far ? FAR : DOOR, policy: parsePolicy(anywhere(door), 'door') },
      ];
      const environment: Environment = {
        account: OWN,
        resourcePolicies: [parsePolicy(bucket, 'policy')],
        otherIdentities,
        accessPoints: doors,
      };
      const property: Property = {
        place: 'wild',
        expect: 'never',
        region: wanted,
        environment,
        targets: [
          { kind: 'object', arn: BUCKET, keys: ['*'] },
          { kind: 'bucket', arn: BUCKET },
        ],
      };
      let outcome: ReturnType<typeof prove>;
      try {
        outcome = prove(property);
      } catch (error) {
        if (/in the region|more than|at most|in a circle/.test((error as Error).message)) return;
        throw error;
      }
      if (outcome.status !== 'proved') return;
      proved += 1;
      for (const one of asked.map(lawful)) {
        if (statementApplies(wanted, viewOf(one), one.resource, 'Allow') !== true) continue;
        covered += 1;
        expect({ one, allowed: evaluate(viewOf(one), environment, 'allow').allowed }).toEqual({ one, allowed: false });
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(proved).toBeGreaterThan(RUNS / 20);
  expect(covered).toBeGreaterThan(RUNS / 20);
});
