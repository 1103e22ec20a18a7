import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';

/** A stack in an app of its own. */
export function newStack(props: StackProps = {}): Stack {
  return new Stack(new App({ treeMetadata: false }), 'Stack', props);
}

/** The template of a stack that `build` fills. */
export function templateOf(build: (stack: Stack) => void, props?: StackProps): Template {
  const stack = newStack(props);
  build(stack);
  return Template.fromStack(stack);
}

/** The only resource of a type in a template. */
export function only(template: Template, type: string): Record<string, any> {
  const found = Object.values(template.findResources(type));
  expect(found).toHaveLength(1);
  return found[0];
}

/** A template as a snapshot keeps it: no asset bodies, no hashes, no bootstrap rule. */
export function snapshotOf(template: Template): unknown {
  const { Parameters: _parameters, Rules: _rules, ...rest } = template.toJSON();
  return rest;
}
