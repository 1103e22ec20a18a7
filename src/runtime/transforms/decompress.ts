import { StreamStage } from './coding';
import { Series } from './series';
import type { Content, PreparedTransform, Stage } from './stage';
import type { DecompressSpec, ExpansionSpec } from '../object-views/transform-spec';
import { type ContentCoding, createDecoder, parseContentEncoding } from '../redaction/codec/content-encoding';
import type { DecodingLayers } from '../redaction/codec/expansion';

const DEFAULT_RATIO = 200;
const DEFAULT_BYTES = 64 * 2 ** 30;

/** Files that are compressed as such, by their ending; their content type is that of the archive. */
const CODING_BY_ENDING: ReadonlyArray<readonly [ending: RegExp, coding: ContentCoding]> = [
  [/\.gz$/i, 'gzip'],
  [/\.zst$/i, 'zstd'],
  [/\.br$/i, 'br'],
];
const ARCHIVE_TYPES = new Set([
  'application/gzip',
  'application/x-gzip',
  'application/zstd',
  'application/x-brotli',
  'application/octet-stream',
  'binary/octet-stream',
]);

/** Takes the content codings away. */
export function decompress(spec: DecompressSpec): PreparedTransform {
  return {
    type: 'decompress',
    version: JSON.stringify(spec),
    describe: (content) => (spec.files ? unpacked(content) : { ...content, contentEncoding: undefined }),
    open: (content, _call, _count, layers) => {
      const outer = decoders(content.contentEncoding, layers, spec.limits);
      const file = spec.files ? codingOfFile(content.name) : undefined;
      return new Series(file ? [...outer, decoder(file, layers, spec.limits)] : outer);
    },
  };
}

/** The stages that undo a `Content-Encoding` header. */
export function decoders(contentEncoding: string | undefined, layers: DecodingLayers, limits?: ExpansionSpec): Stage[] {
  return parseContentEncoding(contentEncoding)
    .reverse()
    .map((coding) => decoder(coding, layers, limits));
}

function decoder(coding: ContentCoding, layers: DecodingLayers, limits: ExpansionSpec = {}): Stage {
  const { expansionRatio = DEFAULT_RATIO, decodedBytes = DEFAULT_BYTES } = limits;
  return new StreamStage(createDecoder(coding, layers.next({ expansionRatio, decodedBytes })));
}

function codingOfFile(name: string | undefined): ContentCoding | undefined {
  return CODING_BY_ENDING.find(([ending]) => ending.test(name ?? ''))?.[1];
}

function unpacked({ contentType, name }: Content): Content {
  if (!codingOfFile(name)) return { contentType, name };
  const type = contentType?.split(';')[0].trim().toLowerCase() ?? '';
  return { name: name!.replace(/\.[^.]+$/, ''), contentType: ARCHIVE_TYPES.has(type) ? undefined : contentType };
}
