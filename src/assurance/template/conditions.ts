import type { TemplateError } from './template-error';
import { described, isList, isObject, own, type Json, type Value } from './value';

/** What a condition needs of the template that it stands in. */
export interface ConditionContext {
  readonly conditions: Json | undefined;
  error(place: string, problem: string): TemplateError;
  /** @param condition the outermost named condition that asks */
  equal(left: Value, right: Value, place: string, condition: string | undefined): boolean;
  value(raw: Json, place: string, depth: number): Value;
}

/** Longer chains of conditions go in a circle. */
const MAX_DEPTH = 100;

/** The conditions of one template, each decided once. */
export class Conditions {
  private readonly found = new Map<string, boolean>();

  public constructor(private readonly context: ConditionContext) {}

  /** Whether a named condition holds. @throws {UndecidedError} if only the deployment knows */
  public holds(name: Json, place: string, depth = 0, outermost?: string): boolean {
    if (typeof name !== 'string') {
      throw this.error(place, `has ${described(name)} for the name of a condition; text is needed`);
    }
    const known = this.found.get(name);
    if (known !== undefined) return known;
    const { conditions } = this.context;
    const definition = isObject(conditions) ? own(conditions, name) : undefined;
    if (definition === undefined) {
      throw this.error(place, `names the condition "${name}", which "Conditions" does not have`);
    }
    const holds = this.evaluate(definition, `Conditions.${name}`, depth + 1, outermost ?? name);
    this.found.set(name, holds);
    return holds;
  }

  private evaluate(raw: Json, place: string, depth: number, outermost: string): boolean {
    if (depth > MAX_DEPTH) throw this.error(place, `leads through more than ${MAX_DEPTH} conditions: a circle`);
    const inner = (item: Json) => this.evaluate(item, place, depth + 1, outermost);
    if (typeof raw === 'string') return this.holds(raw, place, depth, outermost);
    const [name] = isObject(raw) ? Object.keys(raw) : [];
    const argument = isObject(raw) ? raw[name] : undefined;
    switch (name) {
      case 'Condition':
        return this.holds(argument!, place, depth, outermost);
      case 'Fn::Not':
        return !inner(this.items(argument, name, place, 1)[0]);
      case 'Fn::And':
        return this.items(argument, name, place).every(inner);
      case 'Fn::Or':
        return this.items(argument, name, place).some(inner);
      case 'Fn::Equals': {
        const [left, right] = this.items(argument, name, place, 2).map((item) =>
          this.context.value(item, place, depth + 1),
        );
        return this.context.equal(left, right, place, outermost);
      }
      default:
        throw this.error(place, `has the condition ${described(raw)}, which is not understood`);
    }
  }

  private items(argument: Json | undefined, name: string, place: string, count?: number): readonly Json[] {
    if (!isList(argument) || argument.length === 0 || (count !== undefined && argument.length !== count)) {
      throw this.error(
        place,
        `has ${name} over ${described(argument)}; a list${count === undefined ? '' : ` of ${count}`} is needed`,
      );
    }
    return argument;
  }

  private error(place: string, problem: string): TemplateError {
    return this.context.error(place, problem);
  }
}
