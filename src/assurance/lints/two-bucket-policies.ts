import type { Lint } from './lint';
import { s3Page } from './pages';
import type { ResolvedResource } from '../model/resolve';

/** S3 keeps one policy a bucket: the one deployed last replaces the other, denies included. */
export const twoBucketPolicies: Lint = {
  id: 'two-bucket-policies',
  title: 'Two bucket policies are written for one bucket',
  fix: 'Put all statements into one AWS::S3::BucketPolicy: with CDK through bucket.addToResourcePolicy alone.',
  page: s3Page('bucket-policies'),
  example: {
    wrong: 'new s3.BucketPolicy(...) beside bucket.addToResourcePolicy(...)',
    right: 'bucket.addToResourcePolicy(...) twice',
  },
  *find(template) {
    const policies = new Map<string, ResolvedResource[]>();
    for (const policy of template.ofType('AWS::S3::BucketPolicy')) {
      const bucket = policy.properties?.Bucket;
      if (typeof bucket !== 'string') continue;
      policies.set(bucket, [...(policies.get(bucket) ?? []), policy]);
    }
    for (const [bucket, [first, ...others]] of policies) {
      if (others.length === 0) continue;
      yield {
        resource: others[0],
        location: 'Properties.Bucket',
        message:
          `${[first, ...others].map(({ path }) => `"${path}"`).join(' and ')} all write the policy of ` +
          `"${template.bucket(bucket)?.path ?? bucket}".`,
      };
    }
  },
};
