import type { Watermark } from './watermark';

/** How a picture fills its box. */
export enum ImageFit {
  /** Keeps the proportions within the box. */
  INSIDE = 'inside',
  /** Fills it and cuts. */
  COVER = 'cover',
  /** Fills it and pads. */
  CONTAIN = 'contain',
  /** Distorts. */
  FILL = 'fill',
}

/** What a picture is encoded as. */
export enum ImageFormat {
  JPEG = 'jpeg',
  PNG = 'png',
  WEBP = 'webp',
}

/** Options of `Transform.image()`. Metadata (EXIF, GPS) never goes through. */
export interface ImageOptions {
  /**
   * Pixels.
   *
   * @default - follows from the height, or as the original
   */
  readonly width?: number;

  /**
   * Pixels.
   *
   * @default - follows from the width, or as the original
   */
  readonly height?: number;

  /**
   * How the picture fills `width` and `height`.
   *
   * @default ImageFit.INSIDE
   */
  readonly fit?: ImageFit;

  /**
   * Whether a small picture is made larger.
   *
   * @default false
   */
  readonly enlarge?: boolean;

  /**
   * Under padding and transparency, `#rrggbb`.
   *
   * @default '#ffffff'
   */
  readonly background?: string;

  /**
   * What is written over the picture.
   *
   * @default - nothing
   */
  readonly watermark?: Watermark;

  /**
   * The encoding.
   *
   * @default - the original's
   */
  readonly format?: ImageFormat;

  /**
   * 1 to 100; PNG has none.
   *
   * @default 80
   */
  readonly quality?: number;

  /**
   * The largest file that is taken, in bytes.
   *
   * @default 33554432 - 32 MiB
   */
  readonly maxBytes?: number;

  /**
   * Width times height that is taken, read before anything is decoded.
   *
   * @default 40000000
   */
  readonly maxPixels?: number;
}
