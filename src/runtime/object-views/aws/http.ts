import { Agent as PlainAgent, request as plainRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent, request as secureRequest } from 'node:https';
import type { Writable } from 'node:stream';
import { TransformError } from '../../transforms/errors';

export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Milliseconds without a byte in either direction. */
  readonly idleMs?: number;
  /** A connection of its own, for what must not be sent twice: one that was kept may be dead by now. */
  readonly fresh?: boolean;
}

const DEFAULT_IDLE_MS = 15_000;
const agents = { 'http:': new PlainAgent({ keepAlive: true }), 'https:': new Agent({ keepAlive: true }) };

/** Opens a request whose body the caller writes. `fetch` would ask for gzip and decompress behind our back. */
export function begin({
  method,
  url,
  headers,
  signal,
  idleMs = DEFAULT_IDLE_MS,
  fresh = false,
}: Exchange): ClientRequest {
  const secure = url.protocol === 'https:';
  const kept = secure ? agents['https:'] : agents['http:'];
  const request = (secure ? secureRequest : plainRequest)(url, {
    method,
    headers,
    signal,
    agent: fresh ? false : kept,
  });
  request.setTimeout(idleMs, () =>
    request.destroy(new TransformError('ServiceUnavailable', `no byte came for ${idleMs} ms`, true)),
  );
  return request;
}

/** The answer's head; its body is still to be read. */
export function answered(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
}

/**
 * What a connection says that the other side closed while it was not used, such as in a function that was frozen
 * between two requests.
 */
const STALE = new Set(['ECONNRESET', 'EPIPE']);

/**
 * The answer to a request whose body is known. Over a connection that turns out to be dead it is sent once more, over
 * another.
 * @see https://nodejs.org/api/http.html#requestreusedsocket
 */
export async function sent(options: Exchange, body?: string | Uint8Array): Promise<IncomingMessage> {
  const request = begin(options);
  const answer = answered(request);
  request.end(body);
  try {
    return await answer;
  } catch (error) {
    if (!request.reusedSocket || options.signal?.aborted || !STALE.has(String((error as { code?: unknown }).code))) {
      throw error;
    }
    const again = begin({ ...options, fresh: true });
    const second = answered(again);
    again.end(body);
    return second;
  }
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A whole exchange with small bodies. */
export async function exchange(options: Exchange, body?: string | Uint8Array, maxBytes = 8 << 20): Promise<Reply> {
  const message = await sent(options, body);
  return { status: message.statusCode!, headers: message.headers, body: await whole(message, maxBytes) };
}

/** Reads a body to its end. */
export async function whole(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of message) {
    bytes += (part as Buffer).length;
    if (bytes > maxBytes) {
      message.destroy();
      throw new TransformError('EntityTooLarge', `an answer has more than ${maxBytes} bytes`);
    }
    parts.push(part as Buffer);
  }
  if (!message.complete) throw new TransformError('ServiceUnavailable', 'an answer was cut off', true);
  return Buffer.concat(parts);
}

/** Waits until more may be written, or nothing more will be read. */
export function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) return resolve();
    const events = ['drain', 'close', 'response'];
    const done = () => {
      for (const event of events) stream.removeListener(event, done);
      resolve();
    };
    for (const event of events) stream.on(event, done);
  });
}

/** Closes the connections that wait for their next use. */
export function closeConnections(): void {
  for (const agent of Object.values(agents)) agent.destroy();
}
