/**
 * Guarantees on a real server: what the templates say is put on Ceph's S3 gateway, and each request is asked of the model and made to the server.
 * Where the server is known to answer otherwise, it is said why, and it is an error if it no longer does. Writes `build/e2e.json`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as sdk from '@aws-sdk/client-s3';
import {
  CreateBucketCommand, DeleteBucketCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand, PutObjectLockConfigurationCommand,
  type ObjectLockMode, type S3Client,
} from '@aws-sdk/client-s3';
import type { Proof } from '../src';
import { recordCounts } from './delivery/counts';
import { run } from './delivery/execute';
import { withoutAws } from './delivery/sandbox';
import { Failure, paint, runScript, say, Steps } from './delivery/terminal';
import { COMPLIANCE, COPY, GOVERNANCE, modelOf, REGION, roleArn } from './e2e/archives';
import { lockCases, POLICY_CASES, USERS, type Clients, type PolicyCase, type UserName } from './e2e/cases';
import { clientSideRows } from './e2e/client-side';
import { CloudFormationFront } from './e2e/cloudformation';
import { runHold } from './e2e/interrupted';
import { presignedRows } from './e2e/presigned';
import { bucketExists, MISREAD_STATEMENTS, UNKNOWN_ACTIONS } from './e2e/provision';
import { PACKAGES, Radosgw, type User } from './e2e/radosgw';
import { ThreeViews, viewCases } from './e2e/views';
import { holdWith } from '../src/command/hold';
import { holdClient } from '../src/command/hold-client';

const ROOT = join(__dirname, '..');
const BUILD = join(ROOT, 'build');
const RESULTS = join(BUILD, 'e2e.json');

type Answer = 'allowed' | 'denied';

interface Row {
  readonly guarantee: string;
  readonly bucket: string;
  readonly what: string;
  /** What the model of policies says; absent for what only a server knows. */
  readonly model?: Answer;
  readonly server: Answer;
  /** What the server must say: the model's answer, unless a gap is known. */
  readonly expected: Answer;
  readonly gap?: string;
  readonly error?: string;
}

async function main(): Promise<boolean> {
  const flags = new Set(process.argv.slice(2));
  const unknown = [...flags].find((flag) => flag !== '--install');
  if (unknown) throw new Failure(`"${unknown}" is no option`, 'use --install, or nothing');
  if (!Radosgw.isInstalled()) install(flags.has('--install'));

  const start = performance.now();
  const steps = new Steps(11);
  const server = await steps.run('Start Ceph\'s S3 gateway', () => Radosgw.start(join(BUILD, 'e2e', 'ceph')));
  process.once('SIGINT', () => void server.stop().then(() => process.exit(130)));
  let front: CloudFormationFront | undefined;
  try {
    const users = Object.fromEntries(USERS.map((name) => [name, server.addUser(name)])) as Record<UserName, User>;
    const clients = Object.fromEntries(USERS.map((name) => [name, server.client(users[name])])) as unknown as Clients;
    front = await CloudFormationFront.start(server, clients.owner);
    const locks = await steps.run('Object Lock by itself', async () =>
      [...await lockRows(clients.owner, 'GOVERNANCE'), ...await lockRows(clients.owner, 'COMPLIANCE')]);
    await steps.run('cdk deploy: two archives, and a stack of examples/records-archive', () => cdk(front!, 'deploy', ['--all', ...UNATTENDED]));
    const policies = await steps.run('The archives\' policies', async () => {
      const proof = modelOf(['audit']);
      return [...await policyRows(clients, proof, GOVERNANCE), ...await policyRows(clients, proof, COMPLIANCE)];
    });
    const tool = await steps.run('The legal hold tool', () => toolRows(clients.legal, clients.ingest));
    const interrupted = await steps.run('The legal hold tool, killed midway and run again', () => interruptedRows(server.endpoint, users.legal, clients));
    const updated = await steps.run('cdk deploy: a change of the readers', async () => updateRows(front!, clients));
    const destroyed = await steps.run('cdk destroy', async () => destroyRows(front!, clients));
    const presigned = await steps.run('Presigned URLs and forms', () => presignedRows(server, server.addUser('issuer')));
    const clientSide = await steps.run('Client-side encryption', () => clientSideRows(server));
    const views = await steps.run('The example one-bucket-three-views, by both doors', () => viewRows(server));
    const rows = [...locks, ...policies, ...tool, ...interrupted, ...updated, ...destroyed, ...presigned, ...clientSide, ...views];
    return report(server.version(), rows, front, performance.now() - start);
  } finally {
    await front?.stop();
    await server.stop();
  }
}

const UNATTENDED = ['--require-approval', 'never', '--progress', 'events'];

/** The real CDK CLI, with nothing of the machine's own settings. */
async function cdk(front: CloudFormationFront, command: string, args: readonly string[]): Promise<string> {
  const folder = join(BUILD, 'e2e', 'cdk');
  mkdirSync(folder, { recursive: true });
  const app = `${join(ROOT, 'node_modules', '.bin', 'tsx')} --tsconfig ${join(ROOT, 'test', 'tsconfig.json')} ${join(ROOT, 'scripts', 'e2e', 'app.ts')}`;
  const { stdout, stderr } = await run(join(ROOT, 'node_modules', '.bin', 'cdk'), [
    command, '--app', app, '--output', join(folder, 'cdk.out'), '--no-notices', '--no-color', ...args,
  ], {
    cwd: folder,
    remedy: 'read what the CLI said above',
    env: {
      ...withoutAws(),
      AWS_ENDPOINT_URL_CLOUDFORMATION: front.endpoint,
      AWS_ENDPOINT_URL_STS: front.endpoint,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      AWS_REGION: REGION,
      CDK_VALIDATION: 'false',
    },
  });
  return `${stdout}${stderr}`;
}

/** The second deployment names a reader more; what the first one made stays, and what CloudFormation may not touch is not touched. */
async function updateRows(front: CloudFormationFront, clients: Clients): Promise<Row[]> {
  const row = rowOf('cdk-deploy', GOVERNANCE);
  const read = () => clients.stranger.send(new GetObjectCommand({ Bucket: GOVERNANCE, Key: 'record' }));
  const before = row('before it, the stranger reads', 'denied', await ask(read));
  await cdk(front, 'deploy', [`Archive-${GOVERNANCE}`, ...UNATTENDED, '--context', 'readers=audit,stranger']);
  return [
    before,
    row('after it, the stranger reads', 'allowed', await ask(read)),
    row('the auditor still reads', 'allowed', await ask(() => clients.audit.send(new GetObjectCommand({ Bucket: GOVERNANCE, Key: 'record' })))),
    row('the archivist still cannot delete a version', 'denied', await ask(async () => {
      const { VersionId } = await clients.ingest.send(new PutObjectCommand({ Bucket: GOVERNANCE, Key: 'after', Body: 'a record' }));
      return clients.ingest.send(new DeleteObjectCommand({ Bucket: GOVERNANCE, Key: 'after', VersionId }));
    })),
  ];
}

/** The stacks go; archives, records and guards stay. */
async function destroyRows(front: CloudFormationFront, clients: Clients): Promise<Row[]> {
  await cdk(front, 'destroy', ['--all', '--force']);
  const kept = (name: string) => ask(async () => {
    if (!await bucketExists(clients.owner, name)) throw new Error(`${name} is gone`);
  });
  const rows: Row[] = [];
  for (const name of [GOVERNANCE, COMPLIANCE]) {
    const row = rowOf('cdk-destroy', name);
    rows.push(
      row('the bucket is there', 'allowed', await kept(name)),
      row('the auditor reads, by the policy that stayed', 'allowed', await ask(() => clients.audit.send(new GetObjectCommand({ Bucket: name, Key: 'record' })))),
      row('the owner of the bucket puts a delete marker', 'denied', await ask(() => clients.owner.send(new DeleteObjectCommand({ Bucket: name, Key: 'record' })))),
      row('the owner of the bucket deletes the bucket', 'denied', await ask(() => clients.owner.send(new DeleteBucketCommand({ Bucket: name })))),
    );
  }
  rows.push(rowOf('cdk-destroy', COPY)('the bucket of the example is there', 'allowed', await kept(COPY)));
  return rows;
}

/** Killed in the middle and run again: every version is held in the end, and none was held twice. */
async function interruptedRows(endpoint: string, legal: User, clients: Clients): Promise<Row[]> {
  const [count, killAfter, prefix] = [200, 60, 'case-8/'];
  for (let i = 0; i < count; i++) await clients.ingest.send(new PutObjectCommand({ Bucket: COMPLIANCE, Key: `${prefix}${i}`, Body: 'evidence' }));
  const place = ['place', '--bucket', COMPLIANCE, '--prefix', prefix, '--execute'];
  const first = await runHold(endpoint, legal, place, killAfter);
  const second = await runHold(endpoint, legal, place);
  const list = await runHold(endpoint, legal, ['list', '--bucket', COMPLIANCE, '--prefix', prefix]);
  const all = [...first.changed, ...second.changed];
  const row = rowOf('legal-hold-tool', COMPLIANCE);
  const check = (what: string, holds: boolean, found: unknown) => row(what, 'allowed', { server: holds ? 'allowed' : 'denied', ...(holds ? {} : { error: String(found) }) });
  return [
    check('the first run was killed midway', first.code === null && first.changed.length >= killAfter && first.changed.length < count, first.changed.length),
    check('the second run did the rest', second.code === 0 && second.output.includes(`${count - first.changed.length} of ${count} versions changed`), second.output),
    check('each version was held once', all.length === count && new Set(all).size === count, `${all.length} changes of ${new Set(all).size} versions`),
    check('all are held', list.output.split('\n').filter((line) => line.startsWith(prefix)).length === count, list.output),
  ];
}

function rowOf(guarantee: string, bucket: string): (what: string, expected: Answer, found: { server: Answer; error?: string }) => Row {
  return (what, expected, found) => ({ guarantee, bucket, what, expected, ...found });
}

function install(allowed: boolean): void {
  if (!allowed) {
    throw new Failure('the server is not installed', `run "npm run e2e -- --install" as root, or: apt-get install --no-install-recommends ${PACKAGES.join(' ')}`);
  }
  const options = { stdio: 'inherit' as const, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '--no-install-recommends', '-y', '-qq', ...PACKAGES], options);
}

async function lockRows(client: S3Client, mode: ObjectLockMode): Promise<Row[]> {
  const bucket = `bare-${mode.toLowerCase()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
  await client.send(new PutObjectLockConfigurationCommand({
    Bucket: bucket, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: mode, Days: 1 } } },
  }));
  const rows: Row[] = [];
  for (const { what, allowed, call } of lockCases(mode)) {
    const answer = await ask(() => call(client, bucket));
    rows.push({ guarantee: 'object-lock', bucket, what, ...answer, expected: allowed ? 'allowed' : 'denied' });
  }
  return rows;
}

async function policyRows(clients: Clients, proof: Proof, bucket: string): Promise<Row[]> {
  const { VersionId } = await clients.ingest.send(new PutObjectCommand({ Bucket: bucket, Key: 'record', Body: 'a record' }));
  const rows: Row[] = [];
  for (const { guarantee, what, as, gap, call, ...question } of POLICY_CASES) {
    const model = modelled(proof, bucket, as, question.request);
    const answer = await ask(() => call(clients[as], bucket, { Key: 'record', VersionId }));
    rows.push({ guarantee, bucket, what, model, ...answer, expected: gap ? opposite(model) : model, gap });
  }
  return rows;
}

/** The command of the operator, as the legal officer, over versions that others put there. */
async function toolRows(legal: S3Client, ingest: S3Client): Promise<Row[]> {
  const bucket = GOVERNANCE;
  for (let i = 0; i < 25; i++) await ingest.send(new PutObjectCommand({ Bucket: bucket, Key: `case-7/${i}`, Body: 'evidence' }));
  const hold = holdWith(() => holdClient(sdk, legal, bucket));
  const rows: Row[] = [];
  for (const [action, wanted] of [
    ['place', '25 of 25 versions would change.'], ['place --execute', '25 of 25 versions changed'], ['place --execute', '0 of 25 versions changed'],
    ['list', 'case-7/24'], ['lift --execute', '25 of 25 versions changed'],
  ]) {
    const out: string[] = [];
    const silent = { out: (text: string) => void out.push(text), err: (text: string) => void out.push(text), isScreen: false };
    const code = await hold.run([...action.split(' '), '--bucket', bucket, '--prefix', 'case-7/'], silent);
    const done = code === 0 && out.join('\n').includes(wanted);
    rows.push({
      guarantee: 'legal-hold-tool',
      bucket,
      what: `${action}: ${wanted}`,
      server: done ? 'allowed' : 'denied',
      expected: 'allowed',
      ...(done ? {} : { error: out.join(' ') }),
    });
  }
  return rows;
}

/** Who asks for what by which door of the example, and whether it is what its README shows. */
async function viewRows(server: Radosgw): Promise<Row[]> {
  const shop = server.addUser('shop');
  const example = new ThreeViews(server.endpoint, shop, join(BUILD, 'e2e', 'views'));
  try {
    example.synthesize();
    await example.fill(server.client(shop));
    const rows: Row[] = [];
    for (const [bucket, ask] of [['endpoint', await example.byEndpoint()], ['object-lambda', await example.byObjectLambda()]] as const) {
      for (const { what, allowed, check } of viewCases(ask)) {
        const error = await check();
        const expected = allowed ? 'allowed' : 'denied';
        rows.push({ guarantee: 'one-bucket-three-views', bucket, what, server: error === undefined ? expected : opposite(expected), expected, error });
      }
    }
    return rows;
  } finally {
    example.stop();
  }
}

/** The caller is one of the account whose own policies allow nothing: so the bucket policy alone decides, as on the server. */
function modelled(proof: Proof, bucket: string, as: PolicyCase['as'], request: PolicyCase['request']): Answer {
  const resource = /Object/.test(request.action) && !/Bucket/.test(request.action) ? `${bucket}/record` : bucket;
  // The owner of a bucket has every right on the server unless he is denied, as an administrator of the account has on AWS.
  const question = { ...request, resource, principal: roleArn(as), identityAllows: as === 'owner' };
  const says = (check: () => void) => {
    try {
      check();
      return true;
    } catch {
      return false;
    }
  };
  const allowed = says(() => proof.allows(question));
  if (allowed === says(() => proof.denies(question))) throw new Error(`the model does not know whether ${as} may ${request.action} on ${resource}`);
  return allowed ? 'allowed' : 'denied';
}

/** Only a refusal counts as one; anything else that goes wrong is an error of the run. */
async function ask(call: () => Promise<unknown>): Promise<{ server: Answer; error?: string }> {
  try {
    await call();
    return { server: 'allowed' };
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === 403 || (name === 'InvalidBucketState' && $metadata?.httpStatusCode === 409)) return { server: 'denied', error: name };
    throw error;
  }
}

function opposite(answer: Answer): Answer {
  return answer === 'allowed' ? 'denied' : 'allowed';
}

function report(version: string, rows: Row[], front: CloudFormationFront, milliseconds: number): boolean {
  const wrong = rows.filter(({ server, expected }) => server !== expected);
  const notProvisioned = Object.fromEntries([...front.notProvisioned].sort().map(([what, paths]) => [what, [...paths].sort()]));
  const left = {
    actionsLeftOut: UNKNOWN_ACTIONS, statementsLeftOut: MISREAD_STATEMENTS, notProvisionedHere: notProvisioned, calledByTheCli: [...front.called].sort(),
  };
  mkdirSync(BUILD, { recursive: true });
  writeFileSync(RESULTS, `${JSON.stringify({ server: version, seconds: Math.round(milliseconds / 1000), ok: wrong.length === 0, ...left, rows }, undefined, 2)}\n`);
  for (const group of Object.values(groups(rows))) {
    say();
    say(paint('bold', `${group[0].guarantee} on ${group[0].bucket}`));
    for (const row of group) {
      const mark = row.server === row.expected ? (row.gap ? paint('yellow', 'gap ') : paint('green', 'ok  ')) : paint('red', 'FAIL');
      say(`  ${mark} ${row.what}: model ${row.model ?? '-'}, server ${row.server}${row.gap ? ` (known: ${row.gap})` : ''}`);
    }
  }
  const gaps = rows.filter(({ gap }) => gap).length;
  say();
  say(`${rows.length} requests on ${version.replace(/ \(.*/, '')}: ${rows.length - gaps - wrong.filter(({ gap }) => !gap).length} as expected, ${gaps} known gaps of the server, ${wrong.length} wrong.`);
  say(`In the templates, and not provisioned here: ${Object.keys(notProvisioned).join(', ')}.`);
  say(`Results: ${relative(ROOT, RESULTS)}`);
  recordCounts(rows.length - wrong.length, wrong.length);
  return wrong.length === 0;
}

function groups(rows: Row[]): Record<string, Row[]> {
  const found: Record<string, Row[]> = {};
  for (const row of rows) (found[`${row.guarantee} ${row.bucket}`] ??= []).push(row);
  return found;
}

runScript(main);
