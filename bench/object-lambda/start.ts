import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { eventOf, LAMBDA_ENV } from './world';
import type { Figures } from '../figures';

const ROOT = join(__dirname, '..', '..');
const STARTS = 9;

/** The way of the public sample, as its users bundle it. */
const SAMPLE = `
  import { S3Client, WriteGetObjectResponseCommand } from '@aws-sdk/client-s3';
  const client = new S3Client({ disableHostPrefix: true });
  export const handler = async ({ getObjectContext: { inputS3Url, outputRoute, outputToken } }) => {
    const whole = Buffer.from(await (await fetch(inputS3Url)).arrayBuffer());
    await client.send(new WriteGetObjectResponseCommand({ RequestRoute: outputRoute, RequestToken: outputToken, Body: whole.toString().toUpperCase() }));
  };`;

/**
 * What a new process needs to load a handler, and from its very start to the end of the first request for a small
 * object: medians.
 */
export function start(assets: string, endpoint: string, say: (progress: string) => void): Figures {
  const directory = mkdtempSync(join(tmpdir(), 'object-lambda-bench-'));
  try {
    const bare = join(directory, 'bare.js');
    writeFileSync(bare, 'exports.handler = async () => ({ statusCode: 200 });');
    const sample = join(directory, 'sample.js');
    buildSync({
      stdin: { contents: SAMPLE, resolveDir: ROOT },
      outfile: sample,
      bundle: true,
      platform: 'node',
      target: 'node20',
      minify: true,
      logLevel: 'error',
    });
    const ours = (name: string) => join(assets, name, 'index.js');
    const load: Record<string, number> = {};
    for (const [name, file] of Object.entries({
      bare,
      sample,
      'object-lambda': ours('object-lambda'),
      'view-endpoint': ours('view-endpoint'),
      'view-copy': ours('view-copy'),
    })) {
      say(`load ${name}`);
      load[`${name}Ms`] = median(() => Number(inNewProcess(LOAD, file, endpoint)));
    }
    const firstAnswer: Record<string, number> = {};
    for (const [name, file] of Object.entries({ bare, sample, 'object-lambda': ours('object-lambda') })) {
      say(`first answer of ${name}`);
      firstAnswer[`${name}Ms`] = median(() => {
        const begun = process.hrtime.bigint();
        inNewProcess(ANSWER, file, endpoint);
        return Number(process.hrtime.bigint() - begun) / 1e6;
      });
    }
    return { load, firstAnswer };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const LOAD =
  'const t = process.hrtime.bigint(); require(file); console.log(Number(process.hrtime.bigint() - t) / 1e6);';
const ANSWER = `require(file).handler(event, { awsRequestId: 'bench', getRemainingTimeInMillis: () => 60_000 })
  .then(() => process.exit(), (error) => { console.error(error); process.exit(1); });`;

function inNewProcess(code: string, file: string, endpoint: string): string {
  const values =
    `const file = ${JSON.stringify(file)}; const event = ${JSON.stringify(eventOf(endpoint))}; ` +
    'globalThis.awslambda = { streamifyResponse: (f) => f };';
  const policy = { version: 1, views: { v: { transforms: [{ type: 'redact', policy: { version: 1 } }] } } };
  const endpoints = {
    AWS_ENDPOINT_URL_S3_OBJECT_LAMBDA: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL: endpoint,
  };
  const env = { ...process.env, ...LAMBDA_ENV, ...endpoints, STRONGBOX_VIEWS: JSON.stringify(policy) };
  return execFileSync(process.execPath, ['-e', values + code], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function median(measure: () => number): number {
  measure();
  return Array.from({ length: STARTS }, measure).sort((a, b) => a - b)[STARTS >> 1];
}
