import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { awsError, FakeGlacier } from './fake-glacier';

// The answer goes to a URL of CloudFormation by HTTPS; here to the server below.
jest.mock('node:https', () => ({
  ...jest.requireActual('node:https'),
  request: jest.requireActual('node:http').request,
}));

const POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Deny' }] };

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: any;
}

/** Glacier's API as HTTP, in front of the fake, and the URL to which answers go. */
class Aws {
  public readonly received: Received[] = [];
  public readonly answers: Received[] = [];
  public readonly glacier = new FakeGlacier();
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const received = {
        method: request.method!,
        url: request.url!,
        headers: request.headers,
        body: text && JSON.parse(text),
      };
      if (request.url!.startsWith('/answer')) {
        this.answers.push(received);
        response.end();
        return;
      }
      this.received.push(received);
      this.route(received).then(
        ({ status, headers = {}, body }) => response.writeHead(status, headers).end(body && JSON.stringify(body)),
        () => response.destroy(),
      );
    });
  });

  public async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async route({
    method,
    url,
    body,
  }: Received): Promise<{ status: number; headers?: Record<string, string>; body?: unknown }> {
    const [, vaultName, rest = ''] = /^\/-\/vaults\/([^/?]+)(.*)$/.exec(url)!;
    try {
      switch (`${method} ${rest}`) {
        case 'PUT ':
          await this.glacier.call('CreateVault', { vaultName });
          return { status: 201, headers: { Location: `/1/vaults/${vaultName}` } };
        case 'PUT /access-policy':
          await this.glacier.call('SetVaultAccessPolicy', { vaultName, policy: body });
          return { status: 204 };
        case 'GET /lock-policy':
          return { status: 200, body: await this.glacier.call('GetVaultLock', { vaultName }) };
        case 'POST /lock-policy': {
          const { lockId } = await this.glacier.call('InitiateVaultLock', { vaultName, policy: body });
          return { status: 201, headers: { 'x-amz-lock-id': lockId } };
        }
        case 'POST /lock-policy/lock-id-1':
          await this.glacier.call('CompleteVaultLock', { vaultName, lockId: 'lock-id-1' });
          return { status: 204 };
        case 'GET /tags':
          return { status: 200, body: await this.glacier.call('ListTagsForVault', { vaultName }) };
        case 'POST /tags?operation=add':
          await this.glacier.call('AddTagsToVault', { vaultName, Tags: body.Tags });
          return { status: 204 };
        default:
          throw awsError('UnexpectedInTest', 400, `${method} ${url}`);
      }
    } catch (error) {
      const { name, message, $metadata } = error as ReturnType<typeof awsError> & {
        $metadata: { httpStatusCode: number };
      };
      return {
        status: $metadata.httpStatusCode,
        headers: { 'x-amzn-ErrorType': name },
        body: { code: name, message, type: 'Client' },
      };
    }
  }
}

const aws = new Aws();
let endpoint: string;
let handler: (event: any, context: any) => Promise<void>;
const environment = { ...process.env };

beforeAll(async () => {
  endpoint = await aws.start();
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_ENDPOINT_URL_GLACIER: endpoint,
  });
  jest.spyOn(console, 'log').mockReturnValue(undefined);
  ({ handler } = jest.requireActual('../../../src/runtime/glacier-vault/glacier-vault.lambda'));
});

afterAll(async () => {
  process.env = environment;
  await aws.stop();
});

const request = (RequestType: string, more: object) => ({
  RequestType,
  RequestId: 'request-1',
  StackId: 'stack',
  LogicalResourceId: 'Vault',
  ResponseURL: `${endpoint}/answer?Signature=x`,
  ...more,
});
const vault = (lock?: object) => ({ vaultName: 'ledgers', accessPolicy: POLICY, lock });

test('as Lambda loads it, the function makes and locks a vault by the SDK and answers CloudFormation', async () => {
  const context = { getRemainingTimeInMillis: () => 300_000 };
  const inProgress = { phase: 'inProgress', policy: POLICY, fingerprint: '0123456789abcdef' };
  await handler(request('Create', { ResourceProperties: vault(inProgress) }), context);
  expect(JSON.parse(JSON.stringify(aws.answers[0].body))).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: 'ledgers',
    Data: { LockState: 'InProgress', LockId: 'lock-id-1.0123456789abcdef' },
  });
  await handler(
    request('Update', {
      PhysicalResourceId: 'ledgers',
      OldResourceProperties: vault(inProgress),
      ResourceProperties: vault({ ...inProgress, phase: 'complete', lockId: 'lock-id-1' }),
    }),
    context,
  );
  expect(aws.answers[1].body).toMatchObject({ Status: 'SUCCESS', Data: { LockState: 'Locked' } });

  for (const { method, headers } of aws.answers) {
    expect(method).toBe('PUT');
    // The URL is signed for this, and refuses anything else.
    expect(headers['content-type']).toBe('');
    expect(headers['transfer-encoding']).toBeUndefined();
  }
  for (const { headers } of aws.received) expect(headers.authorization).toContain('/eu-west-1/glacier/aws4_request');
});

test('an error of Glacier is an answer as well', async () => {
  aws.glacier.fail('SetVaultAccessPolicy', awsError('InvalidParameterValueException', 400, 'Policy is malformed'));
  await handler(request('Create', { ResourceProperties: vault() }), { getRemainingTimeInMillis: () => 300_000 });
  expect(aws.answers.at(-1)!.body).toMatchObject({
    Status: 'FAILED',
    Reason: 'InvalidParameterValueException: Policy is malformed',
  });
});
