import type { Lint } from './lint';
import { didYouMean } from './nearest';
import { iamPage } from './pages';
import { withoutUnknown } from './text';
import { conditionKey, conditionKeys, isCoveredService } from '../data/iam';

/** A variable that IAM does not know stands for nothing. */
export const misspeltVariable: Lint = {
  id: 'misspelt-variable',
  title: 'A policy uses a variable that does not exist',
  fix: 'Name a condition key with one value, such as ${aws:username}; for a value of the template use Fn::Sub.',
  page: iamPage('reference_policies_variables'),
  example: {
    wrong: '"Resource": "arn:aws:s3:::bucket/home/${aws:usrname}/*"',
    right: '"Resource": "arn:aws:s3:::bucket/home/${aws:username}/*"',
  },
  *find(template) {
    for (const { document, location, resources, notResources, conditions } of template.statements) {
      // Without the current version nothing is a variable: `policy-version` says so.
      if (document.body?.Version !== '2012-10-17') continue;
      const places: Array<readonly [string, readonly string[]]> = [
        [`${location}.Resource`, resources],
        [`${location}.NotResource`, notResources],
        ...conditions.map((condition) => [condition.location, condition.values] as const),
      ];
      for (const [place, values] of places) {
        const message = values.flatMap(variablesIn).map(judge).find(Boolean);
        if (message) yield { resource: document.resource, location: place, message };
      }
    }
  },
};

const variablesIn = (value: string): string[] =>
  [...withoutUnknown(value).matchAll(/\$\{([^{}]*)\}/g)].map(([, name]) => name);

function judge(written: string): string | undefined {
  const name = written.split(',')[0].trim();
  if (['*', '?', '$'].includes(name)) return undefined;
  const shown = `"\${${written}}"`;
  const [service, rest] = name.split(':');
  if (rest === undefined || name.includes('::')) {
    return `${shown} is not a policy variable. If the template's value is meant, Fn::Sub is missing.`;
  }
  if (service.toLowerCase() !== 'aws' && !isCoveredService(service)) return undefined;
  const key = conditionKey(name);
  if (key === undefined) {
    return `${shown} is not a policy variable, so it matches nothing.${didYouMean(name, known(name))}`;
  }
  return key.multivalued ? `${shown} has several values and cannot be a policy variable.` : undefined;
}

/** Keys to suggest; a tag has the name that is written. */
function* known(name: string): Iterable<string> {
  const [, tag = ''] = /[/:]([^/:]*)$/.exec(name) ?? [];
  for (const key of conditionKeys()) if (!key.multivalued) yield key.name.replace('${}', tag);
}
