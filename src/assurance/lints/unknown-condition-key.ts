import type { Lint } from './lint';
import { didYouMean } from './nearest';
import { ACCESS_ANALYZER } from './pages';
import { conditionKey, conditionKeys, isCoveredService } from '../data/iam';
import { isUnknown } from '../template/unknown';

/**
 * Services whose own policies CloudFormation users write with this library's resources: their keys can be told from
 * foreign ones.
 */
const S3_POLICIES = /^AWS::(S3|S3ObjectLambda|S3Express|KMS)::/;

/** A test of a key that no request carries is always true or always false. */
export const unknownConditionKey: Lint = {
  id: 'unknown-condition-key',
  title: 'A policy tests a condition key that does not exist',
  fix:
    'Name a documented condition key: a misspelt one is absent from every request, so a Deny never ' +
    'denies and an Allow never allows.',
  page: ACCESS_ANALYZER,
  example: { wrong: '"Bool": { "aws:SecureTransprt": "false" }', right: '"Bool": { "aws:SecureTransport": "false" }' },
  *find(template) {
    for (const { conditions, document } of template.statements) {
      for (const { key, location } of conditions) {
        if (isUnknown(key) || conditionKey(key) !== undefined) continue;
        const [service] = key.split(':');
        // Keys of identity providers (`accounts.google.com:aud`) are as many as there are providers.
        const judged =
          service === 'aws' ||
          isCoveredService(service) ||
          !key.includes(':') ||
          (S3_POLICIES.test(document.resource.type) && !/[./]/.test(service));
        if (!judged) continue;
        yield {
          resource: document.resource,
          location,
          message: `"${key}" is no condition key.${didYouMean(
            key,
            conditionKeys().map(({ name }) => name),
          )}`,
        };
      }
    }
  },
};
