/**
 * Says what the package ships of others, under which licence, and what the registry's advisories know of it: `npm run
 * supply-chain [-- --json]`. Fails for a licence that does not fit, and for an advisory on something that ships; what
 * only builds or tests is named and does not fail.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ROOT } from './supply-chain/bundles';
import { readSbom, type Component } from './supply-chain/documents';
import { misfits } from './supply-chain/shipped';

export interface Advisory {
  readonly name: string;
  readonly severity: string;
  readonly ships: boolean;
}

/** @returns undefined where no registry answers with advisories */
export function advisoriesOf(output: string, shipped: ReadonlySet<string>): Advisory[] | undefined {
  let report: { vulnerabilities?: Record<string, { severity: string }> };
  try {
    report = JSON.parse(output) as typeof report;
  } catch {
    return undefined;
  }
  if (!report.vulnerabilities) return undefined;
  return Object.entries(report.vulnerabilities).map(([name, { severity }]) => ({
    name,
    severity,
    ships: shipped.has(name),
  }));
}

function main(): void {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const components: Component[] = readSbom();
  const wrong = misfits(
    components.map(({ name, version, license, places }) => ({ name, version, license, places, copyright: [] })),
  );
  const { stdout } = spawnSync('npm', ['audit', '--json', '--package-lock-only'], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 60_000,
  });
  const advisories = advisoriesOf(stdout ?? '', new Set(components.map(({ name }) => name)));
  const failed = wrong.length > 0 || (advisories ?? []).some(({ ships }) => ships);
  if (values.json) {
    console.log(JSON.stringify({ components, misfits: wrong, advisories: advisories ?? null, failed }, undefined, 1));
  } else {
    for (const { name, version, license, places } of components) {
      console.log(`${name} ${version}, ${license}: ${places.join(', ')}`);
    }
    for (const sentence of wrong) console.error(sentence);
    if (!advisories) console.log('advisories: no registry answered, so nothing was checked');
    else if (advisories.length === 0) console.log('advisories: none');
    for (const { name, severity, ships } of advisories ?? []) {
      console.log(`advisory, ${severity}: ${name}${ships ? ', which ships' : ', which only builds or tests'}`);
    }
  }
  process.exitCode = failed ? 1 : 0;
}

if (require.main === module) main();
