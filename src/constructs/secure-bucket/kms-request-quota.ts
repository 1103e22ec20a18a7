import { Stack, Token, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Encryption } from '../../model/encryption';

/**
 * Cryptographic operations with symmetric keys, requests a second, shared by the whole account in a Region.
 * https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html
 */
const QUOTA: Record<string, number> = {
  'us-east-1': 100_000,
  'us-west-2': 100_000,
  'eu-west-1': 100_000,
  'us-east-2': 20_000,
  'ap-southeast-1': 20_000,
  'ap-southeast-2': 20_000,
  'ap-northeast-1': 20_000,
  'eu-central-1': 20_000,
  'eu-west-2': 20_000,
};
const DEFAULT_QUOTA = 10_000;

/** Warns where each request calls KMS and there are more of them than KMS answers. */
export function warnOfKmsRequestQuota(scope: IConstruct, encryption: Encryption): void {
  const expected = encryption.expectedRequestsPerSecond;
  if (!encryption.usesKms || encryption.bucketKeyEnabled || expected === undefined) return;

  const region = Stack.of(scope).region;
  const quota = QUOTA[region] ?? DEFAULT_QUOTA;
  if (expected <= quota) return;
  const where = Token.isUnresolved(region) ? 'in most Regions' : `in ${region}`;
  const remedy =
    encryption.algorithm === 'aws:kms'
      ? 'turn the bucket key on (Encryption.kms({ bucketKey: true }))'
      : 'use Encryption.kms() with its bucket key if two layers are not required';
  Validations.of(scope).addWarning(
    '@strongbox/kms-request-quota',
    `"expectedRequestsPerSecond" is ${expected}, and without a bucket key each of these requests calls ` +
      `KMS, whose quota ${where} is ${quota} a second` +
      ` for the whole account: S3 would answer the rest with 503; ${remedy}, or raise the quota with ` +
      'Service Quotas first.',
  );
}
