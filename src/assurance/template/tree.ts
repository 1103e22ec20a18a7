import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnElement, Stack, Stage, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { TemplateInput } from './assembly';
import { positionsInJson } from './json-positions';
import type { Source } from './source';

/** A stack of a synthesized app, and its template. */
export interface StackOfTree {
  readonly stack: Stack;
  readonly templatePath: string;
  readonly input: TemplateInput;
}

/** Every stack below a construct, nested ones included; their templates must be written already. */
export function stacksBelow(root: IConstruct): StackOfTree[] {
  return root.node
    .findAll()
    .filter((construct): construct is Stack => Stack.isStack(construct))
    .map(stackOfTree);
}

function stackOfTree(stack: Stack): StackOfTree {
  // A nested stack's template is a file beside its parent's, not an artifact of the assembly.
  const templatePath = join(Stage.of(stack)!.outdir, stack.templateFile);
  const text = readFileSync(templatePath, 'utf8');
  return {
    stack,
    templatePath,
    input: {
      stack: stackKey(stack),
      template: JSON.parse(text),
      source: sourceOf(text, templatePath),
      account: literal(stack.account),
      region: literal(stack.region),
      controls: controlsOf(stack),
      paths: pathsOf(stack),
      ...(stack.nestedStackParent && {
        nestedIn: { stack: stackKey(stack.nestedStackParent), logicalId: nestedId(stack) },
      }),
    },
  };
}

/** Most apps have no finding, and no need of positions. */
function sourceOf(text: string, file: string): Source {
  let positions: Source | undefined;
  return { at: (path) => (positions ??= positionsInJson(text, file)).at(path) };
}

/** Two stages or Regions may hold stacks of one name; a nested stack is known by its place in its parent. */
function stackKey(stack: Stack): string {
  const { nestedStackParent: parent } = stack;
  return parent ? `${stackKey(parent)}/${nestedId(stack)}` : stack.node.path || stack.stackName;
}

const nestedId = (stack: Stack): string =>
  stack.nestedStackParent!.resolve(stack.nestedStackResource!.logicalId) as string;

const literal = (value: string): string | undefined => (Token.isUnresolved(value) ? undefined : value);

/** Construct paths by logical id: the same that the assembly tells. */
function pathsOf(stack: Stack): Record<string, string> {
  return Object.fromEntries(
    stack.node
      .findAll()
      .filter((construct): construct is CfnElement => CfnElement.isCfnElement(construct) && construct.stack === stack)
      .map((element) => [stack.resolve(element.logicalId) as string, element.node.path]),
  );
}

/** What the controls recorded on the resources of one stack, by logical id. */
function controlsOf(stack: Stack): Record<string, string[]> {
  const controls: Record<string, string[]> = {};
  for (const construct of stack.node.findAll()) {
    const ids = construct.node.metadata
      .filter(({ type }) => type === 'strongbox:control')
      .map(({ data }) => data as string);
    if (ids.length > 0 && CfnElement.isCfnElement(construct) && construct.stack === stack) {
      controls[stack.resolve(construct.logicalId) as string] = ids;
    }
  }
  return controls;
}
