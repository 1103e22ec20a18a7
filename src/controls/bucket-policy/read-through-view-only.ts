import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { PolicyOfBucket, resolved } from '../../policy/bucket-policy';
import { OBJECT_LAMBDA_SERVICE, viewSid } from '../../policy/object-lambda';
import { arnsOf } from '../../policy/principal-restriction';
import { EVERYTHING_BUT_WRITING, restrict } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

/** Options of `BucketReadThroughViewOnly`. */
export interface ReadThroughViewOnlyOptions {
  /**
   * The supporting access point of the view's Object Lambda access point: by it, and by it alone, the callers read.
   *
   * @default - none: the callers read nothing of this bucket, since their view comes from elsewhere (a
   * `RedactingEndpoint`, a `RedactedCopy`)
   */
  readonly accessPointArn?: string;
}

/** What a caller may still do to the bucket: put objects there, and hide their own behind a delete marker. */
const WRITING = [
  's3:PutObject',
  's3:PutObjectTagging',
  's3:DeleteObject',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
];

/**
 * Denies the callers of a view everything but writing, except through the view: no read of the original by the bucket's
 * own name, by another access point, by the view's supporting access point without S3 Object Lambda, of any version,
 * nor as the source of a copy; and no change of the policy that says so.
 *
 * Stops: a caller of the redacted view who reads the original with rights that IAM grants elsewhere. Sets: one or two
 * statements of the bucket policy for each view. Merges: people and doors that are named for the same view again are
 * added, so that a view may have an access point and copies. Limits: it grants nothing. Who may create Object Lambda
 * access points in the account can make another view of their own.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-policies.html
 *
 * @example
 * declare const documents: SecureBucket;
 * declare const analyticsRole: iam.Role;
 * documents.with(new BucketReadThroughViewOnly('analytics', [analyticsRole]));
 */
export class BucketReadThroughViewOnly extends BucketControl {
  /**
   * @param view The name of the view.
   * @param callers Roles and users.
   */
  public constructor(
    public readonly view: string,
    public readonly callers: iam.IGrantable[],
    private readonly options: ReadThroughViewOnlyOptions = {},
  ) {
    super('read-through-view-only');
  }

  protected harden(bucket: s3.CfnBucket): void {
    const { accessPointArn } = this.options;
    const doors = accessPointArn === undefined ? [] : [accessPointArn];
    this.deny(bucket, 'Only', 'StringNotEquals', 's3:DataAccessPointArn', doors);
    this.claim(bucket);
    // ForAllValues holds where the key is absent, too: in every request that no service makes on behalf of the caller.
    if (doors.length > 0) {
      this.deny(bucket, 'Via', 'ForAllValues:StringNotEquals', 'aws:CalledVia', [OBJECT_LAMBDA_SERVICE]);
    }
  }

  /** Callers and access points that are named for the same view by several constructs add up. */
  private claim(bucket: s3.CfnBucket): void {
    const views = claimedViews.get(bucket) ?? new Map<string, ClaimedView>();
    claimedViews.set(bucket, views);
    const { callers, accessPoints } = views.get(this.view) ?? { callers: [], accessPoints: [] };
    const named = (list: string[]) => [
      ...new Map(list.map((arn) => [JSON.stringify(resolved(bucket, arn)), arn])).values(),
    ];
    const all = {
      callers: named([...callers, ...arnsOf('principals', this.callers)]),
      accessPoints: named([
        ...accessPoints,
        ...(this.options.accessPointArn === undefined ? [] : [this.options.accessPointArn]),
      ]),
    };
    views.set(this.view, all);
    this._claimInPolicy(
      bucket,
      'read-through-view-only',
      {
        callers: all.callers,
        accessPoints: all.accessPoints.length > 0 ? all.accessPoints : undefined,
      },
      `read-through-view-only ${this.view}`,
    );
    restrict(bucket, { actions: EVERYTHING_BUT_WRITING, notBy: () => all.callers });
  }

  /** Denies the callers whatever has none of the values; named again, callers and values are added to those before. */
  private deny(bucket: s3.CfnBucket, suffix: string, operator: string, key: string, values: string[]): void {
    const callers = arnsOf('principals', this.callers);
    const policy = PolicyOfBucket.of(bucket);
    const sid = `${viewSid(this.view)}${suffix}`;
    const before = policy.find(sid);
    const merged = (old: unknown, added: string[]): string[] => {
      const all = [...((old as string[] | undefined) ?? []), ...added];
      const text = all.map((value) => JSON.stringify(resolved(bucket, value)));
      return all.filter((_, index) => text.indexOf(text[index]) === index);
    };
    const conditions = {
      ArnEquals: { 'aws:PrincipalArn': merged(before?.conditions.ArnEquals['aws:PrincipalArn'], callers) },
      ...(values.length > 0 || before?.conditions[operator]
        ? { [operator]: { [key]: merged(before?.conditions[operator]?.[key], values) } }
        : {}),
    };
    if (!before) {
      policy.deny(sid, { notActions: WRITING, resources: policy.bucketAndObjects, conditions });
      return;
    }
    for (const [name, condition] of Object.entries(conditions)) before.addCondition(name, condition);
  }
}

interface ClaimedView {
  readonly callers: string[];
  readonly accessPoints: string[];
}

const claimedViews = new WeakMap<s3.CfnBucket, Map<string, ClaimedView>>();
