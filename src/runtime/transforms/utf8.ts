import type { Content } from './stage';
import { BOM_BYTES, chooseCharset, createCharsetDecoder } from '../redaction/charset/charset';
import type { ByteTransform } from '../redaction/contract';
import { charsetLabel } from '../redaction/structure/format';

/** The encoding that an XML declaration names. */
const XML_ENCODING = /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/;
/** Enough for a byte order mark and an XML declaration. */
const HEAD_BYTES = 256;

/** Bytes of any charset that the redaction core knows, to whole characters of UTF-8 without a byte order mark. */
export class ToUtf8 {
  private head: Buffer | undefined = Buffer.alloc(0);
  private decoder: ByteTransform | undefined;

  constructor(private readonly content: Content) {}

  /** @returns a copy, never a view of the chunk */
  public push(chunk: Uint8Array): Buffer {
    if (this.decoder) return joined(this.decoder.push(chunk));
    this.head = Buffer.concat([this.head!, chunk]);
    return this.head.length < HEAD_BYTES ? Buffer.alloc(0) : this.begin();
  }

  public end(): Buffer {
    const first = this.decoder ? Buffer.alloc(0) : this.begin();
    return Buffer.concat([first, ...this.decoder!.end()]);
  }

  private begin(): Buffer {
    const head = this.head!;
    this.head = undefined;
    const label =
      charsetLabel(this.content.contentType) ?? XML_ENCODING.exec(head.toString('latin1', 0, HEAD_BYTES))?.[1];
    const { charset, bomBytes } = chooseCharset(head.subarray(0, BOM_BYTES), undefined, label);
    this.decoder = createCharsetDecoder(charset);
    return joined(this.decoder.push(head.subarray(bomBytes)));
  }
}

function joined(parts: Uint8Array[]): Buffer {
  return Buffer.concat(parts);
}
