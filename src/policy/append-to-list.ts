import { Lazy, Token, type IResolvable } from 'aws-cdk-lib';

/**
 * Adds to a list inside an L1 setting, of which the L2 may still add items of its own until synthesis. An item that is
 * there already, to the letter, is not added again.
 */
export function appendToList<T extends object, I>(
  before: T | IResolvable | undefined,
  list: keyof T & string,
  item: I,
): T | IResolvable {
  const add = (setting: T | undefined): T => {
    const items = (setting?.[list] ?? []) as I[];
    const known = items.some((other) => JSON.stringify(other) === JSON.stringify(item));
    return { ...setting, [list]: known ? items : [...items, item] } as T;
  };
  return Token.isUnresolved(before) || Token.isUnresolved((before as T | undefined)?.[list])
    ? Lazy.uncachedAny({ produce: (context) => add(context.resolve(before)) })
    : add(before as T | undefined);
}
