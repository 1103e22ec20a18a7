import { join } from 'path';
import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

const ID = 'StrongboxGlacierVaults';
const ASSET = join(__dirname, '..', '..', '..', 'assets', 'glacier-vault');

const WAITED_FOR = 'CloudFormation calls it during deployments only, waits for its answer and shows what went wrong';
const FUNCTION_FINDINGS: Record<string, string> = {
  'HIPAA.Security-LambdaConcurrency': WAITED_FOR,
  'NIST.800.53.R5-LambdaConcurrency': WAITED_FOR,
  'HIPAA.Security-LambdaDLQ': WAITED_FOR,
  'NIST.800.53.R5-LambdaDLQ': WAITED_FOR,
  'Serverless-LambdaDLQ': WAITED_FOR,
  'Serverless-LambdaTracing': WAITED_FOR,
  ...ofPacks(
    'LambdaInsideVPC',
    'It sees no data: it calls the public API of Glacier, which is no part of a VPC, and answers CloudFormation',
  ),
};
const LOG_FINDINGS = ofPacks(
  'CloudWatchLogGroupEncrypted',
  'It holds names of vaults and of calls, encrypted by the key of CloudWatch Logs',
);

/** The function behind all vaults of a stack, with rights on these vaults alone. */
export class VaultFunction extends Construct {
  public static of(scope: Construct): VaultFunction {
    const stack = Stack.of(scope);
    return (stack.node.tryFindChild(ID) as VaultFunction | undefined) ?? new VaultFunction(stack, ID);
  }

  public readonly role: iam.Role;
  public readonly functionArn: string;
  /** What the vaults must wait for. */
  public readonly rights: iam.ManagedPolicy;

  private constructor(scope: Construct, id: string) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: 'Makes and locks the Glacier vaults of this stack',
    });
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.rights = new iam.ManagedPolicy(this, 'Rights', {
      description: 'The Glacier vaults of this stack, and the log of the function that makes them',
      roles: [this.role],
      statements: [
        new iam.PolicyStatement({
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [logGroup.logGroupArn],
        }),
      ],
    });
    const made = new lambda.Function(this, 'Function', {
      description: 'Makes and locks the Glacier vaults of this stack, which CloudFormation cannot',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: lambda.Code.fromAsset(ASSET),
      handler: 'index.handler',
      role: this.role,
      logGroup,
      timeout: Duration.minutes(5),
      memorySize: 256,
    });
    acknowledge(made, FUNCTION_FINDINGS);
    acknowledge(logGroup, LOG_FINDINGS);
    this.functionArn = made.functionArn;
  }

  /** Lets the function do this with one vault. */
  public allow(actions: string[], vaultArn: string): void {
    this.rights.addStatements(
      new iam.PolicyStatement({ actions: actions.map((action) => `glacier:${action}`), resources: [vaultArn] }),
    );
  }
}

function ofPacks(rule: string, reason: string): Record<string, string> {
  return Object.fromEntries(
    ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'].map((pack) => [`${pack}-${rule}`, reason]),
  );
}

function acknowledge(scope: Construct, findings: Record<string, string>): void {
  Validations.of(scope).acknowledge(
    ...Object.entries(findings).map(([rule, reason]) => ({ id: `${rule.replace(/-.*/, '')}::${rule}`, reason })),
  );
}
