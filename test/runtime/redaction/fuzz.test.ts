import { Fuzzer } from '../../support/redaction-fuzz';

/** As long as CI spends on it; `npm run fuzz -- --seconds N` goes on with other seeds. */
const BUDGET_MS = 8000;

test('random objects: engines and cuts agree, no planted address is left, and only errors of the core', async () => {
  const fuzzer = new Fuzzer();
  // Always the same first ones, so that a failure here is one there.
  await fuzzer.runFor(BUDGET_MS, 1);
  expect(fuzzer.objects).toBeGreaterThan(100);
  expect(fuzzer.failed).toBeLessThan(fuzzer.objects / 2);
}, 60_000);
