import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import type { LookupSpec } from '../../object-views/transform-spec';
import { TransformError } from '../errors';

export type Attributes = Readonly<Record<string, unknown>>;

/** Finds records by their key. */
export interface Lookup {
  /** What is found, by key; keys that are not there are left out. At most `batch` keys at once. */
  find(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Attributes>>;
  /**
   * Known before the object is served: a table has none, because it may change at any time, and so the ETag of what it
   * enriches would lie.
   */
  version?(signal: AbortSignal): Promise<string>;
}

/** A signed POST to a service that speaks JSON. */
export type JsonCall = (
  target: string,
  input: object,
  signal: AbortSignal,
) => Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;

const KEYS_PER_CALL = 100;
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 50;

type DynamoDbSpec = Extract<LookupSpec, { type: 'dynamodb' }>;

/** DynamoDB, a hundred keys a call. */
export class DynamoDbLookup implements Lookup {
  constructor(
    private readonly spec: DynamoDbSpec,
    private readonly table: string,
    private readonly call: JsonCall,
  ) {}

  public async find(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Attributes>> {
    const { partitionKey, keyType } = this.spec;
    // One that no item can have is not found; asked for, it would fail all the others. Numbers may be written in
    // several ways.
    const identity = keyType === 'number' ? numberOf : textOf;
    const written = new Map<string, string[]>();
    for (const key of keys) {
      const id = identity(key);
      if (id !== undefined) written.set(id, [...(written.get(id) ?? []), key]);
    }
    const distinct = [...written.values()].map(([key]) => key);
    const found = new Map<string, Attributes>();
    for (let at = 0; at < distinct.length; at += KEYS_PER_CALL) {
      for (const item of await this.batch(distinct.slice(at, at + KEYS_PER_CALL), signal)) {
        const attributes = Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]));
        const { S, N } = item[partitionKey] as { readonly S?: string; readonly N?: string };
        for (const key of written.get(identity(S ?? N ?? '') ?? '') ?? []) found.set(key, attributes);
      }
    }
    return found;
  }

  private async batch(keys: readonly string[], signal: AbortSignal): Promise<Item[]> {
    const { partitionKey, keyType } = this.spec;
    const items: Item[] = [];
    let asked: Item[] = keys.map((key) => ({ [partitionKey]: keyType === 'number' ? { N: key } : { S: key } }));
    for (let attempt = 1; asked.length > 0; attempt += 1) {
      const { status, body } = await this.call(
        'DynamoDB_20120810.BatchGetItem',
        { RequestItems: { [this.table]: { Keys: asked } } },
        signal,
      );
      if (status === 200) {
        items.push(...((body.Responses as Record<string, Item[]> | undefined)?.[this.table] ?? []));
        asked = (body.UnprocessedKeys as Record<string, { Keys: Item[] }> | undefined)?.[this.table]?.Keys ?? [];
      } else if (status < 500 && !/Throttl|Throughput|LimitExceeded/.test(String(body.__type))) {
        throw new TransformError('LookupFailed', `the lookup in DynamoDB was refused with ${status} ${kindOf(body)}`);
      }
      if (asked.length === 0) break;
      if (attempt === ATTEMPTS) {
        throw new TransformError('LookupUnavailable', `DynamoDB did not answer all keys in ${ATTEMPTS} attempts`, true);
      }
      await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1), signal);
    }
    return items;
  }
}

const MOST_KEY_BYTES = 2048;
const MOST_DIGITS = 38;
const MOST_EXPONENT = 125;

function textOf(key: string): string | undefined {
  const bytes = Buffer.byteLength(key);
  return bytes > 0 && bytes <= MOST_KEY_BYTES ? key : undefined;
}

/** One writing for each number: its digits and the place of the first. */
function numberOf(key: string): string | undefined {
  const [, sign, whole, fraction = '', exponent = '0'] =
    /^(-?)(\d{1,200})(?:\.(\d{1,200}))?(?:[eE]([+-]?\d{1,4}))?$/.exec(key) ?? [];
  if (whole === undefined) return undefined;
  const zeros = /^0*/.exec(whole + fraction)![0].length;
  const digits = (whole + fraction).slice(zeros).replace(/0+$/, '');
  if (digits === '') return '0';
  const place = whole.length - zeros + Number(exponent);
  return digits.length > MOST_DIGITS || Math.abs(place) > MOST_EXPONENT ? undefined : `${sign}${digits}e${place}`;
}

type Item = Record<string, Record<string, unknown>>;

function kindOf(body: Record<string, unknown>): string {
  return String(body.__type ?? '')
    .replace(/^.*#/, '')
    .replace(/[^A-Za-z]/g, '');
}

/** A value of DynamoDB as JSON; a number keeps its digits as far as a double does. */
function plain(value: Record<string, unknown>): unknown {
  const [[type, content]] = Object.entries(value);
  switch (type) {
    case 'NULL':
      return null;
    case 'N':
      return Number(content);
    case 'NS':
      return (content as string[]).map(Number);
    case 'M':
      return Object.fromEntries(Object.entries(content as Item).map(([name, member]) => [name, plain(member)]));
    case 'L':
      return (content as Record<string, unknown>[]).map(plain);
    default:
      return content;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, ms);
    function done() {
      signal.removeEventListener('abort', stop);
      resolve();
    }
    function stop() {
      clearTimeout(timer);
      reject(signal.reason as Error);
    }
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** An object that was read: its content and what tells a later version from it. */
interface ReadObject {
  readonly body: Buffer;
  readonly etag: string;
}

/** Reads the object, or nothing when it still has the ETag. */
export type ReadLookupObject = (etag: string | undefined, signal: AbortSignal) => Promise<ReadObject | undefined>;

/** A JSON object by key, or a CSV whose first column is the key; read anew when it changed, at most once a minute. */
export class ObjectLookup implements Lookup {
  private records: ReadonlyMap<string, Attributes> | undefined;
  private etag: string | undefined;
  private checked = -Infinity;

  constructor(
    private readonly read: ReadLookupObject,
    private readonly now: () => number = Date.now,
  ) {}

  public async find(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Attributes>> {
    await this.refresh(signal);
    const found = new Map<string, Attributes>();
    for (const key of keys) {
      const record = this.records!.get(key);
      if (record) found.set(key, record);
    }
    return found;
  }

  public async version(signal: AbortSignal): Promise<string> {
    await this.refresh(signal);
    return createHash('sha256').update(this.etag!).digest('hex');
  }

  private async refresh(signal: AbortSignal): Promise<void> {
    if (this.records && this.now() - this.checked < FRESH_MS) return;
    const read = await this.read(this.etag, signal);
    this.checked = this.now();
    if (!read) return;
    this.records = recordsOf(read.body);
    this.etag = read.etag;
  }
}

const FRESH_MS = 60_000;

function recordsOf(body: Buffer): ReadonlyMap<string, Attributes> {
  const text = body.toString('utf8').replace(/^\ufeff/, '');
  try {
    if (/^\s*\{/.test(text)) return new Map(Object.entries(JSON.parse(text) as Record<string, Attributes>));
    const [header, ...rows] = parse(text, { skip_empty_lines: true }) as string[][];
    return new Map(rows.map((row) => [row[0], Object.fromEntries(header.map((name, i) => [name, row[i]]))]));
  } catch {
    throw new TransformError('LookupFailed', 'the lookup object is neither a JSON object nor CSV with a header');
  }
}
