import { PolicyError } from '../errors';
import type { Pattern } from '../policy';
import type { Automaton } from './regular';
import { MAX_LENGTH, MAX_STATES, determinize, lengths, parse, reversed } from './regular';

/**
 * The policy's patterns as the kernel walks them: one automaton finds where some pattern begins, one for each how far
 * it goes.
 */
export interface PatternTable {
  readonly starts: Automaton;
  readonly longest: number;
  readonly patterns: ReadonlyArray<{ readonly kind: number; readonly wholeWord: boolean; readonly forward: Automaton }>;
}

/** @throws PolicyError for a pattern that is not regular, not bounded, may be empty, or needs too many states */
export function patternTable(
  patterns: readonly Pattern[],
  kindNumber: (kind: string) => number,
): PatternTable | undefined {
  if (patterns.length === 0) return undefined;
  const nodes = patterns.map((pattern) => {
    const node = parse(pattern.pattern, pattern.ignoreCase ?? false);
    const [least, most] = lengths(node);
    if (least === 0) {
      throw new PolicyError(
        `"pattern" is ${JSON.stringify(pattern.pattern)}: it matches nothing at all; make something in it required`,
      );
    }
    if (most > MAX_LENGTH) {
      throw new PolicyError(
        `"pattern" is ${JSON.stringify(pattern.pattern)}: its longest match has ${most} bytes, at most ` +
          `${MAX_LENGTH} are allowed`,
      );
    }
    return node;
  });
  const refuse = (pattern: string): never => {
    throw new PolicyError(
      `"pattern" is ${JSON.stringify(pattern)}: it needs more than ${MAX_STATES} states; shorten its ` +
        'counts or split it',
    );
  };
  const forward = nodes.map((node, i) => determinize([node], false) ?? refuse(patterns[i].pattern));
  const starts = determinize(nodes.map(reversed), true) ?? refuse(patterns.map(({ pattern }) => pattern).join(' | '));
  return {
    starts,
    longest: Math.max(...nodes.map((node) => lengths(node)[1])),
    patterns: patterns.map((pattern, i) => ({
      kind: kindNumber(pattern.kind),
      wholeWord: pattern.wholeWord ?? true,
      forward: forward[i],
    })),
  };
}

function automatonBytes({ next, accepts }: Automaton): number {
  return 256 + 4 + next.length * 2 + accepts.length + 8;
}

export function patternBytes(table: PatternTable): number {
  return (
    16 +
    automatonBytes(table.starts) +
    table.patterns.reduce((sum, { forward }) => sum + 16 + automatonBytes(forward), 0)
  );
}

/**
 * Writes the table at `at`: longest match, number of patterns, address of the start automaton, then for each pattern
 * kind, whole word, address, and where the last match ended. An automaton: 256 classes, the class count, the address of
 * the accepting flags, transitions.
 */
export function writePatterns(view: DataView, at: number, table: PatternTable): void {
  view.setInt32(at, table.longest, true);
  view.setInt32(at + 4, table.patterns.length, true);
  let free = at + 16 + table.patterns.length * 16;
  const write = (automaton: Automaton): number => {
    const address = free;
    automaton.classes.forEach((c, i) => view.setUint8(address + i, c));
    view.setInt32(address + 256, automaton.classCount, true);
    automaton.next.forEach((to, i) => view.setUint16(address + 264 + i * 2, to, true));
    const accepts = address + 264 + automaton.next.length * 2;
    view.setInt32(address + 260, accepts, true);
    automaton.accepts.forEach((on, i) => view.setUint8(accepts + i, on));
    free = (accepts + automaton.accepts.length + 3) & ~3;
    return address;
  };
  view.setInt32(at + 8, write(table.starts), true);
  table.patterns.forEach(({ kind, wholeWord, forward }, i) => {
    const row = at + 16 + i * 16;
    view.setInt32(row, kind, true);
    view.setInt32(row + 4, wholeWord ? 1 : 0, true);
    view.setInt32(row + 8, write(forward), true);
  });
}
