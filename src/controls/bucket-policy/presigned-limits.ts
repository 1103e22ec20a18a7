import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { PresignedRequests } from '../../model/presigned-requests';
import { PolicyOfBucket } from '../../policy/bucket-policy';
import { arnsOf, denyExceptPrincipals } from '../../policy/principal-restriction';
import { restrict } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

const AGE_SID = 'StrongboxPresignedAge';
const AGE = 's3:signatureAge';

const PRESIGNED = { 's3:authType': ['REST-QUERY-STRING', 'POST'] };
/** What Object Lambda fetches in the name of its caller is presigned by AWS. */
const NOT_FOR_OBJECT_LAMBDA = {
  'ForAllValues:StringNotEquals': { 'aws:CalledVia': ['s3-object-lambda.amazonaws.com'] },
};

/**
 * Denies presigned requests that are too old, or that somebody signed who may not, whatever they ask for.
 *
 * Stops: a URL that was mailed around and still opens a week later; any role of the account that signs URLs past the
 * one issuer who checks and logs them. Sets: statements of the bucket policy on `s3:*` where `s3:authType` says that
 * the request is presigned, so that ordinary signed requests pass. The age is in milliseconds; signature version 2,
 * under which it is always 0, is denied with it. Merges: the shorter age stays; of two lists of signers the principals
 * that both lists name remain. Limits: a URL's own expiry, and that of its signer's session, end it earlier. The
 * console presigns too: where only an issuer may, it neither downloads nor uploads.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * declare const issuerRole: iam.Role;
 * existing.with(new BucketPresignedLimits(PresignedRequests.onlyBy(issuerRole).notOlderThan(Duration.minutes(15))));
 */
export class BucketPresignedLimits extends BucketControl {
  public constructor(public readonly requests: PresignedRequests) {
    super('presigned-limits');
  }

  protected harden(bucket: s3.CfnBucket): void {
    const { maximumAgeSeconds, signers } = this.requests;
    const deny = (sid: string, conditions: Record<string, Record<string, unknown>>, people: string[] = []) =>
      denyExceptPrincipals(
        bucket,
        {
          sid,
          property: 'signers',
          actions: ['s3:*'],
          on: 'both',
          conditions: { ...conditions, ...NOT_FOR_OBJECT_LAMBDA },
        },
        people,
      );

    deny('StrongboxPresignedVersion', { StringEquals: { ...PRESIGNED, 's3:signatureversion': 'AWS' } });
    if (signers) deny('StrongboxPresignedBy', { StringEquals: PRESIGNED }, arnsOf('signers', signers));
    const before = PolicyOfBucket.of(bucket).find(AGE_SID)?.conditions.NumericGreaterThan?.[AGE] as string | undefined;
    const age = String(Math.min(maximumAgeSeconds * 1000, Number(before ?? Infinity)));
    const arns = signers && arnsOf('signers', signers);
    this._claimInPolicy(bucket, 'presigned-maximum-age', { seconds: Number(age) / 1000 }, 'presigned-maximum-age');
    if (arns) this._claimInPolicy(bucket, 'presigned-only-by', { principals: arns });
    const signed = PRESIGNED['s3:authType'].map((type) => ({ 's3:authType': type, [AGE]: age }));
    restrict(bucket, {
      actions: ['s3:GetObject', 's3:PutObject'],
      alsoWith: () => signed,
      alsoBy: arns && (() => arns),
    });
    deny(AGE_SID, { StringEquals: PRESIGNED, NumericGreaterThan: { [AGE]: age } });
    PolicyOfBucket.of(bucket)
      .find(AGE_SID)!
      .addCondition('NumericGreaterThan', { [AGE]: age });
  }
}
