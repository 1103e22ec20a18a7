import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import type { IssuerSettings } from '../../../src/runtime/presigned-urls/contract';
import { answer, type AuditRecord, type IssuerEvent } from '../../../src/runtime/presigned-urls/issue';
import { signerWith } from '../../../src/runtime/presigned-urls/presigned-urls.lambda';

const NOW = new Date('2026-01-02T03:04:05.678Z');
const PDF = { contentTypes: ['application/pdf', 'image/*'], minimumBytes: 1, maximumBytes: 1000 };
const SETTINGS: IssuerSettings = {
  bucket: 'acme-docs',
  region: 'eu-central-1',
  urlSuffix: 'amazonaws.com',
  prefix: 'uploads/',
  operations: { get: {}, put: PDF, post: PDF },
  caller: { kind: 'claim', claim: 'sub' },
  maximumSeconds: 900,
  signerRoleArn: 'arn:aws:iam::111122223333:role/signer',
  encryptionHeaders: {
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:eu-central-1:111122223333:key/k',
  },
};
const CHECKSUM = createHash('sha256').update('content').digest('base64');
const PUT = { operation: 'put', key: 'a b.pdf', contentType: 'application/pdf', size: 7, checksumSha256: CHECKSUM };
const POST = { operation: 'post', key: 'a b.pdf', contentType: 'application/pdf', checksumSha256: CHECKSUM };
const GET = { operation: 'get', key: 'a b.pdf' };

const eventOf = (body: unknown, claims: Record<string, unknown> = { sub: 'ada' }): IssuerEvent => ({
  requestContext: { requestId: 'r-1', http: { method: 'POST' }, authorizer: { jwt: { claims } } },
  body: JSON.stringify(body),
});

async function ask(event: IssuerEvent, settings: Partial<IssuerSettings> = {}, life: number | undefined = 3600) {
  const audit: AuditRecord[] = [];
  const { statusCode, body, headers } = await answer(
    event,
    { ...SETTINGS, ...settings },
    {
      now: () => NOW,
      signer: async () =>
        signerWith(
          {
            accessKeyId: 'ASIAEXAMPLE',
            secretAccessKey: 'secret',
            sessionToken: 'token',
            expiration: life === undefined ? undefined : new Date(NOW.getTime() + life * 1000),
          },
          'eu-central-1',
        ),
      audit: (record) => audit.push(record),
    },
  );
  return { statusCode, headers, audit, answered: JSON.parse(body) };
}

describe('issues', () => {
  test('a GET that is saved, not shown', async () => {
    const { statusCode, answered, headers } = await ask(eventOf({ ...GET, expiresIn: 60 }));
    expect({ statusCode, headers }).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    });
    const url = new URL(answered.url);
    expect(url.origin + url.pathname).toBe('https://acme-docs.s3.eu-central-1.amazonaws.com/uploads/ada/a%20b.pdf');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      'response-content-disposition': 'attachment',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Expires': '60',
      'X-Amz-Security-Token': 'token',
    });
    expect(answered).toMatchObject({
      method: 'GET',
      key: 'uploads/ada/a b.pdf',
      expiresAt: '2026-01-02T03:05:05.000Z',
    });
  });

  test('a PUT with type, size, checksum and encryption signed in', async () => {
    const { answered } = await ask(eventOf(PUT));
    expect(answered.headers).toEqual({
      'content-type': 'application/pdf',
      'x-amz-checksum-sha256': CHECKSUM,
      ...SETTINGS.encryptionHeaders,
    });
    expect(new URL(answered.url).searchParams.get('X-Amz-SignedHeaders')).toBe(
      'content-length;content-type;host;x-amz-checksum-sha256;x-amz-server-side-encryption;x-amz-server-side-encryption-aws-kms-key-id',
    );
    expect(new URL(answered.url).searchParams.get('X-Amz-Expires')).toBe('900');
  });

  test('a form whose policy names every field, the size and the end', async () => {
    const { answered } = await ask(eventOf({ ...POST, expiresIn: 30 }));
    expect(answered).toMatchObject({ method: 'POST', url: 'https://acme-docs.s3.eu-central-1.amazonaws.com/' });
    const { policy, 'x-amz-signature': signature, ...fields } = answered.fields;
    expect(signature).toMatch(/^[0-9a-f]{64}$/);
    const { expiration, conditions } = JSON.parse(Buffer.from(policy, 'base64').toString());
    expect(expiration).toBe('2026-01-02T03:04:35.000Z');
    expect(conditions).toEqual([
      { bucket: 'acme-docs' },
      ...Object.entries(fields).map(([name, value]) => ['eq', `$${name}`, value]),
      ['content-length-range', 1, 1000],
    ]);
    expect(fields).toMatchObject({
      key: 'uploads/ada/a b.pdf',
      'Content-Type': 'application/pdf',
      'x-amz-checksum-sha256': CHECKSUM,
      ...SETTINGS.encryptionHeaders,
    });
  });

  test("by path where the bucket's name has a dot", async () => {
    const { answered } = await ask(eventOf(GET), { bucket: 'docs.acme.com' });
    expect(answered.url).toMatch(
      /^https:\/\/s3\.eu-central-1\.amazonaws\.com\/docs\.acme\.com\/uploads\/ada\/a%20b\.pdf\?/,
    );
    expect((await ask(eventOf(POST), { bucket: 'docs.acme.com' })).answered.url).toBe(
      'https://s3.eu-central-1.amazonaws.com/docs.acme.com/',
    );
  });

  test('for bodies in Base64 and for the events of a REST API', async () => {
    const body = Buffer.from(JSON.stringify(GET)).toString('base64');
    expect((await ask({ ...eventOf(GET), body, isBase64Encoded: true })).statusCode).toBe(200);
    expect(
      (
        await ask({
          httpMethod: 'POST',
          body: JSON.stringify(GET),
          requestContext: { authorizer: { claims: { sub: 'ada' } } },
        })
      ).statusCode,
    ).toBe(200);
  });
});

describe('the caller', () => {
  const iam = (userId: string) => ({
    requestContext: {
      http: { method: 'POST' },
      authorizer: { iam: { userId, userArn: 'arn:aws:sts::111122223333:assumed-role/app/me' } },
    },
    body: JSON.stringify(GET),
  });

  test('by IAM has the folder of the role, whatever name the session was given', async () => {
    const one = await ask(iam('AROAEXAMPLE:me'), { caller: { kind: 'iam' } });
    expect(one.answered.key).toBe('uploads/AROAEXAMPLE/a b.pdf');
    expect((await ask(iam('AROAEXAMPLE:../other'), { caller: { kind: 'iam' } })).answered.key).toBe(one.answered.key);
    expect(one.audit[0].caller).toBe('arn:aws:sts::111122223333:assumed-role/app/me');
    const rest = {
      httpMethod: 'POST',
      body: JSON.stringify(GET),
      requestContext: { identity: { caller: 'AIDAEXAMPLE', userArn: 'arn' } },
    };
    expect((await ask(rest, { caller: { kind: 'iam' } })).answered.key).toBe('uploads/AIDAEXAMPLE/a b.pdf');
  });

  test('is refused where the door does not say who calls', async () => {
    for (const [event, settings] of [
      [
        { requestContext: { http: { method: 'POST' } }, body: JSON.stringify(GET) },
        { caller: { kind: 'iam' as const } },
      ],
      [eventOf(GET, {}), {}],
      [iam('AROAEXAMPLE:me'), {}],
      [eventOf(GET), { caller: { kind: 'iam' as const } }],
    ] as const) {
      const { statusCode, audit } = await ask(event, settings);
      expect(statusCode).toBe(403);
      expect(audit).toEqual([expect.objectContaining({ event: 'presigned-url-refused', status: 403 })]);
    }
  });

  test.each(['', '.', '..', 'a/b', '../x', 'a\\b', 'a b', 'a%2fb', 'ü', 'x'.repeat(129), 7, null, ['a'], 'a\n', 'a.'])(
    'with the claim %j has no folder',
    async (sub) => {
      expect((await ask(eventOf(GET, { sub }))).statusCode).toBe(403);
    },
  );

  test('never reaches the folder of another', async () => {
    const text = fc.string({ maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(text, text, text, async (sub, other, key) => {
        fc.pre(sub !== other);
        const { answered, statusCode } = await ask(eventOf({ ...GET, key }, { sub }));
        if (statusCode === 200) {
          expect(answered.key.startsWith(`uploads/${sub}/`)).toBe(true);
          expect(answered.key.startsWith(`uploads/${other}/`)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('shares the prefix only where that is chosen', async () => {
    expect((await ask(eventOf(GET), { caller: { kind: 'shared' } })).answered.key).toBe('uploads/a b.pdf');
  });
});

describe('refuses', () => {
  test.each<[string, unknown, string]>([
    ['an operation that is not allowed', { ...GET, operation: 'delete' }, '"operation" must be one of get, put, post.'],
    ['an inherited name', { ...GET, operation: 'constructor' }, '"operation" must be one of'],
    [
      'a field it does not know',
      { ...GET, versionId: 'v' },
      '"versionId" is no field of get; these are operation, key, expiresIn.',
    ],
    ['a list', [GET], 'The body must be a JSON object.'],
    ['null', null, 'The body must be a JSON object.'],
    ['no seconds', { ...GET, expiresIn: 0 }, '"expiresIn" must be whole seconds, 1 or more.'],
    ['half a second', { ...GET, expiresIn: 1.5 }, '"expiresIn" must be whole seconds'],
    ['text for seconds', { ...GET, expiresIn: '60' }, '"expiresIn" must be whole seconds'],
    [
      'more than the issuer signs',
      { ...GET, expiresIn: 901 },
      '"expiresIn" must be 900 seconds at most: this issuer signs nothing longer.',
    ],
    [
      'more than S3 takes',
      { ...GET, expiresIn: 604_801 },
      '"expiresIn" must be 604800 seconds (seven days) at most, the limit of signature version 4.',
    ],
    ['no type', { ...PUT, contentType: undefined }, '"contentType" must be one of application/pdf, image/*.'],
    ['another type', { ...PUT, contentType: 'text/html' }, '"contentType" must be one of'],
    ['a longer type', { ...PUT, contentType: 'application/pdfx' }, '"contentType" must be one of'],
    ['a type with a line break', { ...PUT, contentType: 'image/png\r\nx: y' }, '"contentType" must be one of'],
    ['the wildcard itself', { ...PUT, contentType: 'image/*' }, '"contentType" must be one of'],
    [
      'no checksum',
      { ...PUT, checksumSha256: undefined },
      '"checksumSha256" must be the SHA-256 of the content, 32 bytes in Base64.',
    ],
    ['no checksum in a form', { ...POST, checksumSha256: undefined }, '"checksumSha256" must be'],
    ['a short checksum', { ...PUT, checksumSha256: 'abcd' }, '"checksumSha256" must be'],
    ['a checksum that is not canonical', { ...PUT, checksumSha256: `${'A'.repeat(42)}B=` }, '"checksumSha256" must be'],
    ['no size', { ...PUT, size: undefined }, '"size" must be 1 to 1000 bytes.'],
    ['too small', { ...PUT, size: 0 }, '"size" must be 1 to 1000 bytes.'],
    ['too big', { ...PUT, size: 1001 }, '"size" must be 1 to 1000 bytes.'],
    ['a size in a form, which its policy bounds', { ...POST, size: 7 }, '"size" is no field of post'],
    ['a key out of the prefix', { ...GET, key: '../x' }, '"key" holds "." or ".." as a folder.'],
  ])('%s', async (_what, body, message) => {
    const { statusCode, answered, audit } = await ask(eventOf(body));
    expect(statusCode).toBe(400);
    expect(answered.message).toContain(message);
    expect(audit).toEqual([
      expect.objectContaining({ event: 'presigned-url-refused', caller: 'sub=ada', reason: answered.message }),
    ]);
  });

  test('what is not JSON, and what is not a POST', async () => {
    expect((await ask({ ...eventOf(GET), body: '{' })).answered.message).toBe('The body must be JSON.');
    expect((await ask({ ...eventOf(GET), body: null })).answered.message).toBe('The body must be JSON.');
    expect((await ask({ ...eventOf(GET), requestContext: { http: { method: 'GET' } } })).statusCode).toBe(405);
  });

  test('an expiry that outlives the credentials, to the second', async () => {
    expect((await ask(eventOf({ ...GET, expiresIn: 600 }), {}, 600)).statusCode).toBe(200);
    const { statusCode, answered } = await ask(eventOf({ ...GET, expiresIn: 602 }), {}, 600);
    expect(statusCode).toBe(400);
    expect(answered.message).toBe(
      '"expiresIn" is 602, but the credentials that sign live for 600 seconds more, and a URL dies with ' +
        'them: ask for less.',
    );
  });

  test('what its settings do not hold', async () => {
    expect((await ask(eventOf(PUT), { operations: { get: {} } })).answered.message).toBe(
      '"operation" must be one of get.',
    );
  });
});

test('the log says who was given what, and opens nothing', async () => {
  for (const body of [GET, PUT, POST]) {
    const { audit, answered } = await ask(eventOf(body));
    expect(audit).toHaveLength(1);
    expect(audit[0]).toMatchObject({
      event: 'presigned-url-issued',
      requestId: 'r-1',
      caller: 'sub=ada',
      operation: body.operation,
      bucket: 'acme-docs',
      key: 'uploads/ada/a b.pdf',
      expiresAt: '2026-01-02T03:19:05.000Z',
      signerAccessKeyId: 'ASIAEXAMPLE',
    });
    const signature = answered.fields?.['x-amz-signature'] ?? new URL(answered.url).searchParams.get('X-Amz-Signature');
    expect(JSON.stringify(audit)).not.toContain(signature);
    expect(JSON.stringify(audit)).not.toMatch(/token|secret|https:/);
  }
});

test('what is broken inside is no refusal', async () => {
  const world = {
    now: () => NOW,
    audit: () => undefined,
    signer: async () => {
      throw new Error('no credentials');
    },
  };
  await expect(answer(eventOf(GET), SETTINGS, world)).rejects.toThrow('no credentials');
});
