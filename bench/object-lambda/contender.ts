/** Run as a child, one for each contender, so that none pays for another's memory: serves objects again and again. */
import { S3Client, WriteGetObjectResponseCommand } from '@aws-sdk/client-s3';
import type { ViewDocument } from '../../src/runtime/object-views/contract';
import { ObjectLambdaHandler } from '../../src/runtime/object-views/object-lambda/handler';
import { Settings } from '../../src/runtime/object-views/settings';
import { compilePolicy } from '../../src/runtime/redaction';

const [, , kind, port, size, rounds] = process.argv;
const endpoint = `http://127.0.0.1:${port}`;
const REGION = 'eu-central-1';
const POLICY = { version: 1 } as const;

const VIEWS: Record<string, ViewDocument | undefined> = {
  passThrough: { transforms: [] },
  redact: { transforms: [{ type: 'redact', policy: POLICY }] },
};

function serving(view: ViewDocument): () => Promise<unknown> {
  const env = {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'AKID',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_S3_OBJECT_LAMBDA: endpoint,
    STRONGBOX_VIEWS: JSON.stringify({ version: 1, views: { v: view } }),
  };
  const handler = new ObjectLambdaHandler(new Settings(env), env, () => undefined);
  return () => handler.handle({
    getObjectContext: { inputS3Url: `${endpoint}/object?X-Amz-SignedHeaders=host`, outputRoute: 'route', outputToken: 'token' },
    configuration: { payload: '{"view":"v"}' },
    userRequest: { url: 'https://example/object', headers: {} },
  }, { awsRequestId: 'bench', getRemainingTimeInMillis: () => 600_000 });
}

/** The way of the public sample: fetch all, transform all, send all by the client library; with the same redaction. */
function sample(redact: boolean): () => Promise<unknown> {
  const client = new S3Client({ region: REGION, endpoint, credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' }, disableHostPrefix: true });
  const policy = compilePolicy(POLICY);
  return async () => {
    const response = await fetch(`${endpoint}/object`);
    const whole = Buffer.from(await response.arrayBuffer());
    const transform = redact ? policy.session().text() : undefined;
    const body = transform ? Buffer.concat([...transform.push(whole), ...transform.end()]) : whole;
    await client.send(new WriteGetObjectResponseCommand({ RequestRoute: 'route', RequestToken: 'token', StatusCode: 200, Body: body }));
  };
}

async function main(): Promise<void> {
  const view = VIEWS[kind];
  const once = view ? serving(view) : sample(kind === 'sampleRedact');
  await once();
  const seconds: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < Number(rounds); round += 1) {
    const [begun, before] = [process.hrtime.bigint(), process.cpuUsage()];
    await once();
    seconds.push(Number(process.hrtime.bigint() - begun) / 1e9);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1e6);
  }
  process.send!({
    MBps: Number(size) / 1e6 / Math.min(...seconds), MBpsOfProcessor: Number(size) / 1e6 / Math.min(...cpu), peakMiB: process.resourceUsage().maxRSS / 1024,
  });
  process.exit();
}

void main();
