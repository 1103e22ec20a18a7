/**
 * Findings per MB in generated objects that hold nothing to find, by set and by kind, without regions and with four.
 */
import type { Figures } from '../../figures';
import { CLEAN_SETS, cleanObject, findingsIn } from '../clean/measure';
import type { Measure } from '../section';
import { MB, rounded } from '../timing';

const BYTES = 1e6;
const SEED = 20261130;
const REGIONS = ['US', 'GB', 'DE', 'FR'];

export const measure: Measure = async (_options, say) => {
  const sets: Record<string, Figures> = {};
  const worst = { none: 0, regions: 0 };
  for (const set of CLEAN_SETS) {
    const bytes = cleanObject(set, BYTES, SEED);
    const perMB = (counts: Record<string, number>) =>
      Object.fromEntries(Object.entries(counts).map(([kind, count]) => [kind, rounded((count / bytes.length) * MB)]));
    const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);
    const [none, regions] = [{}, { regions: REGIONS }].map((document) => perMB(findingsIn(set.name, bytes, document)));
    worst.none = Math.max(worst.none, sum(none));
    worst.regions = Math.max(worst.regions, sum(regions));
    sets[set.name.replaceAll('.', '-')] = { perMB: none, perMBWithRegions: regions };
  }
  say(`at most ${worst.none} findings per MB of a clean set, ${worst.regions} with regions`);
  return { seed: SEED, worstPerMB: rounded(worst.none), worstPerMBWithRegions: rounded(worst.regions), sets };
};
