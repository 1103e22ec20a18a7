import { type MessagePort, Worker } from 'node:worker_threads';
import type { ImageEngine, ImageJob, Pixels } from './engine';
import type { ImageFormat } from '../../object-views/transform-spec';

/** Tells the worker of the codecs from other workers that load the same file. */
export const CODECS_WORKER = 'strongbox-image-codecs';

interface Reply {
  readonly result?: unknown;
  readonly failure?: string;
}

type Call = readonly [name: keyof ImageEngine, ...parameters: unknown[]];

/** The worker's side: one call after the other. */
export function answerJobs(port: MessagePort, engine: ImageEngine): void {
  port.on('message', ([name, ...parameters]: Call) => {
    const work = engine[name] as (...given: unknown[]) => Promise<unknown>;
    work(...parameters).then(
      (result) => port.postMessage({ result }),
      (error: unknown) => port.postMessage({ failure: String(error) }),
    );
  });
}

/** An engine in a thread of its own, which is stopped in the middle of a picture when the signal comes. */
export class WorkerEngine implements ImageEngine {
  private worker: Worker | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private settle: ((reply: Reply, reason?: unknown) => void) | undefined;

  /** @param file calls `answerJobs` where it is a worker */
  constructor(private readonly file: string) {}

  public decode(format: ImageFormat, bytes: Uint8Array, signal?: AbortSignal): Promise<Pixels> {
    return this.call(['decode', format, bytes], signal);
  }

  public resize(pixels: Pixels, width: number, height: number, signal?: AbortSignal): Promise<Pixels> {
    return this.call(['resize', pixels, width, height], signal);
  }

  public render(job: ImageJob, signal?: AbortSignal): Promise<Uint8Array> {
    return this.call(['render', job], signal);
  }

  private call<T>(call: Call, signal: AbortSignal | undefined): Promise<T> {
    const made = this.last.then(() => this.run<T>(call, signal));
    this.last = made.catch(() => undefined);
    return made;
  }

  private run<T>(call: Call, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    const worker = (this.worker ??= this.start());
    worker.ref();
    return new Promise<T>((resolve, reject) => {
      const onAbort = () => this.giveUp(signal!.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.settle = ({ result, failure }, reason) => {
        this.settle = undefined;
        signal?.removeEventListener('abort', onAbort);
        worker.unref();
        if (reason !== undefined) reject(reason as Error);
        else if (failure !== undefined) reject(new Error(failure));
        else resolve(result as T);
      };
      worker.postMessage(call);
    });
  }

  private start(): Worker {
    const worker = new Worker(this.file, { workerData: CODECS_WORKER });
    worker.on('message', (reply: Reply) => this.settle?.(reply));
    worker.on('error', (error) => this.giveUp(error));
    return worker;
  }

  /** The thread goes with what it was doing; the next call has another. */
  private giveUp(reason: unknown): void {
    void this.worker?.terminate();
    this.worker = undefined;
    this.settle?.({}, reason);
  }
}
