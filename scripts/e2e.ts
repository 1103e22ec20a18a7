/**
 * Guarantees on a real server: what the templates say is put on Ceph's S3 gateway, and each request is asked of the
 * model and made to the server. Where the server is known to answer otherwise, it is said why, and it is an error if it
 * no longer does. Writes `build/e2e.json`.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './delivery/pack';
import { Failure, runScript, Steps } from './delivery/terminal';
import { clientSideRows } from './e2e/client-side';
import { deployRows, destroyRows, updateRows } from './e2e/deploy';
import { holdRows, interruptedHoldRows } from './e2e/hold';
import { lockRows } from './e2e/object-lock';
import { policyRows } from './e2e/policies';
import { presignedRows } from './e2e/presigned';
import { PACKAGES, Radosgw } from './e2e/radosgw';
import { report } from './e2e/report';
import type { Row } from './e2e/row';
import { viewRows } from './e2e/view-rows';
import { World } from './e2e/world';

/** In this order: what follows a deployment uses what was deployed. */
const FEATURES: ReadonlyArray<readonly [title: string, rows: (world: World) => Promise<Row[]>]> = [
  ['Object Lock by itself', lockRows],
  ['cdk deploy: two archives, and a stack of examples/records-archive', deployRows],
  ["The archives' policies", policyRows],
  ['The legal hold tool', holdRows],
  ['The legal hold tool, killed midway and run again', interruptedHoldRows],
  ['cdk deploy: a change of the readers', updateRows],
  ['cdk destroy', destroyRows],
  ['Presigned URLs and forms', presignedRows],
  ['Client-side encryption', clientSideRows],
  ['The example one-bucket-three-views, by both doors', viewRows],
];

async function main(): Promise<boolean> {
  const flags = new Set(process.argv.slice(2));
  const unknown = [...flags].find((flag) => flag !== '--install');
  if (unknown) throw new Failure(`"${unknown}" is no option`, 'use --install, or nothing');
  if (!Radosgw.isInstalled()) install(flags.has('--install'));

  const start = performance.now();
  const steps = new Steps(1 + FEATURES.length);
  const server = await steps.run("Start Ceph's S3 gateway", () => Radosgw.start(join(ROOT, 'build', 'e2e', 'ceph')));
  process.once('SIGINT', () => void server.stop().then(() => process.exit(130)));
  let world: World | undefined;
  try {
    world = await World.start(server);
    const rows: Row[] = [];
    for (const [title, of] of FEATURES) {
      rows.push(
        ...(await steps.run(
          title,
          () => of(world!),
          (found) => `${found.length} rows`,
        )),
      );
    }
    return report(world, rows, performance.now() - start);
  } finally {
    await world?.front.stop();
    await server.stop();
  }
}

function install(allowed: boolean): void {
  if (!allowed) {
    throw new Failure(
      'the server is not installed',
      `run "npm run e2e -- --install" as root, or: apt-get install --no-install-recommends ${PACKAGES.join(' ')}`,
    );
  }
  const options = { stdio: 'inherit' as const, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '--no-install-recommends', '-y', '-qq', ...PACKAGES], options);
}

runScript(main);
