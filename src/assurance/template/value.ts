/** A value as a template file holds it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * A value of which only the deployment knows anything; `name` is its whole expression with its stack, so that equal
 * names are equal values.
 */
export class UnknownValue {
  public constructor(public readonly name: string) {}
}

/** What `AWS::NoValue` gives: the property is as if it were not written. */
export const NO_VALUE: unique symbol = Symbol('AWS::NoValue');

/** A value with its intrinsic functions replaced. Text may hold unknown parts (unknown.ts). */
export type Value = null | boolean | number | string | UnknownValue | typeof NO_VALUE | readonly Value[] | ValueObject;
export interface ValueObject {
  readonly [key: string]: Value;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isValueObject(value: Value): value is ValueObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof UnknownValue);
}

export function isValueList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** What a property of an object holds, without what every object inherits. */
export function own(object: JsonObject | undefined, key: string): Json | undefined {
  return object !== undefined && Object.prototype.hasOwnProperty.call(object, key) ? object[key] : undefined;
}

/** An object of a template, or nothing where another shape stands. */
export function objectIn(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const found = own(object, key);
  return isObject(found) ? found : undefined;
}

/** The value as a sentence shows it, cut short. */
export function described(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
