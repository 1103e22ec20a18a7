import { TransformError } from '../../transforms/errors';
import { answered, begin, drained, whole } from '../aws/http';
import type { Aws } from '../aws/services';
import { S3Error } from '../s3-error';
import type { Answer } from '../view-request';

/** How S3 spells the headers that it forwards. */
const SPELT: Record<string, string | undefined> = {
  'cache-control': 'Cache-Control',
  'content-disposition': 'Content-Disposition',
  'content-encoding': 'Content-Encoding',
  'content-language': 'Content-Language',
  'content-range': 'Content-Range',
  'content-type': 'Content-Type',
  etag: 'ETag',
  expires: 'Expires',
  'last-modified': 'Last-Modified',
};
/** The headers of an answer that WriteGetObjectResponse has a place for. */
const FORWARDED = new Set([
  ...Object.keys(SPELT),
  'accept-ranges',
  'x-amz-checksum-crc32',
  'x-amz-delete-marker',
  'x-amz-missing-meta',
  'x-amz-mp-parts-count',
  'x-amz-object-lock-legal-hold',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
  'x-amz-replication-status',
  'x-amz-request-charged',
  'x-amz-restore',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-bucket-key-enabled',
  'x-amz-storage-class',
  'x-amz-tagging-count',
  'x-amz-version-id',
]);
const META = 'x-amz-meta-';
const MAX_REPLY_BYTES = 64 << 10;

export interface Destination {
  readonly outputRoute: string;
  readonly outputToken: string;
}

/**
 * WriteGetObjectResponse as a request of our own: the client library's call never settles when the body fails. The
 * token counts once, so nothing is tried again.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_WriteGetObjectResponse.html
 */
export async function writeAnswer(aws: Aws, to: Destination, answer: Answer, signal: AbortSignal): Promise<void> {
  const length = answer.headers['content-length'];
  await write(
    aws,
    to,
    {
      'x-amz-fwd-status': String(answer.status),
      ...forwarded(answer.headers),
      // Without a body the length would be one of ours, and wrong.
      ...(answer.body && length !== undefined ? { 'content-length': length } : {}),
    },
    answer.body,
    signal,
  );
}

export async function writeError(aws: Aws, to: Destination, failure: S3Error, signal: AbortSignal): Promise<void> {
  await write(
    aws,
    to,
    {
      'x-amz-fwd-status': String(failure.status),
      ...forwarded(failure.headers),
      // A 304 is no error.
      ...(failure.status === 304
        ? {}
        : { 'x-amz-fwd-error-code': failure.code, 'x-amz-fwd-error-message': asHeader(failure.message) }),
    },
    undefined,
    signal,
  );
}

function forwarded(headers: Readonly<Record<string, string>>): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(META)) out[name] = asHeader(value);
    else if (FORWARDED.has(name)) out[`x-amz-fwd-header-${SPELT[name] ?? name}`] = asHeader(value);
  }
  return out;
}

/** What came as Latin-1 in a header goes as it; what a header cannot hold is written as the web does. */
function asHeader(value: string): string {
  return value
    .replace(/[\r\n\0]+/g, ' ')
    .replace(/[^\t\x20-\x7e\x80-\xff]/gu, (character) => encodeURIComponent(character));
}

async function write(
  aws: Aws,
  { outputRoute, outputToken }: Destination,
  headers: Readonly<Record<string, string>>,
  body: AsyncIterable<Uint8Array> | undefined,
  signal: AbortSignal,
): Promise<void> {
  const url = aws.objectLambdaUrl(outputRoute);
  const signed = aws.sign('s3-object-lambda', 'POST', url, {
    'x-amz-request-route': outputRoute,
    'x-amz-request-token': outputToken,
    ...(body ? {} : { 'content-length': '0' }),
    ...headers,
  });
  const request = begin({ method: 'POST', url, headers: signed, signal, fresh: true });
  const reply = answered(request);
  // An answer, or an error, before the end of the body: nobody reads on. It is looked at below.
  let over = false;
  reply
    .catch(() => undefined)
    .finally(() => {
      over = true;
    });
  try {
    for await (const chunk of body ?? []) {
      if (over) break;
      if (!request.write(chunk)) await drained(request);
    }
  } catch (error) {
    // Never ended: S3 must not take what was sent for the whole object.
    request.destroy();
    throw error;
  }
  if (!request.destroyed) request.end();
  const message = await reply;
  const text = (await whole(message, MAX_REPLY_BYTES)).toString();
  if (message.statusCode !== 200) {
    const code = /<Code>([A-Za-z]{1,64})<\/Code>/.exec(text)?.[1] ?? 'none';
    throw new TransformError(
      'ResponseRefused',
      `WriteGetObjectResponse answered ${message.statusCode} with the code ${code}`,
    );
  }
}
