/** Run as a child, one for each contender, so that none pays for another's memory: serves objects again and again. */
import { get, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { S3Client, WriteGetObjectResponseCommand } from '@aws-sdk/client-s3';
import { eventOf, LAMBDA_ENV } from './world';
import type { ViewDocument } from '../../src/runtime/object-views/contract';
import { ObjectLambdaHandler } from '../../src/runtime/object-views/object-lambda/handler';
import { Settings } from '../../src/runtime/object-views/settings';
import { compilePolicy } from '../../src/runtime/redaction';

const [, , kind, endpoint, size, rounds] = process.argv;
const POLICY = { version: 1 } as const;

const VIEWS: Record<string, ViewDocument | undefined> = {
  passThrough: { transforms: [] },
  redact: { transforms: [{ type: 'redact', policy: POLICY }] },
};

function serving(view: ViewDocument): () => Promise<unknown> {
  const env = {
    ...LAMBDA_ENV,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL_S3_OBJECT_LAMBDA: endpoint,
    STRONGBOX_VIEWS: JSON.stringify({ version: 1, views: { v: view } }),
  };
  const handler = new ObjectLambdaHandler(new Settings(env), env, () => undefined);
  const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 600_000 };
  return () => handler.handle(eventOf(endpoint), context);
}

/** A body into another: what this machine and Node give at most. */
function pipe(): Promise<void> {
  return new Promise((resolve, reject) => {
    const post = request(`${endpoint}/WriteGetObjectResponse`, { method: 'POST' }, (res) =>
      res.resume().once('end', resolve),
    ).once('error', reject);
    get(`${endpoint}/object`, (res) => void pipeline(res, post).catch(reject)).once('error', reject);
  });
}

/** The way of the public sample: fetch all, transform all, send all by the client library; with the same redaction. */
function sample(redact: boolean): () => Promise<unknown> {
  const client = new S3Client({
    region: LAMBDA_ENV.AWS_REGION,
    endpoint,
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
    disableHostPrefix: true,
  });
  const policy = compilePolicy(POLICY);
  return async () => {
    const response = await fetch(`${endpoint}/object`);
    const whole = Buffer.from(await response.arrayBuffer());
    const transform = redact ? policy.session().text() : undefined;
    const body = transform ? Buffer.concat([...transform.push(whole), ...transform.end()]) : whole;
    await client.send(
      new WriteGetObjectResponseCommand({ RequestRoute: 'route', RequestToken: 'token', StatusCode: 200, Body: body }),
    );
  };
}

async function main(): Promise<void> {
  const view = VIEWS[kind];
  const once = view ? serving(view) : kind === 'pipe' ? pipe : sample(kind === 'sampleRedact');
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
    MBps: Number(size) / 1e6 / Math.min(...seconds),
    MBpsOfProcessor: Number(size) / 1e6 / Math.min(...cpu),
    peakMiB: process.resourceUsage().maxRSS / 1024,
  });
  process.exit();
}

void main();
