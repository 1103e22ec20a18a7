import type * as s3 from 'aws-cdk-lib/aws-s3';
import { explain } from '../../input/validation-error';
import { resolved } from '../../policy/bucket-policy';
import { BucketControl } from '../bucket-control';

const LOG_DELIVERY = 'LogDeliveryWrite';

/**
 * What the CDK does for a bucket that another one names as its `serverAccessLogsBucket`.
 * @see https://docs.aws.amazon.com/cdk/v2/guide/featureflags.html
 */
const BY_POLICY =
  'the CDK adds it to a target of server access logs; with ' +
  '"@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": true in the "context" of cdk.json it writes a statement of the ' +
  'bucket policy in its place';

/**
 * Turns access control lists off: the bucket's owner owns every object, and only policies decide.
 *
 * Stops: an object that an uploader in another account keeps, or opens to others, by an ACL. Sets:
 * `OwnershipControls` to `BucketOwnerEnforced`. Merges: any other ownership becomes this one. Limits: a canned ACL on
 * the bucket contradicts it and is an error. Server access logs are then allowed by the target's policy instead of the
 * log-delivery group.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketAclsDisabled());
 */
export class BucketAclsDisabled extends BucketControl {
  public constructor() {
    super('acls-disabled');
  }

  protected harden(bucket: s3.CfnBucket): void {
    this._claim(bucket, 'acls-disabled');
    bucket.ownershipControls = { rules: [{ objectOwnership: 'BucketOwnerEnforced' }] };
    // CDK turns the log-delivery ACL on whenever a later bucket names this one as its log target: only synthesis knows.
    bucket.node.addValidation({
      validate: () => {
        const acl = resolved<string>(bucket, bucket.accessControl);
        return acl === undefined || acl === 'Private'
          ? []
          : [
              explain({
                property: 'accessControl',
                actual: acl,
                expected: 'no canned ACL where ACLs are off',
                hint: acl === LOG_DELIVERY ? BY_POLICY : 'remove it and grant by policy',
                scope: bucket,
              }),
            ];
      },
    });
  }
}
