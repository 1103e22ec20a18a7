import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R4Checks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from 'cdk-nag';

/** One finding of a pack on one construct. */
export interface Finding {
  readonly rule: string;
  readonly path: string;
  readonly reason?: string;
}

/** What the six packs say of an app: what stands, and what was acknowledged with its reason. */
export interface NagReport {
  readonly open: Finding[];
  readonly acknowledged: Finding[];
}

interface Violation {
  readonly ruleName: string;
  readonly reason?: string;
  readonly violatingConstructs: Array<{ readonly constructPath: string }>;
}

/** Builds an app with one stack, synthesizes it under all six cdk-nag packs, and reads the report that users see. */
export function nag(build: (stack: Stack) => void, props: StackProps = {}): NagReport {
  const outdir = mkdtempSync(join(tmpdir(), 'strongbox-nag-'));
  // CDK prints every finding to stderr; the tests read the report instead.
  const silent = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const silentConsole = jest.spyOn(console, 'error').mockReturnValue(undefined);
  try {
    const app = new App({ outdir, treeMetadata: false });
    Validations.of(app).addPlugins(
      new AwsSolutionsChecks(app),
      new HIPAASecurityChecks(app),
      new NIST80053R4Checks(app),
      new NIST80053R5Checks(app),
      new PCIDSS321Checks(app),
      new ServerlessChecks(app),
    );
    build(new Stack(app, 'Stack', props));
    try {
      app.synth();
    } catch (error) {
      if ((error as Error).name !== 'ValidationFailed' && !/Validation ?[Ff]ailed/.test(String(error))) throw error;
    }
    const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as {
      pluginReports: Array<{ violations?: Violation[]; suppressedViolations?: Violation[] }>;
    };
    const findings = (violations: Violation[] = []) =>
      violations.flatMap((violation) =>
        violation.violatingConstructs.map((construct) => ({
          rule: violation.ruleName,
          path: construct.constructPath,
          reason: violation.reason,
        })),
      );
    return {
      open: report.pluginReports.flatMap((plugin) => findings(plugin.violations)),
      acknowledged: report.pluginReports.flatMap((plugin) => findings(plugin.suppressedViolations)),
    };
  } finally {
    silent.mockRestore();
    silentConsole.mockRestore();
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The findings that only the owner of the data can decide; they stay until the app states them by a named value. */
const OWNERS_DECISIONS = ['S3BucketReplicationEnabled', 'S3BucketDefaultLockEnabled'];

/** What stands although nobody but the construct could have prevented it. */
export function unexplained(report: NagReport): Finding[] {
  return report.open.filter(({ rule }) => !OWNERS_DECISIONS.some((decision) => rule.endsWith(decision)));
}
