import type { RepeatedKey } from './source';

/** A template that cannot be understood: never a verdict. */
export class TemplateError extends Error {
  public constructor(place: string, problem: string) {
    super(`${place} ${problem}`);
    this.name = 'TemplateError';
  }
}

/** Of two values under one key, CloudFormation takes one: which, no page says. */
export function repeatedKeyError(stack: string, { path, at }: RepeatedKey): TemplateError {
  const place = path.slice(path[0] === 'Resources' ? 1 : 0, -1).join('.') || path[0];
  return new TemplateError(
    `${stack}, ${place} (${at.file}:${at.line})`,
    `has the key "${path[path.length - 1]}" twice; only one would count: remove the other`,
  );
}
