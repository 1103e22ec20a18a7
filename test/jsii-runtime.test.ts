/**
 * Python, Java, Go and .NET run this library in a process that speaks JSON over stdin and stdout. This test is such a
 * language: it talks to the program that their packages embed, and so notices what TypeScript alone would not, such as
 * a type that cannot cross the border.
 */
import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { PackedLibrary } from './support/packed';
import { ROOT } from '../scripts/delivery/pack';

type Json = Record<string, any>;

const MODULES = join(ROOT, 'node_modules');

/** A conversation with the jsii runtime: one request, one answer, a line each. */
class Runtime {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private readonly reader: Interface;
  private errors = '';

  public constructor(temporary: string) {
    const program = require.resolve('@jsii/runtime/webpack/bin/jsii-runtime.js');
    this.child = spawn(process.execPath, [program], {
      env: {
        ...process.env,
        TMPDIR: temporary,
        JSII_RUNTIME_PACKAGE_CACHE: 'disabled',
        JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: process.versions.node.split('.')[0],
      },
    });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    this.reader = createInterface({ input: this.child.stdout });
    this.lines = this.reader[Symbol.asyncIterator]();
  }

  public async hello(): Promise<string> {
    return (await this.answer()).hello as string;
  }

  public async ask(request: Json): Promise<Json> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const answer = await this.answer();
    if (answer.error) throw new Error(`${JSON.stringify(request)}: ${answer.error}\n${answer.stack ?? ''}`);
    return answer.ok as Json;
  }

  /** Loads a package from a tarball and returns how many types it has. */
  public async load(name: string, tarball: string, version: string): Promise<number> {
    return (await this.ask({ api: 'load', name, version, tarball })).types as number;
  }

  public create(fqn: string, ...args: unknown[]): Promise<Json> {
    return this.ask({ api: 'create', fqn, args });
  }

  public async get(objref: Json, property: string): Promise<any> {
    return (await this.ask({ api: 'get', objref, property })).value;
  }

  public async invoke(objref: Json, method: string, ...args: unknown[]): Promise<any> {
    return (await this.ask({ api: 'invoke', objref, method, args })).result;
  }

  public async callStatic(fqn: string, method: string, ...args: unknown[]): Promise<any> {
    return (await this.ask({ api: 'sinvoke', fqn, method, args })).result;
  }

  /** Ends the process as the languages do. Returns its exit code. */
  public end(): Promise<number | null> {
    return new Promise((resolve) => {
      this.child.on('close', resolve);
      this.child.stdin.write('{"exit":0}\n');
    });
  }

  public kill(): void {
    this.reader.close();
    this.child.kill('SIGKILL');
  }

  private async answer(): Promise<Json> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the jsii runtime ended: ${this.errors}`);
    return JSON.parse(value as string) as Json;
  }
}

let temporary: string;
let packed: PackedLibrary;
let runtime: Runtime;

function manifestOf(name: string): {
  version: string;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
} {
  return JSON.parse(readFileSync(join(MODULES, name, 'package.json'), 'utf8'));
}

/**
 * A language loads the jsii packages that a package depends on before the package itself; the others come bundled with
 * it.
 */
function loadOrder(name: string): string[] {
  const { dependencies, peerDependencies } = manifestOf(name);
  const isJsii = (each: string) => existsSync(join(MODULES, each, '.jsii'));
  return [
    ...new Set([
      ...Object.keys({ ...dependencies, ...peerDependencies })
        .filter(isJsii)
        .flatMap(loadOrder),
      name,
    ]),
  ];
}

/** Packs an installed package, without its types and without compression: only the runtime reads it, and only once. */
function tarballOf(name: string): string {
  const tarball = join(temporary, `${name.replace('/', '-')}.tar`);
  execFileSync('tar', [
    'cf',
    tarball,
    '--exclude=*.d.ts',
    '--transform',
    `s,^${name}/,package/,`,
    '-C',
    MODULES,
    `${name}/`,
  ]);
  return tarball;
}

beforeAll(async () => {
  packed = await PackedLibrary.create();
  temporary = mkdtempSync(join(tmpdir(), 'strongbox-runtime-'));
  runtime = new Runtime(temporary);
  expect(await runtime.hello()).toMatch(/^@jsii\/runtime@/);
  for (const name of loadOrder('aws-cdk-lib')) await runtime.load(name, tarballOf(name), manifestOf(name).version);
  expect(await runtime.load('cdk-s3-strongbox', packed.tarball, '0.0.0')).toBeGreaterThan(20);
}, 120_000);

afterAll(() => {
  runtime?.kill();
  packed?.remove();
  if (temporary) rmSync(temporary, { recursive: true, force: true });
});

/** A struct as the languages send it. */
const struct = (fqn: string, data: Json) => ({ '$jsii.struct': { fqn, data } });

test('another language makes a SecureBucket, reads its properties and synthesizes it', async () => {
  const app = await runtime.create(
    'aws-cdk-lib.App',
    struct('aws-cdk-lib.AppProps', { outdir: join(temporary, 'cdk.out') }),
  );
  const stack = await runtime.create('aws-cdk-lib.Stack', app, 'Store');
  const encryption = await runtime.callStatic('cdk-s3-strongbox.Encryption', 's3Managed');
  const secure = await runtime.create(
    'cdk-s3-strongbox.SecureBucket',
    stack,
    'Documents',
    struct('cdk-s3-strongbox.SecureBucketProps', { bucketName: 'acme-documents', encryption }),
  );
  expect(await runtime.get(secure, 'key')).toBeUndefined();
  expect(await runtime.get(await runtime.get(secure, 'bucket'), 'bucketArn')).toMatch(/^\$\{Token\[/);

  const role = await runtime.create(
    'aws-cdk-lib.aws_iam.Role',
    stack,
    'Reader',
    struct('aws-cdk-lib.aws_iam.RoleProps', {
      assumedBy: await runtime.create('aws-cdk-lib.aws_iam.AccountRootPrincipal'),
    }),
  );
  await runtime.invoke(
    secure,
    'grantRead',
    role,
    struct('cdk-s3-strongbox.BucketGrantOptions', { prefixes: ['reports/'] }),
  );
  const tls = await runtime.create('cdk-s3-strongbox.BucketTlsMinimumVersion', {
    '$jsii.enum': 'cdk-s3-strongbox.TlsVersion/V1_3',
  });
  await runtime.invoke(await runtime.get(secure, 'bucket'), 'with', tls);

  await runtime.invoke(app, 'synth');
  const template = JSON.parse(readFileSync(join(temporary, 'cdk.out', 'Store.template.json'), 'utf8')) as {
    Resources: Record<string, Json>;
  };
  const documents = Object.values(template.Resources).find(
    ({ Properties }) => Properties?.BucketName === 'acme-documents',
  );
  expect(documents?.Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
  expect(JSON.stringify(template)).toContain('{"NumericLessThan":{"s3:TlsVersion":"1.3"}}');
  expect(JSON.stringify(template)).toContain('/reports/*');
}, 60_000);

test('a mistake reaches the other language as the sentence that TypeScript users read', async () => {
  await expect(runtime.callStatic('cdk-s3-strongbox.Replication', 'none', '')).rejects.toThrow(
    /"Replication\.none\(reason\)"/,
  );
});

test('ends when it is told to', async () => {
  expect(await runtime.end()).toBe(0);
});
