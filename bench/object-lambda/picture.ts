/**
 * Run as a child, one for each engine, so that none pays for another's memory: twelve megapixels to 1,200 pixels with a
 * watermark.
 */
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { prepareChain, type Surroundings } from '../../src/runtime/transforms/prepare';

const [, , engine, photo, codecs, rounds] = process.argv;

async function main(): Promise<void> {
  sharp.concurrency(1);
  const surroundings: Surroundings = {
    images: engine === 'sharp' ? { engine } : { module: codecs },
    value: String,
    lookup: () => {
      throw new Error('no lookup here');
    },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- what Lambda finds in layers
    load: (module) => require(module.startsWith('/opt/') ? codecs : module) as Record<string, unknown>,
  };
  const chain = prepareChain(
    [{ type: 'image', resize: { width: 1200 }, watermark: { text: 'the bench' } }],
    surroundings,
  );
  const bytes = readFileSync(photo);
  const cpu: number[] = [];
  for (let round = 0; round <= Number(rounds); round += 1) {
    const before = process.cpuUsage();
    const stage = await chain.open(
      { contentType: 'image/jpeg' },
      { view: 'v', key: 'k', now: new Date(0), signal: new AbortController().signal },
      () => undefined,
    );
    for await (const piece of stage.push(bytes)) void piece;
    for await (const piece of stage.end()) void piece;
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1e3);
  }
  process.send!({ firstMs: cpu[0], ms: Math.min(...cpu.slice(1)), peakMiB: process.resourceUsage().maxRSS / 1024 });
}

void main();
