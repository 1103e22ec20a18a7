/** What is guaranteed of where requests come from, and of presigned ones; `Guarantee` names each of them. */
import type { GuaranteeProps } from './guarantee-props';
import { allOf, DATA_ACTIONS, excluding, never, type ProofObligation } from './proof-obligation';
import { type Conditions } from '../engine/region';
import { nameOfConstruct, type ResourceUnderTest } from '../model/subject';

/** Where a request may come from, and who may make it: inside one of these is inside the perimeter. */
export interface PerimeterGuaranteeOptions {
  /**
   * Ids of VPCs (`aws:SourceVpc`).
   * @default - none
   */
  readonly vpcs?: string[];
  /**
   * Ids of VPC endpoints (`aws:SourceVpce`).
   * @default - none
   */
  readonly vpcEndpoints?: string[];
  /**
   * Public addresses or CIDR ranges (`aws:SourceIp`).
   * @default - none
   */
  readonly addresses?: string[];
  /**
   * Accounts of callers (`aws:PrincipalAccount`), besides the bucket's own.
   * @default - none
   */
  readonly accounts?: string[];
  /**
   * Organization of callers (`aws:PrincipalOrgID`).
   * @default - none
   */
  readonly organization?: string;
  /**
   * More organizations of callers.
   * @default - none
   */
  readonly organizations?: string[];
  /**
   * ARNs of CloudFront distributions; construct paths and logical ids of the template serve as well. CloudFront is then
   * inside for these alone.
   * @default - none
   */
  readonly distributions?: string[];
  /**
   * ARNs of principals that are exempt.
   * @default - none
   */
  readonly exceptPrincipals?: string[];
  /**
   * Accounts for which AWS services may act, by their service principals, beside the bucket's own and `accounts`.
   * @default - none
   */
  readonly serviceAccounts?: { [service: string]: string[] };
  /**
   * Whether S3 Object Lambda may fetch the original for callers outside.
   * @default false
   */
  readonly throughObjectLambda?: boolean;
  /**
   * ARNs of those who alone may change the bucket policy, Block Public Access and object ownership from outside.
   * @default - who may change the policy is not asked
   */
  readonly policyAdministrators?: string[];
}

/**
 * No request through an access point asks for these.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-service-api-support.html
 */
const AT_THE_BUCKET_ONLY =
  /^s3:(Replicate|UpdateObjectEncryption$|BypassGovernanceRetention$|ObjectOwnerOverride|InitiateReplication$)/;
const POLICY_ACTIONS = [
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketOwnershipControls',
];
const NOT_BY_A_SERVICE = { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' };
const CLOUDFRONT = 'cloudfront.amazonaws.com';
const NOT_FOR_OBJECT_LAMBDA: Conditions = {
  'ForAllValues:StringNotEquals': { 'aws:CalledVia': ['s3-object-lambda.amazonaws.com'] },
};

/** Requests that come through the access points of the templates. */
function throughAccessPoints({ bucket }: ResourceUnderTest): Conditions {
  return { ArnEquals: { 's3:DataAccessPointArn': bucket.accessPoints.map(({ arn }) => arn) } };
}

/** The perimeter with the constructs that it names by their paths. @throws if it names nothing */
function namedPerimeter(options: PerimeterGuaranteeOptions): PerimeterGuaranteeOptions {
  const {
    vpcs,
    vpcEndpoints,
    addresses,
    accounts,
    organization,
    organizations,
    distributions,
    exceptPrincipals,
    policyAdministrators,
  } = options;
  if (
    [vpcs, vpcEndpoints, addresses, accounts, organization, organizations, distributions].every(
      (part) => part === undefined,
    )
  ) {
    throw new Error(
      '"options" names no network and no identity; give "vpcs", "vpcEndpoints", "addresses", "accounts", ' +
        '"organization" or "distributions"',
    );
  }
  return {
    ...options,
    distributions: distributions?.map(nameOfConstruct),
    exceptPrincipals: exceptPrincipals?.map(nameOfConstruct),
    policyAdministrators: policyAdministrators?.map(nameOfConstruct),
  };
}

/**
 * Nothing from outside: not by callers themselves, nor by services in their name, nor by services that act for somebody
 * else.
 * @param through which requests are meant, by the operator `ArnEquals`
 */
function perimeterParts(
  subject: ResourceUnderTest,
  options: PerimeterGuaranteeOptions,
  through: Conditions = {},
): ProofObligation[] {
  const actions =
    Object.keys(through).length > 0 ? DATA_ACTIONS.filter((action) => !AT_THE_BUCKET_ONLY.test(action)) : DATA_ACTIONS;
  const { addresses, exceptPrincipals = [], throughObjectLambda, policyAdministrators } = options;
  const own = subject.bucket.resource.account;
  const organizations = [
    ...(options.organization === undefined ? [] : [options.organization]),
    ...(options.organizations ?? []),
  ];
  const identities: Record<string, string | readonly string[]> = {
    ...(options.accounts ? { 'aws:PrincipalAccount': [own, ...options.accounts] } : {}),
    ...(organizations.length === 0 ? {} : { 'aws:PrincipalOrgID': organizations }),
  };
  const places = {
    ...(options.vpcs ? { 'aws:SourceVpc': options.vpcs } : {}),
    ...(options.vpcEndpoints ? { 'aws:SourceVpce': options.vpcEndpoints } : {}),
    ...identities,
  };
  const outside: Conditions = {
    BoolIfExists: NOT_BY_A_SERVICE,
    ...(Object.keys(places).length > 0 ? { StringNotEquals: places } : {}),
    ...(addresses ? { NotIpAddress: { 'aws:SourceIp': addresses } } : {}),
  };
  const people = excluding(subject, exceptPrincipals);
  const distributions = options.distributions?.map((name) => subject.nameOf(name));
  const serves = Object.entries(options.serviceAccounts ?? {});
  const byService: Conditions = {
    Bool: { 'aws:PrincipalIsAWSService': 'true' },
    Null: { 'aws:SourceAccount': 'false' },
  };
  const foreignSource = (more: readonly string[]): Conditions => ({
    StringNotEquals: {
      'aws:SourceAccount': [own, ...(options.accounts ?? []), ...more],
      ...(organizations.length === 0 ? {} : { 'aws:SourceOrgID': organizations }),
    },
    ...(distributions ? { ArnNotEquals: { 'aws:SourceArn': distributions } } : {}),
  });
  return [
    never(subject, {
      actions,
      when: allOf(through, outside, people, throughObjectLambda ? NOT_FOR_OBJECT_LAMBDA : {}),
    }),
    never(subject, {
      actions,
      when: allOf(
        through,
        { Bool: { 'aws:ViaAWSService': 'true' }, StringNotEquals: { 'aws:PrincipalAccount': own, ...identities } },
        people,
      ),
    }),
    never(subject, {
      actions,
      when: allOf(
        through,
        byService,
        foreignSource([]),
        serves.length > 0
          ? excluding(
              subject,
              serves.map(([name]) => name),
            )
          : {},
      ),
    }),
    ...serves.map(([service, accounts]) =>
      never(subject, {
        actions,
        when: allOf(
          through,
          byService,
          { StringEquals: { 'aws:PrincipalServiceName': service } },
          foreignSource(accounts),
        ),
      }),
    ),
    ...(distributions
      ? [
          never(subject, {
            actions,
            when: {
              ...through,
              StringEquals: { 'aws:PrincipalServiceName': CLOUDFRONT },
              ArnNotEquals: { 'aws:SourceArn': distributions },
            },
          }),
        ]
      : []),
    ...(policyAdministrators
      ? [
          never(subject, {
            actions: POLICY_ACTIONS,
            when: allOf(
              outside,
              { StringNotEquals: { 'strongbox:PrincipalKind': 'root' } },
              excluding(subject, policyAdministrators),
            ),
            axioms: ['root-policy'],
          }),
        ]
      : []),
  ];
}

const PRESIGNED = ['REST-QUERY-STRING', 'POST'];

/**
 * Presigned requests older than this, and those signed in the old way, whose age cannot be told. What Object Lambda
 * fetches in the name of its caller is presigned by AWS, and not meant.
 */
function presignedAgeParts(subject: ResourceUnderTest, seconds: number): ProofObligation[] {
  return [
    never(subject, {
      actions: ['s3:*'],
      when: {
        StringEquals: { 's3:authType': PRESIGNED },
        NumericGreaterThan: { 's3:signatureAge': String(seconds * 1000) },
        ...NOT_FOR_OBJECT_LAMBDA,
      },
    }),
    never(subject, {
      actions: ['s3:*'],
      when: { StringEquals: { 's3:authType': PRESIGNED, 's3:signatureversion': 'AWS' }, ...NOT_FOR_OBJECT_LAMBDA },
    }),
  ];
}

/** Presigned requests of others than these. */
function presignedByOthersParts(subject: ResourceUnderTest, except: readonly string[]): ProofObligation[] {
  return [
    never(subject, {
      actions: ['s3:*'],
      when: allOf({ StringEquals: { 's3:authType': PRESIGNED } }, excluding(subject, except), NOT_FOR_OBJECT_LAMBDA),
    }),
  ];
}

export function perimeter(options: PerimeterGuaranteeOptions): GuaranteeProps {
  const named = namedPerimeter(options);
  return {
    id: 'perimeter',
    title: 'Data inside the perimeter only',
    description:
      'No object is read, written, deleted or listed from outside the named networks and identities, nor ' +
      'by an AWS service on behalf of a principal outside.',
    fix:
      "Deny the data actions where none of the perimeter's conditions holds (all in one statement), " +
      'exempting named administrators and AWS services that act for this account.',
    options: named,
    parts: (subject) => perimeterParts(subject, named),
  };
}

export function accessPointPerimeter(options: PerimeterGuaranteeOptions): GuaranteeProps {
  const named = namedPerimeter({ ...options, policyAdministrators: undefined });
  return {
    id: 'access-point-perimeter',
    title: 'Access points inside the perimeter only',
    description:
      'No object is read, written, deleted or listed through an access point of the bucket from outside ' +
      'the named networks and identities.',
    fix: "Deny the data actions in the policy of each access point where none of the perimeter's conditions holds.",
    options: named,
    applies: ({ bucket }) => bucket.accessPoints.length > 0,
    parts: (subject) => perimeterParts(subject, named, throughAccessPoints(subject)),
  };
}

export function presignedMaximumAge(seconds: number): GuaranteeProps {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 604_800) {
    throw new Error(`"seconds" is ${seconds}; a whole number from 1 to 604800 (seven days) is needed`);
  }
  return {
    id: 'presigned-maximum-age',
    title: `Presigned requests live ${seconds} s at most`,
    description: `A presigned URL or form that was signed more than ${seconds} seconds ago opens nothing.`,
    fix:
      'Deny s3:* where s3:signatureAge is NumericGreaterThan the limit in milliseconds, and where ' +
      's3:signatureversion is AWS.',
    options: seconds,
    parts: (subject) => presignedAgeParts(subject, seconds),
  };
}

export function presignedOnlyBy(principals: readonly string[]): GuaranteeProps {
  const except = principals.map(nameOfConstruct);
  return {
    id: 'presigned-only-by',
    title: 'Presigned by its issuer only',
    description: 'A presigned URL or form opens nothing unless a named role signed it.',
    fix: 'Deny s3:* where s3:authType is REST-QUERY-STRING or POST, except to the issuer by aws:PrincipalArn.',
    options: except,
    parts: (subject) => presignedByOthersParts(subject, except),
  };
}
