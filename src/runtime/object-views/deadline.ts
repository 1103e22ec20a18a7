import { TransformError } from '../transforms/errors';

const DEFAULT_MARGIN_MS = 1500;

/** What of Lambda's context is used. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** What the work gives, unless the signal comes first: code that never settles must not keep anybody from saying so. */
export function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  if (signal.aborted) {
    work.catch(() => undefined);
    return Promise.reject(signal.reason as Error);
  }
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** A signal that comes a margin before the function would be stopped: enough to say so, or to cut the connection. */
export class Deadline {
  public readonly signal: AbortSignal;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(context: LambdaContext, marginMs = DEFAULT_MARGIN_MS) {
    this.signal = this.controller.signal;
    const left = Math.max(0, context.getRemainingTimeInMillis() - marginMs);
    this.timer = setTimeout(() => {
      this.controller.abort(
        new TransformError('TransformTimeout', 'the view could not be made in the time that the function has', true),
      );
    }, left);
  }

  /** The caller went away: nothing more needs to be done. */
  public abort(reason: Error): void {
    this.controller.abort(reason);
  }

  public clear(): void {
    clearTimeout(this.timer);
  }
}
