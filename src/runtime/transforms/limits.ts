import type { StructureSpec } from '../object-views/contract';
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
