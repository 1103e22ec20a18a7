import { App, Validations } from 'aws-cdk-lib';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  NIST80053R4Checks,
  NIST80053R5Checks,
  PCIDSS321Checks,
  ServerlessChecks,
} from 'cdk-nag';
import { Door, OrdersStack } from './views';

const app = new App();
Validations.of(app).addPlugins(
  new AwsSolutionsChecks(app),
  new HIPAASecurityChecks(app),
  new NIST80053R4Checks(app),
  new NIST80053R5Checks(app),
  new PCIDSS321Checks(app),
  new ServerlessChecks(app),
);

const env = { account: '111122223333', region: 'eu-central-1' };
// For an account that used S3 Object Lambda before November 2025.
new OrdersStack(app, 'OrdersObjectLambda', { env, door: Door.OBJECT_LAMBDA, onCall: 'orders-on-call@example.com' });
// For every account.
new OrdersStack(app, 'OrdersEndpoint', { env, door: Door.ENDPOINT, onCall: 'orders-on-call@example.com' });
