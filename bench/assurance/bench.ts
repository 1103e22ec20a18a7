/** What StrongboxChecks adds to a synthesis, by number of buckets; everything else that validates is off. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Bench, Figures } from '../figures';

interface Run {
  readonly buildMs: number;
  readonly synthMs: number;
  readonly pluginMs: number;
  readonly violations: number;
  readonly peakMiB: number;
}

const SIZES = [10, 100, 1000];
const REPEATS = 3;

export const bench: Bench = async (say) => {
  const figures: Record<string, Figures> = {};
  for (const variant of ['same', 'distinct']) {
    for (const size of SIZES) {
      // Taken in turns, so that a slow moment of the machine hits both.
      const runs = Array.from({ length: REPEATS }, (_, repeat) => {
        say(`${size} buckets with ${variant} policies, run ${repeat + 1} of ${REPEATS}`);
        return { without: run(size, variant, 'off'), with: run(size, variant, 'on') };
      });
      const base = median(runs.map(({ without }) => without.synthMs));
      const plugin = median(runs.map((each) => each.with.pluginMs));
      const unexpected = runs.find((each) => each.with.violations > 0);
      if (unexpected) {
        throw new Error(
          `the plugin reports ${unexpected.with.violations} violations on SecureBuckets, so it does not ` +
            'prove what it should',
        );
      }
      figures[`${variant}-${size}`] = {
        buildMs: round(median(runs.map(({ without }) => without.buildMs))),
        synthMs: round(base),
        pluginMs: round(plugin),
        pluginMsPerBucket: round(plugin / size, 3),
        pluginToSynthRatio: round(median(runs.map((each) => each.with.pluginMs / each.without.synthMs)), 3),
        peakMiBWithout: round(median(runs.map(({ without }) => without.peakMiB))),
        peakMiBWith: round(median(runs.map((each) => each.with.peakMiB))),
      };
    }
  }
  return figures;
};

function run(size: number, variant: string, plugin: 'on' | 'off'): Run {
  const output = execFileSync(
    process.execPath,
    ['--import', 'tsx', join(__dirname, 'app.ts'), String(size), variant, plugin],
    {
      encoding: 'utf8',
      env: { ...process.env, CDK_VALIDATION: 'false' },
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 1 << 20,
    },
  );
  return JSON.parse(output) as Run;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}
