/** The operator's command for legal holds, as the legal officer, over versions that the archivist put there. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import * as sdk from '@aws-sdk/client-s3';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { COMPLIANCE, GOVERNANCE } from './archives';
import type { User } from './radosgw';
import { checkOf, type Row } from './row';
import type { World } from './world';
import { holdWith } from '../../src/command/hold';
import { holdClient } from '../../src/command/hold-client';
import { ROOT } from '../delivery/pack';

/** One process that runs TypeScript: the program tsx would start a second one, which outlives it. */
const NODE = [
  '--require',
  require.resolve('tsx/cjs'),
  '-e',
  'require("./src/command/main").main(process.argv.slice(1))',
];

export async function holdRows({ clients }: World): Promise<Row[]> {
  const prefix = 'case-7/';
  await file(clients.ingest, GOVERNANCE, prefix, 25);
  const hold = holdWith(() => holdClient(sdk, clients.legal, GOVERNANCE));
  const check = checkOf('legal-hold-tool', GOVERNANCE);
  const rows: Row[] = [];
  for (const [action, wanted] of [
    ['place', '25 of 25 versions would change.'],
    ['place --execute', '25 of 25 versions changed'],
    ['place --execute', '0 of 25 versions changed'],
    ['list', 'case-7/24'],
    ['lift --execute', '25 of 25 versions changed'],
  ]) {
    const out: string[] = [];
    const silent = {
      out: (text: string) => void out.push(text),
      err: (text: string) => void out.push(text),
      isScreen: false,
    };
    const code = await hold.run([...action.split(' '), '--bucket', GOVERNANCE, '--prefix', prefix], silent);
    rows.push(check(`${action}: ${wanted}`, code === 0 && out.join('\n').includes(wanted), out.join(' ')));
  }
  return rows;
}

/** Killed in the middle and run again: every version is held in the end, and none was held twice. */
export async function interruptedHoldRows({ server, users, clients }: World): Promise<Row[]> {
  const [count, killAfter, prefix] = [200, 60, 'case-8/'];
  await file(clients.ingest, COMPLIANCE, prefix, count);
  const run = (action: string, more: string[], end?: number) =>
    runHold(server.endpoint, users.legal, [action, '--bucket', COMPLIANCE, '--prefix', prefix, ...more], end);
  const first = await run('place', ['--execute'], killAfter);
  const second = await run('place', ['--execute']);
  const list = await run('list', []);
  const all = [...first.changed, ...second.changed];
  const check = checkOf('legal-hold-tool', COMPLIANCE);
  return [
    check(
      'the first run was killed midway',
      first.code === null && first.changed.length >= killAfter && first.changed.length < count,
      `${first.changed.length}: ${first.output}`,
    ),
    check(
      'the second run did the rest',
      second.code === 0 && second.output.includes(`${count - first.changed.length} of ${count} versions changed`),
      second.output,
    ),
    check(
      'each version was held once',
      all.length === count && new Set(all).size === count,
      `${all.length} changes of ${new Set(all).size} versions`,
    ),
    check(
      'all are held',
      list.output.split('\n').filter((line) => line.startsWith(prefix)).length === count,
      list.output,
    ),
  ];
}

async function file(client: S3Client, Bucket: string, prefix: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await client.send(new PutObjectCommand({ Bucket, Key: `${prefix}${i}`, Body: 'evidence' }));
  }
}

/** What a run of the command changed, and how it ended. */
interface HoldRun {
  readonly code: number | null;
  readonly output: string;
  /** Versions that were held or released, each as often as it was asked for. */
  readonly changed: readonly string[];
}

/**
 * Runs `cdk-s3-strongbox hold` as an operator does, in a process of its own, with a proxy before the server that counts
 * what the process changes and, where told to, kills it in the middle of its work.
 */
async function runHold(endpoint: string, user: User, args: readonly string[], killAfter = Infinity): Promise<HoldRun> {
  const changed: string[] = [];
  let child: ChildProcess | undefined;
  const relay = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = await whole(incoming);
    // Whatever was sent whole is done by the server, and counts, whether or not anybody is left to be told.
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(`${endpoint}${incoming.url}`, { method: incoming.method, headers: incoming.headers }, resolve)
        .on('error', reject)
        .end(body);
    });
    const content = await whole(answer);
    if (incoming.method === 'PUT' && /[?&]legal-hold/.test(incoming.url!) && answer.statusCode === 200) {
      changed.push(incoming.url!);
    }
    if (changed.length >= killAfter) child!.kill('SIGKILL');
    outgoing.writeHead(answer.statusCode!, answer.headers).end(content);
  };
  const running = new Set<Promise<void>>();
  const proxy = createServer((incoming, outgoing) => {
    const work = relay(incoming, outgoing)
      .catch(() => void outgoing.destroy())
      .then(() => void running.delete(work));
    running.add(work);
  });
  const port = await new Promise<number>((resolve) =>
    proxy.listen(0, '127.0.0.1', () => resolve((proxy.address() as { port: number }).port)),
  );

  let output = '';
  const code = await new Promise<number | null>((resolve) => {
    child = spawn(process.execPath, [...NODE, 'hold', ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: user.accessKey,
        AWS_SECRET_ACCESS_KEY: user.secretKey,
        AWS_REQUEST_CHECKSUM_CALCULATION: 'WHEN_REQUIRED',
        AWS_RESPONSE_CHECKSUM_VALIDATION: 'WHEN_REQUIRED',
      },
    });
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on('data', (chunk) => {
        output += String(chunk);
      });
    }
    child.on('close', resolve);
  });
  await Promise.all(running);
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  return { code, output, changed };
}

/** @throws if it breaks off */
async function whole(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
