import type { EnrichSpec } from '../../object-views/transform-spec';
import { LimitExceededError, MalformedContentError } from '../../redaction/errors';
import { StructureLimits } from '../limits';
import { type CsvRecord, CsvRecords } from '../structure/csv-records';
import { JsonEvents } from '../structure/json-events';

/** A property and its value; `undefined` leaves it out. */
type Addition = readonly [property: string, value: unknown];

interface PendingRecord {
  /** What is looked up; `undefined` when the record does not have it. */
  readonly key: string | undefined;
  with(additions: readonly Addition[]): Uint8Array;
}

/** A piece of the object in its order: a record, or what lies between records. */
export interface Pending {
  readonly bytes: Uint8Array;
  readonly record?: PendingRecord;
}

export interface RecordReader {
  push(text: Buffer): Pending[] | Promise<Pending[]>;
  end(): Pending[] | Promise<Pending[]>;
  destroy?(): void;
}

/** A record may be this many times the longest field. */
const RECORD_FIELDS = 8;

export function readerOf(spec: EnrichSpec, format: NonNullable<EnrichSpec['format']>): RecordReader {
  return format === 'csv' ? new CsvReader(spec) : new JsonReader(spec, format === 'ndjson');
}

/** The record that is open, at its depth. */
interface OpenRecord {
  readonly depth: number;
  readonly start: number;
  key: string | undefined;
  kept: Set<string>;
  empty: boolean;
}

class JsonReader implements RecordReader {
  private readonly limits: StructureLimits;
  private readonly events: JsonEvents;
  private readonly path: readonly string[];
  private readonly names: string[] = [];
  private readonly kinds: Array<'object' | 'array'> = [];
  private record: OpenRecord | undefined;
  private out: Pending[] = [];
  /** Bytes that are not in `out` yet, and where the first of them is in the document. */
  private text = Buffer.alloc(0);
  private base = 0;

  constructor(
    private readonly spec: EnrichSpec,
    private readonly lines: boolean,
  ) {
    this.limits = new StructureLimits(spec.limits);
    this.path = spec.records === undefined ? [] : spec.records.split('.');
    this.events = new JsonEvents(this.limits, {
      open: (kind, start) => this.open(kind, start),
      close: (_kind, end) => this.close(end),
      name: (name) => this.name(name),
      scalar: (kind, value) => this.scalar(kind, value),
      document: () => undefined,
    });
  }

  public push(bytes: Buffer): Pending[] {
    this.text = Buffer.concat([this.text, bytes]);
    this.events.push(bytes);
    if (!this.record) this.between(this.base + this.text.length);
    else if (this.text.length > this.longest) throw new LimitExceededError('fieldBytes', this.limits.fieldBytes);
    const { out } = this;
    this.out = [];
    return out;
  }

  public end(): Pending[] {
    this.events.end();
    return this.push(Buffer.alloc(0));
  }

  private get longest(): number {
    return this.limits.fieldBytes * RECORD_FIELDS;
  }

  /** Gives out what lies before `offset`. */
  private between(offset: number): void {
    if (offset > this.base) this.out.push({ bytes: this.take(offset) });
  }

  private take(offset: number): Buffer {
    const taken = this.text.subarray(0, offset - this.base);
    this.text = this.text.subarray(offset - this.base);
    this.base = offset;
    return taken;
  }

  private open(kind: 'object' | 'array', start: number): void {
    if (!this.record && kind === 'object' && this.recordsAreHere()) {
      this.between(start);
      this.record = { depth: this.kinds.length, start, key: undefined, kept: new Set(), empty: true };
    }
    this.kinds.push(kind);
    this.names.push('');
  }

  /** Whether an object that opens now is a record. */
  private recordsAreHere(): boolean {
    const { kinds, names, path } = this;
    if (this.lines) return kinds.length === 0;
    if (path.length === 0) return kinds.length === 0 || (kinds.length === 1 && kinds[0] === 'array');
    return (
      kinds.length === path.length + 1 &&
      kinds[path.length] === 'array' &&
      path.every((name, i) => kinds[i] === 'object' && names[i] === name)
    );
  }

  private name(name: string): void {
    this.names[this.names.length - 1] = name;
    const { record } = this;
    if (!record || this.kinds.length !== record.depth + 1) return;
    record.empty = false;
    if (!Object.hasOwn(this.spec.add, name)) return;
    if (this.spec.existing !== 'keep') throw new MalformedContentError(EXISTS);
    record.kept.add(name);
  }

  private scalar(kind: 'string' | 'number' | 'literal', value: string): void {
    const { record } = this;
    if (record && this.kinds.length === record.depth + 1 && this.names.at(-1) === this.spec.key && kind !== 'literal') {
      record.key = value;
    }
  }

  private close(end: number): void {
    this.kinds.pop();
    this.names.pop();
    const { record } = this;
    if (!record || this.kinds.length !== record.depth) return;
    this.record = undefined;
    const bytes = this.take(end);
    if (bytes.length > this.longest) throw new LimitExceededError('fieldBytes', this.limits.fieldBytes);
    this.out.push({
      bytes,
      record: {
        key: record.key,
        with: (additions) => {
          const members = additions
            .filter(([property, value]) => value !== undefined && !record.kept.has(property))
            .map(([property, value]) => `${JSON.stringify(property)}:${JSON.stringify(value)}`);
          if (members.length === 0) return bytes;
          const added = `${record.empty ? '' : ','}${members.join(',')}}`;
          return Buffer.concat([bytes.subarray(0, -1), Buffer.from(added)]);
        },
      },
    });
  }
}

const EXISTS =
  'a record already has a property that the lookup would add; set "existing" to keep if that may be, ' +
  'or add it under another name';

class CsvReader implements RecordReader {
  private readonly records: CsvRecords;
  private header: readonly string[] | undefined;
  private key = -1;

  constructor(private readonly spec: EnrichSpec) {
    this.records = new CsvRecords(new StructureLimits(spec.limits), ',');
  }

  public async push(text: Buffer): Promise<Pending[]> {
    return this.pending(await this.records.push(text));
  }

  public async end(): Promise<Pending[]> {
    return this.pending(await this.records.end());
  }

  public destroy(): void {
    this.records.destroy();
  }

  private pending(records: readonly CsvRecord[]): Pending[] {
    return records.map(({ raw, cells }) => {
      if (!this.header) {
        this.begin(cells);
        return { bytes: this.extended(raw, Object.keys(this.spec.add)) };
      }
      const key = cells[this.key];
      return {
        bytes: raw,
        record: {
          key: key === '' ? undefined : key,
          with: (additions) =>
            this.extended(
              raw,
              additions.map(([, value]) => {
                if (typeof value === 'object' && value !== null) {
                  throw new MalformedContentError('the lookup gives an object or a list, which a CSV cell cannot hold');
                }
                return value === null || value === undefined ? '' : String(value);
              }),
            ),
        },
      };
    });
  }

  private begin(header: readonly string[]): void {
    this.header = header;
    this.key = header.indexOf(this.spec.key);
    if (this.key < 0) throw new MalformedContentError('the CSV has no column of the name in "key"');
    if (Object.keys(this.spec.add).some((name) => header.includes(name))) throw new MalformedContentError(EXISTS);
  }

  private extended(raw: Buffer, cells: readonly string[]): Buffer {
    const end =
      raw.at(-1) === LINE_FEED ? (raw.at(-2) === CARRIAGE_RETURN ? 2 : 1) : raw.at(-1) === CARRIAGE_RETURN ? 1 : 0;
    const at = raw.length - end;
    return Buffer.concat([
      raw.subarray(0, at),
      Buffer.from(cells.map((cell) => `,${quoted(cell)}`).join('')),
      raw.subarray(at),
    ]);
  }
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell;
}
