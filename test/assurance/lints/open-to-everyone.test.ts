import { bucket, messages, ref, resource } from './resources';

const ID = 'open-to-everyone';
const ALLOW = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::elsewhere/*' };
const OPEN = { RestrictPublicBuckets: false, BlockPublicPolicy: false };

const document = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const policy = (name: string, ...statements: object[]) =>
  resource('AWS::S3::BucketPolicy', 'Policy', { Bucket: name, PolicyDocument: document(...statements) });
const key = (statement: object) =>
  resource('AWS::KMS::Key', 'Key', { KeyPolicy: document({ ...ALLOW, Action: 'kms:*', Resource: '*', ...statement }) });
const accessPoint = (properties: object) =>
  resource('AWS::S3::AccessPoint', 'Point', {
    Bucket: 'elsewhere',
    PublicAccessBlockConfiguration: OPEN,
    Policy: document(ALLOW),
    ...properties,
  });

test.each([
  ['a key', key({}), 'Every AWS account is allowed kms:*'],
  ['a key, by a list', key({ Principal: { AWS: ['arn:aws:iam::111122223333:root', '*'] } }), 'Every AWS account'],
  ['a bucket of no template', policy('elsewhere', ALLOW), 'Everyone on the internet is allowed s3:GetObject'],
  ['its access point', accessPoint({}), 'Everyone on the internet is allowed s3:GetObject'],
  [
    'a bucket that only asks for TLS',
    policy('elsewhere', ALLOW, {
      ...ALLOW,
      Effect: 'Deny',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
    'Everyone on the internet',
  ],
])('%s', (_, one, message) => expect(messages(ID, one)).toEqual([expect.stringContaining(message)]));

test.each([
  ['a key for the callers of a service', key({ Condition: { StringEquals: { 'kms:CallerAccount': '111122223333' } } })],
  ['a key of the account', key({ Principal: { AWS: 'arn:aws:iam::111122223333:root' } })],
  [
    'a bucket for an organization',
    policy('elsewhere', { ...ALLOW, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
  ],
  [
    'a bucket that denies all but some',
    policy('elsewhere', ALLOW, {
      ...ALLOW,
      Effect: 'Deny',
      Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } },
    }),
  ],
  ['an access point as S3 makes them', accessPoint({ PublicAccessBlockConfiguration: undefined })],
  ['an access point of a VPC', accessPoint({ VpcConfiguration: { VpcId: 'vpc-1' } })],
])('not %s', (_, one) => expect(messages(ID, one)).toEqual([]));

test('a bucket of the templates is proved, not linted', () => {
  expect(messages(ID, bucket('Docs'), policy(ref('Docs'), ALLOW))).toEqual([]);
});
