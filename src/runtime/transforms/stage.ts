import type { Caller } from '../custom-transform';
import type { DecodingLayers } from '../redaction/codec/expansion';

export type Parts = readonly Uint8Array[];

/** What one call of a stage makes: at once, or piece by piece as the reader asks for it. */
export type Output = Iterable<Uint8Array> | Promise<Iterable<Uint8Array>> | AsyncIterable<Uint8Array>;

/**
 * One object on its way through one transform. Calls never overlap, and the output of one is read to its end before the
 * next; the joined output does not depend on how the input was cut; after a throw nothing of what was held may be
 * emitted, and no further call is made. A stage that makes much of little gives it piece by piece: nobody else bounds
 * its memory.
 */
export interface Stage {
  push(chunk: Uint8Array): Output;
  end(): Output;
  /** The object will not be finished: stop what runs in the background. */
  destroy?(): void;
}

/** What the headers say of the bytes. */
export interface Content {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  /** Key or file name. */
  readonly name?: string;
}

/** What a transform may know of the request. */
export interface ViewCall {
  readonly view: string;
  readonly key: string;
  readonly caller?: Caller;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** Begins the names of what redaction found, by kind; each is a metric of its own. */
export const MATCHES = 'Matches.';

/** Adds to a count: the only thing about the content that may be logged. */
export type Count = (name: string, by?: number) => void;

/** A transform, checked and made ready when the function starts. */
export interface PreparedTransform {
  readonly type: string;
  /** Changes with whatever changes the output: part of the ETag. */
  readonly version: string;
  /** What the headers say after it, known before a byte was read: HEAD and GET agree by asking the same. */
  describe(content: Content): Content;
  /** What of the call changes the output; `undefined` when nothing does. Part of the ETag. */
  variesBy?(call: ViewCall): string | undefined;
  /**
   * What outside of object and call changes the output, such as a lookup's content; `undefined` when that cannot be
   * known. Part of the ETag, which is left out when it is unknown.
   */
  state?(signal: AbortSignal): Promise<string | undefined>;
  /** Takes what is personal out of a header value. */
  redactHeader?(value: string): string;
  /** @param layers the codings around the content: one limit holds for all of them */
  open(content: Content, call: ViewCall, count: Count, layers: DecodingLayers): Stage | Promise<Stage>;
}
