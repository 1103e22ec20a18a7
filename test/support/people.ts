import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { ACCOUNT } from './app';

/** A role of the test account, by its name. */
export function role(scope: Construct, name: string, account: string = ACCOUNT): iam.IRole {
  return (
    (scope.node.tryFindChild(name) as iam.IRole | undefined) ??
    iam.Role.fromRoleArn(scope, name, `arn:aws:iam::${account}:role/${name}`)
  );
}

/** The ARN of that role. */
export function arn(name: string, account: string = ACCOUNT): string {
  return `arn:aws:iam::${account}:role/${name}`;
}
