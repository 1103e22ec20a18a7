import { Token } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { resolved } from './bucket-policy';
import type { Perimeter } from '../model/perimeter';

type Conditions = Record<string, Record<string, unknown>>;

/** One statement that denies what is outside a perimeter. */
export interface PerimeterDenial {
  readonly sid: string;
  readonly actions: string[];
  readonly conditions: Conditions;
}

/** Principals outside the perimeter that are let through: ARNs as `aws:PrincipalArn` has them. */
export interface PerimeterExemptions {
  readonly exempt: string[];
  readonly throughObjectLambda: boolean;
}

const OBJECTS = [
  's3:GetObject*',
  's3:PutObject*',
  's3:DeleteObject*',
  's3:ListObject*',
  's3:RestoreObject',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
];

/** Nobody does it through an access point, whose policy S3 may refuse if it says so. */
const AT_THE_BUCKET_ONLY = [
  's3:Replicate*',
  's3:UpdateObjectEncryption',
  's3:BypassGovernanceRetention',
  's3:ObjectOwnerOverrideToBucketOwner',
  's3:InitiateReplication',
];

/** Only what names keys; `s3:ListBucket*` would be the same today, and something else when AWS adds an action. */
const LISTING = ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'];

/**
 * What reaches data or tells its names through an access point. Not `s3:*`, which would lock the next deployment out of
 * the policy itself.
 */
export const BY_ACCESS_POINT = [...OBJECTS, ...LISTING];

/** The same at the bucket. */
export const AT_BUCKET = [...OBJECTS, ...AT_THE_BUCKET_ONLY, ...LISTING];

/** What removes the perimeter. */
export const POLICY_ADMINISTRATION = [
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketOwnershipControls',
];

const NOT_BY_A_SERVICE = { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' } };

/** The statements of a perimeter, for a bucket's policy or an access point's. */
export function perimeterDenials(
  perimeter: Perimeter,
  account: string,
  actions: string[],
  { exempt, throughObjectLambda }: PerimeterExemptions,
): PerimeterDenial[] {
  const people = butFor(exempt);
  const deny = (sid: string, conditions: Conditions) => ({ sid, actions, conditions });
  return [
    deny('StrongboxPerimeter', {
      ...NOT_BY_A_SERVICE,
      ...perimeter._outside(account),
      ...people,
      // Who is called by nobody has no such key, which is all right for ForAllValues.
      ...(throughObjectLambda
        ? { 'ForAllValues:StringNotEquals': { 'aws:CalledVia': ['s3-object-lambda.amazonaws.com'] } }
        : {}),
    }),
    // A service that works with its caller's rights, such as Athena, brings the caller in, so the caller must belong
    // here.
    deny('StrongboxPerimeterVia', {
      Bool: { 'aws:ViaAWSService': 'true' },
      ...perimeter._stranger(account),
      ...people,
    }),
    deny('StrongboxPerimeterService', {
      Bool: { 'aws:PrincipalIsAWSService': 'true' },
      Null: { 'aws:SourceAccount': 'false' },
      ...perimeter._foreignSource(account),
    }),
    ...(perimeter._distributions.length > 0
      ? [
          deny('StrongboxPerimeterCloudFront', {
            StringEquals: { 'aws:PrincipalServiceName': 'cloudfront.amazonaws.com' },
            ArnNotEquals: { 'aws:SourceArn': perimeter._distributions },
          }),
        ]
      : []),
  ];
}

/** The statement that keeps everybody outside from changing the policy, but for its administrators. */
export function administrationDenial(perimeter: Perimeter, account: string, administrators: string[]): PerimeterDenial {
  return {
    sid: 'StrongboxPerimeterPolicy',
    actions: POLICY_ADMINISTRATION,
    conditions: { ...NOT_BY_A_SERVICE, ...perimeter._outside(account), ...butFor(administrators) },
  };
}

/** Contexts of requests from inside a perimeter by principals of the bucket's own account; each of them suffices. */
export function workingContexts({
  vpcs = [],
  vpcEndpoints = [],
  addresses = [],
  organizations = [],
  accounts = [],
}: Record<string, string[]>): Array<Record<string, string>> {
  return [
    ...vpcs.map((id) => ({ 'aws:SourceVpc': id })),
    ...vpcEndpoints.map((id) => ({ 'aws:SourceVpce': id })),
    ...addresses
      .filter((range) => !Token.isUnresolved(range))
      .map((range) => ({ 'aws:SourceIp': range.split('/')[0] })),
    ...organizations.map((id) => ({ 'aws:PrincipalOrgID': id })),
    ...(accounts.length > 0 ? [{}] : []),
    // A service that works with the rights of a principal of the account, such as Athena, is inside.
    { 'aws:ViaAWSService': 'true' },
  ];
}

/** Where statements are kept by their `Sid`: a bucket's policy or an access point's. */
interface Policy {
  find(sid: string): iam.PolicyStatement | undefined;
  deny(sid: string, props: { actions: string[]; resources: string[]; conditions: Conditions }): iam.PolicyStatement;
}

/** Adds the statement unless it is there; that of another perimeter stands beside it, and both deny. */
export function addDenial(
  scope: IConstruct,
  policy: Policy,
  { sid, actions, conditions }: PerimeterDenial,
  resources: string[],
): void {
  const spelled = (other: Conditions) => JSON.stringify(resolved(scope, other));
  for (let i = 1; ; i++) {
    const name = i === 1 ? sid : `${sid}${i}`;
    const before = policy.find(name);
    if (before === undefined) {
      policy.deny(name, { actions, resources, conditions });
      return;
    }
    if (spelled(before.conditions) === spelled(conditions)) return;
  }
}

function butFor(people: string[]): Conditions {
  return people.length > 0 ? { ArnNotEqualsIfExists: { 'aws:PrincipalArn': people } } : {};
}
