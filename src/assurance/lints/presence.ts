import type { LooseCondition } from './documents';
import { OPERATORS } from './operators';

/** Whether the test is true of a request that lacks the key. */
export function matchesAbsence({ operator, ifExists, values }: LooseCondition): boolean {
  if (/^null$/i.test(operator)) return values.length === 1 && /^true$/i.test(values[0]);
  return ifExists || isNegated(operator);
}

/** Whether the test is false of a request that lacks the key. */
export const demandsPresence = ({ operator, key, values }: LooseCondition, wanted: string): boolean =>
  /^null$/i.test(operator) &&
  key.toLowerCase() === wanted.toLowerCase() &&
  values.every((value) => /^false$/i.test(value));

export const isNegated = (operator: string): boolean => OPERATORS.get(operator.toLowerCase())?.negated === true;
