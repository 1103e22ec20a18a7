import { DATA_ACTIONS, never, type Conditions, type Part } from './parts';
import { nameOfConstruct, type Subject } from './subject';

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
   * ARNs of CloudFront distributions; construct paths and logical ids of the template serve as well. CloudFront is then inside for these alone.
   * @default - none
   */
  readonly distributions?: string[];
  /**
   * ARNs of principals that are exempt.
   * @default - none
   */
  readonly exceptPrincipals?: string[];
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

const POLICY_ACTIONS = ['s3:PutBucketPolicy', 's3:DeleteBucketPolicy', 's3:PutBucketPublicAccessBlock', 's3:PutBucketOwnershipControls'];
const NOT_BY_A_SERVICE = { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' };
const CLOUDFRONT = 'cloudfront.amazonaws.com';
const NOT_FOR_OBJECT_LAMBDA: Conditions = { 'ForAllValues:StringNotEquals': { 'aws:CalledVia': ['s3-object-lambda.amazonaws.com'] } };

/** Requests that come through the access points of the templates. */
export function throughAccessPoints({ bucket }: Subject): Conditions {
  return { ArnEquals: { 's3:DataAccessPointArn': bucket.accessPoints.map(({ arn }) => arn) } };
}

/** Everyone but the named principals; nobody chooses `aws:PrincipalArn`, and who has none is not excepted. */
export function excluding(subject: Subject, names: readonly string[]): Conditions {
  return names.length === 0 ? {} : { ArnNotEquals: { 'aws:PrincipalArn': names.map((name) => subject.nameOf(name)) } };
}

/** The perimeter with the constructs that it names by their paths. @throws if it names nothing */
export function namedPerimeter(options: PerimeterGuaranteeOptions): PerimeterGuaranteeOptions {
  const { vpcs, vpcEndpoints, addresses, accounts, organization, distributions, exceptPrincipals, policyAdministrators } = options;
  if ([vpcs, vpcEndpoints, addresses, accounts, organization, distributions].every((part) => part === undefined)) {
    throw new Error('"options" names no network and no identity; give "vpcs", "vpcEndpoints", "addresses", "accounts", "organization" or "distributions"');
  }
  return {
    ...options,
    distributions: distributions?.map(nameOfConstruct),
    exceptPrincipals: exceptPrincipals?.map(nameOfConstruct),
    policyAdministrators: policyAdministrators?.map(nameOfConstruct),
  };
}

/**
 * Nothing from outside: not by callers themselves, nor by services in their name, nor by services that act for somebody else.
 * @param through which requests are meant, by the operator `ArnEquals`
 */
export function perimeterParts(subject: Subject, options: PerimeterGuaranteeOptions, through: Conditions = {}): Part[] {
  const { addresses, exceptPrincipals = [], throughObjectLambda, policyAdministrators } = options;
  const own = subject.bucket.resource.account;
  const identities: Record<string, string | readonly string[]> = {
    ...(options.accounts ? { 'aws:PrincipalAccount': [own, ...options.accounts] } : {}),
    ...(options.organization === undefined ? {} : { 'aws:PrincipalOrgID': options.organization }),
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
  return [
    never(subject, { actions: DATA_ACTIONS, when: { ...through, ...outside, ...people, ...(throughObjectLambda ? NOT_FOR_OBJECT_LAMBDA : {}) } }),
    never(subject, {
      actions: DATA_ACTIONS,
      when: { ...through, Bool: { 'aws:ViaAWSService': 'true' }, StringNotEquals: { 'aws:PrincipalAccount': own, ...identities }, ...people },
    }),
    never(subject, {
      actions: DATA_ACTIONS,
      when: {
        ...through,
        Bool: { 'aws:PrincipalIsAWSService': 'true' },
        Null: { 'aws:SourceAccount': 'false' },
        StringNotEquals: {
          'aws:SourceAccount': [own, ...options.accounts ?? []],
          ...(options.organization === undefined ? {} : { 'aws:SourceOrgID': options.organization }),
        },
        ...(distributions ? { ArnNotEquals: { 'aws:SourceArn': distributions } } : {}),
      },
    }),
    ...(distributions ? [never(subject, {
      actions: DATA_ACTIONS,
      when: { ...through, StringEquals: { 'aws:PrincipalServiceName': CLOUDFRONT }, ArnNotEquals: { 'aws:SourceArn': distributions } },
    })] : []),
    ...(policyAdministrators ? [never(subject, {
      actions: POLICY_ACTIONS,
      when: { ...outside, StringNotEquals: { ...places, 'strongbox:PrincipalKind': 'root' }, ...excluding(subject, policyAdministrators) },
      axioms: ['root-policy'],
    })] : []),
  ];
}

const PRESIGNED = ['REST-QUERY-STRING', 'POST'];

/**
 * Presigned requests older than this, and those signed in the old way, whose age cannot be told. What Object Lambda fetches in the name of its
 * caller is presigned by AWS, and not meant.
 */
export function presignedAgeParts(subject: Subject, seconds: number): Part[] {
  return [
    never(subject, {
      actions: ['s3:*'],
      when: { StringEquals: { 's3:authType': PRESIGNED }, NumericGreaterThan: { 's3:signatureAge': String(seconds * 1000) }, ...NOT_FOR_OBJECT_LAMBDA },
    }),
    never(subject, {
      actions: ['s3:*'], when: { StringEquals: { 's3:authType': PRESIGNED, 's3:signatureversion': 'AWS' }, ...NOT_FOR_OBJECT_LAMBDA },
    }),
  ];
}

/** Presigned requests of others than these. */
export function presignedByOthersParts(subject: Subject, except: readonly string[]): Part[] {
  return [never(subject, {
    actions: ['s3:*'], when: { StringEquals: { 's3:authType': PRESIGNED }, ...excluding(subject, except), ...NOT_FOR_OBJECT_LAMBDA },
  })];
}
