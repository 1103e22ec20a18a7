import type { ObjectLambdaEvent } from './event';
import { type HandlerResult, ObjectLambdaHandler } from './handler';
import type { LambdaContext } from '../deadline';
import { Settings } from '../settings';

let served: ObjectLambdaHandler | undefined;

export async function handler(event: ObjectLambdaEvent, context: LambdaContext): Promise<HandlerResult> {
  served ??= new ObjectLambdaHandler(new Settings());
  return served.handle(event, context);
}
