import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BUCKET, environment, lines, REDACTED, redactedLines } from './harness';
import type { ViewsDocument } from '../../../src/runtime/object-views/contract';
import { S3Server } from '../../support/s3-server';
import { presign } from '../../support/signatures';

const ASSETS = join(__dirname, '..', '..', '..', 'assets');
/**
 * The bytes of a bundle are a part of each cold start: measured 125 KB, compressed; more than this is to be seen before
 * it is merged.
 */
const MOST_KB = 140;

const FUNCTIONS = ['object-lambda', 'view-endpoint', 'view-copy'];

test.each(FUNCTIONS)('%s is small, minified, has its map and no client of AWS', (name) => {
  const code = readFileSync(join(ASSETS, name, 'index.js'), 'utf8');
  expect(gzipSync(code).length / 1000).toBeLessThan(MOST_KB);
  expect(code.split('\n').length).toBeLessThan(200);
  expect(code).not.toMatch(/@aws-sdk|@smithy|aws-sdk-js/);
  expect(code).toContain('sourceMappingURL=index.js.map');
  expect(JSON.parse(readFileSync(join(ASSETS, name, 'index.js.map'), 'utf8')).sources.join()).toContain(
    'object-views/serve.ts',
  );
});

test('the codecs are a layer, and in no function', () => {
  expect(
    readdirSync(join(ASSETS, 'image-codecs', 'strongbox-image')).filter((file) => file.endsWith('.wasm')).length,
  ).toBe(6);
  for (const name of FUNCTIONS) expect(readdirSync(join(ASSETS, name)).sort()).toEqual(['index.js', 'index.js.map']);
  for (const name of FUNCTIONS) expect(statSync(join(ASSETS, name, 'index.js')).size).toBeLessThan(500_000);
});

describe('as Lambda runs them, with nothing beside them', () => {
  let s3: S3Server;
  let folder: string;
  beforeAll(async () => {
    s3 = await S3Server.start();
    folder = mkdtempSync(join(tmpdir(), 'bundles-'));
    for (const name of FUNCTIONS) cpSync(join(ASSETS, name), join(folder, name), { recursive: true });
  });
  afterAll(async () => {
    await s3.stop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => void s3.put(BUCKET, 'a.txt', lines(3), { 'content-type': 'text/plain' }));

  const DOCUMENT: ViewsDocument = {
    version: 1,
    bucket: BUCKET,
    views: { analytics: { ...REDACTED, callers: { iam: ['arn:aws:iam::111122223333:user/ada'] } } },
    copy: { bucket: 'copies', view: 'analytics' },
  };
  /** What the process writes that is handed the event. */
  function invoked(name: string, event: object): Promise<string> {
    expect(existsSync(join(folder, 'node_modules'))).toBe(false);
    const code = `
      globalThis.awslambda = {
        streamifyResponse: (handler) => (event, context) => handler(event, process.stdout, context),
        HttpResponseStream: { from: (stream, head) => (stream.write(JSON.stringify(head) + '\\n'), stream) },
      };
      require(${JSON.stringify(join(folder, name))}).handler(${JSON.stringify(event)}, { awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 })
        .then((result) => { if (result) console.log(JSON.stringify(result)); }).finally(() => setTimeout(() => process.exit(), 50));`;
    const env = { PATH: process.env.PATH, ...environment(s3, DOCUMENT, { STRONGBOX_LOG_LEVEL: 'off' }) };
    return new Promise((resolve, reject) => {
      execFile(process.execPath, ['-e', code], { cwd: folder, env }, (error, stdout, stderr) =>
        error ? reject(new Error(stderr)) : resolve(stdout),
      );
    });
  }

  test('object-lambda writes the view', async () => {
    const written: Array<{ status: unknown; body: string }> = [];
    s3.also = async (req, res, url) => {
      if (url.pathname !== '/WriteGetObjectResponse') return false;
      const parts: Buffer[] = [];
      for await (const part of req) parts.push(part as Buffer);
      written.push({ status: req.headers['x-amz-fwd-status'], body: Buffer.concat(parts).toString() });
      res.end();
      return true;
    };
    const inputS3Url = await presign('GET', new URL(`${s3.endpoint}/${BUCKET}/a.txt`), {});
    await invoked('object-lambda', {
      getObjectContext: { inputS3Url, outputRoute: 'r', outputToken: 't' },
      configuration: { payload: '{"view":"analytics"}' },
      userRequest: { url: 'https://x.s3-object-lambda.eu-central-1.amazonaws.com/a.txt', headers: {} },
    });
    s3.also = undefined;
    expect(written).toEqual([{ status: '200', body: redactedLines(3).toString() }]);
  });

  test('view-endpoint streams the view', async () => {
    const out = await invoked('view-endpoint', {
      rawPath: '/analytics/a.txt',
      rawQueryString: '',
      headers: {},
      requestContext: {
        http: { method: 'GET' },
        authorizer: { iam: { userArn: 'arn:aws:iam::111122223333:user/ada' } },
      },
    });
    expect([JSON.parse(out.split('\n')[0]).statusCode, out.slice(out.indexOf('\n') + 1)]).toEqual([
      200,
      redactedLines(3).toString(),
    ]);
  });

  test('view-copy makes the copy', async () => {
    const task = { taskId: '1', s3Key: 'a.txt', s3VersionId: null, s3BucketArn: `arn:aws:s3:::${BUCKET}` };
    const out = await invoked('view-copy', {
      invocationSchemaVersion: '1.0',
      invocationId: 'i',
      job: { id: 'j' },
      tasks: [task],
    });
    expect(JSON.parse(out).results).toEqual([{ taskId: '1', resultCode: 'Succeeded', resultString: 'copied' }]);
    expect(s3.get('copies', 'a.txt')!.body.equals(redactedLines(3))).toBe(true);
  });
});
