import { createHash } from 'node:crypto';
import type { Attributes, Lookup } from './lookup';
import { type Pending, readerOf } from './records';
import type { EnrichSpec } from '../../object-views/transform-spec';
import { MalformedContentError, UnsupportedContentError } from '../../redaction/errors';
import { formatByDescription } from '../../redaction/structure/format';
import { SpecError } from '../errors';
import type { Content, Count, PreparedTransform, Stage } from '../stage';
import { ToUtf8 } from '../utf8';

const DEFAULT_BATCH = 1000;
const DEFAULT_CACHE = 50_000;
/** Records and what lies between them that wait for a lookup. */
const HELD_BYTES = 8 << 20;

/** Adds to each record what a lookup knows of its key; every other byte of the object stays as it was. */
export function enrich(spec: EnrichSpec, lookup: Lookup): PreparedTransform {
  if (Object.keys(spec.add).length === 0) {
    throw new SpecError('"add" is empty, it must name at least one property; add one, or leave the transform out');
  }
  const known = new Known(lookup, spec.limits?.cache ?? DEFAULT_CACHE);
  return {
    type: 'enrich',
    version: createHash('sha256')
      .update(JSON.stringify({ ...spec, lookup: undefined }))
      .digest('hex'),
    describe: (content) => ({ ...content, contentEncoding: undefined }),
    state: async (signal) => lookup.version?.(signal),
    open: (content, call, count) =>
      new Enrich(spec, formatOf(spec, content), content, (keys) => known.find(keys, call.signal), count),
  };
}

function formatOf(spec: EnrichSpec, content: Content): NonNullable<EnrichSpec['format']> {
  const format = spec.format ?? formatByDescription(content);
  if (format === 'json' || format === 'ndjson' || format === 'csv') return format;
  throw new UnsupportedContentError(
    'the object is neither JSON nor CSV by its content type and name; name its "format"',
  );
}

type Find = (keys: readonly string[]) => Promise<ReadonlyMap<string, Attributes | undefined>>;

/** Keys that were looked up lately, by this and by earlier objects. */
class Known {
  private readonly entries = new Map<string, { readonly attributes: Attributes | undefined; readonly until: number }>();

  constructor(
    private readonly lookup: Lookup,
    private readonly room: number,
  ) {}

  public async find(
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Attributes | undefined>> {
    const now = Date.now();
    const out = new Map<string, Attributes | undefined>();
    const asked: string[] = [];
    for (const key of keys) {
      const entry = this.entries.get(key);
      if (entry && entry.until > now) out.set(key, entry.attributes);
      else asked.push(key);
    }
    if (asked.length === 0) return out;
    const found = await this.lookup.find(asked, signal);
    for (const key of asked) {
      const attributes = found.get(key);
      out.set(key, attributes);
      this.entries.delete(key);
      this.entries.set(key, { attributes, until: now + REMEMBERED_MS });
    }
    for (const key of this.entries.keys()) {
      if (this.entries.size <= this.room) break;
      this.entries.delete(key);
    }
    return out;
  }
}

const REMEMBERED_MS = 60_000;

class Enrich implements Stage {
  private readonly input: ToUtf8;
  private readonly reader: ReturnType<typeof readerOf>;
  private readonly batch: number;
  private held: Pending[] = [];

  constructor(
    private readonly spec: EnrichSpec,
    format: NonNullable<EnrichSpec['format']>,
    content: Content,
    private readonly find: Find,
    private readonly count: Count,
  ) {
    this.input = new ToUtf8(content);
    this.batch = spec.limits?.batch ?? DEFAULT_BATCH;
    this.reader = readerOf(spec, format);
  }

  public async *push(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
    this.held.push(...(await this.reader.push(this.input.push(chunk))));
    while (this.full()) yield* this.resolve(this.held.splice(0, this.upToBatch()));
  }

  public async *end(): AsyncGenerator<Uint8Array> {
    this.held.push(...(await this.reader.push(this.input.end())), ...(await this.reader.end()));
    while (this.held.length > 0) yield* this.resolve(this.held.splice(0, this.upToBatch()));
  }

  public destroy(): void {
    this.reader.destroy?.();
  }

  private full(): boolean {
    let records = 0;
    let bytes = 0;
    for (const pending of this.held) {
      if (pending.record) records += 1;
      bytes += pending.bytes.length;
    }
    return records >= this.batch || bytes >= HELD_BYTES;
  }

  /** How many of what is held make one batch. */
  private upToBatch(): number {
    let records = 0;
    const last = this.held.findIndex((pending) => pending.record !== undefined && ++records === this.batch);
    return last < 0 ? this.held.length : last + 1;
  }

  /** Record by record: what a lookup adds may be many times what was there. */
  private async *resolve(batch: readonly Pending[]): AsyncGenerator<Uint8Array> {
    const keys = new Set(batch.flatMap(({ record }) => record?.key ?? []));
    const found = keys.size === 0 ? new Map<string, Attributes>() : await this.find([...keys]);
    for (const { bytes, record } of batch) yield record ? this.enriched(record, found) : bytes;
  }

  private enriched(
    record: NonNullable<Pending['record']>,
    found: ReadonlyMap<string, Attributes | undefined>,
  ): Uint8Array {
    const attributes = record.key === undefined ? undefined : found.get(record.key);
    this.count(attributes ? 'enriched' : 'not-found');
    if (!attributes && this.spec.missing === 'refuse') {
      throw new MalformedContentError(
        'a record has no match in the lookup; set "missing" to null or omit if that may be',
      );
    }
    const values = Object.entries(this.spec.add).map(
      ([property, attribute]) => [property, attributes?.[attribute]] as const,
    );
    return record.with(
      values.map(([property, value]) => [property, value ?? (this.spec.missing === 'omit' ? undefined : null)]),
    );
  }
}
