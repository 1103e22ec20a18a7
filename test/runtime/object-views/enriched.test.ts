import { BUCKET, ObjectLambdaWorld } from './harness';
import type { EnrichSpec, LookupSpec } from '../../../src/runtime/object-views/transform-spec';

const ORDERS = '[{"customer":"k1","mail":"planted@example.com"},{"customer":"k2"},{"customer":""}]';
const ENRICHED =
  '[{"customer":"k1","mail":"planted@example.com","tier":"gold"},{"customer":"k2","tier":null},{"customer":"","tier":null}]';

function enriching(lookup: LookupSpec): Promise<ObjectLambdaWorld> {
  const spec: EnrichSpec = { type: 'enrich', key: 'customer', lookup, add: { tier: 'tier' } };
  return ObjectLambdaWorld.start({ transforms: [spec] });
}

const code = (body: Buffer) => /<Code>(.*?)<\/Code>/.exec(body.toString())?.[1];
let world: ObjectLambdaWorld;
afterEach(() => world.stop());

describe('from DynamoDB, by signed requests', () => {
  let asked: unknown[];
  let answer: () => { status?: number; body: object };
  beforeEach(async () => {
    world = await enriching({ type: 'dynamodb', table: 'tiers', partitionKey: 'id' });
    world.s3.put(BUCKET, 'orders.json', ORDERS, { 'content-type': 'application/json' });
    asked = [];
    answer = () => ({ body: { Responses: { tiers: [{ id: { S: 'k1' }, tier: { S: 'gold' } }] } } });
    world.s3.services.set('DynamoDB_20120810.BatchGetItem', (input) => {
      asked.push(input);
      return answer();
    });
  });

  test('records get what the table knows, and a key that no table can have is not asked for', async () => {
    const response = await world.get('orders.json');
    expect([response.status, response.body.toString()]).toEqual([200, ENRICHED]);
    expect(asked).toEqual([{ RequestItems: { tiers: { Keys: [{ id: { S: 'k1' } }, { id: { S: 'k2' } }] } } }]);
  });

  test('there is no ETag, since the table can change: a condition on one never says "the same"', async () => {
    const { headers } = await world.get('orders.json');
    expect(headers.etag).toBeUndefined();
    expect((await world.get('orders.json', { 'if-match': world.s3.get(BUCKET, 'orders.json')!.etag })).status).toBe(
      412,
    );
    expect((await world.head('orders.json')).headers.etag).toBeUndefined();
    expect((await world.get('', {}, '?list-type=2')).body.toString()).not.toContain('ETag');
  });

  test.each([
    [
      'refused',
      () => ({ status: 400, body: { __type: 'x#AccessDeniedException', message: 'planted' } }),
      400,
      'LookupFailed',
      1,
    ],
    [
      'throttled for too long',
      () => ({ status: 400, body: { __type: 'x#ProvisionedThroughputExceededException' } }),
      503,
      'LookupUnavailable',
      5,
    ],
    ['down', () => ({ status: 503, body: {} }), 503, 'LookupUnavailable', 5],
  ])('%s: nothing comes out', async (_, broken, status, expected, attempts) => {
    answer = broken;
    const response = await world.get('orders.json');
    expect([response.status, code(response.body), asked.length]).toEqual([status, expected, attempts]);
    expect(response.body.toString() + world.logs.join('')).not.toContain('planted');
  });

  test('one that never answers does not outlast the deadline', async () => {
    world.remainingMs = 1700;
    world.s3.also = ((front) => async (req, res, url) =>
      !String(req.headers['x-amz-target']).startsWith('DynamoDB') ? front!(req, res, url) : true)(world.s3.also);
    const response = await world.get('orders.json');
    expect([response.status, code(response.body)]).toEqual([503, 'TransformTimeout']);
  });
});

describe('from an object', () => {
  beforeEach(async () => {
    world = await enriching({ type: 'object', bucket: 'segments', key: 'tiers.csv', maxBytes: 1000 });
    world.s3.put(BUCKET, 'orders.json', ORDERS, { 'content-type': 'application/json' });
    world.s3.put('segments', 'tiers.csv', 'id,tier\nk1,gold\n');
  });

  test('records get what the object knows, and it is read once', async () => {
    for (const _ of [1, 2]) expect((await world.get('orders.json')).body.toString()).toBe(ENRICHED);
    expect(world.s3.seen.filter(({ url }) => url.pathname === '/segments/tiers.csv').length).toBe(1);
  });

  test('its content is part of the ETag', async () => {
    const {
      headers: { etag },
    } = await world.get('orders.json');
    const other = await enriching({ type: 'object', bucket: 'segments', key: 'tiers.csv' });
    other.s3.put(BUCKET, 'orders.json', ORDERS, { 'content-type': 'application/json' });
    other.s3.put('segments', 'tiers.csv', 'id,tier\nk1,silver\n');
    const theirs = await other.get('orders.json');
    await other.stop();
    expect(etag).toMatch(/-view"$/);
    expect(theirs.headers.etag).not.toBe(etag);
    expect((await world.head('orders.json')).headers.etag).toBe(etag);
  });

  test.each([
    ['missing', () => world.s3.delete('segments', 'tiers.csv'), 400],
    ['too large', () => world.s3.put('segments', 'tiers.csv', 'x'.repeat(1001)), 400],
    ['neither JSON nor CSV', () => world.s3.put('segments', 'tiers.csv', '{"k1":'), 400],
    // The first fault is for the order, the second for the lookup.
    [
      'refused for now',
      () =>
        world.s3.faults.push(
          { type: 'slow', chunk: 1e6, everyMs: 1 },
          { type: 'status', status: 503, code: 'SlowDown', message: 'planted' },
        ),
      503,
    ],
    [
      'cut off',
      () => world.s3.faults.push({ type: 'slow', chunk: 1e6, everyMs: 1 }, { type: 'truncate', after: 5 }),
      503,
    ],
  ])('%s: nothing comes out', async (_, spoil, status) => {
    spoil();
    const response = await world.get('orders.json');
    expect(response.status).toBe(status);
    expect(response.body.toString() + world.logs.join('')).not.toContain('planted');
  });
});
