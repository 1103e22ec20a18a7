import type { Environment } from '../../../src/assurance/engine/environment';
import { evaluate } from '../../../src/assurance/engine/evaluate';
import { conditionHolds } from '../../../src/assurance/engine/operators';
import { parsePolicy } from '../../../src/assurance/engine/policy';
import { isPublicPolicy } from '../../../src/assurance/engine/public-policy';
import type { ContextValue, Principal } from '../../../src/assurance/engine/request';
import { viewOf } from '../../../src/assurance/engine/request-view';
import { unknown } from '../../../src/assurance/template/unknown';

const OWN = '111122223333';
const OTHER = '444455556666';
const ARN = 'arn:aws:s3:::docs-bucket';
const role = (account = OWN, name = 'app', session?: string): Principal => ({
  kind: 'role',
  arn: `arn:aws:iam::${account}:role/${name}`,
  account,
  session,
});
const user = (account = OWN): Principal => ({ kind: 'user', arn: `arn:aws:iam::${account}:user/ann`, account });
const root = (account = OWN): Principal => ({ kind: 'root', arn: `arn:aws:iam::${account}:root`, account });
const service: Principal = { kind: 'service', service: 'logging.s3.amazonaws.com' };
const anonymous: Principal = { kind: 'anonymous' };

const document = (...Statement: any[]) => parsePolicy({ Version: '2012-10-17', Statement }, 'policy');
const allow = (more: object = {}) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more });
const deny = (more: object = {}) => ({ Effect: 'Deny', Action: '*', Resource: '*', ...more });

/**
 * What AWS documents, operator by operator: the policy's values, the request's value, the answer. `absent` stands for
 * no key.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
const absent = undefined;
type Row = [operator: string, policy: string | string[], request: ContextValue | undefined, holds: boolean];
const ROWS: Row[] = [
  ['StringEquals', 'a', 'a', true],
  ['StringEquals', 'a', 'A', false],
  ['StringEquals', ['a', 'b'], 'b', true],
  ['StringEquals', 'a*', 'ab', false],
  ['StringEquals', 'a', absent, false],
  ['StringEqualsIfExists', 'a', absent, true],
  ['StringEqualsIfExists', 'a', 'b', false],
  ['StringNotEquals', 'a', 'b', true],
  ['StringNotEquals', ['a', 'b'], 'b', false],
  ['StringNotEquals', 'a', absent, true],
  ['StringNotEqualsIfExists', 'a', absent, true],
  ['StringEqualsIgnoreCase', 'AbC', 'aBc', true],
  ['StringNotEqualsIgnoreCase', 'AbC', 'aBc', false],
  ['StringLike', 'a*c', 'abbc', true],
  ['StringLike', 'a?c', 'abc', true],
  ['StringLike', 'a?c', 'ac', false],
  ['StringLike', 'A*', 'abc', false],
  ['StringLike', '*', absent, false],
  ['StringNotLike', 'a*', 'abc', false],
  ['StringNotLike', 'a*', absent, true],
  ['NumericEquals', '10', '10.0', true],
  ['NumericNotEquals', '10', '11', true],
  ['NumericNotEquals', '10', absent, true],
  ['NumericLessThan', '1.2', '1.1', true],
  ['NumericLessThan', '1.2', '1.2', false],
  ['NumericLessThan', '1.2', absent, false],
  ['NumericLessThanEquals', '1.2', '1.2', true],
  ['NumericGreaterThan', '9', '10', true],
  ['NumericGreaterThanEquals', '10', '10', true],
  ['NumericGreaterThanIfExists', '10', absent, true],
  ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', true],
  ['DateEquals', '2026-01-01', '2026-01-01T00:00:00Z', true],
  ['DateGreaterThan', '1767225600', '2026-01-02T00:00:00Z', true],
  ['DateGreaterThanEquals', '2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00Z', true],
  ['DateNotEquals', '2026-01-01', absent, true],
  ['DateLessThanEquals', '2026-01-01', absent, false],
  ['Bool', 'true', 'true', true],
  ['Bool', 'true', 'false', false],
  ['Bool', 'false', absent, false],
  ['BoolIfExists', 'false', absent, true],
  ['Bool', 'True', 'true', true],
  ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
  ['BinaryEquals', 'QmluYXJ5', 'qmluYXJ5', false],
  ['IpAddress', '203.0.113.0/24', '203.0.113.255', true],
  ['IpAddress', '203.0.113.0/24', '203.0.114.0', false],
  ['IpAddress', '203.0.113.7', '203.0.113.7', true],
  ['IpAddress', '2001:db8::/32', '2001:db8:1::5', true],
  ['IpAddress', '2001:db8::/32', '2001:db9::', false],
  ['IpAddress', '0.0.0.0/0', '2001:db8::1', false],
  ['IpAddress', '203.0.113.0/24', absent, false],
  ['NotIpAddress', '203.0.113.0/24', '198.51.100.1', true],
  ['NotIpAddress', '203.0.113.0/24', absent, true],
  ['NotIpAddress', ['203.0.113.0/24', '198.51.100.0/24'], '198.51.100.1', false],
  ['ArnEquals', 'arn:aws:s3:::b', 'arn:aws:s3:::b', true],
  ['ArnEquals', 'arn:aws:s3:::b*', 'arn:aws:s3:::bb', true],
  ['ArnLike', 'arn:aws:sns:*:1234:x', 'arn:aws:sns:eu:1234:x', true],
  ['ArnLike', 'arn:aws:sns:*:x', 'arn:aws:sns:eu:1234:x', false],
  ['ArnLike', 'arn:*:x', 'arn:aws:sns:eu:1234:x', false],
  ['ArnNotLike', 'arn:aws:s3:::b*', absent, true],
  ['ArnNotEquals', 'arn:aws:s3:::b', 'arn:aws:s3:::b', false],
  ['ArnLikeIfExists', 'arn:aws:s3:::b', absent, true],
  ['Null', 'true', absent, true],
  ['Null', 'true', 'x', false],
  ['Null', 'false', 'x', true],
  ['Null', 'false', absent, false],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['b', 'c'], true],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['c'], false],
  ['ForAnyValue:StringEquals', 'a', absent, false],
  ['ForAnyValue:StringNotEquals', 'a', ['a', 'b'], true],
  ['ForAnyValue:StringNotEquals', 'a', ['a'], false],
  ['ForAnyValue:StringNotEquals', 'a', absent, false],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
  // The trap: no value at all satisfies ForAllValues.
  ['ForAllValues:StringEquals', 'a', absent, true],
  ['ForAllValues:StringEquals', 'a', [], true],
  ['ForAllValues:StringNotEquals', 'a', ['b', 'c'], true],
  ['ForAllValues:StringNotEquals', 'a', ['a', 'c'], false],
  ['ForAllValues:StringLike', 'a*', ['ab', 'ac'], true],
];

test.each(ROWS)('%s %j on %j is %s', (operator, policy, request, holds) => {
  const [condition] = document(allow({ Condition: { [operator]: { 'aws:TagKeys': policy } } })).statements[0]
    .conditions;
  expect(conditionHolds(condition, () => request)).toBe(holds);
});

interface Asked {
  readonly action?: string;
  readonly resource?: string;
  readonly context?: Record<string, ContextValue>;
}

function decide(principal: Principal, env: Partial<Environment>, request: Asked = {}): boolean {
  const { action = 's3:GetObject', resource = `${ARN}/a.txt`, context = {} } = request;
  const environment: Environment = { account: OWN, resourcePolicies: [], otherIdentities: 'nothing', ...env };
  return evaluate(viewOf({ principal, action, resource, context }), environment, 'deny').allowed;
}

describe('who is allowed by a resource policy', () => {
  const policy = (Principal: any, effect = allow) => ({ resourcePolicies: [document(effect({ Principal }))] });

  test.each<[string, any, Principal, boolean]>([
    ['everyone: same account', '*', role(), true],
    ['everyone: anonymous', '*', anonymous, true],
    ['everyone: a service', { AWS: '*' }, service, true],
    ['the account: its roles need policies of their own', { AWS: OWN }, role(), false],
    ['the account: its root', { AWS: OWN }, root(), true],
    ['a user', { AWS: `arn:aws:iam::${OWN}:user/ann` }, user(), true],
    ['a role: its sessions', { AWS: `arn:aws:iam::${OWN}:role/app` }, role(), true],
    ['another role', { AWS: `arn:aws:iam::${OWN}:role/other` }, role(), false],
    ['a session', { AWS: `arn:aws:sts::${OWN}:assumed-role/app/s1` }, role(OWN, 'app', 's1'), true],
    ['another session', { AWS: `arn:aws:sts::${OWN}:assumed-role/app/s1` }, role(OWN, 'app', 's2'), false],
    ['a service by name', { Service: 'logging.s3.amazonaws.com' }, service, true],
    ['a service is no principal of AWS accounts', { AWS: OWN }, service, false],
    ['another account needs both sides', { AWS: OTHER }, role(OTHER), false],
  ])('%s', (_, principal, caller, expected) => {
    expect(decide(caller, policy(principal))).toBe(expected);
  });

  test('another account with both sides', () => {
    expect(decide(role(OTHER), { ...policy({ AWS: OTHER }), otherIdentities: 'everything' })).toBe(true);
    expect(decide(role(OTHER), { otherIdentities: 'everything' })).toBe(false);
  });

  test('NotPrincipal', () => {
    const env = (NotPrincipal: any) => ({
      resourcePolicies: [document(deny({ NotPrincipal }))],
      otherIdentities: 'everything' as const,
    });
    expect(decide(user(), env({ AWS: [`arn:aws:iam::${OWN}:user/ann`, OWN] }))).toBe(true);
    expect(decide(role(), env({ AWS: `arn:aws:iam::${OWN}:user/ann` }))).toBe(false);
    // Leaning to deny, a role named alone is not excepted.
    expect(decide(role(), env({ AWS: `arn:aws:iam::${OWN}:role/app` }))).toBe(false);
    const whole = [OWN, `arn:aws:iam::${OWN}:role/app`, `arn:aws:sts::${OWN}:assumed-role/app/s1`];
    expect(decide(role(OWN, 'app', 's1'), env({ AWS: whole }))).toBe(true);
  });
});

describe('layers', () => {
  const everything = { otherIdentities: 'everything' as const };
  const identities = (policies: any[], boundary?: any) => ({
    identities: {
      [role().arn!]: { policies: policies.map((one) => document(one)), boundary: boundary && document(boundary) },
    },
  });

  test('an explicit deny anywhere ends it', () => {
    expect(
      decide(role(), {
        ...identities([allow(), deny({ Action: 's3:Get*' })]),
        resourcePolicies: [document(allow({ Principal: '*' }))],
      }),
    ).toBe(false);
    expect(decide(role(), { ...everything, serviceControlPolicies: [document(allow(), deny())] })).toBe(false);
    const reach = { ...everything, resourcePolicies: [document(allow({ Principal: '*' }))] };
    expect(decide(role(OTHER), { ...reach, resourceControlPolicies: [document(deny({ Principal: '*' }))] })).toBe(
      false,
    );
  });

  test("a service control policy bounds the account's own principals, and no others", () => {
    const env = {
      ...everything,
      resourcePolicies: [document(allow({ Principal: '*' }))],
      serviceControlPolicies: [document(allow({ Action: 's3:Put*' }))],
    };
    expect(decide(role(), env)).toBe(false);
    expect(decide(role(), env, { action: 's3:PutObject' })).toBe(true);
    expect(decide(role(OTHER), env)).toBe(true);
    expect(decide(service, env)).toBe(true);
  });

  test('a boundary bounds what identity and role grants give, not what names the user or session', () => {
    const boundary = allow({ Action: 's3:Put*' });
    expect(decide(role(), identities([allow()], boundary))).toBe(false);
    expect(decide(role(), identities([allow()], boundary), { action: 's3:PutObject' })).toBe(true);
    const byRole = document(allow({ Principal: { AWS: role().arn } }));
    expect(decide(role(), { ...identities([], boundary), resourcePolicies: [byRole] })).toBe(false);
    const bySession = document(allow({ Principal: { AWS: `arn:aws:sts::${OWN}:assumed-role/app/s1` } }));
    expect(decide(role(OWN, 'app', 's1'), { ...identities([], boundary), resourcePolicies: [bySession] })).toBe(true);
  });

  test("a VPC endpoint's policy bounds what comes through it", () => {
    const env = {
      ...everything,
      endpointPolicies: { 'vpce-1': document(allow({ Principal: '*', Resource: `${ARN}/in/*` })) },
    };
    const through = { context: { 'aws:sourcevpce': 'vpce-1' } };
    expect(decide(role(), env, through)).toBe(false);
    expect(decide(role(), env, { ...through, resource: `${ARN}/in/a` })).toBe(true);
    expect(decide(role(), env)).toBe(true);
  });

  test('through an access point both it and the bucket must allow, and the endpoint sees both', () => {
    const arn = `arn:aws:s3:eu-west-1:${OWN}:accesspoint/team`;
    const door = (policy?: any) => ({ accessPoints: [{ arn, policy: policy && document(policy) }] });
    const through = { context: { 's3:dataaccesspointarn': arn, 'aws:sourcevpce': 'vpce-1' } };
    const other = role(OTHER);
    const atBucket = document(allow({ Principal: '*', Condition: { StringEquals: { 's3:DataAccessPointArn': arn } } }));
    const atDoor = allow({ Principal: { AWS: other.arn }, Resource: `${arn}/object/a*` });
    expect(decide(other, { ...everything, resourcePolicies: [atBucket], ...door(atDoor) }, through)).toBe(true);
    expect(
      decide(
        other,
        { ...everything, resourcePolicies: [atBucket], ...door(atDoor) },
        { ...through, resource: `${ARN}/b.txt` },
      ),
    ).toBe(false);
    expect(decide(other, { ...everything, resourcePolicies: [atBucket], ...door() }, through)).toBe(false);
    expect(decide(other, { ...everything, ...door(atDoor) }, through)).toBe(false);
    const endpointPolicies = (Resource: any) => ({
      endpointPolicies: { 'vpce-1': document(allow({ Principal: '*', Resource })) },
    });
    expect(
      decide(
        other,
        { ...everything, resourcePolicies: [atBucket], ...door(atDoor), ...endpointPolicies(`${ARN}/*`) },
        through,
      ),
    ).toBe(false);
    expect(
      decide(
        other,
        {
          ...everything,
          resourcePolicies: [atBucket],
          ...door(atDoor),
          ...endpointPolicies([`${ARN}/*`, `${arn}/object/*`]),
        },
        through,
      ),
    ).toBe(true);
  });

  test("a key's policy must allow even the account's own principals", () => {
    const key = (policy?: any): Partial<Environment> => ({
      ...everything,
      resourcePolicyDecides: true,
      resourcePolicies: policy ? [document(policy)] : [],
    });
    const use = { action: 'kms:Decrypt', resource: `arn:aws:kms:eu-west-1:${OWN}:key/1` };
    expect(decide(role(), key(), use)).toBe(false);
    expect(decide(role(), key(allow({ Principal: { AWS: OWN } })), use)).toBe(true);
    const viaS3 = allow({
      Principal: { AWS: OWN },
      Condition: {
        StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com', 'kms:CallerAccount': OWN },
        StringLike: { 'kms:EncryptionContext:aws:s3:arn': `${ARN}*` },
      },
    });
    expect(decide(role(), key(viaS3), use)).toBe(false);
    const context = { 'kms:viaservice': 's3.eu-west-1.amazonaws.com', 'kms:encryptioncontext:aws:s3:arn': ARN };
    expect(decide(role(), key(viaS3), { ...use, context })).toBe(true);
    expect(
      decide(role(), key(viaS3), {
        ...use,
        context: { ...context, 'kms:encryptioncontext:aws:s3:arn': 'arn:aws:s3:::other' },
      }),
    ).toBe(false);
  });

  test('Block Public Access cuts a public policy down to the account and AWS services', () => {
    const env = { ...everything, restrictsPublic: true, resourcePolicies: [document(allow({ Principal: '*' }))] };
    expect(decide(anonymous, env)).toBe(false);
    expect(decide(role(OTHER), env)).toBe(false);
    expect(decide(role(), env)).toBe(true);
    expect(decide(service, env)).toBe(true);
  });
});

describe('what S3 calls public', () => {
  test.each<[string, any, boolean | 'open']>([
    ['everyone', {}, true],
    ['HTTPS is no limit', { Bool: { 'aws:SecureTransport': 'true' } }, true],
    ['an organization', { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }, false],
    ['a VPC', { StringEquals: { 'aws:SourceVpc': 'vpc-1' } }, false],
    ['any VPC', { StringLike: { 'aws:SourceVpc': 'vpc-*' } }, true],
    ['a negated VPC', { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } }, true],
    ['IfExists', { StringEqualsIfExists: { 'aws:SourceVpc': 'vpc-1' } }, true],
    ['a small range', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, false],
    ['half of the Internet', { IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } }, true],
    ["a key outside AWS's list", { StringEquals: { 'aws:PrincipalAccount': OTHER } }, 'open'],
  ])('%s', (_, Condition, expected) => {
    const answer = isPublicPolicy(document(allow({ Principal: '*', Condition })));
    expect(typeof answer === 'object' ? 'open' : answer).toBe(expected);
  });

  test('named principals are not', () => {
    expect(isPublicPolicy(document(allow({ Principal: { AWS: OTHER } })))).toBe(false);
    expect(isPublicPolicy(document(deny({ Principal: '*' })))).toBe(false);
  });
});

describe('patterns', () => {
  const matches = (pattern: any, action: string, resource: string, context = {}) => {
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: role().arn },
      ...(pattern.NotAction ? {} : { Action: '*' }),
      ...(pattern.NotResource ? {} : { Resource: '*' }),
      ...pattern,
    };
    return decide(role(), { resourcePolicies: [document(statement)] }, { action, resource, context });
  };

  test.each<[object, string, string, boolean]>([
    [{ Action: 's3:getobject' }, 's3:GetObject', `${ARN}/a`, true],
    [{ Action: 's3:Get*' }, 's3:GetObject', `${ARN}/a`, true],
    [{ Action: 's3:GetObject?' }, 's3:GetObject', `${ARN}/a`, false],
    [{ NotAction: 's3:Get*' }, 's3:GetObject', `${ARN}/a`, false],
    [{ NotAction: 's3:Get*' }, 's3:PutObject', `${ARN}/a`, true],
    [{ Resource: `${ARN}/*` }, 's3:GetObject', `${ARN}/a/b`, true],
    [{ Resource: `${ARN}/*` }, 's3:ListBucket', ARN, false],
    [{ Resource: `${ARN}/` }, 's3:GetObject', `${ARN}/a`, false],
    [{ Resource: `${ARN}/A*` }, 's3:GetObject', `${ARN}/a`, false],
    [{ Resource: 'arn:aws:s3:::*' }, 's3:GetObject', `${ARN}/a`, true],
    [{ Resource: 'arn:aws:s3::docs-bucket/*' }, 's3:GetObject', `${ARN}/a`, false],
    [{ Resource: 'arn:aws:*:docs-bucket/*' }, 's3:GetObject', `${ARN}/a`, false],
    [{ NotResource: `${ARN}/a*` }, 's3:GetObject', `${ARN}/b`, true],
  ])('%j: %s on %s is %s', (pattern, action, resource, expected) => {
    expect(matches(pattern, action, resource)).toBe(expected);
  });

  test('policy variables are filled from the request, literally', () => {
    const own = { Resource: `${ARN}/home/\${aws:PrincipalTag/team}/*` };
    expect(matches(own, 's3:GetObject', `${ARN}/home/red/x`, { 'aws:principaltag/team': 'red' })).toBe(true);
    expect(matches(own, 's3:GetObject', `${ARN}/home/blue/x`, { 'aws:principaltag/team': 'red' })).toBe(false);
    expect(matches(own, 's3:GetObject', `${ARN}/home/blue/x`, { 'aws:principaltag/team': '*' })).toBe(false);
    expect(matches(own, 's3:GetObject', `${ARN}/home/x/x`)).toBe(false);
    const fallback = { Resource: `${ARN}/home/\${aws:PrincipalTag/team, 'common'}/*` };
    expect(matches(fallback, 's3:GetObject', `${ARN}/home/common/x`)).toBe(true);
    const escaped = { Resource: `${ARN}/a\${*}b` };
    expect(matches(escaped, 's3:GetObject', `${ARN}/a*b`)).toBe(true);
    expect(matches(escaped, 's3:GetObject', `${ARN}/axb`)).toBe(false);
  });

  test('a document of 2008 has no variables', () => {
    const old = parsePolicy(
      { Version: '2008-10-17', Statement: allow({ Principal: '*', Resource: `${ARN}/\${aws:username}` }) },
      'policy',
    );
    expect(decide(user(), { resourcePolicies: [old] }, { resource: `${ARN}/ann` })).toBe(false);
    expect(decide(user(), { resourcePolicies: [old] }, { resource: `${ARN}/\${aws:username}` })).toBe(true);
  });
});

describe('what is open is leant on, and named', () => {
  const env = {
    account: OWN,
    resourcePolicies: [document(deny({ Principal: '*', Resource: unknown('Stack.parameter Arn') }))],
    otherIdentities: 'everything' as const,
  };
  const view = viewOf({ principal: role(), action: 's3:GetObject', resource: `${ARN}/a`, context: {} });

  test('to allow, and to deny', () => {
    expect(evaluate(view, env, 'allow')).toMatchObject({
      allowed: true,
      doubts: [expect.stringContaining('<parameter Arn>')],
    });
    expect(evaluate(view, env, 'deny')).toMatchObject({ allowed: false });
  });
});

describe('a principal with an unknown part', () => {
  const decided = (value: string, account: string) => {
    const policy = document(allow({ Principal: { AWS: value } }));
    const principal = { kind: 'role' as const, arn: `arn:aws:iam::${account}:role/cdk-x`, account };
    const view = viewOf({ principal, action: 's3:GetObject', resource: `${ARN}/a`, context: {} });
    const env = { account: OWN, resourcePolicies: [policy], otherIdentities: 'everything' as const };
    return [evaluate(view, env, 'deny').allowed, evaluate(view, env, 'allow').allowed];
  };
  const named = `arn:aws:iam::222222222222:role/cdk-${unknown('Stack.parameter Qualifier')}`;

  test('is nobody of an account other than the one that is written', () => {
    expect(decided(named, '333333333333')).toEqual([false, false]);
    expect(decided(named, '222222222222')).toEqual([false, true]);
  });

  test('may be anybody if the account is the unknown part', () => {
    expect(decided(`arn:aws:iam::${unknown('Stack.parameter Account')}:role/cdk-x`, '333333333333')).toEqual([
      false,
      true,
    ]);
  });
});

describe('bad input is an error that names the place', () => {
  const parse = (value: any) => () => parsePolicy(value, 'Stack/Bucket');
  test.each<[any, string]>([
    [undefined, 'Stack/Bucket is nothing; an object with "Version" and "Statement" is needed'],
    ['{', 'Stack/Bucket is not JSON'],
    [{ Version: '2012-10-17' }, 'Stack/Bucket has no "Statement"'],
    [{ Version: '2013-01-01', Statement: [] }, 'Stack/Bucket has "Version" "2013-01-01"'],
    [
      { Statement: [{ Effect: 'allow', Action: '*', Resource: '*' }] },
      'Stack/Bucket, statement 1 has "Effect" "allow"; it must be "Allow" or "Deny"',
    ],
    [
      { Statement: [allow({ Sid: 'One', Actions: 's3:*' })] },
      'Stack/Bucket, statement 1 (One) has the element "Actions"',
    ],
    [
      { Statement: [allow({ NotAction: 's3:*' })] },
      'Stack/Bucket, statement 1 has both "Action" and "NotAction"; keep one',
    ],
    [
      { Statement: [{ Effect: 'Deny', Resource: '*' }] },
      'Stack/Bucket, statement 1 has neither "Action" nor "NotAction"',
    ],
    [
      { Statement: [allow({ Condition: { StringEqual: { 'aws:SourceVpc': 'x' } } })] },
      'has the condition operator "StringEqual", which AWS does not have',
    ],
    [
      { Statement: [allow({ Condition: { NullIfExists: { 'aws:SourceVpc': 'true' } } })] },
      'has the condition operator "NullIfExists"',
    ],
    [
      { Statement: [allow({ Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } })] },
      'AWS takes no wildcards inside a principal',
    ],
    [{ Statement: [allow({ Principal: { Aws: '*' } })] }, 'has the principal type "Aws"'],
    [{ Statement: [allow({ Action: [] })] }, 'has an empty "Action"'],
    [{ Statement: [allow({ Resource: { Ref: 'X' } })] }, 'has {"Ref":"X"} in "Resource"; text is needed'],
    [{ Statement: [allow({ Resource: 'x'.repeat(200_001) })] }, 'at most 200000 are looked at'],
  ])('%#', (value, message) => expect(parse(value)).toThrow(message));

  test.each<[any, string]>([
    [{ NumericLessThan: { 's3:TlsVersion': 'new' } }, 'compares with "new"; a number is needed'],
    [{ Bool: { 'aws:SecureTransport': 'yes' } }, 'compares with "yes"; "true" or "false" is needed'],
    [
      { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } },
      'compares with "10.0.0.0/33"; an IP address or a CIDR range is needed',
    ],
    [{ DateLessThan: { 'aws:CurrentTime': 'tomorrow' } }, 'compares with "tomorrow"; an ISO 8601 date is needed'],
  ])('%j', (Condition, message) => {
    const context = {
      's3:tlsversion': '1.2',
      'aws:securetransport': 'true',
      'aws:sourceip': '192.0.2.1',
      'aws:currenttime': '2026-01-01',
    };
    expect(() =>
      decide(role(), { resourcePolicies: [document(allow({ Principal: '*', Condition }))] }, { context }),
    ).toThrow(message);
  });

  test('a multivalued key without a quantifier', () => {
    const env = {
      resourcePolicies: [document(allow({ Principal: '*', Condition: { StringEquals: { 'aws:TagKeys': 'a' } } }))],
    };
    expect(() => decide(role(), env, { context: { 'aws:tagkeys': ['a'] } })).toThrow(
      'compares the multivalued key aws:TagKeys without ForAnyValue or ForAllValues',
    );
  });
});
