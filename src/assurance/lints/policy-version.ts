import { isObject } from './documents';
import type { Lint } from './lint';
import { iamPage } from './pages';
import { isUnknown } from '../template/unknown';

/** Without the current version, policy variables are text. */
export const policyVersion: Lint = {
  id: 'policy-version',
  title: 'A policy does not name the current version of the policy language',
  fix: 'Write "Version": "2012-10-17": without it ${aws:username} is literal text that matches nobody.',
  page: iamPage('reference_policies_elements_version'),
  example: { wrong: '{ "Statement": [...] }', right: '{ "Version": "2012-10-17", "Statement": [...] }' },
  *find(template) {
    for (const { body, resource, location } of template.documents) {
      if (!isObject(body) || body.Version === '2012-10-17') continue;
      if (typeof body.Version === 'string' && isUnknown(body.Version)) continue;
      // Of a policy without a version and without variables `policy-version-missing` speaks.
      const old = body.Version === undefined || body.Version === '2008-10-17';
      if (old && !hasVariables(body)) continue;
      yield {
        resource,
        location: `${location}.Version`,
        message: old
          ? `"Version" is ${body.Version ?? 'missing'}, so the policy variables in it are literal text.`
          : `"Version" is ${JSON.stringify(body.Version)}, it must be "2012-10-17".`,
      };
    }
  },
};

export const hasVariables = (body: unknown): boolean => /\$\{[a-z0-9-]+:[^}]+\}/i.test(JSON.stringify(body));
