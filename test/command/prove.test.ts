import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { FindingLevel, StrongboxChecks } from '../../src';
import { run } from '../../src/command/main';
import { Exit } from '../../src/command/subcommand';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strongbox-command-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function command(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(args, { out: (text) => out.push(text), err: (text) => err.push(text), isScreen: false });
  return { code, out: out.join('\n'), err: err.join('') };
}

const file = (name: string) => join(directory, name);

function template(name: string, resources: any): string {
  writeFileSync(file(name), JSON.stringify({ Resources: resources }));
  return file(name);
}

/** Nothing is wrong with it. */
const SOUND = {
  Bucket: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketName: 'docs',
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
            BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
          },
        ],
      },
    },
  },
  Policy: {
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: 'docs',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: ['arn:aws:s3:::docs', 'arn:aws:s3:::docs/*'],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: ['arn:aws:s3:::docs', 'arn:aws:s3:::docs/*'],
            Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } },
          },
          {
            Effect: 'Deny',
            Principal: '*',
            Action: ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'],
            Resource: 'arn:aws:s3:::docs/*',
            Condition: {
              StringNotEqualsIfExists: { 's3:x-amz-server-side-encryption': 'AES256' },
              Null: { 's3:x-amz-server-side-encryption': 'false' },
            },
          },
        ],
      },
    },
  },
};

test('a sound template: everything is proved, exit code 0', async () => {
  const { code, out, err } = await command('prove', template('sound.json', SOUND));
  expect(out).toBe('11 of 11 guarantees proved, 0 findings');
  expect({ code, err }).toEqual({ code: Exit.OK, err: '' });
});

test('--verbose: every verdict, and what the proofs assume', async () => {
  const { out } = await command('prove', template('sound.json', SOUND), '--verbose');
  expect(out).toMatch(/^11 of 11 guarantees proved, 0 findings\n\nresource +guarantee +verdict +classes\n/);
  expect(out).toMatch(/sound\/Bucket +tls-only +proved +\d+/);
  expect(out).toContain('Assumptions:');
});

test('a cloud assembly with a plain bucket: the request that breaks it, exit code 1', async () => {
  const app = new App({ outdir: file('cdk.out') });
  new s3.Bucket(new Stack(app, 'Stack'), 'Plain');
  jest.spyOn(console, 'error').mockReturnValue(undefined);
  const { directory: assembly } = app.synth();
  const { code, out } = await command('prove', assembly);
  expect(code).toBe(Exit.FAILED);
  expect(out).toContain('ERROR open over HTTP: HTTPS only (tls-only), 1 bucket');
  expect(out).toContain('Any role of the account can call s3:GetObject on any object over HTTP.');
  expect(out).toContain('bucket.with(new BucketTlsOnly())');
  const { out: verbose } = await command('prove', assembly, '--verbose');
  expect(verbose).toMatch(/calls s3:GetObject on .*aws:SecureTransport = false/);
  expect(verbose).toContain('Fix: Deny s3:*');
});

test('mistakes alone fail as well', async () => {
  const spoilt = structuredClone(SOUND) as any;
  spoilt.Policy.Properties.PolicyDocument.Statement.push({
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::111122223333:root' },
    Action: 's3:GetObjekt',
    Resource: 'arn:aws:s3:::docs/*',
  });
  const { code, out } = await command('prove', template('spoilt.json', spoilt), '--json');
  const report = JSON.parse(out);
  expect(report.mistakes).toMatchObject([
    { id: 'unknown-action', subject: 'spoilt/Policy', location: 'Properties.PolicyDocument.Statement.3.Action' },
  ]);
  expect(report.guarantees).toHaveLength(report.proved);
  expect(code).toBe(Exit.FAILED);
});

test('--json gives the counterexample as an object', async () => {
  const { out } = await command('prove', template('plain.json', { Bucket: { Type: 'AWS::S3::Bucket' } }), '--json');
  const found = JSON.parse(out).guarantees.find(({ guarantee }: any) => guarantee === 'tls-only');
  expect(found).toMatchObject({
    status: 'violated',
    subject: 'plain/Bucket',
    counterexample: { context: { 'aws:SecureTransport': 'false' } },
  });
});

test('--report writes a page', async () => {
  const page = file('report.html');
  await command('prove', template('sound.json', SOUND), '--report', page);
  expect(readFileSync(page, 'utf8')).toMatch(/^<!DOCTYPE html>[^]*sound\/Bucket[^]*<\/html>\n$/);
});

describe('what cannot be judged: exit code 2', () => {
  test.each([
    ['no command', [], 'No command given'],
    ['an unknown command', ['proof'], '"proof" is no command'],
    ['no input', ['prove'], 'No cloud assembly or template given.'],
    ['an unknown option', ['prove', '--jsn', 'x'], '--jsn'],
    ['a path that is not there', ['prove', '/no/such/place'], '"/no/such/place" does not exist'],
  ])('%s', async (_, args, expected) => {
    const { code, err } = await command(...args);
    expect(code).toBe(Exit.UNANSWERED);
    expect(err).toContain(expected);
  });

  test('no JSON', async () => {
    writeFileSync(file('broken.json'), '{');
    expect(await command('prove', file('broken.json'))).toMatchObject({
      code: Exit.UNANSWERED,
      err: expect.stringContaining('is not JSON'),
    });
  });

  test('nothing to judge', async () => {
    expect(await command('prove', template('topic.json', { Topic: { Type: 'AWS::SNS::Topic' } }))).toMatchObject({
      code: Exit.UNANSWERED,
      err: expect.stringContaining('nothing to judge'),
    });
  });
});

test('a policy that nobody can read fails, and the lint says why', async () => {
  const { code, out } = await command(
    'prove',
    template('malformed.json', {
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'docs' } },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Bucket: 'docs', PolicyDocument: { Statement: { Effect: 'deny' } } },
      },
    }),
  );
  expect(code).toBe(Exit.UNANSWERED);
  expect(out).toContain('ERROR not checked');
  expect(out).toContain('"Effect" is "deny"');
});

test('one resource that cannot be read: the rest is judged, exit code 4', async () => {
  const path = template('partly.json', { ...SOUND, Odd: { Type: 'AWS::S3::Bucket', Properties: 7 } });
  const { code, out } = await command('prove', path, '--json');
  expect(code).toBe(Exit.PARTLY_ANSWERED);
  const { notJudged, guarantees } = JSON.parse(out);
  expect(notJudged).toEqual([expect.stringMatching(/partly, Odd \(.*partly\.json:1\) has "Properties" 7; an object/)]);
  expect(guarantees.map(({ subject }: { subject: string }) => subject)).not.toContain('partly/Odd');
  expect(guarantees.every(({ status }: { status: string }) => status === 'proved')).toBe(true);
});

test('--help', async () => {
  expect(await command('--help')).toMatchObject({ code: Exit.OK, out: expect.stringContaining('prove') });
  expect(await command('prove', '--help')).toMatchObject({
    code: Exit.OK,
    out: expect.stringContaining('--report FILE'),
  });
});

test('--version', async () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8'));
  expect(await command('--version')).toMatchObject({ code: Exit.OK, out: version });
});

test.each(['prove', 'redact', 'hold', 'presign'])('the help of %s has examples', async (name) => {
  const { code, out } = await command(name, '--help');
  expect(code).toBe(Exit.OK);
  expect(out).toMatch(new RegExp(`Examples:\\n\\n  .*cdk-s3-strongbox ${name} `));
});

test('--output writes to a file', async () => {
  const { out } = await command(
    'prove',
    template('sound.json', SOUND),
    '--format',
    'junit',
    '--output',
    file('out.xml'),
  );
  expect(out).toBe('');
  expect(readFileSync(file('out.xml'), 'utf8')).toMatch(/^<\?xml /);
});

test('the executable is there, may be executed, and needs nothing but the compiled library', () => {
  const executable = join(__dirname, '..', '..', 'bin', 'cdk-s3-strongbox');
  expect(existsSync(executable)).toBe(true);
  expect((statSync(executable).mode % 0o1000).toString(8)).toBe('755');
  expect(readFileSync(executable, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\nrequire\('\.\.\/lib\//);
});

test('a template in YAML is judged as its JSON is, and a parameter decides', async () => {
  const yaml = [
    'Parameters: { Stage: { Type: String } }',
    'Conditions: { IsProd: !Equals [!Ref Stage, prod] }',
    'Resources:',
    `  Bucket: ${JSON.stringify(SOUND.Bucket)}`,
    `  Policy: ${JSON.stringify({ ...SOUND.Policy, Condition: 'IsProd' })}`,
  ].join('\n');
  writeFileSync(file('app.yaml'), yaml);
  const open = await command('prove', file('app.yaml'), '--verbose');
  expect(open.code).toBe(Exit.FAILED);
  expect(open.out).toContain('when IsProd is false');
  expect((await command('prove', file('app.yaml'), '--parameter', 'Stage=prod')).out).toContain(', 0 findings');
  writeFileSync(file('wrong.yaml'), 'Resources:\n  A: [\n');
  expect((await command('prove', file('wrong.yaml'))).err).toMatch(/wrong\.yaml, line \d+ is not YAML/);
  expect((await command('prove', file('app.yaml'), '--account', '12')).err).toContain(
    '"--account" must be twelve digits (got "12")',
  );
});

describe('adoption', () => {
  const plain = (...ids: string[]) => Object.fromEntries(ids.map((id) => [id, { Type: 'AWS::S3::Bucket' }]));
  const known = () => file(`known-${expect.getState().currentTestName!.length}.json`);

  test('a baseline keeps what is known quiet, fails for what is new, and tells what is gone', async () => {
    const path = template('app.json', plain('A', 'B'));
    const written = await command('prove', path, '--write-baseline', '--baseline', known());
    expect(written).toMatchObject({ code: Exit.OK, out: expect.stringContaining('14 findings are known') });
    expect(await command('prove', path, '--baseline', known())).toMatchObject({
      code: Exit.OK,
      out: expect.stringContaining('0 findings, 14 known'),
    });

    template('app.json', plain('A', 'B', 'C'));
    const grown = await command('prove', path, '--baseline', known(), '--json');
    expect(grown.code).toBe(Exit.FAILED);
    expect(new Set(JSON.parse(grown.out).findings.map(({ subject }: any) => subject))).toEqual(new Set(['app/C']));

    template('app.json', plain('A'));
    const shrunk = await command('prove', path, '--baseline', known());
    expect(shrunk.code).toBe(Exit.OK);
    expect(shrunk.out).toContain('tls-only on app/B');
  });

  test('a finding that became worse is a new one', async () => {
    const path = template('app.json', plain('A'));
    await command('prove', path, '--write-baseline', '--baseline', known());
    template('app.json', {
      A: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'a' } },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: 'a',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' }],
          },
        },
      },
    });
    const { code, out } = await command('prove', path, '--baseline', known());
    expect(code).toBe(Exit.FAILED);
    expect(out).toContain('ERROR open to the internet');
    expect(out).toContain('Anyone, without credentials, can call s3:GetObject on any object');
  });

  test('reasons in the file are kept when it is written again', async () => {
    const path = template('app.json', plain('A'));
    await command('prove', path, '--write-baseline', '--baseline', known());
    const before = JSON.parse(readFileSync(known(), 'utf8'));
    before.findings[0].reason = 'until March';
    writeFileSync(known(), JSON.stringify(before));
    await command('prove', path, '--write-baseline', '--baseline', known());
    expect(JSON.parse(readFileSync(known(), 'utf8')).findings[0]).toEqual(before.findings[0]);
  });

  test.each([
    ['no JSON', '{', 'cannot be read as JSON'],
    ['another version', '{"version":2,"findings":[]}', 'has the version 2, and 1 is read'],
    ['no list', '{"version":1}', 'has no list "findings"'],
    ['an entry without a path', '{"version":1,"findings":[{"id":"tls-only"}]}', '"path" is not a construct path'],
    [
      'another app',
      '{"version":1,"findings":[{"id":"tls-only","path":"Other/Bucket","level":"error"}]}',
      'is the baseline of another app',
    ],
  ])('a baseline that is wrong (%s): exit code 2', async (_, content, expected) => {
    writeFileSync(known(), content);
    expect(await command('prove', template('app.json', plain('A')), '--baseline', known())).toMatchObject({
      code: Exit.UNANSWERED,
      err: expect.stringContaining(expected),
    });
  });

  test('a baseline that is not there: exit code 2', async () => {
    expect(await command('prove', template('app.json', plain('A')), '--baseline', file('none.json'))).toMatchObject({
      code: Exit.UNANSWERED,
      err: expect.stringContaining('does not exist'),
    });
  });

  test('--only, --except, --level and --fail-on choose what counts', async () => {
    const path = template('app.json', plain('A'));
    const ids = async (...args: string[]) => {
      const { code, out } = await command('prove', path, '--json', ...args);
      return [code, ...new Set(JSON.parse(out).findings.map(({ id }: any) => id))];
    };
    expect(await ids('--only', 'tls-only')).toEqual([Exit.FAILED, 'tls-only']);
    expect(await ids('--only', 'transport', '--except', 'tls-only')).toEqual([Exit.FAILED, 'tls-minimum-version']);
    expect(await ids('--level', 'error')).toEqual([Exit.FAILED, 'tls-only']);
    expect((await ids('--except', 'tls-only', '--fail-on', 'error'))[0]).toBe(Exit.OK);
    expect((await ids('--fail-on', 'never'))[0]).toBe(Exit.OK);
  });

  test.each([
    [['--level', 'bad'], '"level" must be one of error, warning, advice (got "bad")'],
    [['--only', 'tls-onyl'], 'The nearest are tls-only'],
    [['--fail-on', 'no'], '"failOn" must be one of error, warning, advice, never (got "no")'],
    [['--format', 'xml'], '"--format" must be one of table, json'],
  ])('%j is not understood: exit code 2', async (args, expected) => {
    expect(await command('prove', template('app.json', plain('A')), ...args)).toMatchObject({
      code: Exit.UNANSWERED,
      err: expect.stringContaining(expected),
    });
  });

  test('three plain buckets need at most 40 lines of 80 columns', async () => {
    const app = new App({ outdir: file('three.out') });
    const stack = new Stack(app, 'Stack');
    for (const id of ['Documents', 'Uploads', 'Assets']) new s3.Bucket(stack, id);
    const lines = (await command('prove', app.synth().directory)).out.split('\n');
    expect(lines[0]).toBe('15 of 24 guarantees proved, 21 findings (9 failing)');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('what is acknowledged on the whole app is accepted where synth checks it', async () => {
    const app = new App({ outdir: file('app-wide.out') });
    Validations.of(app).addPlugins(new StrongboxChecks({ failOn: FindingLevel.ERROR, except: ['tls-only'] }));
    Validations.of(app).acknowledge({ id: 'Strongbox::acls-disabled', reason: 'until March' });
    new s3.Bucket(new Stack(app, 'Stack'), 'Plain');
    jest.spyOn(console, 'error').mockReturnValue(undefined);
    const { accepted } = JSON.parse((await command('prove', app.synth().directory, '--json')).out);
    expect(accepted).toMatchObject([{ id: 'acls-disabled', subject: 'Stack/Plain', reason: 'until March' }]);
  });

  test('what the app acknowledged is accepted, with its reason, on the construct and below it', async () => {
    const app = new App({ outdir: file('acknowledged.out') });
    const stack = new Stack(app, 'Stack');
    const bucket = new s3.Bucket(stack, 'Scratch');
    new s3.Bucket(stack, 'Other');
    Validations.of(bucket).acknowledge({ id: 'Strongbox::tls-only', reason: 'a device without TLS' });
    Validations.of(stack).acknowledge({ id: 'Strongbox::acls-disabled', reason: 'until March' });
    const { out } = await command('prove', app.synth().directory, '--json');
    const { accepted, findings } = JSON.parse(out);
    expect(
      accepted.map(({ id, subject, reason, acknowledgedOn }: any) => [id, subject, reason, acknowledgedOn]),
    ).toEqual(
      expect.arrayContaining([
        ['tls-only', 'Stack/Scratch', 'a device without TLS', 'Stack/Scratch'],
        ['acls-disabled', 'Stack/Scratch', 'until March', 'Stack'],
        ['acls-disabled', 'Stack/Other', 'until March', 'Stack'],
      ]),
    );
    expect(accepted).toHaveLength(3);
    expect(findings.filter(({ id }: any) => id === 'tls-only').map(({ subject }: any) => subject)).toEqual([
      'Stack/Other',
    ]);
  });
});
