/**
 * Feeds the redactor random objects, whole and damaged, in all formats and codings: `npm run fuzz -- --seconds 600
 * [--seed N]`. A failure names its seed; `--seed` begins there.
 */
import { parseArgs } from 'node:util';
import { Fuzzer } from '../test/support/redaction-fuzz';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } } });
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 30) : Number(values.seed);
  const seconds = Number(values.seconds);
  if (!(seconds > 0) || !Number.isInteger(seed)) {
    throw new Error(`"--seconds" is ${values.seconds} and "--seed" is ${values.seed}, they must be numbers`);
  }
  const fuzzer = new Fuzzer();
  await fuzzer.runFor(seconds * 1000, seed);
  console.log(`${fuzzer.objects} objects from seed ${seed} on, ${fuzzer.failed} of them refused: nothing found`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
