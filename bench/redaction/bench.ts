/**
 * The redaction core beside its peers, on hostile input, over HTTPS, at its start, and on a data set.
 * `npm run bench -- --only redaction [--data DIR]`; REDACTION_DATA names the data set too.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { accuracy } from './accuracy';
import { corpus } from './corpus';
import { HOSTILE, hostile } from './hostile';
import { overHttps } from './https';
import { peers } from './peers';
import type { CompiledPolicy } from '../../src/runtime/redaction';
import { compilePolicy } from '../../src/runtime/redaction';
import type { Bench, Figures } from '../figures';

const CHUNK = 65536;
const ROUNDS = 5;
const MB = 1e6;

/** Processor seconds, of all threads: on a machine that others use too the clock on the wall says little. */
function cpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function redactAll(policy: CompiledPolicy, bytes: Buffer, engine: 'wasm' | 'typescript'): number {
  const session = policy.session({ engine });
  const transform = session.text();
  for (let at = 0; at < bytes.length; at += CHUNK) for (const out of transform.push(bytes.subarray(at, at + CHUNK))) transform.release?.(out);
  transform.end();
  return Object.values(session.counts).reduce((sum, n) => sum + n, 0);
}

/** Each contender in turn, several rounds; the best of each, so that one disturbance does not decide. */
function race(contenders: Record<string, { readonly bytes: number; readonly work: () => void }>): Record<string, number> {
  const best: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, { bytes, work }] of Object.entries(contenders)) best[name] = Math.max(best[name] ?? 0, bytes / MB / cpu(work));
  }
  return best;
}

function rounded(n: number): number {
  return Number(n.toPrecision(4));
}

function core(policy: CompiledPolicy, say: (progress: string) => void): Figures {
  const { fastest, bestRecall } = peers(say);
  const figures: Record<string, Figures> = {};
  const ratios: number[] = [];
  const recallRatios: number[] = [];
  for (const [name, every] of [['dense', 258], ['sparse', 7300]] as const) {
    say(`throughput, one finding for ${every} bytes`);
    const { bytes, planted } = corpus(16e6, every);
    const chunks = (size: number) => Array.from({ length: Math.ceil(size / CHUNK) }, (_, i) => bytes.toString('latin1', i * CHUNK, (i + 1) * CHUNK));
    const some = chunks(4e6);
    const few = chunks(4e5);
    const best = race({
      wasm: { bytes: bytes.length, work: () => redactAll(policy, bytes, 'wasm') },
      typescript: { bytes: bytes.length / 4, work: () => redactAll(policy, bytes.subarray(0, bytes.length / 4), 'typescript') },
      fastest: { bytes: some.length * CHUNK, work: () => some.forEach((text) => fastest.redact(text)) },
      bestRecall: { bytes: few.length * CHUNK, work: () => few.forEach((text) => bestRecall.redact(text)) },
    });
    ratios.push(best.wasm / best.fastest);
    recallRatios.push(best.wasm / best.bestRecall);
    figures[name] = {
      wasmMBps: rounded(best.wasm),
      typescriptMBps: rounded(best.typescript),
      fastestPeerMBps: rounded(best.fastest),
      bestRecallPeerMBps: rounded(best.bestRecall),
      planted: planted.length,
      found: redactAll(policy, bytes, 'wasm'),
    };
  }
  return {
    fastestPeer: fastest.name,
    bestRecallPeer: bestRecall.name,
    ratioFastestPeer: rounded(Math.min(...ratios)),
    ratioBestRecallPeer: rounded(Math.min(...recallRatios)),
    ...figures,
  };
}

function terms(say: (progress: string) => void): Figures {
  say('ten thousand terms');
  const { bytes } = corpus(8e6, 258);
  const words = (count: number) => Array.from({ length: count }, (_, i) => `${(i * 7919).toString(36)}son ${(i * 104729).toString(36)}`);
  const [none, ten, many] = [0, 10, 10_000].map((count) => compilePolicy({ version: 1, ...(count ? { dictionaries: [{ kind: 'name', terms: words(count) }] } : {}) }));
  const best = race({
    none: { bytes: bytes.length, work: () => redactAll(none, bytes, 'wasm') },
    ten: { bytes: bytes.length, work: () => redactAll(ten, bytes, 'wasm') },
    many: { bytes: bytes.length, work: () => redactAll(many, bytes, 'wasm') },
  });
  return { tenThousandToTenRatio: rounded(best.many / best.ten), tenThousandToNoneRatio: rounded(best.many / best.none) };
}

function hostileInput(policy: CompiledPolicy, say: (progress: string) => void): Figures {
  const size = 16 * 2 ** 20;
  const benign = corpus(size, 258).bytes;
  const perByte = (bytes: Buffer) => Math.min(...[1, 2].map(() => cpu(() => redactAll(policy, bytes, 'wasm')) / bytes.length));
  const base = perByte(benign);
  const ratios: Record<string, number> = {};
  for (const [name, text] of Object.entries(HOSTILE)) {
    ratios[name] = rounded(perByte(hostile(text, size)) / base);
    say(`hostile: ${name} ${ratios[name]}`);
  }
  return { worstToBenignRatio: Math.max(...Object.values(ratios)), ratios };
}

/** What loading the core and making the first session adds to a process, bundled as it ships. */
async function coldStart(): Promise<Figures> {
  const outfile = join(__dirname, 'peers', 'cold-start.js');
  const { metafile } = await build({
    stdin: {
      contents: `const begun = process.hrtime.bigint();
        const { compilePolicy } = require('../../../src/runtime/redaction');
        const transform = compilePolicy({ version: 1 }).session().text();
        transform.push(Buffer.from('jane@example.com')); transform.end();
        console.log(Number(process.hrtime.bigint() - begun) / 1e6);`,
      resolveDir: join(__dirname, 'peers'),
    },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    minify: true,
    metafile: true,
  });
  const ms = Array.from({ length: 9 }, () => Number(execFileSync(process.execPath, [outfile], { encoding: 'utf8' }))).sort((a, b) => a - b);
  return { addedMs: rounded(ms[4]), leastMs: rounded(ms[0]), bundleBytes: Object.values(metafile.outputs)[0].bytes };
}

function dataDirectory(): string | undefined {
  const at = process.argv.indexOf('--data');
  return at >= 0 ? process.argv[at + 1] : process.env.REDACTION_DATA;
}

export const bench: Bench = async (say) => {
  const policy = compilePolicy({ version: 1 });
  const figures: Record<string, Figures> = { core: core(policy, say), dictionary: terms(say), hostile: hostileInput(policy, say) };
  say('cold start');
  figures.coldStart = await coldStart();
  say('HTTPS');
  const https = await overHttps(2e8, 3, () => policy.session().text());
  if (https) {
    figures.https = {
      ratioPassThrough: rounded(https.redactMBps / https.passThroughMBps),
      passThroughMBps: rounded(https.passThroughMBps),
      redactMBps: rounded(https.redactMBps),
    };
  }
  const data = dataDirectory();
  if (data) figures.accuracy = accuracy(data);
  return figures;
};
