import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketPresignedLimits, Guarantee, PresignedRequests, Proof, SecureBucket } from '../../../src';
import { ACCOUNT, newStack, only, REGION, templateOf } from '../../support/app';
import { controlContract } from '../../support/control-contract';
import { arn, role } from '../../support/people';

const AGE = 's3:signatureAge';
const PRESIGNED = ['REST-QUERY-STRING', 'POST'];
const CALLED_VIA = { 'aws:CalledVia': ['s3-object-lambda.amazonaws.com'] };

controlContract({
  make: (stack) =>
    new BucketPresignedLimits(PresignedRequests.onlyBy(role(stack, 'issuer')).notOlderThan(Duration.minutes(15))),
  guarantee: Guarantee.presignedMaximumAge(900),
  effect: (_bucket, statements) => {
    const common = { Effect: 'Deny', Action: 's3:*' };
    expect(statements).toContainEqual(
      expect.objectContaining({
        ...common,
        Sid: 'StrongboxPresignedAge',
        Condition: {
          StringEquals: { 's3:authType': PRESIGNED },
          NumericGreaterThan: { [AGE]: '900000' },
          'ForAllValues:StringNotEquals': CALLED_VIA,
        },
      }),
    );
    expect(statements).toContainEqual(
      expect.objectContaining({
        ...common,
        Sid: 'StrongboxPresignedVersion',
        Condition: {
          StringEquals: { 's3:authType': PRESIGNED, 's3:signatureversion': 'AWS' },
          'ForAllValues:StringNotEquals': CALLED_VIA,
        },
      }),
    );
    expect(statements).toContainEqual(
      expect.objectContaining({
        ...common,
        Sid: 'StrongboxPresignedBy',
        Condition: {
          StringEquals: { 's3:authType': PRESIGNED },
          ArnNotEquals: { 'aws:PrincipalArn': [arn('issuer')] },
          'ForAllValues:StringNotEquals': CALLED_VIA,
        },
      }),
    );
  },
});

function proofOf(...requests: PresignedRequests[]): Proof {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  new SecureBucket(stack, 'Docs', { bucketName: 'acme-docs' }).bucket.with(
    ...requests.map((each) => new BucketPresignedLimits(each)),
  );
  return Proof.ofStack(stack);
}

const resource = 'acme-docs/x';
const signedBy = (name: string, milliseconds: number, more: Record<string, string> = {}) => ({
  action: 's3:GetObject',
  resource,
  principal: arn(name),
  context: { 's3:authType': 'REST-QUERY-STRING', [AGE]: String(milliseconds), ...more },
});
/** Ordinary requests, by header, are what they were. */
const untouched = (proof: Proof) => {
  for (const action of ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']) {
    proof.allows({ action, resource, principal: arn('app') });
  }
  // A header may be up to fifteen minutes old, and its age bounds nothing here.
  proof.allows({ action: 's3:GetObject', resource, principal: arn('app'), context: { [AGE]: '899999' } });
  proof.holds(Guarantee.allowed({ actions: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'] }), {
    subject: 'acme-docs',
  });
};

test('by age: to the millisecond, for URLs and forms, and not under version 2', () => {
  const proof = proofOf(PresignedRequests.atMost(Duration.seconds(60)));
  proof.holds(Guarantee.presignedMaximumAge(60), { subject: 'acme-docs' });
  expect(() => proof.holds(Guarantee.presignedMaximumAge(59), { subject: 'acme-docs' })).toThrow(
    'VIOLATED presigned-maximum-age',
  );
  proof.allows(signedBy('app', 60_000));
  proof.denies(signedBy('app', 60_001));
  proof.denies({ ...signedBy('app', 60_001, { 's3:authType': 'POST' }), action: 's3:PutObject' });
  proof.denies(signedBy('app', 0, { 's3:signatureversion': 'AWS' }));
  untouched(proof);
});

test('by signer', () => {
  const proof = proofOf(PresignedRequests.onlyBy(role(newStack(), 'issuer')));
  proof.holds(Guarantee.presignedOnlyBy({ principals: [arn('issuer')] }), { subject: 'acme-docs' });
  proof.holds(Guarantee.presignedMaximumAge(604_800), { subject: 'acme-docs' });
  expect(() =>
    proof.holds(Guarantee.presignedOnlyBy({ principals: [arn('other')] }), { subject: 'acme-docs' }),
  ).toThrow('VIOLATED presigned-only-by');
  proof.allows(signedBy('issuer', 1));
  proof.denies(signedBy('app', 1));
  proof.denies({ ...signedBy('app', 1, { 's3:authType': 'POST' }), principal: 'anonymous' });
  untouched(proof);
});

test('none at all', () => {
  const proof = proofOf(PresignedRequests.none());
  proof.holds(Guarantee.presignedOnlyBy(), { subject: 'acme-docs' });
  proof.denies(signedBy('issuer', 1));
  proof.allows(signedBy('app', 1, { 'aws:CalledVia': 's3-object-lambda.amazonaws.com', 'aws:ViaAWSService': 'true' }));
  proof.denies(signedBy('app', 1, { 'aws:CalledVia': 'athena.amazonaws.com', 'aws:ViaAWSService': 'true' }));
  untouched(proof);
});

test.each([
  [10, 60],
  [60, 10],
])('of two ages the shorter stays: %d and %d', (one, other) => {
  const policy = only(
    templateOf((stack) =>
      new s3.Bucket(stack, 'Bucket').with(
        new BucketPresignedLimits(PresignedRequests.atMost(Duration.seconds(one))),
        new BucketPresignedLimits(PresignedRequests.atMost(Duration.seconds(other))),
      ),
    ),
    'AWS::S3::BucketPolicy',
  );
  const ages = policy.Properties.PolicyDocument.Statement.map(
    ({ Condition }: any) => Condition.NumericGreaterThan?.[AGE],
  ).filter(Boolean);
  expect(ages).toEqual(['10000']);
});

test('of two lists of signers those remain whom both name', () => {
  const people = newStack();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => role(people, name));
  const proof = proofOf(PresignedRequests.onlyBy(a, b), PresignedRequests.onlyBy(b, c));
  proof.allows(signedBy('b', 1));
  proof.denies(signedBy('a', 1));
  proof.denies(signedBy('c', 1));
  expect(() => proofOf(PresignedRequests.onlyBy(a), PresignedRequests.onlyBy(c))).toThrow(
    '"signers" must be the same people, or some of them (got "a list that shares nobody with the one',
  );
});

test.each([Duration.seconds(0), Duration.days(8), Duration.millis(1500)])('refuses an age of %s', (age) => {
  expect(() => PresignedRequests.atMost(age)).toThrow('"age" must be 1 to 604,800 whole seconds');
  expect(() => PresignedRequests.none().notOlderThan(age)).toThrow('"age" must be 1 to 604,800 whole seconds');
});

test('refuses an empty list of signers', () => {
  expect(() => PresignedRequests.onlyBy()).toThrow(
    /^"signers" must be at least one role \(got "\[\]"\)\. Use PresignedRequests.none\(\)/,
  );
});
