import type { Policy } from '../engine/policy';
import type { SourceLocation } from '../template/source';
import type { NotSeen } from '../template/templates';
import type { Question, World } from '../template/world';

/** One resource of a template, intrinsics replaced by values; unknown parts stay marked (unknown.ts). */
export interface ResolvedResource {
  readonly stack: string;
  readonly logicalId: string;
  /** Construct path from the template's metadata, or `stack/logicalId`. */
  readonly path: string;
  readonly type: string;
  /** Ids of the controls that say they were applied. */
  readonly controls: readonly string[];
  /** Resolved when first read. @throws naming the place of an intrinsic that is not understood */
  readonly properties: any;
  /** What `GetAtt` of `Arn` gives. */
  readonly arn: string;
  readonly deletionPolicy?: string;
  readonly updateReplacePolicy?: string;
  /** Whether the deployment makes it. @throws {UndecidedError} if this world does not say */
  readonly exists: boolean;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** Ids of axioms that reading it rests on. */
  readonly axioms: readonly string[];
  /** Where it is written, or a part of it such as `Properties.Tags.0`; undefined if the template is of no file. */
  sourceOf(part?: string): SourceLocation | undefined;
  /** What the template metadata has under the key, resolved; undefined without it. @throws as `properties` */
  metadata(key: string): unknown;
  /** What `Ref`, or `GetAtt` of the attribute, gives. */
  self(attribute?: string): string;
}

export interface BucketModel {
  readonly resource: ResolvedResource;
  /** Literal name, or a placeholder such as `{Stack.Bucket83908E77}` for a generated one. */
  readonly name: string;
  readonly arn: string;
  /** The bucket policies that name this bucket. S3 keeps one: more is an error of the template. */
  readonly policies: readonly PolicyOfResource[];
  readonly accessPoints: readonly AccessPointModel[];
  /** The key of the default encryption, if it is made in the same assembly. */
  readonly key?: KeyModel;
  /** Buckets that send their access logs to this one. */
  readonly logSources: readonly LogSource[];
}

export interface PolicyOfResource {
  readonly resource: ResolvedResource;
  readonly policy: Policy;
}

export interface AccessPointModel {
  readonly resource: ResolvedResource;
  readonly name: string;
  readonly arn: string;
  readonly bucketName: string;
  readonly vpcId?: string;
  readonly policy?: Policy;
}

/** An Object Lambda access point: a view of the objects behind its supporting access point. */
export interface ObjectLambdaModel {
  readonly resource: ResolvedResource;
  readonly name: string;
  readonly arn: string;
  readonly supportingArn: string;
  /** What S3 may call, with the version it is called in. */
  readonly functionArns: readonly string[];
  readonly policy?: Policy;
}

export interface KeyModel {
  readonly resource: ResolvedResource;
  readonly arn: string;
  readonly policy?: Policy;
}

export interface EndpointModel {
  readonly resource: ResolvedResource;
  readonly id: string;
  readonly vpcId: string;
  readonly serviceName: string;
  readonly kind: 'Gateway' | 'Interface';
  /** Absent: the default policy, which allows everything. */
  readonly policy?: Policy;
}

/** An IAM role or user with the policies that the templates attach to it. */
export interface IdentityModel {
  readonly resource: ResolvedResource;
  readonly kind: 'role' | 'user';
  readonly arn: string;
  readonly policies: readonly Policy[];
  /** Policies attached by an ARN from outside the templates: what they grant is unknown. */
  readonly foreignPolicies: readonly string[];
  readonly boundary?: Policy;
}

export interface LogSource {
  readonly arn: string;
  readonly prefix: string;
}

/** The custom resource of `GlacierVault`; the name is in deployed templates. */
export const VAULT = 'Custom::StrongboxGlacierVault';

/**
 * All templates of one cloud assembly together, so that references between stacks resolve, in one world: a set of
 * answers to what only the deployment knows. Parts are read when they are first asked for; what this world has no
 * answer to is an `UndecidedError`.
 */
export interface Model {
  readonly world: World;
  /** Every resource that this world does not exclude; whether it exists may still be open. */
  readonly resources: readonly ResolvedResource[];
  /** Every bucket that some deployment may have. */
  readonly buckets: readonly BucketModel[];
  /** Vaults of Glacier, which have no resources of their own for policies, access points and keys. */
  readonly vaults: readonly BucketModel[];
  /** Bucket policies that belong to a bucket outside the templates. */
  readonly outsideBuckets: readonly BucketModel[];
  /** Access points of buckets outside the templates, each as a bucket of which only the policy matters. */
  readonly outsideAccessPoints: readonly BucketModel[];
  readonly accessPoints: readonly AccessPointModel[];
  readonly objectLambdas: readonly ObjectLambdaModel[];
  readonly keys: readonly KeyModel[];
  readonly endpoints: readonly EndpointModel[];
  readonly identities: readonly IdentityModel[];
  /**
   * Origin Access Identities of the templates, as policies name them: by canonical id and by ARN. Only CloudFront
   * distributions of their account use them.
   */
  readonly accessIdentities: readonly string[];
  /** What the organization says about the accounts of the templates. */
  readonly organization: OrganizationModel;
  /** Whether S3's defaults do not count: what is needed must be stated. */
  readonly requireStated: boolean;
  /** Parts of the templates that nobody has looked at. */
  readonly notSeen: readonly NotSeen[];
  /** What cannot be read at all, with its place. */
  readonly problems: readonly string[];
  /** The resources of a type that exist in this world. */
  ofType(type: string): readonly ResolvedResource[];
  /** The same templates in a world where this question is answered. */
  answered(question: Question, truth: boolean): Model;
  /** The same templates in a world where every question that is still open has this answer. */
  completed(otherwise: boolean): Model;
  /** Whether a condition, by `Stack.Name`, holds in this world; undefined if it has no answer. */
  conditionHolds(name: string): boolean | undefined;
}

/** What is said of the templates as a whole. */
export interface ModelOptions extends OrganizationModel {
  /** @default false */
  readonly requireStated?: boolean;
}

/** Policies of AWS Organizations, which stand in no template of the app. */
export interface OrganizationModel {
  readonly serviceControlPolicies?: readonly Policy[];
  readonly resourceControlPolicies?: readonly Policy[];
}

/** The rule of the bucket's default encryption. */
export function encryptionRule(bucket: ResolvedResource): any {
  const rules = bucket.properties.BucketEncryption?.ServerSideEncryptionConfiguration;
  return Array.isArray(rules) ? rules[0] : undefined;
}
