import type { BuiltInKind } from '../kinds';

/** What a detector says of itself; docs/redaction.md is made of this. */
export interface Detector {
  readonly kind: BuiltInKind;
  readonly title: string;
  /** What is claimed, and how it is checked. */
  readonly rule: string;
  /**
   * Bytes of the longest match that is decided at once. `Infinity`: what follows in the same alphabet belongs to it,
   * however long.
   */
  readonly longest: number;
  /** Where a word must name it: the forms that say too little by themselves. */
  readonly context?: string;
  /** What is not found, and what is wrongly found. */
  readonly misses: string;
  /** Made-up values that are found by themselves. */
  readonly examples: readonly string[];
}

/** How most of them ask for a word. */
export const WORDS = 'a word for it in the 64 bytes before';
