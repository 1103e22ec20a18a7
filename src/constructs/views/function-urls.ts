import { Stack, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { explain, validationError } from '../../input/validation-error';

/**
 * Regions without function URLs.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
 */
const WITHOUT = [
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
];

/** Partitions without function URLs, by how their Regions begin, and where AWS says so. */
const PARTITIONS: ReadonlyArray<readonly [beginning: string, name: string, page: string]> = [
  ['cn-', 'the China Regions', 'https://docs.amazonaws.cn/en_us/aws/latest/userguide/lambda.html'],
  [
    'us-gov-',
    'the Regions of AWS GovCloud (US)',
    'https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-lambda.html',
  ],
];

/** A Region that is known at synth and has no function URLs cannot deploy the stack; `otherwise` is what can. */
export function requireFunctionUrls(scope: IConstruct, otherwise: string): void {
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region)) return;
  const partition = PARTITIONS.find(([beginning]) => region.startsWith(beginning));
  if (!partition && !WITHOUT.includes(region)) return;
  throw validationError({
    property: 'region',
    actual: region,
    expected:
      'a Region that has Lambda function URLs; ' +
      `${partition ? `${partition[1]} do not (${partition[2]})` : 'this one does not'}`,
    hint: `Deploy the stack in another Region, ${otherwise}`,
    scope,
  });
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_POLICY_BYTES = 20_480;
/** What CloudFormation puts around the logical ids in names that it makes: the stack's name and 12 characters. */
const GENERATED = 14;
/** A name that only the deployment knows, such as an imported role's. */
const UNKNOWN_BYTES = 20;

/** Every permission is a statement in the function's one policy, which has a limit of its own. */
export function boundFunctionPolicy(scope: IConstruct, fn: lambda.Function, hint: string): void {
  scope.node.addValidation({
    validate: () => {
      const permissions = fn.node.root.node
        .findAll()
        .filter(
          (node): node is lambda.CfnPermission =>
            node instanceof lambda.CfnPermission &&
            JSON.stringify(Stack.of(fn).resolve(node.functionName)) ===
              JSON.stringify(Stack.of(fn).resolve(fn.functionArn)),
        );
      const bytes = permissions.reduce((sum, permission) => sum + statementBytes(permission, fn), 0);
      if (bytes <= MAX_POLICY_BYTES) return [];
      return [
        explain({
          property: 'views',
          actual: `${permissions.length} permissions of about ${bytes} bytes`,
          expected:
            `for so few callers that the policy of the function stays within the ${MAX_POLICY_BYTES} bytes ` +
            'that Lambda takes',
          hint,
          scope,
        }),
      ];
    },
  });
}

/** As Lambda writes it; names that CloudFormation makes are as long as their parts. */
function statementBytes(permission: lambda.CfnPermission, fn: lambda.Function): number {
  const { stackName } = Stack.of(fn);
  const generated = (logicalId: string) =>
    'x'.repeat((Token.isUnresolved(stackName) ? UNKNOWN_BYTES : stackName.length) + logicalId.length + GENERATED);
  const written = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const [[name, argument]] = Object.entries(value as Record<string, unknown>);
    switch (name) {
      case 'Ref':
        return PSEUDO[String(argument)] ?? generated(String(argument));
      case 'Fn::GetAtt':
        return `arn:aws:iam::111122223333:role/${generated((argument as string[])[0])}`.slice(0, 31 + 64);
      case 'Fn::Join':
        return (argument as [string, unknown[]])[1].map(written).join((argument as [string, unknown[]])[0]);
      default:
        return 'x'.repeat(UNKNOWN_BYTES);
    }
  };
  const resolve = (value: unknown) => written(Stack.of(permission).resolve(value));
  return JSON.stringify({
    Sid: generated(Stack.of(permission).getLogicalId(permission)),
    Effect: 'Allow',
    Principal: { AWS: resolve(permission.principal) },
    Action: permission.action,
    Resource: `arn:aws:lambda:eu-central-1:111122223333:function:${generated(Stack.of(fn).getLogicalId(fn.node.defaultChild as lambda.CfnFunction)).slice(0, 64)}`,
    Condition:
      permission.functionUrlAuthType === undefined
        ? { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } }
        : { StringEquals: { 'lambda:FunctionUrlAuthType': permission.functionUrlAuthType } },
  }).length;
}

const PSEUDO: Record<string, string | undefined> = {
  'AWS::Partition': 'aws',
  'AWS::AccountId': '111122223333',
  'AWS::Region': 'eu-central-1',
};
