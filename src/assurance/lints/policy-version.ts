import { isObject } from './documents';
import type { Lint } from './lint';

/** Without the current version, policy variables are text. */
export const policyVersion: Lint = {
  id: 'policy-version',
  title: 'A policy does not name the current version of the policy language',
  fix: 'Write "Version": "2012-10-17": without it ${aws:username} is literal text that matches nobody.',
  example: { wrong: '{ "Statement": [...] }', right: '{ "Version": "2012-10-17", "Statement": [...] }' },
  *find(template) {
    for (const { body, resource, location } of template.documents) {
      if (!isObject(body) || body.Version === '2012-10-17') continue;
      const variables = /\$\{[a-z0-9-]+:[^}]+\}/i.test(JSON.stringify(body));
      if (body.Version === '2008-10-17' && !variables) continue;
      if (body.Version === undefined && !variables) continue;
      yield {
        resource,
        location: `${location}.Version`,
        message:
          body.Version === undefined || body.Version === '2008-10-17'
            ? `"Version" is ${body.Version ?? 'missing'}, so the policy variables in it are taken as literal text.`
            : `"Version" is ${JSON.stringify(body.Version)}, it must be "2012-10-17".`,
      };
    }
  },
};
