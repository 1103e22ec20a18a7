/**
 * Regenerates what the documents take from the catalog of controls, from the services and from the lints, and what the
 * README of one-bucket-three-views takes from a run of it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withControlsTable } from './delivery/controls-table';
import { ROOT } from './delivery/pack';
import { policyErrorsPage } from './delivery/policy-errors-page';
import { servicesPage } from './delivery/services-page';
import { ThreeViews, showAnswers } from './e2e/views';
import { S3Server } from '../test/support/s3-server';
import { CREDENTIALS, REGION } from '../test/support/signatures';

async function main(): Promise<void> {
  const file = join(ROOT, 'docs', 'controls.md');
  writeFileSync(file, withControlsTable(readFileSync(file, 'utf8')));
  writeFileSync(join(ROOT, 'docs', 'services.md'), servicesPage());
  writeFileSync(join(ROOT, 'docs', 'policy-errors.md'), policyErrorsPage());

  const server = await S3Server.start();
  const { accessKeyId: accessKey, secretAccessKey: secretKey, sessionToken } = CREDENTIALS;
  const example = new ThreeViews(
    server.endpoint,
    { accessKey, secretKey, sessionToken },
    join(ROOT, 'build', 'docs', 'views'),
    REGION,
  );
  try {
    example.synthesize();
    await example.store(async (bucket, key, body, type) => server.put(bucket, key, body, { 'content-type': type }));
    await showAnswers(await example.byEndpoint());
  } finally {
    example.stop();
    await server.stop();
  }
}

void main();
