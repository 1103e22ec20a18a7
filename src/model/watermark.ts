import { validationError } from '../input/validation-error';
import type { WatermarkSpec } from '../runtime/object-views/transform-spec';

/** Where a watermark stands. */
export enum WatermarkPosition {
  /** Over the whole picture, again and again. */
  TILE = 'tile',
  CENTER = 'center',
  TOP_LEFT = 'top-left',
  TOP_RIGHT = 'top-right',
  BOTTOM_LEFT = 'bottom-left',
  BOTTOM_RIGHT = 'bottom-right',
}

/** Options of a watermark. */
export interface WatermarkOptions {
  /**
   * Where it stands.
   *
   * @default WatermarkPosition.TILE
   */
  readonly position?: WatermarkPosition;

  /**
   * 0 to 1.
   *
   * @default 0.35
   */
  readonly opacity?: number;

  /**
   * Its height as a share of the picture's smaller side, 0 to 1.
   *
   * @default 0.06
   */
  readonly size?: number;

  /**
   * Of text, `#rrggbb`.
   *
   * @default - white with a dark edge
   */
  readonly color?: string;
}

/**
 * What is written over a picture, so that a leaked copy tells who took it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-use-cases.html
 *
 * @example
 * Transform.image({ width: 1200, watermark: Watermark.text('{caller} {date}') });
 */
export class Watermark {
  /**
   * Text. `{caller}`, `{claim:NAME}`, `{date}`, `{view}` and `{key}` are filled in; one that a request cannot fill is
   * an error for that request. Of callers that IAM knows `{caller}` is the ARN, and the claims are `role` and
   * `session`, or `user`.
   */
  public static text(text: string, options: WatermarkOptions = {}): Watermark {
    if (text.trim() === '') {
      throw validationError({
        property: 'text',
        actual: text,
        expected: 'some text',
        hint: 'write what the picture says, for example "{caller}"',
      });
    }
    const unknown = [...text.matchAll(/\{([^}]*)\}/g)].find(
      ([, name]) => !/^(caller|date|view|key|claim:[\w:./-]+)$/.test(name),
    );
    if (unknown) {
      throw validationError({
        property: 'text',
        actual: unknown[0],
        expected: '{caller}, {claim:NAME}, {date}, {view} and {key}',
        hint: 'correct the placeholder',
      });
    }
    return new Watermark({ text, ...checked(options) });
  }

  /** A picture, PNG as base64. */
  public static picture(base64: string, options: WatermarkOptions = {}): Watermark {
    if (!base64.startsWith('iVBORw0KGgo')) {
      throw validationError({
        property: 'base64',
        actual: base64.slice(0, 16),
        expected: 'a PNG file as base64',
        hint: 'convert the picture to PNG and encode it',
      });
    }
    return new Watermark({ picture: base64, ...checked(options) });
  }

  private constructor(
    /** @internal */
    public readonly _spec: WatermarkSpec,
  ) {}

  /** @internal What it must know of the caller: `caller`, `claim:NAME`. */
  public get _asks(): string[] {
    return [...(this._spec.text ?? '').matchAll(/\{(caller|claim:[^}]*)\}/g)].map(([, name]) => name);
  }
}

function checked(options: WatermarkOptions): WatermarkOptions {
  for (const [property, value] of [
    ['opacity', options.opacity],
    ['size', options.size],
  ] as const) {
    if (value !== undefined && !(value > 0 && value <= 1)) {
      throw validationError({
        property,
        actual: value,
        expected: 'a number above 0, at most 1',
        hint: 'correct it, or leave it out',
      });
    }
  }
  if (options.color !== undefined && !/^#[0-9a-fA-F]{6}$/.test(options.color)) {
    throw validationError({
      property: 'color',
      actual: options.color,
      expected: 'a color as #rrggbb',
      hint: 'write six hexadecimal digits',
    });
  }
  return options;
}
