import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { run as main } from '../../src/command/main';
import { redact, redactWith } from '../../src/command/redact';
import { Exit, UsageError } from '../../src/command/subcommand';
import { wrapUsage } from '../../src/command/usage';
import { POLICY_SCHEMA } from '../../src/runtime/redaction';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'redact-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

async function run(args: string[], { input = '', isScreen = false }: { input?: string; isScreen?: boolean } = {}) {
  const policy = file('policy.json', '{"version": 1}');
  let out = '';
  let err = '';
  let written = '';
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written += chunk.toString();
      done();
    },
  });
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    isScreen,
  };
  const code = await redactWith(['--policy', policy, ...args], terminal, Readable.from([Buffer.from(input)]), output);
  return { code, out, err, written };
}

test('a file goes to standard output', async () => {
  const result = await run([file('a.json', '{"mail":"ann@example.com"}')]);
  expect(result).toEqual({ code: Exit.OK, out: '', err: '', written: '{"mail":"[EMAIL]"}' });
});

test('standard input, with its type told', async () => {
  expect((await run(['-', '--content-type', 'text/csv'], { input: 'id,mail\n1,ann@example.com\n' })).written).toBe(
    'id,mail\n1,[EMAIL]\n',
  );
});

test('an encoded file into another', async () => {
  const output = join(folder, 'out.txt');
  const result = await run([
    file('a.txt', gzipSync('To ann@example.com.')),
    '--content-encoding',
    'gzip',
    '-o',
    output,
  ]);
  expect(result.code).toBe(Exit.OK);
  expect(gunzipSync(readFileSync(output)).toString()).toBe('To [EMAIL].');
  expect(readdirSync(folder).sort()).toEqual(['a.txt', 'out.txt', 'policy.json']);
});

test('--dry-run tells numbers by kind, and nothing else', async () => {
  const output = join(folder, 'out.txt');
  const result = await run([file('a.txt', 'ann@example.com, bob@example.com, 192.0.2.7'), '--dry-run', '-o', output]);
  expect(JSON.parse(result.out)).toEqual({
    format: 'text',
    policy: expect.stringMatching(/^[0-9a-f]{64}$/),
    counts: { email: 2, ipv4: 1 },
  });
  expect(result.out + result.err + result.written).not.toMatch(/example\.com|192/);
  expect(existsSync(output)).toBe(false);
});

test('content that cannot be redacted: an exit code, a reason, and no file', async () => {
  const output = join(folder, 'out.json');
  const result = await run([file('a.json', '{"mail":"ann@example.com",}'), '-o', output]);
  expect(result.code).toBe(Exit.FAILED);
  expect(result.err).toMatch(/a\.json: the JSON has a syntax error \(at byte 26 of the decoded content\)\n$/);
  expect(readdirSync(folder).sort()).toEqual(['a.json', 'policy.json']);
});

describe('what is not whole yet', () => {
  const partials = () => readdirSync(folder).filter((name) => name.includes('.partial-'));

  async function until(condition: () => boolean): Promise<void> {
    for (let i = 0; !condition(); i++) {
      if (i === 600) throw new Error('it did not come to that');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The command on a standard input that never ends. */
  async function started(output: string): Promise<ChildProcess> {
    const policy = file('policy.json', '{"version": 1}');
    const script =
      'require(process.argv[1]).redact.run(["-", "--policy", process.argv[2], "-o", process.argv[3]], process)';
    const command = join(__dirname, '..', '..', 'src', 'command', 'redact');
    const child = spawn(process.execPath, ['--require', 'tsx/cjs', '-e', script, command, policy, output], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin!.write('ann@example.com '.repeat(20_000));
    await until(() => (statSync(`${output}.partial-${child.pid}`, { throwIfNoEntry: false })?.size ?? 0) > 0);
    return child;
  }

  const ended = (child: ChildProcess) =>
    new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'goes with %s',
    async (signal) => {
      const child = await started(join(folder, 'out.txt'));
      const end = ended(child);
      child.kill(signal);
      expect(await end).toBe(signal);
      expect(readdirSync(folder)).toEqual(['policy.json']);
    },
    60_000,
  );

  test('of a killed process goes with the next run; of a living one, and of another output, it stays', async () => {
    const output = join(folder, 'out.txt');
    const [killed, living] = [await started(output), await started(join(folder, 'other.txt'))];
    const end = ended(killed);
    killed.kill('SIGKILL');
    await end;
    const second = await started(output);
    expect(partials().sort()).toEqual([`other.txt.partial-${living.pid}`, `out.txt.partial-${second.pid}`]);
    expect((await run([file('a.txt', 'To ann@example.com.'), '-o', output])).code).toBe(Exit.OK);
    expect(partials().sort()).toEqual([`other.txt.partial-${living.pid}`, `out.txt.partial-${second.pid}`]);
    const both = [ended(living), ended(second)];
    for (const child of [living, second]) child.kill('SIGTERM');
    await Promise.all(both);
    expect(readdirSync(folder).sort()).toEqual(['a.txt', 'out.txt', 'policy.json']);
    expect(process.listenerCount('SIGTERM')).toBe(listeners);
  }, 60_000);

  const listeners = process.listenerCount('SIGTERM');
});

test.each([
  [['x', 'y'], /"--output" is missing/],
  [[], /0 files were named/],
  [['--nonsense', '-'], /nonsense/],
])('%j is not understood', async (args, message) => {
  await expect(run(args)).rejects.toThrow(message);
  await expect(run(args)).rejects.toBeInstanceOf(UsageError);
});

test.each([
  [['/no/such/file'], /^\/no\/such\/file does not exist; name a file/],
  [['/no/such/*.csv', '--dry-run'], /matches no file/],
  [['/dev/null'], /neither a file nor a directory/],
  [['-', '--pseudonym-key', '/no/such/key'], /"--pseudonym-key" is \/no\/such\/key, which cannot be read/],
  [['-', '--format', 'word'], /"format" is "word", it must be one of "text"/],
])('%j: what is wrong is told in a sentence', async (args, message) => {
  await expect(run(args)).rejects.toThrow(message);
  await expect(run(args)).rejects.not.toBeInstanceOf(UsageError);
});

test('the usage is shown when it is asked for, and else only where to ask', async () => {
  const shown = async (...args: string[]) => {
    let text = '';
    const append = (more: string) => void (text += more);
    const code = await main(['redact', ...args], { out: append, err: append, isScreen: false });
    return { code, text };
  };
  expect(await shown('--help')).toEqual({ code: Exit.OK, text: wrapUsage(redact.usage) });
  expect(await shown('--version')).toEqual({ code: Exit.OK, text: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  const missing = await shown('-');
  expect(missing.text).toMatch(/"--policy" is missing.*\n.*redact --help tells/);
  expect(missing.text).not.toContain('Usage');
});

test('a policy must be given and be JSON; it may name its schema', async () => {
  const terminal = { out: () => undefined, err: () => undefined, isScreen: false };
  await expect(redact.run(['-'], terminal)).rejects.toThrow(/"--policy" is missing/);
  await expect(redact.run(['-', '--policy', file('p.json', 'x')], terminal)).rejects.toThrow(/which is not JSON/);
  const policy = file('s.json', JSON.stringify({ version: 1, $schema: POLICY_SCHEMA.$id }));
  const text = file('a.txt', 'ann@example.com');
  expect(await redact.run([text, '--policy', policy, '-o', join(folder, 'o.txt')], terminal)).toBe(Exit.OK);
});

describe('several files', () => {
  const tree = (path: string): string[] => (readdirSync(path, { recursive: true }) as string[]).sort();

  beforeEach(() => {
    mkdirSync(join(folder, 'in', 'deep'), { recursive: true });
    file('in/a.txt', 'ann@example.com');
    file('in/deep/b.csv', 'id,mail\n1,bob@example.com\n');
    file('in/deep/c.json.gz', gzipSync('{"mail":"cid@example.com"}'));
  });

  test('of a directory become a tree of outputs, each packed as it was', async () => {
    const out = join(folder, 'out');
    expect((await run([join(folder, 'in'), '-o', out])).code).toBe(Exit.OK);
    expect(tree(out)).toEqual(['a.txt', 'deep', 'deep/b.csv', 'deep/c.json.gz']);
    expect(readFileSync(join(out, 'deep/b.csv'), 'utf8')).toBe('id,mail\n1,[EMAIL]\n');
    expect(gunzipSync(readFileSync(join(out, 'deep/c.json.gz'))).toString()).toBe('{"mail":"[EMAIL]"}');
  });

  test('of a pattern; outputs of before are no inputs', async () => {
    const out = join(folder, 'in', 'out');
    const pattern = join(folder, 'in', '**', '*.[ct][sx][vt]');
    expect((await run([pattern, '-o', out])).code).toBe(Exit.OK);
    expect((await run([pattern, '-o', out])).code).toBe(Exit.OK);
    expect(tree(out)).toEqual(['a.txt', 'deep', 'deep/b.csv']);
    const told = await run([pattern, '--dry-run']);
    expect(told.out.match(/"counts":\{"email":1\}/g)).toHaveLength(2);
  });

  test('one that cannot be redacted does not keep the others from it', async () => {
    file('in/bad.json', '{');
    const out = join(folder, 'out');
    const result = await run([join(folder, 'in'), '-o', out]);
    expect(result.code).toBe(Exit.FAILED);
    expect(result.err).toMatch(/bad\.json: the JSON/);
    expect(tree(out)).toEqual(['a.txt', 'deep', 'deep/b.csv', 'deep/c.json.gz']);
  });

  test('an input is never overwritten', async () => {
    const path = join(folder, 'in', 'a.txt');
    linkSync(path, join(folder, 'same.txt'));
    for (const output of [path, join(folder, 'same.txt')]) {
      await expect(run([path, '-o', output])).rejects.toThrow(/the input itself, which is never overwritten/);
    }
    await expect(run([path, join(folder, 'in', 'deep'), '-o', join(folder, 'in')])).rejects.toThrow(
      /never overwritten/,
    );
    expect(readFileSync(path, 'utf8')).toBe('ann@example.com');
  });
});

test('a format that is named outranks what is recognized', async () => {
  const path = file('a.dat', 'id,mail\n1,ann@example.com\n');
  const policy = file('f.json', '{"version":1,"fields":[{"path":"id","action":{"type":"drop"}}]}');
  expect((await run([path, '--policy', policy, '--format', 'csv'])).written).toBe('mail\n[EMAIL]\n');
});

test('an output that is closed early is told in a sentence', async () => {
  const closed = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
  });
  let err = '';
  const terminal = { out: () => undefined, err: (text: string) => void (err += text), isScreen: false };
  const args = ['--policy', file('policy.json', '{"version":1}'), file('a.txt', 'x'.repeat(100_000))];
  expect(await redactWith(args, terminal, Readable.from([]), closed)).toBe(Exit.FAILED);
  expect(err).toMatch(/a\.txt: the output was closed before all of it was written\n$/);
});

test('progress is shown on a screen when it takes long, and wiped', async () => {
  const now = jest.spyOn(Date, 'now');
  let time = 1_000_000;
  now.mockImplementation(() => (time += 700));
  const path = file('a.txt', Buffer.alloc(1_000_000, 'x '));
  const shown = await run([path], { isScreen: true });
  expect(shown.err).toMatch(/\[#+\.*\] \d+ % of 1 MB, \d+ MB\/s, \d+ s left/);
  expect(shown.err.endsWith('\r\u001b[K')).toBe(true);
  expect((await run([path, '--quiet'], { isScreen: true })).err).toBe('');
  expect((await run([path], { isScreen: false })).err).toBe('');
  now.mockRestore();
});
