import { Writable } from 'node:stream';
import { BUCKET, environment, lines, ObjectLambdaWorld, REDACTED } from './harness';
import { closeConnections } from '../../../src/runtime/object-views/aws/http';
import { Aws } from '../../../src/runtime/object-views/aws/services';
import type { ViewsDocument } from '../../../src/runtime/object-views/contract';
import { CopyHandler } from '../../../src/runtime/object-views/copy/handler';
import { EndpointHandler } from '../../../src/runtime/object-views/endpoint/handler';
import { ObjectLambdaHandler } from '../../../src/runtime/object-views/object-lambda/handler';
import { Settings } from '../../../src/runtime/object-views/settings';
import { S3Server } from '../../support/s3-server';

/** Requests that somebody made up to get what the view does not have. */

const ROLE = 'arn:aws:iam::111122223333:role/analytics';
const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 60_000 };
const document: ViewsDocument = {
  version: 1,
  bucket: BUCKET,
  copy: { bucket: 'copies', view: 'orders' },
  views: { orders: { transforms: [], prefixes: ['orders/'], callers: { iam: [ROLE] } } },
};

let s3: S3Server;
/** Requests for objects; the secret of the ETags is read from Secrets Manager. */
const askedOfS3 = () => s3.seen.filter(({ headers }) => !String(headers.authorization).includes('/secretsmanager/'));
const logs: string[] = [];
beforeAll(async () => {
  s3 = await S3Server.start();
});
afterAll(async () => {
  await s3.stop();
  closeConnections();
});
beforeEach(() => {
  logs.length = 0;
  s3.seen.length = 0;
  s3.put(BUCKET, 'orders/1.txt', lines(1), { 'content-type': 'text/plain' });
  s3.put(BUCKET, 'letters/secret.txt', Buffer.from('planted'), { 'content-type': 'text/plain' });
});

describe('the endpoint', () => {
  const ask = async (
    rawPath: string,
    rawQueryString = '',
    iamArn = 'arn:aws:sts::111122223333:assumed-role/analytics/ada',
  ) => {
    const env = environment(s3, document);
    const chunks: Buffer[] = [];
    let head: { status: number; headers: Readonly<Record<string, string>> } | undefined;
    const out = new Writable({
      write: (chunk: Buffer, _, done) => {
        chunks.push(Buffer.from(chunk));
        done();
      },
    });
    await new EndpointHandler(new Settings(env), env, (line) => logs.push(line)).handle(
      {
        rawPath,
        rawQueryString,
        headers: {},
        requestContext: { http: { method: 'GET' }, authorizer: { iam: { userArn: iamArn } } },
      },
      (status, headers) => {
        head = { status, headers };
        return out;
      },
      context,
    );
    return { ...head!, body: Buffer.concat(chunks).toString() };
  };

  test.each([
    '/orders/orders/../letters/secret.txt',
    '/orders/orders/..%2Fletters/secret.txt',
    '/orders/orders/%2e%2e/letters/secret.txt',
    '/orders/orders/./1.txt',
  ])('%s leads to no other key', async (path) => {
    const { status, body } = await ask(path);
    expect([status, body.includes('planted')]).toEqual([400, false]);
    expect(askedOfS3()).toEqual([]);
  });

  test('a key with dots that are no folder is served', async () => {
    s3.put(BUCKET, 'orders/..a/b...txt', lines(1), { 'content-type': 'text/plain' });
    expect((await ask('/orders/orders/..a/b...txt')).status).toBe(200);
  });

  test('no header is split', async () => {
    const { status, headers } = await ask(
      '/orders/orders/1.txt',
      `response-content-disposition=${encodeURIComponent('a\r\nset-cookie: x=y')}`,
    );
    expect([status, headers['content-disposition']]).toEqual([400, undefined]);
    expect(
      (await ask('/orders/orders/1.txt', 'response-content-disposition=attachment')).headers['content-disposition'],
    ).toBe('attachment');
  });

  test('views that do not exist are no metrics', async () => {
    expect((await ask('/made-up-1/x')).status).toBe(403);
    expect(JSON.parse(logs[0])).toMatchObject({ View: '', status: 403 });
  });
});

test('a copy is never made of another object, nor put elsewhere', async () => {
  const env = environment(s3, document);
  const result: any = await new CopyHandler(new Settings(env), env, (line) => logs.push(line)).handle(
    {
      invocationSchemaVersion: '2.0',
      invocationId: 'i',
      job: { id: 'j' },
      tasks: [{ taskId: 't', s3Key: 'orders/../letters/secret.txt', s3Bucket: BUCKET }],
    },
    context,
  );
  expect(result.results[0]).toMatchObject({
    resultCode: 'PermanentFailure',
    resultString: expect.stringContaining('InvalidRequest'),
  });
  expect(askedOfS3()).toEqual([]);
});

test('a bucket with a dot in its name is not left', () => {
  const aws = new Aws({ AWS_REGION: 'eu-west-1' });
  expect(() => aws.objectUrl('my.bucket', '../other/x')).toThrow('not served');
  expect(aws.objectUrl('my.bucket', 'a/b').href).toBe('https://s3.eu-west-1.amazonaws.com/my.bucket/a/b');
});

describe('S3 Object Lambda', () => {
  const prefixed = { ...REDACTED, prefixes: ['shown/'] };

  test.each(['?list-type=2&prefix=hidden/&Prefix=shown/', '?list-type=2&prefix=hidden/&prefix=shown/'])(
    'a listing is of what S3 is asked: %s',
    async (query) => {
      const world = await ObjectLambdaWorld.start(prefixed);
      world.s3.put(BUCKET, 'hidden/a.txt', lines(1), {});
      const { status, body } = await world.get('', {}, query);
      expect([status, body.toString().includes('hidden/a.txt')]).toEqual([403, false]);
      await world.stop();
    },
  );

  test.each([
    ['https://attacker.example/x?X-Amz-SignedHeaders=host'],
    ['http://169.254.169.254/latest/meta-data/'],
    ['https://s3.eu-west-1.amazonaws.com.attacker.example/x'],
    ['http://bucket.s3.eu-west-1.amazonaws.com/x'],
    ['https://function.lambda-url.eu-west-1.on.aws/'],
  ])('%s is not asked', (url) => {
    expect(new Aws({ AWS_REGION: 'eu-west-1' }).isS3(new URL(url))).toBe(false);
  });

  test.each([
    'https://originals-111122223333.s3-accesspoint.eu-west-1.amazonaws.com/x',
    'https://b.s3.eu-west-1.amazonaws.com/x',
  ])('%s is', (url) => {
    expect(new Aws({ AWS_REGION: 'eu-west-1' }).isS3(new URL(url))).toBe(true);
  });

  test('an event that names another host reads nothing', async () => {
    const env = environment(s3, { version: 1, views: { analytics: REDACTED } });
    const handler = new ObjectLambdaHandler(new Settings(env), env, (line) => logs.push(line));
    const result = await handler.handle(
      {
        headObjectContext: { inputS3Url: 'http://127.0.0.1:1/x' },
        configuration: { payload: '{"view":"analytics"}' },
        userRequest: { url: 'https://v.s3-object-lambda.eu-west-1.amazonaws.com/x', headers: {} },
      },
      context,
    );
    expect(result).toMatchObject({
      statusCode: 500,
      errorMessage: 'the event names an original that is not in Amazon S3',
    });
  });

  test('the answer goes to S3 alone', () => {
    const aws = new Aws({ AWS_REGION: 'eu-west-1' });
    expect(() => aws.objectLambdaUrl('attacker.example/')).toThrow('no route');
    expect(aws.objectLambdaUrl('io-use1-001').host).toBe('io-use1-001.s3-object-lambda.eu-west-1.amazonaws.com');
  });
});
