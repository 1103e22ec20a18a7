import { Lazy, Stack, type CfnResource } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { policyOf } from './bucket-policy';
import { validationError } from '../input/validation-error';

/** The key of a resource's template metadata under which its claims are. */
const METADATA = 'strongbox:claims';
const CLAIMS = Symbol.for('cdk-s3-strongbox.claims');

/**
 * What a control or a construct says that the template guarantees; the prover reads it from the template and judges it.
 */
export interface Claim {
  /** The id of the control that claims it, if one does. */
  readonly control?: string;
  /** The id of the guarantee. */
  readonly guarantee: string;
  /**
   * The options of the guarantee; references of CloudFormation resolve in them. A function is called when the template
   * is written, for what later calls still add to.
   */
  readonly options?: object | (() => object | undefined);
  /** Why nothing is guaranteed: the reason that the owner stated. */
  readonly decision?: string;
  /**
   * Claims of one slot replace each other.
   *
   * @default - the claim stands beside all others
   */
  readonly slot?: string;
}

/**
 * Writes a claim into the template metadata of a resource. The resource must refer to everything that the options refer
 * to already: CloudFormation counts references in metadata as dependencies.
 */
export function claim(resource: CfnResource, made: Claim): void {
  const claims = claimsOf(resource);
  claims.set(made.slot ?? Symbol(), made);
}

/** Writes claims that are known for good only when the template is written. */
export function claimLater(resource: CfnResource, slot: string, make: () => readonly Claim[]): void {
  claimsOf(resource).set(slot, make);
}

/** Takes the claims of a slot back. */
export function disclaim(resource: CfnResource, slot: string): void {
  claimsOf(resource).delete(slot);
}

/** Writes a claim into the metadata of the policy of a bucket, which must be there. */
export function claimInPolicy(bucket: s3.CfnBucket, made: Claim): void {
  const policy = policyOf(bucket);
  if (!policy) {
    throw validationError({
      property: 'bucket',
      actual: 'a bucket without a policy',
      expected: 'a bucket whose policy the control wrote',
      hint: 'report this as a defect',
      scope: bucket,
    });
  }
  claim(policy, made);
}

/** Claims that topics and queues take messages by HTTPS alone. */
export function claimHttps(...holders: Array<sns.Topic | sqs.Queue>): void {
  for (const holder of holders) claimOf(holder, 'topic-tls-only', 'queue-tls-only');
}

/** Claims that the alarms and rules that name topics and queues reach them; there must be one. */
export function claimReached(...holders: Array<sns.Topic | sqs.Queue>): void {
  for (const holder of holders) claimOf(holder, 'alarm-reaches-topic', 'events-reach-queue');
}

function claimOf(holder: sns.Topic | sqs.Queue, ofTopic: string, ofQueue: string): void {
  const guarantee = 'topicArn' in holder ? ofTopic : ofQueue;
  claim(holder.node.defaultChild as CfnResource, { guarantee, slot: guarantee });
}

type Claims = Map<string | symbol, Claim | (() => readonly Claim[])>;

function claimsOf(resource: CfnResource): Claims {
  const holder = resource as { [CLAIMS]?: Claims };
  if (!holder[CLAIMS]) {
    const claims: Claims = new Map();
    Object.defineProperty(holder, CLAIMS, { value: claims });
    resource.addMetadata(
      METADATA,
      Lazy.uncachedAny(
        {
          produce: () =>
            rendered(
              resource,
              [...claims.values()].flatMap((each) => (typeof each === 'function' ? each() : [each])),
            ),
        },
        { omitEmptyArray: true },
      ),
    );
  }
  return holder[CLAIMS]!;
}

/** Each once, however often it was made. */
function rendered(resource: CfnResource, claims: readonly Claim[]): object[] {
  const seen = new Set<string>();
  return claims
    .map(({ control, guarantee, options, decision }) => ({
      control,
      guarantee,
      options: typeof options === 'function' ? options() : options,
      decision,
    }))
    .filter((each) => {
      const text = JSON.stringify(Stack.of(resource).resolve(each));
      return !seen.has(text) && seen.add(text);
    });
}
