import { type TransformSpec } from './transform-spec';

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

type ViewFeature = 'range' | 'part-number' | 'head' | 'list';

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
