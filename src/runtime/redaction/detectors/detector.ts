import type { BuiltInKind } from '../kinds';

/** What a detector says of itself: the documentation is made of this, and the kernel's tables of the data beside it. */
export interface Detector {
  readonly kind: BuiltInKind;
  readonly title: string;
  /** What is claimed, and how it is checked. */
  readonly rule: string;
  /** Bytes of the longest match that is decided at once; `tail` when what follows in the same alphabet belongs to it, however long. */
  readonly longest: number;
  readonly tail?: boolean;
  /** What must stand near for a form that says too little by itself. */
  readonly context?: string;
  /** Values that are not found, and things that are wrongly found. */
  readonly misses: string;
  /** Made-up values that are found. */
  readonly examples: readonly string[];
}
