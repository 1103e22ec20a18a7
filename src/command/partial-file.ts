import { readdirSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The place of an output that is not whole yet: `FILE.partial-PID`. A signal that ends the process removes it; what a
 * process left that had no time for that is removed by the next one with the same output.
 */
export class PartialFile {
  public readonly path: string;
  private readonly onSignal: (signal: NodeJS.Signals) => void;

  constructor(output: string) {
    this.onSignal = (signal) => {
      this.remove();
      this.forget();
      // What the signal would have done without us.
      process.kill(process.pid, signal);
    };
    this.path = `${output}.partial-${process.pid}`;
    for (const stale of staleOf(output)) remove(stale);
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
  }

  public remove(): void {
    remove(this.path);
  }

  /** The file is whole and elsewhere, or gone. */
  public forget(): void {
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Not there, or not ours: nothing is lost.
  }
}

/** What processes that are no more, or had the number that is ours now, left of this output. */
function staleOf(output: string): string[] {
  const folder = dirname(output);
  const prefix = `${basename(output)}.partial-`;
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter(
      (name) =>
        name.startsWith(prefix) &&
        /^\d+$/.test(name.slice(prefix.length)) &&
        !isAlive(Number(name.slice(prefix.length))),
    )
    .map((name) => join(folder, name));
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is alive, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
