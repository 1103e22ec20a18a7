import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { TransformHost } from '../../model/transform-host';
import { type Deployed } from '../../runtime/object-views/contract';

export const COMPATIBLE = {
  compatibleRuntimes: [lambda.Runtime.NODEJS_22_X, lambda.Runtime.NODEJS_24_X],
  compatibleArchitectures: [lambda.Architecture.ARM_64],
};

export const NETWORK = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
];

/** Collects what the transforms need before the function is made. */
export class Host implements TransformHost {
  public readonly rights: iam.PolicyStatementProps[] = [];
  public readonly layers: lambda.LayerVersion[] = [];
  public readonly environment: Record<string, string> = {};
  private readonly codes = new Map<lambda.Code, Deployed>();

  public constructor(private readonly scope: Construct) {}

  public deployed(value: string): Deployed {
    if (!Token.isUnresolved(value)) return value;
    const known = Object.entries(this.environment).find(([, other]) => other === value)?.[0];
    const env = known ?? `STRONGBOX_VALUE_${Object.keys(this.environment).length + 1}`;
    this.environment[env] = value;
    return { env };
  }

  public allow(statement: iam.PolicyStatementProps): void {
    this.rights.push(statement);
  }

  public layer(code: lambda.Code): Deployed {
    let version = this.codes.get(code);
    if (!version) {
      const layer = new lambda.LayerVersion(this.scope, `Custom${this.layers.length + 1}`, {
        description: 'Custom transform',
        code,
        ...COMPATIBLE,
      });
      this.layers.push(layer);
      this.codes.set(code, (version = this.deployed(layer.layerVersionArn)));
    }
    return version;
  }
}
