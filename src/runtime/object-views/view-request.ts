import type { IncomingMessage } from 'node:http';
import type { ViewDocument, ViewLimits } from './contract';
import type { Caller } from '../custom-transform';
import type { Chain } from '../transforms/chain';
import type { Count, ViewCall } from '../transforms/stage';

const REMEMBERED_LENGTHS = 1000;

/** A view, ready to be served. */
export interface View {
  readonly name: string;
  readonly document: ViewDocument;
  readonly chain: Chain;
  readonly key: Uint8Array | undefined;
}

export interface ViewRequest {
  readonly method: 'GET' | 'HEAD';
  readonly key: string;
  readonly caller?: Caller;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names in small letters. */
  readonly query: Readonly<Record<string, string>>;
  /** The length of the answer to a HEAD that is not known yet may be found by reading the object. */
  readonly mayMeasure?: boolean;
}

/** Opens the original. */
export interface Origin {
  /** Whether the function's rights open it, and not the caller's. */
  readonly ownRights?: boolean;
  /**
   * @param conditions `if-modified-since` and the like, and `if-match` of the original
   * @param method what S3 is asked; a URL signed for HEAD opens no GET
   */
  open(
    conditions: Readonly<Record<string, string>>,
    signal: AbortSignal,
    method: 'GET' | 'HEAD',
  ): Promise<IncomingMessage>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Throws when the object cannot be finished; the connection must then be cut, never ended. Absent for HEAD and
   * statuses without a body.
   */
  readonly body?: AsyncIterable<Uint8Array>;
}

export interface Report {
  count: Count;
  bytesIn(bytes: number): void;
  bytesOut(bytes: number): void;
}

/** What warm functions remember of views: their length, and their checksum. */
export class ContentLengthCache {
  private readonly known = new Map<string, Measured>();

  public get(etag: string | undefined): Measured | undefined {
    return etag === undefined ? undefined : this.known.get(etag);
  }

  public set(etag: string | undefined, length: Measured): void {
    if (etag === undefined) return;
    this.known.delete(etag);
    this.known.set(etag, length);
    if (this.known.size > REMEMBERED_LENGTHS) this.known.delete(this.known.keys().next().value!);
  }
}

interface Measured {
  readonly bytes: number;
}

/** Everything about one request that does not change while it runs. */
export interface RequestContext {
  readonly view: View;
  readonly request: ViewRequest;
  readonly origin: Origin;
  readonly limits: ViewLimits;
  readonly lengths: ContentLengthCache;
  readonly report: Report;
  readonly call: ViewCall;
}
