import { Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { certainlyDiffer } from '../../input/environment';
import { validationError } from '../../input/validation-error';
import { LogPartition, type AccessLogs } from '../../model/access-logs';
import { acknowledgeRule } from '../../policy/acknowledge';
import { allowLogDelivery } from '../../policy/log-delivery';
import { BucketControl } from '../bucket-control';

/**
 * Writes the server access logs of the bucket to another bucket.
 *
 * Stops: access that nobody can reconstruct afterwards. Sets: `LoggingConfiguration`, and on a target of this app one
 * statement that lets `logging.s3.amazonaws.com` deliver. Merges: the last target given wins, as S3 has only one.
 * Limits: the target must be in the same account and Region, must not be the bucket itself or log back to it, and must
 * have neither Object Lock nor a KMS key; each of these is an error. Delivery is best effort.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketAccessLogs(AccessLogs.to(LoggingBucket.of(this))));
 */
export class BucketAccessLogs extends BucketControl {
  /**
   * @param accessLogs A named target, or none with a reason.
   */
  public constructor(public readonly accessLogs: AccessLogs) {
    super('access-logs');
    if (!accessLogs.target && !accessLogs.reasonForNone) {
      throw validationError({
        property: 'accessLogs',
        actual: 'AccessLogs.shared()',
        expected: 'AccessLogs.to(target) or AccessLogs.none(reason)',
        hint: 'pass AccessLogs.to(LoggingBucket.of(scope)); a control makes no resources',
      });
    }
  }

  protected harden(bucket: s3.CfnBucket): void {
    const { target, prefix, partition, reasonForNone } = this.accessLogs;
    if (!target) {
      bucket.loggingConfiguration = undefined;
      this._decide(bucket, 'access-logs', reasonForNone!, 'access-logs');
      acknowledgeRule(bucket, 'S3BucketLoggingEnabled', reasonForNone!);
      Validations.of(bucket).acknowledge({ id: 'Strongbox::access-logs', reason: reasonForNone! });
      return;
    }

    const resource = target.node.findAll().find((node): node is s3.CfnBucket => s3.CfnBucket.isCfnBucket(node));
    this.requireFit(bucket, target, resource);
    bucket.loggingConfiguration = {
      destinationBucketName: target.bucketRef.bucketName,
      logFilePrefix: prefix || undefined,
      targetObjectKeyFormat:
        partition === LogPartition.NONE
          ? { simplePrefix: {} }
          : { partitionedPrefix: { partitionDateSource: partition } },
    };
    this._claim(bucket, 'access-logs', undefined, 'access-logs');
    if (resource) {
      allowLogDelivery(resource);
    } else {
      // Nothing here can prove it, and nobody here can change it: a warning is what is left, not an error on every
      // bucket.
      Validations.of(bucket).acknowledge({
        id: 'Strongbox::access-logs',
        reason: `The target ${target.node.path} is imported, so whether it lets S3 deliver is known to its owner only.`,
      });
      Validations.of(bucket).addWarning(
        '@strongbox/access-logs-imported-target',
        `The access logs of ${bucket.node.path} go to a bucket that this app does not own, so its policy ` +
          'could not be extended: make sure that it' +
          ' lets logging.s3.amazonaws.com s3:PutObject for this account, or the logs are lost without a word.',
      );
    }
  }

  private requireFit(bucket: s3.CfnBucket, target: s3.IBucketRef, resource: s3.CfnBucket | undefined): void {
    if (resource === bucket) {
      throw validationError({
        property: 'accessLogs',
        actual: 'the bucket itself',
        expected: 'another bucket, since every delivered log would be logged again, without end and at your cost',
        hint: 'log to LoggingBucket.of(scope)',
        scope: bucket,
      });
    }
    for (const [what, mine, theirs] of [
      ['account', bucket.stack.account, target.env.account],
      ['Region', bucket.stack.region, target.env.region],
    ]) {
      if (certainlyDiffer(mine, theirs)) {
        throw validationError({
          property: 'accessLogs',
          actual: `a target in the ${what} ${theirs}`,
          expected: `a target in the ${what} of the bucket, ${mine}`,
          hint: `make a LoggingBucket in that ${what}`,
          scope: bucket,
        });
      }
    }
  }
}
