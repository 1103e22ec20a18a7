import { Token, Validations } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { PolicyOfBucket, resolved } from './bucket-policy';
import { defaultEncryption } from './encryption-setting';
import { validationError } from '../input/validation-error';
import type { Delivery } from '../model/delivery/delivery';
import type { DeliveryFits, Fit } from '../model/delivery/table';

/** Refuses a delivery that the settings of the bucket stop, and warns of one of which no page says that it works. */
export function requireFit(bucket: s3.CfnBucket, delivery: Delivery): void {
  const { title, fits, advice, direction } = delivery._row;
  const wayOut = advice ?? 'deliver to another bucket';
  for (const [setting, received] of settingsOf(bucket)) {
    const fit: Fit = fits[setting];
    if (fit === 'no') {
      throw validationError({
        property: 'delivery',
        actual: title,
        expected: `a delivery that works on a bucket with ${received}`,
        hint: wayOut,
        scope: bucket,
      });
    }
    if (fit === 'unknown' && direction !== 'read') {
      Validations.of(bucket).addWarning(
        `@strongbox/delivery-${delivery.id}-${setting.toLowerCase()}`,
        `${title} to ${bucket.node.path}: no page of AWS says whether they reach a bucket with ` +
          `${received}. Check that they arrive, then acknowledge` +
          ' this warning.',
      );
    }
  }
  if (direction !== 'read' && PolicyOfBucket.of(bucket).find('StrongboxSseCRequired')) {
    throw validationError({
      property: 'delivery',
      actual: title,
      expected: 'no delivery to a bucket that requires SSE-C, since no service sends a key of the customer',
      hint: 'deliver to another bucket',
      scope: bucket,
    });
  }
  if (delivery.id === 'waf-logs') requireWafName(bucket);
}

function settingsOf(bucket: s3.CfnBucket): Array<[keyof DeliveryFits, string]> {
  const found: Array<[keyof DeliveryFits, string]> = [];
  const algorithm = defaultEncryption(bucket)?.sseAlgorithm;
  if (algorithm === 'aws:kms') found.push(['sseKms', 'SSE-KMS as its default encryption']);
  if (algorithm === 'aws:kms:dsse') found.push(['dsse', 'DSSE-KMS as its default encryption']);
  if (
    resolved<boolean>(bucket, bucket.objectLockEnabled) ||
    resolved<object>(bucket, bucket.objectLockConfiguration) !== undefined
  ) {
    found.push(['objectLock', 'Object Lock']);
  }
  const ownership = resolved<{ rules?: Array<{ objectOwnership?: string }> }>(bucket, bucket.ownershipControls)
    ?.rules?.[0]?.objectOwnership;
  if (ownership === undefined || ownership === 'BucketOwnerEnforced') found.push(['aclsDisabled', 'ACLs disabled']);
  return found;
}

/** @see https://docs.aws.amazon.com/waf/latest/developerguide/logging-s3.html */
function requireWafName(bucket: s3.CfnBucket): void {
  const { bucketName } = bucket;
  if (Token.isUnresolved(bucketName) || bucketName?.startsWith('aws-waf-logs-')) return;
  throw validationError({
    property: 'bucketName',
    actual: bucketName,
    expected: 'a name that begins with "aws-waf-logs-", which WAF requires',
    hint: 'name the bucket so',
    scope: bucket,
  });
}
