import { textOf } from './intrinsics';
import { generatedParts, isUnknown, unknown } from './unknown';
import { isValueList, type Value } from './value';
import type { World } from './world';

/**
 * How an account and a region that only the deployment knows are written; all stacks of an assembly that name none
 * share them.
 */
export const SOME_ACCOUNT = '{AccountId}';
export const SOME_REGION = '{Region}';
export const ACCOUNT = unknown('AWS::AccountId');
export const REGION = unknown('AWS::Region');

/** A text as a question asks of it: the account and the Region that are open are unknown. */
export function questioned(text: string): string {
  return text.replaceAll(SOME_ACCOUNT, ACCOUNT).replaceAll(SOME_REGION, REGION);
}

export function comparable(value: Value, error: () => Error): string {
  return isValueList(value) ? value.map((item: Value) => comparable(item, error)).join(',') : textOf(value, error);
}

/** Texts that differ in what is known of them before the first and after the last unknown part. */
export function neverEqual(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => {
    const open = text.indexOf('\u0001');
    return open === -1
      ? { before: text, after: text, whole: true }
      : { before: text.slice(0, open), after: text.slice(text.lastIndexOf('\u0002') + 1), whole: false };
  });
  const startsAlike = a.whole
    ? a.before.startsWith(b.before)
    : b.whole
      ? b.before.startsWith(a.before)
      : a.before.startsWith(b.before) || b.before.startsWith(a.before);
  const endsAlike = a.whole
    ? a.after.endsWith(b.after)
    : b.whole
      ? b.after.endsWith(a.after)
      : a.after.endsWith(b.after) || b.after.endsWith(a.after);
  return !startsAlike || !endsAlike;
}

/** Whether two names are one. @throws {UndecidedError} if only the deployment knows */
export function sameName(one: string, other: string, world: World): boolean {
  const [left, right] = [one, other].map(questioned);
  if (left === right) return true;
  if (!isUnknown(left) && !isUnknown(right)) return false;
  // Nobody spells out the name that CloudFormation is going to generate.
  if (generatedParts(left) !== generatedParts(right) || neverEqual(left, right)) return false;
  return world.same({ left, right });
}
