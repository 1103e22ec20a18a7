import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../../src/command/main';

/** The template of `cdk bootstrap`, which most accounts have: eleven parameters and fourteen conditions. */
const TEMPLATE = join(dirname(require.resolve('aws-cdk/package.json')), 'lib/api/bootstrap/bootstrap-template.yaml');

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strongbox-bootstrap-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function findings(template: string): Promise<Record<string, string>> {
  const file = join(directory, 'bootstrap.yaml');
  writeFileSync(file, template);
  const out: string[] = [];
  await run(['prove', file, '--format', 'json'], { out: (text) => out.push(text), err: () => {}, isScreen: false });
  const all: Array<{ id: string; status: string }> = JSON.parse(out.join('\n')).findings;
  return Object.fromEntries(all.map(({ id, status }) => [id, status]));
}

test('every guarantee has an answer, and what is found is so', async () => {
  expect(await findings(readFileSync(TEMPLATE, 'utf8'))).toEqual({
    'upload-encryption': 'violated',
    'tls-minimum-version': 'violated',
    // The policy of the bucket has no DeletionPolicy.
    'policy-retained': 'violated',
    // Advice: the key policy has none.
    'policy-version-missing': 'error',
    // Not written, and so by default: Block Public Access (it is a parameter), ACLs.
    'public-access-blocked': 'proved',
    'acls-disabled': 'proved',
    'only-accounts': 'proved',
  });
});

test('a bucket policy that stops the role that publishes assets is found among all conditions', async () => {
  const stops = [
    '          - Sid: NoUploads',
    '            Action: s3:PutObject',
    '            Effect: Deny',
    "            Resource: !Sub '${StagingBucket.Arn}/*'",
    "            Principal: '*'",
  ].join('\n');
  const text = readFileSync(TEMPLATE, 'utf8');
  const at = text.indexOf("          - Sid: 'AllowSSLRequestsOnly'");
  expect(at).toBeGreaterThan(0);
  const found = await findings(`${text.slice(0, at)}${stops}\n${text.slice(at)}`);
  expect(found['granted-access-works']).toBe('violated');
});
