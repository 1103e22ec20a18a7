import { ENV, METRICS_NAMESPACE } from './contract';
import { s3ErrorOf } from './s3-error';
import type { Report } from './view-request';
import { MATCHES } from '../transforms/stage';

const LEVELS = ['debug', 'info', 'warn', 'error', 'off'] as const;
export type Level = (typeof LEVELS)[number];

/** CloudWatch reads at most a hundred metrics of a line. */
const MOST_KINDS = 80;

export type Write = (line: string) => void;

/**
 * What is told of one request: one line of JSON, which CloudWatch also reads as metrics. Never a key, a value or a byte
 * of the object.
 */
export class Observation implements Report {
  private readonly counts: Record<string, number> = {};
  private readonly started: number;
  private read = 0;
  private written = 0;

  constructor(
    private readonly operation: string,
    private readonly view: string,
    private readonly requestId: string,
    private readonly env: NodeJS.ProcessEnv = process.env,
    private readonly write: Write = (line) => process.stdout.write(`${line}\n`),
    private readonly now: () => number = () => performance.now(),
  ) {
    this.started = now();
  }

  public count(name: string, by = 1): void {
    this.counts[name] = (this.counts[name] ?? 0) + by;
  }

  public bytesIn(bytes: number): void {
    this.read += bytes;
  }

  public bytesOut(bytes: number): void {
    this.written += bytes;
  }

  /** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
  public done(status: number): void {
    this.tell(status < 500 ? 'info' : 'error', { status });
  }

  /** The error's class and code; its message only where it is one of ours. */
  public failed(error: unknown, sent: boolean): void {
    const failure = s3ErrorOf(error);
    const message = failure.foreign ? undefined : failure.message;
    this.tell(failure.status < 500 && !sent ? 'info' : 'error', {
      status: failure.status,
      code: failure.code,
      message,
      error: nameOf(error),
      cutOff: sent,
    });
  }

  private tell(level: Level, outcome: { readonly status: number; readonly [name: string]: unknown }): void {
    if (this.env[ENV.LOG_LEVEL] === 'off') return;
    const failed = outcome.status >= 400 || outcome.cutOff === true;
    const metrics = [
      { Name: 'Objects', Unit: 'Count' },
      { Name: 'BytesIn', Unit: 'Bytes' },
      { Name: 'BytesOut', Unit: 'Bytes' },
      { Name: 'Duration', Unit: 'Milliseconds' },
      { Name: 'Matches', Unit: 'Count' },
      { Name: 'Failures', Unit: 'Count' },
      { Name: 'Errors', Unit: 'Count' },
    ];
    const kinds = Object.entries(this.counts)
      .filter(([name]) => name.startsWith(MATCHES))
      .slice(0, MOST_KINDS);
    // A quiet log keeps the metrics, and nothing but them.
    const quiet = LEVELS.indexOf(level) < LEVELS.indexOf(this.env[ENV.LOG_LEVEL] as Level);
    const Namespace = this.env[ENV.METRICS_NAMESPACE] ?? METRICS_NAMESPACE;
    this.write(
      JSON.stringify({
        _aws: {
          Timestamp: Date.now(),
          CloudWatchMetrics: [
            {
              Namespace,
              Dimensions: [['View', 'Operation']],
              Metrics: [...metrics, ...kinds.map(([Name]) => ({ Name, Unit: 'Count' }))],
            },
            // One number for the function, so that one alarm can watch all of its views.
            { Namespace, Dimensions: [['Function']], Metrics: [{ Name: 'Errors', Unit: 'Count' }] },
          ],
        },
        Function: this.env.AWS_LAMBDA_FUNCTION_NAME ?? '',
        View: this.view,
        Operation: this.operation,
        Objects: 1,
        BytesIn: this.read,
        BytesOut: this.written,
        Duration: Math.round((this.now() - this.started) * 10) / 10,
        Matches: kinds.reduce((sum, [, count]) => sum + count, 0),
        ...Object.fromEntries(kinds),
        Failures: failed ? 1 : 0,
        Errors: outcome.status >= 500 || outcome.cutOff === true ? 1 : 0,
        ...(quiet
          ? {}
          : {
              level,
              requestId: this.requestId,
              traceId: /Root=([^;]+)/.exec(this.env._X_AMZN_TRACE_ID ?? '')?.[1],
              counts: this.counts,
              ...outcome,
            }),
      }),
    );
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : typeof error;
}
