/**
 * The named queries over the tables that the templates carry, run in the engine that Athena is built on over generated
 * logs with planted answers; and the patterns of the alarms, in the engine that EventBridge is built on. Exits with 2
 * where no suitable Java runtime is there; in CI that is a failure. Writes `build/audit.json`.
 */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findRuntime, install, JAVA_VERSION, mavenIsThere, prepare } from './audit/java';
import { patternChecks } from './audit/patterns';
import { queryChecks } from './audit/queries';
import { recordCounts } from './delivery/counts';
import { ROOT } from './delivery/pack';
import { Failure, paint, runScript, say, Steps } from './delivery/terminal';

const RESULTS = join(ROOT, 'build', 'audit.json');

async function main(): Promise<boolean> {
  const flags = new Set(process.argv.slice(2));
  const unknown = [...flags].find((flag) => !['--install', '--write'].includes(flag));
  if (unknown) {
    throw new Failure(
      `"${unknown}" is no option`,
      'use --install, --write (the answers into the documents), or nothing',
    );
  }
  if (flags.has('--install')) install();
  const runtime = findRuntime();
  if (!runtime || !mavenIsThere()) {
    const missing = runtime
      ? 'Maven is not installed'
      : `no Java runtime of version ${JAVA_VERSION} or newer was found`;
    const remedy =
      'run "npm run audit -- --install" as root, or set AUDIT_JAVA_HOME to a runtime and put mvn on the PATH';
    if (process.env.CI) throw new Failure(missing, remedy);
    say(`${missing}: nothing was checked. To check, ${remedy}.`);
    process.exit(2);
  }

  const start = performance.now();
  const steps = new Steps(3);
  const java = await steps.run(
    'Libraries by Maven',
    () => prepare(runtime),
    () => `Java ${runtime.version}`,
  );
  const checks = [
    ...(await steps.run(
      'Patterns of alarms in the matching engine of EventBridge',
      () => patternChecks(java),
      (of) => `${of.length} checks`,
    )),
    ...(await steps.run(
      'Named queries in Trino',
      () => queryChecks(java, flags.has('--write')),
      (of) => `${of.length} checks`,
    )),
  ];
  for (const { what, holds, found } of checks) {
    if (!holds) say(`  ${paint('red', 'FAIL')} ${what}\n${found}`);
  }
  const failed = checks.filter(({ holds }) => !holds).length;
  writeFileSync(
    RESULTS,
    `${JSON.stringify({ java: runtime.version, seconds: Math.round((performance.now() - start) / 1000), checks }, undefined, 2)}\n`,
  );
  recordCounts(checks.length - failed, failed);
  say(
    `${checks.length} checks: ${checks.length - failed} as expected, ${failed} not. Results: ` +
      `${relative(ROOT, RESULTS)}`,
  );
  return failed === 0;
}

runScript(main);
