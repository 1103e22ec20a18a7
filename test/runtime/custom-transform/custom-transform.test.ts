import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CustomTransform, tryTransform } from '../../../src/runtime/custom-transform';
import { prepareChain } from '../../../src/runtime/transforms/prepare';
import { CALL, run, SURROUNDINGS } from '../transforms/support';

/** Upper case: a byte stands for itself. */
const upper: CustomTransform = ({ count }) => ({
  push: (chunk) => {
    count('bytes', chunk.length);
    return [Buffer.from(Buffer.from(chunk).toString('latin1').toUpperCase(), 'latin1')];
  },
  end: () => [Buffer.from('!')],
});

/** Forgets that a chunk may end anywhere. */
const careless: CustomTransform = () => ({
  push: (chunk) => [
    Buffer.from(
      Buffer.from(chunk)
        .toString()
        .replace(/secret/g, '***'),
    ),
  ],
  end: () => [],
});

/** Keeps what it was given to read. */
const keeper: CustomTransform = () => {
  const held: Uint8Array[] = [];
  return { push: (chunk) => (held.push(chunk), []), end: () => held };
};

describe('tryTransform', () => {
  test('gives output and counts', async () => {
    const { output, counts } = await tryTransform(upper, 'abc');
    expect([output.toString(), counts]).toEqual(['ABC!', { bytes: 3 }]);
  });

  test('finds what depends on the cut', async () => {
    await expect(tryTransform(careless, 'a secret here')).rejects.toThrow(/depends on how the input is cut/);
  });

  test('overwrites chunks as streams do', async () => {
    expect((await tryTransform(keeper, 'abcdefgh')).output.toString()).toBe('XXXXXXXX');
  });

  test.each([
    ['a text', () => 'text', '"push" gave String, it must give a list of Uint8Array'],
    ['nothing', () => undefined, '"push" gave undefined'],
    ['a list of texts', () => ['a'], '"push" gave a list with String'],
    ['a single chunk', (chunk: Uint8Array) => chunk, '"push" gave Buffer'],
  ])('says what is wrong when a call gives %s', async (_, push, message) => {
    await expect(tryTransform((() => ({ push, end: () => [] })) as never, 'abc')).rejects.toThrow(message);
    await expect(tryTransform((() => ({ push })) as never, 'abc')).rejects.toThrow(
      'it must give an object with the functions "push" and "end"',
    );
  });

  test('passes options, context and what is asynchronous', async () => {
    const greet: CustomTransform<{ word: string }> = async ({ key }, { word }) => ({
      push: async () => [],
      end: async () => [Buffer.from(`${word} ${key}`)],
    });
    expect(
      (await tryTransform(greet, '', { options: { word: 'hello' }, context: { key: 'k' } })).output.toString(),
    ).toBe('hello k');
  });
});

describe('in a chain', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'custom-transform-'));
    writeFileSync(
      join(folder, 'mine.js'),
      `
      exports.transform = ({ caller, count }, options) => ({ push: (chunk) => { count('chunks'); return [chunk]; }, end: () => [Buffer.from(' for ' + caller.claims.name + options.mark)] });
      exports.wrong = () => ({ push: (chunk) => String(chunk), end: () => [] });
      exports.leaky = () => ({ push: (chunk) => { throw new Error('cannot read ' + Buffer.from(chunk)); }, end: () => [] });
    `,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const spec = () =>
    ({
      type: 'custom',
      module: join(folder, 'mine.js'),
      version: '1',
      options: { mark: '!' },
      contentType: 'text/x-mine',
    }) as const;

  test('runs the code of a layer on the same core', async () => {
    const { output, counts } = await run([spec(), { type: 'redact', policy: { version: 1 } }], 'ada@example.com', {
      contentType: 'text/plain',
    });
    expect([output.toString(), counts]).toEqual([
      '[EMAIL] for Grace Hopper!',
      { 'custom-chunks': 1, 'Matches.email': 1 },
    ]);
  });

  test('its version, options and caller are part of the ETag, its type is told', () => {
    const [one, two, three] = [spec(), { ...spec(), version: '2' }, { ...spec(), options: {} }].map((each) =>
      prepareChain([each], SURROUNDINGS),
    );
    expect(new Set([one.version, two.version, three.version]).size).toBe(3);
    expect(one.variesBy(CALL)).not.toBe(one.variesBy({ ...CALL, caller: { id: 'other' } }));
    expect(one.describe({ contentType: 'text/plain', name: 'a' }).contentType).toBe('text/x-mine');
  });

  test('what it throws tells nothing of the content', async () => {
    await expect(run([{ ...spec(), exportName: 'leaky' }], 'planted')).rejects.toMatchObject({
      code: 'TransformFailed',
      message: 'the custom transform threw Error',
    });
  });

  test('what is no chunk goes nowhere', async () => {
    await expect(run([{ ...spec(), exportName: 'wrong' }], 'planted')).rejects.toMatchObject({
      code: 'TransformFailed',
      message: 'the custom transform threw TypeError',
    });
  });

  test('a module without the function is refused when it is prepared', () => {
    expect(() => prepareChain([{ ...spec(), exportName: 'nothing' }], SURROUNDINGS)).toThrow(
      /must export a function "nothing"/,
    );
  });
});
