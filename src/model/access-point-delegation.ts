import { Token } from 'aws-cdk-lib';
import { requireReason } from '../input/reason';
import { validationError } from '../input/validation-error';

/**
 * Which access points a bucket trusts to decide about requests.
 *
 * A principal that can create access points in the bucket's account can put one before any bucket, with a policy of
 * their own. So what is trusted must be named, or it is as good as everybody.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html#access-points-delegating-control
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketAccessPointDelegation(AccessPointDelegation.named('acme-finance', 'acme-sales')));
 */
export class AccessPointDelegation {
  /**
   * These access points of the bucket's account, and no others. About thirty bytes of the bucket's policy for each.
   *
   * @param names Names of access points.
   */
  public static named(...names: string[]): AccessPointDelegation {
    if (names.length === 0) {
      throw validationError({
        property: 'names',
        actual: '[]',
        expected: 'at least one access point',
        hint: 'name the access points of the bucket',
      });
    }
    names.forEach((name) => requireAccessPointName('names', name));
    return new AccessPointDelegation(names);
  }

  /**
   * Every access point of the account whose name begins so: a policy of constant size, for thousands of access points.
   * Whoever may create access points in the account may choose such a name.
   *
   * @param reason Who keeps others from creating access points with such names, as a sentence for an auditor.
   */
  public static namesBeginningWith(prefix: string, reason: string): AccessPointDelegation {
    requireAccessPointName('prefix', prefix.replace(/-+$/, ''));
    return new AccessPointDelegation(
      [`${prefix}*`],
      requireReason('AccessPointDelegation.namesBeginningWith(prefix, reason)', reason),
    );
  }

  /**
   * Every access point of the bucket's account, as AWS's examples do. Whoever may create access points in the account
   * decides who reads the bucket.
   *
   * @param reason Who keeps others from creating access points, as a sentence for an auditor.
   */
  public static wholeAccount(reason: string): AccessPointDelegation {
    return new AccessPointDelegation(undefined, requireReason('AccessPointDelegation.wholeAccount(reason)', reason));
  }

  private constructor(
    /** Names, with `*` at most at the end; none where the whole account is trusted. */
    public readonly names?: string[],
    /** Why more than named access points are trusted, if so. */
    public readonly reason?: string,
  ) {}
}

/** What S3 reserves at the end of an access point's name. */
const RESERVED = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--xa-s3', '--table-s3'];

/**
 * Refuses a name that S3 would refuse.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-restrictions-limitations-naming-rules.html
 */
export function requireAccessPointName(property: string, name: string): string {
  const reserved = RESERVED.find((suffix) => name.endsWith(suffix));
  if (Token.isUnresolved(name) || !/^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/.test(name) || reserved !== undefined) {
    throw validationError({
      property,
      actual: name,
      expected:
        'a literal name of 3 to 50 lower-case letters, digits and hyphens, that begins and ends with a ' +
        'letter or digit' +
        ` and not with ${RESERVED.map((suffix) => `"${suffix}"`).join(', ')}`,
      hint: 'choose another name',
    });
  }
  return name;
}
