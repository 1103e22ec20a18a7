import type { TemplateError } from './template-error';
import { isWhollyUnknown, unknown, unknownNames, UnknownValueError } from './unknown';
import { described, NO_VALUE, UnknownValue, isValueList, isValueObject, type Value } from './value';
import type { Shape } from '../data/resource-types';

/** The template that a value stands in. */
export interface Owner {
  readonly name: string;
  error(place: string, problem: string): TemplateError;
}

/**
 * A value as the documented shape of its property has it: CloudFormation takes `"true"` for true, `"30"` for 30 and one
 * item for a list of one. Where an object or a list is meant and the value is unknown, whatever is read of it is an
 * `UnknownValueError`, so that nobody takes it for unset.
 */
export function shaped(value: Value, shape: Shape | undefined, place: string, owner: Owner): unknown {
  if (value === NO_VALUE) return undefined;
  const name = unknownName(value);
  if (name !== undefined) {
    return isContainer(shape)
      ? unreadable(name, Array.isArray(shape) ? [] : {}, `${owner.name}, ${place}`)
      : unknown(name);
  }
  if (isValueList(value)) {
    if (shape === 't' || shape === 'b' || shape === 'n') {
      throw owner.error(place, `is ${described(value)}; one value is needed`);
    }
    if (isContainer(shape) && !Array.isArray(shape)) {
      throw owner.error(place, `is ${described(value)}; an object is needed`);
    }
    const ofAny = shape === 'j' ? shape : undefined;
    const item = Array.isArray(shape) ? (shape[0] as Shape) : ofAny;
    return value.filter((each) => each !== NO_VALUE).map((each, i) => shaped(each, item, `${place}.${i}`, owner));
  }
  if (Array.isArray(shape)) return value === null ? undefined : [shaped(value, shape[0] as Shape, place, owner)];
  if (isValueObject(value)) {
    if (shape === 't' || shape === 'b' || shape === 'n') {
      throw owner.error(place, `is ${described(value)}; one value is needed`);
    }
    const entries = Object.entries(value).filter(([, item]) => item !== NO_VALUE);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, shaped(item, partOf(shape, key), `${place}.${key}`, owner)]),
    );
  }
  if (isContainer(shape) && value !== null) {
    throw owner.error(place, `is ${described(value)}; an object is needed`);
  }
  return scalar(value as null | boolean | number | string, shape);
}

function unknownName(value: Value): string | undefined {
  if (value instanceof UnknownValue) return value.name;
  return typeof value === 'string' && isWhollyUnknown(value) ? unknownNames(value)[0] : undefined;
}

function isContainer(shape: Shape | undefined): boolean {
  return typeof shape === 'object';
}

function partOf(shape: Shape | undefined, key: string): Shape | undefined {
  if (shape === 'j') return 'j';
  if (typeof shape !== 'object' || Array.isArray(shape)) return undefined;
  const parts = shape as { readonly [name: string]: Shape };
  return Object.prototype.hasOwnProperty.call(parts, key) ? parts[key] : parts['*'];
}

function scalar(value: null | boolean | number | string, shape: Shape | undefined): unknown {
  if (value === null) return undefined;
  if (shape === 'b' && typeof value === 'string' && /^(true|false)$/i.test(value)) return /^true$/i.test(value);
  if (shape === 'n' && typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  if (shape === 't' && typeof value !== 'string') return String(value);
  return value;
}

/** Marks what must not be read. */
const NAMES = new WeakMap<object, string>();

function unreadable<T extends object>(name: string, target: T, place: string): T {
  const refuse = (): never => {
    throw new UnknownValueError(`${place} is ${unknown(name)}`);
  };
  const proxy: T = new Proxy(target, {
    // Answers about a bucket are told apart by the text of its properties.
    get: (_, key) => (key === 'toJSON' ? () => unknown(name) : refuse()),
    has: refuse,
    ownKeys: refuse,
    getOwnPropertyDescriptor: refuse,
  });
  NAMES.set(proxy, name);
  return proxy;
}

/** Whether a property is an object or list of which nothing is known. */
export function isUnreadable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && NAMES.has(value);
}
