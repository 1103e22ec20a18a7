import { createReadStream, createWriteStream, mkdirSync, readFileSync, statSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { PartialFile } from './partial-file';
import { type Input, InputError, inputsOf, namesMany } from './redact-inputs';
import { Progress } from './redact-progress';
import { Exit, UsageError, type Subcommand, type Terminal } from './subcommand';
import { VERSION } from '../assurance/version';
import { compilePolicy } from '../runtime/redaction/compiled-policy';
import type { CompiledPolicy, Counts } from '../runtime/redaction/contract';
import { RedactionError } from '../runtime/redaction/errors';
import type { Format, RedactionPolicyDocument } from '../runtime/redaction/policy';
import { redactStream } from '../runtime/redaction/stream';

const USAGE = [
  'Usage: cdk-s3-strongbox redact FILE|DIRECTORY|PATTERN|- ... --policy policy.json [-o OUT] [...]',
  '',
  'Redacts files, or standard input, as the policy says. Memory does not grow with a file.',
  'A directory is read with all folders below it. In a PATTERN, * and ? stand within a name and ** for any folders.',
  '',
  '  --policy FILE             the redaction policy, JSON',
  '  -o, --output PATH         output file, written to PATH.partial-PID and renamed on success; for several files, a',
  '                            directory or a pattern, the directory of the outputs (default: standard output)',
  '  --dry-run                 write nothing but the number of findings by kind, as JSON, one line for each of several',
  '  --format FORMAT           text, json, ndjson, csv, tsv, xml or a log format, instead of the recognized one',
  "  --content-type TYPE       as the object's Content-Type; without it the extension and the content tell",
  "  --content-encoding CODING as the object's Content-Encoding: gzip, deflate, br, zstd; the output has the same,",
  '                            unless the policy says "contentEncoding": "identity"',
  '  --pseudonym-key FILE      holds the key of the pseudonyms, at least 16 random bytes',
  '  --quiet                   no progress',
  '  --version                 the version of this program',
  '',
  'Examples:',
  '',
  '  cdk-s3-strongbox redact orders.csv --policy policy.json -o redacted.csv',
  '  cdk-s3-strongbox redact logs --policy policy.json -o redacted --dry-run',
  '',
  'Exit codes: 0 redacted, 1 the content cannot be redacted under this policy, 2 bad arguments or unreadable input.',
  'When it fails on standard output, what was written is redacted but not all there is.',
].join('\n');

const READ_BYTES = 256 * 1024;

export const redact: Subcommand = {
  name: 'redact',
  summary: 'Redact files or standard input as a policy says',
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
  const { values, positionals } = parseArguments(args);
  if (values.version === true) {
    terminal.out(VERSION);
    return Exit.OK;
  }
  if (positionals.length === 0) {
    throw new UsageError('0 files were named, it must be at least one, or - for standard input');
  }
  if (values.policy === undefined) {
    throw new UsageError('"--policy" is missing, it must name the file of a redaction policy');
  }
  const many = positionals.length > 1 || namesMany(positionals[0]);
  if (many && values.output === undefined && values['dry-run'] !== true) {
    throw new UsageError(
      '"--output" is missing, it must name the directory of the outputs when several files are read',
    );
  }
  const run: Run = {
    policy: policyOf(values),
    options: values,
    terminal,
    input,
    output,
    pseudonymKey:
      values['pseudonym-key'] === undefined ? undefined : readFile('pseudonym-key', values['pseudonym-key']),
  };
  let code: number = Exit.OK;
  for (const one of inputsOf(positionals, many ? values.output : undefined)) {
    const target = values.output === undefined || !many ? values.output : join(values.output, one.place);
    code = Math.max(code, await redactOne(run, one, values['dry-run'] === true ? undefined : target, many));
  }
  return code;
}

interface Run {
  readonly policy: CompiledPolicy;
  readonly options: ReturnType<typeof parseArguments>['values'];
  readonly terminal: Terminal;
  readonly input: Readable;
  readonly output: Writable;
  readonly pseudonymKey: Buffer | undefined;
}

async function redactOne(run: Run, { path, stats }: Input, target: string | undefined, many: boolean): Promise<number> {
  const { policy, options, terminal, output, pseudonymKey } = run;
  const dryRun = options['dry-run'] === true;
  if (target !== undefined) prepare(path, target, many);
  const source = path === '-' ? run.input : createReadStream(path, { highWaterMark: READ_BYTES });
  const redaction = redactStream(
    policy,
    {
      name: path === '-' ? undefined : path,
      contentType: options['content-type'],
      contentEncoding: options['content-encoding'],
    },
    pseudonymKey === undefined ? {} : { pseudonymKey },
  );
  const progress = new Progress(terminal, stats?.size, options.quiet === true);
  const partial = target === undefined ? undefined : new PartialFile(target);
  const opened = () => (partial === undefined ? output : createWriteStream(partial.path, { flags: 'wx' }));
  const sink = dryRun ? nowhere() : opened();
  try {
    await pipeline([source, progress.meter(), redaction.stream, sink], { end: sink !== output });
    if (partial) await rename(partial.path, target!);
  } catch (error) {
    partial?.remove();
    progress.end();
    return failed(error as NodeJS.ErrnoException, path, terminal);
  } finally {
    partial?.forget();
    progress.end();
  }
  for (const field of redaction.unmatchedFields) terminal.err(`${path}: the field rule "${field}" matched nothing\n`);
  if (dryRun) report(terminal, redaction.counts, redaction.treatment, policy, many ? path : undefined);
  return Exit.OK;
}

/** @returns the exit code of what has its sentence */
function failed(error: NodeJS.ErrnoException, path: string, terminal: Terminal): number {
  if (error instanceof RedactionError) {
    terminal.err(`${path}: ${error.message}${placeOf(error)}\n`);
    return Exit.FAILED;
  }
  if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE') {
    terminal.err(`${path}: the output was closed before all of it was written\n`);
    return Exit.FAILED;
  }
  if (error.code === undefined) throw error;
  throw new InputError(`${path}: ${error.message}`);
}

/** @throws InputError for an output that is the input */
function prepare(path: string, target: string, many: boolean): void {
  const there = statSync(target, { throwIfNoEntry: false });
  const from = path === '-' ? undefined : statSync(path, { throwIfNoEntry: false });
  if (there && from && there.ino === from.ino && there.dev === from.dev) {
    throw new InputError(`"--output" is ${target}, the input itself, which is never overwritten; name another file`);
  }
  if (there?.isDirectory()) throw new InputError(`"--output" is ${target}, a directory; name a file`);
  if (many) mkdirSync(dirname(target), { recursive: true });
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
        format: { type: 'string' },
        'content-type': { type: 'string' },
        'content-encoding': { type: 'string' },
        'pseudonym-key': { type: 'string' },
        quiet: { type: 'boolean' },
        version: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function policyOf(values: Run['options']): CompiledPolicy {
  const document = readPolicy(values.policy!);
  return compilePolicy({
    // A file is kept as it is packed.
    contentEncoding: 'preserve',
    ...document,
    ...(values.format !== undefined && { format: values.format as Format }),
  });
}

function readPolicy(path: string): RedactionPolicyDocument {
  const text = readFile('policy', path).toString('utf8');
  try {
    return JSON.parse(text) as RedactionPolicyDocument;
  } catch (error) {
    throw new InputError(`"--policy" is ${path}, which is not JSON: ${(error as Error).message}`);
  }
}

function readFile(option: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new InputError(`"--${option}" is ${path}, which cannot be read; name a readable file`);
  }
}

function placeOf(error: RedactionError): string {
  const { offset } = error as { offset?: number };
  return offset === undefined ? '' : ` (at byte ${offset} of the decoded content)`;
}

function report(
  terminal: Terminal,
  counts: Counts,
  treatment: string | undefined,
  policy: CompiledPolicy,
  file: string | undefined,
): void {
  const sorted = Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
  const result = { ...(file !== undefined && { file }), format: treatment, policy: policy.hash, counts: sorted };
  terminal.out(JSON.stringify(result, undefined, file === undefined ? 2 : undefined));
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
