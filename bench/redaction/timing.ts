/** MB are 10^6 bytes, everywhere in this bench. */
export const MB = 1e6;

/** Processor seconds, of all threads: on a machine that others use too the clock on the wall says little. */
export async function cpu(work: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

export interface Contender {
  readonly bytes: number;
  readonly work: () => void | Promise<void>;
}

/**
 * Megabytes by processor second. Each contender in turn, after one round that does not count; the best of each, so that
 * what else the machine does in one of the rounds does not decide.
 */
export async function race(rounds: number, contenders: Record<string, Contender>): Promise<Record<string, number>> {
  const best: Record<string, number> = {};
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, { bytes, work }] of Object.entries(contenders)) {
      const rate = bytes / MB / (await cpu(work));
      if (round >= 0) best[name] = Math.max(best[name] ?? 0, rate);
    }
  }
  return best;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Four digits: no more were measured. */
export function rounded(n: number): number {
  return Number(n.toPrecision(4));
}

export function chunked(bytes: Buffer, size = 65536): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}
