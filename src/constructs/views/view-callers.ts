import { Stack, Token, TokenComparison, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { View } from '../../model/view';
import { acknowledgeWildcards } from '../../policy/acknowledge';
import { claim } from '../../policy/claims';
import { OBJECT_LAMBDA_SERVICE } from '../../policy/object-lambda';
import { arnsOf } from '../../policy/principal-restriction';

/** By which way, if by any, the callers of a view cause its function to run. */
export enum FunctionCall {
  OBJECT_LAMBDA,
  URL,
  NEVER,
}

/** Each holds of a request that did not come that way; one without the key came by hand. */
const BY_HAND: Readonly<Record<FunctionCall, Record<string, Record<string, string>> | undefined>> = {
  [FunctionCall.OBJECT_LAMBDA]: { 'ForAllValues:StringNotEquals': { 'aws:CalledVia': OBJECT_LAMBDA_SERVICE } },
  [FunctionCall.URL]: { BoolIfExists: { 'lambda:InvokedViaFunctionUrl': 'false' } },
  [FunctionCall.NEVER]: undefined,
};

/**
 * Gives the callers of a view one policy, of rights that the policies of the resources do not give. Of callers whose
 * policies this app does not write it warns.
 */
export function equipCallers(scope: Construct, view: View, needs: iam.PolicyStatementProps[]): iam.ManagedPolicy {
  const policy = new iam.ManagedPolicy(scope, 'Callers', {
    description: `What a caller of the view ${view.name} of ${scope.node.scope!.node.path} needs, and must not do`,
    statements: needs.map((need) => new iam.PolicyStatement(need)),
  });
  acknowledgeWildcards(
    policy,
    'A caller reads every object that its view has, by whichever version of the function serves it; ' +
      'other wildcards are of denies.',
  );
  for (const { grantPrincipal } of view.principals) {
    const identity = grantPrincipal as Partial<iam.IRole & iam.IUser>;
    if (takesPolicies(scope, grantPrincipal) && identity.roleName !== undefined) {
      policy.attachToRole(grantPrincipal as iam.IRole);
    } else if (takesPolicies(scope, grantPrincipal)) {
      policy.attachToUser(grantPrincipal as iam.IUser);
    } else {
      Validations.of(scope.node.scope!).addWarning(
        '@strongbox/view-caller-not-equipped',
        `The view ${view.name} of ${scope.node.scope!.node.path} is for ${grantPrincipal}, whose own ` +
          'policies this app does not write: give it the statements of the' +
          ` managed policy ${policy.node.path}, or its requests may be refused and its other rights are not bounded.`,
      );
    }
  }
  return policy;
}

/** Whether it is a role or user whose policies this app writes. */
function takesPolicies(scope: Construct, principal: iam.IPrincipal): boolean {
  const { roleName, userName } = principal as Partial<iam.IRole & iam.IUser>;
  const elsewhere =
    principal.principalAccount !== undefined &&
    Token.compareStrings(principal.principalAccount, Stack.of(scope).account) === TokenComparison.DIFFERENT;
  return !elsewhere && (roleName !== undefined || userName !== undefined);
}

/**
 * Denies the callers of a view to call its function by hand, to change it and to take its role; and, where S3 Object
 * Lambda calls it, to put an access point of their own before it. Rights that IAM gave them elsewhere do not outweigh a
 * deny.
 */
export function bindCallers(
  policy: iam.ManagedPolicy,
  view: View,
  { functionArn, role }: Pick<lambda.IFunction, 'functionArn' | 'role'>,
  calls: FunctionCall,
): void {
  const functions = [functionArn, `${functionArn}:*`];
  const denies: iam.PolicyStatementProps[] = [
    { sid: 'StrongboxByHand', actions: ['lambda:InvokeFunction'], resources: functions, conditions: BY_HAND[calls] },
    {
      sid: 'StrongboxFunction',
      notActions: ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'],
      resources: functions,
    },
    {
      sid: 'StrongboxRole',
      actions: ['iam:PassRole', 'iam:UpdateAssumeRolePolicy', 'sts:AssumeRole'],
      resources: [role!.roleArn],
    },
    ...(calls === FunctionCall.OBJECT_LAMBDA
      ? [
          {
            sid: 'StrongboxOwnView',
            actions: ['s3:CreateAccessPointForObjectLambda', 's3:PutAccessPointConfigurationForObjectLambda'],
            resources: [
              Stack.of(policy).formatArn({ service: 's3-object-lambda', resource: 'accesspoint', resourceName: '*' }),
            ],
          },
        ]
      : []),
  ];
  policy.addStatements(...denies.map((deny) => new iam.PolicyStatement({ ...deny, effect: iam.Effect.DENY })));
  const equipped = view.principals.filter(({ grantPrincipal }) => takesPolicies(policy, grantPrincipal));
  // What was attached to nobody binds nobody.
  if (equipped.length === 0) return;
  claim(policy.node.defaultChild as iam.CfnManagedPolicy, {
    guarantee: 'caller-policy-bounds',
    options: {
      endpoint: functionArn,
      role: role!.roleArn,
      callers: arnsOf('principals', equipped),
      calls: FunctionCall[calls],
    },
  });
}
