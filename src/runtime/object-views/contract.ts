import type { RedactionPolicyDocument } from '../redaction/policy';

/**
 * What a construct tells the functions that serve views: names of files and variables, and one JSON document. Only
 * data, so that the construct, the handlers and the tests share nothing else.
 */

/** One folder each in `assets/`; the handler is always `index.handler`. */
export enum ViewHandler {
  /** S3 Object Lambda: GetObject, HeadObject, ListObjects and ListObjectsV2. */
  OBJECT_LAMBDA = 'object-lambda',
  /** Lambda function URL with `InvokeMode: RESPONSE_STREAM`. */
  ENDPOINT = 'view-endpoint',
  /** Copies: S3 Batch Operations tasks, and S3 events by EventBridge or SQS. */
  COPY = 'view-copy',
}

/** Node of the functions; both architectures run them. */
export const VIEW_RUNTIMES = ['nodejs22.x', 'nodejs24.x'] as const;

/**
 * The image codecs, for a layer (`Code.fromAsset('assets/image-codecs')`): the handler loads `IMAGE_CODECS_MODULE`
 * when, and only when, a chain has an `image` transform.
 */
export const IMAGE_CODECS_ASSET = 'image-codecs';
export const IMAGE_CODECS_MODULE = '/opt/strongbox-image/index.js';

/**
 * The document in the function's own folder, for a construct that stages the handler's folder and adds one file. It
 * must be free of tokens: what is known only at deployment is `{ env }` (see `Deployed`).
 */
export const VIEWS_FILE = 'views.json';

/** Where the functions' metrics are; `Errors` is also there by `Function` alone. */
export const METRICS_NAMESPACE = 'Strongbox/Views';

export const ENV = {
  /** The document itself, instead of the file: Lambda allows 4 KB of variables together. */
  VIEWS: 'STRONGBOX_VIEWS',
  /** Another path of the file. */
  VIEWS_FILE: 'STRONGBOX_VIEWS_FILE',
  /** Namespace of the metrics. @default METRICS_NAMESPACE */
  METRICS_NAMESPACE: 'STRONGBOX_METRICS_NAMESPACE',
  /**
   * `debug`, `info` (default), `warn`, `error`. Below it a line holds the metrics alone; `off` leaves these out too.
   */
  LOG_LEVEL: 'STRONGBOX_LOG_LEVEL',
} as const;

/** A value, or the name of the environment variable that has it once it is deployed. */
export type Deployed = string | { readonly env: string };

export interface ViewsDocument {
  readonly version: 1;
  /**
   * By name: letters, digits, `-`, at most 63. Object Lambda names one in its payload, the endpoint in the first
   * segment of its path.
   */
  readonly views: { readonly [name: string]: ViewDocument };
  /**
   * The bucket of the originals. Needed by the endpoint and the copies; Object Lambda reads by the URL that comes with
   * the event.
   */
  readonly bucket?: Deployed;
  /** A name or access point ARN to read through instead of the bucket's name. @default the bucket */
  readonly readThrough?: Deployed;
  /**
   * The secret (Secrets Manager, at least 16 random characters) that pseudonyms and ETags are keyed with. Needed by a
   * `pseudonym` action. Without it a view with transforms has no ETag: a plain digest of the original's would let a
   * caller test guesses of what was taken away, since the original's ETag may be the MD5 of its content.
   */
  readonly keySecretArn?: Deployed;
  readonly limits?: ViewLimits;
  readonly images?: ImageEngine;
  /** Where copies go; needed by the copies only. */
  readonly copy?: CopyDocument;
}

export interface ViewDocument {
  /** In order, each on what the one before gave. Empty: the original's bytes. */
  readonly transforms: readonly TransformSpec[];
  /**
   * Keys that the view has, as literal beginnings; a key outside of them does not exist for it, in listings too.
   * @default every key
   */
  readonly prefixes?: readonly string[];
  /**
   * Who may call: for the endpoint, which has no other gate. Object Lambda's callers are judged by its access point's
   * policy.
   */
  readonly callers?: CallerRules;
  /** What callers may use besides a plain GET; the same as the access point's AllowedFeatures. @default all */
  readonly features?: readonly ViewFeature[];
  /**
   * `chunked`: no Content-Length, in GET and HEAD alike. `measured`: HEAD and Range run the transform once to know it,
   * and warm functions remember it. `kept`: every transform keeps the length (`mask` and `partial` alone), which is
   * checked: a response of another length is cut off.
   * @default 'measured'
   */
  readonly length?: 'chunked' | 'measured' | 'kept';
  /**
   * For how many seconds a cache that knows callers by their tokens may keep an answer, never longer than the token is
   * good for.
   * @default 'private, no-store'
   */
  readonly cacheSeconds?: number;
}

export type ViewFeature = 'range' | 'part-number' | 'head' | 'list';

export interface CallerRules {
  /** Principal ARNs of a function URL with IAM authorization; `*` and `?` as in IAM. A role stands for its sessions. */
  readonly iam?: readonly Deployed[];
  readonly jwt?: JwtRules;
}

export interface JwtRules {
  readonly issuer: Deployed;
  readonly audience: readonly Deployed[];
  /** @default the issuer's `/.well-known/jwks.json` */
  readonly jwksUri?: Deployed;
  /** Claims that must be: the value, or one of an array's. */
  readonly claims?: { readonly [claim: string]: readonly string[] };
  /**
   * Where the token is; CloudFront's origin access control takes `authorization` for itself.
   * @default 'authorization'
   */
  readonly header?: string;
}

export interface ViewLimits {
  /** Of the original, before anything is read. @default none */
  readonly objectBytes?: number;
  /** Of one endpoint answer; larger ones get `redirectLarger` or an error. @default 200 MB, what Lambda streams */
  readonly responseBytes?: number;
  /** Milliseconds kept before the function's own deadline to end with a clean error. @default 1500 */
  readonly deadlineMarginMs?: number;
  /** Milliseconds without a byte from S3. @default 15000 */
  readonly idleMs?: number;
  /** Size of a part for `partNumber`, in bytes of the view. @default 8 MiB */
  readonly partBytes?: number;
  /**
   * A range up to this size is kept in memory while the rest is counted; a larger one takes a second pass.
   * @default 16 MiB
   */
  readonly rangeBufferBytes?: number;
}

export interface ImageEngine {
  /**
   * `codecs` is the library's own WebAssembly; `sharp` is a layer of the user's (`require('sharp')`).
   * @default 'codecs'
   */
  readonly engine?: 'codecs' | 'sharp';
  /** @default IMAGE_CODECS_MODULE, or 'sharp' */
  readonly module?: string;
}

export interface CopyDocument {
  readonly bucket: Deployed;
  /** Which view, where the job's arguments do not say so. */
  readonly view: string;
  /** Put before the key. @default '' */
  readonly prefix?: string;
  /** Key of the copies' encryption. @default what the bucket does */
  readonly kmsKeyArn?: Deployed;
  /** A deleted original takes its copy along (live copies only). @default true */
  readonly followDeletions?: boolean;
}

/** S3 Batch Operations passes these in `job.userArguments` (invocation schema 2.0). */
export interface CopyJobArguments {
  readonly view?: string;
}

/** The payload of an Object Lambda access point's configuration, as JSON text. */
export interface ObjectLambdaPayload {
  readonly view: string;
}

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

export interface ImageLimitSpec {
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
