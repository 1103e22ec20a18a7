import type * as s3 from 'aws-cdk-lib/aws-s3';

const PUBLIC = Symbol.for('cdk-s3-strongbox.public-read');

/** Remembers the owner's decision on the bucket, so that the order of the controls does not matter. */
export function openForPolicies(bucket: s3.CfnBucket): void {
  Object.defineProperty(bucket, PUBLIC, { value: true, configurable: true });
  blockPublicAccess(bucket);
}

/** Whether the owner of the bucket stated a public read. */
export function isOpenForPolicies(bucket: s3.CfnBucket): boolean {
  return (bucket as { [PUBLIC]?: boolean })[PUBLIC] === true;
}

/** All of Block Public Access, but for what a stated public read needs; ACLs stay blocked in any case. */
export function blockPublicAccess(bucket: s3.CfnBucket): void {
  const closed = !isOpenForPolicies(bucket);
  bucket.publicAccessBlockConfiguration = {
    blockPublicAcls: true,
    blockPublicPolicy: closed,
    ignorePublicAcls: true,
    restrictPublicBuckets: closed,
  };
}
