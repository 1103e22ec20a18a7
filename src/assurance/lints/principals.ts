import { isObject, type LooseStatement } from './documents';

/** One name in the `Principal` or `NotPrincipal` of a statement. */
export interface NamedPrincipal {
  /** e.g. `AWS`, `Service` */
  readonly type: string;
  readonly value: string;
  readonly location: string;
}

/** Principals that are text; `*` alone has no type and is none of them. */
export function principalsOf({ raw, location }: LooseStatement): NamedPrincipal[] {
  return ['Principal', 'NotPrincipal'].flatMap((element) =>
    Object.entries(isObject(raw[element]) ? raw[element] : {}).flatMap(([type, values]) =>
      (Array.isArray(values) ? values : [values])
        .filter((value): value is string => typeof value === 'string')
        .map((value) => ({ type, value, location: `${location}.${element}.${type}` })),
    ),
  );
}

/** Whether `Principal` names everyone, anonymous callers included. */
export function isEveryone(principal: unknown): boolean {
  if (principal === '*') return true;
  const named = isObject(principal) ? principal.AWS : undefined;
  return named === '*' || (Array.isArray(named) && named.includes('*'));
}

export function isConditional(condition: unknown): boolean {
  return condition !== undefined && JSON.stringify(condition) !== '{}';
}
