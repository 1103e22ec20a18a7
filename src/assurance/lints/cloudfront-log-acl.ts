import type { Lint, LintedTemplates } from './lint';
import { bucketName } from './lint';
import type { ResolvedResource } from '../model/resolve';
import { isUnknown, unknownNames } from '../template/unknown';

/** CloudFront's standard logging (v1) grants itself access by an ACL. */
export const cloudFrontLogAcl: Lint = {
  id: 'cloudfront-log-acl',
  title: 'CloudFront writes standard logs into a bucket whose ACLs are off',
  fix:
    'Deliver the logs by standard logging v2 (AWS::Logs::DeliverySource and AWS::Logs::Delivery), which needs no ' +
    'ACL; with v1 set ObjectOwnership of a log bucket of its own to BucketOwnerPreferred.',
  page: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html',
  example: {
    wrong: 'DistributionConfig.Logging.Bucket: a bucket with ObjectOwnership BucketOwnerEnforced',
    right: 'DistributionConfig.Logging.Bucket: a bucket with ObjectOwnership BucketOwnerPreferred',
  },
  *find(template) {
    for (const distribution of template.ofType('AWS::CloudFront::Distribution')) {
      const domain: unknown = distribution.properties?.DistributionConfig?.Logging?.Bucket;
      const bucket = typeof domain === 'string' ? bucketOf(domain, template) : undefined;
      if (bucket === undefined) continue;
      const ownership: unknown = bucket.properties?.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
      if (ownership !== undefined && ownership !== 'BucketOwnerEnforced') continue;
      yield {
        resource: distribution,
        location: 'Properties.DistributionConfig.Logging.Bucket',
        message:
          `"${bucket.path}" has ACLs off${ownership === undefined ? ', the default of new buckets' : ''}, and CloudFront ` +
          'delivers standard logs by an ACL: CloudFront refuses the bucket.',
      };
    }
  },
};

/** The bucket of a domain name, written or by `GetAtt`. */
function bucketOf(domain: string, template: LintedTemplates): ResolvedResource | undefined {
  const attribute = isUnknown(domain) ? unknownNames(domain)[0] : undefined;
  return template
    .ofType('AWS::S3::Bucket')
    .find((bucket) =>
      attribute === undefined
        ? domain.startsWith(`${bucketName(bucket)}.s3.`) || domain.startsWith(`${bucketName(bucket)}.s3-`)
        : ['DomainName', 'RegionalDomainName'].some(
            (name) => attribute === `${bucket.stack}.${bucket.logicalId}.${name}`,
          ),
    );
}
