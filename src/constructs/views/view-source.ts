import { Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { keyArnOf } from './views';
import type { View } from '../../model/view';

/** What a function needs that reads the originals by itself: the objects, whether a key exists at all, and the key. */
export function readingOriginals(bucket: s3.CfnBucket, views: View[]): iam.PolicyStatementProps[] {
  const prefixes = views.flatMap(({ _options }) => _options.prefixes ?? ['']);
  const keys = prefixes.includes('') ? ['*'] : [...new Set(prefixes)].map((prefix) => `${prefix}*`);
  return [
    { actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: keys.map((key) => `${bucket.attrArn}/${key}`) },
    { actions: ['s3:ListBucket'], resources: [bucket.attrArn] },
    ...usingKey(bucket, keyArnOf(bucket), ['kms:Decrypt']),
  ];
}

/** The right on a bucket's key, through S3 and for this bucket only. */
export function usingKey(
  bucket: s3.CfnBucket,
  keyArn: string | undefined,
  actions: string[],
): iam.PolicyStatementProps[] {
  return keyArn === undefined
    ? []
    : [
        {
          actions,
          resources: [keyArn],
          conditions: {
            StringEquals: { 'kms:ViaService': `s3.${Stack.of(bucket).region}.amazonaws.com` },
            ArnLike: { 'kms:EncryptionContext:aws:s3:arn': [bucket.attrArn, `${bucket.attrArn}/*`] },
          },
        },
      ];
}
