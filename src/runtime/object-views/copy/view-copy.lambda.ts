import { type CopyEvent, CopyHandler } from './handler';
import type { LambdaContext } from '../deadline';
import { Settings } from '../settings';

let served: CopyHandler | undefined;

export async function handler(event: CopyEvent, context: LambdaContext): Promise<unknown> {
  served ??= new CopyHandler(new Settings());
  return served.handle(event, context);
}
