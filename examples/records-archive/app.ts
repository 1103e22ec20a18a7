import { App, Validations } from 'aws-cdk-lib';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R4Checks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from 'cdk-nag';
import { StrongboxChecks } from 'cdk-s3-strongbox';
import { RecordsCopyStack, RecordsStack } from './archives';

const app = new App();
Validations.of(app).addPlugins(
  new AwsSolutionsChecks(app),
  new HIPAASecurityChecks(app),
  new NIST80053R4Checks(app),
  new NIST80053R5Checks(app),
  new PCIDSS321Checks(app),
  new ServerlessChecks(app),
  new StrongboxChecks(),
);

const account = '111122223333';
const onCall = 'records-on-call@example.com';
const { copy } = new RecordsCopyStack(app, 'RecordsCopy', {
  env: { account, region: 'eu-west-1' },
  bucketName: 'acme-broker-records-copy',
  sourceAccount: account,
  onCall,
});
new RecordsStack(app, 'Records', { env: { account, region: 'eu-central-1' }, copy, onCall });
