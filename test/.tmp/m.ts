import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecureBucket } from '../../src';
import { mutantsOf } from '../../scripts/mutation/mutators';
const app = new App(); const s = new Stack(app, 'S'); new SecureBucket(s, 'Docs'); 
const all=mutantsOf(Template.fromStack(s).toJSON());
console.log(all.length); for (const m of all) console.log(m.kind,'|',m.name);
