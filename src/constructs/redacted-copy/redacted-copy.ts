import { Duration, Validations } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { CopyJob } from './copy-job';
import { BucketEventNotifications } from '../../controls/bucket/event-notifications';
import { BucketReadThroughViewOnly } from '../../controls/bucket-policy/read-through-view-only';
import { requirePrefix } from '../../input/prefix';
import { validationError } from '../../input/validation-error';
import type { View } from '../../model/view';
import type { ViewSourceProps } from '../../model/view-function-options';
import { admit } from '../../policy/admissions';
import { PolicyOfBucket } from '../../policy/bucket-policy';
import { claimHttps, claimReached } from '../../policy/claims';
import { defaultEncryption } from '../../policy/encryption-setting';
import { pascal, viewSid } from '../../policy/object-lambda';
import { ViewHandler } from '../../runtime/object-views/contract';
import { SecureBucket } from '../secure-bucket/secure-bucket';
import { bindCallers, equipCallers, FunctionCall } from '../views/view-callers';
import { ViewFunction, warnOfIsolation } from '../views/view-function';
import { readingOriginals, usingKey } from '../views/view-source';
import { ownedBucket, requireKnownCallers, requireViews } from '../views/views';

/** Properties of `RedactedCopy`. */
export interface RedactedCopyProps extends ViewSourceProps {
  /** How the copies look, and who reads them. */
  readonly view: View;

  /**
   * Where the copies go: never the bucket of the originals.
   *
   * @default - a `SecureBucket` of its own
   */
  readonly destination?: SecureBucket;

  /**
   * Put before the key of each copy, ending in `/`.
   *
   * @default - the key of the original
   */
  readonly destinationPrefix?: string;

  /**
   * Whether new, overwritten and deleted objects are followed as they come. Those that are there already are copied by
   * `job`.
   *
   * @default true
   */
  readonly live?: boolean;

  /**
   * Whether a deleted original takes its copy along.
   *
   * @default true
   */
  readonly followDeletions?: boolean;
}

/** The longest that Lambda runs, for one object. */
const TIMEOUT = Duration.minutes(15);
const ATTEMPTS = 5;
/** Where the function keeps what it knows of unfinished uploads. */
const UPLOADS = '.strongbox-uploads/';
const WRITE = ['s3:PutObject', 's3:PutObjectTagging', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];

/**
 * A second bucket with the objects of the first as a view shows them: for data sets, for objects of many gigabytes, and
 * for as many readers as like, at the price of storage.
 *
 * New objects follow by events, through a queue with five attempts and dead letters; existing ones by an S3 Batch
 * Operations job that the state machine `job` submits and watches, with a report of every object. A copy has the key of
 * its original, so that a copy made twice is one. The view's principals read the copies, and are denied the originals.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html
 *
 * @example
 * declare const documents: SecureBucket;
 * declare const analyticsRole: iam.Role;
 * new RedactedCopy(this, 'Copies', {
 *   bucket: documents,
 *   view: View.redacted('analytics', { policy: RedactionPolicy.standard(), principals: [analyticsRole] }),
 * });
 */
export class RedactedCopy extends Construct {
  /** How the copies look. */
  public readonly view: View;

  /** What is put before the key of each copy. */
  public readonly destinationPrefix: string;

  /** Where the copies are. */
  public readonly destination: SecureBucket;

  /**
   * The state machine that copies what is there already: start it after the first deployment, and again when the policy
   * changes.
   */
  public readonly job: sfn.StateMachine;

  /** Where the manifests and reports of the jobs are. */
  public readonly reports: SecureBucket;

  /** The function that makes the copies. */
  public readonly fn: lambda.Function;

  /** What could not be copied, after five attempts; none if nothing is followed. */
  public readonly deadLetters?: sqs.Queue;

  /** Where the alarms go: subscribe those who must know. */
  public readonly alarmTopic: sns.Topic;

  /** @internal Keys the ETags by which a copy is known. */
  public readonly _keySecret: secretsmanager.ISecret;

  public constructor(scope: Construct, id: string, props: RedactedCopyProps) {
    super(scope, id);
    const { view } = props;
    requireViews(this, [view]);
    requireKnownCallers(this, [view], []);
    this.view = view;
    this.destinationPrefix = this.prefixOf(props.destinationPrefix);
    const bucket = ownedBucket(this, props.bucket);
    this.destination = props.destination ?? new SecureBucket(this, 'Destination');
    const copies = this.destination.bucket.node.defaultChild as s3.CfnBucket;
    this.refuseCircle(bucket, copies);
    if (props.destination) this.refuseOverlap(props.destination);

    const fn = new ViewFunction(this, 'Runtime', {
      handler: ViewHandler.COPY,
      says: `Makes the copies of ${this.node.path}`,
      views: [view],
      timeout: TIMEOUT,
      document: (host) => ({
        bucket: host.deployed(bucket.ref),
        copy: {
          bucket: host.deployed(copies.ref),
          view: view.name,
          prefix: this.destinationPrefix === '' ? undefined : this.destinationPrefix,
          // Another encryption than plain SSE-KMS is the bucket's to choose.
          kmsKeyArn:
            this.destination.key && defaultEncryption(copies)?.sseAlgorithm === 'aws:kms'
              ? host.deployed(this.destination.key.keyArn)
              : undefined,
          followDeletions: props.followDeletions,
        },
      }),
      rights: [...readingOriginals(bucket, [view]), ...this.writing(copies, props)],
      keySecret: props.keySecret,
      options: props.functions,
      noDeadLetters: 'The queue keeps what could not be copied, and the job reports it',
    });
    this.fn = fn.fn;
    this._keySecret = fn.keySecret;
    this.alarmTopic = fn.alarmTopic;
    const job = new CopyJob(this, 'Job', { bucket, view, fn });
    this.job = job.machine;
    this.reports = job.reports;
    admit(bucket, { role: fn.role, reads: true, writes: false });
    admit(bucket, { role: job.role, reads: false, writes: false });
    admit(this.reports.bucket.node.defaultChild as s3.CfnBucket, { role: job.role, reads: true, writes: true });
    admit(copies, { role: fn.role, reads: true, writes: true });
    if (props.live ?? true) this.deadLetters = this.follow(bucket, view, fn);
    this.admit(view, bucket, copies, this.destinationPrefix);
    warnOfIsolation(this, props.functions);
  }

  private prefixOf(given: string | undefined): string {
    return given === undefined ? '' : requirePrefix('destinationPrefix', given);
  }

  private refuseCircle(bucket: s3.CfnBucket, copies: s3.CfnBucket): void {
    if (bucket !== copies) return;
    throw validationError({
      property: 'destination',
      actual: copies.node.path,
      expected: 'another bucket than that of the originals, whose copies would be copied again, without end',
      hint: 'leave "destination" out, or make a bucket for the copies',
      scope: this,
    });
  }

  /** Copies of two views in one place would take each other's name, and each view's callers would read the other's. */
  private refuseOverlap(destination: SecureBucket): void {
    const mine = this.destinationPrefix;
    const other = this.node.root.node
      .findAll()
      .find(
        (one): one is RedactedCopy =>
          one instanceof RedactedCopy &&
          one !== this &&
          one.destination === destination &&
          (one.destinationPrefix.startsWith(mine) || mine.startsWith(one.destinationPrefix)),
      );
    if (!other) return;
    throw validationError({
      property: 'destinationPrefix',
      actual: mine === '' ? undefined : mine,
      expected:
        `a prefix beside "${other.destinationPrefix}", under which ${other.node.path} has its copies in the ` +
        'same bucket',
      hint: 'give each a prefix of its own, or a bucket',
      scope: this,
    });
  }

  private writing(copies: s3.CfnBucket, { followDeletions = true }: RedactedCopyProps): iam.PolicyStatementProps[] {
    return [
      // An upload that an attempt began is gone on with by the next.
      { actions: ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'], resources: [`${copies.attrArn}/${UPLOADS}*`] },
      // It looks at what a copy was made of before it makes it again.
      {
        actions: [...WRITE, 's3:GetObject', ...(followDeletions ? ['s3:DeleteObject'] : [])],
        resources: [`${copies.attrArn}/${this.destinationPrefix}*`],
      },
      { actions: ['s3:ListBucket'], resources: [copies.attrArn] },
      ...usingKey(copies, this.destination.key?.keyArn, ['kms:GenerateDataKey', 'kms:Decrypt']),
    ];
  }

  private follow(bucket: s3.CfnBucket, view: View, made: ViewFunction): sqs.Queue {
    const { key, fn } = made;
    bucket.with(new BucketEventNotifications());
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('events.amazonaws.com')],
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': bucket.stack.account } },
      }),
    );
    const deadLetters = new sqs.Queue(this, 'DeadLetters', {
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    for (const finding of ['AwsSolutions::AwsSolutions-SQS3', 'Serverless::Serverless-SQSRedrivePolicy']) {
      Validations.of(deadLetters).acknowledge({
        id: finding,
        reason: 'This queue is itself the dead-letter queue of the copies',
      });
    }
    const queue = new sqs.Queue(this, 'Queue', {
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // Six times the function's own time, as Lambda asks for, within SQS's limit.
      visibilityTimeout: Duration.minutes(90),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: ATTEMPTS },
    });
    new events.Rule(this, 'Changes', {
      description: `Objects of ${bucket.node.path} that come, change and go`,
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created', 'Object Deleted'],
        detail: {
          bucket: { name: [bucket.ref] },
          ...(view._options.prefixes ? { object: { key: view._options.prefixes.map((prefix) => ({ prefix })) } } : {}),
        },
      },
      targets: [new targets.SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
    claimHttps(queue, deadLetters);
    claimReached(queue, deadLetters);
    made.allow({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
      resources: [queue.queueArn],
    });
    made.allow({
      actions: ['kms:Decrypt'],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `sqs.${bucket.stack.region}.amazonaws.com` } },
    });
    // One object a call: each may take all the time there is, and fails by itself.
    fn.addEventSource(new SqsEventSource(queue, { batchSize: 1, maxConcurrency: 50, reportBatchItemFailures: true }));
    Validations.of(fn).acknowledge({
      id: 'Serverless::Serverless-LambdaEventSourceMappingDestination',
      reason: 'A queue is no stream: after five attempts it hands a message to its dead letters',
    });
    made.alarm(
      'DeadLettersAlarm',
      'objects could not be copied',
      deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
      0,
    );
    made.alarm(
      'AgeAlarm',
      'copies are more than two hours behind',
      queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
      Duration.hours(2).toSeconds(),
    );
    return deadLetters;
  }

  /**
   * By the policies of the bucket and the key: roles of other apps work, and who reads the copies is seen in one place.
   */
  private admit(view: View, bucket: s3.CfnBucket, copies: s3.CfnBucket, prefix: string): void {
    if (view.principals.length === 0) return;
    const principals = view.principals.map(({ grantPrincipal }) => grantPrincipal);
    const policy = PolicyOfBucket.of(copies);
    const prefixes = (view._options.prefixes ?? ['']).map((each) => `${prefix}${each}*`);
    policy.add(`${viewSid(view.name)}Copies`, {
      // Not of versions: those before were made by policies before, or of originals that are gone.
      principals,
      actions: ['s3:GetObject'],
      resources: prefixes.map((each) => `${policy.bucketArn}/${each}`),
    });
    if (view._options.listing) {
      policy.add(`${viewSid(view.name)}CopiesList`, {
        principals,
        actions: ['s3:ListBucket'],
        resources: [policy.bucketArn],
        conditions: { StringLike: { 's3:prefix': prefixes } },
      });
    }
    this.destination.key?.addToResourcePolicy(
      new iam.PolicyStatement({
        principals,
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: { StringEquals: { 'kms:ViaService': `s3.${copies.stack.region}.amazonaws.com` } },
      }),
    );
    bucket.with(new BucketReadThroughViewOnly(view.name, view.principals));
    const callers = equipCallers(new Construct(this, `View${pascal(view.name)}`), view, [
      { actions: ['s3:GetObject'], resources: prefixes.map((each) => `${copies.attrArn}/${each}`) },
      ...(view._options.listing
        ? [
            {
              actions: ['s3:ListBucket'],
              resources: [copies.attrArn],
              conditions: { StringLike: { 's3:prefix': prefixes } },
            },
          ]
        : []),
      ...usingKey(copies, this.destination.key?.keyArn, ['kms:Decrypt']),
    ]);
    bindCallers(callers, view, this.fn, FunctionCall.NEVER);
  }
}
