import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, NestedStack, RemovalPolicy, Stack, Stage, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { FindingLevel, Guarantee, StrongboxChecks, TlsVersion, type StrongboxChecksProps } from '../../src';
import { run } from '../../src/command/main';

interface Reported {
  readonly rule: string;
  readonly severity: string;
  readonly path: string;
  readonly description: string;
  readonly fix: string;
  readonly metadata: Record<string, string>;
}

interface Outcome {
  readonly failed: boolean;
  readonly open: Reported[];
  readonly acknowledged: string[];
  readonly error?: string;
}

const directories: string[] = [];
afterAll(() => directories.forEach((directory) => rmSync(directory, { recursive: true, force: true })));

/** What users see: whether synth fails, and the report. */
function synth(build: (app: App) => void, props?: StrongboxChecksProps, plugin = true): Outcome {
  const outdir = mkdtempSync(join(tmpdir(), 'strongbox-plugin-'));
  directories.push(outdir);
  jest.spyOn(console, 'error').mockReturnValue(undefined);
  const app = new App({ outdir, treeMetadata: false });
  if (plugin) Validations.of(app).addPlugins(new StrongboxChecks(props));
  build(app);
  let failed = false;
  try {
    app.synth();
  } catch {
    failed = true;
  }
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  const mine = report.pluginReports.filter(({ pluginName }: any) => pluginName === 'Strongbox');
  const flat = (violations: any[] = []): Reported[] =>
    violations.flatMap((violation) =>
      violation.violatingConstructs.map((at: any) => ({
        rule: violation.ruleName,
        severity: violation.severity,
        path: at.constructPath,
        description: violation.description,
        fix: violation.suggestedFix,
        metadata: violation.ruleMetadata,
      })),
    );
  return {
    failed,
    open: mine.flatMap((each: any) => flat(each.violations)),
    acknowledged: mine
      .flatMap((each: any) => flat(each.suppressedViolations))
      .map(({ rule, path }: Reported) => `${rule} ${path}`),
    error: mine.map((each: any) => each.metadata?.error).find(Boolean),
  };
}

/** What is found, without the line that says that it fails. */
const rules = ({ open }: Outcome): string[] =>
  open.filter(({ rule }) => rule !== 'Strongbox::fail-on').map(({ rule, path }) => `${rule} ${path}`);

/** A bucket that only one thing is wrong with: `upload-encryption`. */
function hardened(scope: Stack, id: string, props: s3.BucketProps = {}): s3.Bucket {
  return new s3.Bucket(scope, id, {
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: s3.BucketEncryption.S3_MANAGED,
    removalPolicy: RemovalPolicy.DESTROY,
    ...props,
  });
}

test('a plain bucket is reported with the request that breaks the guarantee, its place and the fix', () => {
  const outcome = synth((app) => new s3.Bucket(new Stack(app, 'Stack'), 'Plain'));
  expect(outcome.failed).toBe(true);
  const found = outcome.open.find(({ rule }) => rule === 'Strongbox::tls-only')!;
  expect(found).toMatchObject({ severity: 'error', path: 'Stack/Plain/Resource' });
  expect(found.description).toBe(
    'open over HTTP: HTTPS only (tls-only), 1 bucket. ' +
      'Any role of the account can call s3:GetObject on any object over HTTP.',
  );
  expect(found.fix).toBe('bucket.with(new BucketTlsOnly())');
  expect(JSON.parse(found.metadata.counterexample)).toMatchObject({
    action: 's3:GetObject',
    context: { 'aws:SecureTransport': 'false' },
  });
});

describe('acknowledgements', () => {
  const acknowledge = (construct: s3.Bucket, id: string) =>
    Validations.of(construct).acknowledge({ id: `Strongbox::${id}`, reason: 'a test' });

  test('with one of two findings acknowledged, synth still fails', () => {
    const outcome = synth((app) => {
      const bucket = hardened(new Stack(app, 'Stack'), 'Bucket', {
        minimumTLSVersion: undefined,
        objectOwnership: s3.ObjectOwnership.OBJECT_WRITER,
      });
      acknowledge(bucket, 'tls-minimum-version');
      acknowledge(bucket, 'upload-encryption');
      acknowledge(bucket, 'only-accounts');
    });
    expect(outcome.acknowledged).toContain('Strongbox::tls-minimum-version Stack/Bucket/Resource');
    expect(rules(outcome)).toEqual(['Strongbox::acls-disabled Stack/Bucket/Resource']);
    expect(outcome.failed).toBe(true);
  });

  test('with every finding acknowledged, synth passes', () => {
    const outcome = synth((app) => {
      const bucket = hardened(new Stack(app, 'Stack'), 'Bucket');
      acknowledge(bucket, 'upload-encryption');
    });
    expect(outcome.open).toEqual([]);
    expect(outcome.acknowledged).toEqual(['Strongbox::upload-encryption Stack/Bucket/Resource']);
    expect(outcome.failed).toBe(false);
  });

  test('on one bucket says nothing about another', () => {
    const outcome = synth((app) => {
      const stack = new Stack(app, 'Stack');
      acknowledge(hardened(stack, 'One'), 'upload-encryption');
      hardened(stack, 'Two');
    });
    expect(outcome.failed).toBe(true);
    expect(outcome.acknowledged).toEqual(['Strongbox::upload-encryption Stack/One/Resource']);
    expect(rules(outcome)).toEqual(['Strongbox::upload-encryption Stack/Two/Resource']);
  });

  test('on a stack covers its buckets', () => {
    const outcome = synth((app) => {
      const stack = new Stack(app, 'Stack');
      Validations.of(stack).acknowledge({ id: 'Strongbox::upload-encryption', reason: 'a test' });
      hardened(stack, 'One');
      hardened(stack, 'Two');
    });
    expect(outcome.failed).toBe(false);
    expect(outcome.acknowledged).toHaveLength(2);
  });
});

describe('what is reported, and what fails', () => {
  const plain = (app: App) => new s3.Bucket(new Stack(app, 'Stack'), 'Plain');

  test('equal findings of many resources are one, with all of them', () => {
    const outcome = synth((app) => {
      const stack = new Stack(app, 'Stack');
      for (const id of ['One', 'Two', 'Three']) new s3.Bucket(stack, id);
    });
    const found = outcome.open.filter(({ rule }) => rule === 'Strongbox::tls-only');
    expect(found.map(({ path }) => path)).toEqual(['Stack/One/Resource', 'Stack/Two/Resource', 'Stack/Three/Resource']);
    expect(new Set(found.map(({ description }) => description)).size).toBe(1);
    expect(found[0].description).toContain('3 buckets');
  });

  test('what is less bad than failOn is a warning, and synth passes', () => {
    const outcome = synth(plain, { failOn: FindingLevel.ERROR, except: ['tls-only'] });
    expect(outcome.failed).toBe(false);
    expect(new Set(outcome.open.map(({ severity }) => severity))).toEqual(new Set(['warning', 'info']));
    expect(rules(outcome)).toContain('Strongbox::acls-disabled Stack/Plain/Resource');
    expect(synth(plain, { failOn: FindingLevel.ERROR }).failed).toBe(true);
  });

  test('what is as bad as failOn fails, also where something else is acknowledged', () => {
    const outcome = synth(
      (app) =>
        Validations.of(plain(app)).acknowledge({
          id: 'Strongbox::acls-disabled',
          reason: 'a test of acknowledgements',
        }),
      { only: ['access', 'encryption'] },
    );
    expect(outcome.failed).toBe(true);
  });

  test('only, except and level choose', () => {
    const of = (props: StrongboxChecksProps) => rules(synth(plain, props)).map((rule) => rule.split(' ')[0]);
    expect(of({ only: ['tls-only'] })).toEqual(['Strongbox::tls-only']);
    expect(of({ only: ['transport'] })).toEqual(['Strongbox::tls-only', 'Strongbox::tls-minimum-version']);
    expect(of({ level: FindingLevel.ERROR })).toEqual(['Strongbox::tls-only']);
    expect(of({ except: ['transport'] })).not.toContain('Strongbox::tls-only');
  });

  test('a name that nothing has is an error at once', () => {
    expect(() => new StrongboxChecks({ only: ['tls-onyl'] })).toThrow(/"only" must name .* The nearest are tls-only/);
  });

  test('a baseline that prove wrote keeps what is known quiet', async () => {
    const outdir = mkdtempSync(join(tmpdir(), 'strongbox-plugin-'));
    directories.push(outdir);
    const app = new App({ outdir });
    plain(app);
    app.synth();
    const baseline = join(outdir, 'known.json');
    await run(['prove', outdir, '--write-baseline', '--baseline', baseline], {
      out: () => undefined,
      err: () => undefined,
      isScreen: false,
    });
    expect(synth(plain, { baseline })).toMatchObject({ failed: false, open: [] });
    const grown = synth((root) => new s3.Bucket(Stack.of(plain(root)), 'New'), { baseline });
    expect(grown.failed).toBe(true);
    expect(new Set(grown.open.map(({ path }) => path))).toEqual(new Set(['Stack/New/Resource']));
    const other = synth((root) => new s3.Bucket(new Stack(root, 'Other'), 'Bucket'), { baseline });
    expect(other.error).toMatch(/known\.json is the baseline of another app/);
  });
});

describe('one block for each remedy', () => {
  const plain = (app: App) => new s3.Bucket(new Stack(app, 'Stack'), 'Plain');
  const blocks = ({ open }: Outcome) => [
    ...new Set(open.map(({ severity, description }) => `${severity} ${description}`)),
  ];

  test('in the levels and the order of prove', async () => {
    const outdir = mkdtempSync(join(tmpdir(), 'strongbox-plugin-'));
    directories.push(outdir);
    const app = new App({ outdir });
    plain(app);
    app.synth();
    const out: string[] = [];
    await run(['prove', outdir], { out: (text) => out.push(text), err: () => undefined, isScreen: false });
    const printed = out
      .join('\n')
      .replace(/\n {2,}/g, ' ')
      .split('\n')
      .filter((line) => /^(ERROR|WARNING|ADVICE) /.test(line))
      .map((line) => line.replace('ADVICE', 'INFO').replace(/^[A-Z]+/, (level) => level.toLowerCase()));
    const found = blocks(synth(plain));
    expect(found).toHaveLength(printed.length);
    found.forEach((block, i) => expect(block.startsWith(`${printed[i]}. `)).toBe(true));
  });

  test('only findings below an error: one line says that they fail', () => {
    const outcome = synth(plain, { except: ['tls-only'] });
    expect(outcome.failed).toBe(true);
    expect(outcome.open.at(-1)).toMatchObject({ rule: 'Strongbox::fail-on', severity: 'fatal' });
    expect(synth(plain, { except: ['tls-only'], failOn: FindingLevel.ERROR }).failed).toBe(false);
  });

  test('an acknowledgement of one id of a block hides no other, on this bucket or another', () => {
    const outcome = synth((app) => {
      const stack = new Stack(app, 'Stack');
      const one = new s3.Bucket(stack, 'One');
      new s3.Bucket(stack, 'Two');
      Validations.of(one).acknowledge({ id: 'Strongbox::acls-disabled', reason: 'a test' });
    });
    const acls = outcome.open.filter(({ fix }) => fix === 'bucket.with(new BucketAclsDisabled())');
    expect(acls.map(({ path, metadata }) => [path, metadata.acknowledge])).toEqual([
      ['Stack/One/Resource', 'Strongbox::only-accounts'],
      ['Stack/Two/Resource', "Strongbox::acls-disabled', 'Strongbox::only-accounts"],
    ]);
    expect(outcome.acknowledged).toEqual(['Strongbox::acls-disabled Stack/One/Resource']);
  });

  test('an acknowledgement on the app counts everywhere', () => {
    const outcome = synth((app) => {
      plain(app);
      Validations.of(app).acknowledge({ id: 'Strongbox::tls-only', reason: 'a test' });
    });
    expect(rules(outcome).join()).not.toContain('tls-only');
    expect(outcome.acknowledged).toEqual(['Strongbox::tls-only Stack/Plain/Resource']);
  });
});

describe('what is looked at', () => {
  test('nested stacks', () => {
    const outcome = synth((app) => {
      const nested = new NestedStack(new Stack(app, 'Stack'), 'Nested');
      hardened(nested as Stack, 'Bucket', { enforceSSL: false, minimumTLSVersion: undefined });
    });
    expect(rules(outcome)).toContain('Strongbox::tls-only Stack/Nested/Bucket/Resource');
  });

  test('a policy that hangs on the bucket of another stack', () => {
    const outcome = synth((app) => {
      const bucket = hardened(new Stack(app, 'A'), 'Bucket', { enforceSSL: false, minimumTLSVersion: undefined });
      new s3.CfnBucketPolicy(new Stack(app, 'B'), 'Policy', {
        bucket: bucket.bucketName,
        policyDocument: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              effect: iam.Effect.DENY,
              principals: [new iam.AnyPrincipal()],
              actions: ['s3:*'],
              resources: [bucket.bucketArn, bucket.arnForObjects('*')],
              conditions: { Bool: { 'aws:SecureTransport': 'false' } },
            }),
          ],
        }),
      });
    });
    expect(rules(outcome)).not.toContain('Strongbox::tls-only A/Bucket/Resource');
  });

  test('stacks of several environments, each once', () => {
    const outcome = synth((app) => {
      for (const region of ['eu-west-1', 'us-east-1']) {
        hardened(
          new Stack(app, `Stack-${region}`, { stackName: 'same', env: { account: '111122223333', region } }),
          'Bucket',
        );
      }
    });
    expect(rules(outcome)).toEqual([
      'Strongbox::upload-encryption Stack-eu-west-1/Bucket/Resource',
      'Strongbox::upload-encryption Stack-us-east-1/Bucket/Resource',
    ]);
  });

  test('a plugin of a stage judges that stage alone', () => {
    const outcome = synth(
      (app) => {
        const stage = new Stage(app, 'Stage');
        Validations.of(stage).addPlugins(new StrongboxChecks());
        hardened(new Stack(stage, 'In'), 'Bucket');
        hardened(new Stack(app, 'Out'), 'Bucket');
      },
      undefined,
      false,
    );
    expect(rules(outcome)).toEqual(['Strongbox::upload-encryption Stage/In/Bucket/Resource']);
  });

  test('an included template', () => {
    const directory = mkdtempSync(join(tmpdir(), 'strongbox-include-'));
    directories.push(directory);
    const templateFile = join(directory, 'template.yaml');
    writeFileSync(
      templateFile,
      [
        'Resources:',
        '  Bucket: { Type: "AWS::S3::Bucket" }',
        '  Policy:',
        '    Type: AWS::S3::BucketPolicy',
        '    Properties:',
        '      Bucket: !Ref Bucket',
        '      PolicyDocument:',
        '        Version: "2012-10-17"',
        '        Statement:',
        '          - Effect: Deny',
        '            Principal: "*"',
        '            Action: "s3:*"',
        '            Resource: [!GetAtt Bucket.Arn, !Sub "${Bucket.Arn}/*"]',
        '            Condition: { Bool: { "aws:SecureTransprt": "false" } }',
      ].join('\n'),
    );
    const outcome = synth((app) => new CfnInclude(new Stack(app, 'Stack'), 'Included', { templateFile }));
    expect(rules(outcome)).toContain('Strongbox::tls-only Stack/Included/Bucket');
    expect(outcome.open.find(({ rule }) => rule === 'Strongbox::unknown-condition-key')).toMatchObject({
      path: 'Stack/Included/Policy',
      description: expect.stringContaining('Did you mean "aws:SecureTransport"?'),
    });
  });
});

test('guarantees beyond the baseline, each asked once', () => {
  const build = (app: App) => hardened(new Stack(app, 'Stack'), 'Bucket');
  const outcome = synth(build, {
    guarantees: [
      Guarantee.uploadHeaderRequired(),
      Guarantee.tlsMinimumVersion(TlsVersion.V1_3),
      Guarantee.uploadEncryption(),
    ],
  });
  expect(rules(outcome)).toEqual([
    'Strongbox::upload-encryption Stack/Bucket/Resource',
    'Strongbox::upload-header-required Stack/Bucket/Resource',
    'Strongbox::tls-minimum-version Stack/Bucket/Resource',
  ]);
});

test('what cannot be read fails the synthesis, whatever is acknowledged', () => {
  const outcome = synth((app) => {
    const stack = new Stack(app, 'Stack');
    const bucket = new s3.CfnBucket(stack, 'Bucket');
    new CfnResource(stack, 'Policy', {
      type: 'AWS::S3::BucketPolicy',
      properties: { Bucket: bucket.ref, PolicyDocument: { Version: '2012-10-17', Statement: 'nothing' } },
    });
    Validations.of(app).acknowledge(
      { id: 'Strongbox::not-judged', reason: 'a test' },
      { id: 'Strongbox::policy-malformed', reason: 'a test' },
    );
  });
  expect(outcome.failed).toBe(true);
  expect(outcome.open).toMatchObject([{ rule: 'Strongbox::not-judged', severity: 'fatal' }]);
});

test('an app without buckets passes', () => {
  expect(synth((app) => new Stack(app, 'Stack'))).toMatchObject({ failed: false, open: [] });
});
