import fc from 'fast-check';
import { ruleOf } from '../../src/assurance/axioms';
import { evaluate, statementApplies, viewOf, type Door, type Environment } from '../../src/assurance/evaluate';
import { region } from '../../src/assurance/parts';
import { parsePolicy } from '../../src/assurance/policy';
import { prove, type Property } from '../../src/assurance/prove';
import type { ContextValue, Principal, Request } from '../../src/assurance/request';

/**
 * Random policies from the words in which proofs were once found wanting: patterns inside account ids, policy variables, numbers close together,
 * empty values, access points of others and of several Regions, sessions, federated users. No request of these words contradicts a proof.
 */
const SEED = Number(process.env.FUZZ_SEED ?? 20261121);
const RUNS = Number(process.env.FUZZ_RUNS ?? 300);
const OWN = '111122223333';
const OTHER = '222244445555';
const BUCKET = 'arn:aws:s3:::docs-bucket';
const DOOR = `arn:aws:s3:eu-west-1:${OWN}:accesspoint/team`;
const FAR = `arn:aws:s3:eu-west-1:${OTHER}:accesspoint/team`;
const MRAP = `arn:aws:s3::${OWN}:accesspoint/mfzwi23gnjvgw.mrap`;

const some = <T>(values: readonly T[], most = 2) => fc.subarray([...values], { minLength: 1, maxLength: most });
const TEXT = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'];
const ARN = ['ArnLike', 'ArnNotLike', ...TEXT];
const NUMERIC = ['NumericLessThan', 'NumericLessThanEquals', 'NumericGreaterThan', 'NumericGreaterThanEquals', 'NumericEquals', 'NumericNotEquals'];

interface Word { readonly key: string; readonly operators: readonly string[]; readonly patterns: readonly string[]; readonly values: readonly string[] }
const WORDS: readonly Word[] = [
  { key: 'aws:PrincipalArn', operators: ARN, patterns: [`arn:aws:iam::${OWN}:role/team-*`, 'arn:aws:iam::2222*:role/ci', `arn:aws:iam::22224444555?:*`, 'arn:aws:sts::*:*',
    'arn:aws:iam::*:role/team-${aws:PrincipalTag/team}', 'arn:aws:iam::${aws:ResourceAccount}:role/*', `*${OTHER}*`, 'arn:aws:iam::*:root'], values: [] },
  { key: 'aws:PrincipalAccount', operators: TEXT, patterns: [OWN, OTHER, '2*', '${aws:ResourceAccount}', '1111*3333'], values: [] },
  { key: 'aws:PrincipalTag/team', operators: TEXT, patterns: ['finance', '', 'fin*', '*', '${s3:prefix}'], values: ['finance', 'sales', ''] },
  { key: 's3:prefix', operators: TEXT, patterns: ['', 'finance/*', 'finance/', '*', '?*', '${aws:PrincipalTag/team}/*', '${aws:username}/*'], values: ['', 'finance/', 'finance/x', 'sales/', 'ann/x', '/'] },
  { key: 's3:DataAccessPointArn', operators: ARN, patterns: [DOOR, FAR, MRAP, `arn:aws:s3:*:${OWN}:accesspoint/*`, 'arn:*:accesspoint/team', 'arn:aws:s3:*:2222*:accesspoint/*',
    `arn:aws:s3:*:${OWN}:accesspoint/team*`], values: [DOOR, FAR, MRAP, `${DOOR}-2`, `arn:aws:s3:eu-west-1:${OWN}:accesspoint/mine`] },
  { key: 's3:DataAccessPointAccount', operators: TEXT, patterns: [OWN, OTHER, '2*'], values: [] },
  { key: 's3:object-lock-remaining-retention-days', operators: NUMERIC, patterns: ['1', '365', '366', '3650'], values: ['1', '2', '364', '365', '366', '400', '3649', '3650', '3651'] },
  { key: 's3:signatureAge', operators: NUMERIC, patterns: ['0', '1', '900000', '900001'], values: ['0', '1', '2', '899999', '900000', '900001', '5000000'] },
  { key: 's3:authType', operators: TEXT, patterns: ['REST-*', 'POST', 'REST-QUERY-STRING'], values: ['REST-HEADER', 'REST-QUERY-STRING', 'POST'] },
  { key: 's3:signatureversion', operators: TEXT, patterns: ['AWS', 'AWS*', 'AWS4-HMAC-SHA256'], values: ['AWS', 'AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'] },
  { key: 'aws:PrincipalServiceName', operators: TEXT, patterns: ['log*', 'logging.s3.amazonaws.com', '*.amazonaws.com', 's3*'], values: [] },
  { key: 'aws:ViaAWSService', operators: ['Bool'], patterns: ['true', 'false'], values: ['true', 'false'] },
  { key: 'aws:PrincipalIsAWSService', operators: ['Bool'], patterns: ['true', 'false'], values: [] },
];

const condition = fc.constantFrom(...WORDS).chain(({ key, operators, patterns }) => fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom(...operators), fc.boolean(), some(patterns)).map(([operator, ifExists, values]): [string, string, any] =>
    [`${operator}${ifExists ? 'IfExists' : ''}`, key, operator === 'Bool' ? values[0] : values]) },
  { weight: 1, arbitrary: fc.constantFrom('true', 'false').map((value): [string, string, any] => ['Null', key, value]) },
));
const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
  Principal: fc.oneof({ weight: 4, arbitrary: fc.constant<any>('*') }, { weight: 2, arbitrary: some([
    `arn:aws:iam::${OWN}:root`, OTHER, `arn:aws:iam::${OWN}:role/team-finance`, `arn:aws:sts::${OTHER}:assumed-role/ci/night`, `arn:aws:iam::${OTHER}:role/ci`,
  ]).map((AWS) => ({ AWS })) }),
  Action: some(['s3:*', 's3:GetObject', 's3:ListBucket', 's3:Put*'], 2),
  Resource: some([BUCKET, `${BUCKET}/*`, `${BUCKET}/\${aws:username}/*`, `${BUCKET}/finance/*`, '*']),
  conditions: fc.array(condition, { maxLength: 2 }),
}).map(({ conditions, ...rest }) => {
  const Condition: Record<string, Record<string, any>> = {};
  for (const [operator, key, values] of conditions) (Condition[operator] ??= {})[key] ??= values;
  return { ...rest, Condition };
});
const document = (most: number) => fc.array(statement, { minLength: 1, maxLength: most }).map((Statement) => ({ Version: '2012-10-17', Statement }));

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
const context = fc.tuple(...WORDS.filter(({ values }) => values.length > 0).map(({ key, values }) =>
  fc.option(fc.constantFrom(...values), { freq: 2, nil: undefined }).map((value) => [key.toLowerCase(), value] as const)))
  .map((entries) => Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<string, string>);
const request = fc.record({
  principal: fc.constantFrom(...CALLERS),
  target: fc.constantFrom<string[]>(
    ['s3:GetObject', `${BUCKET}/finance/a`], ['s3:GetObject', `${BUCKET}/ann/a`], ['s3:PutObject', `${BUCKET}/x`], ['s3:ListBucket', BUCKET],
  ),
  context,
}).map(({ principal, target: [action, resource], context: keys }): Request => ({ principal, action, resource, context: keys }));

/** The request as AWS could send it. */
function lawful(given: Request, doors: readonly Door[]): Request {
  const keys: Record<string, ContextValue> = { ...given.context };
  const door = keys['s3:dataaccesspointarn'] as string | undefined;
  delete keys['s3:dataaccesspointaccount'];
  if (door !== undefined) keys['s3:dataaccesspointaccount'] = door.split(':')[4];
  for (const key of ['aws:securetransport', 's3:tlsversion', 's3:authtype', 's3:signatureversion', 's3:signatureage', ...Object.keys(keys)]) {
    const values = ruleOf(key)?.values(keys[key] === undefined ? [] : [keys[key]], viewOf({ ...given, context: keys }));
    if (values === undefined || values.includes(keys[key])) continue;
    const [first] = values;
    if (first === undefined) delete keys[key]; else keys[key] = first;
  }
  keys['s3:resourceaccount'] = keys['aws:resourceaccount'] = OWN;
  return { ...given, context: doors.length === 0 ? keys : { ...keys } };
}

const REGIONS = [
  region({ actions: ['s3:*'], when: {} }),
  region({ actions: ['s3:*'], when: { StringNotEquals: { 'aws:PrincipalAccount': OWN } } }),
  region({ actions: ['s3:ListBucket'], when: { StringNotLike: { 's3:prefix': 'finance/*' } } }),
  region({ actions: ['s3:*'], when: { Null: { 's3:DataAccessPointArn': 'false' }, StringNotEquals: { 's3:DataAccessPointArn': DOOR } } }),
  region({ actions: ['s3:PutObject'], when: { NumericLessThan: { 's3:object-lock-remaining-retention-days': '3650' } } }),
  region({ actions: ['s3:*'], when: { StringEquals: { 's3:authType': ['REST-QUERY-STRING', 'POST'] }, NumericGreaterThan: { 's3:signatureAge': '900000' } } }),
  region({ actions: ['s3:*'], when: { StringEquals: { 'strongbox:PrincipalKind': 'service' } } }),
  region({ actions: ['s3:GetObject'], when: { ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${OWN}:role/team-finance` } } }),
];

test('no concrete request contradicts a proof', () => {
  let proved = 0;
  let covered = 0;
  const found = fc.record({ bucket: document(3), door: fc.option(document(2), { nil: undefined }), far: fc.boolean(), identities: fc.constantFrom('everything' as const, 'nothing' as const) });
  fc.assert(fc.property(found, fc.constantFrom(...REGIONS), fc.array(request, { minLength: 60, maxLength: 60 }), ({ bucket, door, far, identities }, wanted, asked) => {
    const doors: Door[] = door === undefined ? [] : [{ arn: far ? FAR : DOOR, policy: parsePolicy({ ...door, Statement: door.Statement.map((one: any) => ({ ...one, Resource: '*' })) }, 'door') }];
    const environment: Environment = {
      account: OWN, resourcePolicies: [parsePolicy(bucket, 'policy')], otherIdentities: identities, ...(doors.length > 0 ? { doors } : {}),
    };
    const property: Property = {
      place: 'wild', expect: 'never', region: wanted, environment, targets: [{ kind: 'object', arn: BUCKET, keys: ['*'] }, { kind: 'bucket', arn: BUCKET }],
    };
    let outcome;
    try {
      outcome = prove(property);
    } catch (error) {
      if (/in the region|more than|at most/.test((error as Error).message)) return;
      throw error;
    }
    if (outcome.status !== 'proved') return;
    proved += 1;
    for (const one of asked.map((each) => lawful(each, doors))) {
      if (statementApplies(wanted, viewOf(one), one.resource, 'Allow') !== true) continue;
      covered += 1;
      expect({ one, allowed: evaluate(viewOf(one), environment, 'allow').allowed }).toEqual({ one, allowed: false });
    }
  }), { seed: SEED, numRuns: RUNS });
  expect(proved).toBeGreaterThan(RUNS / 20);
  expect(covered).toBeGreaterThan(RUNS / 20);
});
