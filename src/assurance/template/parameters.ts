import { isUnknown } from './unknown';
import { isList, type JsonObject, type Value } from './value';

/** The values that a parameter can have, where the template lists them. */
export function allowedValues(parameter: JsonObject): string[] {
  const values = parameter.AllowedValues;
  return isList(values) ? values.filter((value) => typeof value !== 'object').map(String) : [];
}

/** A value of a parameter as its type has it: the types of lists take one text, with commas. */
export function typed(value: Value, type: string): Value {
  return typeof value === 'string' && /^(List<|CommaDelimitedList)/.test(type) && !isUnknown(value)
    ? value.split(',').map((item) => item.trim())
    : value;
}
