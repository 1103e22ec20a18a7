import { isObject } from './documents';
import type { Lint } from './lint';
import { iamPage } from './pages';
import { hasVariables } from './policy-version';

/** Nothing depends on it yet; the first policy variable that is added will. */
export const policyVersionMissing: Lint = {
  id: 'policy-version-missing',
  title: 'A policy has no version',
  fix: 'Write "Version": "2012-10-17".',
  page: iamPage('reference_policies_elements_version'),
  example: { wrong: '{ "Statement": [...] }', right: '{ "Version": "2012-10-17", "Statement": [...] }' },
  *find(template) {
    for (const { body, resource, location, kind } of template.documents) {
      // A trust policy says who may have the role, not what is done with S3.
      if (!isObject(body) || body.Version !== undefined || kind === 'trust' || hasVariables(body)) continue;
      yield {
        resource,
        location: `${location}.Version`,
        message: '"Version" is missing, so S3 and IAM read the policy by the rules of 2008: ${...} is literal text.',
      };
    }
  },
};
