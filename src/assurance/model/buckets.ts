import {
  encryptionRule,
  type AccessPointModel,
  type BucketModel,
  type KeyModel,
  type LogSource,
  type PolicyOfResource,
} from './model';
import { isNamed } from './names';
import { policyIn } from './policies';
import type { TemplatesModel } from './resolve';
import type { TemplateResource } from '../template/resource';
import { sameName } from '../template/same-name';
import { isObject } from '../template/value';

/** A bucket of the templates; what belongs to it is looked up when it is first asked for. */
export class TemplateBucket implements BucketModel {
  private policiesFound?: readonly PolicyOfResource[];
  private accessPointsFound?: readonly AccessPointModel[];
  private logSourcesFound?: readonly LogSource[];
  private keyFound?: { readonly key: KeyModel | undefined };

  public constructor(
    private readonly model: TemplatesModel,
    public readonly resource: TemplateResource,
  ) {}

  public get name(): string {
    return this.resource.self();
  }

  public get arn(): string {
    return this.resource.arn;
  }

  public get policies(): readonly PolicyOfResource[] {
    this.policiesFound ??= this.model
      .naming('AWS::S3::BucketPolicy', 'Bucket', this.resource)
      .filter((policy) => this.isIn(policy, 'Bucket') && policy.exists)
      .map((policy) => ({ resource: policy, policy: policyIn(policy, 'PolicyDocument')! }));
    return this.policiesFound;
  }

  public get accessPoints(): readonly AccessPointModel[] {
    this.accessPointsFound ??= this.model
      .naming('AWS::S3::AccessPoint', 'Bucket', this.resource)
      .filter((point) => this.isIn(point, 'Bucket') && point.exists)
      .map((point) => this.model.accessPoint(point));
    return this.accessPointsFound;
  }

  public get logSources(): readonly LogSource[] {
    this.logSourcesFound ??= this.model
      .candidates('AWS::S3::Bucket')
      .filter((source) => this.receives(source) && source.exists)
      .map((source) => ({ arn: source.arn, prefix: loggingOf(source)?.LogFilePrefix ?? '' }));
    return this.logSourcesFound;
  }

  public get key(): KeyModel | undefined {
    this.keyFound ??= { key: this.findKey() };
    return this.keyFound.key;
  }

  /** Whether a property of another resource names this bucket. */
  private isIn(from: TemplateResource, property: string): boolean {
    return isNamed(from, from.written[property], () => from.properties[property], this.resource, this.model.world);
  }

  private receives(source: TemplateResource): boolean {
    const written = source.written.LoggingConfiguration;
    if (written === undefined) return false;
    // A Ref to another bucket needs no look at the conditions around it.
    const refs = refsTo(written, source);
    if (refs !== undefined && source.stack === this.resource.stack && !refs.includes(this.resource.logicalId)) {
      return false;
    }
    const logging = loggingOf(source);
    if (logging === undefined) return false;
    if (logging.DestinationBucketName === undefined) return source === this.resource;
    const plain = isObject(written) ? written.DestinationBucketName : undefined;
    return isNamed(source, plain, () => logging.DestinationBucketName, this.resource, this.model.world);
  }

  private findKey(): KeyModel | undefined {
    const id: unknown = encryptionRule(this.resource)?.ServerSideEncryptionByDefault?.KMSMasterKeyID;
    if (typeof id !== 'string') return undefined;
    const { world } = this.model;
    const named = (text: string) =>
      this.model.keyResources.find(
        (key) => [key.arn, key.self()].some((name) => sameName(text, name, world)) && key.exists,
      );
    const alias = /^(?:arn:[^:]*:kms:[^:]*:[^:]*:)?(alias\/.+)$/.exec(id)?.[1];
    const aliased =
      alias === undefined
        ? undefined
        : this.model.candidates('AWS::KMS::Alias').find((each) => sameName(alias, each.self(), world) && each.exists);
    const target = aliased ? aliased.properties.TargetKeyId : id;
    const found = typeof target === 'string' ? named(target) : undefined;
    return found && this.model.keyModel(found);
  }
}

interface Logging {
  readonly DestinationBucketName?: string;
  readonly LogFilePrefix?: string;
}

function loggingOf(bucket: TemplateResource): Logging | undefined {
  return bucket.properties.LoggingConfiguration as Logging | undefined;
}

/** The buckets that a logging configuration can name, if it names none but by `Ref`. */
function refsTo(written: unknown, from: TemplateResource): string[] | undefined {
  if (typeof written !== 'object' || written === null) return [];
  const object = written as Record<string, any>;
  if (Array.isArray(object['Fn::If'])) {
    const branches = object['Fn::If'].slice(1).map((branch: unknown) => refsTo(branch, from));
    return branches.some((branch) => branch === undefined) ? undefined : (branches.flat() as string[]);
  }
  if (object.Ref === 'AWS::NoValue') return [];
  const named = from.referent(object.DestinationBucketName);
  return named === undefined ? undefined : [named];
}
