import { Token } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { validationError } from '../../input/validation-error';
import type { View } from '../../model/view';
import { resolved } from '../../policy/bucket-policy';
import { defaultEncryption } from '../../policy/encryption-setting';
import { pascal } from '../../policy/object-lambda';
import { arnsOf } from '../../policy/principal-restriction';

/** Views that one construct serves side by side: each has a name of its own, and nobody sees two of them. */
export function requireViews(scope: IConstruct, views: View[]): void {
  if (views.length === 0) {
    throw validationError({
      property: 'views',
      actual: '[]',
      expected: 'at least one view',
      hint: 'pass View.redacted(...) or another view',
      scope: scope,
    });
  }
  const names = new Map<string, string>();
  const people = new Map<string, string>();
  for (const view of views) {
    const taken = names.get(pascal(view.name));
    if (taken !== undefined) {
      throw validationError({
        property: 'views',
        actual: `${taken} and ${view.name}`,
        expected: 'views of different names',
        hint: 'rename one of them',
        scope: scope,
      });
    }
    names.set(pascal(view.name), view.name);
    for (const arn of arnsOf('principals', view.principals)) {
      const key = JSON.stringify(resolved(scope, arn));
      const other = people.get(key);
      if (other !== undefined) {
        throw validationError({
          property: 'principals',
          actual: `${Token.isUnresolved(arn) ? key : arn} in the views ${other} and ${view.name}`,
          expected: 'each principal in one view, since what a view leaves out the other would show',
          hint: 'make a role for each view',
          scope: scope,
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
    throw validationError({
      property: 'principals',
      actual: `nobody for the view ${name}`,
      expected: 'at least one role or user',
      hint: 'name who gets the view',
      scope: scope,
    });
  }
}

/**
 * What a picture can say of a caller that IAM knows: a user has no role and a role's session is no user, which the
 * request tells.
 */
export const KNOWN_TO_IAM = ['caller', 'claim:role', 'claim:session', 'claim:user'];

/** Views whose pictures show of the caller only what the access path knows of the caller. */
export function requireKnownCallers(scope: IConstruct, views: View[], known: string[]): void {
  for (const { name, transform } of views) {
    const unknown = transform._facts.asks?.find((each) => !known.includes(each));
    if (unknown === undefined) continue;
    throw validationError({
      property: 'watermark',
      actual: `{${unknown}} in the view ${name}`,
      expected:
        known.length === 0
          ? 'none of the caller: nobody asked for a copy yet'
          : `of the caller ${known.map((each) => `{${each}}`).join(', ')}, since IAM knows nothing else of the caller`,
      hint:
        known.length === 0
          ? 'serve this view by a RedactingEndpoint'
          : 'use one of these, or EndpointAuthorization.jwt, whose callers have the claims of their tokens',
      scope: scope,
    });
  }
}

/** The bucket behind a reference, which this app must own to change its policy. */
export function ownedBucket(scope: IConstruct, bucket: s3.IBucketRef): s3.CfnBucket {
  const resource = bucket.node.findAll().find((node): node is s3.CfnBucket => s3.CfnBucket.isCfnBucket(node));
  if (!resource) {
    throw validationError({
      property: 'bucket',
      actual: bucket.node.path,
      expected: 'a bucket that this app creates, since its policy must deny what the views leave out',
      hint: `use ${scope.constructor.name} in the app that owns the bucket`,
      scope: scope,
    });
  }
  return resource;
}

/**
 * What tells a bucket from one that would take its place, for names of what is bound to one bucket for ever:
 * CloudFormation creates a replacement before it deletes, and refuses a name that is taken.
 */
export function bucketIdentity({ bucketName, node }: s3.CfnBucket): string {
  return bucketName !== undefined && !Token.isUnresolved(bucketName) ? bucketName : node.path;
}

/** The ARN of the KMS key that encrypts the objects, if the bucket names one. */
export function keyArnOf(bucket: s3.CfnBucket): string | undefined {
  return defaultEncryption(bucket)?.kmsMasterKeyId;
}

/** Names of S3 are this many characters at most (an Object Lambda access point's). */
export const MAX_NAME = 45;
