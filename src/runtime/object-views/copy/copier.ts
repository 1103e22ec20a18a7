import { createHash } from 'node:crypto';
import { SpecError, TransformError } from '../../transforms/errors';
import type { Reply } from '../aws/http';
import { ownOrigin } from '../aws/s3-origin';
import type { CopyDocument } from '../contract';
import { before } from '../deadline';
import { S3Error, s3ErrorOf, errorFromS3 } from '../s3-error';
import { serve } from '../serve';
import type { Settings } from '../settings';
import { type Answer, ContentLengthCache, type Report } from '../view-request';

/** Says of which original and by which chain a copy is: the view's ETag. */
export const COPY_ETAG = 'x-amz-meta-strongbox-view-etag';
const UPLOADS = '.strongbox-uploads/';
/** 10,000 of them are 160 GB, more than the limit of what is decoded. */
const PART_BYTES = 16 << 20;
/** How often an original may change while it is copied. */
const LOOKS = 5;
const COPIED_HEADERS = [
  'content-type',
  'content-encoding',
  'cache-control',
  'content-disposition',
  'content-language',
  'expires',
];

export type Outcome = 'copied' | 'unchanged' | 'deleted';

export interface CopyTask {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly view: string;
}

/** Where a copy goes. */
interface Target {
  readonly bucket: string;
  readonly key: string;
  readonly url: URL;
}

/** An upload that a later attempt can go on with. */
interface Upload {
  readonly uploadId: string;
  readonly etag: string;
}

export function copyKey({ prefix = '' }: Pick<CopyDocument, 'prefix'>, key: string): string {
  return prefix + key;
}

/**
 * Makes the copy of one object, the same whoever asks and how often: a copy that is there already is left alone, an
 * upload that an earlier attempt began is gone on with, and nothing is visible before it is whole.
 */
export class Copier {
  constructor(
    private readonly settings: Settings,
    private readonly partBytes = PART_BYTES,
  ) {}

  public get document(): CopyDocument {
    const { copy } = this.settings.document;
    if (!copy) {
      throw new SpecError('"copy" is missing in the views document; name the bucket of the copies and the view');
    }
    return copy;
  }

  /**
   * Attempts over several originals of one key may overlap, and the older one may write last: each looks again once it
   * has written, so that the last word is about the newest.
   */
  public async copy(task: CopyTask, report: Report, signal: AbortSignal): Promise<Outcome> {
    const { settings } = this;
    const view = await before(signal, settings.view(task.view));
    const { limits } = settings.document;
    const target = this.target(task.key);
    this.checkLoop(task, target.bucket);
    const origin = ownOrigin(settings.aws, task.bucket, task.key, task.versionId, limits);
    const request = { key: task.key, headers: {}, query: {} };
    const options = { limits, lengths: new ContentLengthCache(), report, signal, now: new Date() };

    let written: string | undefined;
    for (let look = 0; look < LOOKS; look += 1) {
      const { headers } = await serve(view, { ...request, method: 'HEAD' }, origin, options).catch(
        async (error: unknown) => {
          // It was deleted meanwhile, and so may have been its copy, before this one came.
          if (written !== undefined && isGone(error) && this.document.followDeletions !== false) {
            await this.remove(target.url, signal);
          }
          throw error;
        },
      );
      if (written === identityOf(headers)) return 'copied';
      if (headers.etag !== undefined && (await this.isThere(target.url, headers.etag, signal))) {
        return written === undefined ? 'unchanged' : 'copied';
      }
      const answer = await serve(view, { ...request, method: 'GET' }, origin, options);
      await this.put(target, answer, signal);
      if (task.versionId !== undefined) return 'copied';
      written = identityOf(answer.headers);
    }
    throw new TransformError('ServiceUnavailable', 'the original changes faster than it is copied', true);
  }

  /** The state of now decides, not the event: they come late, twice and out of order. */
  public async follow(task: CopyTask, report: Report, signal: AbortSignal): Promise<Outcome> {
    try {
      return await this.copy(task, report, signal);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    if (this.document.followDeletions === false) return 'unchanged';
    await this.remove(this.target(task.key).url, signal);
    try {
      // What came back meanwhile has been copied, and that copy is gone now.
      return await this.copy(task, report, signal);
    } catch (error) {
      if (!isGone(error)) throw error;
      return 'deleted';
    }
  }

  private async remove(url: URL, signal: AbortSignal): Promise<void> {
    const { status, body } = await this.settings.aws.s3('DELETE', url, {}, '', signal);
    if (status !== 204 && status !== 200 && status !== 404) throw refusal(status, body);
  }

  private target(key: string): Target {
    const bucket = this.settings.value(this.document.bucket);
    const name = copyKey(this.document, key);
    // An original of such a name would stand in for what is known of an unfinished upload.
    if (name.startsWith(UPLOADS)) {
      throw new S3Error(400, 'InvalidRequest', `Keys that begin with ${UPLOADS} are not copied.`);
    }
    return { bucket, key: name, url: this.settings.aws.objectUrl(bucket, name) };
  }

  /** A copy that is an original again would be copied for ever. */
  private checkLoop({ bucket, key }: CopyTask, target: string): void {
    const { prefix = '' } = this.document;
    if (bucket === target && (prefix === '' || key.startsWith(prefix))) {
      throw new SpecError(
        'the copies go where the originals are, each would be copied again; name another bucket, or a ' +
          'prefix that no original has',
      );
    }
  }

  private async isThere(url: URL, etag: string, signal: AbortSignal): Promise<boolean> {
    const { status, headers } = await this.settings.aws.s3('HEAD', url, {}, '', signal);
    if (status >= 500) throw refusal(status, Buffer.alloc(0));
    return status === 200 && headers[COPY_ETAG] === etag;
  }

  private async put(target: Target, answer: Answer, signal: AbortSignal): Promise<void> {
    const headers = this.headersOf(answer);
    const parts = inParts(answer.body!, this.partBytes);
    const first = await parts.next();
    if (first.value.last) {
      const body = first.value.bytes;
      const { status, body: reply } = await this.settings.aws.s3(
        'PUT',
        target.url,
        { ...headers, 'x-amz-checksum-sha256': digest(body) },
        body,
        signal,
      );
      if (status !== 200) throw refusal(status, reply);
      return;
    }
    const upload = new Multipart(this.settings, target, headers, answer.headers.etag, signal);
    try {
      await upload.begin();
      await upload.part(1, first.value.bytes);
      let number = 2;
      for await (const { bytes } of parts) await upload.part(number++, bytes);
      await upload.complete();
    } catch (error) {
      // What may succeed later is gone on with; anything else leaves nothing behind.
      if (s3ErrorOf(error).status !== 503) await upload.abort();
      throw error;
    }
  }

  private headersOf({ headers }: Answer): Record<string, string> {
    const { kmsKeyArn } = this.document;
    const out: Record<string, string> = {};
    for (const [name, value] of Object.entries(headers)) {
      if (COPIED_HEADERS.includes(name) || name.startsWith('x-amz-meta-')) out[name] = value;
    }
    if (headers.etag !== undefined) out[COPY_ETAG] = headers.etag;
    if (kmsKeyArn !== undefined) {
      out['x-amz-server-side-encryption'] = 'aws:kms';
      out['x-amz-server-side-encryption-aws-kms-key-id'] = this.settings.value(kmsKeyArn);
    }
    return out;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof S3Error && error.status === 404;
}

/** Tells one original from a later one; the view's ETag does, where it has one. */
function identityOf(headers: Readonly<Record<string, string>>): string {
  return JSON.stringify([headers.etag, headers['x-amz-version-id'], headers['last-modified']]);
}

class Multipart {
  private uploadId = '';
  /** Checksums by part number of what an earlier attempt uploaded. */
  private readonly before = new Map<number, string>();
  private readonly etags = new Map<number, string>();
  private readonly sums: string[] = [];
  private readonly stateUrl: URL;

  constructor(
    private readonly settings: Settings,
    private readonly target: Target,
    private readonly headers: Readonly<Record<string, string>>,
    private readonly etag: string | undefined,
    private readonly signal: AbortSignal,
  ) {
    const name = createHash('sha256').update(target.key).digest('hex');
    this.stateUrl = settings.aws.objectUrl(target.bucket, `${UPLOADS}${name}.json`);
  }

  public async begin(): Promise<void> {
    if (this.etag !== undefined && (await this.resumed())) return;
    const { status, body } = await this.call(
      'POST',
      { uploads: '' },
      { ...this.headers, 'x-amz-checksum-algorithm': 'SHA256' },
    );
    if (status !== 200) throw refusal(status, body);
    this.uploadId = element(body, 'UploadId')[0];
    if (this.etag === undefined) return;
    const state: Upload = { uploadId: this.uploadId, etag: this.etag };
    const saved = await this.settings.aws.s3(
      'PUT',
      this.stateUrl,
      { 'content-type': 'application/json' },
      JSON.stringify(state),
      this.signal,
    );
    if (saved.status !== 200) throw refusal(saved.status, saved.body);
  }

  public async part(number: number, bytes: Buffer): Promise<void> {
    const sum = digest(bytes);
    this.sums[number] = sum;
    if (this.before.get(number) === sum) return;
    const { status, headers, body } = await this.call(
      'PUT',
      { partNumber: String(number), uploadId: this.uploadId },
      { 'x-amz-checksum-sha256': sum },
      bytes,
    );
    if (status !== 200) throw refusal(status, body);
    this.etags.set(number, headers.etag!);
  }

  public async complete(): Promise<void> {
    const parts = this.sums
      .slice(1)
      .map(
        (sum, i) =>
          `<Part><PartNumber>${i + 1}</PartNumber><ETag>${this.etags.get(i + 1)}</ETag><ChecksumSHA256>${sum}</ChecksumSHA256></Part>`,
      );
    const xml =
      '<CompleteMultipartUpload ' +
      `xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`;
    const { status, body } = await this.call(
      'POST',
      { uploadId: this.uploadId },
      { 'content-type': 'application/xml' },
      xml,
    );
    // S3 may answer 200 and then, in the body, that it failed.
    if (status !== 200 || /<Error>/.test(body.toString())) throw refusal(status === 200 ? 503 : status, body);
    await this.forget();
  }

  public async abort(): Promise<void> {
    if (this.uploadId !== '') {
      await this.settings.aws.s3('DELETE', this.url({ uploadId: this.uploadId })).catch(() => undefined);
    }
    await this.forget();
  }

  private async forget(): Promise<void> {
    if (this.etag !== undefined) await this.settings.aws.s3('DELETE', this.stateUrl).catch(() => undefined);
  }

  /** Goes on with an upload of the same view, as far as S3 still has it. */
  private async resumed(): Promise<boolean> {
    const { status, body } = await this.settings.aws.s3('GET', this.stateUrl, {}, '', this.signal);
    if (status !== 200) return false;
    const { uploadId, etag } = JSON.parse(body.toString()) as Upload;
    if (etag !== this.etag) {
      await this.settings.aws.s3('DELETE', this.url({ uploadId })).catch(() => undefined);
      return false;
    }
    for (let marker = '0'; ;) {
      const listed = await this.call('GET', { uploadId, 'part-number-marker': marker });
      if (listed.status === 404) return false;
      if (listed.status !== 200) throw refusal(listed.status, listed.body);
      for (const part of element(listed.body, 'Part')) {
        const number = Number(element(part, 'PartNumber')[0]);
        this.before.set(number, element(part, 'ChecksumSHA256')[0]);
        this.etags.set(number, unescaped(element(part, 'ETag')[0]));
      }
      if (element(listed.body, 'IsTruncated')[0] !== 'true') break;
      marker = element(listed.body, 'NextPartNumberMarker')[0];
    }
    this.uploadId = uploadId;
    return true;
  }

  private call(
    method: string,
    query: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
    body: string | Buffer = '',
  ): Promise<Reply> {
    return this.settings.aws.s3(method, this.url(query), headers, body, this.signal);
  }

  private url(query: Readonly<Record<string, string>>): URL {
    return this.settings.aws.objectUrl(this.target.bucket, this.target.key, query);
  }
}

interface Part {
  readonly bytes: Buffer;
  readonly last: boolean;
}

/** Full parts, and a last one that may be smaller or, for an empty object, empty. */
async function* inParts(body: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Part, never> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    held.push(chunk);
    bytes += chunk.length;
    while (bytes > size) {
      const all = Buffer.concat(held);
      yield { bytes: all.subarray(0, size), last: false };
      held = [all.subarray(size)];
      bytes -= size;
    }
  }
  yield { bytes: Buffer.concat(held), last: true };
  return undefined as never;
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** The texts of all elements of a name in one of S3's small answers. */
function element(xml: Buffer | string, name: string): string[] {
  return [...xml.toString().matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))].map(([, text]) => text);
}

function unescaped(text: string): string {
  return text.replace(/&quot;/g, '"').replace(/&amp;/g, '&');
}

function refusal(status: number, body: Buffer): Error {
  const { code, message } = errorFromS3(status, body.toString());
  // No such upload: another attempt, at the same time, has completed it.
  if (status >= 500 || status === 429 || code === 'NoSuchUpload') {
    return new TransformError(code, 'the bucket of the copies did not take it this time', true);
  }
  return new S3Error(status === 404 ? 409 : status, code, `the copy was refused: ${message}`, {}, true);
}
