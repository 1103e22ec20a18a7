/**
 * Guarantees on a real server: what the templates say is put on Ceph's S3 gateway, and each request is asked of the model and made to the server.
 * Where the server is known to answer otherwise, it is said why, and it is an error if it no longer does. Writes `build/e2e.json`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as sdk from '@aws-sdk/client-s3';
import { CreateBucketCommand, PutObjectCommand, PutObjectLockConfigurationCommand, type ObjectLockMode, type S3Client } from '@aws-sdk/client-s3';
import { recordCounts } from './delivery/counts';
import { Failure, paint, runScript, say, Steps } from './delivery/terminal';
import { roleArn, synthesize, type Archives, type Synthesized } from './e2e/archives';
import { lockCases, POLICY_CASES, USERS, type Clients, type PolicyCase } from './e2e/cases';
import { clientSideRows } from './e2e/client-side';
import { presignedRows } from './e2e/presigned';
import { MISREAD_STATEMENTS, provision, UNKNOWN_ACTIONS } from './e2e/provision';
import { PACKAGES, Radosgw } from './e2e/radosgw';
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
  const steps = new Steps(7);
  const archives = await steps.run('Synthesize a governance and a compliance archive', synthesize);
  const server = await steps.run('Start Ceph\'s S3 gateway', () => Radosgw.start(join(BUILD, 'e2e', 'ceph')));
  process.once('SIGINT', () => void server.stop().then(() => process.exit(130)));
  try {
    const clients = Object.fromEntries(USERS.map((name) => [name, server.client(server.addUser(name))])) as unknown as Clients;
    const locks = await steps.run('Object Lock by itself', async () =>
      [...await lockRows(clients.owner, 'GOVERNANCE'), ...await lockRows(clients.owner, 'COMPLIANCE')]);
    const policies = await steps.run('The archives\' policies', async () =>
      [...await policyRows(clients, archives, archives.governance), ...await policyRows(clients, archives, archives.compliance)]);
    const tool = await steps.run('The legal hold tool', () => toolRows(clients.legal, clients.ingest));
    const presigned = await steps.run('Presigned URLs and forms', () => presignedRows(server, server.addUser('issuer')));
    const clientSide = await steps.run('Client-side encryption', () => clientSideRows(server, server.addUser('vault')));
    return report(server.version(), [...locks, ...policies, ...tool, ...presigned, ...clientSide], performance.now() - start);
  } finally {
    await server.stop();
  }
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

async function policyRows(clients: Clients, { proof }: Archives, bucket: Synthesized): Promise<Row[]> {
  await provision(clients.owner, bucket);
  const { VersionId } = await clients.ingest.send(new PutObjectCommand({ Bucket: bucket.name, Key: 'record', Body: 'a record' }));
  const rows: Row[] = [];
  for (const { guarantee, what, as, gap, call, ...question } of POLICY_CASES) {
    const model = modelled(proof, bucket.name, as, question.request);
    const answer = await ask(() => call(clients[as], bucket.name, { Key: 'record', VersionId }));
    rows.push({ guarantee, bucket: bucket.name, what, model, ...answer, expected: gap ? opposite(model) : model, gap });
  }
  return rows;
}

/** The command of the operator, as the legal officer, over versions that others put there. */
async function toolRows(legal: S3Client, ingest: S3Client): Promise<Row[]> {
  const bucket = 'governance';
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

/** The caller is one of the account whose own policies allow nothing: so the bucket policy alone decides, as on the server. */
function modelled(proof: Archives['proof'], bucket: string, as: PolicyCase['as'], request: PolicyCase['request']): Answer {
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

function report(version: string, rows: Row[], milliseconds: number): boolean {
  const wrong = rows.filter(({ server, expected }) => server !== expected);
  const left = { actionsLeftOut: UNKNOWN_ACTIONS, statementsLeftOut: MISREAD_STATEMENTS };
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
