import { CfnResource, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { PolicyOfBucket, resolved } from './bucket-policy';
import { referenced } from '../input/referenced';
import { explain } from '../input/validation-error';

type Json = Record<string, any>;

/** Custom resources of the CDK whose functions work on a bucket, and what they do there. */
const FUNCTIONS: Readonly<
  Record<
    string,
    { readonly bucket: string; readonly property: string; readonly stoppedBy: readonly RegExp[]; readonly name: string }
  >
> = {
  'Custom::CDKBucketDeployment': {
    bucket: 'DestinationBucketName',
    property: 'destinationBucket',
    name: 'BucketDeployment, whose function uploads by a role of its own',
    stoppedBy: [/^StrongboxPerimeter\d*$/, /^StrongboxDirectObjects$/, /^StrongboxWritersOnly$/],
  },
  'Custom::S3AutoDeleteObjects': {
    bucket: 'BucketName',
    property: 'autoDeleteObjects',
    name: 'true, whose function empties the bucket by a role of its own',
    stoppedBy: [
      /^StrongboxPerimeter\d*$/,
      /^StrongboxDirectObjects$/,
      /^StrongboxDeleteVersions$/,
      /^StrongboxRecentMfa$/,
    ],
  },
};

/**
 * Functions of the CDK that a restriction of the bucket stops: the deployment, or the deletion of the stack, would fail
 * with AccessDenied.
 */
export function stoppedFunctions(scope: IConstruct): string[] {
  return scope.node
    .findAll()
    .filter((node): node is CfnResource => CfnResource.isCfnResource(node))
    .flatMap((resource) => {
      const about = FUNCTIONS[resource.cfnResourceType];
      if (!about) return [];
      const properties = (resource as unknown as { _cfnProperties: Json })._cfnProperties;
      const bucket = referenced(properties[about.bucket]);
      if (!s3.CfnBucket.isCfnBucket(bucket)) return [];
      const role = roleOf(resource, properties.ServiceToken);
      const stopping = [...PolicyOfBucket.of(bucket).all]
        .filter(
          ([sid, statement]) =>
            about.stoppedBy.some((each) => each.test(sid)) &&
            !isInside(statement) &&
            !isExempt(bucket, statement, role),
        )
        .map(([sid]) => sid);
      if (stopping.length === 0) return [];
      const archive = stopping.includes('StrongboxWritersOnly') || stopping.includes('StrongboxDeleteVersions');
      const exemption =
        about.property === 'autoDeleteObjects'
          ? 'leave "autoDeleteObjects" out, or empty the bucket by a role that "exempt" names'
          : 'pass the "handlerRole" of the BucketDeployment to "exempt" (of BucketPerimeter) or "except" ' +
            '(of DirectAccess.denied)';
      return [
        explain({
          property: about.property,
          actual: `${about.name}, which ${stopping.join(', ')} of the bucket policy denies`,
          expected: archive
            ? 'a bucket whose writers and deleters are not restricted to named principals'
            : 'a role that the restriction exempts',
          hint: archive ? 'deploy to another bucket, and let a named writer copy from there' : exemption,
          scope: bucket,
        }),
      ];
    });
}

/** A perimeter that lets the whole own account in lets the function in, too. */
function isInside(statement: iam.PolicyStatement): boolean {
  const keys = Object.keys(statement.conditions.StringNotEqualsIfExists ?? {});
  return (
    statement.sid!.startsWith('StrongboxPerimeter') &&
    (keys.includes('aws:PrincipalAccount') || keys.includes('aws:PrincipalOrgID'))
  );
}

function isExempt(bucket: s3.CfnBucket, statement: iam.PolicyStatement, role: string | undefined): boolean {
  const arns = ['ArnNotEquals', 'ArnNotEqualsIfExists'].flatMap(
    (operator) => statement.conditions[operator]?.['aws:PrincipalArn'] ?? [],
  );
  return role !== undefined && arns.some((arn) => JSON.stringify(resolved(bucket, arn)) === role);
}

/** The ARN of the role of the function behind a custom resource, as the template spells it. */
function roleOf(resource: CfnResource, serviceToken: unknown): string | undefined {
  const fn = referenced(serviceToken);
  if (CfnFunction.isCfnFunction(fn)) return JSON.stringify(Stack.of(resource).resolve(fn.role));
  return undefined;
}
