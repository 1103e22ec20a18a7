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

/** An unknown part, or a name that CloudFormation generates: equal to itself, whatever it is. */
const PART = /(\u0001[^\u0002]*\u0002|\{[A-Za-z0-9][^{}\u0001\u0002]*\})/;

/** The parts of a text, and of what is known of it each letter. */
function partsOf(text: string): string[] {
  return text.split(PART).flatMap((part, i) => (i % 2 === 1 ? [part] : [...part]));
}

const isPart = (part: string | undefined): boolean => part !== undefined && part.length > 1;

/** Texts of which at least one has unknown parts, and which differ in what is known of them. */
export function neverEqual(one: string, other: string): boolean {
  const a = partsOf(one);
  const b = partsOf(other);
  // What is alike at either end says nothing.
  while (a.length > 0 && a[0] === b[0]) {
    a.shift();
    b.shift();
  }
  while (a.length > 0 && a[a.length - 1] === b[b.length - 1]) {
    a.pop();
    b.pop();
  }
  if (a.length > 0 && b.length > 0) {
    const differs = (left: string, right: string) => !isPart(left) && !isPart(right) && left !== right;
    if (differs(a[0], b[0]) || differs(a[a.length - 1], b[b.length - 1])) return true;
  }
  if (!a.some(isPart)) return cannotBe(a.join(''), b.join(''));
  if (!b.some(isPart)) return cannotBe(b.join(''), a.join(''));
  // The same parts, and a different number of letters around them.
  return a.filter(isPart).sort().join() === b.filter(isPart).sort().join() && a.length !== b.length;
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
