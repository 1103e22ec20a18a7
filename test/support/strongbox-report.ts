import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { ACCOUNT, REGION } from './app';
import { StrongboxChecks } from '../../src';

interface Violation {
  readonly ruleName: string;
  readonly description: string;
  readonly violatingConstructs: Array<{ readonly constructPath: string }>;
}

/** What StrongboxChecks says at synthesis of a stack that `build` fills: the findings that stand, one a line. */
export function strongboxReport(build: (stack: Stack) => void): string[] {
  const outdir = mkdtempSync(join(tmpdir(), 'strongbox-report-'));
  const silent = jest.spyOn(console, 'error').mockReturnValue(undefined);
  try {
    const app = new App({ outdir, treeMetadata: false });
    Validations.of(app).addPlugins(new StrongboxChecks());
    build(new Stack(app, 'Stack', { env: { account: ACCOUNT, region: REGION } }));
    try {
      app.synth();
    } catch (error) {
      if (!/Validation ?[Ff]ailed/.test(`${(error as Error).name} ${String(error)}`)) throw error;
    }
    const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as {
      pluginReports: Array<{ pluginName: string; violations?: Violation[]; metadata?: { error?: string } }>;
    };
    return report.pluginReports
      .filter(({ pluginName }) => pluginName === 'Strongbox')
      .flatMap(({ violations = [], metadata }) => [
        ...(metadata?.error ? [metadata.error] : []),
        ...violations.flatMap(({ ruleName, description, violatingConstructs }) =>
          violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}: ${description}`),
        ),
      ]);
  } finally {
    silent.mockRestore();
    rmSync(outdir, { recursive: true, force: true });
  }
}
