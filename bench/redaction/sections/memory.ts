/** Peak resident memory of the process between GET and POST, for an object of 64 MiB and one of 2 GiB. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Figures } from '../../figures';
import { withEndpoint } from '../loopback';
import { bundle, type Measure } from '../section';
import { median, rounded } from '../timing';

const SMALL = 64 * 2 ** 20;
const LARGE = 2 * 2 ** 30;
const SMALL_RUNS = 3;

const RELAY = `
  import { readFileSync } from 'node:fs';
  import { compilePolicy } from '../../src/runtime/redaction';
  import { relayed } from './loopback';
  import { throughStream } from './relay';
  const [port, ca, bytes] = process.argv.slice(2);
  relayed({ port: Number(port), ca: readFileSync(ca, 'utf8') }, Number(bytes), throughStream(compilePolicy({ version: 1 })))
    .then((arrived) => { console.log(JSON.stringify({ arrived, peak: process.resourceUsage().maxRSS })); process.exit(); });`;

export const measure: Measure = async ({ folder }, say): Promise<Figures> => {
  const file = join(__dirname, 'relay.js');
  await bundle({ contents: RELAY, resolveDir: folder }, file);
  const peaks = await withEndpoint(folder, async ({ port, ca }) => {
    const certificate = join(__dirname, 'ca.pem');
    writeFileSync(certificate, ca);
    // What a function of 128 MB gives Node's heap.
    const peak = async (bytes: number) => {
      const { stdout } = await promisify(execFile)(process.execPath, [
        '--max-old-space-size=96',
        file,
        String(port),
        certificate,
        String(bytes),
      ]);
      const { arrived, peak: kib } = JSON.parse(stdout) as { arrived: number; peak: number };
      if (arrived < bytes / 2) throw new Error(`${bytes} bytes were sent, ${arrived} arrived`);
      return kib / 1024;
    };
    const small: number[] = [];
    for (let i = 0; i < SMALL_RUNS; i += 1) small.push(await peak(SMALL));
    return { small: median(small), large: await peak(LARGE) };
  });
  if (peaks === undefined) return { skipped: 'there is no openssl to make a certificate with' };
  say(`64 MiB ${Math.round(peaks.small)} MiB, 2 GiB ${Math.round(peaks.large)} MiB`);
  return {
    ratioLargeToSmall: rounded(peaks.large / peaks.small),
    small64MiBPeakMiB: rounded(peaks.small),
    large2GiBPeakMiB: rounded(peaks.large),
  };
};
