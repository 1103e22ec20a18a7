import type { BuiltInKind, Kind } from './kinds';

/** How a finding is replaced. */
export type Action =
  /** `[EMAIL]`, or the label given. */
  | { readonly type: 'label'; readonly label?: string }
  /** Each byte becomes `*`: the object keeps its length, so that HEAD and Range are exact. */
  | { readonly type: 'mask' }
  /** All letters and digits but the last `keep` become `*`; separators stay, the length too. @default 4 */
  | { readonly type: 'partial'; readonly keep?: number }
  /** The same value gives the same stand-in under one key; the stand-in lies in a range nobody owns. */
  | { readonly type: 'pseudonym' }
  /**
   * The year of a date, the /24 (IPv4) or /48 (IPv6) of an address, the domain of an e-mail; a label where none is
   * defined.
   */
  | { readonly type: 'generalize' }
  /** The finding is cut out; of a field named by a rule, the field. */
  | { readonly type: 'drop' }
  | { readonly type: 'keep' };

export type Format =
  | 'text'
  | 'json'
  | 'ndjson'
  | 'csv'
  | 'tsv'
  | 'xml'
  | 'log-keyvalue'
  | 'log-apache'
  | 'log-s3'
  | 'log-alb'
  | 'log-cloudfront'
  | 'log-vpc-flow';
export type Charset = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1';

/** A field of a structured format and what becomes of it. */
export interface FieldRule {
  /**
   * JSON/NDJSON: `$.customer.emails[*]`, `$..phone`. CSV/TSV: a header name, or `#3` (index from 0). XML:
   * `/order/customer/@id`, `//c:name`. Logs: the key or the field's name.
   */
  readonly path: string;
  /** What it is counted and labelled as. @default 'field' */
  readonly kind?: Kind;
  /** @default the policy's action for the kind. `keep` also keeps detectors out of the field. */
  readonly action?: Action;
}

/** A set of literal terms; up to 100,000 terms of 2 to 256 bytes each. */
export interface Dictionary {
  readonly kind: Kind;
  readonly terms: readonly string[];
  /** @default false; folding is for ASCII letters, other letters are taken as written */
  readonly caseSensitive?: boolean;
  /** Only where no letter or digit touches the term. @default true */
  readonly wholeWord?: boolean;
}

/** A custom pattern: the regular subset whose longest match is bounded; an unbounded one is refused. */
export interface Pattern {
  readonly kind: Kind;
  /** Literals, classes, groups, `|`, `?`, `{m,n}`; no `*`, `+`, back-references or look-around. */
  readonly pattern: string;
  /** @default false */
  readonly ignoreCase?: boolean;
  /** Only where no letter or digit touches the match. @default true */
  readonly wholeWord?: boolean;
}

/** What is left as it is, though a detector finds it. Fields that a rule names are not asked. */
export interface AllowList {
  /** Values, without regard to case and separators. */
  readonly values?: readonly string[];
  /** Domains of one's own: e-mail addresses there and in their subdomains. */
  readonly domains?: readonly string[];
  /**
   * What is kept for documentation and tests: addresses of RFC 5737, RFC 3849 and RFC 9637, hosts of RFC 2606, phone
   * numbers 555-0100 to 555-0199 and those that Ofcom keeps for drama, cards that schemes publish for tests, the access
   * keys of AWS's documentation.
   * @default false
   */
  readonly documentation?: boolean;
}

export interface Limits {
  /** Decoded bytes for each encoded byte of a compressed object. @default 200 */
  readonly expansionRatio?: number;
  /** Decoded bytes of one object. @default 64 GiB */
  readonly decodedBytes?: number;
  /** Bytes of one field (a JSON string, a CSV cell, an XML text). @default 1 MiB */
  readonly fieldBytes?: number;
  /** Nesting of JSON and XML. @default 256 */
  readonly depth?: number;
  /** Columns of a CSV record, attributes of an XML element. @default 10,000 */
  readonly fields?: number;
}

/** The policy, version 1. JSON; the same document in the construct and in the runtime. */
export interface RedactionPolicyDocument {
  readonly version: 1;
  /** Where editors find the schema of this document; no meaning otherwise. */
  readonly $schema?: string;
  /** Shown in reports; no meaning. */
  readonly name?: string;
  /** For every kind that `kinds` does not name. @default { type: 'label' } */
  readonly defaultAction?: Action;
  /** Action by kind; `{ type: 'keep' }` turns a detector off. */
  readonly kinds?: { readonly [K in BuiltInKind]?: Action } & { readonly [kind: string]: Action | undefined };
  /**
   * ISO 3166 codes whose national phone formats and identity numbers count without a context word.
   * @default none: a context word or `+` is needed, or a form that no other number has
   */
  readonly regions?: readonly string[];
  /** @default nothing */
  readonly allow?: AllowList;
  readonly dictionaries?: readonly Dictionary[];
  readonly patterns?: readonly Pattern[];
  readonly fields?: readonly FieldRule[];
  /** @default found from content type, extension, then content */
  readonly format?: Format;
  /** @default byte order mark, then the content type's charset, then UTF-8 */
  readonly charset?: Charset;
  /**
   * Bytes that are no text in the charset: an error, or each taken for U+FFFD.
   * @default 'refuse'
   */
  readonly onInvalidText?: 'refuse' | 'replace';
  /** What to do with a compressed object: compress the result again, or serve it uncompressed. @default 'identity' */
  readonly contentEncoding?: 'preserve' | 'identity';
  /** Unknown or binary content. @default 'refuse' */
  readonly unknownContent?: 'refuse' | 'pass' | 'drop';
  readonly limits?: Limits;
}
