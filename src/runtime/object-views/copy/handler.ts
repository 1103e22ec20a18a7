import { Copier, type CopyTask } from './copier';
import type { CopyJobArguments } from '../contract';
import { Deadline, type LambdaContext } from '../deadline';
import { Observation, type Write } from '../observe';
import { s3ErrorOf } from '../s3-error';
import type { Settings } from '../settings';

/** S3 Batch Operations, invocation schema 1.0 and 2.0. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html */
export interface BatchEvent {
  readonly invocationSchemaVersion: string;
  readonly invocationId: string;
  readonly job: { readonly id: string; readonly userArguments?: CopyJobArguments };
  readonly tasks: readonly BatchTask[];
}

interface BatchTask {
  readonly taskId: string;
  readonly s3Key: string;
  readonly s3VersionId?: string | null;
  readonly s3BucketArn?: string;
  readonly s3Bucket?: string;
}

export interface BatchResult {
  readonly invocationSchemaVersion: string;
  readonly treatMissingKeysAs: 'PermanentFailure';
  readonly invocationId: string;
  readonly results: readonly TaskResult[];
}

interface TaskResult {
  readonly taskId: string;
  readonly resultCode: 'Succeeded' | 'TemporaryFailure' | 'PermanentFailure';
  readonly resultString: string;
}

/** An event of S3 by EventBridge. */
interface BridgeEvent {
  readonly 'detail-type': string;
  readonly detail: { readonly bucket: { readonly name: string }; readonly object: { readonly key: string } };
}

export interface QueueEvent {
  readonly Records: ReadonlyArray<{
    readonly messageId: string;
    readonly eventSource: 'aws:sqs';
    readonly body: string;
  }>;
}

interface Notification {
  readonly Records?: ReadonlyArray<{
    readonly s3: { readonly bucket: { readonly name: string }; readonly object: { readonly key: string } };
  }>;
}

export interface QueueResult {
  readonly batchItemFailures: ReadonlyArray<{ readonly itemIdentifier: string }>;
}

export type CopyEvent = BatchEvent | BridgeEvent | QueueEvent;

/** Copies of views: jobs over existing objects, and each object as it comes. */
export class CopyHandler {
  private readonly copier: Copier;

  constructor(
    private readonly settings: Settings,
    private readonly env: NodeJS.ProcessEnv = process.env,
    private readonly write?: Write,
    partBytes?: number,
  ) {
    this.copier = new Copier(settings, partBytes);
  }

  public async handle(event: CopyEvent, context: LambdaContext): Promise<BatchResult | QueueResult | void> {
    const deadline = new Deadline(context, this.settings.document.limits?.deadlineMarginMs);
    try {
      if ('tasks' in event) return await this.batch(event, context, deadline);
      if ('Records' in event) return await this.queue(event, context, deadline);
      return await this.live(
        { bucket: event.detail.bucket.name, key: event.detail.object.key, view: this.copier.document.view },
        context,
        deadline,
      );
    } finally {
      deadline.clear();
    }
  }

  private async batch(event: BatchEvent, context: LambdaContext, deadline: Deadline): Promise<BatchResult> {
    const view = event.job.userArguments?.view ?? this.copier.document.view;
    const results: TaskResult[] = [];
    for (const { taskId, s3Key, s3VersionId, s3Bucket, s3BucketArn } of event.tasks) {
      const observation = new Observation('CopyObject', view, context.awsRequestId, this.env, this.write);
      try {
        const bucket = s3Bucket ?? s3BucketArn!.split(':').at(-1)!;
        const task = { bucket, key: decoded(s3Key), versionId: s3VersionId || undefined, view };
        const outcome = await this.copier.copy(task, observation, deadline.signal);
        observation.done(200);
        results.push({ taskId, resultCode: 'Succeeded', resultString: outcome });
      } catch (error) {
        observation.failed(error, false);
        const { status, code, message } = s3ErrorOf(error);
        results.push({
          taskId,
          resultCode: status >= 500 ? 'TemporaryFailure' : 'PermanentFailure',
          resultString: `${code}: ${message}`,
        });
      }
    }
    return {
      invocationSchemaVersion: event.invocationSchemaVersion,
      treatMissingKeysAs: 'PermanentFailure',
      invocationId: event.invocationId,
      results,
    };
  }

  private async queue({ Records }: QueueEvent, context: LambdaContext, deadline: Deadline): Promise<QueueResult> {
    const batchItemFailures: Array<{ itemIdentifier: string }> = [];
    for (const { messageId, body } of Records) {
      try {
        for (const task of this.tasksOf(body)) await this.live(task, context, deadline);
      } catch {
        // It was told; the queue tries again, and then puts it aside.
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  }

  private tasksOf(body: string): CopyTask[] {
    const { view } = this.copier.document;
    const message = JSON.parse(body) as Partial<BridgeEvent> & Notification;
    if (message.detail) return [{ bucket: message.detail.bucket.name, key: message.detail.object.key, view }];
    // The test message that S3 sends when notifications are turned on has no records.
    return (message.Records ?? []).map(({ s3 }) => ({ bucket: s3.bucket.name, key: decoded(s3.object.key), view }));
  }

  private async live(task: CopyTask, context: LambdaContext, deadline: Deadline): Promise<void> {
    const observation = new Observation('FollowObject', task.view, context.awsRequestId, this.env, this.write);
    try {
      const outcome = await this.copier.follow(task, observation, deadline.signal);
      observation.count(outcome);
      observation.done(200);
    } catch (error) {
      observation.failed(error, false);
      throw s3ErrorOf(error);
    }
  }
}

/** Keys come as in a form: a blank is a plus. */
function decoded(key: string): string {
  return decodeURIComponent(key.replace(/\+/g, ' '));
}
