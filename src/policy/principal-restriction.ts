import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { PolicyOfBucket, resolved } from './bucket-policy';
import { validationError } from '../input/validation-error';

/** The ARNs by which `aws:PrincipalArn` knows people: roles and users, one by one. */
export function arnsOf(property: string, people: iam.IGrantable[]): string[] {
  return people.flatMap((person) => {
    const { principalJson } = person.grantPrincipal.policyFragment;
    if (person instanceof iam.AccountPrincipal) throw unnamed(property, `the whole account ${person.accountId}`);
    if ('groupArn' in person) throw unnamed(property, 'a group, which no resource policy can name');
    const arns = Object.keys(principalJson).join() === 'AWS' ? principalJson.AWS : [];
    if (arns.length === 0) {
      throw unnamed(
        property,
        Object.entries(principalJson)
          .map(([kind, who]) => `${kind} ${who.join(', ')}`)
          .join(', '),
      );
    }
    for (const arn of arns) {
      if (!Token.isUnresolved(arn) && !/^arn:[^:]+:iam::\d{12}:(role|user)\/[^*?]+$/.test(arn)) {
        throw unnamed(property, arn);
      }
    }
    return arns;
  });
}

function unnamed(property: string, received: string): Error {
  return validationError({
    property,
    actual: received,
    expected: 'roles and users by name, as aws:PrincipalArn knows them',
    hint: 'pass the role itself (of a session the role that it assumed, of a group its role or users)',
  });
}

/** What is denied to every principal except those listed. */
export interface Denial {
  readonly sid: string;
  /** The property that named the people, for errors. */
  readonly property: string;
  readonly actions: string[];
  readonly on: 'bucket' | 'objects' | 'both';
  readonly conditions?: Record<string, Record<string, unknown>>;
}

/** Denies it once; when it is denied again with other principals, those that both lists name remain. */
export function denyExceptPrincipals(bucket: s3.CfnBucket, denial: Denial, people: string[]): void {
  const policy = PolicyOfBucket.of(bucket);
  const before = policy.find(denial.sid);
  if (!before) {
    policy.deny(denial.sid, {
      actions: denial.actions,
      resources: { bucket: [policy.bucketArn], objects: [policy.objects], both: policy.bucketAndObjects }[denial.on],
      conditions: {
        ...denial.conditions,
        ...(people.length > 0 ? { ArnNotEquals: { 'aws:PrincipalArn': people } } : {}),
      },
    });
    return;
  }
  const named = before.conditions.ArnNotEquals?.['aws:PrincipalArn'] as string[] | undefined;
  if (named === undefined) return;
  const key = (arn: string) => JSON.stringify(resolved(bucket, arn));
  const both = named.filter((arn) => people.some((other) => key(other) === key(arn)));
  if (both.length === 0) {
    throw validationError({
      property: denial.property,
      actual: 'a list that shares nobody with the one applied before',
      expected: 'the same people, or some of them',
      hint: 'name them in one place',
      scope: bucket,
    });
  }
  before.addCondition('ArnNotEquals', { 'aws:PrincipalArn': both });
}
