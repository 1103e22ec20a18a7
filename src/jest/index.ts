/**
 * Matchers for jest: `import 'cdk-s3-strongbox/jest';` adds them to `expect`. Other runners that take jest's matchers
 * call `expect.extend(strongboxMatchers)` themselves.
 */
import { Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct, type IConstruct } from 'constructs';
import { VerdictStatus, Proof, type Guarantee, type HoldsOptions, type RequestOptions, type Verdict } from '../index';

interface MatcherResult {
  readonly pass: boolean;
  message(): string;
}

/** What can be asked: a stack, an app, a construct in a stack, a template, or a proof. */
export type Provable = Stack | Stage | Template | Proof | { readonly node: unknown } | { readonly Resources: unknown };

export const strongboxMatchers = {
  toHold(received: Provable, guarantee: Guarantee, options?: HoldsOptions): MatcherResult {
    const { proof, subject } = asked(received);
    const verdicts = proof.verdicts(guarantee, options ?? subject);
    if (verdicts.length === 0) {
      throw new Error(`No resource is there to ask whether "${guarantee.id}" holds: ${guarantee.description}`);
    }
    const open = verdicts.filter(({ status }) => status === VerdictStatus.UNKNOWN);
    const broken = verdicts.filter(({ status }) => status === VerdictStatus.VIOLATED);
    if (broken.length === 0 && open.length > 0) {
      // Neither toHold nor not.toHold may pass on what nobody knows.
      throw new Error(`Nobody can tell before deployment whether it holds:\n${list(open)}`);
    }
    return {
      pass: broken.length === 0,
      message: () =>
        broken.length > 0
          ? `Expected to hold: ${guarantee.title}\n${list(broken)}\nFix: ${guarantee.fix}`
          : `Expected not to hold, but it is proved: ${guarantee.title}\n${list(verdicts)}`,
    };
  },

  toAllowRequest(received: Provable, request: RequestOptions): MatcherResult {
    return outcome(
      () => asked(received).proof.allows(request),
      () => asked(received).proof.denies(request),
    );
  },

  toDenyRequest(received: Provable, request: RequestOptions): MatcherResult {
    return outcome(
      () => asked(received).proof.denies(request),
      () => asked(received).proof.allows(request),
    );
  },
};

const list = (verdicts: readonly Verdict[]): string => verdicts.map((verdict) => `  ${verdict}`).join('\n');

/** Each of the two throws, with the reason, when it is not so; both do when nobody can tell, or can ask so. */
function outcome(expected: () => void, opposite: () => void): MatcherResult {
  const reason = failure(expected);
  if (reason === undefined) return { pass: true, message: () => failure(opposite)! };
  if (failure(opposite) !== undefined) throw new Error(reason);
  return { pass: false, message: () => reason };
}

function failure(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function asked(received: Provable): { proof: Proof; subject?: HoldsOptions } {
  if (received instanceof Proof) return { proof: received };
  if (received instanceof Template) return { proof: Proof.ofTemplate(received.toJSON()) };
  if (Stage.isStage(received)) return { proof: Proof.ofApp(received) };
  if (Stack.isStack(received)) return { proof: Proof.ofStack(received) };
  if (Construct.isConstruct(received)) {
    const stack = Stack.of(received);
    return { proof: Proof.ofStack(stack), subject: { subject: stack.getLogicalId(bucketOf(received)) } };
  }
  if (typeof received === 'object' && received !== null && 'Resources' in received) {
    return { proof: Proof.ofTemplate(received) };
  }
  throw new Error(`"received" is ${typeof received}, it must be a stack, an app, a construct, a template or a Proof.`);
}

/** The bucket that a construct is, or that stands behind it: an L2, or an L3 around one. */
function bucketOf(construct: IConstruct): CfnBucket {
  let at: IConstruct | undefined = construct;
  while (at !== undefined && !CfnBucket.isCfnBucket(at)) at = at.node.defaultChild;
  if (at === undefined) {
    throw new Error(
      `"received" is the construct "${construct.node.path}", it must be a bucket, or a stack that holds one.`,
    );
  }
  return at;
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    interface Matchers<R> {
      /**
       * Proves a guarantee for every resource to which it applies, or for the construct that is expected to hold it.
       *
       * Fails with the request that breaks it. What rests on values that only the deployment knows fails both ways.
       */
      toHold(guarantee: Guarantee, options?: HoldsOptions): R;
      /** The request is allowed, all policies of the templates together. */
      toAllowRequest(request: RequestOptions): R;
      /** The request is not allowed. */
      toDenyRequest(request: RequestOptions): R;
    }
  }
}

(globalThis as { expect?: { extend(matchers: object): void } }).expect?.extend(strongboxMatchers);
