import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { run } from './byte-transforms';
import { Generator } from '../../bench/redaction/corpus';
import { compilePolicy, RedactionError } from '../../src/runtime/redaction';
import type { CompiledPolicy, Format, RedactionPolicyDocument } from '../../src/runtime/redaction';
import { ObjectTransform } from '../../src/runtime/redaction/pipeline';
import { redactStream } from '../../src/runtime/redaction/stream';

const POLICIES: ReadonlyArray<Partial<RedactionPolicyDocument>> = [
  {},
  { defaultAction: { type: 'mask' }, regions: ['DE', 'GB'] },
  { kinds: { card: { type: 'partial' }, email: { type: 'pseudonym' } } },
  {
    dictionaries: [{ kind: 'name', terms: ['Ann Example', 'zoë'] }],
    patterns: [{ kind: 'ticket', pattern: 'TKT-\\d{4,6}', ignoreCase: true }],
  },
  {
    fields: [
      { path: '$..note', action: { type: 'drop' } },
      { path: 'note', action: { type: 'drop' } },
      { path: '//note', action: { type: 'drop' } },
      { path: '$..id', kind: 'id' },
      { path: 'id', kind: 'id' },
      { path: '//@id', kind: 'id' },
    ],
  },
];
const KEY = Buffer.from('a key of the fuzzer, never used elsewhere');
const PLANTED = /planted\d+@example/;

const NAMES = ['id', 'note', 'mail', 'phone', 'password', 'api_key', 'dateOfBirth', 'x', 'Ünï', 'a.b'];
const PIECES = [
  'ann',
  '@',
  'example.com',
  ' ',
  '  ',
  '4111 1111 1111 1111',
  '4111',
  '-',
  '+49 30 901820',
  '030 901820',
  'SSN 219-09-9999',
  '192.0.2.7',
  '2001:db8::1',
  ':',
  '=',
  'password=',
  'AKIAIOSFODNN7EXAMPLE',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln',
  'DE89370400440532013000',
  '%40',
  '%2540',
  '%',
  'born 1980-02-29',
  'https://u:p@h.org/',
  '-----BEGIN RSA PRIVATE KEY-----',
  '-----END RSA PRIVATE KEY-----',
  'TKT-12345',
  'Ann Example',
  'zoë',
  '日本',
  '😀',
  ',',
  ';',
  '\t',
  "'",
  '(',
  ')',
  '[EMAIL]',
  'x'.repeat(300),
  '7',
  '${X}',
];

/** One object: its bytes, and the addresses in it that no outcome may show. */
interface Case {
  readonly format: Format;
  readonly bytes: Buffer;
  readonly planted: boolean;
}

/** What became of a number of random objects; throws on the first that is not as it must be, with what repeats it. */
export class Fuzzer {
  public objects = 0;
  public failed = 0;
  private readonly policies = POLICIES.map((policy) => {
    const compiled = FORMATS.map((format) => [format, compilePolicy({ version: 1, ...policy, format })] as const);
    return new Map<Format, CompiledPolicy>(compiled);
  });

  /** Tries objects until the deadline, in milliseconds from now; every seed is one object. */
  public async runFor(milliseconds: number, firstSeed: number): Promise<void> {
    const end = Date.now() + milliseconds;
    for (let seed = firstSeed; Date.now() < end; seed++) {
      try {
        await this.one(seed);
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).stack ?? String(error)}`);
      }
    }
  }

  public async one(seed: number): Promise<void> {
    const g = new Generator(seed);
    const { format, bytes, planted } = this.object(g);
    const policy = g.pick(this.policies).get(format)!;
    this.objects++;

    const results = (['wasm', 'typescript'] as const).map((engine) => {
      const sizes = Array.from({ length: g.int(1, 4) }, () => g.pick([1, g.int(1, 9), g.int(1, 300), 4096, 65536]));
      try {
        return run(
          new ObjectTransform(policy, policy.session({ engine, pseudonymKey: KEY }), {}),
          bytes,
          bytes.length > 20_000 ? sizes.map((size) => size + 500) : sizes,
        ).toString('latin1');
      } catch (error) {
        if (!(error instanceof RedactionError)) throw error;
        if (/planted/.test(`${error.message}${error.stack}`)) throw new Error('an error tells content');
        return `${error.constructor.name}`;
      }
    });
    if (results[0] !== results[1]) {
      throw new Error(
        `engines or cuts differ for ${format}: ` +
          `${JSON.stringify([bytes.toString('latin1').slice(0, 4000), ...results.map((result) => result.slice(0, 2000))])}`,
      );
    }
    if (planted && PLANTED.test(results[0])) {
      throw new Error(`an address is left in ${format}: ${JSON.stringify(results[0].slice(0, 4000))}`);
    }
    if (results[0].endsWith('Error')) this.failed++;
    if (g.int(0, 7) === 0) await this.coded(g, policy, bytes, planted);
  }

  /** The same through a content coding that may be cut off or damaged, into a sink that may go away. */
  private async coded(g: Generator, policy: CompiledPolicy, bytes: Buffer, planted: boolean): Promise<void> {
    const coding = g.pick(['gzip', 'deflate', 'br'] as const);
    const whole = { gzip: zlib.gzipSync, deflate: zlib.deflateSync, br: zlib.brotliCompressSync }[coding](bytes);
    const sent = Buffer.from(g.int(0, 2) === 0 ? whole.subarray(0, g.int(0, whole.length)) : whole);
    const isDamaged = g.int(0, 1) === 0 && sent.length > 0;
    if (isDamaged) sent[g.int(0, sent.length - 1)] += g.int(1, 255);
    const size = g.int(1, 700);
    const chunks = Array.from({ length: Math.ceil(sent.length / size) }, (_, i) =>
      Buffer.from(sent.subarray(i * size, (i + 1) * size)),
    );
    const stop = g.int(0, 9) === 0 ? g.int(0, 3) : Infinity;

    const { stream } = redactStream(policy, { contentEncoding: coding }, { pseudonymKey: KEY });
    const out: Buffer[] = [];
    let foreign: Error | undefined;
    let ended = false;
    await new Promise<void>((resolve) => {
      stream.on('data', (chunk: Buffer) => {
        out.push(Buffer.from(chunk));
        if (out.length > stop) stream.destroy();
      });
      stream.on('end', () => {
        ended = true;
      });
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (!(error instanceof RedactionError) && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') foreign = error;
      });
      stream.on('close', resolve);
      Readable.from(chunks).pipe(stream);
    });
    if (foreign) throw new Error(`an error with ${coding} is none of the core: ${foreign.stack}`);
    if (ended && sent.length < whole.length && sent.length > 0) {
      throw new Error(`${coding} that is cut off came to a normal end`);
    }
    // What a damaged coding decodes to may be anything; what it decodes to before a cut is the object's.
    if (planted && !isDamaged && PLANTED.test(Buffer.concat(out).toString('latin1'))) {
      throw new Error(`an address is left, with ${coding}`);
    }
  }

  private object(g: Generator): Case {
    const format = g.pick(FORMATS);
    const rows = Array.from({ length: g.int(1, 6) }, () =>
      NAMES.filter(() => g.int(0, 2) > 0).map((name) => [name, this.value(g)] as const),
    );
    const bytes = Buffer.from(
      WRITERS[format](
        g,
        rows.map((row) => (row.length > 0 ? row : [['x', 'y'] as const])),
      ),
    );
    if (g.int(0, 2) > 0) return { format, bytes, planted: true };
    return { format, bytes: mutated(g, bytes), planted: false };
  }

  private value(g: Generator): string {
    const pieces = Array.from({ length: g.int(0, 5) }, () => g.pick(PIECES));
    // Apart from its neighbours: what it touches might make another thing of it.
    if (g.int(0, 3) === 0) pieces.splice(g.int(0, pieces.length), 0, ` planted${g.int(0, 99)}@example.com `);
    return g.int(0, 60) === 0 ? pieces.join('').repeat(g.int(20, 900)) : pieces.join('');
  }
}

type Row = ReadonlyArray<readonly [name: string, value: string]>;

const FORMATS: readonly Format[] = ['text', 'json', 'ndjson', 'csv', 'tsv', 'xml', 'log-keyvalue'];

const WRITERS: Record<string, (g: Generator, rows: readonly Row[]) => string> = {
  text: (_g, rows) => rows.map((row) => row.map(([name, value]) => `${name}: ${value}`).join(' ')).join('\n'),
  json: (g, rows) => `[${rows.map((row) => jsonOf(g, row)).join(',')}]`,
  ndjson: (g, rows) => rows.map((row) => jsonOf(g, row)).join('\n'),
  csv: (g, rows) => table(g, rows, ','),
  tsv: (g, rows) => table(g, rows, '\t'),
  xml: (g, rows) =>
    `<all>${rows
      .map(
        (row) =>
          '<r ' +
          `id="${entities(g, row[0][1])}">${row.map(([name, value]) => `<${xmlName(name)}>${entities(g, value)}</${xmlName(name)}>`).join('')}</r>`,
      )
      .join('\n')}</all>`,
  'log-keyvalue': (_g, rows) =>
    rows
      .map((row) => row.map(([name, value]) => `${xmlName(name)}="${value.replace(/[\\"]/g, '\\$&')}"`).join(' '))
      .join('\n'),
};

function jsonOf(g: Generator, row: Row): string {
  const escaped = (value: string) => {
    const text = JSON.stringify(value);
    return g.int(0, 3) === 0 ? text.replace(/@/g, '\\u0040') : text;
  };
  return `{${row.map(([name, value]) => `${JSON.stringify(name)}:${/^\d{1,15}$/.test(value) && !value.startsWith('0') ? value : escaped(value)}`).join(', ')}}`;
}

function table(g: Generator, rows: readonly Row[], delimiter: string): string {
  const cell = (value: string) =>
    /["\n\r,;\t]/.test(value) || g.int(0, 3) === 0 ? `"${value.replaceAll('"', '""')}"` : value;
  const records = rows.map((row) =>
    NAMES.map((name) => cell(row.find(([of]) => of === name)?.[1] ?? '')).join(delimiter),
  );
  return [NAMES.join(delimiter), ...records].join('\n');
}

function entities(g: Generator, value: string): string {
  const text = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return g.int(0, 3) === 0 ? text.replaceAll('@', '&#64;') : text;
}

function xmlName(name: string): string {
  return name.replace(/[^A-Za-z_]/g, '_');
}

function mutated(g: Generator, bytes: Buffer): Buffer {
  let out = bytes;
  for (let i = g.int(1, 6); i > 0; i--) {
    const at = g.int(0, out.length);
    const to = Math.min(out.length, at + g.int(0, 12));
    const middle = g.pick([
      Buffer.alloc(0),
      Buffer.from([g.int(0, 255)]),
      Buffer.from(out.subarray(at, to)),
      Buffer.concat([out.subarray(at, to), out.subarray(at, to)]),
      Buffer.from(g.pick(PIECES)),
      Buffer.from(g.pick(['"', '\\', '<', '>', '&', '\n', '\0', '{', '}', ']', '\ufeff'])),
    ]);
    out = Buffer.concat([out.subarray(0, at), middle, out.subarray(to)]);
  }
  return out;
}
