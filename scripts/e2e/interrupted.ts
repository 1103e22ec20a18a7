import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, request, type Server } from 'node:http';
import { join } from 'node:path';
import type { User } from './radosgw';

const ROOT = join(__dirname, '..', '..');
/** One process that runs TypeScript: the program tsx would start a second one, which outlives it. */
const NODE = ['--require', require.resolve('tsx/cjs'), '-e', 'require("./src/command/main").main(process.argv.slice(1))'];

/** What a run of the command changed, and how it ended. */
export interface HoldRun {
  readonly code: number | null;
  readonly output: string;
  /** Versions that were held or released, each as often as it was asked for. */
  readonly changed: readonly string[];
}

/**
 * Runs `cdk-s3-strongbox hold` as an operator does, in a process of its own, with a proxy before the server that counts what the process changes and,
 * where told to, kills it in the middle of its work.
 */
export async function runHold(endpoint: string, user: User, args: readonly string[], killAfter = Infinity): Promise<HoldRun> {
  const changed: string[] = [];
  let child: ChildProcess | undefined;
  let open = 0;
  const proxy: Server = createServer((incoming, outgoing) => {
    const changes = incoming.method === 'PUT' && /[?&]legal-hold/.test(incoming.url!);
    open += 1;
    const onward = request(`${endpoint}${incoming.url}`, { method: incoming.method, headers: incoming.headers }, (answer) => {
      if (changes && answer.statusCode === 200) changed.push(incoming.url!);
      if (changed.length >= killAfter) child!.kill('SIGKILL');
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
      answer.on('end', () => { open -= 1; });
    });
    onward.on('error', () => { open -= 1; outgoing.destroy(); });
    // Nobody is left to send the rest of a request.
    incoming.on('aborted', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as { port: number };

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
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => { output += String(chunk); });
    child.on('close', resolve);
  });
  // What the process had sent before it was killed is still done by the server.
  while (open > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  return { code, output, changed };
}
