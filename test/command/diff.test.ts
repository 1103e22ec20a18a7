import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Proof } from '../../src';
import { run } from '../../src/command/main';
import { Exit } from '../../src/command/subcommand';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strongbox-diff-test-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const file = (name: string) => join(directory, name);

async function diff(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = { out: (text: string) => out.push(text), err: (text: string) => err.push(text), isScreen: false };
  const code = await run(['diff', ...args], terminal);
  return { code, out: out.join('\n'), err: err.join('') };
}

const bucket = (properties: object = {}) => ({
  Type: 'AWS::S3::Bucket',
  Properties: { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] }, ...properties },
});
const HTTPS = {
  Sid: 'Https',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: ['arn:aws:s3:::docs', 'arn:aws:s3:::docs/*'],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const PARTNER = {
  Sid: 'Partner',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::444455556666:role/partner' },
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::docs/published/*',
};
const docs = (statements: object[], more: object = {}, id = 'Docs') => ({
  Resources: {
    [id]: bucket({ BucketName: 'docs' }),
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: { Ref: id }, PolicyDocument: { Version: '2012-10-17', Statement: statements } },
    },
    ...more,
  },
});

function compare(old: object, today: object, ...args: string[]) {
  writeFileSync(file('old.json'), JSON.stringify(old));
  writeFileSync(file('app.json'), JSON.stringify(today));
  return diff(file('old.json'), file('app.json'), ...args);
}

test('one Allow more: that one request, the statement, and nothing else', async () => {
  const { code, out } = await compare(docs([HTTPS]), docs([PARTNER, HTTPS]));
  expect(code).toBe(Exit.FAILED);
  expect(out.split('\n')).toEqual([
    'Opens 1, closes 0, 1 resource compared',
    '',
    'OPENS app/Docs',
    '  The role partner of account 444455556666 can call s3:GetObject on objects such',
    '  as "published/".',
    '  Before: no statement of the resource allows it, and the caller is of another',
    '          account',
    '  Now: bucket policy, statement 1 (Partner)',
    '  1 class of requests, s3:GetObject',
  ]);
});

test('the same change of many resources is one block, and another one is not in it', async () => {
  const many = (statement: (name: string) => object) => ({
    Resources: Object.fromEntries(
      ['A', 'B', 'C', 'D', 'E', 'F'].flatMap((id) => [
        [id, bucket({ BucketName: `docs-${id.toLowerCase()}` })],
        [
          `${id}Policy`,
          {
            Type: 'AWS::S3::BucketPolicy',
            Properties: {
              Bucket: { Ref: id },
              PolicyDocument: { Version: '2012-10-17', Statement: statement(`docs-${id.toLowerCase()}`) },
            },
          },
        ],
      ]),
    ),
  });
  const partner = (name: string) => ({
    ...PARTNER,
    Action: name === 'docs-f' ? 's3:PutObject' : 's3:GetObject',
    Resource: `arn:aws:s3:::${name}/published/*`,
  });
  const { out } = await compare(
    many(() => []),
    many(partner),
  );
  expect(out.split('\n').filter((line) => line.startsWith('OPENS'))).toEqual([
    'OPENS 5 resources: app/A, app/B, app/C, app/D, 1 more',
    'OPENS app/F',
  ]);
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('one Deny less, and the other way round', async () => {
  const { code, out } = await compare(docs([HTTPS]), docs([]));
  expect(code).toBe(Exit.FAILED);
  expect(out).toContain('Before: bucket policy, statement 1 (Https) denies it');
  expect(out).toContain('Any role of the account can call s3:GetObject on any object over HTTP.');
  const back = await compare(docs([]), docs([HTTPS]));
  expect(back.code).toBe(Exit.OK);
  expect(back.out).toContain('Opens nothing, closes 1');
  expect(back.out).toContain('CLOSES app/Docs');
});

test.each([
  ['nothing', docs([HTTPS, PARTNER])],
  ['the order of statements', docs([PARTNER, HTTPS])],
  ['a Sid', docs([HTTPS, { ...PARTNER, Sid: 'Other' }])],
  ['a right that another statement gives', docs([HTTPS, PARTNER, { ...PARTNER, Sid: 'Twice' }])],
])('an edit of %s opens nothing', async (_, today) => {
  expect(await compare(docs([HTTPS, PARTNER]), today)).toMatchObject({
    code: Exit.OK,
    out: 'Opens nothing, closes 0, 1 resource compared',
  });
});

test('a role of the templates that gets a right', async () => {
  const role = (action: string) => ({
    Reader: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {},
        Policies: [
          {
            PolicyName: 'p',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: { Effect: 'Allow', Action: action, Resource: 'arn:aws:s3:::docs/*' },
            },
          },
        ],
      },
    },
  });
  const { code, out } = await compare(docs([HTTPS], role('s3:GetObject')), docs([HTTPS], role('s3:*Object')));
  expect(code).toBe(Exit.FAILED);
  expect(out).toContain('app/Reader, inline policy 1, statement 1');
  expect(out).toContain('s3:PutObject');
  const added = await compare(docs([HTTPS]), docs([HTTPS], role('s3:GetObject')));
  expect(added.code).toBe(Exit.FAILED);
  expect(added.out).toMatch(/can call s3:GetObject on any object/);
});

test('a key whose policy takes in another account', async () => {
  const key = (...accounts: string[]) => ({
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: {
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Principal: { AWS: accounts }, Action: 'kms:*', Resource: '*' },
        },
      },
    },
  });
  const place = ['--account', '111122223333', '--region', 'eu-west-1'];
  const { code, out } = await compare(
    docs([HTTPS], key('111122223333')),
    docs([HTTPS], key('111122223333', '444455556666')),
    ...place,
  );
  expect(code).toBe(Exit.FAILED);
  expect(out).toMatch(/OPENS app\/Key\n.* of account 444455556666 can call kms:/);
});

describe('resources', () => {
  test('a renamed one is matched by the name that it has in AWS', async () => {
    expect(await compare(docs([HTTPS]), docs([HTTPS], {}, 'Documents'))).toMatchObject({ code: Exit.OK });
    expect((await compare(docs([HTTPS]), docs([HTTPS, PARTNER], {}, 'Documents'))).out).toContain(
      'OPENS app/Documents',
    );
  });

  test('a new one opens what its statements allow, not what every account may do with its buckets', async () => {
    const plain = await compare(docs([HTTPS]), docs([HTTPS], { New: bucket() }));
    expect(plain).toMatchObject({ code: Exit.OK, out: expect.stringContaining('New: app/New') });
    const { Docs, Policy } = docs([PARTNER]).Resources as any;
    const today = docs([PARTNER]);
    const shared = await compare({ Resources: { Other: bucket() } }, { Resources: { Other: bucket(), Docs, Policy } });
    expect(today).toBeDefined();
    expect(shared).toMatchObject({ code: Exit.FAILED, out: expect.stringContaining('444455556666') });
  });

  test('one that is gone is named', async () => {
    const { code, out } = await compare(docs([HTTPS], { Old: bucket() }), docs([HTTPS]));
    expect({ code, out }).toMatchObject({ code: Exit.OK, out: expect.stringContaining('Gone: app/Old') });
  });
});

describe('what only the deployment knows: exit code 3, never "opens nothing"', () => {
  const withParameter = (statements: object[]) => ({ Parameters: { Who: { Type: 'String' } }, ...docs(statements) });
  const open = { ...PARTNER, Principal: { AWS: { Ref: 'Who' } } };

  test('a principal that is a parameter', async () => {
    const { code, out } = await compare(withParameter([HTTPS]), withParameter([HTTPS, open]));
    expect(code).toBe(Exit.UNKNOWN);
    expect(out).not.toContain('Opens nothing');
    expect(out).toContain('UNKNOWN app/Docs');
  });

  test('the same on both sides is no difference', async () => {
    expect(await compare(withParameter([HTTPS, open]), withParameter([open, HTTPS]))).toMatchObject({
      code: Exit.OK,
      out: expect.stringContaining('Opens nothing'),
    });
  });

  test('a condition of the template has one value for both sides', async () => {
    const conditional = (statements: object[]) => {
      const { Resources } = docs(statements) as any;
      return {
        Parameters: { Stage: { Type: 'String' } },
        Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
        Resources: { ...Resources, Policy: { ...Resources.Policy, Condition: 'IsProd' } },
      };
    };
    expect((await compare(conditional([HTTPS]), conditional([HTTPS]))).out).toContain('Opens nothing');
    const { code, out } = await compare(conditional([HTTPS]), conditional([HTTPS, PARTNER]));
    expect(code).toBe(Exit.FAILED);
    expect(out).toContain('when IsProd is true');
  });

  test('a policy that cannot be read', async () => {
    const { code, out } = await compare(docs([HTTPS]), docs([{ ...HTTPS, Effect: 'deny' }]));
    expect(code).toBe(Exit.UNKNOWN);
    expect(out).toContain('It could not be compared');
  });
});

test('--allow: what was reviewed does not fail, with its reason; the rest does', async () => {
  const sentence = 'The role partner of account 444455556666 can call s3:GetObject on objects such as "published/".';
  const allow = file('allow.json');
  const allowed = [{ path: 'app/Docs', opens: sentence, reason: 'contract 17' }];
  writeFileSync(allow, JSON.stringify({ version: 1, allowed }));
  const { code, out } = await compare(docs([HTTPS]), docs([HTTPS, PARTNER]), '--allow', allow);
  expect(code).toBe(Exit.OK);
  expect(out).toContain('Allowed: contract 17');
  expect((await compare(docs([HTTPS]), docs([PARTNER]), '--allow', allow)).code).toBe(Exit.FAILED);
});

test('--format: JSON, Markdown and one self-contained page', async () => {
  const of = async (format: string) => (await compare(docs([HTTPS]), docs([HTTPS, PARTNER]), '--format', format)).out;
  expect(JSON.parse(await of('json'))).toMatchObject({
    version: 1,
    opens: [{ path: 'app/Docs', request: { action: 's3:GetObject' }, after: 'bucket policy, statement 2 (Partner)' }],
    closes: [],
  });
  expect(await of('markdown')).toMatch(/^## Access: Opens 1, .*\n\n### Opens\n\n\| where \| request \|/);
  expect(await of('html')).toMatch(/^<!DOCTYPE html>[^]*role partner of account 444455556666[^]*<\/html>\n$/);
});

test('--git compares with a commit', async () => {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: directory, stdio: 'pipe' });
  git('init', '-q');
  writeFileSync(file('stack.json'), JSON.stringify(docs([HTTPS])));
  git('add', 'stack.json');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-q', '-m', 'one');
  writeFileSync(file('stack.json'), JSON.stringify(docs([HTTPS, PARTNER])));
  const here = process.cwd();
  process.chdir(directory);
  try {
    expect(await diff('stack.json', '--git', 'HEAD')).toMatchObject({
      code: Exit.FAILED,
      out: expect.stringContaining('OPENS stack/Docs'),
    });
    expect(await diff('stack.json', '--git', 'nowhere')).toMatchObject({
      code: Exit.UNANSWERED,
      err: expect.stringContaining('"--git" is "nowhere", of which stack.json cannot be read'),
    });
  } finally {
    process.chdir(here);
  }
});

describe('what cannot be compared: exit code 2', () => {
  test('apps that share nothing', async () => {
    const { code, err } = await compare(docs([HTTPS]), { Resources: { Else: bucket() } });
    expect({ code, err }).toMatchObject({ code: Exit.UNANSWERED, err: expect.stringContaining('share nothing') });
  });

  test.each([
    [[], 'Give OLD and NEW'],
    [['--format', 'xml', 'a', 'b'], '"--format" must be one of table, json, markdown, html (got "xml")'],
    [['/no/such', '/place'], '"/place" does not exist'],
  ])('%j', async (args, expected) => {
    expect(await diff(...args)).toMatchObject({ code: Exit.UNANSWERED, err: expect.stringContaining(expected) });
  });

  test.each([
    ['{', 'cannot be read'],
    ['{"version":1}', 'has no "version" 1 or no list "allowed"'],
    ['{"version":1,"allowed":[{"path":"a"}]}', 'has an entry (number 1) whose "opens" is not text'],
  ])('an --allow file that is wrong: %s', async (content, expected) => {
    writeFileSync(file('wrong.json'), content);
    const { code, err } = await compare(docs([HTTPS]), docs([HTTPS]), '--allow', file('wrong.json'));
    expect({ code, err }).toMatchObject({ code: Exit.UNANSWERED, err: expect.stringContaining(expected) });
  });
});

test('Proof.opensNothingSince throws with the request', () => {
  const [old, today] = [Proof.ofTemplate(docs([HTTPS])), Proof.ofTemplate(docs([HTTPS, PARTNER]))];
  old.opensNothingSince(today);
  old.opensNothingSince(old);
  expect(() => today.opensNothingSince(old)).toThrow(
    /^Opens Template\/Docs: The role partner of account 444455556666 can call s3:GetObject[^]*request: \{/,
  );
  expect(readFileSync(file('old.json'), 'utf8')).toContain('Resources');
});
