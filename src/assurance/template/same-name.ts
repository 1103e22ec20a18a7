import { textOf } from './intrinsics';
import { generatedParts, isUnknown, unknown } from './unknown';
import { isValueList, NO_VALUE, type Value } from './value';
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
  // What CloudFormation makes of it no page says, so it may be equal to anything.
  if (value === NO_VALUE) return unknown('AWS::NoValue');
  return isValueList(value) ? value.map((item: Value) => comparable(item, error)).join(',') : textOf(value, error);
}

/** A text that is known as a whole, against one of which parts are open: an account is twelve digits. */
function cannotBe(literal: string, open: string): boolean {
  const form = open
    .split(/(\u0001[^\u0002]*\u0002)/)
    .map((part) => {
      if (part === ACCOUNT) return '\\d{12}';
      if (part === REGION) return '[a-z]+(?:-[a-z0-9]+)+';
      return isUnknown(part) ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  return !new RegExp(`^${form}$`, 's').test(literal);
}

/** Texts of which at least one has unknown parts, and which differ in what is known of them. */
export function neverEqual(one: string, other: string): boolean {
  if (!isUnknown(one)) return cannotBe(one, other);
  if (!isUnknown(other)) return cannotBe(other, one);
  const [a, b] = [one, other].map((text) => ({
    before: text.slice(0, text.indexOf('\u0001')),
    after: text.slice(text.lastIndexOf('\u0002') + 1),
  }));
  const startsAlike = a.before.startsWith(b.before) || b.before.startsWith(a.before);
  const endsAlike = a.after.endsWith(b.after) || b.after.endsWith(a.after);
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
