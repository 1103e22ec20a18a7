/** How the requests of a role come about, as far as the templates tell. */
import type { IdentityModel, Model } from './model';
import { TemplateError } from '../template/template-error';
import { UnknownValueError } from '../template/unknown';

/**
 * Services that use a role from networks of their own, never through a VPC endpoint of the customer.
 * @see https://docs.aws.amazon.com/whitepapers/latest/building-a-data-perimeter-on-aws/perimeter-implementation.html
 */
const FROM_OWN_NETWORK: readonly string[] = [
  'backup.amazonaws.com',
  'batchoperations.s3.amazonaws.com',
  'codepipeline.amazonaws.com',
  'config.amazonaws.com',
  'export.rds.amazonaws.com',
  'firehose.amazonaws.com',
  'iot.amazonaws.com',
  'malware-protection-plan.guardduty.amazonaws.com',
  's3.amazonaws.com',
  'states.amazonaws.com',
];

/** Whether no request of this role comes from a VPC: only services assume it, and none of them from one. */
export function isOutsideVpcs(model: Model, arn: string): boolean {
  const role = model.identities.find((identity) => identity.arn === arn && identity.kind === 'role')?.resource;
  if (role === undefined) return false;
  try {
    const statements: unknown = role.properties.AssumeRolePolicyDocument?.Statement;
    const trusted = [statements ?? []].flat().flatMap((statement): unknown[] => {
      const { Principal } = statement as { Principal?: unknown };
      const isService =
        typeof Principal === 'object' && Principal !== null && Object.keys(Principal).join() === 'Service';
      return isService ? [(Principal as { Service: unknown }).Service].flat() : [undefined];
    });
    return trusted.length > 0 && trusted.every((service) => isServiceOutside(model, arn, service));
  } catch (error) {
    if (error instanceof UnknownValueError || error instanceof TemplateError) return false;
    throw error;
  }
}

function isServiceOutside(model: Model, role: string, service: unknown): boolean {
  if (service !== 'lambda.amazonaws.com') return typeof service === 'string' && FROM_OWN_NETWORK.includes(service);
  const functions = model.ofType('AWS::Lambda::Function').filter(({ properties }) => properties.Role === role);
  return (
    functions.length > 0 &&
    functions.every(({ properties }) => {
      const subnets: unknown = properties.VpcConfig?.SubnetIds;
      return subnets === undefined || (Array.isArray(subnets) && subnets.length === 0);
    })
  );
}

/**
 * Managed policies of AWS that grant nothing on S3 objects, on KMS keys, or by a service that forwards the caller's
 * credentials to S3.
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const WITHOUT_DATA =
  /^arn:[^:]*:iam::aws:policy\/(service-role\/AWSLambda(BasicExecutionRole|VPCAccessExecutionRole)|AWSXRayDaemonWriteAccess|AWSXrayWriteOnlyAccess|CloudWatchLambdaInsightsExecutionRolePolicy)$/;

/** Policies from outside the templates that may grant what these do not. */
export function furtherPolicies({ foreignPolicies }: IdentityModel): readonly string[] {
  return foreignPolicies.filter((arn) => !WITHOUT_DATA.test(arn));
}

/** Services that never ask S3 for objects with the credentials of whoever calls them. */
const FORWARDS_NOTHING =
  /^(s3|kms|logs|xray|cloudwatch|sns|sqs|events|ec2|ec2messages|ssm|ssmmessages|secretsmanager|sts|iam|states|codestar-connections|codeconnections)(:|$)/i;

/** Whether each request of the role to S3 is its own, and none is made by a service for it. */
export function callsDirectly(identity: IdentityModel): boolean {
  return (
    furtherPolicies(identity).length === 0 &&
    identity.policies
      .flatMap(({ statements }) => statements)
      .filter(({ effect }) => effect === 'Allow')
      .every(({ notAction, actions }) => notAction !== true && actions.every((action) => FORWARDS_NOTHING.test(action)))
  );
}
