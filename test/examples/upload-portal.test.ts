import { createHash, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { transformSync } from 'esbuild';
import { UploadPortalStack } from '../../examples/upload-portal/portal';
import { Guarantee, Proof } from '../../src';
import type { IssuerSettings } from '../../src/runtime/presigned-urls/contract';
import { answer } from '../../src/runtime/presigned-urls/issue';
import { signerWith } from '../../src/runtime/presigned-urls/presigned-urls.lambda';
import { nag } from '../support/nag';

const ORIGIN = 'https://portal.example.com';
const env = { account: '111122223333', region: 'eu-central-1' };
const build = (app: App) => new UploadPortalStack(app, 'UploadPortal', { env, origin: ORIGIN });

test('leaves the six nag packs nothing', () => {
  const report = nag((stack) => void build(Stack.of(stack).node.root as App));
  expect(report.open).toEqual([]);
  expect(report.acknowledged.every(({ reason }) => reason)).toBe(true);
});

describe('proved', () => {
  const proof = Proof.ofStack(build(new App()));
  const subject = 'UploadPortal/Documents/Resource';
  const signer = 'UploadPortal/Urls/Signer';
  const clerks = 'UploadPortal/Clerks';
  const presigned = { 's3:authType': 'REST-QUERY-STRING', 's3:signatureAge': '299999' };

  test.each<[string, Guarantee]>([
    ["no presigned request but the issuer's opens anything", Guarantee.presignedOnlyBy({ principals: [signer] })],
    ['none lives longer than five minutes', Guarantee.presignedMaximumAge(300)],
    [
      'what the issuer signs reaches customers/ alone',
      Guarantee.prefixIsolation({ principals: [signer], prefixes: ['customers/'] }),
    ],
    ['clerks reach customers/ alone', Guarantee.prefixIsolation({ principals: [clerks], prefixes: ['customers/'] })],
    ['HTTPS only', Guarantee.tlsOnly()],
    ['not public', Guarantee.publicAccessBlocked()],
    ['no upload under another key', Guarantee.uploadEncryption()],
    ["only the page's origin", Guarantee.corsNamedOrigins()],
    [
      'the customer downloads',
      Guarantee.allowed({
        actions: ['s3:GetObject'],
        principals: [signer],
        prefixes: ['customers/'],
        context: presigned,
      }),
    ],
    [
      'the customer uploads',
      Guarantee.allowed({
        actions: ['s3:PutObject'],
        principals: [signer],
        prefixes: ['customers/'],
        context: presigned,
      }),
    ],
    [
      'the customer uploads by a form',
      Guarantee.allowed({
        actions: ['s3:PutObject'],
        principals: [signer],
        prefixes: ['customers/'],
        context: { ...presigned, 's3:authType': 'POST' },
      }),
    ],
    [
      'the clerk reads',
      Guarantee.allowed({ actions: ['s3:GetObject'], principals: [clerks], prefixes: ['customers/'] }),
    ],
  ])('%s', (_what, guarantee) => void proof.holds(guarantee, { subject }));

  test.each<[string, Guarantee]>([
    [
      'a clerk presigns',
      Guarantee.allowed({
        actions: ['s3:GetObject'],
        principals: [clerks],
        prefixes: ['customers/'],
        context: presigned,
      }),
    ],
    [
      'a URL of five minutes and a millisecond',
      Guarantee.allowed({
        actions: ['s3:GetObject'],
        principals: [signer],
        prefixes: ['customers/'],
        context: { ...presigned, 's3:signatureAge': '300001' },
      }),
    ],
    ['less than customers/', Guarantee.prefixIsolation({ principals: [signer], prefixes: ['customers/x/'] })],
  ])('and not %s', (_what, guarantee) => expect(() => proof.holds(guarantee, { subject })).toThrow(/VIOLATED/));
});

test("the API takes verified tokens and answers the page's origin alone", () => {
  const template = Template.fromStack(build(new App({ treeMetadata: false })));
  template.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: 'POST /urls', AuthorizationType: 'JWT' });
  template.resourceCountIs('AWS::ApiGatewayV2::Route', 1);
  template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
    CorsConfiguration: { AllowOrigins: [ORIGIN], AllowMethods: ['POST'] },
  });
  template.hasResourceProperties('AWS::S3::Bucket', {
    CorsConfiguration: { CorsRules: [Match.objectLike({ AllowedOrigins: [ORIGIN] })] },
  });
  template.resourceCountIs('AWS::Lambda::Url', 0);
  // Only this API may invoke the issuer: whoever else could would choose the "sub".
  template.resourceCountIs('AWS::Lambda::Permission', 1);
  template.hasResourceProperties('AWS::Lambda::Permission', {
    Principal: 'apigateway.amazonaws.com',
    SourceArn: Match.anyValue(),
  });
});

describe('the page', () => {
  const RULE = { contentTypes: ['application/pdf'], minimumBytes: 1, maximumBytes: 100 };
  const SETTINGS: IssuerSettings = {
    bucket: 'acme-docs',
    region: 'eu-central-1',
    urlSuffix: 'amazonaws.com',
    prefix: 'customers/',
    operations: { get: {}, put: RULE, post: RULE },
    caller: { kind: 'claim', claim: 'sub' },
    maximumSeconds: 300,
    signerRoleArn: 'arn',
    encryptionHeaders: { 'x-amz-server-side-encryption': 'aws:kms' },
  };
  const page = join(__dirname, '..', '..', 'examples', 'upload-portal', 'page');

  /** The page's own script, between the real issuer and an S3 that keeps what it is sent. */
  function open(status = 200) {
    const sent: Array<{ url: string; method: string; headers: Record<string, string>; body: any }> = [];
    const fetch = async (url: string, request: any) => {
      if (url !== 'https://api/urls') {
        sent.push({ url, ...request });
        return { status, ok: status === 200, blob: async () => 'the content' };
      }
      if (request.headers.authorization !== 'Bearer token') return { status: 401, ok: false };
      const { statusCode, body } = await answer(
        {
          requestContext: { http: { method: request.method }, authorizer: { jwt: { claims: { sub: 'ada' } } } },
          body: request.body,
        },
        SETTINGS,
        {
          now: () => new Date(),
          signer: async () => signerWith({ accessKeyId: 'ASIA', secretAccessKey: 'secret' }, 'eu-central-1'),
          audit: () => undefined,
        },
      );
      return { ok: statusCode === 200, json: async () => JSON.parse(body) };
    };
    const exported: any = {};
    const { code } = transformSync(readFileSync(join(page, 'documents.js'), 'utf8'), { format: 'cjs' });
    const module = { exports: exported };
    runInNewContext(code, {
      module,
      exports: exported,
      fetch,
      crypto: webcrypto,
      btoa,
      FormData,
      Uint8Array,
      Object,
      JSON,
      Error,
      String,
    });
    return { sent, page: module.exports };
  }
  const file = (name: string, content = 'content', type = 'application/pdf') => new File([content], name, { type });

  test('uploads by PUT with exactly the headers that are signed in', async () => {
    const {
      sent,
      page: { upload },
    } = open();
    await upload({ urlsEndpoint: 'https://api/urls' }, 'token', file('a b.pdf'));
    expect(sent).toHaveLength(1);
    const { pathname, searchParams } = new URL(sent[0].url);
    expect(pathname).toBe('/customers/ada/a%20b.pdf');
    const signed = searchParams.get('X-Amz-SignedHeaders')!.split(';');
    // The browser adds these two by itself.
    expect([...Object.keys(sent[0].headers), 'host', 'content-length'].sort()).toEqual(signed);
    expect(sent[0].headers['x-amz-checksum-sha256']).toBe(createHash('sha256').update('content').digest('base64'));
  });

  test('uploads by a form with the file last', async () => {
    const {
      sent,
      page: { uploadByForm },
    } = open();
    await uploadByForm({ urlsEndpoint: 'https://api/urls' }, 'token', file('a.pdf'));
    const names = [...(sent[0].body as FormData).keys()];
    expect(names[names.length - 1]).toBe('file');
    expect(names).toEqual(expect.arrayContaining(['key', 'policy', 'x-amz-signature', 'x-amz-checksum-sha256']));
  });

  test('downloads, and says when there is nothing', async () => {
    const {
      sent,
      page: { download },
    } = open();
    expect(await download({ urlsEndpoint: 'https://api/urls' }, 'token', 'a.pdf')).toBe('the content');
    expect(sent[0].url).toMatch(/^https:\/\/acme-docs\.s3\.eu-central-1\.amazonaws\.com\/customers\/ada\/a\.pdf\?/);
    const { page: nothing } = open(403);
    await expect(nothing.download({ urlsEndpoint: 'https://api/urls' }, 'token', 'a.pdf')).rejects.toThrow(
      'There is no document of that name.',
    );
    await expect(nothing.upload({ urlsEndpoint: 'https://api/urls' }, 'token', file('a.pdf'))).rejects.toThrow(
      'The document is not stored: S3 answered 403.',
    );
  });

  test('says when the sign-in has ended', async () => {
    const {
      page: { download },
    } = open();
    await expect(download({ urlsEndpoint: 'https://api/urls' }, 'ended', 'a.pdf')).rejects.toThrow(
      'Your sign-in has ended.',
    );
  });

  test('says what the issuer refuses', async () => {
    const {
      page: { upload },
    } = open();
    await expect(
      upload({ urlsEndpoint: 'https://api/urls' }, 'token', file('a.html', '<html>', 'text/html')),
    ).rejects.toThrow('"contentType" must be one of application/pdf.');
    await expect(upload({ urlsEndpoint: 'https://api/urls' }, 'token', file('a.pdf', 'x'.repeat(101)))).rejects.toThrow(
      '"size" must be 1 to 100 bytes.',
    );
  });

  test('lets its browser talk to nobody but its sign-in, its API and its bucket', () => {
    const html = readFileSync(join(page, 'index.html'), 'utf8');
    expect(html).toContain("default-src 'none'");
    expect(html.replace(/<script type="module" src="page.js"><\/script>/, '')).not.toMatch(
      /<script|onclick|javascript:|unsafe/,
    );
  });
});
