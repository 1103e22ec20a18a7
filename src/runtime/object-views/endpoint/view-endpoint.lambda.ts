import type { Writable } from 'node:stream';
import { EndpointHandler, type FunctionUrlEvent } from './handler';
import type { LambdaContext } from '../deadline';
import { Settings } from '../settings';

/** Globals of Lambda's own runtime for Node. */
declare const awslambda: {
  readonly HttpResponseStream: {
    from(stream: Writable, head: { statusCode: number; headers: Readonly<Record<string, string>> }): Writable;
  };
  streamifyResponse<E>(handler: (event: E, stream: Writable, context: LambdaContext) => Promise<void>): unknown;
};

let served: EndpointHandler | undefined;

export const handler = awslambda.streamifyResponse<FunctionUrlEvent>(async (event, stream, context) => {
  served ??= new EndpointHandler(new Settings());
  await served.handle(
    event,
    (statusCode, headers) => awslambda.HttpResponseStream.from(stream, { statusCode, headers }),
    context,
  );
});
