import { BOM_BYTES, chooseCharset, createCharsetDecoder, createCharsetEncoder } from './charset/charset';
import type { ByteTransform, CompiledPolicy, RedactionSession } from './contract';
import { TransformEndedError, UnsupportedContentError } from './errors';
import type { Format } from './policy';
import { CsvTransform, TSV_DELIMITER } from './structure/csv';
import {
  charsetLabel,
  formatByContent,
  formatByDescription,
  HEAD_BYTES,
  isBinary,
  type ObjectDescription,
} from './structure/format';
import { JsonTransform } from './structure/json';
import { LogTransform } from './structure/log';
import { StructuredTransform } from './structure/structured-transform';
import { XmlTransform } from './structure/xml';

/** The encoding that an XML declaration names. */
const XML_ENCODING = /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/;

/** What becomes of the content: a format, or what the policy says of content that has none. */
export type Treatment = Format | 'pass' | 'drop';

/**
 * Redacts one object whose content coding was already removed: finds charset and format from its description and its
 * first bytes, and joins the parts. Nothing comes out before both are known.
 */
export class ObjectTransform implements ByteTransform {
  /** How the content is treated; `undefined` until enough of it was seen. */
  public treatment: Treatment | undefined;

  private head: Uint8Array[] = [];
  private headBytes = 0;
  private chain: readonly ByteTransform[] | undefined;
  private ended = false;

  constructor(
    private readonly policy: CompiledPolicy,
    private readonly session: RedactionSession,
    private readonly description: ObjectDescription = {},
  ) {}

  public push(chunk: Uint8Array): Uint8Array[] {
    return this.live(() => {
      if (this.chain) return through(this.chain, [chunk]);
      this.head.push(Uint8Array.from(chunk));
      this.headBytes += chunk.length;
      return this.headBytes < HEAD_BYTES ? [] : this.begin(false);
    });
  }

  public end(): Uint8Array[] {
    return this.live(() => {
      const first = this.chain ? [] : this.begin(true);
      this.ended = true;
      const last = this.chain!.flatMap((stage, i) => through(this.chain!.slice(i + 1), stage.end()));
      return [...first, ...last];
    });
  }

  /**
   * Paths of the policy's field rules that no field of the object had: misspelt, or of another format. Empty until the
   * end, and where the content has no fields.
   */
  public get unmatchedFields(): readonly string[] {
    if (!this.ended) return [];
    return this.chain?.find((stage) => stage instanceof StructuredTransform)?.unmatchedFields ?? [];
  }

  public release(chunk: Uint8Array): void {
    for (const stage of this.chain ?? []) stage.release?.(chunk);
  }

  private live<T>(work: () => T): T {
    if (this.ended) throw new TransformEndedError();
    try {
      return work();
    } catch (error) {
      this.ended = true;
      this.chain = undefined;
      this.head = [];
      throw error;
    }
  }

  private begin(whole: boolean): Uint8Array[] {
    const bytes = Buffer.concat(this.head);
    this.head = [];
    const { document } = this.policy;

    const described = document.format ?? formatByDescription(this.description);
    if (described === 'unknown') return this.withoutFormat(bytes);

    const label =
      charsetLabel(this.description.contentType) ?? XML_ENCODING.exec(bytes.toString('latin1', 0, 256))?.[1];
    const { charset, bomBytes } = chooseCharset(bytes.subarray(0, BOM_BYTES), document.charset, label);
    const replaces = document.onInvalidText === 'replace';
    const bom = bytes.subarray(0, bomBytes);
    const content = bytes.subarray(bomBytes);

    // Only a window of fixed size decides, so that the way the input was cut does not.
    const sample = sampleOf(content, HEAD_BYTES - BOM_BYTES, (part) =>
      Buffer.concat(createCharsetDecoder(charset, replaces).push(part)),
    );
    if (sample === undefined && described === undefined) return this.withoutFormat(bytes);
    const format = described ?? formatByContent(sample!, whole && content.length <= HEAD_BYTES - BOM_BYTES);
    if (
      format === 'unknown' ||
      (document.format === undefined && format === 'text' && sample !== undefined && isBinary(sample))
    ) {
      return this.withoutFormat(bytes);
    }

    this.treatment = format;
    this.chain = [createCharsetDecoder(charset, replaces), this.transformOf(format), createCharsetEncoder(charset)];
    const out = through(this.chain, [content]);
    return bomBytes === 0 ? out : [bom, ...out];
  }

  private withoutFormat(bytes: Buffer): Uint8Array[] {
    const treatment = this.policy.document.unknownContent ?? 'refuse';
    if (treatment === 'refuse') {
      throw new UnsupportedContentError(
        'the object is of an unknown or binary type; name its "format" in the policy, or set ' +
          '"unknownContent" to pass or drop',
      );
    }
    this.treatment = treatment;
    this.chain = treatment === 'pass' ? [PASS] : [DROP];
    return through(this.chain, [bytes]);
  }

  private transformOf(format: Format): ByteTransform {
    if (format === 'text') return this.session.text();
    const options = { redactor: this.session.fields(), policy: this.policy.document };
    switch (format) {
      case 'json':
      case 'ndjson':
        return new JsonTransform(options);
      case 'csv':
        return new CsvTransform(options);
      case 'tsv':
        return new CsvTransform({ ...options, delimiter: TSV_DELIMITER });
      case 'xml':
        return new XmlTransform(options);
      default:
        return new LogTransform({ ...options, format });
    }
  }
}

/** The decoded beginning of the content; `undefined` when it is not text in the charset. */
function sampleOf(content: Buffer, bytes: number, decode: (part: Buffer) => Buffer): Buffer | undefined {
  try {
    return decode(content.subarray(0, bytes));
  } catch {
    return undefined;
  }
}

function through(stages: readonly ByteTransform[], chunks: Uint8Array[]): Uint8Array[] {
  return stages.reduce((parts, stage) => parts.flatMap((part) => stage.push(part)), chunks);
}

const PASS: ByteTransform = { push: (chunk) => [Uint8Array.from(chunk)], end: () => [] };
const DROP: ByteTransform = { push: () => [], end: () => [] };
