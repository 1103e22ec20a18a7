import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecureBucket, LoggingBucket } from '../../src';
const app = new App(); const s = new Stack(app, 'S'); new SecureBucket(s, 'Docs'); 
console.log(JSON.stringify(Template.fromStack(s).toJSON(), null, 1));
