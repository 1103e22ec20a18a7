import { Failure, paint, say, seconds } from '../delivery/terminal';

export interface Check {
  readonly language: string;
  readonly title: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly remark?: string;
  readonly details?: string;
}

/** Runs checks of several languages side by side, a line each as it ends. */
export class Checks {
  public readonly all: Check[] = [];

  /** Whether the check passed. Its work throws a Failure, or returns a remark. */
  public async run(language: string, title: string, work: () => Promise<string | void>): Promise<boolean> {
    const start = performance.now();
    let failure: Failure | undefined;
    let remark: string | undefined;
    try {
      remark = (await work()) ?? undefined;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure = error;
    }
    const took = performance.now() - start;
    const check: Check = {
      language,
      title,
      passed: failure === undefined,
      seconds: Math.round(took / 100) / 10,
      remark: failure?.message ?? remark,
      details: failure?.details,
    };
    this.all.push(check);
    say(
      `${paint(failure ? 'red' : 'green', failure ? 'failed' : 'passed')}  ${language.padEnd(10)}  ` +
        `${title}, ${seconds(took)}${check.remark ? `: ${check.remark}` : ''}`,
    );
    if (failure) say(failure.details.split('\n').slice(-60).join('\n'));
    return failure === undefined;
  }
}

/** Fails with what is wrong, if anything is. */
export function expectNothing(wrong: string | undefined, remedy: string): void {
  if (wrong !== undefined) throw new Failure(wrong, remedy);
}
