import { type CsvError, parse, type Parser } from 'csv-parse';
import { MalformedContentError, RedactionError } from '../../redaction/errors';
import type { StructureLimits } from '../limits';

export interface CsvRecord {
  readonly cells: readonly string[];
  /** As it was written, with blank lines before it and its line end where it has one. */
  readonly raw: Buffer;
}

/** A record may be this many times the longest cell. */
const RECORD_FIELDS = 8;

/** Records of CSV as RFC 4180 has it, one batch for each chunk that went in. */
export class CsvRecords {
  private readonly parser: Parser;
  private records: CsvRecord[] = [];
  /** What no record was made of yet, and where it begins in the input. */
  private text = Buffer.alloc(0);
  private base = 0;
  private failure: Error | undefined;
  private readonly ended: Promise<void>;

  constructor(limits: StructureLimits, delimiter: string) {
    this.parser = parse({
      delimiter,
      bom: false,
      info: true,
      relax_column_count: false,
      skip_empty_lines: true,
      max_record_size: limits.fieldBytes * RECORD_FIELDS,
    });
    this.parser.on('data', ({ record, info }: { record: string[]; info: { bytes: number } }) => {
      // What a listener throws would reach nobody.
      try {
        limits.checkFields(record.length);
        for (const cell of record) limits.checkField(cell.length);
        this.records.push({ cells: record, raw: this.text.subarray(0, info.bytes - this.base) });
        this.text = this.text.subarray(info.bytes - this.base);
        this.base = info.bytes;
      } catch (error) {
        this.failure ??= error as Error;
      }
    });
    this.ended = new Promise((resolve) => {
      this.parser.once('end', resolve);
      this.parser.once('error', (error) => {
        this.failure ??= error;
        resolve();
      });
    });
  }

  public async push(text: Buffer): Promise<CsvRecord[]> {
    if (text.length > 0) {
      this.text = Buffer.concat([this.text, text]);
      await new Promise<void>((resolve) => {
        this.parser.write(text, () => resolve());
      });
    }
    return this.taken();
  }

  public async end(): Promise<CsvRecord[]> {
    this.parser.end();
    await this.ended;
    return this.taken();
  }

  public destroy(): void {
    this.parser.destroy();
  }

  /** Some failures come with the next turn of the event loop; `end` waits for all of them. */
  private taken(): CsvRecord[] {
    const { failure, records } = this;
    if (failure) {
      if (failure instanceof RedactionError) throw failure;
      throw new MalformedContentError(`the CSV is not valid (${(failure as CsvError).code})`);
    }
    this.records = [];
    return records;
  }
}
