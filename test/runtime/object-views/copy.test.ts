import { gzipSync } from 'node:zlib';
import { BUCKET, environment, lines, REDACTED, redactedLines } from './harness';
import { closeConnections } from '../../../src/runtime/object-views/aws/http';
import type { CopyDocument } from '../../../src/runtime/object-views/contract';
import { CopyHandler, type BatchResult, type QueueResult } from '../../../src/runtime/object-views/copy/handler';
import { Settings } from '../../../src/runtime/object-views/settings';
import { S3Server } from '../../support/s3-server';

const PART = 100_000;
let s3: S3Server;
const logs: string[] = [];
const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 60_000 };

function handler(copy: Partial<CopyDocument> = {}): CopyHandler {
  const env = environment(s3, { version: 1, bucket: BUCKET, views: { analytics: REDACTED, other: { transforms: [] } }, copy: { bucket: 'copies', view: 'analytics', prefix: 'redacted/', ...copy } });
  return new CopyHandler(new Settings(env), env, (line) => logs.push(line), PART);
}

const task = (s3Key: string, more = {}) => ({ taskId: s3Key, s3Key, s3VersionId: null, s3BucketArn: `arn:aws:s3:::${BUCKET}`, ...more });
async function batch(tasks: object[], job = {}, by = handler()): Promise<BatchResult> {
  return await by.handle({ invocationSchemaVersion: '1.0', invocationId: 'i', job: { id: 'j', ...job }, tasks } as never, context) as BatchResult;
}
const puts = () => s3.seen.filter(({ method, url }) => method === 'PUT' && url.pathname.startsWith('/copies/redacted')).map(({ url }) => url.searchParams.get('partNumber'));

beforeAll(async () => {
  s3 = await S3Server.start();
});
afterAll(async () => {
  await s3.stop();
  closeConnections();
});
beforeEach(() => {
  for (const bucket of [BUCKET, 'copies']) for (const key of s3.keys(bucket)) s3.delete(bucket, key);
  logs.length = s3.seen.length = s3.faults.length = 0;
});

test('a small object: its copy, with type and metadata, and what it is a copy of', async () => {
  s3.put(BUCKET, 'a b.txt', lines(3), { 'content-type': 'text/plain', 'x-amz-meta-author': 'ada' });
  const { results, treatMissingKeysAs } = await batch([task('a+b.txt')]);
  expect([results, treatMissingKeysAs]).toEqual([[{ taskId: 'a+b.txt', resultCode: 'Succeeded', resultString: 'copied' }], 'PermanentFailure']);
  const copy = s3.get('copies', 'redacted/a b.txt')!;
  expect(copy.body.equals(redactedLines(3))).toBe(true);
  expect(copy.headers).toMatchObject({ 'content-type': 'text/plain', 'x-amz-meta-author': 'ada', 'x-amz-meta-strongbox-view-etag': expect.stringContaining('-view') });
});

test('the same again changes nothing, a new original does', async () => {
  s3.put(BUCKET, 'a.txt', lines(3), { 'content-type': 'text/plain' });
  await batch([task('a.txt')]);
  const first = s3.get('copies', 'redacted/a.txt');
  expect((await batch([task('a.txt')])).results[0].resultString).toBe('unchanged');
  expect(s3.get('copies', 'redacted/a.txt')).toBe(first);
  s3.put(BUCKET, 'a.txt', lines(4), { 'content-type': 'text/plain' });
  expect((await batch([task('a.txt')])).results[0].resultString).toBe('copied');
});

test('schema 2.0: bucket by name, view by argument, a version', async () => {
  const old = s3.put(BUCKET, 'a.txt', lines(2), { 'content-type': 'text/plain' });
  await batch([task('a.txt', { s3BucketArn: undefined, s3Bucket: BUCKET, s3VersionId: old.versionId })], { userArguments: { view: 'other' } });
  expect(s3.get('copies', 'redacted/a.txt')!.body.equals(lines(2))).toBe(true);
  expect((await batch([task('a.txt', { s3VersionId: 'none' })])).results[0]).toMatchObject({ resultCode: 'PermanentFailure', resultString: expect.stringMatching(/^NoSuchKey/) });
});

test('a large object in parts', async () => {
  s3.put(BUCKET, 'large.txt', lines(20_000), { 'content-type': 'text/plain' });
  expect((await batch([task('large.txt')])).results[0].resultCode).toBe('Succeeded');
  const copy = s3.get('copies', 'redacted/large.txt')!;
  expect(copy.body.equals(redactedLines(20_000))).toBe(true);
  expect(copy.headers['x-amz-meta-strongbox-view-etag']).toContain('-view');
  expect(puts().length).toBe(Math.ceil(redactedLines(20_000).length / PART));
  expect([s3.openUploads, s3.keys('copies')]).toEqual([0, ['redacted/large.txt']]);
});

test('a later attempt goes on where an earlier one stopped', async () => {
  s3.put(BUCKET, 'large.txt', lines(20_000), { 'content-type': 'text/plain' });
  // The third part is refused for now: the first fault goes to the read of the original.
  s3.faults.push({ type: 'slow', chunk: 1e6, everyMs: 1 }, { type: 'slow', chunk: 1, everyMs: 1 }, { type: 'slow', chunk: 1, everyMs: 1 }, { type: 'status', status: 503, code: 'SlowDown' });
  expect((await batch([task('large.txt')])).results[0]).toMatchObject({ resultCode: 'TemporaryFailure', resultString: expect.stringMatching(/^SlowDown/) });
  expect([s3.openUploads, s3.get('copies', 'redacted/large.txt')]).toEqual([1, undefined]);
  expect(puts()).toEqual(['1', '2', '3']);
  s3.seen.length = 0;
  expect((await batch([task('large.txt')])).results[0].resultCode).toBe('Succeeded');
  expect(puts()[0]).toBe('3');
  expect(s3.get('copies', 'redacted/large.txt')!.body.equals(redactedLines(20_000))).toBe(true);
  expect([s3.openUploads, s3.keys('copies')]).toEqual([0, ['redacted/large.txt']]);
});

test('an upload of another original is not gone on with', async () => {
  s3.put(BUCKET, 'large.txt', lines(20_000), { 'content-type': 'text/plain' });
  s3.faults.push({ type: 'slow', chunk: 1e6, everyMs: 1 }, { type: 'slow', chunk: 1, everyMs: 1 }, { type: 'status', status: 503, code: 'SlowDown' });
  await batch([task('large.txt')]);
  s3.put(BUCKET, 'large.txt', lines(20_001), { 'content-type': 'text/plain' });
  s3.seen.length = 0;
  await batch([task('large.txt')]);
  expect(puts()[0]).toBe('1');
  expect(s3.openUploads).toBe(0);
  expect(s3.get('copies', 'redacted/large.txt')!.body.equals(redactedLines(20_001))).toBe(true);
});

test.each([
  ['corrupt gzip', () => s3.put(BUCKET, 'bad', gzipSync(lines(20_000)).subarray(0, -20), { 'content-type': 'text/plain', 'content-encoding': 'gzip' }), 'PermanentFailure', /^MalformedContent/],
  ['a missing object', () => undefined, 'PermanentFailure', /^NoSuchKey/],
  ['a reset', () => (s3.put(BUCKET, 'bad', lines(20_000), { 'content-type': 'text/plain' }), s3.faults.push({ type: 'reset', after: 800_000 })), 'TemporaryFailure', /^ServiceUnavailable/],
  ['a wrong checksum', () => (s3.put(BUCKET, 'bad', lines(20_000), { 'content-type': 'text/plain' }), s3.faults.push({ type: 'checksum' })), 'TemporaryFailure', /^ServiceUnavailable/],
])('%s leaves no copy and no secret', async (_, prepare, resultCode, resultString) => {
  prepare();
  expect((await batch([task('bad')])).results[0]).toMatchObject({ resultCode, resultString: expect.stringMatching(resultString) });
  expect(s3.get('copies', 'redacted/bad')).toBeUndefined();
  expect(logs.join('')).not.toContain('planted');
});

describe('live', () => {
  const created = (key: string) => ({ 'detail-type': 'Object Created', 'source': 'aws.s3', 'detail': { bucket: { name: BUCKET }, object: { key, size: 1 }, reason: 'PutObject' } });

  test('EventBridge: created, deleted, and late events that no longer are true', async () => {
    s3.put(BUCKET, 'a+b.txt', lines(2), { 'content-type': 'text/plain' });
    await handler().handle(created('a+b.txt'), context);
    expect(s3.get('copies', 'redacted/a+b.txt')!.body.equals(redactedLines(2))).toBe(true);
    await handler().handle({ ...created('a+b.txt'), 'detail-type': 'Object Deleted' }, context);
    expect(s3.get('copies', 'redacted/a+b.txt')).toBeDefined();
    s3.delete(BUCKET, 'a+b.txt');
    await handler({ followDeletions: false }).handle(created('a+b.txt'), context);
    expect(s3.get('copies', 'redacted/a+b.txt')).toBeDefined();
    await handler().handle(created('a+b.txt'), context);
    expect(s3.get('copies', 'redacted/a+b.txt')).toBeUndefined();
  });

  test('a queue: what failed is told one by one', async () => {
    s3.put(BUCKET, 'a b.txt', lines(2), { 'content-type': 'text/plain' });
    s3.put(BUCKET, 'bad', Buffer.from([0, 1, 2]), { 'content-type': 'application/octet-stream' });
    const record = (messageId: string, body: object) => ({ messageId, eventSource: 'aws:sqs' as const, body: JSON.stringify(body) });
    const result = await handler().handle({
      Records: [
        record('m1', created('bad')),
        record('m2', { Records: [{ s3: { bucket: { name: BUCKET }, object: { key: 'a+b.txt' } } }] }),
        record('m3', { Service: 'Amazon S3', Event: 's3:TestEvent' }),
        { messageId: 'm4', eventSource: 'aws:sqs', body: 'not json' },
      ],
    }, context) as QueueResult;
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm4' }] });
    expect(s3.keys('copies')).toEqual(['redacted/a b.txt']);
  });

  test('copies are not copied again', async () => {
    s3.put(BUCKET, 'redacted/a.txt', 'x', { 'content-type': 'text/plain' });
    await expect(handler({ bucket: BUCKET }).handle(created('redacted/a.txt'), context)).rejects.toThrow(/another bucket/);
  });
});
