import type { Environment } from './evaluate';
import { parsePolicy, type Statement } from './policy';
import type { Property } from './prove';
import { encryptionRule, SOME_ACCOUNT, type BucketModel, type Model, type ResolvedResource } from './resolve';

/** What a guarantee is made of: a property of all requests, or a setting of the template. */
export type Part = Property | SettingPart;

export interface SettingPart {
  readonly setting: string;
  /** Undefined: only the deployment knows. */
  readonly holds: boolean | undefined;
  readonly reason: string;
  readonly axioms?: readonly string[];
}

/** A bucket that is asked about, with what decides about it. */
export class Subject {
  public readonly resource: ResolvedResource;
  public readonly arn: string;

  public constructor(public readonly model: Model, public readonly bucket: BucketModel) {
    this.resource = bucket.resource;
    this.arn = bucket.arn;
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

  /** Axioms that every answer about this bucket rests on. */
  public get axioms(): string[] {
    const generated = this.bucket.name.includes('{');
    const byName = this.resource.account === SOME_ACCOUNT
      && this.bucket.policies.some(({ resource }) => /(?<!\d)\d{12}(?!\d)/.test(JSON.stringify(resource.properties)));
    return [...(generated ? ['generated-names'] : []), ...(byName ? ['account-by-name'] : [])];
  }
}

/** What decides about requests to a bucket, with callers taken to be administrators of their accounts. */
export function environmentOf({ bucket }: Subject): Environment {
  const { PublicAccessBlockConfiguration: block = {}, OwnershipControls: ownership } = bucket.resource.properties;
  const aclsOff = ownership?.Rules?.[0]?.ObjectOwnership === 'BucketOwnerEnforced';
  return {
    account: bucket.resource.account,
    resourcePolicies: bucket.policies.map(({ policy }) => policy),
    restrictsPublic: block.RestrictPublicBuckets === true,
    aclsMayGrant: aclsOff ? undefined : { everyone: block.IgnorePublicAcls !== true, accounts: true },
    doors: bucket.accessPoints.length === 0 ? undefined
      : bucket.accessPoints.map(({ arn, policy, vpcId }) => ({ arn, policy, vpcId })),
    otherIdentities: 'everything',
  };
}

/** The buckets of the model that send their access logs to this one. */
export function logSources({ model, bucket }: Subject): Array<{ arn: string; prefix: string }> {
  return model.buckets.flatMap((source) => {
    const logging = source.resource.properties.LoggingConfiguration;
    if (logging === undefined) return [];
    const target = logging.DestinationBucketName ?? source.name;
    return target === bucket.name ? [{ arn: source.arn, prefix: logging.LogFilePrefix ?? '' }] : [];
  });
}

/** Requests as a statement describes them: any caller, any resource of the property's targets. */
export function region(options: {
  readonly actions: readonly string[];
  readonly notActions?: boolean;
  readonly notResources?: readonly string[];
  readonly when: Record<string, Record<string, string | readonly string[]>>;
}): Statement {
  const statement = {
    Effect: 'Allow',
    [options.notActions ? 'NotAction' : 'Action']: options.actions,
    [options.notResources ? 'NotResource' : 'Resource']: options.notResources ?? '*',
    Condition: options.when,
  };
  return parsePolicy({ Version: '2012-10-17', Statement: statement }, 'guarantee').statements[0];
}
