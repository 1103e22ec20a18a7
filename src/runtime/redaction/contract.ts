import type { Kind } from './kinds';
import type { Action, RedactionPolicyDocument } from './policy';

/**
 * A synchronous, deterministic transform of bytes. For every way of cutting the same input into chunks, the joined
 * output is the same. Nothing is emitted that a later byte could still change.
 *
 * A chunk given to `push` is not kept after the call and not written to; the chunks returned belong to the caller.
 * After a throw the transform is dead: every later call throws `TransformEndedError`, and what it held is never
 * emitted.
 */
export interface ByteTransform {
  /** @throws RedactionError */
  push(chunk: Uint8Array): Uint8Array[];
  /** @throws RedactionError */
  end(): Uint8Array[];
  /**
   * Gives back a chunk that `push` returned and nobody will read again, so that its memory serves for a later one.
   * Never needed; it saves the garbage collector about a tenth of the whole work.
   */
  release?(chunk: Uint8Array): void;
}

/** Half-open byte range `[start, end)` of one finding. */
export interface Match {
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
}

/** What is known of a field besides its content. */
export interface FieldContext {
  /**
   * The field's own name (JSON key, CSV header, XML element or attribute): it counts as a context word, as in `"phone":
   * "467 3395"`.
   */
  readonly name?: string;
  /** Where the redactor keeps what it made of the name; nobody else's. */
  prepared?: object;
}

/**
 * Redacts single fields whose content was already decoded (escapes, entities, quoting removed) to UTF-8. A field is
 * whole: there is no carry between calls.
 */
export interface FieldRedactor {
  /**
   * Runs every detector of the policy over `bytes[start, end)`.
   * @returns the new content, or `undefined` when nothing was found and the original bytes must be kept as they are.
   */
  redact(bytes: Uint8Array, start: number, end: number, context?: FieldContext): Uint8Array | undefined;

  /**
   * The findings in the range, sorted, not overlapping, offsets relative to `bytes`; nothing is counted or changed.
   * @throws LimitExceededError for more than 64 KiB
   */
  find(bytes: Uint8Array, start: number, end: number, context?: FieldContext): Match[];

  /**
   * Applies `action` to the whole value, as for a field named in the policy, and counts it under `kind`.
   * @returns the new content; `undefined` for the action `keep`. The action `drop` returns an empty value: leaving out
   * the field's own syntax is the caller's.
   */
  apply(kind: Kind, action: Action, value: Uint8Array): Uint8Array | undefined;

  /** Most fields hold nothing: a batch finds that out for thousands of them at once. */
  batch(): FieldBatch;
}

/** What a batch found in one field. */
export interface FieldFindings {
  /** The field's number, from 0 in the order of `add`. */
  readonly field: number;
  /** What `find` gives, from the field's first byte on. */
  readonly matches: readonly Match[];
}

/** Bytes that a format looks for while the detectors look for theirs: one by itself, and a range. */
export interface OwnBytes {
  readonly end: number;
  readonly first: number;
  readonly last: number;
}

/** Fields waiting to be looked at together. */
export interface FieldBatch {
  /**
   * Adds a copy of the field `bytes[start, end)`.
   * @returns false when there is no room: ask for `hits()` first, or look at the field alone when the batch was empty
   */
  add(bytes: Uint8Array, start: number, end: number, context?: FieldContext): boolean;

  /**
   * Looks at the bytes of many fields at once, those from `from - before` to `to`; what is before the first of `bytes`
   * counts as NUL. From index `at` on `words` gets GLANCE_WORDS for each 32 bytes, a bit for each byte, the first
   * byte's lowest: where a field without any need not be added (unless `mayHoldAnything`), then where the caller's own
   * bytes are.
   */
  glance(
    bytes: Uint8Array,
    from: number,
    to: number,
    before: number,
    own: OwnBytes,
    words: Int32Array,
    at: number,
  ): void;

  /**
   * Whether no glance can tell that a field of that name is empty: its name makes it a secret, or the policy has terms
   * or patterns.
   */
  mayHoldAnything(context?: FieldContext): boolean;

  /** Whether the field is a decimal number too short for all but coordinates, and its name speaks of no place. */
  isMereNumber(bytes: Uint8Array, start: number, end: number, context?: FieldContext): boolean;

  /**
   * The fields in which something was found, in the order of `add`; empties the batch. Nothing is counted or changed.
   */
  hits(): readonly FieldFindings[];
}

/** Findings by kind: the only thing about the content that may be logged. */
export type Counts = Record<string, number>;

export interface SessionOptions {
  /**
   * Key of the pseudonyms, at least 16 bytes; needed when the policy has a `pseudonym` action. It is never part of the
   * policy document.
   */
  readonly pseudonymKey?: Uint8Array;
  /**
   * `auto` takes WebAssembly where the runtime has SIMD. Both give the same bytes.
   * @default 'auto'
   */
  readonly engine?: 'auto' | 'wasm' | 'typescript';
}

/** The redaction of one object. */
export interface RedactionSession {
  readonly counts: Counts;
  /** Free-text redaction of UTF-8 (or any ASCII superset: bytes >= 0x80 are passed). */
  text(): ByteTransform;
  /** Field redaction for the structured formats. Both share `counts`. */
  fields(): FieldRedactor;
}

/** A policy, checked and made ready. Costly to make, cheap to use: make one for each policy, not for each object. */
export interface CompiledPolicy {
  readonly document: RedactionPolicyDocument;
  /** SHA-256 of the canonical document and of the core's own rules version, in hex: goes into the ETag. */
  readonly hash: string;
  session(options?: SessionOptions): RedactionSession;
}
