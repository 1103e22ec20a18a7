import { buildSync } from 'esbuild';
import { CorsPolicy, HttpMethod } from '../../src';

/**
 * Headers that a browser sets by itself, or sends without asking; pages cannot set them, so they are in no preflight.
 */
const BY_THE_BROWSER = ['host', 'content-length', 'accept', 'expect'];

const ENTRY = `
  import * as commands from '@aws-sdk/client-s3';
  export const send = async (name, input) => {
    const client = new commands.S3Client({ region: 'eu-central-1', credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example', sessionToken: 'token' } });
    await client.send(new commands[name + 'Command']({ Bucket: 'uploads', Key: 'a.txt', ...input }));
  };`;

type Send = (name: string, input: Record<string, unknown>) => Promise<void>;

/** The SDK as a bundler builds it for a page. */
function browserSdk(): Send {
  const {
    outputFiles: [{ text }],
  } = buildSync({
    stdin: { contents: ENTRY, resolveDir: __dirname },
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'cjs',
    logLevel: 'silent',
  });
  const page = { exports: {} as { send: Send } };
  // eslint-disable-next-line no-new-func
  new Function('module', 'exports', 'require', text)(page, page.exports, undefined);
  return page.exports.send;
}

describe('a page that uses the AWS SDK', () => {
  const realFetch = globalThis.fetch;
  const sent: string[] = [];
  let send: Send;
  beforeAll(() => {
    send = browserSdk();
    globalThis.fetch = (async (request: Request) => {
      request.headers.forEach((_, name) => sent.push(name));
      return new Response('', { status: 200 });
    }) as typeof fetch;
  });
  afterAll(() => {
    globalThis.fetch = realFetch;
  });
  beforeEach(() => {
    sent.length = 0;
  });

  const allowed = (...methods: HttpMethod[]) => {
    const { allowedHeaders } = CorsPolicy.forOrigins('https://www.example.com')
      .allow(...methods)
      ._render() as { allowedHeaders: string[] };
    return (name: string) =>
      allowedHeaders.some((pattern) => new RegExp(`^${pattern.replace('*', '.*')}$`, 'i').test(name));
  };

  test.each([
    ['GetObject', { Range: 'bytes=0-9', IfMatch: '"x"' }, [HttpMethod.GET]],
    ['HeadObject', {}, [HttpMethod.GET, HttpMethod.HEAD]],
    [
      'PutObject',
      { Body: 'hello', ContentType: 'text/plain', ACL: 'bucket-owner-full-control', Metadata: { owner: 'me' } },
      [HttpMethod.PUT],
    ],
    [
      'PutObject',
      {
        Body: 'hello',
        ServerSideEncryption: 'aws:kms',
        ChecksumAlgorithm: 'SHA256',
        CacheControl: 'no-store',
        IfNoneMatch: '*',
      },
      [HttpMethod.PUT],
    ],
    ['UploadPart', { Body: 'hello', PartNumber: 1, UploadId: 'u' }, [HttpMethod.PUT]],
    ['CreateMultipartUpload', {}, [HttpMethod.POST, HttpMethod.PUT]],
    ['DeleteObject', {}, [HttpMethod.DELETE]],
  ])('%s passes the preflight with the default headers', async (name, input, methods) => {
    await send(name, input).catch(() => undefined);
    expect(sent).toEqual(expect.arrayContaining(['amz-sdk-invocation-id', 'amz-sdk-request', 'authorization']));
    expect(sent.filter((header) => !BY_THE_BROWSER.includes(header) && !allowed(...methods)(header))).toEqual([]);
  });
});
