/**
 * One synthesis in a process of its own, so that nothing is remembered from another: `app.ts BUCKETS same|distinct
 * on|off`. Prints its figures as JSON.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CloudFormationValidatePlugin, Stack, Validations, type IPolicyValidationContext } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { SecureBucket, StrongboxChecks } from '../../src';

const [count, variant, plugin] = process.argv.slice(2);
const outdir = mkdtempSync(join(tmpdir(), 'strongbox-bench-'));

/** Time of the processor, not of the clock: other work on the machine does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Time spent in the plugin alone. */
let pluginMs = 0;
let violations = 0;
class Timed extends StrongboxChecks {
  public validate(context: IPolicyValidationContext) {
    const start = cpuMs();
    const report = super.validate(context);
    pluginMs += cpuMs() - start;
    violations += report.violations.length;
    return report;
  }
}

/**
 * The validation of aws-cdk-lib itself is no part of the base; aws-cdk-lib 2.262 has no switch for it, but makes way
 * for one of the user.
 */
function withoutBuiltInValidation(app: App): void {
  const nothing = Object.create(CloudFormationValidatePlugin.prototype, {
    name: { value: CloudFormationValidatePlugin.PLUGIN_NAME },
    version: { value: undefined },
    ruleIds: { value: undefined },
    validate: { value: () => ({ success: true, violations: [] }) },
  }) as CloudFormationValidatePlugin;
  Validations.of(app).addPlugins(nothing);
}

/** A CloudFormation stack takes 500 resources; a bucket with key and policy is three. */
const BUCKETS_A_STACK = 150;

const started = cpuMs();
const app = new App({ outdir, analyticsReporting: false });
withoutBuiltInValidation(app);
if (plugin === 'on') Validations.of(app).addPlugins(new Timed());
let stack: Stack;
for (let index = 0; index < Number(count); index++) {
  if (index % BUCKETS_A_STACK === 0) stack = new Stack(app, `Stack${index / BUCKETS_A_STACK}`);
  const { bucket } = new SecureBucket(stack!, `Bucket${index}`);
  if (variant === 'distinct') {
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.AccountRootPrincipal()],
        actions: ['s3:GetObject'],
        resources: [bucket.arnForObjects(`team-${index}/*`)],
      }),
    );
  }
}
const built = cpuMs();
try {
  app.synth();
} catch (error) {
  // The figures tell how many violations there were.
  if (violations === 0) throw error;
}
const synthMs = cpuMs() - built;
rmSync(outdir, { recursive: true, force: true });
process.stdout.write(
  JSON.stringify({
    buildMs: built - started,
    synthMs,
    pluginMs,
    violations,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  }),
);
