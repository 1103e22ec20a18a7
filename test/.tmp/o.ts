import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecureBucket } from '../../src';
import { offTheShelfFindings } from '../../scripts/mutation/off-the-shelf';
const app = new App(); const s = new Stack(app, 'S'); new SecureBucket(s, 'Docs'); 
const t=Template.fromStack(s).toJSON();
for (let i=0;i<5;i++){const t0=Date.now(); const f=offTheShelfFindings(t); console.log(Date.now()-t0, f);}
