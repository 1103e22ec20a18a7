import { Token } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { badInput } from '../../input/bad-input';
import type { View } from '../../model/view';
import { resolved } from '../../policy/bucket-policy';
import { defaultEncryption } from '../../policy/encryption-setting';
import { pascal } from '../../policy/object-lambda';
import { arnsOf } from '../../policy/people';

/** Views that one construct serves side by side: each has a name of its own, and nobody sees two of them. */
export function requireViews(scope: IConstruct, views: View[]): void {
  if (views.length === 0) {
    throw badInput({ property: 'views', received: '[]', allowed: 'at least one view', fix: 'pass View.redacted(...) or another view', at: scope });
  }
  const names = new Map<string, string>();
  const people = new Map<string, string>();
  for (const view of views) {
    const taken = names.get(pascal(view.name));
    if (taken !== undefined) {
      throw badInput({
        property: 'views', received: `${taken} and ${view.name}`, allowed: 'views of different names', fix: 'rename one of them', at: scope,
      });
    }
    names.set(pascal(view.name), view.name);
    for (const arn of arnsOf('principals', view.principals)) {
      const key = JSON.stringify(resolved(scope, arn));
      const other = people.get(key);
      if (other !== undefined) {
        throw badInput({
          property: 'principals',
          received: `${Token.isUnresolved(arn) ? key : arn} in the views ${other} and ${view.name}`,
          allowed: 'each principal in one view, since what a view leaves out the other would show',
          fix: 'make a role for each view',
          at: scope,
        });
      }
      people.set(key, view.name);
    }
  }
}

/** Views for callers that IAM knows: each names somebody. */
export function requirePrincipals(scope: IConstruct, views: View[]): void {
  for (const { name, principals } of views) {
    if (principals.length > 0) continue;
    throw badInput({
      property: 'principals',
      received: `nobody for the view ${name}`,
      allowed: 'at least one role or user',
      fix: 'name who gets the view',
      at: scope,
    });
  }
}

/** What a picture can say of a caller that IAM knows: a user has no role and a role's session is no user, which the request tells. */
export const KNOWN_TO_IAM = ['caller', 'claim:role', 'claim:session', 'claim:user'];

/** Views whose pictures ask of the caller what its door knows of him, and nothing else. */
export function requireKnownCallers(scope: IConstruct, views: View[], known: string[]): void {
  for (const { name, transform } of views) {
    const unknown = transform._facts.asks?.find((each) => !known.includes(each));
    if (unknown === undefined) continue;
    throw badInput({
      property: 'watermark',
      received: `{${unknown}} in the view ${name}`,
      allowed: known.length === 0 ? 'none of the caller: nobody asked for a copy yet' : `of the caller ${known.map((each) => `{${each}}`).join(', ')}, since IAM knows nothing else of him`,
      fix: known.length === 0 ? 'serve this view by a RedactingEndpoint' : 'use one of these, or EndpointAuthorization.jwt, whose callers have the claims of their tokens',
      at: scope,
    });
  }
}

/** The bucket behind a reference, which this app must own to change its policy. */
export function ownedBucket(scope: IConstruct, bucket: s3.IBucketRef): s3.CfnBucket {
  const resource = bucket.node.findAll().find((node): node is s3.CfnBucket => s3.CfnBucket.isCfnBucket(node));
  if (!resource) {
    throw badInput({
      property: 'bucket',
      received: bucket.node.path,
      allowed: 'a bucket that this app creates, since its policy must deny what the views leave out',
      fix: `use ${scope.constructor.name} in the app that owns the bucket`,
      at: scope,
    });
  }
  return resource;
}

/** The ARN of the KMS key that encrypts the objects, if the bucket names one. */
export function keyArnOf(bucket: s3.CfnBucket): string | undefined {
  return defaultEncryption(bucket)?.kmsMasterKeyId;
}

/** Names of S3 are this many characters at most (an Object Lambda access point's). */
export const MAX_NAME = 45;
