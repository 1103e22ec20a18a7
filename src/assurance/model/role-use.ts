/** How the requests of a role come about, as far as the templates tell. */
import type { IdentityModel, Model } from './model';
import { TemplateError } from '../template/template-error';
import { UnknownValueError } from '../template/unknown';

const DOCS = 'https://docs.aws.amazon.com';

/**
 * Services that use a role themselves, run no code of their customers and take no VPC of theirs for it: their requests
 * come from networks of AWS, by the axiom `service-networks`. Beside each is the page which says that it assumes the
 * role and what it does with it in S3.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
 */
const FROM_OWN_NETWORK: Readonly<Record<string, string>> = {
  'backup.amazonaws.com': `${DOCS}/aws-backup/latest/devguide/restoring-s3.html`,
  'batchoperations.s3.amazonaws.com': `${DOCS}/AmazonS3/latest/userguide/batch-ops-iam-role-policies.html`,
  'codepipeline.amazonaws.com': `${DOCS}/codepipeline/latest/userguide/S3-artifact-encryption.html`,
  'config.amazonaws.com': `${DOCS}/config/latest/developerguide/iamrole-permissions.html`,
  'export.rds.amazonaws.com': `${DOCS}/AmazonRDS/latest/UserGuide/USER_ExportSnapshot.html`,
  'firehose.amazonaws.com': `${DOCS}/firehose/latest/dev/controlling-access.html`,
  'iot.amazonaws.com': `${DOCS}/iot/latest/apireference/API_S3Action.html`,
  'malware-protection-plan.guardduty.amazonaws.com': `${DOCS}/guardduty/latest/ug/malware-protection-s3-iam-policy-prerequisite.html`,
  's3.amazonaws.com': `${DOCS}/AmazonS3/latest/userguide/replication-config-for-kms-objects.html`,
};

/**
 * Whether no request of this role comes from a VPC: only services assume it, and none of them from one. A Lambda
 * function without a VPC runs in one of the Lambda service.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
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
  if (service !== 'lambda.amazonaws.com') return typeof service === 'string' && service in FROM_OWN_NETWORK;
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

/**
 * Actions that make no service ask S3 with the credentials of whoever calls: services whose APIs take no place in S3 to
 * read or write, and of others the actions that do not. CreateExportTask of Logs, CreateStoreImageTask of EC2 and
 * automations of Systems Manager, for example, use the rights of their caller.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
 */
const FORWARDS_NOTHING = [
  /^(s3|kms|xray|cloudwatch|sns|sqs|events|ec2messages|ssmmessages|secretsmanager|sts|iam|states)(:|$)/i,
  /^(codestar-connections|codeconnections):/i,
  /^logs:(PutLogEvents|CreateLogStream|CreateLogGroup|CreateLog\*|Describe\w*\*?|PutRetentionPolicy|AssociateKmsKey|TagResource)$/i,
  /^ssm:(GetParameter\w*\*?|DescribeParameters|PutParameter|UpdateInstanceInformation)$/i,
  /^ec2:(Describe\w*\*?|(Create|Delete|Attach|Detach)NetworkInterface|(Una|A)ssignPrivateIpAddresses)$/i,
];

/** Whether each request of the role to S3 is its own, and none is made by a service for it. */
export function callsDirectly(identity: IdentityModel): boolean {
  return (
    furtherPolicies(identity).length === 0 &&
    identity.policies
      .flatMap(({ statements }) => statements)
      .filter(({ effect }) => effect === 'Allow')
      .every(
        ({ notAction, actions }) =>
          notAction !== true && actions.every((action) => FORWARDS_NOTHING.some((each) => each.test(action))),
      )
  );
}
