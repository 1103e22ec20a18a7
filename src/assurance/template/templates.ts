import type { TemplateInput } from './assembly';
import { TemplateResource } from './resource';
import { StackTemplate, type Siblings } from './stack-template';
import { TemplateError } from './template-error';
import { UnknownValueError } from './unknown';
import { isObject, NO_VALUE, objectIn, type Value } from './value';
import { ImpossibleWorldError, UndecidedError, World } from './world';

/** A part of the templates that nobody has looked at. */
export interface NotSeen {
  readonly path: string;
  readonly what: string;
}

/** All templates of one cloud assembly together, so that references between stacks resolve, in one world. */
export class Templates implements Siblings {
  public readonly stacks = new Map<string, StackTemplate>();
  /** Every resource that some deployment may have. */
  public readonly resources: readonly TemplateResource[];
  /** What cannot be read at all, each with its place. */
  public readonly problems: string[] = [];

  /** @throws if a template is no template, or two have one name */
  public constructor(
    public readonly inputs: readonly TemplateInput[],
    public readonly world: World,
  ) {
    for (const input of inputs) {
      if (this.stacks.has(input.stack)) {
        throw new TemplateError(`Stack ${input.stack}`, 'is there twice; stack names must differ within one app');
      }
      this.stacks.set(input.stack, new StackTemplate(this, input));
    }
    this.resources = [...this.stacks.values()].flatMap((stack) => this.resourcesOf(stack));
  }

  public stack(name: string): StackTemplate | undefined {
    return this.stacks.get(name);
  }

  /** The value of an export; exports belong to an account and Region. */
  public exported(name: string, importer: StackTemplate, depth: number): Value | undefined {
    for (const stack of this.stacks.values()) {
      if (stack.account !== importer.account || stack.region !== importer.region) continue;
      for (const output of stack.exports()) {
        const exportName = objectIn(output, 'Export')!.Name;
        if (stack.value(exportName, 'Outputs', depth + 1, true) !== name || output.Value === undefined) continue;
        const value = stack.value(output.Value, 'Outputs', depth + 1);
        return value === NO_VALUE ? undefined : value;
      }
    }
    return undefined;
  }

  /** Stacks whose templates are elsewhere, and modules. */
  public get notSeen(): readonly NotSeen[] {
    return this.resources.flatMap(({ path, type, stack, logicalId }): NotSeen[] => {
      if (type.endsWith('::MODULE')) return [{ path, what: 'a module, whose resources are registered elsewhere' }];
      if (type === 'AWS::CloudFormation::StackSet') return [{ path, what: 'a stack set, whose template is elsewhere' }];
      if (type !== 'AWS::CloudFormation::Stack' || this.stacks.has(`${stack}/${logicalId}`)) return [];
      return [{ path, what: 'a nested stack, whose template is elsewhere' }];
    });
  }

  private resourcesOf(stack: StackTemplate): TemplateResource[] {
    try {
      return Object.entries(stack.resources).flatMap(([logicalId, raw]) => {
        if (logicalId === 'Fn::Transform') return [];
        if (!isObject(raw) || typeof raw.Type !== 'string') {
          this.problems.push(stack.error(logicalId, 'has no "Type"').message);
          return [];
        }
        const problem = stack.problemOf(logicalId);
        if (problem) this.problems.push(problem.message);
        return [new TemplateResource(stack, logicalId, raw)];
      });
    } catch (error) {
      if (
        error instanceof UndecidedError ||
        error instanceof ImpossibleWorldError ||
        error instanceof UnknownValueError
      ) {
        throw error;
      }
      this.problems.push((error as Error).message);
      return [];
    }
  }
}
