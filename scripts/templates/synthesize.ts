import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HOME } from './cfn-lint';
import { ACCOUNT } from '../../test/support/app';
import { EVERY_CONSTRUCT } from '../../test/support/every-construct';

/** One of each partition. */
export const REGIONS = ['eu-west-1', 'cn-north-1', 'us-gov-west-1'];

/** What a construct says where it cannot work; anything else is an error. */
const REFUSAL = /"region" must be a Region that has Lambda function URLs/;

/** Writes the templates of every construct, and says which of them the Region does not have. */
export function synthesize(region: string): { files: string[]; refused: string[] } {
  const folder = join(HOME, region);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  const refused: string[] = [];
  for (const [name, make] of Object.entries(EVERY_CONSTRUCT)) {
    const app = new App({ treeMetadata: false, analyticsReporting: false });
    try {
      make(new Stack(app, 'Stack', { env: { account: ACCOUNT, region } }));
    } catch (error) {
      if (!REFUSAL.test((error as Error).message)) throw error;
      refused.push(name);
      continue;
    }
    for (const stack of app.node.children.filter((node): node is Stack => Stack.isStack(node))) {
      const file = join(folder, `${name.replaceAll(' ', '-')}.${stack.node.id}.json`);
      writeFileSync(file, JSON.stringify(Template.fromStack(stack).toJSON(), undefined, 1));
      files.push(file);
    }
  }
  return { files, refused };
}
