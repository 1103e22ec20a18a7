import { createReadStream, createWriteStream, readFileSync, type Stats, statSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { type Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { PartialFile } from './partial-file';
import { Exit, UsageError, type Subcommand, type Terminal } from './subcommand';
import { compilePolicy } from '../runtime/redaction/compiled-policy';
import type { CompiledPolicy, Counts } from '../runtime/redaction/contract';
import { RedactionError } from '../runtime/redaction/errors';
import type { RedactionPolicyDocument } from '../runtime/redaction/policy';
import { redactStream } from '../runtime/redaction/stream';

const USAGE = [
  'Usage: cdk-s3-strongbox redact FILE|- --policy policy.json [-o OUT] [...]',
  '',
  'Redacts a file, or standard input, as the policy says. Memory does not grow with the file.',
  '',
  '  --policy FILE             the redaction policy, JSON',
  '  -o, --output FILE         write here; the file appears only when all went well (default: standard output)',
  '                            until then it is FILE.partial-PID, which goes with an error or a ' +
    'signal; what a kill left behind goes with the next run',
  '  --dry-run                 write nothing but the number of findings by kind, as JSON',
  "  --content-type TYPE       as the object's Content-Type; without it the extension and the content tell",
  "  --content-encoding CODING as the object's Content-Encoding: gzip, deflate, br, zstd",
  '  --pseudonym-key FILE      holds the key of the pseudonyms, at least 16 random bytes',
  '  --quiet                   no progress',
  '',
  'Examples:',
  '',
  '  cdk-s3-strongbox redact customers.csv --policy policy.json -o redacted.csv',
  '  cdk-s3-strongbox redact customers.csv --policy policy.json --dry-run',
  '  zcat log.gz | cdk-s3-strongbox redact - --policy policy.json --content-type text/plain > log.txt',
  '',
  'Exit codes: 0 redacted, 1 the content cannot be redacted under this policy, 2 bad arguments or unreadable input.',
  'When it fails on standard output, what was written is redacted but not all there is.',
].join('\n');

/** Short runs need no progress. */
const FIRST_PROGRESS_MS = 1000;
const PROGRESS_MS = 250;
const BAR_CELLS = 24;
const READ_BYTES = 256 * 1024;

export const redact: Subcommand = {
  name: 'redact',
  summary: 'Redact a file or standard input as a policy says',
  usage: USAGE,
  run: (args, terminal) => redactWith(args, terminal, process.stdin, process.stdout),
};

/** `redact` with its standard input and output given. */
export async function redactWith(
  args: string[],
  terminal: Terminal,
  input: Readable,
  output: Writable,
): Promise<number> {
  const { values, file } = parse(args);
  const policy = compilePolicy(readPolicy(values.policy));
  const stats = file === '-' ? undefined : fileStats(file);
  const source = file === '-' ? input : createReadStream(file, { highWaterMark: READ_BYTES });
  const redaction = redactStream(
    policy,
    {
      name: file === '-' ? undefined : file,
      contentType: values['content-type'],
      contentEncoding: values['content-encoding'],
    },
    values['pseudonym-key'] === undefined ? {} : { pseudonymKey: readFile('pseudonym-key', values['pseudonym-key']) },
  );
  const progress = new Progress(terminal, stats?.size, values.quiet === true);
  const partial =
    values.output === undefined || values['dry-run'] === true ? undefined : new PartialFile(values.output);
  const sink =
    values['dry-run'] === true
      ? nowhere()
      : partial === undefined
        ? output
        : createWriteStream(partial.path, { flags: 'wx' });
  try {
    await pipeline([source, progress.meter(), redaction.stream, sink], { end: sink !== output });
    if (partial) await rename(partial.path, values.output!);
  } catch (error) {
    partial?.remove();
    if (!(error instanceof RedactionError)) throw error;
    progress.end();
    terminal.err(`${file}: ${error.message}${placeOf(error)}\n`);
    return Exit.FAILED;
  } finally {
    partial?.forget();
    progress.end();
  }
  report(values['dry-run'] === true, terminal, redaction.counts, redaction.treatment, policy);
  return Exit.OK;
}

function parse(args: string[]) {
  const parsed = parseArguments(args);
  const [file, ...others] = parsed.positionals;
  if (file === undefined || others.length > 0) {
    throw new UsageError(`${parsed.positionals.length} files were named, it must be one, or - for standard input`);
  }
  if (parsed.values.policy === undefined) {
    throw new UsageError('"--policy" is missing, it must name the file of a redaction policy');
  }
  return { values: { ...parsed.values, policy: parsed.values.policy }, file };
}

function parseArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        policy: { type: 'string' },
        output: { type: 'string', short: 'o' },
        'dry-run': { type: 'boolean' },
        'content-type': { type: 'string' },
        'content-encoding': { type: 'string' },
        'pseudonym-key': { type: 'string' },
        quiet: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readPolicy(path: string): RedactionPolicyDocument {
  try {
    return JSON.parse(readFile('policy', path).toString('utf8')) as RedactionPolicyDocument;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`"--policy" is ${path}, which is no JSON: ${(error as Error).message}`);
  }
}

function readFile(option: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new UsageError(`"--${option}" is ${path}, which cannot be read; name a readable file`);
  }
}

function fileStats(path: string): Stats {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile()) throw new UsageError(`${path} is no file`);
  return stats;
}

function placeOf(error: RedactionError): string {
  const { offset } = error as { offset?: number };
  return offset === undefined ? '' : ` (at byte ${offset} of the decoded content)`;
}

function report(
  dryRun: boolean,
  terminal: Terminal,
  counts: Counts,
  treatment: string | undefined,
  policy: CompiledPolicy,
): void {
  const sorted = Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
  if (dryRun) terminal.out(JSON.stringify({ format: treatment, policy: policy.hash, counts: sorted }, undefined, 2));
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

/** A line about how far it is, on a screen only. */
class Progress {
  private readonly begun = Date.now();
  private next = this.begun + FIRST_PROGRESS_MS;
  private bytes = 0;
  private shown = false;

  constructor(
    private readonly terminal: Terminal,
    private readonly total: number | undefined,
    private readonly quiet: boolean,
  ) {}

  public meter(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.bytes += chunk.length;
        this.show();
        done(undefined, chunk);
      },
    });
  }

  public end(): void {
    if (this.shown) this.terminal.err('\r\u001b[K');
    this.shown = false;
  }

  private show(): void {
    const now = Date.now();
    if (this.quiet || !this.terminal.isScreen || now < this.next) return;
    this.next = now + PROGRESS_MS;
    this.shown = true;
    const rate = this.bytes / (now - this.begun) / 1000;
    const done = `${(this.bytes / 1e6).toFixed(0)} MB, ${rate.toFixed(0)} MB/s`;
    if (this.total === undefined || this.total === 0) {
      this.terminal.err(`\r\u001b[K${done}`);
      return;
    }
    const share = Math.min(1, this.bytes / this.total);
    const cells = Math.round(share * BAR_CELLS);
    const left = Math.round((this.total - this.bytes) / 1e6 / rate);
    this.terminal.err(
      `\r\u001b[K[${'#'.repeat(cells)}${'.'.repeat(BAR_CELLS - cells)}] ${Math.floor(share * 100)} % of ` +
        `${(this.total / 1e6).toFixed(0)} MB, ${rate.toFixed(0)} MB/s, ${left} s left`,
    );
  }
}
