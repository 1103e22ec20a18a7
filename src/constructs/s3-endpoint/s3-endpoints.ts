import { Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';
import { referenced } from '../../input/referenced';

/** The endpoints of Amazon S3 that the app makes in a VPC. */
export function s3EndpointsIn(vpc: ec2.IVpc): ec2.CfnVPCEndpoint[] {
  return vpc.node.root.node
    .findAll()
    .filter(
      (node): node is ec2.CfnVPCEndpoint =>
        ec2.CfnVPCEndpoint.isCfnVPCEndpoint(node) && isSame(node.vpcId, vpc.vpcId) && isS3(node.serviceName),
    );
}

export function isGateway(endpoint: ec2.CfnVPCEndpoint): boolean {
  return (endpoint.vpcEndpointType ?? 'Gateway') === 'Gateway';
}

function isS3(serviceName: string | undefined): boolean {
  return serviceName !== undefined && /\.s3$/.test(serviceName);
}

function isSame(one: string, other: string): boolean {
  return (
    one === other || (Token.isUnresolved(one) && referenced(one) !== undefined && referenced(one) === referenced(other))
  );
}

/**
 * The first of these ARNs that no statement of the endpoint's policy names. Only resources are looked at, which is what
 * gets forgotten; the proof looks at conditions and actions as well.
 */
export function forgottenBy(endpoint: ec2.CfnVPCEndpoint, arns: string[]): string | undefined {
  const document = spelled(endpoint, endpoint.policyDocument);
  // Without a policy of its own an endpoint lets everything through.
  if (document === undefined) return undefined;
  const statements = [(document as { Statement?: unknown }).Statement ?? []].flat() as Array<{
    Effect: string;
    Resource?: unknown;
  }>;
  const allowed = statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Resource }) => Resource ?? '*')
    .map(textOf);
  return arns.find((arn) => !allowed.some((pattern) => isLike(pattern, textOf(spelled(endpoint, arn)))));
}

function spelled(scope: IConstruct, value: unknown): unknown {
  return Stack.of(scope).resolve(value);
}

/** A resolved value as one text; what only the deployment knows stays as it is written in the template. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  if (join) return join[1].map(textOf).join(join[0]);
  return (value as { Ref?: string }).Ref === 'AWS::Partition' ? 'aws' : JSON.stringify(value);
}

function isLike(pattern: string, text: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 's').test(text);
}
