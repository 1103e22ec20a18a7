import type { Lint } from './lint';
import { withoutUnknown } from './text';
import type { ResolvedResource } from '../model/resolve';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LIMIT = 20_480;
/** What Lambda writes beside the values: the generated id of the statement has the stack, the logical id and more. */
const OF_EVERY_STATEMENT =
  '{"Sid":"","Effect":"Allow","Principal":"","Action":"","Resource":"arn:aws:lambda:::function:"},'.length;

/** Every permission is one statement in the one policy of the function. */
export const lambdaPolicySize: Lint = {
  id: 'lambda-policy-size',
  title: 'The permissions of a function exceed the size of its policy',
  fix:
    'Give one permission for many callers: a SourceArn with a wildcard, SourceAccount, or PrincipalOrgID; or allow ' +
    'lambda:InvokeFunction in the policies of the callers.',
  page: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
  example: {
    wrong: 'One AWS::Lambda::Permission for each of 100 buckets',
    right: 'One AWS::Lambda::Permission with "SourceAccount" for all of them',
  },
  *find(template) {
    const permissions = new Map<string, ResolvedResource[]>();
    for (const permission of template.ofType('AWS::Lambda::Permission')) {
      const name: unknown = permission.properties?.FunctionName;
      if (typeof name !== 'string') continue;
      permissions.set(name, [...(permissions.get(name) ?? []), permission]);
    }
    for (const [, all] of permissions) {
      const bytes = all.reduce((sum, permission) => sum + statementBytes(permission), 0);
      if (bytes <= LIMIT) continue;
      const last = all[all.length - 1];
      yield {
        resource: last,
        location: 'Properties.FunctionName',
        message: `The ${all.length} permissions of this function need at least ${bytes} bytes, and its policy has ${LIMIT}.`,
      };
    }
  },
};

/** A lower bound: what only the deployment knows counts as nothing. */
function statementBytes({ properties, logicalId, account, region }: ResolvedResource): number {
  const { FunctionName: name, ...others } = properties as Record<string, unknown>;
  const known = [...Object.values(others), String(name).replace(/.*:/, ''), account, region].map((value) =>
    typeof value === 'string' ? withoutUnknown(value).replace(/\{[\w.-]+\}/g, '').length : 0,
  );
  return OF_EVERY_STATEMENT + logicalId.length + known.reduce((sum, length) => sum + length, 0);
}
