/**
 * Patterns of EventBridge, evaluated against sample events. A field that a sample does not have at all may have any
 * value; one that it has as undefined is absent. Undefined is also the answer where it depends on such a field, on what
 * only the deployment knows, or on an operator that is not evaluated.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
import { every, some, type Answer } from './trail-events';
import { isUnknown } from '../template/unknown';

export type SampleEvent = Readonly<Record<string, unknown>>;

/** What a sample leaves open. */
const OPEN = Symbol('open');

export function hears(pattern: unknown, event: SampleEvent): Answer {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) return undefined;
  return object(pattern, event);
}

function object(pattern: SampleEvent, value: unknown): Answer {
  return every(
    Object.entries(pattern).map(([key, inner]): Answer => {
      if (key === '$or') {
        return Array.isArray(inner) && inner.every(isObject) ? some(inner.map((one) => object(one, value))) : undefined;
      }
      if (key.startsWith('$')) return undefined;
      return field(inner, value === OPEN ? OPEN : isObject(value) ? (key in value ? value[key] : OPEN) : undefined);
    }),
  );
}

function field(pattern: unknown, value: unknown): Answer {
  if (Array.isArray(pattern)) return some(pattern.map((test) => leaf(test, value)));
  if (!isObject(pattern)) return undefined;
  if (!Array.isArray(value)) return object(pattern, value);
  // The parts of a pattern must hold of the same item, and a missing field must be missing in all of them.
  const only = path(pattern);
  if (only) {
    return field(
      only.test,
      value.flatMap((item) => at(item, only.keys)),
    );
  }
  const isOpen = JSON.stringify(pattern).includes('"exists":false');
  return isOpen ? undefined : some(value.map((item) => object(pattern, item)));
}

/** The keys to the one list of tests of a pattern. */
function path(pattern: SampleEvent): { readonly keys: string[]; readonly test: unknown[] } | undefined {
  const [[key, inner], ...more] = Object.entries(pattern);
  if (more.length > 0 || key.startsWith('$')) return undefined;
  if (Array.isArray(inner)) return { keys: [key], test: inner };
  const further = isObject(inner) && Object.keys(inner).length > 0 ? path(inner) : undefined;
  return further && { keys: [key, ...further.keys], test: further.test };
}

function at(value: unknown, [key, ...more]: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => at(item, [key, ...more]));
  if (!isObject(value) || !(key in value)) return [];
  const found = value[key];
  return more.length > 0 ? at(found, more) : [found].flat();
}

function leaf(test: unknown, value: unknown): Answer {
  if (typeof test === 'string' && isUnknown(test)) return undefined;
  const exists = isObject(test) && Object.keys(test).length === 1 ? test.exists : undefined;
  if (value === OPEN) return undefined;
  const items: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  if (exists !== undefined) return typeof exists === 'boolean' ? exists === items.length > 0 : undefined;
  if (isObject(test) && 'anything-but' in test && items.length > 1) return undefined;
  return some(items.map((item) => passes(test, item)));
}

function passes(test: unknown, value: unknown): Answer {
  if (isObject(value)) return undefined;
  if (!isObject(test)) return test === value;
  const [[operator, wanted], ...more] = Object.entries(test);
  if (more.length > 0) return undefined;
  if (operator === 'anything-but') {
    const excluded = some([wanted].flat().map((each) => (isObject(each) ? inside(each, value) : known(each, value))));
    return excluded === undefined ? undefined : !excluded;
  }
  return text(operator, wanted, value);
}

/** Of the operators in `anything-but` each may have several values. */
function inside(test: SampleEvent, value: unknown): Answer {
  const [[operator, wanted], ...more] = Object.entries(test);
  return more.length > 0 ? undefined : some([wanted].flat().map((each) => text(operator, each, value)));
}

function known(wanted: unknown, value: unknown): Answer {
  return typeof wanted === 'string' && isUnknown(wanted) ? undefined : wanted === value;
}

function text(operator: string, wanted: unknown, value: unknown): Answer {
  if (typeof wanted !== 'string' || isUnknown(wanted)) return undefined;
  if (typeof value !== 'string') return false;
  switch (operator) {
    case 'prefix':
      return value.startsWith(wanted);
    case 'suffix':
      return value.endsWith(wanted);
    case 'equals-ignore-case':
      return value.toLowerCase() === wanted.toLowerCase();
    case 'wildcard':
      return /\\/.test(wanted)
        ? undefined
        : new RegExp(`^${wanted.split('*').map(escaped).join('.*')}$`, 's').test(value);
    default:
      return undefined;
  }
}

function escaped(part: string): string {
  return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function isObject(value: unknown): value is SampleEvent {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
