import { App, Stack, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { SecureBucket, StrongboxChecks } from '../../src';
const app = new App(); const s = new Stack(app, 'S'); new SecureBucket(s, 'Docs'); new s3.Bucket(s,'Plain');
Validations.of(app).addPlugins(new StrongboxChecks());
const t0=Date.now();
try { app.synth(); } catch (e) { console.log((e as Error).message); }
console.log(Date.now()-t0);
