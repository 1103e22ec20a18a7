import { TransformError } from './errors';
import type { StructureSpec } from '../object-views/transform-spec';
import { LimitExceededError } from '../redaction/errors';

const DEFAULTS = { depth: 256, fieldBytes: 1 << 20, fields: 10_000 } as const;

/** What a reader of a structured format holds its input against. */
export class StructureLimits {
  public readonly depth: number;
  public readonly fieldBytes: number;
  public readonly fields: number;

  constructor(spec: StructureSpec = {}) {
    this.depth = spec.depth ?? DEFAULTS.depth;
    this.fieldBytes = spec.fieldBytes ?? DEFAULTS.fieldBytes;
    this.fields = spec.fields ?? DEFAULTS.fields;
  }

  public checkDepth(depth: number): void {
    if (depth > this.depth) throw new LimitExceededError('depth', this.depth);
  }

  public checkField(length: number): void {
    if (length > this.fieldBytes) throw new LimitExceededError('fieldBytes', this.fieldBytes);
  }

  public checkFields(count: number): void {
    if (count > this.fields) throw new LimitExceededError('fields', this.fields);
  }
}

const OUTPUT_RATIO = 200;
/** Small objects may grow by any ratio and do no harm. */
const OUTPUT_GRACE = 1 << 20;

/** How much a change of format may write: a long name that is repeated for each value makes gigabytes of kilobytes. */
export class OutputLimit {
  private given = 0;

  /**
   * @param held characters that are written and not given out yet
   * @param read how far the input was read when they were written, which does not depend on how it was cut
   */
  public check(held: number, read: number): void {
    const written = this.given + held;
    if (written > OUTPUT_GRACE && written > OUTPUT_RATIO * read) {
      throw new TransformError(
        'OutputLimitExceeded',
        `the new format would have more than ${OUTPUT_RATIO} times the bytes of the object: a long name is repeated`,
      );
    }
  }

  public give(characters: number): void {
    this.given += characters;
  }
}
