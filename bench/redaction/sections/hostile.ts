/** Texts that make others hang, 16 MiB each: time by byte against that of benign text. */
import { compilePolicy } from '../../../src/runtime/redaction';
import { corpus } from '../corpus';
import { HOSTILE, hostile } from '../hostile';
import type { Measure } from '../section';
import { chunked, cpu, rounded } from '../timing';
import { redactAll } from './core';

const BYTES = 16 * 2 ** 20;
const PROBE_CHUNKS = 4;
const HOPELESS = 50;

export const measure: Measure = async (_options, say) => {
  const policy = compilePolicy({ version: 1 });
  const perByte = async (chunks: readonly Buffer[], rounds: number) => {
    let best = Infinity;
    for (let round = 0; round < rounds; round += 1) {
      best = Math.min(best, await cpu(() => void redactAll(policy, chunks)));
    }
    return best / chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  };
  const benign = await perByte(chunked(corpus(BYTES, 258).bytes), 5);
  const ratios: Record<string, number> = {};
  for (const [name, text] of Object.entries(HOSTILE)) {
    const bytes = chunked(hostile(text, BYTES));
    // What is quadratic would not be through with all of it today: its beginning tells.
    const beginning = await perByte(bytes.slice(0, PROBE_CHUNKS), 2);
    ratios[name] = rounded((beginning > benign * HOPELESS ? beginning : await perByte(bytes, 3)) / benign);
  }
  const worst = Object.entries(ratios).sort(([, a], [, b]) => b - a);
  say(
    worst
      .slice(0, 5)
      .map(([name, ratio]) => `${name} ${ratio}`)
      .join(', '),
  );
  return { worstToBenignRatio: worst[0][1], worst: worst[0][0], generators: worst.length, ratios };
};
