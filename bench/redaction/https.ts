/** GET -> transform -> POST over loopback HTTPS: the source and the sink are another process, the transform has this one to itself. */
import { execFileSync, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, createServer, get, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { corpus } from './corpus';

export type Transform = { push(chunk: Uint8Array): Uint8Array[]; end(): Uint8Array[]; release?(chunk: Uint8Array): void };

/** Run as a child: serves the corpus again and again, swallows what is posted. */
function serve(key: string, cert: string, bytes: number): void {
  const block = corpus(8e6, 258).bytes;
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (req, res) => {
    if (req.method === 'POST') {
      req.resume();
      req.on('end', () => res.end());
      return;
    }
    let left = bytes;
    const write = () => {
      while (left > 0) {
        const part = block.subarray(0, Math.min(left, block.length));
        left -= part.length;
        if (!res.write(part)) {
          res.once('drain', write);
          return;
        }
      }
      res.end();
    };
    write();
  });
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
}

export interface Speeds {
  readonly passThroughMBps: number;
  readonly redactMBps: number;
}

/** The best of the rounds of each, in turn; undefined where there is no openssl to make a certificate with. */
export async function overHttps(bytes: number, rounds: number, transform: () => Transform): Promise<Speeds | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'redaction-bench-'));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(directory, name));
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=127.0.0.1', '-days', '1', '-keyout', key, '-out', cert],
      { stdio: 'ignore' });
  } catch {
    rmSync(directory, { recursive: true, force: true });
    return undefined;
  }
  const child = fork(__filename, [key, cert, String(bytes)], { execArgv: process.execArgv });
  const port = await new Promise<number>((resolve, reject) => child.once('message', (message) => resolve(message as number)).once('exit', reject));
  const agent = new Agent({ keepAlive: true, ca: readFileSync(cert), checkServerIdentity: () => undefined });
  const pass = (): Transform => ({ push: (chunk) => [chunk], end: () => [] });
  const best = { pass: 0, redact: 0 };
  for (let round = 0; round < rounds; round += 1) {
    best.pass = Math.max(best.pass, await once(agent, port, bytes, pass()));
    best.redact = Math.max(best.redact, await once(agent, port, bytes, transform()));
  }
  agent.destroy();
  child.kill();
  rmSync(directory, { recursive: true, force: true });
  return { passThroughMBps: best.pass, redactMBps: best.redact };
}

function once(agent: Agent, port: number, bytes: number, transform: Transform): Promise<number> {
  return new Promise((resolve, reject) => {
    const begun = process.hrtime.bigint();
    get({ agent, port, host: '127.0.0.1' }, (source) => {
      const sink = request({ agent, port, host: '127.0.0.1', method: 'POST' }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(bytes / Number(process.hrtime.bigint() - begun) * 1e3));
      });
      sink.on('error', reject);
      source.on('error', reject);
      source.on('data', (chunk: Buffer) => {
        let more = true;
        for (const out of transform.push(chunk)) more = sink.write(out, () => transform.release?.(out));
        if (!more) {
          source.pause();
          sink.once('drain', () => source.resume());
        }
      });
      source.on('end', () => {
        for (const out of transform.end()) sink.write(out);
        sink.end();
      });
    }).on('error', reject);
  });
}

if (process.send && process.argv[1] === __filename) serve(process.argv[2], process.argv[3], Number(process.argv[4]));
