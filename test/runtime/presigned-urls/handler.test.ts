import { SETTINGS_VARIABLE, type IssuerSettings } from '../../../src/runtime/presigned-urls/contract';
import { handler } from '../../../src/runtime/presigned-urls/presigned-urls.lambda';

const assumed: unknown[] = [];
let life = 3600;

jest.mock(
  '@aws-sdk/client-sts',
  () => ({
    STSClient: class {
      public async send({ input }: { input: unknown }) {
        assumed.push(input);
        const Expiration = new Date(Date.now() + life * 1000);
        return {
          Credentials: {
            AccessKeyId: `ASIA${assumed.length}`,
            SecretAccessKey: 'secret',
            SessionToken: 'token',
            Expiration,
          },
        };
      }
    },
    AssumeRoleCommand: class {
      public constructor(public readonly input: unknown) {}
    },
  }),
  { virtual: true },
);

const SETTINGS: IssuerSettings = {
  bucket: 'acme-docs',
  region: 'eu-central-1',
  urlSuffix: 'amazonaws.com',
  prefix: 'uploads/',
  operations: { get: {} },
  caller: { kind: 'shared' },
  maximumSeconds: 3000,
  signerRoleArn: 'arn:aws:iam::111122223333:role/signer',
  encryptionHeaders: {},
};

test('assumes the signing role once for many calls, and again when the session would not last', async () => {
  process.env[SETTINGS_VARIABLE] = JSON.stringify(SETTINGS);
  const log = jest.spyOn(console, 'log').mockReturnValue(undefined);
  const call = (expiresIn: number) =>
    handler({
      requestContext: { requestId: 'r', http: { method: 'POST' } },
      body: JSON.stringify({ operation: 'get', key: 'a', expiresIn }),
    });
  life = 600;
  expect((await call(500)).statusCode).toBe(200);
  expect((await call(100)).statusCode).toBe(200);
  expect(assumed).toEqual([
    { RoleArn: SETTINGS.signerRoleArn, RoleSessionName: 'presigned-urls', DurationSeconds: 3600 },
  ]);
  life = 3600;
  expect((await call(900)).body).toContain('ASIA2');
  expect(assumed).toHaveLength(2);
  life = 60;
  expect((await call(3000)).statusCode).toBe(200);
  expect(assumed).toHaveLength(2);
  const records = log.mock.calls.map(([record]) => record as Record<string, unknown>);
  expect(records.map(({ event, signerAccessKeyId }) => [event, signerAccessKeyId])).toEqual([
    ['presigned-url-issued', 'ASIA1'],
    ['presigned-url-issued', 'ASIA1'],
    ['presigned-url-issued', 'ASIA2'],
    ['presigned-url-issued', 'ASIA2'],
  ]);
  log.mockRestore();
});
