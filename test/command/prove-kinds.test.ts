import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/command/main';
import { Exit } from '../../src/command/subcommand';

/** Parts of templates that once stopped a whole template, or were read as something else. */
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strongbox-kinds-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function prove(template: string, ...args: string[]) {
  const file = join(directory, 'kinds.yaml');
  writeFileSync(file, template);
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(['prove', file, '--format', 'json', ...args], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    isScreen: false,
  });
  return { code, err: err.join(''), ...(out.length > 0 ? JSON.parse(out.join('\n')) : {}) };
}
const statusOf = (found: any, id: string, subject: string) =>
  found.findings.find((each: any) => each.id === id && each.subject === subject)?.status;

test('a condition over AWS::NoValue may be either, and only what asks for it is open', async () => {
  const found = await prove(`
Conditions: {Odd: !Equals [!Ref 'AWS::NoValue', x]}
Resources:
  Plain: {Type: AWS::S3::Bucket}
  Other: {Type: AWS::S3::Bucket, Condition: Odd}
`);
  expect(statusOf(found, 'tls-only', 'kinds/Plain')).toBe('violated');
  expect(JSON.stringify(found.findings)).toContain('when Odd is true');
});

test('a list where an object is needed is said with its line, and the rest is judged', async () => {
  const found = await prove(`
Resources:
  Plain: {Type: AWS::S3::Bucket}
  Other:
    Type: AWS::S3::Bucket
    Properties:
      PublicAccessBlockConfiguration: [BlockPublicAcls, true]
`);
  expect(found.code).toBe(Exit.PARTLY_ANSWERED);
  expect(JSON.stringify(found)).toMatch(/PublicAccessBlockConfiguration \(.*kinds.yaml:7\) is .*an object is needed/);
  expect(statusOf(found, 'tls-only', 'kinds/Plain')).toBe('violated');
  expect(statusOf(found, 'public-access-blocked', 'kinds/Other')).toBeUndefined();
});

describe('an account that begins with a zero and is not quoted', () => {
  const policy = (account: string) => `
Resources:
  Docs: {Type: AWS::S3::Bucket}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Docs
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {AWS: ${account}}, Action: s3:GetObject, Resource: !Sub '\${Docs.Arn}/*'}
`;

  test('of twelve digits is that account', async () => {
    expect(
      statusOf(await prove(policy('012345678901'), '--account', '012345678901'), 'only-accounts', 'kinds/Docs'),
    ).toBe(
      // By S3's default, not stated.
      'proved',
    );
    expect(
      statusOf(await prove(policy('012345678901'), '--account', '111122223333'), 'only-accounts', 'kinds/Docs'),
    ).toBe('violated');
  });

  test('of thirteen is no account, and not the one without the zero', async () => {
    const found = await prove(policy('0123456789012'), '--account', '123456789012');
    expect(statusOf(found, 'only-accounts', 'kinds/Docs')).toBe('unknown');
    expect(found.findings.map(({ id }: any) => id)).toContain('principal-malformed');
  });
});

describe('a loop over a mapping', () => {
  const template = `
Transform: AWS::LanguageExtensions
Mappings:
  Names: {eu-west-1: {All: [a, b]}}
Resources:
  Fn::ForEach::Buckets:
    - Name
    - !FindInMap [Names, !Ref 'AWS::Region', All]
    - B\${Name}: {Type: AWS::S3::Bucket}
  Plain: {Type: AWS::S3::Bucket}
`;

  test('makes the resources of the Region that is given', async () => {
    const found = await prove(template, '--region', 'eu-west-1');
    for (const id of ['Ba', 'Bb', 'Plain']) expect(statusOf(found, 'tls-only', `kinds/${id}`)).toBe('violated');
  });

  test('leaves the stack unknown where the Region is open, and says what it is', async () => {
    const found = await prove(template);
    expect(statusOf(found, 'tls-only', 'kinds/Plain')).toBe('unknown');
    expect(found.proved).toBe(0);
    expect(JSON.stringify(found.notSeen)).toContain('kinds/Fn::ForEach::Buckets');
  });
});
