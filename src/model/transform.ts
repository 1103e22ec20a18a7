import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { type XmlToJsonOptions, type JsonToXmlOptions, type CsvToJsonOptions } from './document-transforms';
import { type EnrichOptions } from './enrichment';
import { type ImageOptions } from './image-transform';
import type { Lookup } from './lookup';
import type { RedactionPolicy } from './redaction-policy';
import type { TransformHost } from './transform-host';
import { validationError } from '../input/validation-error';
import type { TransformSpec } from '../runtime/object-views/transform-spec';

/** Options of `Transform.decompress()`. */
export interface DecompressOptions {
  /**
   * Also files that are compressed as such (`.gz`, `.zst`, `.br`), with no Content-Encoding.
   *
   * @default false
   */
  readonly files?: boolean;

  /**
   * Bytes that one compressed byte may become.
   *
   * @default 200
   */
  readonly expansionRatio?: number;
}

/** Options of `Transform.custom()`. */
export interface CustomTransformOptions {
  /**
   * The file of the code that exports the transform, as it lies below `/opt`.
   *
   * @default 'transform.js'
   */
  readonly file?: string;

  /**
   * The name of the exported function.
   *
   * @default 'transform'
   */
  readonly exportName?: string;

  /**
   * Handed to the function as its options; literal JSON.
   *
   * @default - none
   */
  readonly options?: { [name: string]: any };

  /**
   * `Content-Type` of what it makes.
   *
   * @default - the input's
   */
  readonly contentType?: string;
}

/**
 * What is done to an object on its way out. Transforms are values; a view runs them in a function of the library.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-writing-lambda.html
 *
 * @example
 * Transform.chain(Transform.xmlToJson({ arrays: ['order/item'] }), Transform.redact(RedactionPolicy.standard()));
 */
export class Transform {
  /** Replaces what the policy finds. */
  public static redact(policy: RedactionPolicy): Transform {
    return new Transform(() => [{ type: 'redact', policy: policy._document }], {
      hashes: [policy.hash],
      pseudonyms: policy._usesPseudonyms,
    });
  }

  /** XML as JSON, streaming; DTDs and entity definitions are refused. */
  public static xmlToJson(options: XmlToJsonOptions = {}): Transform {
    return new Transform(() => [{ type: 'xmlToJson', ...options }]);
  }

  /** JSON as XML, streaming. */
  public static jsonToXml(options: JsonToXmlOptions = {}): Transform {
    return new Transform(() => [{ type: 'jsonToXml', ...options }]);
  }

  /** CSV as one JSON object a line, or as an array. */
  public static csvToJson(options: CsvToJsonOptions = {}): Transform {
    const { asArray, ...rest } = options;
    return new Transform(() => [{ type: 'csvToJson', ...rest, output: asArray ? 'array' : 'ndjson' }]);
  }

  /** Resizes, re-encodes and marks pictures (JPEG, PNG, WebP), without their metadata. Animations are refused. */
  public static image(options: ImageOptions = {}): Transform {
    const { width, height, fit, enlarge, background, watermark, format, quality, maxBytes, maxPixels } = options;
    for (const [property, value, most] of [
      ['width', width, 16_384],
      ['height', height, 16_384],
      ['quality', quality, 100],
    ] as const) {
      if (value !== undefined && (!Number.isInteger(value) || value < 1 || value > most)) {
        throw validationError({
          property,
          actual: value,
          expected: `a whole number from 1 to ${most}`,
          hint: 'correct it, or leave it out',
        });
      }
    }
    const resized = width !== undefined || height !== undefined;
    return new Transform(
      () => [
        {
          type: 'image',
          resize: resized ? { width, height, fit, enlarge, background } : undefined,
          watermark: watermark?._spec,
          format,
          quality,
          limits:
            maxBytes === undefined && maxPixels === undefined ? undefined : { bytes: maxBytes, pixels: maxPixels },
        },
      ],
      { image: { bytes: maxBytes ?? 32 * 2 ** 20, pixels: maxPixels ?? 40_000_000 }, asks: watermark?._asks },
    );
  }

  /** Adds fields to the records of JSON, NDJSON or CSV from a lookup. */
  public static enrich(lookup: Lookup, options: EnrichOptions): Transform {
    if (Object.keys(options.add).length === 0) {
      throw validationError({
        property: 'add',
        actual: {},
        expected: 'at least one property to add',
        hint: "name it: { segment: 'segment' }",
      });
    }
    return new Transform((host) => [{ type: 'enrich', ...options, lookup: lookup._bind(host) }]);
  }

  /**
   * Takes gzip, deflate, br or zstd away. A transform that needs plain bytes does it by itself where the
   * Content-Encoding says so.
   */
  public static decompress(options: DecompressOptions = {}): Transform {
    const { files, expansionRatio } = options;
    return new Transform(() => [
      { type: 'decompress', files, limits: expansionRatio === undefined ? undefined : { expansionRatio } },
    ]);
  }

  /** Code of your own, in a layer of the function. docs/transforms.md says what it exports. */
  public static custom(code: lambda.Code, options: CustomTransformOptions = {}): Transform {
    const { file = 'transform.js', ...rest } = options;
    if (!/^[\w.-]+(\/[\w.-]+)*$/.test(file) || file.split('/').includes('..')) {
      throw validationError({
        property: 'file',
        actual: file,
        expected: 'a path inside the code',
        hint: 'write it as it lies in the code, for example "transform.js"',
      });
    }
    return new Transform((host) => [{ type: 'custom', module: `/opt/${file}`, ...rest, version: host.layer(code) }]);
  }

  /** One after the other, each on what the one before gave. */
  public static chain(...transforms: Transform[]): Transform {
    if (transforms.length === 0) {
      throw validationError({
        property: 'transforms',
        actual: '[]',
        expected: 'at least one transform',
        hint: 'name what is done to the object',
      });
    }
    return new Transform((host) => transforms.flatMap((transform) => transform._bind(host)), {
      hashes: transforms.flatMap(({ _facts }) => _facts.hashes ?? []),
      pseudonyms: transforms.some(({ _facts }) => _facts.pseudonyms),
      image: largest(transforms.flatMap(({ _facts }) => _facts.image ?? [])),
      asks: transforms.flatMap(({ _facts }) => _facts.asks ?? []),
    });
  }

  private constructor(
    /** @internal */
    public readonly _bind: (host: TransformHost) => TransformSpec[],
    /** @internal What a construct must know of it. */
    public readonly _facts: TransformFacts = {},
  ) {}
}

/**
 * What a construct must know of a transform.
 *
 * @internal
 */
export interface TransformFacts {
  /** Hashes of the redaction policies in it. */
  readonly hashes?: readonly string[];
  /** Whether it needs the secret of the pseudonyms. */
  readonly pseudonyms?: boolean;
  /** What it writes of the caller: `caller`, `claim:NAME`. */
  readonly asks?: readonly string[];
  /** The largest picture that it takes, if it takes pictures. */
  readonly image?: { readonly bytes: number; readonly pixels: number };
}

function largest(images: ReadonlyArray<{ readonly bytes: number; readonly pixels: number }>): TransformFacts['image'] {
  if (images.length === 0) return undefined;
  return {
    bytes: Math.max(...images.map(({ bytes }) => bytes)),
    pixels: Math.max(...images.map(({ pixels }) => pixels)),
  };
}
