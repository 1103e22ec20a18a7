import { type PolicyDocument, policyDocuments, type LooseStatement, statementsOf } from './documents';
import { inScope } from './scope';
import type { ResolvedResource } from '../model/resolve';
import type { SourceLocation } from '../template/source';

/** What is wrong with a template, and what to do about it, for every place where it occurs. */
export interface Rule {
  /** Kebab-case; users acknowledge `Strongbox::<id>`. */
  readonly id: string;
  /** What is wrong, in one line. */
  readonly title: string;
  /** What to do about it, in one sentence. */
  readonly fix: string;
  readonly example: { readonly wrong: string; readonly right: string };
  /** The page of AWS that says so. */
  readonly page?: string;
}

/** A mistake that can be read off the template, without a proof. */
export interface Lint extends Rule {
  readonly page: string;
  /** What is wrong in this template. */
  find(template: LintedTemplates): Iterable<Mistake>;
}

export interface Mistake {
  readonly resource: ResolvedResource;
  /** Path of the property below the resource, e.g. `Properties.PolicyDocument.Statement.0.Action`. */
  readonly location: string;
  /** What stands there and why it is wrong, in one sentence. */
  readonly message: string;
}

/** A mistake with the rule that it breaks. */
export interface Finding extends Mistake {
  readonly lint: Rule;
  /** Where it is written; absent if the template is of no file. */
  readonly source?: SourceLocation;
}

/** A mistake with its rule and its place in the file. */
export function findingOf(mistake: Mistake, rule: Rule): Finding {
  return { ...mistake, lint: rule, source: mistake.resource.sourceOf(mistake.location) };
}

/** The templates of one cloud assembly, with the readings that lints share. */
export class LintedTemplates {
  /** Policies of S3, KMS and their endpoints, and of identities that reach them. */
  public readonly documents: readonly PolicyDocument[];
  public readonly statements: readonly LooseStatement[];
  private readonly byType = new Map<string, ResolvedResource[]>();
  private readonly buckets: ReadonlyMap<string, ResolvedResource>;

  public constructor(public readonly resources: readonly ResolvedResource[]) {
    for (const resource of resources) {
      const same = this.byType.get(resource.type);
      if (same) same.push(resource);
      else this.byType.set(resource.type, [resource]);
    }
    this.buckets = new Map(this.ofType('AWS::S3::Bucket').map((bucket) => [bucketName(bucket), bucket]));
    ({ documents: this.documents, statements: this.statements } = inScope(
      resources.flatMap(policyDocuments),
      statementsOf,
    ));
  }

  public ofType(type: string): readonly ResolvedResource[] {
    return this.byType.get(type) ?? [];
  }

  /** Buckets by what a `Ref` to them, their `BucketName`, or their ARN resolves to. */
  public bucket(nameOrArn: unknown): ResolvedResource | undefined {
    if (typeof nameOrArn !== 'string') return undefined;
    return this.buckets.get(nameOrArn.replace(/^arn:[^:]*:s3:::/, ''));
  }
}

/** The literal name of a bucket, or the placeholder that the resolver gives to a generated one. */
export function bucketName(bucket: ResolvedResource): string {
  const literal = bucket.properties?.BucketName;
  return typeof literal === 'string' ? literal : generatedName(bucket);
}

/** What the resolver writes for a name that CloudFormation makes up. */
export function generatedName(resource: ResolvedResource): string {
  return `{${resource.stack.replace(/[/:]/g, '.')}.${resource.logicalId}}`;
}
