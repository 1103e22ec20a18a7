import type { Geometry } from './geometry';
import type { ImageHeader } from './header';
import type { ImageFormat } from '../../object-views/transform-spec';

/** Eight bits each of red, green, blue and opacity, not multiplied. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A picture that is put over another, once for each place. */
export interface Stamp extends Pixels {
  readonly places: ReadonlyArray<readonly [x: number, y: number]>;
}

export interface ImageJob {
  readonly bytes: Uint8Array;
  readonly header: ImageHeader;
  readonly geometry: Geometry;
  readonly background: readonly [red: number, green: number, blue: number];
  readonly stamp?: Stamp;
  readonly format: ImageFormat;
  readonly quality: number;
}

/**
 * What decodes and encodes. Nothing but pixels passes from one to the other, so no metadata does. An engine rejects
 * with the signal's reason as soon as the signal comes.
 */
export interface ImageEngine {
  /** Decoded, as stored: the orientation is not applied. */
  decode(format: ImageFormat, bytes: Uint8Array, signal?: AbortSignal): Promise<Pixels>;
  resize(pixels: Pixels, width: number, height: number, signal?: AbortSignal): Promise<Pixels>;
  render(job: ImageJob, signal?: AbortSignal): Promise<Uint8Array>;
}
