import type { Lint } from './lint';
import { logTargets, named } from './log-targets';
import { SERVER_ACCESS_LOGS } from './pages';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html */
export const logTargetEncryption: Lint = {
  id: 'log-target-encryption',
  title: 'A bucket that is encrypted with KMS by default receives access logs',
  fix: 'Use SSE-S3 (AES256) as default encryption of the log bucket.',
  page: SERVER_ACCESS_LOGS,
  example: {
    wrong: 'SSEAlgorithm: aws:kms on the bucket that LoggingConfiguration names',
    right: 'SSEAlgorithm: AES256',
  },
  *find(template) {
    for (const { target, sources } of logTargets(template)) {
      const rules: any[] = target.properties?.BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
      const algorithm = rules
        .map((rule) => rule?.ServerSideEncryptionByDefault?.SSEAlgorithm)
        .find((name) => /^aws:kms/.test(String(name)));
      if (algorithm === undefined) continue;
      yield {
        resource: target,
        location: 'Properties.BucketEncryption',
        message:
          `"${target.path}" is encrypted with ${algorithm} and receives the access logs of ` +
          `${named(sources)}: S3 supports SSE-S3 alone there.`,
      };
    }
  },
};
