/** Asks the probes one after the other, and removes what each made before the next begins. */
import type { Account } from './account';
import { type Probe, recorded, type Result, resultOf } from './probe';
import { Sandbox } from './sandbox';

export interface Outcome {
  readonly account: string;
  readonly region: string;
  readonly results: readonly Result[];
  /** What could not be removed, in words. */
  readonly left: readonly string[];
}

export interface RunOptions {
  /** A few letters that no other run has. */
  readonly run: string;
  /** Asked no further probes once it is aborted; what was made is removed. */
  readonly signal?: AbortSignal;
  readonly say?: (line: string) => void;
}

export async function askAll(
  probes: readonly Probe[],
  account: Account,
  { run, signal, say = () => undefined }: RunOptions,
): Promise<Outcome> {
  const results: Result[] = [];
  const left: string[] = [];
  for (const [index, probe] of probes.entries()) {
    if (signal?.aborted) break;
    const requests: string[] = [];
    const sandbox = new Sandbox(recorded(account, requests), `${run}${index}`);
    const answer = await probe
      .ask(sandbox)
      .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    const remains = await sandbox.remove();
    left.push(...remains);
    const result = resultOf(probe, answer, [...requests]);
    results.push(result);
    say(
      `${result.verdict.padEnd(8)} ${probe.id}: ${probe.question} ` +
        `${result.answer}${result.detail ? `\n         ${result.detail}` : ''}`,
    );
    for (const each of remains) say(`LEFT     ${each}`);
  }
  return { account: account.id, region: account.region, results, left };
}

/**
 * Whether somebody has to look: an assumption that is false, a question that was not answered, or something that is
 * still there.
 */
export function isClean({ results, left }: Outcome): boolean {
  return left.length === 0 && results.every(({ verdict }) => verdict === 'agrees' || verdict === 'settled');
}

/** Cost and time, before anything is made. */
export function estimate(probes: readonly Probe[]): string {
  const seconds = probes.reduce((sum, each) => sum + each.seconds, 0);
  const dollars = probes.reduce((sum, each) => sum + each.dollars, 0);
  return (
    `${probes.length} probes, about ${Math.ceil(seconds / 60)} minutes and at most ` +
    `$${dollars.toFixed(2)} (KMS keys wait 7 days for their deletion, which costs nothing)`
  );
}

/** @throws Error for an id that is none */
export function chosen(probes: readonly Probe[], only: readonly string[] | undefined): readonly Probe[] {
  if (!only || only.length === 0) return probes;
  const unknown = only.find((id) => !probes.some((probe) => probe.id === id));
  if (unknown !== undefined) {
    throw new Error(
      `"--only" must be the id of a probe (got "${unknown}"). Ids: ${probes.map(({ id }) => id).join(', ')}.`,
    );
  }
  return probes.filter(({ id }) => only.includes(id));
}
