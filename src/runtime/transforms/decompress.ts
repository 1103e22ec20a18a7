import { StreamStage } from './coding';
import type { Content, Parts, PreparedTransform, Stage } from './stage';
import type { DecompressSpec, ExpansionSpec } from '../object-views/contract';
import { type ContentCoding, createDecoder, parseContentEncoding } from '../redaction/codec/content-encoding';

const DEFAULT_RATIO = 200;
const DEFAULT_BYTES = 64 * 2 ** 30;

/** Files that are compressed as such, by their ending; their content type is that of the archive. */
const CODING_BY_ENDING: ReadonlyArray<readonly [ending: RegExp, coding: ContentCoding]> = [
  [/\.gz$/i, 'gzip'], [/\.zst$/i, 'zstd'], [/\.br$/i, 'br'],
];
const ARCHIVE_TYPES = new Set(['application/gzip', 'application/x-gzip', 'application/zstd', 'application/x-brotli', 'application/octet-stream', 'binary/octet-stream']);

/** Takes the content codings away. */
export function decompress(spec: DecompressSpec): PreparedTransform {
  return {
    type: 'decompress',
    version: JSON.stringify(spec),
    describe: (content) => spec.files ? unpacked(content) : { ...content, contentEncoding: undefined },
    open: (content) => {
      const outer = decoders(content.contentEncoding, spec.limits);
      const file = spec.files ? codingOfFile(content.name) : undefined;
      return new Series(file ? [...outer, new StreamStage(createDecoder(file, expansion(spec.limits)))] : outer);
    },
  };
}

/** The stages that undo a `Content-Encoding` header. */
export function decoders(contentEncoding: string | undefined, limits?: ExpansionSpec): Stage[] {
  return parseContentEncoding(contentEncoding).reverse().map((coding) => new StreamStage(createDecoder(coding, expansion(limits))));
}

function expansion(limits: ExpansionSpec = {}) {
  return { expansionRatio: limits.expansionRatio ?? DEFAULT_RATIO, decodedBytes: limits.decodedBytes ?? DEFAULT_BYTES };
}

function codingOfFile(name: string | undefined): ContentCoding | undefined {
  return CODING_BY_ENDING.find(([ending]) => ending.test(name ?? ''))?.[1];
}

function unpacked({ contentType, name }: Content): Content {
  if (!codingOfFile(name)) return { contentType, name };
  const type = contentType?.split(';')[0].trim().toLowerCase() ?? '';
  return { name: name!.replace(/\.[^.]+$/, ''), contentType: ARCHIVE_TYPES.has(type) ? undefined : contentType };
}

/** Stages one after the other. */
export class Series implements Stage {
  constructor(private readonly stages: readonly Stage[]) {}

  public push(chunk: Uint8Array): Promise<Parts> {
    return this.from(0, [chunk]);
  }

  public async end(): Promise<Parts> {
    const out: Uint8Array[] = [];
    for (let i = 0; i < this.stages.length; i += 1) out.push(...await this.from(i + 1, await this.stages[i].end()));
    return out;
  }

  public destroy(): void {
    for (const stage of this.stages) stage.destroy?.();
  }

  private async from(first: number, chunks: Parts): Promise<Parts> {
    let parts = chunks;
    for (let i = first; i < this.stages.length && parts.length > 0; i += 1) {
      const next: Uint8Array[] = [];
      for (const part of parts) {
        const made = this.stages[i].push(part);
        next.push(...(made instanceof Promise ? await made : made));
      }
      parts = next;
    }
    return parts;
  }
}
