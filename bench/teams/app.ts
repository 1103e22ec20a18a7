/**
 * One synthesis in a process of its own: `app.ts TEAMS on|off`, with StrongboxChecks on or off. Prints its figures as
 * JSON.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations, type IPolicyValidationContext } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AccessPointDelegation, Encryption, SecureBucket, StrongboxChecks, Team, TeamAccessPoints } from '../../src';

const [count, plugin] = process.argv.slice(2);
const outdir = mkdtempSync(join(tmpdir(), 'strongbox-bench-'));

/** Time of the processor, not of the clock: other work on the machine does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

let pluginMs = 0;
let notJudged = 0;
class Timed extends StrongboxChecks {
  public validate(context: IPolicyValidationContext) {
    const start = cpuMs();
    const report = super.validate(context);
    pluginMs += cpuMs() - start;
    notJudged += report.violations.filter(({ ruleName }) => ruleName === 'Strongbox::not-judged').length;
    return report;
  }
}

const started = cpuMs();
const app = new App({ outdir, analyticsReporting: false, treeMetadata: false });
if (plugin === 'on') Validations.of(app).addPlugins(new Timed());
const account = '111122223333';
// More teams than a bucket policy can name, or a key policy.
const beyond = Number(count) > 400;
const stack = new Stack(app, 'Lake', { env: { account, region: 'eu-central-1' } });
new TeamAccessPoints(stack, 'Data', {
  bucket: new SecureBucket(stack, 'Docs', { encryption: beyond ? Encryption.s3Managed() : undefined }),
  trust: beyond
    ? AccessPointDelegation.namesBeginningWith('data-', 'Nobody else makes access points in the account of the bench')
    : undefined,
  teams: Array.from({ length: Number(count) }, (_, i) => {
    const name = `team-${String(i).padStart(4, '0')}`;
    return Team.readWrite(name, {
      prefixes: [`${name}/`],
      principals: [new iam.ArnPrincipal(`arn:aws:iam::${account}:role/acme-data-${name}`)],
    });
  }),
});
// Whoever may make an access point with such a name may let anybody in by it: that is what the pattern costs.
if (beyond) {
  for (const id of ['only-accounts', 'public-access-blocked']) {
    Validations.of(stack).acknowledge({
      id: `Strongbox::${id}`,
      reason: 'Nobody else makes access points in the account of the bench',
    });
  }
}
const built = cpuMs();
app.synth();
const synthMs = cpuMs() - built;

const templates = readdirSync(outdir)
  .filter((file) => file.endsWith('.template.json'))
  .map((file) => readFileSync(join(outdir, file), 'utf8'));
const resources = templates.map((text) => JSON.parse(text).Resources as Record<string, any>);
const policy = resources
  .flatMap((each) => Object.values(each))
  .find(({ Type, Properties }) => Type === 'AWS::S3::BucketPolicy' && /^Docs/.test(Properties.Bucket.Ref))
  .Properties.PolicyDocument;
/** What S3 gets: bucket and key by the longest names that the deployment may fill in. */
const policyBytes = Buffer.byteLength(
  JSON.stringify(policy, (_, value) =>
    value?.['Fn::GetAtt']
      ? `arn:aws:kms:eu-central-1:${account}:key/${'x'.repeat(36)}`
      : value?.['Fn::Join']
        ? `arn:aws:s3:::${'x'.repeat(63)}/*`
        : value,
  ),
);
rmSync(outdir, { recursive: true, force: true });
process.stdout.write(
  JSON.stringify({
    buildMs: built - started,
    synthMs,
    pluginMs,
    notJudged,
    policyBytes,
    largestStack: Math.max(...resources.map((each) => Object.keys(each).length)),
    templates: templates.length,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  }),
);
