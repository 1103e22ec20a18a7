import type { ImageFormat } from '../../object-views/transform-spec';
import { MalformedContentError, UnsupportedContentError } from '../../redaction/errors';

/** What the first bytes of a picture tell, before anything is decoded. */
export interface ImageHeader {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1 to 8. */
  readonly orientation: number;
  /** How often a decoder goes over the whole picture: the scans of a JPEG. */
  readonly passes: number;
}

const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/**
 * Reads the header and nothing else.
 * @throws UnsupportedContentError for other formats, animations, and kinds that no codec here decodes
 * @throws MalformedContentError when the header is not whole
 */
export function readHeader(bytes: Buffer): ImageHeader {
  const header =
    bytes.length < 12
      ? undefined
      : bytes.readUInt16BE(0) === 0xffd8
        ? jpeg(bytes)
        : bytes.subarray(0, 8).equals(PNG_SIGNATURE)
          ? png(bytes)
          : bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP'
            ? webp(bytes)
            : undefined;
  if (!header) throw new UnsupportedContentError('the picture is none of JPEG, PNG, WebP');
  if (header.width === 0 || header.height === 0) throw broken();
  return header;
}

function broken(): MalformedContentError {
  return new MalformedContentError('the header of the picture is not whole');
}

function animated(): UnsupportedContentError {
  return new UnsupportedContentError('the picture is animated; only still pictures are served');
}

/** @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.2 */
function jpeg(bytes: Buffer): ImageHeader {
  let orientation = 1;
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) throw broken();
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2) throw broken();
    const body = bytes.subarray(at + 4, at + 2 + length);
    if (marker === 0xc0 || marker === 0xc1 || marker === 0xc2) {
      if (body.length < 6) throw broken();
      if (body[0] !== 8) throw new UnsupportedContentError('the JPEG has other than 8 bits a sample');
      if (body[5] !== 1 && body[5] !== 3) {
        throw new UnsupportedContentError('the JPEG has other colours than grey or YCbCr; convert it to RGB');
      }
      return {
        format: 'jpeg',
        width: body.readUInt16BE(3),
        height: body.readUInt16BE(1),
        orientation,
        passes: scans(bytes, at + 2 + length),
      };
    }
    // Other frames: lossless, hierarchical, arithmetic coding. 0xc4, 0xc8 and 0xcc are no frames.
    if (marker >= 0xc3 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      throw new UnsupportedContentError('the JPEG is neither baseline nor progressive');
    }
    if (marker === 0xd9 || marker === 0xda) throw broken();
    if (marker === 0xe1 && body.toString('latin1', 0, 6) === 'Exif\0\0') {
      orientation = exifOrientation(body.subarray(6)) ?? orientation;
    }
    at += 2 + length;
  }
  throw broken();
}

/** Of any kind of JPEG: a scan takes a few bytes to ask for, and the decoder goes over the whole picture for it. */
function scans(bytes: Buffer, from: number): number {
  let found = 0;
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === 0xda) found += 1;
  }
  if (found > MOST_SCANS) throw new UnsupportedContentError(`the JPEG has more than ${MOST_SCANS} scans`);
  return found;
}

/** Encoders write about ten. */
const MOST_SCANS = 100;

/** @see https://www.w3.org/TR/png-3/ */
function png(bytes: Buffer): ImageHeader {
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') throw broken();
  let orientation = 1;
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'acTL') throw animated();
    if (type === 'eXIf') orientation = exifOrientation(bytes.subarray(at + 8, at + 8 + length)) ?? orientation;
    if (type === 'IDAT') {
      return { format: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), orientation, passes: 1 };
    }
    at += 12 + length;
  }
  throw broken();
}

/** @see https://developers.google.com/speed/webp/docs/riff_container */
function webp(bytes: Buffer): ImageHeader {
  if (bytes.length < 30) throw broken();
  const orientation = 1;
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return {
        format: 'webp',
        width: bytes.readUInt16LE(26) & 0x3fff,
        height: bytes.readUInt16LE(28) & 0x3fff,
        orientation,
        passes: 1,
      };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return {
        format: 'webp',
        width: (bits & 0x3fff) + 1,
        height: ((bits >>> 14) & 0x3fff) + 1,
        orientation,
        passes: 1,
      };
    }
    case 'VP8X':
      if ((bytes[20] & 0x02) !== 0) throw animated();
      return {
        format: 'webp',
        width: bytes.readUIntLE(24, 3) + 1,
        height: bytes.readUIntLE(27, 3) + 1,
        orientation: (bytes[20] & 0x08) === 0 ? 1 : webpOrientation(bytes),
        passes: 1,
      };
    default:
      throw broken();
  }
}

function webpOrientation(bytes: Buffer): number {
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 4);
    if (bytes.toString('latin1', at, at + 4) === 'EXIF') {
      const body = bytes.subarray(at + 8, at + 8 + length);
      return exifOrientation(body.toString('latin1', 0, 6) === 'Exif\0\0' ? body.subarray(6) : body) ?? 1;
    }
    at += 8 + length + (length % 2);
  }
  return 1;
}

const ORIENTATION_TAG = 0x0112;

/** Of a TIFF structure; `undefined` when there is none that can be read. */
function exifOrientation(tiff: Buffer): number | undefined {
  if (tiff.length < 8) return undefined;
  const little = tiff.toString('latin1', 0, 2) === 'II';
  if (!little && tiff.toString('latin1', 0, 2) !== 'MM') return undefined;
  const u16 = (at: number) => (at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const first = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  const entries = u16(first);
  for (let i = 0; i < entries; i += 1) {
    const at = first + 2 + i * 12;
    if (u16(at) !== ORIENTATION_TAG) continue;
    const value = u16(at + 8);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}
