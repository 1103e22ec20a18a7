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
import { LakeStack, NetworkStack } from './stacks';

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

const env = { account: '111122223333', region: 'eu-central-1' };
const { vpc } = new NetworkStack(app, 'LakeNetwork', { env });
new LakeStack(app, 'Lake', { env, vpc, auditorRole: 'arn:aws:iam::444455556666:role/acme-auditor' });
