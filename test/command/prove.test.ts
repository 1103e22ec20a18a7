import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
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
  expect(out).toMatch(/^10 of 10 guarantees proved, 0 mistakes\n\nresource +guarantee +verdict +classes\n/);
  expect(out).toMatch(/sound\/Bucket +tls-only +proved +\d+/);
  expect(out).toContain('Assumed:');
  expect(out).toMatch(/10 of 10 guarantees proved, 0 mistakes$/);
  expect({ code, err }).toEqual({ code: Exit.OK, err: '' });
});

test('a cloud assembly with a plain bucket: the request that breaks it, exit code 1', async () => {
  const app = new App({ outdir: file('cdk.out') });
  new s3.Bucket(new Stack(app, 'Stack'), 'Plain');
  jest.spyOn(console, 'error').mockReturnValue(undefined);
  const { directory: assembly } = app.synth();
  const { code, out } = await command('prove', assembly);
  expect(code).toBe(Exit.FAILED);
  expect(out).toContain('VIOLATED tls-only on Stack/Plain');
  expect(out).toMatch(/calls s3:GetObject on .*aws:SecureTransport = false/);
  expect(out).toContain('Fix: Deny s3:*');
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
  expect(code).toBe(Exit.FAILED);
  expect(out).toContain('NOT JUDGED');
  expect(out).toContain('"Effect" is "deny"');
});

test('--help', async () => {
  expect(await command('--help')).toMatchObject({ code: Exit.OK, out: expect.stringContaining('prove') });
  expect(await command('prove', '--help')).toMatchObject({
    code: Exit.OK,
    out: expect.stringContaining('--report FILE'),
  });
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
  const open = await command('prove', file('app.yaml'));
  expect(open.code).toBe(Exit.FAILED);
  expect(open.out).toContain('when IsProd is false');
  expect((await command('prove', file('app.yaml'), '--parameter', 'Stage=prod')).out).not.toContain('VIOLATED');
  writeFileSync(file('wrong.yaml'), 'Resources:\n  A: [\n');
  expect((await command('prove', file('wrong.yaml'))).err).toMatch(/wrong\.yaml, line \d+ is not YAML/);
  expect((await command('prove', file('app.yaml'), '--account', '12')).err).toContain(
    '"--account" must be twelve digits (got "12")',
  );
});
