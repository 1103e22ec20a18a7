import { encryptionRule, type BucketModel, type ResolvedResource } from './model';
import { parsePolicy, type Policy } from '../engine/policy';

/** The settings of Block Public Access. */
export const PUBLIC_ACCESS_BLOCKS = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
];

/** Ids of the axiom on which an answer rests that takes S3's defaults for what the template does not state. */
export const NEW_RESOURCE_DEFAULTS = 'new-resource-defaults';

/**
 * The settings of a bucket and its access points that S3 has by default. It remembers which of them were read and are
 * not stated, and gives S3's default for them only where that is asked for.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
 */
export class BucketSettings {
  private readonly missing = new Set<string>();

  /** @param byDefault settings for which S3's default counts where the template does not state them */
  public constructor(
    private readonly bucket: BucketModel,
    private readonly byDefault: readonly string[],
  ) {}

  /** What was read, and only S3's default decides: `OwnershipControls`. */
  public get unstated(): string[] {
    return [...this.missing];
  }

  /**
   * The settings of Block Public Access by their names. A configuration that states some of them turns the others off.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html
   */
  public get publicAccessBlock(): Readonly<Record<string, unknown>> {
    return this.blockOf(this.bucket.resource, 'PublicAccessBlockConfiguration');
  }

  /** The same of an access point: new ones have all four on. */
  public publicAccessBlockOf(accessPoint: ResolvedResource): Readonly<Record<string, unknown>> {
    return this.blockOf(accessPoint, `PublicAccessBlockConfiguration of ${accessPoint.path}`);
  }

  /**
   * Whether ACLs are disabled is told by `BucketOwnerEnforced`. An ACL that grants something is refused where they are
   * disabled: with it, S3's default does not hold.
   */
  public get objectOwnership(): unknown {
    const stated: unknown = this.bucket.resource.properties.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
    if (stated !== undefined || this.grantingAcl !== undefined) return stated;
    return this.defaulted('OwnershipControls', 'BucketOwnerEnforced');
  }

  /** The algorithm and key of the default encryption. */
  public get encryption(): { readonly SSEAlgorithm?: any; readonly KMSMasterKeyID?: any } | undefined {
    const stated = encryptionRule(this.bucket.resource)?.ServerSideEncryptionByDefault;
    return stated ?? this.defaulted('BucketEncryption', { SSEAlgorithm: 'AES256' });
  }

  /** The canned ACL of the bucket, if it grants something to others than the owner. */
  public get grantingAcl(): string | undefined {
    const acl: unknown = this.bucket.resource.properties.AccessControl;
    return typeof acl === 'string' && !OWNER_ACLS.includes(acl) ? acl : undefined;
  }

  /**
   * What the canned ACL grants, as a policy; undefined where it grants nothing, or only the deployment knows. A public
   * ACL counts where nothing that is stated keeps it from granting: S3's defaults refuse it on a new bucket, and leave
   * it in force on an older one.
   */
  public get aclPolicy(): Policy | undefined {
    const acl = this.grantingAcl;
    const { objectOwnership } = this;
    if (acl === undefined || objectOwnership === 'BucketOwnerEnforced') return undefined;
    const block = this.bucket.resource.properties.PublicAccessBlockConfiguration ?? {};
    const isInForce =
      acl === 'LogDeliveryWrite'
        ? objectOwnership === 'ObjectWriter' || objectOwnership === 'BucketOwnerPreferred'
        : [block.IgnorePublicAcls ?? false, block.RestrictPublicBuckets ?? false].every((value) => value === false);
    const statements = ACL_STATEMENTS[acl]?.(this.bucket) ?? [];
    return isInForce && statements.length > 0
      ? parsePolicy({ Version: '2012-10-17', Statement: statements }, `the ACL ${acl}`)
      : undefined;
  }

  private blockOf({ properties }: ResolvedResource, name: string): Readonly<Record<string, unknown>> {
    const stated: Record<string, unknown> | undefined = properties.PublicAccessBlockConfiguration;
    if (stated !== undefined) return stated;
    return this.defaulted(name, Object.fromEntries(PUBLIC_ACCESS_BLOCKS.map((key) => [key, true]))) ?? {};
  }

  private defaulted<T>(name: string, value: T): T | undefined {
    this.missing.add(name);
    return this.byDefault.includes(name) ? value : undefined;
  }
}

/** ACLs that give nobody but the owner anything that they can reach the bucket with. */
const OWNER_ACLS = ['Private', 'BucketOwnerRead', 'BucketOwnerFullControl', 'AwsExecRead'];

const READ = ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'];
const WRITE = ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'];
const grant = (actions: string[], Resource: string, more: object = {}) => ({
  Effect: 'Allow',
  Principal: '*',
  Action: actions,
  Resource,
  ...more,
});

/**
 * What the canned ACLs of buckets grant.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
 */
const ACL_STATEMENTS: Readonly<Record<string, (bucket: BucketModel) => object[]>> = {
  PublicRead: ({ arn }) => [grant(READ, arn)],
  PublicReadWrite: ({ arn }) => [grant(READ, arn), grant(WRITE, `${arn}/*`)],
  AuthenticatedRead: ({ arn }) => [grant(READ, arn, { Condition: { Null: { 'aws:PrincipalArn': 'false' } } })],
  // S3 delivers the logs of the account's own buckets, and of no others.
  LogDeliveryWrite: ({ arn, resource }) => {
    const logDelivery = {
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': resource.account } },
    };
    return [grant(['s3:PutObject'], `${arn}/*`, logDelivery), grant(['s3:GetBucketAcl'], arn, logDelivery)];
  },
};
