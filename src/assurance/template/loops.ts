import { textOf } from './intrinsics';
import type { TemplateError } from './template-error';
import { isOpen } from './unknown';
import {
  described,
  isList,
  isObject,
  isValueList,
  UnknownValue,
  type Json,
  type JsonObject,
  type Value,
} from './value';

/** What a loop needs of the template that it stands in. */
export interface LoopContext {
  error(place: string, problem: string): TemplateError;
  /** The texts that a loop runs over; undefined: only the deployment knows them. */
  collection(raw: Json, place: string): readonly string[] | undefined;
}

/** More copies than this are no template. */
const MAX_COPIES = 5000;

/**
 * Replaces each `Fn::ForEach::NAME` of an object by its copies, as the transform AWS::LanguageExtensions does.
 * @returns undefined if only the deployment knows what the object holds
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-foreach.html
 */
export function expandLoops(
  object: JsonObject,
  place: string,
  context: LoopContext,
  depth = 0,
): JsonObject | undefined {
  if (!Object.keys(object).some(isLoop)) return object;
  if (depth > 10) throw context.error(place, 'has Fn::ForEach in more than 10 levels');
  const out: Record<string, Json> = {};
  for (const [key, value] of Object.entries(object)) {
    if (!isLoop(key)) {
      out[key] = value;
      continue;
    }
    const at = `${place}.${key}`;
    const [variable, over, fragment] = isList(value) ? value : [];
    if (!isList(value) || value.length !== 3 || typeof variable !== 'string' || !isObject(fragment)) {
      throw context.error(at, `is ${described(value)}; a variable, a collection and a fragment are needed`);
    }
    const items = context.collection(over, at);
    if (items === undefined) return undefined;
    for (const item of items) {
      const copy = expandLoops(replaced(fragment, variable, item) as JsonObject, at, context, depth + 1);
      if (copy === undefined) return undefined;
      Object.assign(out, copy);
      if (Object.keys(out).length > MAX_COPIES) throw context.error(at, `makes more than ${MAX_COPIES} copies`);
    }
  }
  return out;
}

/** Whether a key is not one of the template, but stands for the copies of a loop. */
export function isLoop(key: string): boolean {
  return key.startsWith('Fn::ForEach::');
}

/**
 * A fragment with the value of the loop's variable: in texts and keys as `${Name}`, `&{Name}` for its letters and
 * digits alone, and as `Ref`.
 */
function replaced(raw: Json, variable: string, item: string): Json {
  const inText = (text: string) =>
    text.replaceAll(`\${${variable}}`, item).replaceAll(`&{${variable}}`, item.replace(/[^A-Za-z0-9]/g, ''));
  if (typeof raw === 'string') return inText(raw);
  if (isList(raw)) return raw.map((each) => replaced(each, variable, item));
  if (!isObject(raw)) return raw;
  if (Object.keys(raw).length === 1 && raw.Ref === variable) return item;
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [inText(key), replaced(value, variable, item)]));
}

/** The texts that a loop runs over; undefined if only the deployment knows them. */
export function textsIn(value: Value, error: (problem: string) => Error): readonly string[] | undefined {
  if (value instanceof UnknownValue) return undefined;
  if (!isValueList(value)) throw error(`runs over ${described(value)}; a list is needed`);
  const texts = value.map((item: Value) => textOf(item, () => error(`runs over ${described(item)}; texts are needed`)));
  return texts.some(isOpen) ? undefined : texts;
}
