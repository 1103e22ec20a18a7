import { createHash } from 'node:crypto';
import { CsvRecords, type CsvRecord } from './csv-records';
import { Scalars } from './paths';
import type { CsvToJsonSpec } from '../../object-views/transform-spec';
import { MalformedContentError } from '../../redaction/errors';
import { OutputLimit, StructureLimits } from '../limits';
import type { Content, Parts, PreparedTransform, Stage } from '../stage';
import { ToUtf8 } from '../utf8';

const RULES_VERSION = 1;

/** CSV to one JSON object a record. */
export function csvToJson(spec: CsvToJsonSpec): PreparedTransform {
  const scalars = new Scalars(spec);
  return {
    type: 'csvToJson',
    version: createHash('sha256')
      .update(`${RULES_VERSION}${JSON.stringify(spec)}`)
      .digest('hex'),
    describe: ({ name }) => ({
      contentType: spec.output === 'array' ? 'application/json' : 'application/x-ndjson',
      name,
    }),
    open: (content) => new CsvToJson(spec, scalars, content),
  };
}

class CsvToJson implements Stage {
  private readonly input: ToUtf8;
  private readonly records: CsvRecords;
  private names: readonly string[] | undefined;
  private readonly growth = new OutputLimit();
  private written = 0;
  private read = 0;

  constructor(
    private readonly spec: CsvToJsonSpec,
    private readonly scalars: Scalars,
    content: Content,
  ) {
    this.input = new ToUtf8(content);
    this.records = new CsvRecords(new StructureLimits(spec.limits), spec.delimiter ?? ',');
    this.names = spec.columns && columns(spec.columns);
  }

  public async push(chunk: Uint8Array): Promise<Parts> {
    return this.write(await this.records.push(this.input.push(chunk)));
  }

  public async end(): Promise<Parts> {
    const before = await this.records.push(this.input.end());
    const last = await this.records.end();
    const text = this.write([...before, ...last]);
    const tail = this.spec.output === 'array' ? (this.written === 0 ? '[]' : ']') : '';
    return tail === '' ? text : [...text, Buffer.from(tail)];
  }

  public destroy(): void {
    this.records.destroy();
  }

  private write(records: readonly CsvRecord[]): Parts {
    const array = this.spec.output === 'array';
    let out = '';
    for (const { cells, raw } of records) {
      this.read += raw.length;
      if (!this.names) {
        this.names = columns(cells);
        continue;
      }
      const { names } = this;
      if (names.length !== cells.length) {
        throw new MalformedContentError('a record of the CSV has another number of cells than there are columns');
      }
      if (array) out += this.written === 0 ? '[' : ',';
      out += `{${names.map((name, i) => `${JSON.stringify(name)}:${this.scalars.json(cells[i], [], name)}`).join(',')}}`;
      if (!array) out += '\n';
      this.written += 1;
      this.growth.check(out.length, this.read);
    }
    this.growth.give(out.length);
    return out === '' ? [] : [Buffer.from(out)];
  }
}

function columns(names: readonly string[]): readonly string[] {
  if (new Set(names).size !== names.length) {
    throw new MalformedContentError('two columns of the CSV have the same name; give other names in "columns"');
  }
  return names;
}
