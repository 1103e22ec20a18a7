/** The archives as their users deploy them: by the real CDK CLI, changed, and destroyed. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { COMPLIANCE, COPY, GOVERNANCE, REGION } from './archives';
import type { CloudFormationFront } from './cloudformation';
import { bucketExists } from './provision';
import { ask, checkOf, rowOf, type Row } from './row';
import type { World } from './world';
import { run } from '../delivery/execute';
import { ROOT } from '../delivery/pack';
import { withoutAws } from '../delivery/sandbox';

/** Two archives, and a stack of examples/records-archive, whose locks must be those of their templates. */
export async function deployRows({ front, clients }: World): Promise<Row[]> {
  await cdk(front, 'deploy', ['--all', ...UNATTENDED]);
  const rows: Row[] = [];
  for (const [Bucket, Mode, Days] of [
    [GOVERNANCE, 'GOVERNANCE', 2],
    [COMPLIANCE, 'COMPLIANCE', 2],
    [COPY, 'COMPLIANCE', 2557],
  ] as const) {
    const { ObjectLockConfiguration: found } = await clients.owner.send(
      new GetObjectLockConfigurationCommand({ Bucket }),
    );
    const { Mode: mode, Days: days } = found?.Rule?.DefaultRetention ?? {};
    rows.push(
      checkOf('cdk-deploy', Bucket)(
        `locks for ${Days} days in ${Mode.toLowerCase()} mode`,
        mode === Mode && days === Days,
        JSON.stringify(found),
      ),
    );
  }
  return rows;
}

/**
 * The second deployment names a reader more; what the first one made stays, and what CloudFormation may not touch is
 * not touched.
 */
export async function updateRows({ front, clients }: World): Promise<Row[]> {
  const row = rowOf('cdk-deploy', GOVERNANCE);
  const read = () => clients.stranger.send(new GetObjectCommand({ Bucket: GOVERNANCE, Key: 'record' }));
  const before = row('before it, the stranger reads', 'denied', await ask(read));
  await cdk(front, 'deploy', [`Archive-${GOVERNANCE}`, ...UNATTENDED, '--context', 'readers=audit,stranger']);
  return [
    before,
    row('after it, the stranger reads', 'allowed', await ask(read)),
    row(
      'the auditor still reads',
      'allowed',
      await ask(() => clients.audit.send(new GetObjectCommand({ Bucket: GOVERNANCE, Key: 'record' }))),
    ),
    row(
      'the archivist still cannot delete a version',
      'denied',
      await ask(async () => {
        const { VersionId } = await clients.ingest.send(
          new PutObjectCommand({ Bucket: GOVERNANCE, Key: 'after', Body: 'a record' }),
        );
        return clients.ingest.send(new DeleteObjectCommand({ Bucket: GOVERNANCE, Key: 'after', VersionId }));
      }),
    ),
  ];
}

/** The stacks go; archives, records and guards stay. */
export async function destroyRows({ front, clients }: World): Promise<Row[]> {
  await cdk(front, 'destroy', ['--all', '--force']);
  const kept = (name: string) =>
    ask(async () => {
      if (!(await bucketExists(clients.owner, name))) throw new Error(`${name} is gone`);
    });
  const rows: Row[] = [];
  for (const name of [GOVERNANCE, COMPLIANCE]) {
    const row = rowOf('cdk-destroy', name);
    rows.push(
      row('the bucket is there', 'allowed', await kept(name)),
      row(
        'the auditor reads, by the policy that stayed',
        'allowed',
        await ask(() => clients.audit.send(new GetObjectCommand({ Bucket: name, Key: 'record' }))),
      ),
      row(
        'the owner of the bucket puts a delete marker',
        'denied',
        await ask(() => clients.owner.send(new DeleteObjectCommand({ Bucket: name, Key: 'record' }))),
      ),
      row(
        'the owner of the bucket deletes the bucket',
        'denied',
        await ask(() => clients.owner.send(new DeleteBucketCommand({ Bucket: name }))),
      ),
    );
  }
  rows.push(rowOf('cdk-destroy', COPY)('the bucket of the example is there', 'allowed', await kept(COPY)));
  return rows;
}

const UNATTENDED = ['--require-approval', 'never', '--progress', 'events'];

/** The real CDK CLI, with nothing of the machine's own settings. */
async function cdk(front: CloudFormationFront, command: string, args: readonly string[]): Promise<void> {
  const folder = join(ROOT, 'build', 'e2e', 'cdk');
  mkdirSync(folder, { recursive: true });
  const app =
    `${join(ROOT, 'node_modules', '.bin', 'tsx')} --tsconfig ${join(ROOT, 'test', 'tsconfig.json')} ` +
    `${join(ROOT, 'scripts', 'e2e', 'app.ts')}`;
  await run(
    join(ROOT, 'node_modules', '.bin', 'cdk'),
    [command, '--app', app, '--output', join(folder, 'cdk.out'), '--no-notices', '--no-color', ...args],
    {
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
    },
  );
}
