import { Guarantee, Proof, VerdictStatus } from '../../../src';

const ACCOUNT = '111122223333';
const OTHER = '444455556666';
const RESOURCES = [{ 'Fn::GetAtt': ['Data', 'Arn'] }, { 'Fn::Sub': '${Data.Arn}/*' }];
const OFF = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: false, RestrictPublicBuckets: false };

function statusOf(statements: unknown[], publicAccess: object = {}) {
  const template = {
    Resources: {
      Data: {
        Type: 'AWS::S3::Bucket',
        Properties: { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] }, ...publicAccess },
      },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Bucket: { Ref: 'Data' }, PolicyDocument: { Version: '2012-10-17', Statement: statements } },
      },
    },
  };
  const [verdict] = Proof.ofTemplate(template, { account: ACCOUNT, region: 'eu-west-1' }).verdicts(
    Guarantee.onlyAccounts(),
  );
  return verdict.status;
}

const allow = (principal: unknown, condition?: object) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: 's3:*',
  Resource: RESOURCES,
  ...(condition && { Condition: condition }),
});
const ANY_ACCESS_POINT = 'arn:aws:s3:*:*:accesspoint/*';

test.each<[string, object]>([
  ['a pattern of every account', { StringLike: { 's3:DataAccessPointArn': ANY_ACCESS_POINT } }],
  ['the same for ARNs', { ArnLike: { 's3:DataAccessPointArn': ANY_ACCESS_POINT } }],
  ['the presence of the key', { Null: { 's3:DataAccessPointArn': 'false' } }],
  ['IfExists', { StringEqualsIfExists: { 's3:DataAccessPointAccount': ACCOUNT } }],
  ['another account beside the own', { StringEquals: { 's3:DataAccessPointAccount': [ACCOUNT, OTHER] } }],
])('another account that may come by access points of %s is let in', (_, condition) => {
  expect(statusOf([allow({ AWS: OTHER }, condition)])).toBe(VerdictStatus.VIOLATED);
});

test('a Deny of direct access does not bound an Allow for another account', () => {
  const direct = { ...allow('*', { Null: { 's3:DataAccessPointArn': 'true' } }), Effect: 'Deny' };
  expect(statusOf([allow({ AWS: OTHER }), direct])).toBe(VerdictStatus.VIOLATED);
});

test.each<[string, object]>([
  ['their account', { StringEquals: { 's3:DataAccessPointAccount': ACCOUNT } }],
  ['their ARN', { ArnLike: { 's3:DataAccessPointArn': `arn:aws:s3:*:${ACCOUNT}:accesspoint/*` } }],
])('delegation to access points of the account by %s lets nobody else in', (_, condition) => {
  expect(statusOf([allow({ AWS: '*' }, condition)], { PublicAccessBlockConfiguration: OFF })).toBe(
    VerdictStatus.PROVED,
  );
});

test('a principal that AWS does not know is no proof that nobody is meant', () => {
  expect(statusOf([allow({ AWS: 44455556666 })])).not.toBe(VerdictStatus.PROVED);
  expect(statusOf([allow({ AWS: '44455556666' })])).not.toBe(VerdictStatus.PROVED);
});
