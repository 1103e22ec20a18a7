import * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { referenced } from '../../input/referenced';
import { validationError } from '../../input/validation-error';
import { onFinalize } from '../../policy/bucket-policy';
import { defaultEncryption } from '../../policy/encryption-setting';
import { denyKeyDeletion, policyOfKey } from '../../policy/key-policy';
import { BucketControl } from '../bucket-control';

/**
 * Denies everybody to schedule the deletion of the key that encrypts the bucket, to delete its imported material, or to
 * disable it.
 *
 * Stops: the one way to destroy locked objects, which is to destroy their key. Sets: one statement of the key's policy;
 * the bucket's default encryption is read at synthesis, whatever the order of the controls. Merges: a second
 * application changes nothing. Limits: whoever may `kms:PutKeyPolicy` can take the statement away, so an alarm goes
 * with it. A key that this app does not make is an error. Without a KMS key there is nothing to deny.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketKeyDeletionDenied());
 */
export class BucketKeyDeletionDenied extends BucketControl {
  public constructor() {
    super('key-deletion-denied');
  }

  protected harden(bucket: s3.CfnBucket): void {
    this._claim(bucket, 'key-deletion-denied');
    this._claim(bucket, 'key-serves-data');
    onFinalize(bucket, () => {
      const arn = defaultEncryption(bucket)?.kmsMasterKeyId;
      if (arn) deny(bucket, referenced(arn));
    });
  }
}

function deny(bucket: s3.CfnBucket, key: unknown): void {
  if (!kms.CfnKey.isCfnKey(key)) {
    throw validationError({
      property: 'key',
      actual: 'a key whose policy this app does not write',
      expected: 'a kms.Key of this app, since nobody may be able to delete it while objects are retained',
      hint: 'let the construct make its key, make the key in this app, or use Encryption.s3Managed()',
      scope: bucket,
    });
  }
  denyKeyDeletion(bucket, policyOfKey(key), key.keyPolicy);
}
