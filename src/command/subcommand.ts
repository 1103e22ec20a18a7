/** What a subcommand may do to the outside, so that tests can stand in for it. */
export interface Terminal {
  /** Whether `err` is a screen, on which a line of progress may be overwritten. */
  readonly isScreen: boolean;
  /** Results. */
  out(text: string): void;
  /** Progress and errors. */
  err(text: string): void;
}

/** One word after `cdk-s3-strongbox`. */
export interface Subcommand {
  readonly name: string;
  /** One line for the list of subcommands. */
  readonly summary: string;
  /** All of `--help`. */
  readonly usage: string;
  /**
   * @returns the exit code
   * @throws UsageError for arguments it does not understand
   */
  run(args: string[], terminal: Terminal): Promise<number>;
}

/** Exit codes of every subcommand. */
export enum Exit {
  /** Everything asked for is so. */
  OK = 0,
  /** Something asked for is not so. */
  FAILED = 1,
  /** The question could not be asked: bad arguments, or input that cannot be read. */
  UNANSWERED = 2,
  /** Only the deployment knows. */
  UNKNOWN = 3,
  /** Part of the input cannot be read: what depends on it was left out, and the rest was answered. */
  PARTLY_ANSWERED = 4,
}

/** Arguments that were not understood. */
export class UsageError extends Error {}
