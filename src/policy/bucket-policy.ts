import { Aspects, Lazy, Stack, type CfnResource, type IAspect } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { referenced } from '../input/referenced';

/** Runs after every mutating aspect, `RemovalPolicies` included, and before the read-only ones. */
const FINALIZE_PRIORITY = 900;

const STATEMENTS = Symbol.for('cdk-s3-strongbox.statements');

/**
 * The one policy of a bucket, whoever made it. Statements are kept by their `Sid`, so that a control applied twice
 * finds its own.
 */
export class PolicyOfBucket {
  public static of(bucket: s3.CfnBucket): PolicyOfBucket {
    return new PolicyOfBucket(bucket);
  }

  private constructor(private readonly bucket: s3.CfnBucket) {}

  /** The ARNs that a statement about everything in the bucket names. */
  public get bucketAndObjects(): string[] {
    return [this.bucketArn, this.objects];
  }

  public get objects(): string {
    return `${this.bucketArn}/*`;
  }

  public get bucketArn(): string {
    return this.bucket.attrArn;
  }

  /** All statements that this library wrote, by their `Sid`. */
  public get all(): ReadonlyMap<string, iam.PolicyStatement> {
    return this.statements;
  }

  public find(sid: string): iam.PolicyStatement | undefined {
    return this.statements.get(sid);
  }

  /** Adds a statement once; a second one with the same `Sid` is the caller's to merge with `find`. */
  public add(sid: string, props: iam.PolicyStatementProps): iam.PolicyStatement {
    const statement = new iam.PolicyStatement({ sid, ...props });
    const l2 = ownerOf(this.bucket);
    const l1Policy = policyOfL1(this.bucket);
    if (l2 && (l2.policy || !l1Policy)) {
      l2.addToResourcePolicy(statement);
    } else if (l1Policy && hasIntrinsics(l1Policy)) {
      appendTo(l1Policy, statement);
    } else {
      iam.ResourceWithPolicies.of(this.bucket)!.addToResourcePolicy(statement);
    }
    this.statements.set(sid, statement);
    return statement;
  }

  /** Denies everybody, which is the shape of all guardrails of this library. */
  public deny(
    sid: string,
    props: Omit<iam.PolicyStatementProps, 'effect' | 'principals' | 'sid'>,
  ): iam.PolicyStatement {
    return this.add(sid, { effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], ...props });
  }

  private get statements(): Map<string, iam.PolicyStatement> {
    const holder = this.bucket as { [STATEMENTS]?: Map<string, iam.PolicyStatement> };
    if (!holder[STATEMENTS]) {
      Object.defineProperty(holder, STATEMENTS, { value: new Map<string, iam.PolicyStatement>() });
    }
    return holder[STATEMENTS]!;
  }
}

/**
 * The L2 around an L1. Its own method must be used: a policy made behind its back is followed by a second one
 * as soon as somebody calls `addToResourcePolicy`, and of two policies of a bucket the last deployed wins.
 */
function ownerOf(bucket: s3.CfnBucket): s3.Bucket | undefined {
  const scope = bucket.node.scope;
  return scope instanceof s3.Bucket && scope.node.defaultChild === bucket ? scope : undefined;
}

/** The policy that a control or the L2 made for the bucket. */
export function policyOf(bucket: s3.CfnBucket): s3.CfnBucketPolicy | undefined {
  return (ownerOf(bucket)?.policy?.node.defaultChild ?? policyOfL1(bucket)) as s3.CfnBucketPolicy | undefined;
}

/** A policy that was made beside the L2, on the L1 itself or anywhere in its stack; the L2 does not know it. */
function policyOfL1(bucket: s3.CfnBucket): s3.CfnBucketPolicy | undefined {
  return bucket.stack.node
    .findAll()
    .find(
      (node): node is s3.CfnBucketPolicy =>
        s3.CfnBucketPolicy.isCfnBucketPolicy(node) && bucketOfPolicy(node) === bucket,
    );
}

/**
 * Whether a policy that was written by hand, or included from a template, has statements that the CDK's own class
 * cannot hold.
 */
function hasIntrinsics(policy: s3.CfnBucketPolicy): boolean {
  const document = policy.policyDocument as unknown;
  if (document instanceof iam.PolicyDocument) return false;
  try {
    iam.PolicyDocument.fromJson(resolved(policy, document)).toJSON();
    return false;
  } catch {
    return true;
  }
}

/** Adds a statement to the text of a policy; what is there is kept to the letter. */
function appendTo(policy: s3.CfnBucketPolicy, statement: iam.PolicyStatement): void {
  const before = policy.policyDocument as unknown;
  policy.policyDocument = Lazy.uncachedAny({
    produce: (context) => {
      const { Statement, ...rest } = context.resolve(before) as { Statement?: unknown };
      return { ...rest, Statement: [...[Statement ?? []].flat(), statement.toStatementJson()] };
    },
  });
}

/** The bucket that a policy belongs to, where the template says so by reference. */
export function bucketOfPolicy(policy: s3.CfnBucketPolicy): IConstruct | undefined {
  return referenced(policy.bucket);
}

/** Runs `visit` on one resource after all other aspects have changed what they change. */
export function onFinalize(resource: CfnResource, visit: () => void): void {
  const aspect: IAspect = {
    visit: (node) => {
      if (node === resource) visit();
    },
  };
  Aspects.of(resource).add(aspect, { priority: FINALIZE_PRIORITY });
}

/** What a property will be in the template, as far as synthesis can tell. */
export function resolved<T>(scope: IConstruct, value: unknown): T | undefined {
  return Stack.of(scope).resolve(value) as T | undefined;
}
