import { Reference, Token, Tokenization } from 'aws-cdk-lib';
import { BucketSettings } from './bucket-settings';
import { MESSAGING, messagingSubjects } from './messaging';
import {
  encryptionRule,
  VAULT,
  type BucketModel,
  type EndpointModel,
  type KeyModel,
  type LogSource,
  type Model,
  type OrganizationModel,
  type ResolvedResource,
} from './model';
import { policyIn } from './policies';
import { bucketNamed } from './resolve';
import { toldApartBy } from './told-apart';
import type { Environment } from '../engine/environment';
import { parsePolicy, type Policy, type PrincipalPattern } from '../engine/policy';
import { unknown } from '../template/unknown';

/** A bucket that is asked about, with what decides about it. */
export class ResourceUnderTest {
  public readonly resource: ResolvedResource;
  public readonly arn: string;

  public readonly settings: BucketSettings;

  /** @param byDefault settings for which what S3 gives new resources counts, if the template does not state them */
  public constructor(
    public readonly model: Model,
    public readonly bucket: BucketModel,
    byDefault: readonly string[] = [],
  ) {
    this.resource = bucket.resource;
    this.arn = bucket.arn;
    this.settings = new BucketSettings(bucket, byDefault);
  }

  public get properties(): any {
    return this.resource.properties;
  }

  /** ARN of the key that the default encryption names; undefined if it names none (or the AWS managed one). */
  public get keyArn(): string | undefined {
    const id = encryptionRule(this.resource)?.ServerSideEncryptionByDefault?.KMSMasterKeyID;
    if (this.bucket.key) return this.bucket.key.arn;
    return typeof id === 'string' && !/alias\/aws\/s3$/.test(id) ? id : undefined;
  }

  /**
   * The ARN of what a user names: an ARN as it is, or a resource of the templates by construct path or logical id.
   * @throws if the templates have no such resource
   */
  public nameOf(name: string): string {
    if (name.startsWith('arn:')) return name;
    const found = this.model.resources.filter(({ path, logicalId }) => path === name || logicalId === name);
    if (found.length !== 1) {
      throw new Error(
        `"${name}" names ${found.length} resources of the templates; give an ARN, or the construct path of one`,
      );
    }
    return found[0].arn;
  }

  /**
   * The buckets that send their access logs to this one. Of those that its policy cannot tell apart, one for each
   * prefix stands for all.
   */
  public get logSources(): readonly LogSource[] {
    const seen = new Set<string>();
    const isTold = toldApartBy(this.bucket);
    return this.bucket.logSources.filter(({ arn, prefix }) => {
      const alike = isTold(arn) ? `${arn} ${prefix}` : prefix;
      return !seen.has(alike) && seen.add(alike);
    });
  }

  /** Axioms that every answer about this bucket rests on. */
  public get axioms(): string[] {
    return this.bucket.name.includes('{') ? ['generated-names'] : [];
  }
}

/** A policy that guarantees are asked of by itself, whoever has it. */
export const MANAGED_POLICY = 'AWS::IAM::ManagedPolicy';

/** An endpoint that guarantees are asked of by itself. */
export const VPC_ENDPOINT = 'AWS::EC2::VPCEndpoint';

/** What guarantees are asked of by itself. */
const BY_ITSELF = [
  MANAGED_POLICY,
  VPC_ENDPOINT,
  'AWS::CloudTrail::Trail',
  'AWS::CloudWatch::Alarm',
  'AWS::Events::Rule',
  'AWS::Glue::Table',
];

/**
 * What a guarantee about resources of a type can be asked of. A key is looked at as a bucket of which only the policy
 * matters, which is its own.
 */
export function subjectsOf(model: Model, type: string): readonly BucketModel[] {
  if (type === VAULT) return model.vaults;
  if (type === 'AWS::S3::BucketPolicy') return model.outsideBuckets;
  if (MESSAGING.includes(type)) return messagingSubjects(model, type);
  if (BY_ITSELF.includes(type)) return policyHolders(model, type);
  if (type === 'AWS::S3::AccessPoint') return model.outsideAccessPoints;
  if (type !== 'AWS::KMS::Key') return model.buckets;
  return model.keys.map((key): BucketModel => ({
    resource: key.resource,
    get name() {
      return key.arn.split('/').pop()!;
    },
    get arn() {
      return key.arn;
    },
    get policies() {
      return key.policy ? [{ resource: key.resource, policy: key.policy }] : [];
    },
    accessPoints: [],
    logSources: [],
    key,
  }));
}

/** Resources with one policy, which is a property of theirs, or none. */
function policyHolders(model: Model, type: string): BucketModel[] {
  return model.resources
    .filter((resource) => resource.type === type)
    .map((resource): BucketModel => ({
      resource,
      get name() {
        return resource.arn.split('/').pop()!;
      },
      get arn() {
        return resource.arn;
      },
      get policies() {
        const policy = policyIn(resource, 'PolicyDocument');
        return policy ? [{ resource, policy }] : [];
      },
      accessPoints: [],
      logSources: [],
    }));
}

/**
 * A literal as it is; for a token of a construct (`role.roleArn`) the construct's path, by which the template knows it.
 */
export function nameOfConstruct(text: string): string {
  if (!Token.isUnresolved(text)) return text;
  const tokens = Tokenization.reverseString(text).tokens;
  const [reference] = tokens;
  if (tokens.length !== 1 || !Reference.isReference(reference)) {
    throw new Error(`"${text}" is a value known at deployment only; give an ARN, or the attribute of a construct`);
  }
  return reference.target.node.path.replace(/\/Resource$/, '');
}

/**
 * What decides about requests to a bucket.
 * @param identities whether roles and users of the templates have the policies that these give them; otherwise, and all
 * others, count as administrators of their accounts
 */
export function environmentOf({ bucket, model, settings }: ResourceUnderTest, identities = false): Environment {
  const acl = settings.aclPolicy;
  return {
    account: bucket.resource.account,
    resourcePolicies: [...bucket.policies.map(({ policy }) => policy), ...(acl ? [acl] : [])],
    // S3's default does not count: with it, the deployment of a public policy is refused on a new bucket alone.
    restrictsPublic: bucket.resource.properties.PublicAccessBlockConfiguration?.RestrictPublicBuckets === true,
    aclsMayGrant:
      settings.objectOwnership === 'BucketOwnerEnforced'
        ? undefined
        : { everyone: settings.publicAccessBlock.IgnorePublicAcls !== true, accounts: true },
    accessPoints:
      bucket.accessPoints.length === 0
        ? undefined
        : bucket.accessPoints.map(({ arn, policy, vpcId }) => ({ arn, policy, vpcId })),
    identities: identities
      ? Object.fromEntries(
          model.identities
            .filter(({ foreignPolicies }) => foreignPolicies.length === 0)
            .map(({ arn, policies, boundary, resource }) => [
              arn,
              { policies, boundary: boundary ?? foreignBoundary(resource) },
            ]),
        )
      : undefined,
    otherIdentities: 'everything',
    ...model.organization,
  };
}

/**
 * The policies without what they allow to Origin Access Identities of the templates, which stand for the account's own
 * distributions.
 */
export function withoutOwnAccessIdentities({ model }: ResourceUnderTest, policies: readonly Policy[]): Policy[] {
  const isOwn = ({ type, value }: PrincipalPattern) =>
    (type === 'CanonicalUser' || value.includes(':iam::cloudfront:')) && model.accessIdentities.includes(value);
  return policies.map((policy) => ({
    ...policy,
    statements: policy.statements.flatMap((statement) => {
      if (statement.effect !== 'Allow' || statement.notPrincipal) return [statement];
      const principals = (statement.principals ?? []).filter((pattern) => !isOwn(pattern));
      return principals.length === 0 ? [] : [{ ...statement, principals }];
    }),
  }));
}

/**
 * What decides about requests to a topic or queue. A topic without a policy has that of SNS, which lets its account and
 * what acts for it publish; a queue without one is left to the policies of its account.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
export function messagingEnvironment({ bucket, resource, arn, model }: ResourceUnderTest): Environment {
  const policies = bucket.policies.map(({ policy }) => policy);
  const byDefault = {
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: ['sns:Publish', 'sns:Subscribe'],
    Resource: arn,
    Condition: { StringEquals: { 'AWS:SourceOwner': resource.account } },
  };
  return {
    account: resource.account,
    resourcePolicies:
      policies.length === 0 && resource.type === 'AWS::SNS::Topic'
        ? [parsePolicy({ Version: '2012-10-17', Statement: byDefault }, 'default topic policy')]
        : policies,
    otherIdentities: 'everything',
    ...model.organization,
  };
}

/** A boundary that the templates do not have: what it lets through is not known. */
function foreignBoundary({ properties }: ResolvedResource): Policy | undefined {
  const arn: unknown = properties.PermissionsBoundary;
  if (arn === undefined) return undefined;
  const name = typeof arn === 'string' ? arn : JSON.stringify(arn);
  return parsePolicy(
    {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: unknown(`of the boundary ${name}`), Resource: '*' },
    },
    `permission boundary ${name}`,
  );
}

/** The endpoints of Amazon S3. */
export function s3Endpoints({ endpoints }: Model): EndpointModel[] {
  return endpoints.filter(({ serviceName }) => /\.s3$/.test(serviceName));
}

/** The policies of endpoints by their ids; one without a policy of its own lets everything through. */
export function policiesOf(endpoints: readonly EndpointModel[]): Record<string, Policy> {
  return Object.fromEntries(endpoints.flatMap(({ id, policy }) => (policy ? [[id, policy]] : [])));
}

/**
 * What decides about the use of a key: its policy first, even for its own account; without one, AWS lets the account's
 * policies decide.
 */
export function keyEnvironment({ resource, policy }: KeyModel, organization: OrganizationModel = {}): Environment {
  const { account, partition } = resource;
  const byDefault = {
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  return {
    account,
    resourcePolicies: [policy ?? parsePolicy({ Version: '2012-10-17', Statement: byDefault }, 'default key policy')],
    resourcePolicyDecides: true,
    otherIdentities: 'everything',
    ...organization,
  };
}

/** Whether the bucket that receives this one's access logs is in the templates; false if it keeps none. */
export function logTargetIsKnown({ model, bucket }: ResourceUnderTest): boolean {
  const logging = bucket.resource.properties.LoggingConfiguration;
  return (
    logging !== undefined &&
    (logging.DestinationBucketName === undefined ||
      bucketNamed(model, 'name', logging.DestinationBucketName) !== undefined)
  );
}
