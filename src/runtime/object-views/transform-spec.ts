import { type Deployed } from './contract';
import type { RedactionPolicyDocument } from '../redaction/policy';

export type TransformSpec =
  RedactSpec | XmlToJsonSpec | JsonToXmlSpec | CsvToJsonSpec | ImageSpec | EnrichSpec | DecompressSpec | CustomSpec;

/**
 * Takes the content coding (gzip, deflate, br, zstd) away; a first transform that needs plain bytes does it by itself.
 */
export interface DecompressSpec {
  readonly type: 'decompress';
  /**
   * A file that is compressed as such, with no Content-Encoding: `.gz`, `.zst`, `.br`. Its ending goes from the served
   * name.
   * @default false
   */
  readonly files?: boolean;
  readonly limits?: ExpansionSpec;
}

export interface ExpansionSpec {
  /** @default 200 */
  readonly expansionRatio?: number;
  /** @default 64 GiB */
  readonly decodedBytes?: number;
}

export interface RedactSpec {
  readonly type: 'redact';
  readonly policy: RedactionPolicyDocument;
}

export interface XmlToJsonSpec {
  readonly type: 'xmlToJson';
  /**
   * Paths of elements that are arrays even when there is one: `order/item`, `//tag`. Without a rule the shape would
   * depend on whether there is one or two, and a stream cannot know what still comes.
   */
  readonly arrays?: readonly string[];
  /**
   * Siblings of one name that no rule covers. `array` makes every child element an array, which needs no rule;
   * `ordered` writes the children as a list `"#children"` in their order, texts between them included, which fits any
   * document; `refuse` is an error.
   * @default 'refuse'
   */
  readonly repeated?: 'refuse' | 'array' | 'ordered';
  /** Put before an attribute's name. @default '@' */
  readonly attributePrefix?: string;
  /** The property of an element's own text where it has attributes or children. @default '#text' */
  readonly textKey?: string;
  /** `prefix` keeps `p:name`, `local` drops it, `uri` writes `{namespace}name`. @default 'prefix' */
  readonly namespaces?: 'prefix' | 'local' | 'uri';
  /**
   * Paths whose text is written as a number or boolean where it is exactly one in JSON; everything else is a string.
   * @default none
   */
  readonly numbers?: readonly string[];
  readonly booleans?: readonly string[];
  /** One JSON document of the root, or one line for each element at this path (NDJSON). */
  readonly records?: string;
  readonly limits?: StructureSpec;
}

export interface JsonToXmlSpec {
  readonly type: 'jsonToXml';
  /** Name of the root element, around everything. @default the one property that the document then has */
  readonly root?: string;
  /**
   * Name of the elements of an array that has no property name (nested arrays, an array at the top).
   * @default 'item'
   */
  readonly item?: string;
  readonly attributePrefix?: string;
  readonly textKey?: string;
  readonly limits?: StructureSpec;
}

export interface CsvToJsonSpec {
  readonly type: 'csvToJson';
  /** @default ',' */
  readonly delimiter?: string;
  /** Names of the columns. @default the first record */
  readonly columns?: readonly string[];
  /** An array, or one object a line. @default 'ndjson' */
  readonly output?: 'array' | 'ndjson';
  readonly numbers?: readonly string[];
  readonly booleans?: readonly string[];
  readonly limits?: StructureSpec;
}

export interface StructureSpec {
  /** Nesting of elements or JSON values. @default 256 */
  readonly depth?: number;
  /** Bytes of one text, attribute, string, cell or name. @default 1 MiB */
  readonly fieldBytes?: number;
  /** Children of one element or object, attributes of one element, columns of a record. @default 10,000 */
  readonly fields?: number;
}

export interface ImageSpec {
  readonly type: 'image';
  readonly resize?: ResizeSpec;
  readonly watermark?: WatermarkSpec;
  /** @default the original's; an animation is refused either way */
  readonly format?: ImageFormat;
  /** 1 to 100; PNG has none. @default 80 */
  readonly quality?: number;
  readonly limits?: ImageLimitSpec;
}

export type ImageFormat = 'jpeg' | 'png' | 'webp';

export interface ResizeSpec {
  readonly width?: number;
  readonly height?: number;
  /**
   * `inside` keeps the proportions within the box, `cover` fills it and cuts, `contain` fills it and pads, `fill`
   * distorts.
   * @default 'inside'
   */
  readonly fit?: 'inside' | 'cover' | 'contain' | 'fill';
  /** @default false */
  readonly enlarge?: boolean;
  /** Of the padding of `contain` and under transparency in JPEG, `#rrggbb`. @default '#ffffff' */
  readonly background?: string;
}

export interface WatermarkSpec {
  /**
   * Text; `{caller}`, `{claim:NAME}`, `{date}`, `{view}` and `{key}` are replaced. A placeholder that the request
   * cannot fill is an error, never an empty watermark.
   */
  readonly text?: string;
  /** Or a picture, PNG as base64. */
  readonly picture?: string;
  /** @default 'tile' */
  readonly position?: 'tile' | 'center' | 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';
  /** 0 to 1. @default 0.35 */
  readonly opacity?: number;
  /** Height of the text, or of the picture, as a share of the image's smaller side. @default 0.06 */
  readonly size?: number;
  /** Of text, `#rrggbb`. @default '#ffffff' with a dark edge */
  readonly color?: string;
}

interface ImageLimitSpec {
  /** Of the file. @default 32 MiB */
  readonly bytes?: number;
  /** Width times height, read from the header before anything is decoded. @default 40,000,000 */
  readonly pixels?: number;
}

export interface EnrichSpec {
  readonly type: 'enrich';
  /** What the content is. @default from the content type and name: JSON, NDJSON or CSV */
  readonly format?: 'json' | 'ndjson' | 'csv';
  /**
   * For JSON: the path of the array whose elements are the records, `items` or `data.rows`.
   * @default the document: an array, or one record
   */
  readonly records?: string;
  /** Property or column of the record whose value is looked up. */
  readonly key: string;
  readonly lookup: LookupSpec;
  /** Added to the record: its name in the record, by the attribute of what was found. */
  readonly add: { readonly [property: string]: string };
  /** A property that is there already, when `add` names it. @default 'refuse' */
  readonly existing?: 'refuse' | 'keep';
  /** Records of which the lookup knows nothing. `null` writes null (an empty cell). @default 'null' */
  readonly missing?: 'null' | 'omit' | 'refuse';
  readonly limits?: StructureSpec & {
    /** Records that are held while their lookups run. @default 1,000 */
    readonly batch?: number;
    /** Distinct keys remembered. @default 50,000 */
    readonly cache?: number;
  };
}

export type LookupSpec =
  | {
      readonly type: 'dynamodb';
      readonly table: Deployed;
      /** Name of the table's partition key. */
      readonly partitionKey: string;
      /** @default 'string' */
      readonly keyType?: 'string' | 'number';
    }
  | {
      /**
       * A JSON object by key, or CSV with a header whose first column is the key; read once and kept by a warm
       * function.
       */
      readonly type: 'object';
      readonly bucket: Deployed;
      readonly key: Deployed;
      /** @default 16 MiB */
      readonly maxBytes?: number;
    };

/**
 * The user's own transform. Its code is a layer: `Code` unpacks to /opt. The module exports `transform(context,
 * options)` as `CustomTransform` describes.
 */
export interface CustomSpec {
  readonly type: 'custom';
  /** Absolute path: `/opt/mask-names.js`. */
  readonly module: string;
  /** @default 'transform' */
  readonly exportName?: string;
  readonly options?: { readonly [name: string]: unknown };
  /** Part of the ETag: raise it, or put the code's hash, when the code changes. */
  readonly version: Deployed;
  /** `Content-Type` of what it makes. @default the input's */
  readonly contentType?: string;
}
