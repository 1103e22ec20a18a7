import type { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AccessLogs, SecureBucket, UploadEncryption } from '../../src';
import { assess } from '../../src/assurance/assessment';
import { readAssembly } from '../../src/assurance/template/assembly';
import { newStack } from '../support/app';
import { strongboxReport } from '../support/strongbox-report';

const secure = (stack: Stack) =>
  new SecureBucket(stack, 'Bucket', { accessLogs: AccessLogs.none('A test of the situation') }).bucket;

function deny(bucket: s3.Bucket, actions: string[], conditions?: Record<string, unknown>): void {
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions,
      resources: [bucket.bucketArn, bucket.arnForObjects('*')],
      conditions,
    }),
  );
}

const HEADER = 's3:x-amz-server-side-encryption';

/** A statement that lets everybody read, with Block Public Access on. */
function publish(bucket: s3.Bucket): void {
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.AnyPrincipal()],
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects('*')],
    }),
  );
}

const BROKEN: Record<string, [(stack: Stack) => void, RegExp]> = {
  'a deny of everything outside an endpoint, the deployment included': [
    (stack) => deny(secure(stack), ['s3:*'], { StringNotEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } }),
    /policy-changeable .*cannot call s3:PutBucketPolicy/,
  ],
  'a deny of everything to everybody': [
    (stack) => deny(secure(stack), ['s3:*']),
    /policy-changeable .*cannot call s3:PutBucketPolicy/,
  ],
  'a deny of any other header than AES256 beside that of the library': [
    (stack) => {
      const bucket = secure(stack);
      deny(bucket, ['s3:PutObject'], { StringNotEquals: { [HEADER]: 'AES256' } });
    },
    /default-upload-allowed .*cannot call s3:PutObject/,
  ],
  'a deny of a missing header and of any other than AES256, beside that of the library': [
    (stack) => {
      const bucket = secure(stack);
      deny(bucket, ['s3:PutObject'], { StringNotEquals: { [HEADER]: 'AES256' } });
      deny(bucket, ['s3:PutObject'], { Null: { [HEADER]: 'true' } });
    },
    /default-upload-allowed .*cannot call s3:PutObject/,
  ],
  'two statements that demand two algorithms of a plain bucket': [
    (stack) => {
      const bucket = new s3.Bucket(stack, 'Bucket');
      deny(bucket, ['s3:PutObject'], { StringNotEquals: { [HEADER]: 'AES256' } });
      deny(bucket, ['s3:PutObject'], { StringNotEquals: { [HEADER]: 'aws:kms' } });
    },
    /default-upload-allowed .*cannot call s3:PutObject/,
  ],
  'a deny of a missing header beside a SecureBucket, whose clients need none': [
    (stack) => deny(secure(stack), ['s3:PutObject'], { Null: { [HEADER]: 'true' } }),
    /default-upload-allowed .*cannot call s3:PutObject/,
  ],
  'a public Allow under Block Public Access, which S3 refuses': [
    (stack) => publish(secure(stack)),
    /public-allow-blocked/,
  ],
  'a grant to another account': [
    (stack) => secure(stack).grantRead(new iam.AccountPrincipal('444455556666')),
    /only-accounts .*account 444455556666 can call/,
  ],
};

test.each(Object.entries(BROKEN))('%s: told', (_, [build, expected]) => {
  expect(strongboxReport(build)).toContainEqual(expect.stringMatching(expected));
});

const WORKING: Record<string, (stack: Stack) => void> = {
  'a deny of a missing header and of any other than aws:kms, which leaves an upload with it': (stack) => {
    const bucket = new s3.Bucket(stack, 'Bucket');
    deny(bucket, ['s3:PutObject'], { StringNotEquals: { [HEADER]: 'aws:kms' } });
    deny(bucket, ['s3:PutObject'], { Null: { [HEADER]: 'true' } });
  },
  'a bucket that nobody writes any more': (stack) => {
    const bucket = new s3.Bucket(stack, 'Bucket');
    deny(bucket, ['s3:PutObject']);
    deny(bucket, ['s3:PutObject'], { Null: { [HEADER]: 'true' } });
  },
  'a deny of data outside an endpoint, which leaves the settings to the deployment': (stack) =>
    deny(secure(stack), ['s3:GetObject', 's3:PutObject'], {
      StringNotEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' },
    }),
};

test.each(Object.entries(WORKING))('%s: nothing is said of it', (_, build) => {
  const said = strongboxReport(build).filter((line) => /policy-changeable|default-upload-allowed/.test(line));
  expect(said).toEqual([]);
});

test('a bucket whose policy demands a header on purpose is no finding, and the report states it', () => {
  const stack = newStack();
  const bucket = new s3.Bucket(stack, 'Bucket');
  deny(bucket, ['s3:PutObject'], { Null: { [HEADER]: 'true' } });
  const said = (tree: Stack) =>
    assess(readAssembly((tree.node.root as App).synth().directory))
      .judgements.filter(({ claim }) => /^(default-upload-allowed|upload-possible)$/.test(claim.guarantee.id))
      .map(({ claim, verdict }) => `${claim.guarantee.title}: ${verdict.status}`);
  expect(said(stack)).toEqual(['An upload works that brings the headers which the policy demands: proved']);

  const explicit = newStack();
  new SecureBucket(explicit, 'Bucket', {
    accessLogs: AccessLogs.none('A test of policies'),
    uploadEncryption: UploadEncryption.explicitHeader(),
  });
  expect(said(explicit)).toEqual(['An upload works that brings the headers which the policy demands: proved']);

  const open = newStack();
  new SecureBucket(open, 'Bucket', { accessLogs: AccessLogs.none('A test of policies') });
  expect(said(open)).toEqual(['An ordinary upload works: proved']);
});
