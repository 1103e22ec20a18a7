import { messages, resource } from './resources';

const ID = 'role-open-to-everyone';
const READS = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::docs/*' };
const EVERYONE = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' };

const document = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const role = (
  trusted: object[],
  properties: object = { Policies: [{ PolicyName: 'own', PolicyDocument: document(READS) }] },
) =>
  resource('AWS::IAM::Role', 'Reader', {
    RoleName: 'reader',
    AssumeRolePolicyDocument: document(...trusted),
    ...properties,
  });
const when = (Condition: object) => ({ ...EVERYONE, Condition });

test.each([
  ['to every account', [EVERYONE]],
  ['by "*" alone', [{ ...EVERYONE, Principal: '*' }]],
  ['in a list', [{ ...EVERYONE, Principal: { AWS: ['arn:aws:iam::111122223333:root', '*'] } }]],
  ['with all actions of STS', [{ ...EVERYONE, Action: 'sts:*' }]],
  ['to whoever has MFA', [when({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } })]],
  ['to whoever sends no external id', [when({ StringEqualsIfExists: { 'sts:ExternalId': 'acme' } })]],
  ['to all outside an organization', [when({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } })]],
  ['to any external id', [when({ StringLike: { 'sts:ExternalId': '*' } })]],
  ['to roles of a name in any account', [when({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/deploy' } })]],
  ['to whoever chooses the session name', [when({ StringEquals: { 'sts:RoleSessionName': 'deploy' } })]],
  ['beside others', [{ ...EVERYONE, Principal: { Service: 'lambda.amazonaws.com' } }, EVERYONE]],
])('a role open %s', (_, trusted) =>
  expect(messages(ID, role(trusted))).toEqual([expect.stringContaining('every AWS account may assume the role')]),
);

test('a role that reaches data by an attached policy, and by the policy of a bucket', () => {
  const attached = resource('AWS::IAM::Policy', 'Policy', { Roles: ['reader'], PolicyDocument: document(READS) });
  expect(messages(ID, role([EVERYONE], {}), attached)).toHaveLength(1);
  const Principal = { AWS: 'arn:aws:iam::111122223333:role/reader' };
  const PolicyDocument = document({ ...READS, Principal });
  const named = resource('AWS::S3::BucketPolicy', 'BucketPolicy', { Bucket: 'docs', PolicyDocument });
  expect(messages(ID, role([EVERYONE], {}), named)).toHaveLength(1);
});

const OIDC = { Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity' };
test.each([
  ['of a service', [{ ...EVERYONE, Principal: { Service: 'lambda.amazonaws.com' } }]],
  ['of an account', [{ ...EVERYONE, Principal: { AWS: 'arn:aws:iam::444455556666:root' } }]],
  ['with an external id', [when({ StringEquals: { 'sts:ExternalId': 'acme' } })]],
  ['of an organization', [when({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } })]],
  ['of organizational units', [when({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-1/r-1/*' } })]],
  ['of roles of one account', [when({ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/deploy-*' } })]],
  ['of one account', [when({ StringEquals: { 'aws:PrincipalAccount': '111122223333' } })]],
  ['of a network', [when({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } })]],
  [
    'of GitHub Actions',
    [
      {
        ...OIDC,
        Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com' },
        Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:acme/app:*' } },
      },
    ],
  ],
  [
    'of everyone with a subject',
    [{ ...OIDC, Principal: '*', Condition: { StringEquals: { 'accounts.google.com:sub': '1' } } }],
  ],
  [
    'of everyone by SAML',
    [{ ...EVERYONE, Action: 'sts:AssumeRoleWithSAML', Condition: { StringEquals: { 'saml:aud': 'x' } } }],
  ],
  [
    'that denies all but an organization',
    [EVERYONE, { ...EVERYONE, Effect: 'Deny', Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
  ],
  ['that only tags its sessions', [{ ...EVERYONE, Action: 'sts:TagSession' }]],
])('not a role %s', (_, trusted) => expect(messages(ID, role(trusted))).toEqual([]));

test('not a role that reaches neither data nor keys', () => {
  const PolicyDocument = document({ ...READS, Action: 'logs:PutLogEvents', Resource: '*' });
  expect(messages(ID, role([EVERYONE], { Policies: [{ PolicyName: 'own', PolicyDocument }] }))).toEqual([]);
});
