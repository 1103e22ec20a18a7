import * as fc from 'fast-check';
import { cuts, outcome, run, text } from './support';
import type { CsvToJsonSpec, EnrichSpec } from '../../../src/runtime/object-views/transform-spec';
import { LimitExceededError } from '../../../src/runtime/redaction/errors';
import { DynamoDbLookup, type Lookup, ObjectLookup } from '../../../src/runtime/transforms/enrich/lookup';

const { signal } = new AbortController();
const toJson = (csv: string, spec: Partial<CsvToJsonSpec> = {}) => text([{ type: 'csvToJson', ...spec }], csv);

describe('CSV to JSON', () => {
  test.each([
    ['a,b\n1,"x, ""y"""\n', {}, '{"a":"1","b":"x, \\"y\\""}\n'],
    ['a,b\r\n1,"x\r\ny"', {}, '{"a":"1","b":"x\\r\\ny"}\n'],
    ['a;b\n1;2\n3;4\n', { delimiter: ';', output: 'array', numbers: ['a'] }, '[{"a":1,"b":"2"},{"a":3,"b":"4"}]'],
    ['1,2\n', { columns: ['x', 'y'] }, '{"x":"1","y":"2"}\n'],
    ['a,b\n', { output: 'array' }, '[]'],
    ['\ufeffa\nx\n', {}, '{"a":"x"}\n'],
    ['a\ntrue\nyes\n', { booleans: ['a'] }, '{"a":true}\n{"a":"yes"}\n'],
  ] as const)('%j', async (csv, spec, json) => {
    expect(await toJson(csv, spec)).toBe(json);
  });

  test.each(['a,b\n1\n', 'a,b\n1,2,3\n', 'a,a\n1,2\n', 'a\n"x', 'a\n"x"y\n'])('%j is refused', async (csv) => {
    await expect(toJson(csv)).rejects.toThrow(/CSV/);
  });

  test('limits', async () => {
    const limits = { fieldBytes: 100, fields: 3 };
    await expect(toJson(`a\n${'x'.repeat(101)}\n`, { limits })).rejects.toThrow(LimitExceededError);
    await expect(toJson('a,b,c,d\n', { limits })).rejects.toThrow(LimitExceededError);
    await expect(toJson(`a\n"${'x'.repeat(5000)}`, { limits })).rejects.toThrow();
  });

  test('the way of cutting does not matter', async () => {
    const pieces = fc.constantFrom('a', ',', '\n', '\r\n', '"', '""', 'é', '😀', ' ', 'b');
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 25 }), cuts, async (parts, sizes) => {
        const csv = `x,y\n${parts.join('')}`;
        expect(await outcome([{ type: 'csvToJson' }], csv, {}, sizes)).toBe(
          await outcome([{ type: 'csvToJson' }], csv),
        );
      }),
      { numRuns: 300 },
    );
  });
});

/** Knows every key that begins with k; remembers what it was asked. */
class Known implements Lookup {
  public readonly asked: string[][] = [];

  public async find(keys: readonly string[]) {
    this.asked.push([...keys]);
    return new Map(
      keys.filter((key) => key.startsWith('k')).map((key) => [key, { tier: `tier of ${key}`, score: 5, tags: ['x'] }]),
    );
  }
}

const SPEC: EnrichSpec = {
  type: 'enrich',
  key: 'id',
  lookup: { type: 'dynamodb', table: 't', partitionKey: 'id' },
  add: { tier: 'tier' },
};

async function enriched(
  input: string,
  spec: Partial<EnrichSpec> = {},
  contentType = 'application/json',
  lookup: Lookup = new Known(),
  sizes?: number[],
) {
  return (await run([{ ...SPEC, ...spec }], input, { contentType }, sizes, { lookup: () => lookup })).output.toString();
}

describe('enrich', () => {
  test('JSON: only the added bytes differ', async () => {
    const json = '[ {"id" : "k1", "n":1.10}, {"id":"z"},\n {"other":[{"id":"k3"}]}, 5 ]\n';
    expect(await enriched(json)).toBe(
      '[ {"id" : "k1", "n":1.10,"tier":"tier of k1"}, {"id":"z","tier":null},\n ' +
        '{"other":[{"id":"k3"}],"tier":null}, 5 ]\n',
    );
  });

  test('one record, records at a path, lines', async () => {
    expect(await enriched('{"id":"k1"}')).toBe('{"id":"k1","tier":"tier of k1"}');
    expect(await enriched('{"meta":{"id":"k0"},"data":{"rows":[{"id":"k1"},{}]}}', { records: 'data.rows' })).toBe(
      '{"meta":{"id":"k0"},"data":{"rows":[{"id":"k1","tier":"tier of k1"},{"tier":null}]}}',
    );
    expect(await enriched('{"id":"k1"}\n{"id":"k2"}\n', {}, 'application/x-ndjson')).toBe(
      '{"id":"k1","tier":"tier of k1"}\n{"id":"k2","tier":"tier of k2"}\n',
    );
  });

  test('CSV', async () => {
    expect(
      await enriched('id,n\r\nk1,"a,b"\r\nz,2\r\n', { add: { 'tier, new': 'tier', s: 'score' } }, 'text/csv'),
    ).toBe('id,n,"tier, new",s\r\nk1,"a,b",tier of k1,5\r\nz,2,,\r\n');
    await expect(enriched('id\nk1\n', { add: { t: 'tags' } }, 'text/csv')).rejects.toThrow(/cell/);
    await expect(enriched('x\nk1\n', {}, 'text/csv')).rejects.toThrow(/column/);
  });

  test('what is there already, and what is not found', async () => {
    await expect(enriched('{"id":"k1","tier":1}')).rejects.toThrow(/"existing"/);
    expect(await enriched('{"id":"k1","tier":1}', { existing: 'keep' })).toBe('{"id":"k1","tier":1}');
    expect(await enriched('{"id":"z"}', { missing: 'omit' })).toBe('{"id":"z"}');
    await expect(enriched('{"id":"z"}', { missing: 'refuse' })).rejects.toThrow(/"missing"/);
  });

  test('lookups are batched, and a key is asked once', async () => {
    const lookup = new Known();
    const records = Array.from({ length: 25 }, (_, i) => `{"id":"k${i % 12}"}`).join('\n');
    await enriched(records, { limits: { batch: 10 } }, 'application/x-ndjson', lookup);
    expect(lookup.asked.map((keys) => keys.length)).toEqual([10, 2]);
  });

  test('other content is refused', async () => {
    await expect(enriched('x', {}, 'text/plain')).rejects.toThrow(/"format"/);
    await expect(enriched('{"id":"k1"', {})).rejects.toThrow(/not valid/);
    await expect(enriched(`[{"id":"${'x'.repeat(2000)}"}]`, { limits: { fieldBytes: 1000 } })).rejects.toThrow(
      LimitExceededError,
    );
  });

  test('the way of cutting does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ id: fc.constantFrom('k1', 'z', 'é'), x: fc.jsonValue({ maxDepth: 2 }) }), {
          maxLength: 8,
        }),
        cuts,
        fc.boolean(),
        async (records, sizes, pretty) => {
          const json = JSON.stringify(records, undefined, pretty ? 1 : 0);
          const options = [{ ...SPEC, limits: { batch: 3 } }];
          const content = { contentType: 'application/json' };
          const whole = await outcome(options, json, content, undefined, { lookup: () => new Known() });
          expect(await outcome(options, json, content, sizes, { lookup: () => new Known() })).toBe(whole);
          expect(JSON.parse(Buffer.from(whole, 'latin1').toString())).toEqual(
            records.map((record) => ({
              ...JSON.parse(JSON.stringify(record)),
              tier: record.id === 'k1' ? 'tier of k1' : null,
            })),
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('lookups', () => {
  const spec = { type: 'dynamodb', table: 't', partitionKey: 'id' } as const;
  const item = (id: string) => ({
    id: { S: id },
    n: { N: '1.5' },
    flag: { BOOL: true },
    none: { NULL: true },
    list: { L: [{ S: 'x' }] },
    map: { M: { a: { N: '1' } } },
    set: { NS: ['1'] },
  });

  test('DynamoDB: a hundred keys a call, what was not processed is asked again', async () => {
    const calls: number[] = [];
    const lookup = new DynamoDbLookup(spec, 'table', async (_target, input) => {
      const { Keys } = (input as any).RequestItems.table;
      calls.push(Keys.length);
      const done = calls.length === 1 ? Keys.slice(0, 60) : Keys;
      const left = done.length < Keys.length ? { table: { Keys: Keys.slice(60) } } : {};
      return {
        status: 200,
        body: { Responses: { table: done.map(({ id }: any) => item(id.S)) }, UnprocessedKeys: left },
      };
    });
    const found = await lookup.find(
      Array.from({ length: 150 }, (_, i) => `k${i}`),
      signal,
    );
    expect([calls, found.size]).toEqual([[100, 40, 50], 150]);
    expect(found.get('k1')).toEqual({ id: 'k1', n: 1.5, flag: true, none: null, list: ['x'], map: { a: 1 }, set: [1] });
  });

  test('DynamoDB: numbers are one key however they are written, and what is none is not asked for', async () => {
    const asked: string[] = [];
    const lookup = new DynamoDbLookup({ ...spec, keyType: 'number' }, 'table', async (_target, input) => {
      const { Keys } = (input as any).RequestItems.table;
      asked.push(...Keys.map(({ id }: any) => id.N));
      return {
        status: 200,
        body: {
          Responses: { table: Keys.map(({ id }: any) => ({ id: { N: String(Number(id.N)) }, is: { S: id.N } })) },
        },
      };
    });
    const keys = ['1', '1.0', '10e-1', '007', '-0.5', '0', '-0', '1e200', 'abc', '', '1 ', '0x1', '1'.repeat(39)];
    const found = await lookup.find(keys, signal);
    expect(asked).toEqual(['1', '007', '-0.5', '0']);
    expect(keys.filter((key) => found.has(key))).toEqual(['1', '1.0', '10e-1', '007', '-0.5', '0', '-0']);
  });

  test('DynamoDB: a key that is empty or too long is not found', async () => {
    const lookup = new DynamoDbLookup(spec, 'table', async () => {
      throw new Error('nothing is to be asked');
    });
    expect((await lookup.find(['', 'é'.repeat(1025)], signal)).size).toBe(0);
  });

  test('DynamoDB: throttling is waited for, a refusal is not', async () => {
    let calls = 0;
    const throttled = new DynamoDbLookup(spec, 'table', async () =>
      (calls += 1) < 3
        ? { status: 400, body: { __type: 'com.amazonaws#ProvisionedThroughputExceededException' } }
        : { status: 200, body: { Responses: { table: [] } } },
    );
    expect((await throttled.find(['k1'], signal)).size).toBe(0);
    const refused = new DynamoDbLookup(spec, 'table', async () => ({
      status: 400,
      body: { __type: 'com.amazonaws#AccessDeniedException', message: 'secret' },
    }));
    await expect(refused.find(['k1'], signal)).rejects.toThrow(
      'the lookup in DynamoDB was refused with 400 AccessDeniedException',
    );
    const down = new DynamoDbLookup(spec, 'table', async () => ({ status: 503, body: {} }));
    await expect(down.find(['k1'], signal)).rejects.toMatchObject({ code: 'LookupUnavailable', retriable: true });
  });

  test.each(['{"k1":{"tier":"gold"}}', 'id,tier\nk1,gold\n'])('an object: %j', async (content) => {
    let now = 0;
    const asked: Array<string | undefined> = [];
    const lookup = new ObjectLookup(
      async (etag) => {
        asked.push(etag);
        return etag === 'e1' ? undefined : { body: Buffer.from(content), etag: 'e1' };
      },
      () => now,
    );
    expect((await lookup.find(['k1', 'k2'], signal)).get('k1')).toMatchObject({ tier: 'gold' });
    await lookup.find(['k1'], signal);
    now = 61_000;
    const version = await lookup.version(signal);
    expect([asked, version]).toEqual([[undefined, 'e1'], expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });
});
