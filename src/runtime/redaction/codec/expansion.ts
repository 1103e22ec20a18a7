import { LimitExceededError } from '../errors';

/** How far a compressed object may grow. */
export interface ExpansionLimits {
  /**
   * Decoded bytes for each encoded byte of the outermost coding, counted once more than `RATIO_GRACE_BYTES` were
   * decoded.
   */
  readonly expansionRatio: number;
  /** Decoded bytes of each coding. */
  readonly decodedBytes: number;
}

/** Small objects compress beyond any sensible ratio (a megabyte of zeros is a kilobyte) and do no harm. */
const RATIO_GRACE_BYTES = 1 << 20;

/** Compares decoded bytes with encoded ones. */
export class Expansion {
  private decoded = 0;
  private encoded = 0;

  /** @param outer of the coding around this one: all layers count against the bytes of the outermost */
  constructor(
    private readonly limits: ExpansionLimits,
    private readonly outer?: Expansion,
  ) {}

  /** @throws LimitExceededError */
  public add(decodedBytes: number, encodedBytesSoFar: number): void {
    this.decoded += decodedBytes;
    this.encoded = encodedBytesSoFar;
    const { expansionRatio, decodedBytes: maximum } = this.limits;
    if (this.decoded > maximum) throw new LimitExceededError('decodedBytes', maximum);
    if (this.decoded > RATIO_GRACE_BYTES && this.decoded > expansionRatio * Math.max(1, this.outermost)) {
      throw new LimitExceededError('expansionRatio', expansionRatio);
    }
  }

  private get outermost(): number {
    return this.outer ? this.outer.outermost : this.encoded;
  }
}

/** The codings of one object, from the outermost to the innermost: nested ones share one limit. */
export class DecodingLayers {
  private innermost: Expansion | undefined;

  public next(limits: ExpansionLimits): Expansion {
    return (this.innermost = new Expansion(limits, this.innermost));
  }
}
