/** What the alarms of a bucket have to know about it. */
import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { referenced } from '../../input/referenced';
import { onFinalize, resolved } from '../../policy/bucket-policy';

const METRICS_ID = 'EntireBucket';

export function suffixOf(bucket: s3.CfnBucket): string {
  return bucket.node.addr.slice(-8);
}

export function isLocked(bucket: s3.CfnBucket): boolean {
  return (
    resolved<boolean>(bucket, bucket.objectLockEnabled) === true ||
    resolved(bucket, bucket.objectLockConfiguration) !== undefined
  );
}

export function keyArnOf(bucket: s3.CfnBucket): string[] {
  const encryption = bucket.bucketEncryption as s3.CfnBucket.BucketEncryptionProperty | undefined;
  const rules = (
    Array.isArray(encryption?.serverSideEncryptionConfiguration) ? encryption.serverSideEncryptionConfiguration : []
  ) as s3.CfnBucket.ServerSideEncryptionRuleProperty[];
  return rules
    .flatMap(
      ({ serverSideEncryptionByDefault: by }) =>
        (by as s3.CfnBucket.ServerSideEncryptionByDefaultProperty | undefined)?.kmsMasterKeyId ?? [],
    )
    .filter((key): key is string => typeof key === 'string');
}

export function logTargetOf(bucket: s3.CfnBucket): s3.CfnBucket[] {
  const logging = bucket.loggingConfiguration as s3.CfnBucket.LoggingConfigurationProperty | undefined;
  const target = referenced(logging?.destinationBucketName);
  return target && s3.CfnBucket.isCfnBucket(target) ? [target] : [];
}

/**
 * The rules of replication; each of them measures what fails from now on. Those of a custom resource are not among
 * them.
 */
export function measuredReplication(bucket: s3.CfnBucket): s3.CfnBucket.ReplicationRuleProperty[] {
  const measure = () => {
    const configuration = bucket.replicationConfiguration as s3.CfnBucket.ReplicationConfigurationProperty | undefined;
    if (!configuration || !Array.isArray(configuration.rules)) return [];
    const rules = (configuration.rules as s3.CfnBucket.ReplicationRuleProperty[]).map((rule) => {
      const destination = rule.destination as s3.CfnBucket.ReplicationDestinationProperty;
      return destination.metrics ? rule : { ...rule, destination: { ...destination, metrics: { status: 'Enabled' } } };
    });
    bucket.replicationConfiguration = { ...configuration, rules };
    return rules;
  };
  // The control that replicates writes its rule once more at the end.
  onFinalize(bucket, measure);
  return measure();
}

/** A metric of all requests to a bucket, which must be switched on. */
export function requestMetric(bucket: s3.CfnBucket, metricName: string, period: Duration): cloudwatch.Metric {
  const before = (
    Array.isArray(bucket.metricsConfigurations) ? bucket.metricsConfigurations : []
  ) as s3.CfnBucket.MetricsConfigurationProperty[];
  if (!before.some(({ id }) => id === METRICS_ID)) bucket.metricsConfigurations = [...before, { id: METRICS_ID }];
  return new cloudwatch.Metric({
    namespace: 'AWS/S3',
    metricName,
    dimensionsMap: { BucketName: bucket.ref, FilterId: METRICS_ID },
    statistic: 'Sum',
    period,
  });
}
