/** Every condition key with every family of operators that it may take, and the values that requests may carry. */
import { conditionKeys, type ConditionKey } from '../../../src/assurance/data/iam';
import type { Condition } from '../../../src/assurance/engine/condition';
import { conditionHolds } from '../../../src/assurance/engine/operators';
import { parsePolicy } from '../../../src/assurance/engine/policy';
import { PRINCIPAL_KIND_KEY } from '../../../src/assurance/guarantees/proof-obligation';

const OWN = '111122223333';
export const KINDS = ['anonymous', 'root', 'user', 'role', 'federated-user', 'service'] as const;
export type Kind = (typeof KINDS)[number];
type Value = string | readonly string[] | undefined;

export interface Case {
  readonly name: string;
  readonly key: string;
  readonly condition: Condition;
}

/** What requests may carry, and the axiom that says so. */
interface Domain {
  readonly values: readonly Value[];
  readonly axiom?: string;
}

const ROLE = `arn:aws:iam::${OWN}:role/`;
const EXAMPLES: Readonly<Record<ConditionKey['type'], readonly string[]>> = {
  String: ['legacy', 'other'],
  ARN: [`${ROLE}legacy`, `${ROLE}other`],
  Bool: ['true', 'false'],
  Numeric: ['5', '1', '9'],
  Date: ['2026-06-01T00:00:00Z', '2025-06-01T00:00:00Z', '2027-06-01T00:00:00Z'],
  IPAddress: ['203.0.113.7', '198.51.100.7', '2001:db8::7'],
  Binary: ['QQ==', 'Qg=='],
};
/** Keys of which AWS lists the values. */
const LISTED: Readonly<Record<string, readonly string[]>> = {
  's3:x-amz-server-side-encryption': ['AES256', 'aws:kms', 'aws:kms:dsse'],
  's3:x-amz-server-side-encryption-customer-algorithm': ['AES256'],
  's3:object-lock-mode': ['GOVERNANCE', 'COMPLIANCE'],
  's3:object-lock-legal-hold': ['ON', 'OFF'],
  's3:object-lock-event-hold': ['ON', 'OFF'],
  's3:TlsVersion': ['1.2', '1.0', '1.3'],
  's3:DataAccessPointArn': ['legacy', 'other'].map((name) => `arn:aws:s3:eu-west-1:${OWN}:accesspoint/${name}`),
  's3:DataAccessPointAccount': [OWN],
  's3:AccessPointNetworkOrigin': ['Internet', 'VPC'],
};
const NUMERIC = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];
const STRING = ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'];
const OPERATORS: Readonly<Record<ConditionKey['type'], readonly string[]>> = {
  String: STRING,
  ARN: ['ArnEquals', 'ArnNotEquals', 'ArnLike', 'ArnNotLike', 'StringEquals', 'StringNotEquals'],
  Bool: ['Bool', 'StringEquals', 'StringNotEquals'],
  Numeric: NUMERIC.map((name) => `Numeric${name}`),
  Date: NUMERIC.map((name) => `Date${name}`),
  IPAddress: ['IpAddress', 'NotIpAddress'],
  Binary: ['BinaryEquals'],
};

const WITH_IDENTITY: readonly Kind[] = ['root', 'user', 'role', 'federated-user'];
/** Keys that only some kinds of callers carry. */
const CARRIED: ReadonlyArray<readonly [keys: RegExp, kinds: readonly Kind[], axiom: string]> = [
  [/^aws:username$/, ['user'], 'principal-keys'],
  [/^aws:FederatedProvider$/, ['role'], 'principal-keys'],
  [
    /^aws:(PrincipalOrg|PrincipalTag|SourceIdentity|CalledVia(First|Last)?$|TokenIssueTime)/,
    WITH_IDENTITY,
    'principal-keys',
  ],
  [/^aws:MultiFactorAuth/, WITH_IDENTITY, 'mfa-keys'],
  [/^aws:Source(Arn|Account|Owner|OrgID|OrgPaths)$/, ['service'], 'source-keys'],
];

/** The values of a key that a request of one of these kinds of callers may carry. */
export function domainOf({ name, type, multivalued }: ConditionKey, kinds: readonly Kind[]): Domain {
  const some = (...of: Kind[]) => kinds.some((kind) => of.includes(kind));
  const signed = kinds.some((kind) => kind !== 'anonymous');
  switch (name) {
    case 'aws:SecureTransport':
      return { values: ['true', 'false'], axiom: 'transport-known' };
    case 'aws:CurrentTime':
      return { values: EXAMPLES.Date, axiom: 'always-present' };
    case 'aws:EpochTime':
      return { values: EXAMPLES.Date, axiom: 'always-present' };
    case 'aws:RequestedRegion':
      return { values: EXAMPLES.String, axiom: 'always-present' };
    case 'aws:ResourceAccount':
    case 's3:ResourceAccount':
      return { values: [OWN], axiom: 'resource-keys' };
    case 'aws:PrincipalAccount':
    case 'kms:CallerAccount':
      return { values: some(...WITH_IDENTITY) ? [OWN] : [undefined], axiom: 'principal-keys' };
    case 'aws:PrincipalIsAWSService':
      return {
        values: [
          ...(some(...WITH_IDENTITY) ? ['false'] : []),
          ...(some('service') ? ['true'] : []),
          ...(some('anonymous') ? [undefined] : []),
        ],
        axiom: 'principal-keys',
      };
    case 'aws:PrincipalType':
      return {
        values: [
          ...(some('user') ? ['User'] : []),
          ...(some('role') ? ['AssumedRole'] : []),
          ...(some('root') ? ['Account'] : []),
          ...(some('anonymous') ? ['Anonymous'] : []),
        ],
        axiom: 'principal-keys',
      };
    case 'aws:PrincipalArn':
      return {
        values: [...(some('role') ? EXAMPLES.ARN : []), ...(some('anonymous', 'service') ? [undefined] : [])],
        axiom: 'principal-keys',
      };
    case 'aws:PrincipalServiceName':
      return { values: [some('service') ? 'other.amazonaws.com' : undefined], axiom: 'principal-keys' };
    case 'aws:PrincipalServiceNamesList':
      return { values: [some('service') ? ['other.amazonaws.com'] : undefined], axiom: 'principal-keys' };
    case 'aws:userid':
      return { values: some('user', 'role') ? EXAMPLES.String : [undefined], axiom: 'principal-keys' };
    case 'aws:ViaAWSService':
      return { values: some(...WITH_IDENTITY) ? ['true', 'false'] : ['false'], axiom: 'principal-keys' };
    case 's3:authType':
      return { values: signed ? ['REST-HEADER', 'REST-QUERY-STRING', 'POST'] : [undefined], axiom: 'signature-keys' };
    case 's3:signatureversion':
      return { values: signed ? ['AWS4-HMAC-SHA256', 'AWS'] : [undefined], axiom: 'signature-keys' };
    case 's3:signatureAge':
      return { values: signed ? ['0', ...EXAMPLES.Numeric] : [undefined], axiom: 'signature-keys' };
    default:
      break;
  }
  const bound = CARRIED.find(([keys]) => keys.test(name));
  if (bound && !some(...bound[1])) return { values: [undefined], axiom: bound[2] };
  const listed = LISTED[name];
  const values = listed ?? EXAMPLES[type];
  if (!multivalued) return { values: [undefined, ...values], axiom: listed && axiomOfList(name) };
  return { values: [undefined, [values[0]], [values[1]], [values[0], values[1]]] };
}

function axiomOfList(name: string): string {
  if (/customer-algorithm$/.test(name)) return 'sse-exclusive';
  if (/encryption$/.test(name)) return 'sse-values';
  if (/object-lock/.test(name)) return 'lock-values';
  return name === 's3:TlsVersion' ? 'tls-version-known' : 'access-point-keys';
}

/** The conditions by a key; exemptions of a Deny, or restrictions of an Allow. */
export function casesOf(key: ConditionKey): Case[] {
  let found = CASES.get(key.name);
  if (!found) CASES.set(key.name, (found = makeCases(key)));
  return found;
}
const CASES = new Map<string, Case[]>();

function makeCases({ name, type, multivalued }: ConditionKey): Case[] {
  const key = name.replace('${}', 'legacy');
  const [value] = domainOf({ name, type, multivalued }, KINDS).values.filter((one) => one !== undefined);
  const example = (typeof value === 'string' ? value : value?.[0]) ?? 'legacy';
  // Which services break a guarantee is another question: here it is none of them.
  const text = name.startsWith('aws:PrincipalService') ? 'legacy.amazonaws.com' : example;
  const operators = OPERATORS[type].flatMap((operator): Array<[string, string]> => [
    [operator, text],
    [`${operator}IfExists`, text],
  ]);
  if (type === 'String') {
    operators.push(['StringLike', `${text.slice(0, -1)}*`], ['StringNotLike', `${text.slice(0, -1)}*`]);
  }
  if (type === 'Bool') operators.push(['Bool', 'false'], ['BoolIfExists', 'false']);
  if (type === 'IPAddress') operators.push(['IpAddress', '203.0.113.0/24'], ['NotIpAddress', '2001:db8::/32']);
  const set = multivalued
    ? operators
        .filter(([operator]) => !operator.endsWith('IfExists'))
        .flatMap(([operator, with_]) =>
          ['ForAnyValue', 'ForAllValues'].map((quantifier): [string, string] => [`${quantifier}:${operator}`, with_]),
        )
    : operators;
  return [...set, ['Null', 'true'], ['Null', 'false']].map(([operator, with_]) => {
    const Statement = { Effect: 'Deny', Action: '*', Resource: '*', Condition: { [operator]: { [key]: with_ } } };
    const { statements } = parsePolicy({ Version: '2012-10-17', Statement }, 'exemption');
    return { name: `${operator} ${key} ${with_}`, key: key.toLowerCase(), condition: statements[0].conditions[0] };
  });
}

/** Whether some value that a request may carry makes the condition false. */
export function canFail({ condition }: Case, { values }: Domain): boolean {
  return values.some((value) => conditionHolds(condition, () => value) === false);
}

/** Keys that requests to the service may carry. */
export function keysOf(service: string): ConditionKey[] {
  return conditionKeys().filter(({ name }) => name.startsWith('aws:') || name.startsWith(`${service}:`));
}

/** Narrows a guarantee to the callers of a kind. */
export function ofKind(kind: Kind): Condition {
  const Condition = { StringEquals: { [PRINCIPAL_KIND_KEY]: kind } };
  const Statement = { Effect: 'Allow', Action: '*', Resource: '*', Condition };
  return parsePolicy({ Version: '2012-10-17', Statement }, 'kind').statements[0].conditions[0];
}
