import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/command/main';
import { Exit } from '../../src/command/subcommand';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strongbox-can-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ROLE = (policy: object | undefined, more: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {},
    ...(policy && { Policies: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: policy } }] }),
    ...more,
  },
});
const POINT = 'arn:aws:s3:eu-west-1:111122223333:accesspoint/lake-finance';
const RESOURCES = {
  Docs: {
    Type: 'AWS::S3::Bucket',
    Properties: { BucketName: 'acme-docs', OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
  },
  Logs: { Type: 'AWS::S3::Bucket' },
  Finance: ROLE({
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: ['arn:aws:s3:::acme-docs/*', `${POINT}/object/*`],
  }),
  Narrow: ROLE({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::acme-docs/*' }),
  Idle: ROLE(undefined),
  Tagged: ROLE({
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::acme-docs/*',
    Condition: { StringEquals: { 'aws:PrincipalTag/team': 'x', 's3:ExistingObjectTag/open': 'yes' } },
  }),
  Worker: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Finance', 'Arn'] } } },
  Runner: {
    Type: 'AWS::Lambda::Function',
    Properties: { Role: { 'Fn::GetAtt': ['Narrow', 'Arn'] } },
    Metadata: { 'aws:cdk:path': 'Lake/Jobs/Runner/Resource' },
  },
  Managed: ROLE(undefined, { ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }),
  Point: {
    Type: 'AWS::S3::AccessPoint',
    Properties: {
      Bucket: { Ref: 'Docs' },
      Name: 'lake-finance',
      Policy: {
        Version: '2012-10-17',
        Statement: {
          Sid: 'Prefix',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:GetObject',
          NotResource: `${POINT}/object/finance/*`,
        },
      },
    },
  },
  Policy: {
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: { Ref: 'Docs' },
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'Https',
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: 'arn:aws:s3:::acme-docs/*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
          {
            Sid: 'Endpoint',
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::999988887777:role/reader' },
            Action: 's3:GetObject',
            Resource: 'arn:aws:s3:::acme-docs/*',
            Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-0a1' } },
          },
          {
            Sid: 'OldTls',
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: 'arn:aws:s3:::acme-docs/*',
            Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } },
          },
          {
            Sid: 'Partner',
            Effect: 'Allow',
            Principal: { AWS: { Ref: 'PartnerArn' } },
            Action: 's3:GetObject',
            Resource: 'arn:aws:s3:::acme-docs/partner/*',
          },
        ],
      },
    },
  },
};

async function can(...args: string[]) {
  const file = join(directory, 'Lake.template.json');
  writeFileSync(file, JSON.stringify({ Parameters: { PartnerArn: { Type: 'String' } }, Resources: RESOURCES }));
  const out: string[] = [];
  const err: string[] = [];
  const place = ['--account', '111122223333', '--region', 'eu-west-1'];
  const code = await run(['can', file, ...place, ...args], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    isScreen: false,
  });
  return { code, out: out.join('\n'), err: err.join('') };
}
const finance = (...args: string[]) => can('--who', 'Lake/Finance', '--do', 's3:GetObject', ...args);

test('allowed, by the policy of the caller; each policy that spoke is told', async () => {
  const { code, out } = await finance('--on', 'Docs/finance/x', '--via', 'lake-finance');
  expect(out).toMatch(/^ALLOWED\n/);
  expect(out).toMatch(
    /policies of the caller, for the access point\n +allows: Lake\/Finance, inline policy 1, statement 1/,
  );
  expect(code).toBe(Exit.OK);
});

test.each([
  ['by a statement of the bucket policy', ['--on', 'acme-docs/x', '--with', 'aws:SecureTransport=false'], '(Https)'],
  ['by a statement of the access point', ['--on', 'sales/x', '--via', 'Point'], '(Prefix)'],
])('denied %s', async (_, args, sid) => {
  const { code, out } = await finance(...args);
  expect(out).toMatch(/^DENIED\n/);
  expect(out).toContain(sid);
  expect(code).toBe(Exit.FAILED);
});

test('denied through an access point that the policy of the caller does not name', async () => {
  const { out } = await can('--who', 'Narrow', '--do', 's3:GetObject', '--on', 'finance/x', '--via', 'lake-finance');
  expect(out).toMatch(/^DENIED\n/);
  expect(out).toContain('policies of the caller, for the access point: no statement applies');
});

test('denied, because no policy allows it', async () => {
  const { code, out } = await can('--who', 'Idle', '--do', 's3:GetObject', '--on', 'Docs/x');
  expect(code).toBe(Exit.FAILED);
  expect(out).toContain('bucket policy of Lake/Docs');
});

test('denied, and the statement that all but allows it is named with the keys that it misses', async () => {
  const ask = ['--who', 'Tagged', '--do', 's3:GetObject', '--on', 'Docs/x'];
  const { code, out } = await can(
    ...ask,
    '--with',
    's3:ExistingObjectTag/open=yes',
    '--with',
    'aws:PrincipalTag/team=y',
  );
  expect(code).toBe(Exit.FAILED);
  expect(out).toContain('policies of the caller: no statement applies');
  expect(out).toMatch(
    /would allow: .*statement 1, but for its\s+condition on aws:PrincipalTag\/team\s+\(needs StringEquals x, request has y\)/,
  );
  const other = await can('--who', 'Tagged', '--do', 's3:PutObject', '--on', 'Docs/x');
  expect(other.out).not.toContain('would allow');
});

test('a function stands for its role', async () => {
  const { code, out } = await can('--who', 'Lake/Worker', '--do', 's3:GetObject', '--on', 'Docs/x');
  expect(out).toContain('allows: Lake/Finance, inline policy 1, statement 1');
  expect(code).toBe(Exit.OK);
});

describe('what only the deployment knows: exit code 3', () => {
  test('a parameter', async () => {
    const { code, out } = await can('--who', 'anonymous', '--do', 's3:GetObject', '--on', 'Docs/partner/x');
    expect(code).toBe(Exit.UNKNOWN);
    expect(out).toMatch(/^UNKNOWN/);
    expect(out).toContain('PartnerArn');
  });

  test('a managed policy that the templates do not have', async () => {
    const { code, out } = await can('--who', 'Managed', '--do', 's3:GetObject', '--on', 'Docs/x');
    expect(code).toBe(Exit.UNKNOWN);
    expect(out).toContain('ReadOnlyAccess');
  });

  test('the own policies of a role from elsewhere, unless they are taken to allow it', async () => {
    const ask = ['--who', 'arn:aws:iam::111122223333:role/etl', '--do', 'PutObject', '--on', 'Docs/x'];
    expect((await can(...ask)).code).toBe(Exit.UNKNOWN);
    expect((await can(...ask, '--identity-allows')).code).toBe(Exit.OK);
  });
});

describe('names that are not there: exit code 2, with the nearest', () => {
  test.each([
    [['--who', 'Finanse', '--do', 's3:GetObject', '--on', 'Docs/x'], 'The nearest: Finance'],
    [['--who', 'Finance', '--do', 's3:GetObject', '--on', 'Dox/x'], 'The nearest: Docs'],
    [['--who', 'Finance', '--do', 's3:GetObject', '--on', 'Docs/x', '--via', 'lake-finanze'], 'lake-finance'],
    [['--who', 'Finance', '--do', 's3:GetObject', '--on', 'Docs/x', '--from', 'Vpce'], 'no VPC endpoint of S3'],
    [['--who', 'Finance', '--do', 's3:GetObject'], 'there are 2 buckets: name one'],
    [['--who', 'Finance', '--do', 's3:GetObjekt', '--on', 'Docs/x'], 'Did you mean "s3:GetObject"?'],
    [['--who', 'Finance', '--do', 's3:HeadObject', '--on', 'Docs/x'], 'the right to it is s3:GetObject'],
    [['--who', 'Finance', '--do', 's3:Get*', '--on', 'Docs/x'], 'a request has one action'],
    [['--do', 's3:GetObject'], 'Give --who and --do'],
    [['--who', 'Finance', '--do', 's3:GetObject', '--on', 'Docs', '--with', 'x'], '"--with" must be KEY=VALUE'],
  ])('%j', async (args, expected) => {
    const { code, err } = await can(...args);
    expect(err).toContain(expected);
    expect(code).toBe(Exit.UNANSWERED);
  });
});

test('--json has the answer, the statements and their order', async () => {
  const { out } = await finance('--on', 'Docs/finance/x', '--via', 'lake-finance', '--json');
  expect(JSON.parse(out)).toMatchObject({
    version: 1,
    answer: 'allowed',
    actions: [
      {
        request: { action: 's3:GetObject', resource: 'arn:aws:s3:::acme-docs/finance/x' },
        policies: [
          { policy: 'policy of the access point lake-finance', statements: [] },
          { policy: 'bucket policy of Lake/Docs' },
          { policy: 'policies of the caller, for the access point', statements: [{ effect: 'allows' }] },
          { policy: 'policies of the caller, for the bucket', statements: [{ effect: 'allows' }] },
        ],
      },
    ],
  });
});

test('an API call is every action that it needs', async () => {
  const { out } = await can(
    ...['--who', 'arn:aws:iam::111122223333:role/etl', '--do', 'PutObject', '--on', 'Docs/x', '--identity-allows'],
    ...['--feature', 'tagging', '--json'],
  );
  expect(JSON.parse(out).actions.map(({ request }: any) => request.action)).toEqual([
    's3:PutObject',
    's3:PutObjectTagging',
  ]);
});

describe('a statement that only a condition misses', () => {
  const reader = ['--who', 'arn:aws:iam::999988887777:role/reader', '--identity-allows', '--do', 's3:GetObject'];

  test('is named, with what it needs and what the request has', async () => {
    const { out, code } = await can(...reader, '--on', 'Docs/x');
    const text = out.replace(/\s+/g, ' ');
    expect(code).toBe(Exit.FAILED);
    expect(text).toContain('bucket policy of Lake/Docs: no statement applies');
    expect(text).toMatch(
      /would allow: \S.* \(Endpoint\), but for its condition on aws:SourceVpce \(needs StringEquals vpce-0a1, request has no such key\)/,
    );
    expect(text).not.toContain('would deny');
  });

  test('with another value of the key', async () => {
    const { out } = await can(...reader, '--on', 'Docs/x', '--from', 'vpce-0b2');
    expect(out.replace(/\s+/g, ' ')).toContain('request has vpce-0b2)');
  });

  test('is not named where the condition holds, another caller is meant, or another action', async () => {
    expect((await can(...reader, '--on', 'Docs/x', '--from', 'vpce-0a1')).out).not.toContain('would allow');
    const other = ['--identity-allows', '--on', 'Docs/x'];
    expect((await can('--who', 'Idle', '--do', 's3:GetObject', ...other)).out).not.toContain('would allow');
    expect((await can(...reader.slice(0, 3), '--do', 's3:PutObject', ...other)).out).not.toContain('would allow');
  });

  test('is named of a denial where the asker gave its key', async () => {
    const { out } = await finance('--on', 'Docs/x', '--with', 's3:TlsVersion=1.3');
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /would deny: \S.* \(OldTls\), but for its condition on s3:TlsVersion \(needs NumericLessThan 1.2, request has 1.3\)/,
    );
    expect((await finance('--on', 'Docs/x')).out).not.toContain('would deny');
  });
});

describe('what is misspelt is refused with the nearest: exit code 2', () => {
  test.each([
    ['s4:GetObject', '"s4:GetObject" is of no service'],
    ['GetObjekt', '"call" must be an S3 API call (got "GetObjekt"). The nearest: GetObject'],
  ])('--do %s', async (what, expected) => {
    const { code, err } = await can('--who', 'Finance', '--do', what, '--on', 'Docs/x');
    expect(err).toContain(expected);
    expect(code).toBe(Exit.UNANSWERED);
  });

  test('the case of an action does not matter', async () => {
    expect((await can('--who', 'Narrow', '--do', 's3:getobject', '--on', 'Docs/x')).code).toBe(Exit.OK);
  });
});

test.each(['Lake/Jobs/Runner', 'Runner', 'Jobs/Runner'])('a function %s means its role', async (who) => {
  const { code, out } = await can('--who', who, '--do', 's3:GetObject', '--on', 'Docs/x');
  expect(code).toBe(Exit.OK);
  expect(out).toContain('allows: Lake/Narrow');
});

test.each(['prove', 'can', 'diff', 'redact', 'hold', 'presign'])('the help of %s fits 80 columns', async (name) => {
  const out: string[] = [];
  await run([name, '--help'], { out: (text) => out.push(text), err: () => undefined, isScreen: false });
  const lines = out.join('\n').split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.length).toBeGreaterThan(10);
});

test('answers fit 80 columns, but for words that are longer', async () => {
  const { out } = await finance('--on', 'Docs/finance/x', '--via', 'lake-finance');
  expect(out.split('\n').filter((line) => line.length > 80 && line.trim().includes(' '))).toEqual([]);
});
