import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdWith } from '../../src/command/hold';
import { holdClient, load, type HoldClient, type HoldStatus, type Version } from '../../src/command/hold-client';
import { run } from '../../src/command/main';
import { Exit, UsageError } from '../../src/command/subcommand';

/** A bucket in memory; `failing` names the keys whose change fails. */
class FakeBucket implements HoldClient {
  public readonly held = new Map<string, HoldStatus>();
  public sets = 0;
  public failing = new Set<string>();

  public constructor(private readonly keys: string[]) {}

  public async *versions(prefix: string): AsyncIterable<Version> {
    for (const key of this.keys.filter((each) => each.startsWith(prefix))) yield { key, versionId: `v-${key}` };
  }

  public async status({ key }: Version): Promise<HoldStatus> {
    return this.held.get(key) ?? 'OFF';
  }

  public async set({ key }: Version, status: HoldStatus): Promise<void> {
    if (this.failing.has(key)) throw Object.assign(new Error('not you'), { name: 'AccessDenied' });
    this.sets++;
    this.held.set(key, status);
  }
}

const KEYS = Array.from({ length: 50 }, (_, i) => `case-7/${i}`);

async function hold(s3: HoldClient, ...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await holdWith(() => s3).run(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    isScreen: false,
  });
  return { code, out: out.join('\n'), err: err.join('') };
}

test('changes nothing until it is told to', async () => {
  const s3 = new FakeBucket([...KEYS, 'case-8/1']);
  const { code, out } = await hold(s3, 'place', '--bucket', 'b', '--prefix', 'case-7/');
  expect(s3.sets).toBe(0);
  expect(code).toBe(Exit.OK);
  expect(out).toContain('50 of 50 versions would change. Nothing is changed yet: add --execute to hold them.');
});

test('places and lifts below the prefix alone, and again changes nothing', async () => {
  const s3 = new FakeBucket([...KEYS, 'case-8/1']);
  const place = ['place', '--bucket', 'b', '--prefix', 'case-7/', '--execute'];
  expect((await hold(s3, ...place)).out).toBe('50 of 50 versions changed; the others were so already.');
  expect(s3.held.get('case-8/1')).toBeUndefined();
  expect((await hold(s3, ...place)).out).toBe('0 of 50 versions changed; the others were so already.');
  expect(s3.sets).toBe(50);
  expect((await hold(s3, 'list', '--bucket', 'b')).out.split('\n')).toHaveLength(50);
  await hold(s3, 'lift', '--bucket', 'b', '--execute');
  expect((await hold(s3, 'list', '--bucket', 'b')).out).toBe('');
});

test('goes on where one version fails, says which, and the next run does the rest', async () => {
  const s3 = new FakeBucket(KEYS);
  s3.failing.add('case-7/3');
  const first = await hold(s3, 'place', '--bucket', 'b', '--execute');
  expect(first.code).toBe(Exit.FAILED);
  expect(first.err).toContain('FAILED case-7/3 v-case-7/3: AccessDenied: not you');
  expect(first.err).toContain('1 of 50 versions failed; run the same command again.');
  s3.failing.clear();
  expect(await hold(s3, 'place', '--bucket', 'b', '--execute')).toMatchObject({
    code: Exit.OK,
    out: '1 of 50 versions changed; the others were so already.',
  });
});

test('an interruption loses nothing', async () => {
  const s3 = new FakeBucket(KEYS);
  const versions = s3.versions.bind(s3);
  s3.versions = async function* (prefix) {
    let count = 0;
    for await (const version of versions(prefix)) {
      if (count++ === 30) throw new Error('the listing broke off');
      yield version;
    }
  };
  await expect(hold(s3, 'place', '--bucket', 'b', '--execute')).rejects.toThrow('the listing broke off');
  s3.versions = versions;
  await hold(s3, 'place', '--bucket', 'b', '--execute');
  expect([...s3.held.values()].filter((status) => status === 'ON')).toHaveLength(50);
  expect(s3.sets).toBe(50);
});

test('writes the manifest of S3 Batch Operations, keys URL-encoded', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'strongbox-hold-'));
  try {
    const out = join(directory, 'm.csv');
    const result = await hold(
      new FakeBucket(['case-7/a b,c.pdf', 'case-7/ü']),
      'manifest',
      '--bucket',
      'b',
      '--out',
      out,
    );
    expect(readFileSync(out, 'utf8')).toBe('b,case-7/a%20b%2Cc.pdf,v-case-7/a b,c.pdf\nb,case-7/%C3%BC,v-case-7/ü\n');
    expect(result.out).toContain('aws s3control create-job');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('a manifest whose listing breaks off is none, and the one before stays', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'strongbox-hold-'));
  try {
    const out = join(directory, 'm.csv');
    await hold(new FakeBucket(KEYS), 'manifest', '--bucket', 'b', '--out', out);
    const before = readFileSync(out, 'utf8');
    const s3 = new FakeBucket(KEYS);
    s3.versions = async function* () {
      yield { key: 'case-7/0', versionId: 'v' };
      throw new Error('the listing broke off');
    };
    await expect(hold(s3, 'manifest', '--bucket', 'b', '--out', out)).rejects.toThrow('the listing broke off');
    expect(readFileSync(out, 'utf8')).toBe(before);
    expect(readdirSync(directory)).toEqual(['m.csv']);
    await expect(hold(s3, 'manifest', '--bucket', 'b', '--out', join(directory, 'other.csv'))).rejects.toThrow();
    expect(readdirSync(directory)).toEqual(['m.csv']);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test.each([
  [[]],
  [['place']],
  [['burn', '--bucket', 'b']],
  [['list', '--bucket', 'b', '--execute']],
  [['place', '--bucket', 'b', '--force']],
])('does not understand %j', async (args) => {
  await expect(hold(new FakeBucket(KEYS), ...args)).rejects.toThrow(UsageError);
});

test('a prefix without versions is an error, not a success', async () => {
  await expect(
    hold(new FakeBucket(KEYS), 'place', '--bucket', 'b', '--prefix', 'case-9/', '--execute'),
  ).rejects.toThrow('"b" has no version below "case-9/"');
});

test('says how to get the SDK where there is none', () => {
  expect(() => load([tmpdir()])).toThrow(
    '"@aws-sdk/client-s3" is not installed: this command talks to S3 with the AWS SDK of your project;',
  );
});

test('is a subcommand', async () => {
  const out: string[] = [];
  expect(await run(['hold', '--help'], { out: (text) => out.push(text), err: () => undefined, isScreen: false })).toBe(
    Exit.OK,
  );
  expect(out.join()).toContain('cdk-s3-strongbox hold <list | place | lift | manifest>');
});

describe('behind a client of the SDK', () => {
  class Command {
    public constructor(public readonly input: any) {}
  }
  class ListObjectVersionsCommand extends Command {}
  class GetObjectLegalHoldCommand extends Command {}
  class PutObjectLegalHoldCommand extends Command {}
  const sdk = { ListObjectVersionsCommand, GetObjectLegalHoldCommand, PutObjectLegalHoldCommand };
  /** Answers what it was told to; any other call fails. */
  const strict = (...answers: Array<[unknown, object, () => unknown]>) => ({
    send: async (command: Command) => {
      const [type, input, answer] = answers.shift() ?? [];
      expect(command).toBeInstanceOf(type as any);
      expect(command.input).toEqual(input);
      return answer!();
    },
  });
  const VERSION = { key: 'k', versionId: 'v' };
  const INPUT = { Bucket: 'b', Key: 'k', VersionId: 'v' };

  test('reads all pages and leaves delete markers out', async () => {
    const client = strict(
      [
        ListObjectVersionsCommand,
        { Bucket: 'b', Prefix: 'p/' },
        () => ({
          IsTruncated: true,
          NextKeyMarker: 'p/1',
          NextVersionIdMarker: 'v1',
          Versions: [{ Key: 'p/1', VersionId: 'v1' }],
          DeleteMarkers: [{ Key: 'p/0' }],
        }),
      ],
      [
        ListObjectVersionsCommand,
        { Bucket: 'b', Prefix: 'p/', KeyMarker: 'p/1', VersionIdMarker: 'v1' },
        () => ({ Versions: [{ Key: 'p/2', VersionId: 'v2' }] }),
      ],
    );
    const found: Version[] = [];
    for await (const version of holdClient(sdk, client, 'b').versions('p/')) found.push(version);
    expect(found).toEqual([
      { key: 'p/1', versionId: 'v1' },
      { key: 'p/2', versionId: 'v2' },
    ]);
  });

  test('a version that was never held is not held, and other errors are errors', async () => {
    const fail = (name: string) => () => {
      throw Object.assign(new Error(name), { name });
    };
    const client = holdClient(
      sdk,
      strict(
        [GetObjectLegalHoldCommand, INPUT, () => ({ LegalHold: { Status: 'ON' } })],
        [GetObjectLegalHoldCommand, INPUT, fail('NoSuchObjectLockConfiguration')],
        [GetObjectLegalHoldCommand, INPUT, fail('AccessDenied')],
        [PutObjectLegalHoldCommand, { ...INPUT, LegalHold: { Status: 'ON' } }, () => ({})],
      ),
      'b',
    );
    expect(await client.status(VERSION)).toBe('ON');
    expect(await client.status(VERSION)).toBe('OFF');
    await expect(client.status(VERSION)).rejects.toThrow('AccessDenied');
    await client.set(VERSION, 'ON');
  });
});
