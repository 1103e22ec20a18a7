import { readFileSync } from 'node:fs';
import type { Comparison, Entry } from './compare';

/** One change that somebody reviewed and wants. */
export interface AllowedChange {
  /** Construct path, or stack and logical id. */
  readonly path: string;
  /** The request in words, as `diff` prints it. */
  readonly opens: string;
  readonly reason: string;
}

/** @throws saying what is wrong with the file */
export function readAllowed(file: string): AllowedChange[] {
  const wrong = (problem: string) =>
    new Error(
      `${file} must be a JSON file of allowed changes: it ${problem}. ` +
        '{"version": 1, "allowed": [{"path": "...", "opens": "...", "reason": "..."}]} is needed.',
    );
  let content: any;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw wrong(`cannot be read (${(error as Error).message})`);
  }
  if (content?.version !== 1 || !Array.isArray(content.allowed)) throw wrong('has no "version" 1 or no list "allowed"');
  return content.allowed.map((each: any, index: number) => {
    for (const field of ['path', 'opens', 'reason'] as const) {
      if (typeof each?.[field] !== 'string' || each[field].trim() === '') {
        throw wrong(`has an entry (number ${index + 1}) whose "${field}" is not text`);
      }
    }
    return { path: each.path, opens: each.opens, reason: each.reason };
  });
}

/** A comparison with what was allowed beforehand told apart. */
export interface JudgedComparison extends Comparison {
  /** What opens and nobody allowed. */
  readonly opening: readonly Entry[];
  readonly unknown: readonly Entry[];
  readonly closing: readonly Entry[];
  readonly allowed: ReadonlyArray<{ readonly entry: Entry; readonly reason: string }>;
}

export function judged(comparison: Comparison, allowed: readonly AllowedChange[] = []): JudgedComparison {
  const reasonOf = ({ path, sentence }: Entry) =>
    allowed.find((each) => each.path === path && each.opens.replace(/\.$/, '') === sentence)?.reason;
  const of = (effect: Entry['effect']) => comparison.entries.filter((entry) => entry.effect === effect);
  return {
    ...comparison,
    opening: of('opens').filter((entry) => reasonOf(entry) === undefined),
    unknown: of('unknown'),
    closing: of('closes'),
    allowed: of('opens').flatMap((entry) => {
      const reason = reasonOf(entry);
      return reason === undefined ? [] : [{ entry, reason }];
    }),
  };
}
