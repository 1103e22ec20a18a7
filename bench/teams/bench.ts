/**
 * What it costs to synthesize one bucket with many teams, and what it costs StrongboxChecks to judge it. CDK's own
 * validation is off.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Bench, Figures } from '../figures';

interface Run {
  readonly buildMs: number;
  readonly synthMs: number;
  readonly pluginMs: number;
  readonly notJudged: number;
  readonly policyBytes: number;
  readonly largestStack: number;
  readonly templates: number;
  readonly peakMiB: number;
}

/**
 * The first is smaller than what fits into one stack, the others are not; the last is more than policies can name, and
 * trusts a pattern.
 */
const SIZES = [75, 150, 300, 600];
const REPEATS = 3;

export const bench: Bench = async (say) => {
  const figures: Record<string, Figures> = {};
  for (const size of SIZES) {
    const runs = Array.from({ length: REPEATS }, (_, repeat) => {
      say(`${size} teams, run ${repeat + 1} of ${REPEATS}`);
      return { without: run(size, 'off'), with: run(size, 'on') };
    });
    if (runs.some((each) => each.with.notJudged > 0)) throw new Error(`StrongboxChecks could not judge ${size} teams`);
    const total = median(runs.map(({ without }) => without.buildMs + without.synthMs));
    figures[`teams-${size}`] = {
      buildMs: round(median(runs.map(({ without }) => without.buildMs))),
      synthMs: round(median(runs.map(({ without }) => without.synthMs))),
      msPerTeam: round(total / size, 2),
      checksMs: round(median(runs.map((each) => each.with.pluginMs))),
      policyBytes: runs[0].without.policyBytes,
      templates: runs[0].without.templates,
      largestStackResources: runs[0].without.largestStack,
      peakMiB: round(median(runs.map(({ without }) => without.peakMiB))),
    };
  }
  return figures;
};

function run(size: number, plugin: 'on' | 'off'): Run {
  const output = execFileSync(process.execPath, ['--import', 'tsx', join(__dirname, 'app.ts'), String(size), plugin], {
    encoding: 'utf8',
    env: { ...process.env, CDK_VALIDATION: 'false' },
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 20,
  });
  return JSON.parse(output) as Run;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}
