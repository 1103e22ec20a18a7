/**
 * What serving a view costs beside passing bytes through and beside the public sample's way (buffer all), at its start,
 * and for images beside sharp. `npm run bundle` first: start and size are those of assets/.
 */
import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { start } from './start';
import type { Bench, Figures } from '../figures';

const ASSETS = join(__dirname, '..', '..', 'assets');
const CODECS = join(ASSETS, 'image-codecs', 'strongbox-image', 'index.js');
const OURS = ['object-lambda', 'view-endpoint', 'view-copy', 'image-codecs'];
const OBJECT_BYTES = 64e6;
const SMALL_BYTES = 10e3;
const ROUNDS = 3;
/** `pipe` is the ceiling: a request's body into another request's, and nothing else. */
const CONTENDERS = ['pipe', 'passThrough', 'samplePassThrough', 'redact', 'sampleRedact'];

export const bench: Bench = async (say) => {
  for (const name of OURS) {
    if (!existsSync(join(ASSETS, name))) throw new Error(`assets/${name} is missing; run "npm run bundle" first`);
  }
  return {
    objectMB: OBJECT_BYTES / 1e6,
    throughput: await withServer(OBJECT_BYTES, (endpoint) => throughput(endpoint, say)),
    start: await withServer(SMALL_BYTES, async (endpoint) => rounded(start(ASSETS, endpoint, say))),
    bundleKB: Object.fromEntries(OURS.map((name) => [name, sizes(join(ASSETS, name))])),
    images: await images(say),
  };
};

async function throughput(endpoint: string, say: (progress: string) => void): Promise<Figures> {
  const figures: Record<string, Figures> = {};
  for (const kind of CONTENDERS) {
    say(kind);
    figures[kind] = rounded(await ofChild('contender.ts', [kind, endpoint, String(OBJECT_BYTES), String(ROUNDS)]));
  }
  return figures;
}

async function withServer<T>(bytes: number, use: (endpoint: string) => Promise<T>): Promise<T> {
  const server = fork(join(__dirname, 'server.ts'), [String(bytes)], { execArgv: process.execArgv });
  const port = await new Promise<number>((resolve) => server.once('message', (message) => resolve(message as number)));
  try {
    return await use(`http://127.0.0.1:${port}`);
  } finally {
    server.kill();
  }
}

/** What a process of its own measures. */
function ofChild(file: string, args: readonly string[]): Promise<Figures> {
  const child = fork(join(__dirname, file), args, { execArgv: process.execArgv });
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Figures));
    child.once('exit', (code) => reject(new Error(`${file} ${args[0]} ended with ${code}`)));
  });
}

function sizes(folder: string): Figures {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => statSync(file).isFile() && !file.endsWith('.map'));
  return rounded({
    plain: files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e3,
    compressed: files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0) / 1e3,
  });
}

const [WIDTH, HEIGHT] = [4000, 3000];

/** A photograph's worth of detail: waves and noise. */
function photograph(): Promise<Buffer> {
  const raw = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const noise = (((x * 73_856_093) ^ (y * 19_349_663)) >>> 0) % 23;
      const colour = [100 * Math.sin(x / 90), 100 * Math.cos(y / 70), 90 * Math.sin((x + y) / 110)];
      raw.set(
        colour.map((wave) => 128 + wave + noise),
        (y * WIDTH + x) * 3,
      );
    }
  }
  return sharp(raw, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
}

/** Processor milliseconds: the first picture, which loads the engine, and the best of the others. */
async function images(say: (progress: string) => void): Promise<Figures> {
  const directory = mkdtempSync(join(tmpdir(), 'object-lambda-bench-'));
  try {
    const photo = await photograph();
    const file = join(directory, 'photo.jpg');
    writeFileSync(file, photo);
    const figures: Record<string, Figures | number> = {
      megapixels: (WIDTH * HEIGHT) / 1e6,
      jpegKB: Math.round(photo.length / 1e3),
    };
    for (const engine of ['codecs', 'sharp']) {
      say(`images with ${engine}`);
      figures[engine] = rounded(await ofChild('picture.ts', [engine, file, CODECS, String(ROUNDS)]));
    }
    return figures;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function rounded(figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name,
      typeof value === 'number'
        ? Number(value.toPrecision(4))
        : typeof value === 'object' && value !== null
          ? rounded(value as Figures)
          : value,
    ]),
  );
}
