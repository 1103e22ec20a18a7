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
import { DocumentStack, SiteStack } from './stacks';

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

const documents = new DocumentStack(app, 'DocumentStore');
new SiteStack(app, 'DocumentSite', { key: documents.key, logs: documents.logs });
