import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';

/** Debian's packages of the server; nothing else has to be installed. */
export const PACKAGES = ['ceph-mon', 'ceph-osd', 'ceph-common', 'radosgw'];

/** A caller of the server, with keys of its own. */
export interface User {
  readonly name: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** The key that the server has for SSE-KMS, and the Region whose buckets it knows by host names. */
export const KMS_KEY_ARN = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
export const HOST_NAMES_REGION = 'eu-central-1';

const STARTUP_SECONDS = 60;

/**
 * An S3 server that really enforces policies and Object Lock: Ceph's gateway on one monitor and one in-memory store, on
 * free ports of the loopback interface, with all of its files in one folder.
 */
export class Radosgw {
  /** Whether the server's programs are there. */
  public static isInstalled(): boolean {
    return ['/usr/bin/ceph-mon', '/usr/bin/ceph-osd', '/usr/bin/radosgw'].every((program) => existsSync(program));
  }

  public static async start(folder: string): Promise<Radosgw> {
    const server = new Radosgw(folder, await freePort());
    try {
      await server.boot(await freePort(), await freePort());
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  private readonly children: ChildProcess[] = [];
  private readonly conf: string;
  private readonly keyring: string;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {
    this.conf = join(folder, 'ceph.conf');
    this.keyring = join(folder, 'keyring');
  }

  public get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What the server says of itself, for the report. */
  public version(): string {
    return execFileSync('radosgw', ['--version'], { encoding: 'utf8' }).trim();
  }

  public addUser(name: string): User {
    const user = { name, accessKey: `${name}-access`.toUpperCase(), secretKey: `${name}-${randomUUID()}` };
    this.run('radosgw-admin', [
      'user',
      'create',
      `--uid=${name}`,
      `--display-name=${name}`,
      `--access-key=${user.accessKey}`,
      `--secret-key=${user.secretKey}`,
    ]);
    return user;
  }

  /**
   * A role that a user may assume.
   * @returns its ARN
   */
  public addRole(name: string, assumedBy: string, policy: object): string {
    const trust = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: [`arn:aws:iam:::user/${assumedBy}`] }, Action: ['sts:AssumeRole'] },
      ],
    };
    this.run('radosgw-admin', [
      'role',
      'create',
      `--role-name=${name}`,
      `--assume-role-policy-doc=${JSON.stringify(trust)}`,
    ]);
    this.run('radosgw-admin', [
      'role-policy',
      'put',
      `--role-name=${name}`,
      '--policy-name=rights',
      `--policy-doc=${JSON.stringify(policy)}`,
    ]);
    return `arn:aws:iam:::role/${name}`;
  }

  public removeUser(name: string): void {
    this.run('radosgw-admin', ['user', 'rm', `--uid=${name}`]);
  }

  public client({ accessKey, secretKey }: User, sessionToken?: string): S3Client {
    return new S3Client({
      endpoint: this.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId: accessKey, secretAccessKey: secretKey, sessionToken },
      // The server is older than the checksums that clients send by default since 2025.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  /** Ends the processes that this object started, and no others. */
  public async stop(): Promise<void> {
    for (const child of this.children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
  }

  private async boot(v2: number, v1: number): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    for (const name of ['mon', 'osd', 'run', 'log']) mkdirSync(join(this.folder, name), { recursive: true });
    const fsid = randomUUID();
    writeFileSync(this.conf, this.configuration(fsid, v2, v1));

    for (const name of ['mon.', 'client.admin', 'client.rgw', 'osd.0']) {
      const caps = ['mon', 'osd'].flatMap((daemon) => ['--cap', daemon, 'allow *']);
      this.run('ceph-authtool', [
        this.keyring,
        ...(existsSync(this.keyring) ? [] : ['--create-keyring']),
        '--gen-key',
        '-n',
        name,
        ...caps,
      ]);
    }
    this.run('monmaptool', [
      '--create',
      '--clobber',
      '--fsid',
      fsid,
      '--addv',
      'a',
      `[v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`,
      join(this.folder, 'monmap'),
    ]);
    this.run('ceph-mon', ['--mkfs', '-i', 'a', '--monmap', join(this.folder, 'monmap'), '--keyring', this.keyring]);
    this.spawn('ceph-mon', ['-i', 'a', '-f']);
    const osd = randomUUID();
    await this.until('the monitor', () => this.run('ceph', ['--connect-timeout', '5', 'osd', 'new', osd]));
    this.run('ceph-osd', ['--mkfs', '-i', '0', '--osd-uuid', osd]);
    this.spawn('ceph-osd', ['-i', '0', '-f']);
    this.spawn('radosgw', ['-n', 'client.rgw', '-f']);
    await this.until('the gateway', async () => {
      const answer = await fetch(this.endpoint);
      if (!answer.ok) throw new Error(`it answers ${answer.status}`);
    });
  }

  private configuration(fsid: string, v2: number, v1: number): string {
    return [
      '[global]',
      `fsid = ${fsid}`,
      `mon host = [v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`,
      // One store, one copy, one machine; nobody else can reach the loopback interface.
      'auth cluster required = cephx',
      'auth service required = cephx',
      'auth client required = cephx',
      'osd pool default size = 1',
      'osd pool default min size = 1',
      'mon allow pool size one = true',
      'osd pool default pg num = 8',
      'osd pool default pg autoscale mode = off',
      'osd crush chooseleaf type = 0',
      'osd objectstore = memstore',
      'memstore device bytes = 1073741824',
      'public network = 127.0.0.0/8',
      'cluster network = 127.0.0.0/8',
      'ms bind ipv6 = false',
      `mon data = ${join(this.folder, 'mon')}`,
      `osd data = ${join(this.folder, 'osd')}`,
      `run dir = ${join(this.folder, 'run')}`,
      `log file = ${join(this.folder, 'log')}/$name.log`,
      'mon cluster log to file = false',
      `admin socket = ${join(this.folder, 'run')}/$name.asok`,
      `keyring = ${this.keyring}`,
      'crash dir = /dev/null',
      '[client.rgw]',
      `keyring = ${this.keyring}`,
      `rgw frontends = beast endpoint=127.0.0.1:${this.port}`,
      'rgw thread pool size = 32',
      `rgw dns name = s3.${HOST_NAMES_REGION}.amazonaws.com`,
      // No outside key store, and no TLS of its own: whoever serves it to a browser puts that before it.
      'rgw crypt require ssl = false',
      'rgw crypt s3 kms backend = testing',
      `rgw crypt s3 kms encryption keys = ${KMS_KEY_ARN}=${randomBytes(32).toString('base64')}`,
      'rgw s3 auth use sts = true',
      `rgw sts key = ${randomBytes(8).toString('hex')}`,
      '',
    ].join('\n');
  }

  private run(program: string, args: string[]): string {
    return execFileSync(program, ['-c', this.conf, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
  }

  private spawn(program: string, args: string[]): void {
    const log = createWriteStream(join(this.folder, 'log', `${program}.out`));
    const child = spawn(program, ['-c', this.conf, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout!.pipe(log);
    child.stderr!.pipe(log);
    this.children.push(child);
  }

  private async until(what: string, attempt: () => unknown): Promise<void> {
    const end = Date.now() + STARTUP_SECONDS * 1000;
    for (;;) {
      try {
        await attempt();
        return;
      } catch (error) {
        const dead = this.children.find(({ exitCode }) => exitCode !== null);
        if (dead || Date.now() > end) {
          throw new Error(
            `${what} of the server does not answer (${(error as Error).message}); its logs are in ` +
              `${join(this.folder, 'log')}`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
