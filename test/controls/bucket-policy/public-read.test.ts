import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  BucketPublicAccessBlocked,
  BucketPublicRead,
  BucketTlsOnly,
  Encryption,
  Guarantee,
  Proof,
  PublicRead,
  SecureBucket,
} from '../../../src';
import { newStack, only, templateOf } from '../../support/app';
import { controlContract } from '../../support/control-contract';
import { nag, unexplained } from '../../support/nag';

const REASON = 'Press kit, published by Communications';
const press = () => new BucketPublicRead(PublicRead.because(REASON, { prefixes: ['press/'] }));
const OPEN = { BlockPublicAcls: true, BlockPublicPolicy: false, IgnorePublicAcls: true, RestrictPublicBuckets: false };

controlContract({
  guarantee: Guarantee.publicReadOnlyUnder({ prefixes: ['press/'] }),
  make: press,
  effect: (bucket, statements) => {
    expect(bucket.PublicAccessBlockConfiguration).toEqual(OPEN);
    expect(statements).toContainEqual({
      Sid: 'StrongboxPublicRead',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 's3:GetObject',
      Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.any(String), 'Arn'] }, '/press/*']] },
    });
  },
});

test.each(['blocked first', 'blocked last'])(
  'wins over BucketPublicAccessBlocked because it is stated: %s',
  (order) => {
    const controls = [new BucketPublicAccessBlocked(), press()];
    const template = templateOf((stack) =>
      new s3.Bucket(stack, 'Bucket').with(...(order === 'blocked first' ? controls : controls.reverse())),
    );
    expect(only(template, 'AWS::S3::Bucket').Properties.PublicAccessBlockConfiguration).toEqual(OPEN);
  },
);

test('on a SecureBucket everybody reads the prefix over TLS, and nothing else is open', () => {
  const stack = newStack();
  new SecureBucket(stack, 'Downloads', { encryption: Encryption.s3Managed() }).with(press());
  const proof = Proof.ofStack(stack);
  const about = { subject: 'Stack/Downloads/Resource' };
  proof.holds(Guarantee.publicReadOnlyUnder({ prefixes: ['press/'] }), about);
  proof.holds(Guarantee.publicReadAllowed('press/'), about);
  proof.holds(Guarantee.tlsOnly(), about);
  proof.holds(Guarantee.aclsDisabled(), about);
  proof.holds(Guarantee.publicAclsBlocked(), about);
  const everybody = { principal: 'anonymous' };
  proof.allows({ ...everybody, action: 's3:GetObject', resource: `${about.subject}/press/kit.zip` });
  proof.denies({
    ...everybody,
    action: 's3:GetObject',
    resource: `${about.subject}/press/kit.zip`,
    context: { 'aws:SecureTransport': 'false' },
  });
  proof.denies({ ...everybody, action: 's3:GetObject', resource: `${about.subject}/drafts/kit.zip` });
  proof.denies({ ...everybody, action: 's3:GetObjectVersion', resource: `${about.subject}/press/kit.zip` });
  proof.denies({ ...everybody, action: 's3:PutObject', resource: `${about.subject}/press/kit.zip` });
  proof.denies({ ...everybody, action: 's3:ListBucket', resource: about.subject });
});

test('without Block Public Access the proof about ACLs fails', () => {
  const stack = newStack();
  new s3.Bucket(stack, 'Bucket', {
    blockPublicAccess: new s3.BlockPublicAccess({ blockPublicAcls: true, ignorePublicAcls: false }),
  });
  expect(() => Proof.ofStack(stack).holds(Guarantee.publicAclsBlocked())).toThrow('IgnorePublicAcls');
});

test('prefixes add up in one statement', () => {
  const template = templateOf((stack) =>
    new s3.Bucket(stack, 'Bucket').with(
      press(),
      new BucketPublicRead(PublicRead.because(REASON, { prefixes: ['press/', 'logos/'] })),
    ),
  );
  const [statement] = only(template, 'AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement;
  expect(statement.Resource.map((resource: any) => resource['Fn::Join'][1][1])).toEqual(['/press/*', '/logos/*']);
});

test('is reported, and the packs are answered with its reason', () => {
  const report = nag((stack) => new s3.Bucket(stack, 'Bucket').with(new BucketTlsOnly(), press()));
  expect(unexplained(report).filter(({ rule }) => rule.includes('Public'))).toEqual([]);
  expect(
    report.acknowledged
      .filter(({ rule }) => rule.endsWith('S3BucketPublicReadProhibited'))
      .every(({ reason }) => reason === REASON),
  ).toBe(true);
  const stack = newStack();
  new s3.Bucket(stack, 'Bucket').with(press());
  Annotations.fromStack(stack).hasWarning(
    '/Stack/Bucket/Resource',
    Match.stringLikeRegexp(`Everybody can read press/ of .* The reason given: ${REASON}`),
  );
});

test('refuses a bucket under a KMS key, which nobody without a signature can use', () => {
  const stack = newStack();
  new SecureBucket(stack, 'Downloads').with(press());
  expect(() => Template.fromStack(stack)).toThrow('Stack/Downloads/Resource/Resource: "encryption" must be SSE-S3');
});

test('refuses the whole bucket, and a decision without a reason', () => {
  expect(() => PublicRead.because(REASON, { prefixes: [] })).toThrow('"prefixes" must be at least one prefix');
  for (const prefix of ['', '/', 'press', '*']) {
    expect(() => PublicRead.because(REASON, { prefixes: [prefix] })).toThrow(`(got "${prefix}"`);
  }
  expect(() => PublicRead.because('ok', { prefixes: ['press/'] })).toThrow(
    '"PublicRead.because(reason)" must be a literal sentence',
  );
});
