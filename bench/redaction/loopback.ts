/** GET -> transform -> POST over loopback HTTPS: source and sink are one process, the relay is another. */
import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, createServer, get, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { corpus } from './corpus';
import { bundle } from './section';
import { flow } from '../flow';

/** What lies between the GET and the POST. */
export type Relay = (source: Readable, sink: Writable, failed: (error: Error) => void) => void;

/** Bytes written at once, as a server reads a file. */
const WRITE_BYTES = 64 * 1024;

export interface Endpoint {
  readonly port: number;
  readonly ca: string;
}

/**
 * The main function of the other process: serves as many bytes of the corpus as the path says, and swallows what is
 * posted.
 */
export function serve({ key, cert }: { readonly key: string; readonly cert: string }): void {
  const block = corpus(8e6, 258).bytes;
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (req, res) => {
    if (req.method === 'POST') {
      let bytes = 0;
      req.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      req.on('end', () => res.end(String(bytes)));
      return;
    }
    flow(res, block, Number(req.url!.slice(1)), WRITE_BYTES);
  });
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
}

/**
 * Starts the other process, and ends it with `work`.
 * @returns undefined where there is no openssl to make a certificate with
 */
export async function withEndpoint<T>(
  folder: string,
  work: (endpoint: Endpoint) => Promise<T>,
): Promise<T | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'redaction-bench-'));
  let child: ChildProcess | undefined;
  try {
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(directory, name));
    try {
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:P-256',
          '-nodes',
          '-subj',
          '/CN=127.0.0.1',
          '-days',
          '2',
          '-keyout',
          key,
          '-out',
          cert,
        ],
        { stdio: 'ignore' },
      );
    } catch {
      return undefined;
    }
    const file = join(__dirname, 'loopback-server.js');
    await bundle(
      { contents: 'import { serve } from "./loopback"; serve(JSON.parse(process.argv[2]));', resolveDir: folder },
      file,
    );
    child = fork(file, [JSON.stringify({ key, cert })], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const port = await new Promise<number>((resolve, reject) =>
      child!.once('message', (message) => resolve(message as number)).once('exit', reject),
    );
    return await work({ port, ca: readFileSync(cert, 'utf8') });
  } finally {
    child?.kill();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Relays so many bytes once. @returns the bytes that arrived */
export function relayed({ port, ca }: Endpoint, bytes: number, relay: Relay): Promise<number> {
  const agent = new Agent({ keepAlive: true, ca, checkServerIdentity: () => undefined });
  return new Promise<number>((resolve, reject) => {
    get({ agent, port, host: '127.0.0.1', path: `/${bytes}` }, (source) => {
      const sink = request({ agent, port, host: '127.0.0.1', method: 'POST' }, (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        answer.on('end', () => resolve(Number(text)));
      });
      sink.on('error', reject);
      source.on('error', reject);
      relay(source, sink, reject);
    }).on('error', reject);
  }).finally(() => agent.destroy());
}

export const passThrough: Relay = (source, sink) => {
  source.on('data', (chunk: Buffer) => {
    if (sink.write(chunk)) return;
    source.pause();
    sink.once('drain', () => source.resume());
  });
  source.on('end', () => sink.end());
};
