import { Names } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { onFinalize, PolicyOfBucket, resolved } from './bucket-policy';

/** A caller that works for the owner of the bucket, by a delivery or by a construct of this library. */
export interface Admission {
  /** The service principals, the role or its ARN, or the account of the caller; one of them. */
  readonly services?: string[];
  readonly roleArn?: string;
  /** The role itself, where a construct of this library made it. */
  readonly role?: iam.IRole;
  readonly account?: string;
  readonly reads: boolean;
  readonly writes: boolean;
  /** The accounts for which the service acts. */
  readonly sourceAccounts?: string[];
  /** The distribution for which CloudFront acts. */
  readonly distributionArn?: string;
}

const ADMISSIONS = Symbol.for('cdk-s3-strongbox.admissions');

/** Restrictions that name who is exempt from them. A caller is exempt from those that are about what it does. */
const RESTRICTIONS: ReadonlyArray<{
  readonly sid: RegExp;
  readonly ifExists: '' | 'IfExists';
  readonly about: (admission: Admission) => boolean;
}> = [
  { sid: /^StrongboxPerimeter\d*$/, ifExists: 'IfExists', about: ({ services }) => services === undefined },
  { sid: /^StrongboxDirect(Objects|Listing)$/, ifExists: '', about: ({ services }) => services === undefined },
  { sid: /^StrongboxWritersOnly$/, ifExists: '', about: ({ writes }) => writes },
  { sid: /^StrongboxReadersOnly$/, ifExists: '', about: ({ reads }) => reads },
];

/**
 * Exempts a caller from the restrictions of the bucket that would stop its work, whatever the order in which they are
 * applied. Each exemption names the caller exactly; it allows nothing by itself.
 */
export function admit(bucket: s3.CfnBucket, admission: Admission): void {
  const holder = bucket as { [ADMISSIONS]?: Admission[] };
  if (!holder[ADMISSIONS]) {
    Object.defineProperty(holder, ADMISSIONS, { value: [] });
    onFinalize(bucket, () => holder[ADMISSIONS]!.forEach((each) => exempt(bucket, each)));
  }
  holder[ADMISSIONS]!.push(admission);
}

/** The names of the callers that are exempt from a kind of restriction: services, roles by ARN, accounts. */
export function admitted(bucket: s3.CfnBucket, isExempt: (admission: Admission) => boolean): string[] {
  return admissionsOf(bucket)
    .filter(isExempt)
    .flatMap(({ services, roleArn, account }) => services ?? (roleArn === undefined ? [account!] : [roleArn]));
}

export function admissionsOf(bucket: s3.CfnBucket): readonly Admission[] {
  return (bucket as { [ADMISSIONS]?: Admission[] })[ADMISSIONS] ?? [];
}

function exempt(bucket: s3.CfnBucket, admission: Admission): void {
  const policy = PolicyOfBucket.of(bucket);
  for (const [sid, statement] of policy.all) {
    const restriction = RESTRICTIONS.find((each) => each.sid.test(sid) && each.about(admission));
    if (restriction) name(bucket, statement, admission, restriction.ifExists);
    if (admission.services && /^StrongboxPerimeterService\d*$/.test(sid)) {
      bySource(bucket, policy, sid, statement, admission);
    }
    if (admission.distributionArn && /^StrongboxPerimeterCloudFront\d*$/.test(sid)) {
      append(bucket, statement, 'ArnNotEquals', 'aws:SourceArn', [admission.distributionArn]);
    }
  }
}

function name(
  bucket: s3.CfnBucket,
  statement: iam.PolicyStatement,
  { services, role, account, ...rest }: Admission,
  ifExists: string,
): void {
  const roleArn = rest.roleArn ?? (role && arnOf(bucket, role));
  if (services) append(bucket, statement, 'StringNotEquals', 'aws:PrincipalServiceName', services);
  if (roleArn) append(bucket, statement, `ArnNotEquals${ifExists}`, 'aws:PrincipalArn', [roleArn]);
  if (account) append(bucket, statement, `StringNotEquals${ifExists}`, 'aws:PrincipalAccount', [account]);
}

/**
 * The ARN of the role as the policy of the bucket may spell it: across stacks without a reference, which would make a
 * circle, since the stack of the role depends on that of the bucket.
 */
function arnOf(bucket: s3.CfnBucket, role: iam.IRole): string {
  const resource = role.node.defaultChild;
  if (!iam.CfnRole.isCfnRole(resource) || resource.stack === bucket.stack) return role.roleArn;
  resource.roleName ??= Names.uniqueResourceName(resource, { maxLength: 64, separator: '-' });
  return resource.stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: resource.roleName });
}

/**
 * A service that acts for another account than the perimeter's is measured by a statement of its own, so that no other
 * service is let in.
 */
function bySource(
  bucket: s3.CfnBucket,
  policy: PolicyOfBucket,
  sid: string,
  statement: iam.PolicyStatement,
  admission: Admission,
): void {
  const inside = listed(statement, 'StringNotEquals', 'aws:SourceAccount');
  const spelled = spelledIn(bucket);
  const more = (admission.sourceAccounts ?? []).filter((account) => !inside.map(spelled).includes(spelled(account)));
  if (more.length === 0) return;
  append(bucket, statement, 'StringNotEquals', 'aws:PrincipalServiceName', admission.services!);
  const own = `${sid}For${admission.services!.map((service) => service.replace(/\W/g, '')).join('')}`;
  const before =
    policy.find(own) ??
    policy.deny(own, {
      actions: statement.actions,
      resources: statement.resources,
      conditions: {
        ...statement.conditions,
        StringEquals: { 'aws:PrincipalServiceName': admission.services },
        StringNotEquals: { 'aws:SourceAccount': inside },
      },
    });
  append(bucket, before, 'StringNotEquals', 'aws:SourceAccount', more);
}

function listed(statement: iam.PolicyStatement, operator: string, key: string): string[] {
  const value = statement.conditions[operator]?.[key] as string | string[] | undefined;
  return value === undefined ? [] : [value].flat();
}

function append(
  bucket: s3.CfnBucket,
  statement: iam.PolicyStatement,
  operator: string,
  key: string,
  values: string[],
): void {
  const before = listed(statement, operator, key);
  const spelled = spelledIn(bucket);
  const known = before.map(spelled);
  const added = values.filter((value) => !known.includes(spelled(value)));
  if (added.length > 0) statement.addCondition(operator, { [key]: [...before, ...added] });
}

function spelledIn(bucket: s3.CfnBucket): (value: string) => string {
  return (value) => JSON.stringify(resolved(bucket, value));
}
