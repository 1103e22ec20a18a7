/** Requests that AWS could send: callers of every kind, and the keys that each of them can carry. */
import fc from 'fast-check';
import { OTHER, OWN } from './arbitrary';
import { ruleOf } from '../../../src/assurance/engine/key-rules';
import { PRINCIPAL_KEYS, type ContextValue, type Principal, type Request } from '../../../src/assurance/engine/request';
import { viewOf, type RequestView } from '../../../src/assurance/engine/request-view';

const ACCOUNTS = [OWN, OTHER, '444455550000', '999988887777'];
const NAMES = ['x', 'xy', 'xyz', 'y', 'team/x', 'team/xy', 'xy/a', 'a'];
const PROVIDERS = [
  `arn:aws:iam::${OWN}:saml-provider/x`,
  `arn:aws:iam::${OWN}:saml-provider/xy`,
  'accounts.google.com',
];
const SESSIONS = ['x', 'xy', 'y', 'i-0123'];
const SERVICES = ['logging.s3.amazonaws.com', 'config.amazonaws.com', 'delivery.logs.amazonaws.com'];

/** Sessions of roles always have a name. */
export const CALLERS: readonly Principal[] = [
  ...ACCOUNTS.flatMap((account): Principal[] => [
    { kind: 'root', arn: `arn:aws:iam::${account}:root`, account },
    ...NAMES.flatMap((name): Principal[] => [
      { kind: 'user', arn: `arn:aws:iam::${account}:user/${name}`, account },
      ...SESSIONS.flatMap((session) =>
        [undefined, ...PROVIDERS].map((provider): Principal => ({
          kind: 'role',
          arn: `arn:aws:iam::${account}:role/${name}`,
          account,
          session,
          provider,
        })),
      ),
    ]),
    ...['x', 'xy', 'y'].map((name): Principal => ({
      kind: 'federated-user',
      arn: `arn:aws:sts::${account}:federated-user/${name}`,
      account,
    })),
  ]),
  ...SERVICES.map((service): Principal => ({ kind: 'service', service })),
  { kind: 'anonymous' },
];

/** Values of `aws:userid` by who calls. */
function userIdsOf({ kind, arn, account, session }: Principal): readonly string[] {
  switch (kind) {
    case 'root':
      return [account!];
    case 'user':
      return ['AIDAX', 'AIDAXY', 'AIDAY'];
    case 'role':
      return ['AROAX', 'AROAXY', 'AROAY'].map((id) => `${id}:${session}`);
    case 'federated-user':
      return [`${account}:${arn!.split('/').pop()!}`];
    default:
      return [];
  }
}

const ACCESS_POINT = 's3:dataaccesspointarn';

/**
 * The contexts of a caller's requests, over all values of some keys.
 * @param values what each key may be worth, absence aside
 * @param ordinary the keys of which an ordinary request says nothing special
 */
export function contextsOf(
  principal: Principal,
  { action, resource }: Pick<Request, 'action' | 'resource'>,
  values: Readonly<Record<string, readonly ContextValue[]>>,
  isOrdinary: (key: string) => boolean,
): Array<Record<string, ContextValue>> {
  let found: Array<Record<string, ContextValue>> = [{}];
  for (const key of ordered(Object.keys(values))) {
    if (PRINCIPAL_KEYS.has(key)) continue;
    found = found.flatMap((context) =>
      valuesOf(key, viewOf({ principal, action, resource, context }), values[key], isOrdinary(key)).map((value) =>
        value === undefined ? context : { ...context, [key]: value },
      ),
    );
  }
  return found;
}

/** Keys that others follow from come first. */
function ordered(keys: readonly string[]): string[] {
  const rank = (key: string) =>
    /^(aws:sourcevpce|s3:dataaccesspointarn|aws:multifactorauthpresent)$/.test(key) ? 0 : 1;
  return [...keys].sort((a, b) => rank(a) - rank(b));
}

function valuesOf(
  key: string,
  view: RequestView,
  pool: readonly ContextValue[],
  isOrdinary: boolean,
): ReadonlyArray<ContextValue | undefined> {
  const arn = view.key(ACCESS_POINT);
  if (key === 's3:dataaccesspointaccount') return [typeof arn === 'string' ? arn.split(':')[4] : undefined];
  if (key === ACCESS_POINT) return isOrdinary ? [undefined] : [undefined, ...pool];
  const values = key === 'aws:userid' ? userIdsOf(view.principal()) : pool;
  const rule = ruleOf(key);
  if (isOrdinary) return rule?.ordinary?.(view, values) ?? [undefined];
  return rule ? rule.values(values, view) : [undefined, ...values];
}

/** Keys with what policies compare them with, and what requests have. */
export interface KeyPool {
  readonly key: string;
  readonly patterns: readonly string[];
  readonly values: readonly ContextValue[];
  readonly operators?: readonly string[];
}

const arn = (account: string, rest: string) => `arn:aws:iam::${account}:${rest}`;
const points = (account: string) =>
  ['x', 'xy', 'y'].map((name) => `arn:aws:s3:eu-west-1:${account}:accesspoint/${name}`);
const TEXT = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase'];
const ARN = ['ArnLike', 'ArnNotLike', 'ArnEquals', 'StringLike', 'StringNotLike', 'StringEquals', 'StringNotEquals'];

export const KEY_POOLS: readonly KeyPool[] = [
  {
    key: 'aws:PrincipalArn',
    operators: ARN,
    patterns: [
      arn(OWN, 'role/x*'),
      arn(OWN, 'role/xy*'),
      arn('*', 'role/x*'),
      arn('*', 'user/x*'),
      arn(OWN, 'user/xy'),
      arn('4444*', '*'),
      arn('*', 'root'),
      arn(OWN, '*'),
      arn('*', 'user/team/*'),
      `arn:aws:sts::${OWN}:federated-user/x*`,
      '*x*',
      '*y',
      `*:${OTHER}:*`,
    ],
    values: [],
  },
  { key: 'aws:PrincipalAccount', patterns: [OWN, OTHER, '4444*', '*6', '44445555????', 'anonymous'], values: [] },
  { key: 'aws:username', patterns: ['x*', 'xy*', '*y', 'xyz', '?', 'x'], values: [] },
  {
    key: 'aws:userid',
    patterns: [
      OWN,
      OTHER,
      '4444*',
      `${OWN}:x*`,
      `${OTHER}:xy`,
      '*:x*',
      '*:xy',
      'AIDAX*',
      'AIDAXY',
      'AROAX:*',
      'AROA*:x',
    ],
    values: ['x'],
  },
  { key: 'aws:PrincipalType', patterns: ['Account', 'User', 'AssumedRole', 'A*', 'FederatedUser'], values: [] },
  {
    key: 'aws:FederatedProvider',
    patterns: [`arn:aws:iam::${OWN}:saml-provider/x*`, `arn:aws:iam::${OWN}:saml-provider/xy`, '*google*', 'arn:*'],
    values: [],
  },
  { key: 'aws:PrincipalIsAWSService', operators: ['Bool'], patterns: ['true', 'false'], values: [] },
  { key: 'aws:PrincipalServiceName', patterns: ['*.amazonaws.com', 'logging*', 'config.amazonaws.com'], values: [] },
  {
    key: 'aws:PrincipalServiceNamesList',
    operators: ['ForAnyValue:StringLike', 'ForAllValues:StringNotLike', 'ForAnyValue:StringEquals'],
    patterns: ['*s3.amazonaws.com', 'config*', 'delivery.logs.amazonaws.com', 'd*'],
    values: [],
  },
  { key: 'aws:PrincipalTag/team', patterns: ['x*', 'xy*', '*y', 'x'], values: ['x', 'xy', 'xyz', 'y', 'a'] },
  {
    key: 'aws:PrincipalOrgPaths',
    operators: [
      'ForAnyValue:StringLike',
      'ForAllValues:StringLike',
      'ForAnyValue:StringNotLike',
      'ForAllValues:StringNotLike',
    ],
    patterns: ['o-x/*', 'o-x/r/ou-y/*', 'o-z/*'],
    values: [['o-x/r/'], ['o-x/r/ou-y/'], ['o-z/'], ['o-x/r/', 'o-z/'], ['o-a/', 'o-x/r/ou-y/']],
  },
  {
    key: 'aws:SourceVpce',
    patterns: ['vpce-x*', 'vpce-xy*', 'vpce-x', 'vpce-?'],
    values: ['vpce-x', 'vpce-xy', 'vpce-y'],
  },
  { key: 'aws:SourceVpc', patterns: ['vpc-x*', 'vpc-xy', '*y'], values: ['vpc-x', 'vpc-xy', 'vpc-y'] },
  {
    key: 's3:DataAccessPointArn',
    operators: ARN,
    patterns: [
      `arn:aws:s3:eu-west-1:${OWN}:accesspoint/x*`,
      `arn:aws:s3:*:${OWN}:accesspoint/xy`,
      `arn:aws:s3:eu-west-1:*:accesspoint/y`,
      `arn:aws:s3:eu-west-1:4444*:accesspoint/*`,
    ],
    values: [...points(OWN), ...points(OTHER), ...points('999988887777')],
  },
  { key: 's3:DataAccessPointAccount', patterns: [OWN, OTHER, '4444*', '*6'], values: [] },
  { key: 's3:prefix', patterns: ['x*', 'xy*', 'x/', '*y'], values: ['x', 'xy', 'x/', 'y', 'a', ''] },
  { key: 's3:versionid', patterns: ['x*', 'xy', 'x'], values: ['x', 'xy', 'y'] },
  { key: 's3:ObjectCreationOperation', operators: ['Bool'], patterns: ['true', 'false'], values: ['true', 'false'] },
  {
    key: 'aws:SourceArn',
    operators: ARN,
    patterns: ['arn:aws:s3:::x*', 'arn:aws:s3:::xy', 'arn:aws:logs:*:*:*', `arn:aws:*:*:${OWN}:*`],
    values: [
      'arn:aws:s3:::x',
      'arn:aws:s3:::xy',
      `arn:aws:logs:eu-west-1:${OWN}:x`,
      `arn:aws:logs:eu-west-1:${OTHER}:x`,
    ],
  },
  { key: 'aws:SourceAccount', patterns: [OWN, OTHER, '4444*'], values: ACCOUNTS },
  { key: 'aws:SourceIdentity', patterns: ['x*', 'xy'], values: ['x', 'xy', 'y'] },
  { key: 'aws:MultiFactorAuthPresent', operators: ['Bool'], patterns: ['true', 'false'], values: ['true', 'false'] },
  {
    key: 'aws:TokenIssueTime',
    operators: ['DateLessThan', 'DateGreaterThan'],
    patterns: ['2026-01-01T00:00:00Z'],
    values: ['2025-06-01T00:00:00Z', '2026-06-01T00:00:00Z'],
  },
];

/** One condition: operator, key, value. */
export type Written = readonly [operator: string, key: string, value: string | string[]];

export const conditionOn = (pools: readonly KeyPool[]): fc.Arbitrary<Written> =>
  fc
    .tuple(fc.constantFrom(...pools), fc.nat(6), fc.boolean())
    .chain(([{ key, operators = TEXT, patterns }, kind, ifExists]) =>
      kind === 0
        ? fc.constantFrom('true', 'false').map((value): Written => ['Null', key, value])
        : fc
            .tuple(
              fc.constantFrom(...operators),
              fc.subarray([...patterns], { minLength: 1, maxLength: Math.min(2, patterns.length) }),
            )
            .map(([operator, values]): Written => [
              ifExists && !operator.includes(':') ? `${operator}IfExists` : operator,
              key,
              operator === 'Bool' ? values[0] : values,
            ]),
    );

export const condition = conditionOn(KEY_POOLS);

export function blockOf(conditions: readonly Written[]): Record<string, Record<string, string | string[]>> {
  const block: Record<string, Record<string, string | string[]>> = {};
  for (const [operator, key, value] of conditions) (block[operator] ??= {})[key] ??= value;
  return block;
}
