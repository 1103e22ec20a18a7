import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The metadata in which `Validations.of(construct).acknowledge(...)` of aws-cdk-lib records a rule and its reason. */
const ACKNOWLEDGED = 'aws:cdk:acknowledged-rules';
const REPORT = 'validation-report.json';

/** Reasons by the id of the acknowledged rule. */
export type Acknowledged = Readonly<Record<string, string>>;

/** What is acknowledged on one construct, from its metadata; undefined if nothing is. */
export function acknowledgedIn(
  metadata: ReadonlyArray<{ readonly type: string; readonly data?: unknown }>,
): Acknowledged | undefined {
  const found: Record<string, string> = {};
  for (const { type, data } of metadata) {
    if (type !== ACKNOWLEDGED || typeof data !== 'object' || data === null) continue;
    for (const [id, reason] of Object.entries(data)) found[id.replaceAll(' ', '-')] = String(reason);
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

/**
 * What synth left out of its report, by the path of the construct: an acknowledgement on the app or a stage stands in
 * no metadata of a stack. A report that is older than the assembly belongs to another synth.
 */
export function acknowledgedAtSynth(directory: string): Record<string, Acknowledged> {
  const file = join(directory, REPORT);
  if (!existsSync(file) || statSync(file).mtimeMs < statSync(join(directory, 'manifest.json')).mtimeMs) return {};
  const found: Record<string, Record<string, string>> = {};
  let report: any;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Without it the findings are told: never the other way round.
    return {};
  }
  for (const { suppressedViolations = [] } of report.pluginReports ?? []) {
    for (const { acknowledgedId, reason, violatingConstructs = [] } of suppressedViolations) {
      for (const { constructPath } of violatingConstructs) {
        (found[constructPath] ??= {})[acknowledgedId] = String(reason ?? '');
      }
    }
  }
  return found;
}
