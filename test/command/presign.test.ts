import { tmpdir } from 'node:os';
import * as sdk from '@aws-sdk/client-s3';
import * as post from '@aws-sdk/s3-presigned-post';
import * as presigner from '@aws-sdk/s3-request-presigner';
import { run } from '../../src/command/main';
import { presignWith } from '../../src/command/presign';
import { loadPresign, presignClient } from '../../src/command/presign-client';
import { Exit, UsageError } from '../../src/command/subcommand';

const NOW = Date.parse('2026-01-02T03:04:05Z');
const SUM = `${'A'.repeat(43)}=`;

async function presign(args: string[], lifeSeconds?: number, sessionToken?: string) {
  const client = new sdk.S3Client({
    region: 'eu-central-1',
    requestChecksumCalculation: 'WHEN_REQUIRED',
    credentials: {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'secret',
      sessionToken,
      ...(lifeSeconds === undefined ? {} : { expiration: new Date(NOW + lifeSeconds * 1000) }),
    },
  });
  const out: string[] = [];
  const err: string[] = [];
  const command = presignWith(
    () => presignClient({ ...sdk, ...presigner, ...post }, client),
    () => NOW,
  );
  const code = await command.run(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    isScreen: false,
  });
  return { code, out: out.join('\n'), err: err.join('') };
}

test('a GET for an hour, and only the URL on the output', async () => {
  const { code, out, err } = await presign(['s3://acme-docs/reports/a b.pdf']);
  const url = new URL(out);
  expect(code).toBe(Exit.OK);
  expect(url.host + url.pathname).toBe('acme-docs.s3.eu-central-1.amazonaws.com/reports/a%20b.pdf');
  expect(url.searchParams.get('X-Amz-Algorithm')).toBe('AWS4-HMAC-SHA256');
  expect(url.searchParams.get('X-Amz-Expires')).toBe('3600');
  expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host');
  expect(err).toBe('Opens until 2026-01-02T04:04:05.000Z, for whoever has it, with your rights.\n');
});

test("a PUT whose type and checksum are signed in, and no checksum of the SDK's own", async () => {
  const { out, err } = await presign([
    's3://acme-docs/a.pdf',
    '--put',
    '--content-type',
    'application/pdf',
    '--checksum-sha256',
    SUM,
    '--expires-in',
    '60',
  ]);
  const { searchParams } = new URL(out);
  expect(searchParams.get('X-Amz-SignedHeaders')).toBe('content-type;host;x-amz-checksum-sha256');
  expect(searchParams.get('X-Amz-Expires')).toBe('60');
  expect([...searchParams.keys()].filter((name) => /crc32/i.test(name))).toEqual([]);
  expect(err).toContain('Send the header content-type: application/pdf\n');
  expect(err).toContain(`Send the header x-amz-checksum-sha256: ${SUM}\n`);
  expect(new URL((await presign(['s3://acme-docs/a.pdf', '--put'])).out).searchParams.get('X-Amz-SignedHeaders')).toBe(
    'host',
  );
});

test('a form that bounds size and type', async () => {
  const { out } = await presign([
    's3://acme-docs/a.pdf',
    '--post',
    '--content-type',
    'application/pdf',
    '--max-size',
    '1000',
  ]);
  const { url, fields } = JSON.parse(out);
  expect(url).toBe('https://acme-docs.s3.eu-central-1.amazonaws.com/');
  expect(fields).toMatchObject({ key: 'a.pdf', 'Content-Type': 'application/pdf' });
  const { conditions } = JSON.parse(Buffer.from(fields.Policy, 'base64').toString());
  expect(conditions).toEqual(
    expect.arrayContaining([
      ['content-length-range', 0, 1000],
      ['eq', '$Content-Type', 'application/pdf'],
      { bucket: 'acme-docs' },
      { key: 'a.pdf' },
    ]),
  );
});

test.each<[string[], string]>([
  [[], 'Name one object as s3://BUCKET/KEY.'],
  [['s3://acme-docs/a', 's3://acme-docs/b'], 'Name one object as s3://BUCKET/KEY.'],
  [['acme-docs/a'], '"acme-docs/a" is no object: write s3://BUCKET/KEY.'],
  [['s3://acme-docs'], '"s3://acme-docs" is no object'],
  [['s3://acme-docs/'], '"s3://acme-docs/" is no object'],
  [['s3://Acme_Docs/a'], 'is no object'],
  [['s3://acme-docs/../a'], '"key" holds "." or ".." as a folder.'],
  [['s3://acme-docs/a%2fb'], '"key" is percent-encoded'],
  [['s3://acme-docs/nai\u0308ve'], 'The key is not in Unicode normal form C'],
  [['s3://acme-docs/a', '--put', '--post'], '--put does not go with --post.'],
  [
    ['s3://acme-docs/a', '--expires-in', '0'],
    '--expires-in wants 1 to 604800 seconds (seven days; the console gives 12 hours at most).',
  ],
  [['s3://acme-docs/a', '--expires-in', '604801'], '--expires-in wants 1 to 604800 seconds'],
  [['s3://acme-docs/a', '--expires-in', '1h'], '--expires-in wants 1 to 604800 seconds'],
  [['s3://acme-docs/a', '--content-type', 'text/plain'], '--content-type goes with --put and --post only.'],
  [
    ['s3://acme-docs/a', '--put', '--max-size', '5'],
    '--max-size goes with --post only: a PUT URL cannot bound the size.',
  ],
  [['s3://acme-docs/a', '--post', '--max-size', '5368709121'], '--max-size wants 1 to 5368709120 bytes.'],
  [['s3://acme-docs/a', '--put', '--checksum-sha256', 'abc'], '--checksum-sha256 wants 32 bytes in Base64'],
  [['s3://acme-docs/a', '--version', '2'], '--version'],
])('does not understand %j', async (args, message) => {
  await expect(presign(args)).rejects.toThrow(UsageError);
  await expect(presign(args)).rejects.toThrow(message);
});

test('a life that the credentials do not have, to the second', async () => {
  const args = ['s3://acme-docs/a', '--expires-in', '601'];
  await expect(presign(args, 600)).rejects.toThrow(
    '--expires-in is 601, but your credentials live for 600 seconds more, and a URL dies with them: ask ' +
      'for 600 or less, or sign in again.',
  );
  await expect(presign(args, -5)).rejects.toThrow(
    'your credentials live for 0 seconds more, and a URL dies with them: sign in again.',
  );
  expect((await presign(args, 601)).code).toBe(Exit.OK);
});

test('a session that does not say when it ends: not longer than any session, and the doubt is told', async () => {
  await expect(presign(['s3://acme-docs/a', '--expires-in', '129601'], undefined, 'token')).rejects.toThrow(
    '--expires-in is 129601, but your credentials are of a session, which lives for 129600 seconds (36 ' +
      'hours) at most, and a URL dies with it: ask for less,',
  );
  const { code, out, err } = await presign(['s3://acme-docs/a', '--expires-in', '129600'], undefined, 'token');
  expect(code).toBe(Exit.OK);
  expect(new URL(out).searchParams.get('X-Amz-Security-Token')).toBe('token');
  expect(err).toContain('Your session does not say when it ends; the URL ends with it, which may be earlier.\n');
  expect((await presign(['s3://acme-docs/a'], 7200, 'token')).err).not.toContain('does not say');
  expect((await presign(['s3://acme-docs/a', '--expires-in', '604800'])).code).toBe(Exit.OK);
});

test('says what is missing to sign with', async () => {
  const sign = (config: sdk.S3ClientConfig) =>
    presignWith(() => presignClient({ ...sdk, ...presigner, ...post }, new sdk.S3Client(config))).run(
      ['s3://acme-docs/a'],
      { out: () => undefined, err: () => undefined, isScreen: false },
    );
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
  await expect(
    sign({
      region: 'eu-central-1',
      credentials: async () => {
        throw new Error('no provider has any');
      },
    }),
  ).rejects.toThrow(
    'No credentials to sign with: sign in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID (no provider has any).',
  );
  await expect(
    sign({
      region: async () => {
        throw new Error('Region is missing');
      },
      credentials,
    }),
  ).rejects.toThrow('The Region of the bucket is not known: name it by --region, or set AWS_REGION.');
});

test('says how to get the SDK where there is none, and finds it where it is', () => {
  expect(() => loadPresign([tmpdir()])).toThrow(
    '"@aws-sdk/client-s3" is not installed: this command signs with the AWS SDK of your project; run ' +
      '"npm install @aws-sdk/client-s3 @aws',
  );
  expect(loadPresign([__dirname])).toMatchObject({
    getSignedUrl: expect.any(Function),
    createPresignedPost: expect.any(Function),
  });
});

test('is a subcommand', async () => {
  const out: string[] = [];
  expect(
    await run(['presign', '--help'], { out: (text) => out.push(text), err: () => undefined, isScreen: false }),
  ).toBe(Exit.OK);
  expect(out.join()).toContain('cdk-s3-strongbox presign s3://BUCKET/KEY');
});
