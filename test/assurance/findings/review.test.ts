import { assess } from '../../../src/assurance/assessment';
import { review } from '../../../src/assurance/findings/review';
import { selectionOf } from '../../../src/assurance/findings/selection';

const everyone = (more: object) => ({ Effect: 'Allow', Principal: '*', ...more });
const document = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const OBJECTS = { Action: 's3:GetObject', Resource: 'arn:aws:s3:::elsewhere/*' };
const KMS = { Action: 'kms:*', Resource: '*' };
const policy = (...statements: object[]) => ({
  Type: 'AWS::S3::BucketPolicy',
  Properties: { Bucket: 'elsewhere', PolicyDocument: document(...statements) },
});
const key = (...statements: object[]) => ({
  Type: 'AWS::KMS::Key',
  Properties: { KeyPolicy: document(...statements) },
});
const accessPoint = (...statements: object[]) => ({
  Type: 'AWS::S3::AccessPoint',
  Properties: {
    Bucket: 'elsewhere',
    PublicAccessBlockConfiguration: { RestrictPublicBuckets: false, BlockPublicPolicy: false },
    Policy: document(...statements),
  },
});

function found(resource: object, except: string[] = []) {
  const input = {
    stack: 'Stack',
    template: { Resources: { One: resource } },
    account: '111122223333',
    region: 'eu-west-1',
  };
  const { open, assessment } = review(assess([input]), { selection: selectionOf({ except }) });
  return {
    open: open.map(({ id, location = '' }) => `${id} ${location}`.trim()),
    violated: assessment.judgements.filter(({ verdict }) => verdict.status === 'violated').length,
  };
}

test.each([
  ['a key', key(everyone(KMS)), 'Properties.KeyPolicy'],
  ['a bucket of no template', policy(everyone(OBJECTS)), 'Properties.PolicyDocument'],
  ['its access point', accessPoint(everyone({ ...OBJECTS, Resource: '*' })), 'Properties.Policy'],
])('a statement of %s that allows everyone is one finding', (_, resource, place) => {
  const { open, violated } = found(resource);
  expect(open).toEqual([`open-to-everyone ${place}.Statement.0.Principal`]);
  expect(violated).toBeGreaterThan(0);
});

test('two statements are two findings, and another fault of the policy is not lost', () => {
  const other = { Effect: 'Allow', Principal: { AWS: '999999999999' }, ...OBJECTS };
  expect(found(policy(everyone(OBJECTS), everyone({ ...OBJECTS, Action: 's3:PutObject' }))).open).toEqual([
    'open-to-everyone Properties.PolicyDocument.Statement.0.Principal',
    'open-to-everyone Properties.PolicyDocument.Statement.1.Principal',
  ]);
  expect(found(policy(other)).open).toEqual(['policy-only-account']);
});

test('where the lint is not asked, the guarantee is told', () => {
  expect(found(key(everyone(KMS)), ['open-to-everyone']).open).toEqual(['key-not-public']);
});
