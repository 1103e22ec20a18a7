import { CLEAN_SETS, cleanObject, findingsIn } from '../../../bench/redaction/clean/measure';

const BYTES = 300_000;
/** Findings in a megabyte; a policy with regions is told more of a number. */
const MOST = 10;
const MOST_WITH_REGIONS = 40;

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);

test.each(CLEAN_SETS.map((set) => [set.name, set] as const))(
  'hardly anything is found in what holds nothing: %s',
  (_name, set) => {
    const bytes = cleanObject(set, BYTES, 20261130);
    const perMegabyte = (counts: Record<string, number>) => (sum(counts) / bytes.length) * 1e6;
    const found = findingsIn(set.name, bytes);
    expect([found, perMegabyte(found) <= MOST]).toEqual([found, true]);
    const regional = findingsIn(set.name, bytes, { regions: ['US', 'GB', 'DE', 'FR'] });
    expect([regional, perMegabyte(regional) <= MOST_WITH_REGIONS]).toEqual([regional, true]);
  },
);

test('the same objects with something in them are not passed over', () => {
  for (const set of CLEAN_SETS.filter(({ name }) => /\.(?:txt|py|md)$/.test(name))) {
    const bytes = Buffer.concat([
      cleanObject(set, 5000, 1),
      Buffer.from('\nPlease call me at +44 20 7946 0958 or jane@example.com\n'),
    ]);
    expect(findingsIn(set.name, bytes)).toMatchObject({ email: 1 });
    expect(findingsIn(set.name, bytes).phone).toBeGreaterThanOrEqual(1);
  }
});
