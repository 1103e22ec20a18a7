/** What cdk-nag's packs and CDK's own template validation say of a template. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';

export type OffTheShelf = 'cdk-nag' | 'cloudformation-validate';

/** Findings as `rule on resource`, by checker. */
export type Findings = Readonly<Record<OffTheShelf, ReadonlySet<string>>>;

interface Violation {
  readonly ruleName: string;
  readonly description: string;
  readonly violatingConstructs: ReadonlyArray<{ readonly constructPath: string }>;
}

/** @throws if CDK cannot even include the template */
export function offTheShelfFindings(template: unknown): Findings {
  const directory = mkdtempSync(join(tmpdir(), 'strongbox-mutant-'));
  // A finding is printed to stderr as well as reported.
  const { error } = console;
  console.error = () => undefined;
  try {
    const templateFile = join(directory, 'mutant.json');
    writeFileSync(templateFile, JSON.stringify(template));
    const outdir = join(directory, 'cdk.out');
    const app = new App({ outdir, treeMetadata: false, analyticsReporting: false });
    Validations.of(app).addPlugins(
      new AwsSolutionsChecks(app),
      new HIPAASecurityChecks(app),
      new NIST80053R5Checks(app),
      new PCIDSS321Checks(app),
    );
    new CfnInclude(new Stack(app, 'Mutant'), 'Template', { templateFile });
    let failed = false;
    try {
      app.synth();
    } catch (thrown) {
      failed = true;
      if (!/validation/i.test((thrown as Error).message)) throw thrown;
    }
    const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
    const found = { 'cdk-nag': new Set<string>(), 'cloudformation-validate': new Set<string>() };
    for (const { pluginName, violations } of report.pluginReports) {
      const checker: OffTheShelf = pluginName === 'CloudFormation Validate' ? 'cloudformation-validate' : 'cdk-nag';
      for (const violation of violations as Violation[]) {
        for (const { constructPath } of violation.violatingConstructs) {
          found[checker].add(`${violation.ruleName} on ${constructPath}`);
        }
      }
    }
    if (failed && found['cdk-nag'].size + found['cloudformation-validate'].size === 0) {
      throw new Error('The synthesis failed, but reports nothing');
    }
    return found;
  } finally {
    console.error = error;
    process.exitCode = 0;
    rmSync(directory, { recursive: true, force: true });
  }
}
