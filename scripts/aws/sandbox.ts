/** What a probe makes in the account, and how it goes again, whatever happened. */
import type { Account, Answer } from './account';

const STACK_POLLS = 120;
const POLL_MS = 5000;

/** An answer that a probe did not ask for: its question was not reached. */
export class SetupError extends Error {
  constructor(what: string, { status, code }: Answer) {
    super(
      `${what} answered ${status} ${code ?? ''}, so the question was not asked. Look at the rights of the ` +
        'profile, and at policies of the organization.',
    );
  }
}

export function required(what: string, answer: Answer): Answer {
  if (answer.status >= 300) throw new SetupError(what, answer);
  return answer;
}

export class Sandbox {
  private readonly undo: Array<readonly [what: string, work: () => Promise<Answer>]> = [];
  private made = 0;

  /** @param run a few letters that no other run has, for names */
  constructor(
    public readonly account: Account,
    private readonly run: string,
  ) {}

  /** A name of this run and of nothing else. */
  public name(): string {
    this.made += 1;
    return `strongbox-probe-${this.run}-${this.made}`;
  }

  /** Goes again at the end, the last first. */
  public later(what: string, work: () => Promise<Answer>): void {
    this.undo.push([what, work]);
  }

  public async bucket(headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const { account } = this;
    const bucket = this.name();
    const body =
      account.region === 'us-east-1'
        ? ''
        : '<CreateBucketConfiguration ' +
          `xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>${account.region}</LocationConstraint></CreateBucketConfiguration>`;
    required('CreateBucket', await account.s3({ method: 'PUT', bucket, headers, body }));
    this.later(`bucket ${bucket}`, () => this.empty(bucket));
    return bucket;
  }

  public async policy(bucket: string, ...statements: object[]): Promise<Answer> {
    const { partition } = this.account;
    const Statement = statements.map((statement) => ({
      Effect: 'Deny',
      Principal: '*',
      Resource: `arn:${partition}:s3:::${bucket}/*`,
      ...statement,
    }));
    return this.account.s3({
      method: 'PUT',
      bucket,
      query: { policy: '' },
      body: JSON.stringify({ Version: '2012-10-17', Statement }),
    });
  }

  public put(bucket: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.account.s3({ method: 'PUT', bucket, key: 'probe.txt', headers, body: 'probe' });
  }

  /** @returns the state that the stack comes to rest in */
  public async stack(name: string, action: 'CreateStack' | 'UpdateStack', template: object): Promise<string> {
    const { account } = this;
    if (action === 'CreateStack') this.later(`stack ${name}`, () => this.drop(name));
    required(
      action,
      await account.query('cloudformation', action, {
        StackName: name,
        TemplateBody: JSON.stringify(template),
        'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
        ...(action === 'CreateStack' ? { OnFailure: 'DO_NOTHING' } : {}),
      }),
    );
    return this.settled(name);
  }

  public async reason(name: string): Promise<string> {
    const { text } = await this.account.query('cloudformation', 'DescribeStackEvents', { StackName: name });
    const failed = text
      .split('<member>')
      .find((event) => /_FAILED<\/ResourceStatus>/.test(event) && /<ResourceStatusReason>/.test(event));
    return /<ResourceStatusReason>([\s\S]*?)<\/ResourceStatusReason>/.exec(failed ?? '')?.[1] ?? 'no event says why';
  }

  /** @returns what is left, in words */
  public async remove(): Promise<string[]> {
    const left: string[] = [];
    for (const [what, work] of this.undo.splice(0).reverse()) {
      try {
        const { status, code } = await work();
        if (status >= 300 && status !== 404) left.push(`${what} (${status} ${code ?? ''})`);
      } catch (error) {
        left.push(`${what} (${(error as Error).message})`);
      }
    }
    return left;
  }

  private async settled(name: string): Promise<string> {
    for (let poll = 0; poll < STACK_POLLS; poll += 1) {
      const { status, text } = await this.account.query('cloudformation', 'DescribeStacks', { StackName: name });
      const state = status === 400 ? 'DELETE_COMPLETE' : (/<StackStatus>(\w+)<\/StackStatus>/.exec(text)?.[1] ?? '');
      if (state !== '' && !state.endsWith('_IN_PROGRESS')) return state;
      await this.account.sleep(POLL_MS);
    }
    throw new Error(
      `The stack ${name} did not come to rest in ${(STACK_POLLS * POLL_MS) / 60_000} minutes. Look at it ` +
        'in the console.',
    );
  }

  private async drop(name: string): Promise<Answer> {
    const answer = await this.account.query('cloudformation', 'DeleteStack', { StackName: name });
    if (answer.status >= 300) return answer;
    const state = await this.settled(name);
    return state === 'DELETE_COMPLETE' ? answer : { ...answer, status: 500, code: state };
  }

  /** Policies first, which may deny the rest; then every version, locked ones by bypass; then the bucket. */
  private async empty(bucket: string): Promise<Answer> {
    const { account } = this;
    await account.s3({ method: 'DELETE', bucket, query: { policy: '' } });
    const { text } = await account.s3({ method: 'GET', bucket, query: { versions: '' } });
    for (const [, key, versionId] of text.matchAll(
      /<(?:Version|DeleteMarker)>[\s\S]*?<Key>(.*?)<\/Key>\s*<VersionId>(.*?)<\/VersionId>/g,
    )) {
      await account.s3({
        method: 'DELETE',
        bucket,
        key,
        query: { versionId },
        headers: { 'x-amz-bypass-governance-retention': 'true' },
      });
    }
    const uploads = await account.s3({ method: 'GET', bucket, query: { uploads: '' } });
    for (const [, key, uploadId] of uploads.text.matchAll(/<Key>(.*?)<\/Key>\s*<UploadId>(.*?)<\/UploadId>/g)) {
      await account.s3({ method: 'DELETE', bucket, key, query: { uploadId } });
    }
    return account.s3({ method: 'DELETE', bucket });
  }
}
