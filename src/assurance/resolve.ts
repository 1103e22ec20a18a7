import type { Policy } from './policy';

/** One resource of a template, intrinsics replaced by values; unknown parts stay marked (unknown.ts). */
export interface ResolvedResource {
  readonly stack: string;
  readonly logicalId: string;
  /** Construct path from the template's metadata, or `stack/logicalId`. */
  readonly path: string;
  readonly type: string;
  readonly properties: any;
  readonly deletionPolicy?: string;
  readonly updateReplacePolicy?: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
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

/** An IAM role, user or managed policy's holder with the policies that the templates attach to it. */
export interface IdentityModel {
  readonly resource: ResolvedResource;
  readonly kind: 'role' | 'user';
  readonly arn: string;
  readonly policies: readonly Policy[];
  readonly boundary?: Policy;
}

/** All templates of one cloud assembly together, so that references between stacks resolve. */
export interface Model {
  readonly resources: readonly ResolvedResource[];
  readonly buckets: readonly BucketModel[];
  readonly accessPoints: readonly AccessPointModel[];
  readonly keys: readonly KeyModel[];
  readonly endpoints: readonly EndpointModel[];
  readonly identities: readonly IdentityModel[];
}

export interface TemplateInput {
  /** Stack name, unique within the input. */
  readonly stack: string;
  readonly template: any;
  /** Twelve digits; absent or a token: the account is known only by name. */
  readonly account?: string;
  readonly region?: string;
  readonly partition?: string;
  /** For a nested stack: the parent's name and the logical id of the `AWS::CloudFormation::Stack`. */
  readonly nestedIn?: { readonly stack: string; readonly logicalId: string };
}

/** Resolves templates together. @throws naming the place of an intrinsic, policy or shape that is not understood */
export function resolveTemplates(_inputs: readonly TemplateInput[]): Model { throw new Error('contract'); }

/** Reads `manifest.json` of a cloud assembly directory (nested assemblies of stages and nested stacks included). */
export function readAssembly(_directory: string): TemplateInput[] { throw new Error('contract'); }
