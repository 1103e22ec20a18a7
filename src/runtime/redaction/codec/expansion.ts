import { LimitExceededError } from '../errors';

/** How far a compressed object may grow. */
export interface ExpansionLimits {
  /** Decoded bytes for each encoded byte, counted once more than `RATIO_GRACE_BYTES` were decoded. */
  readonly expansionRatio: number;
  /** Decoded bytes of the object. */
  readonly decodedBytes: number;
}

/** Small objects compress beyond any sensible ratio (a megabyte of zeros is a kilobyte) and do no harm. */
const RATIO_GRACE_BYTES = 1 << 20;

/** Holds decoded bytes against encoded ones. */
export class Expansion {
  private decoded = 0;

  constructor(private readonly limits: ExpansionLimits) {}

  /** @throws LimitExceededError */
  public add(decodedBytes: number, encodedBytesSoFar: number): void {
    this.decoded += decodedBytes;
    const { expansionRatio, decodedBytes: maximum } = this.limits;
    if (this.decoded > maximum) throw new LimitExceededError('decodedBytes', maximum);
    if (this.decoded > RATIO_GRACE_BYTES && this.decoded > expansionRatio * Math.max(1, encodedBytesSoFar)) {
      throw new LimitExceededError('expansionRatio', expansionRatio);
    }
  }
}
