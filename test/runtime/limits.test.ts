/** Every limit at, below and above it: what an edit of one bound would change. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BUCKET, fetchRaw, lines, ObjectLambdaWorld, REDACTED } from './object-views/harness';
import { closeConnections, exchange } from '../../src/runtime/object-views/aws/http';
import { parsePartNumber, sliceOf } from '../../src/runtime/object-views/range';
import { orderOf } from '../../src/runtime/presigned-urls/order';
import { DecodingLayers, Expansion } from '../../src/runtime/redaction/codec/expansion';
import { OutputLimit, StructureLimits } from '../../src/runtime/transforms/limits';

const outcomes = (values: readonly number[], attempt: (value: number) => unknown) =>
  values.map((value) => {
    try {
      attempt(value);
      return 'taken';
    } catch {
      return 'refused';
    }
  });
const AT = ['taken', 'taken', 'refused'];
const around = (limit: number) => [limit - 1, limit, limit + 1];

test('depth, fields and the length of one', () => {
  const limits = new StructureLimits({ depth: 5, fieldBytes: 6, fields: 7 });
  expect(outcomes(around(5), (value) => limits.checkDepth(value))).toEqual(AT);
  expect(outcomes(around(6), (value) => limits.checkField(value))).toEqual(AT);
  expect(outcomes(around(7), (value) => limits.checkFields(value))).toEqual(AT);
});

test('growth by decoding: the ratio from a megabyte on, and the bytes of one coding', () => {
  const grace = 1 << 20;
  expect(
    outcomes(around(grace), (value) => new Expansion({ expansionRatio: 1, decodedBytes: 1e9 }).add(value, 1)),
  ).toEqual(AT);
  expect(
    outcomes(around(2 * grace), (value) => new Expansion({ expansionRatio: 2, decodedBytes: 1e9 }).add(value, grace)),
  ).toEqual(AT);
  expect(
    outcomes(around(100), (value) => new Expansion({ expansionRatio: 1e9, decodedBytes: 100 }).add(value, 1)),
  ).toEqual(AT);
  // Of nested codings the outermost bytes count, and not those between.
  expect(
    outcomes(around(2 * grace), (value) => {
      const layers = new DecodingLayers();
      const limits = { expansionRatio: 2, decodedBytes: 1e9 };
      const [outer, inner] = [layers.next(limits), layers.next(limits)];
      outer.add(grace, grace);
      inner.add(value, 1);
    }),
  ).toEqual(AT);
});

test('growth by another format', () => {
  const grace = 1 << 20;
  expect(outcomes(around(grace), (value) => new OutputLimit().check(value, 1))).toEqual(AT);
  expect(outcomes(around(200 * 10_000), (value) => new OutputLimit().check(value, 10_000))).toEqual(AT);
  expect(
    outcomes(around(200 * 10_000), (value) => {
      const limit = new OutputLimit();
      limit.give(value - 5);
      limit.check(5, 10_000);
    }),
  ).toEqual(AT);
});

test('parts and ranges', () => {
  expect([0, 1, 10_000, 10_001].map((value) => parsePartNumber(String(value)) !== undefined)).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect([9, 10, 11].map((first) => sliceOf({ kind: 'from', first, last: undefined }, 10, 5))).toEqual([
    { start: 9, end: 10 },
    undefined,
    undefined,
  ]);
  expect([8, 9, 10].map((last) => sliceOf({ kind: 'from', first: 0, last }, 10, 5)?.end)).toEqual([9, 10, 10]);
  expect([9, 10, 11].map((length) => sliceOf({ kind: 'suffix', length }, 10, 5)?.start)).toEqual([1, 0, 0]);
  expect([2, 3].map((number) => sliceOf({ kind: 'part', number }, 10, 5))).toEqual([{ start: 5, end: 10 }, undefined]);
});

test('what an issuer of presigned URLs is asked for', () => {
  const rule = { contentTypes: ['text/plain'], minimumBytes: 10, maximumBytes: 20 };
  const settings = { operations: { put: rule }, maximumSeconds: 60 } as never;
  const order = (more: object) =>
    orderOf(
      JSON.stringify({
        operation: 'put',
        key: 'a',
        contentType: 'text/plain',
        size: 15,
        checksumSha256: Buffer.alloc(32).toString('base64'),
        ...more,
      }),
      settings,
    );
  expect(outcomes(around(60), (expiresIn) => order({ expiresIn }))).toEqual(AT);
  expect(outcomes([0, 1, 2], (expiresIn) => order({ expiresIn }))).toEqual(['refused', 'taken', 'taken']);
  expect(outcomes(around(20), (size) => order({ size }))).toEqual(AT);
  expect(outcomes(around(10), (size) => order({ size }))).toEqual(['refused', 'taken', 'taken']);
});

describe('over HTTP', () => {
  let server: Server;
  let url: URL;
  beforeAll(async () => {
    server = createServer((req, res) => {
      res.end(Buffer.alloc(Number(req.url!.slice(1)), 'x'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterAll(() => {
    closeConnections();
    server.close();
  });

  test('an answer has as many bytes as it may have', async () => {
    const read = (bytes: number) =>
      exchange({ method: 'GET', url: new URL(`/${bytes}`, url), headers: {} }, undefined, 100).then(
        () => 'taken',
        () => 'refused',
      );
    expect([await read(99), await read(100), await read(101)]).toEqual(AT);
  });
});

describe('of an object', () => {
  const SIZE = lines(5).length;
  let world: ObjectLambdaWorld;
  afterEach(() => world.stop());

  test.each([
    [SIZE - 1, 400],
    [SIZE, 200],
    [SIZE + 1, 200],
  ])('a view of at most %d bytes answers %d', async (objectBytes, status) => {
    world = await ObjectLambdaWorld.start(REDACTED, { limits: { objectBytes } });
    world.s3.put(BUCKET, 'a.txt', lines(5), { 'content-type': 'text/plain' });
    expect((await world.get('a.txt')).status).toBe(status);
    expect((await world.head('a.txt')).status).toBe(status);
  });

  test('a HEAD gives its connection back: twenty of them do not need twenty', async () => {
    world = await ObjectLambdaWorld.start(REDACTED);
    world.s3.put(BUCKET, 'a.txt', lines(5), { 'content-type': 'text/plain' });
    for (let i = 0; i < 20; i += 1) {
      expect((await fetchRaw(`${world.front.endpoint}/a.txt`, {}, 'HEAD')).status).toBe(200);
    }
    expect((Reflect.get(world.s3, 'sockets') as Set<unknown>).size).toBeLessThan(10);
  });
});
