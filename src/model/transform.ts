import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Lookup } from './lookup';
import type { RedactionPolicy } from './redaction-policy';
import type { TransformHost } from './transform-host';
import type { Watermark } from './watermark';
import { validationError } from '../input/validation-error';
import type { TransformSpec } from '../runtime/object-views/contract';

/** Limits of text formats: what is beyond them is refused, not cut. */
export interface StructureLimits {
  /**
   * Nesting of elements or JSON values.
   *
   * @default 256
   */
  readonly depth?: number;

  /**
   * Bytes of one text, attribute, string, cell or name.
   *
   * @default 1048576 - 1 MiB
   */
  readonly fieldBytes?: number;

  /**
   * Children of one element or object, attributes of one element, columns of a record.
   *
   * @default 10000
   */
  readonly fields?: number;
}

/** What becomes of XML siblings of one name that no path of `arrays` names. */
export enum RepeatedElements {
  /** They are an error. */
  REFUSE = 'refuse',
  /** Every child of an element becomes an array, whether there is one or many. */
  ARRAY = 'array',
  /** Children become a list `#children` in their order, texts between them included: fits any document. */
  ORDERED = 'ordered',
}

/** How a namespaced XML name is written in JSON. */
export enum NamespaceNames {
  /** As in the document: `p:name`. */
  PREFIX = 'prefix',
  /** Without its prefix. */
  LOCAL = 'local',
  /** `{namespace}name`. */
  URI = 'uri',
}

/** Options of `Transform.xmlToJson()`. */
export interface XmlToJsonOptions {
  /**
   * Paths of elements that are arrays even when there is one: `order/item`, `//tag`.
   *
   * @default - none
   */
  readonly arrays?: string[];

  /**
   * Siblings of one name that no path of `arrays` names.
   *
   * @default RepeatedElements.REFUSE
   */
  readonly repeated?: RepeatedElements;

  /**
   * How namespaced names are written.
   *
   * @default NamespaceNames.PREFIX
   */
  readonly namespaces?: NamespaceNames;

  /**
   * Put before an attribute's name.
   *
   * @default '@'
   */
  readonly attributePrefix?: string;

  /**
   * The property of an element's own text where it has attributes or children.
   *
   * @default '#text'
   */
  readonly textKey?: string;

  /**
   * Paths whose text is written as a number where it is exactly one in JSON.
   *
   * @default - none: every text is a string
   */
  readonly numbers?: string[];

  /**
   * Paths whose text is written as a boolean.
   *
   * @default - none
   */
  readonly booleans?: string[];

  /**
   * One JSON document a line for each element at this path.
   *
   * @default - one document of the whole
   */
  readonly records?: string;

  /**
   * What is refused.
   *
   * @default - see `StructureLimits`
   */
  readonly limits?: StructureLimits;
}

/** Options of `Transform.jsonToXml()`. */
export interface JsonToXmlOptions {
  /**
   * Name of the root element, around everything.
   *
   * @default - the one property that the document then has
   */
  readonly root?: string;

  /**
   * Name of the elements of an array that has no property name.
   *
   * @default 'item'
   */
  readonly item?: string;

  /**
   * What begins the name of a property that becomes an attribute.
   *
   * @default '@'
   */
  readonly attributePrefix?: string;

  /**
   * The property that becomes the element's own text.
   *
   * @default '#text'
   */
  readonly textKey?: string;

  /**
   * What is refused.
   *
   * @default - see `StructureLimits`
   */
  readonly limits?: StructureLimits;
}

/** Options of `Transform.csvToJson()`. */
export interface CsvToJsonOptions {
  /**
   * What separates cells.
   *
   * @default ','
   */
  readonly delimiter?: string;

  /**
   * Names of the columns.
   *
   * @default - the first record
   */
  readonly columns?: string[];

  /**
   * One array instead of one object a line.
   *
   * @default false
   */
  readonly asArray?: boolean;

  /**
   * Columns written as numbers where the cell is exactly one in JSON.
   *
   * @default - none: every cell is a string
   */
  readonly numbers?: string[];

  /**
   * Columns written as booleans.
   *
   * @default - none
   */
  readonly booleans?: string[];

  /**
   * What is refused.
   *
   * @default - see `StructureLimits`
   */
  readonly limits?: StructureLimits;
}

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

/** A property that a record has already. */
export enum ExistingProperty {
  /** An error. */
  REFUSE = 'refuse',
  /** It stays. */
  KEEP = 'keep',
}

/** A record of which the lookup knows nothing. */
export enum MissingRecord {
  /** Null, or an empty cell. */
  NULL = 'null',
  /** The properties are left out. */
  OMIT = 'omit',
  /** An error. */
  REFUSE = 'refuse',
}

/** Options of `Transform.enrich()`. */
export interface EnrichOptions {
  /** Property or column of the record whose value is looked up. */
  readonly key: string;

  /**
   * What is added: its name in the record, by the attribute of what was found. At least one. They are added in
   * alphabetical order, since the order of a map is not the same in every language.
   */
  readonly add: { [property: string]: string };

  /**
   * For JSON: the path of the array whose elements are the records, `data.rows` for example.
   *
   * @default - the document: an array, or one record
   */
  readonly records?: string;

  /**
   * A property of `add` that the record has already.
   *
   * @default ExistingProperty.REFUSE
   */
  readonly existing?: ExistingProperty;

  /**
   * Records of which the lookup knows nothing.
   *
   * @default MissingRecord.NULL
   */
  readonly missing?: MissingRecord;
}

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
