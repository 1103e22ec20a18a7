/**
 * What serving a view costs beside passing bytes through and beside the public sample's way (buffer all), at its start, and for images
 * beside sharp. `npm run bundle` first: start and size are those of assets/.
 */
import { execFileSync, fork } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import sharp from 'sharp';
import { prepareChain, type Surroundings } from '../../src/runtime/transforms/prepare';
import type { Bench, Figures } from '../figures';

const ROOT = join(__dirname, '..', '..');
const ASSETS = join(ROOT, 'assets');
const CODECS = join(ASSETS, 'image-codecs', 'strongbox-image');
const OBJECT_BYTES = 64e6;
const ROUNDS = 3;
const STARTS = 9;

export const bench: Bench = async (say) => {
  if (!existsSync(join(ASSETS, 'object-lambda'))) throw new Error('assets/object-lambda is missing; run "npm run bundle" first');
  return {
    objectMB: OBJECT_BYTES / 1e6,
    throughput: await throughput(say),
    start: start(say),
    bundleKB: sizes(),
    images: await images(say),
  };
};

async function throughput(say: (progress: string) => void): Promise<Figures> {
  const server = fork(join(__dirname, 'server.ts'), [String(OBJECT_BYTES)], { execArgv: process.execArgv });
  const port = await new Promise<number>((resolve) => server.once('message', (message) => resolve(message as number)));
  const figures: Record<string, Figures> = {};
  for (const kind of ['passThrough', 'samplePassThrough', 'redact', 'sampleRedact']) {
    say(kind);
    const child = fork(join(__dirname, 'contender.ts'), [kind, String(port), String(OBJECT_BYTES), String(ROUNDS)], { execArgv: process.execArgv });
    const measured = await new Promise<Record<string, number>>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Record<string, number>));
      child.once('exit', (code) => reject(new Error(`${kind} ended with ${code}`)));
    });
    figures[kind] = rounded(measured);
  }
  server.kill();
  return figures;
}

/** From the start of Node to the handler, less a handler that does nothing: the median, of processes of their own. */
function start(say: (progress: string) => void): Figures {
  say('start');
  const directory = mkdtempSync(join(tmpdir(), 'object-lambda-bench-'));
  const bare = join(directory, 'bare.js');
  writeFileSync(bare, 'exports.handler = async () => ({ statusCode: 200 });');
  const sdk = join(directory, 'sdk.js');
  buildSync({
    stdin: { contents: "import { S3Client, WriteGetObjectResponseCommand } from '@aws-sdk/client-s3'; export const handler = async () => new S3Client({}).send(new WriteGetObjectResponseCommand({}));", resolveDir: ROOT },
    outfile: sdk,
    bundle: true,
    platform: 'node',
    target: 'node20',
    minify: true,
    logLevel: 'error',
  });
  const files: Record<string, string> = { bare, sampleWithClient: sdk };
  for (const name of ['object-lambda', 'view-endpoint', 'view-copy']) files[name] = join(ASSETS, name, 'index.js');
  const policy = { STRONGBOX_VIEWS: JSON.stringify({ version: 1, views: { v: { transforms: [{ type: 'redact', policy: { version: 1 } }] } } }) };
  const loaded: Record<string, number> = {};
  for (const [name, file] of Object.entries(files)) {
    const code = `globalThis.awslambda = { streamifyResponse: (f) => f }; const t = process.hrtime.bigint(); require(${JSON.stringify(file)}); console.log(Number(process.hrtime.bigint() - t) / 1e6)`;
    const times = Array.from({ length: STARTS }, () => Number(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8', env: { ...process.env, ...policy } })));
    loaded[`${name}Ms`] = times.sort((a, b) => a - b)[STARTS >> 1];
  }
  rmSync(directory, { recursive: true, force: true });
  return rounded(loaded);
}

function sizes(): Figures {
  const figures: Record<string, Figures> = {};
  for (const name of readdirSync(ASSETS).sort()) {
    const files = readdirSync(join(ASSETS, name), { recursive: true, encoding: 'utf8' }).map((file) => join(ASSETS, name, file))
      .filter((file) => statSync(file).isFile() && !file.endsWith('.map'));
    figures[name] = rounded({
      plain: files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e3,
      compressed: files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0) / 1e3,
    });
  }
  return figures;
}

const [WIDTH, HEIGHT] = [4000, 3000];

/** A photograph's worth of detail: waves and noise. */
function photograph(): Promise<Buffer> {
  const raw = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const noise = ((x * 73_856_093 ^ y * 19_349_663) >>> 0) % 23;
      raw.set([128 + 100 * Math.sin(x / 90) + noise, 128 + 100 * Math.cos(y / 70) + noise, 128 + 90 * Math.sin((x + y) / 110) + noise], (y * WIDTH + x) * 3);
    }
  }
  return sharp(raw, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).jpeg({ quality: 85 }).toBuffer();
}

/** Twelve megapixels to 1,200 pixels with a watermark: processor milliseconds, the best of some. */
async function images(say: (progress: string) => void): Promise<Figures> {
  const photo = await photograph();
  sharp.concurrency(1);
  const figures: Record<string, number> = { megapixels: WIDTH * HEIGHT / 1e6, jpegKB: photo.length / 1e3 };
  for (const engine of ['codecs', 'sharp'] as const) {
    say(`images with ${engine}`);
    const surroundings: Surroundings = {
      images: engine === 'sharp' ? { engine } : { module: CODECS },
      value: String,
      lookup: () => { throw new Error('no lookup here'); },
      load: (module) => require(module.startsWith('/opt/') ? CODECS : module) as Record<string, unknown>,
    };
    const chain = prepareChain([{ type: 'image', resize: { width: 1200 }, watermark: { text: 'the bench' } }], surroundings);
    const times: number[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const before = process.cpuUsage();
      const stage = await chain.open({ contentType: 'image/jpeg' }, { view: 'v', key: 'k', now: new Date(0), signal: new AbortController().signal }, () => undefined);
      await stage.push(photo);
      await stage.end();
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1e3);
    }
    figures[`${engine}FirstMs`] = times[0];
    figures[`${engine}Ms`] = Math.min(...times.slice(1));
  }
  return rounded({ ...figures, peakMiB: process.resourceUsage().maxRSS / 1024 });
}

function rounded(figures: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(4))]));
}
