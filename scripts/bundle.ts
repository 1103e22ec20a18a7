/**
 * Bundles every `*.lambda.ts` of src/runtime into `assets/<name>/`, so that nothing is compiled on a user's machine,
 * and writes what they contain of others: NOTICE, and `assets/sbom.cdx.json`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, ROOT } from './supply-chain/bundles';
import { notice, packageVersion, sbom } from './supply-chain/documents';
import { misfits, shippedBy } from './supply-chain/shipped';

const ASSETS = join(ROOT, 'assets');

async function main(): Promise<void> {
  const bundles = await bundle(ASSETS);
  const shipped = shippedBy(bundles);
  const wrong = misfits(shipped);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  writeFileSync(join(ROOT, 'NOTICE'), notice(shipped));
  writeFileSync(join(ASSETS, 'sbom.cdx.json'), sbom(shipped, packageVersion()));
  console.log(`bundled ${bundles.length} Lambda handlers into assets/, with ${shipped.length} packages of others`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
