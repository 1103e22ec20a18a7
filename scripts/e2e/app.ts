/**
 * The app that the real CDK CLI deploys: the archives that the requests are made to, and a stack of
 * examples/records-archive as it is.
 */
import { App, BootstraplessSynthesizer } from 'aws-cdk-lib';
import { ACCOUNT, ArchiveStack, COMPLIANCE, COPY, GOVERNANCE, REGION } from './archives';
import { RecordsCopyStack } from '../../examples/records-archive/archives';

const app = new App({ defaultStackSynthesizer: new BootstraplessSynthesizer() });
const env = { account: ACCOUNT, region: REGION };
const readers = String(app.node.tryGetContext('readers') ?? 'audit').split(',');
for (const mode of [GOVERNANCE, COMPLIANCE] as const) new ArchiveStack(app, mode, { env, readers });
new RecordsCopyStack(app, 'RecordsCopy', {
  env,
  bucketName: COPY,
  sourceAccount: ACCOUNT,
  onCall: 'records-on-call@example.com',
});
