import { createHash } from 'node:crypto';
import { SpecError, TransformError } from './errors';
import type { PreparedTransform, Stage } from './stage';
import type { CustomTransform } from '../custom-transform';
import { chunksOf, stageOf } from '../custom-transform/checks';
import type { CustomSpec } from '../object-views/transform-spec';
import { RedactionError } from '../redaction/errors';

/**
 * The user's own code. Whatever it throws becomes an error without its message, which may hold a part of the object.
 */
export function custom(
  spec: CustomSpec,
  version: string,
  load: (module: string) => Record<string, unknown>,
): PreparedTransform {
  const name = spec.exportName ?? 'transform';
  const transform = load(spec.module)[name] as CustomTransform | undefined;
  if (typeof transform !== 'function') {
    throw new SpecError(`"module" is ${spec.module}, it must export a function "${name}"; export it`);
  }
  const guarded = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw error instanceof RedactionError
        ? error
        : new TransformError(
            'TransformFailed',
            `the custom transform threw ${(error as Error)?.constructor?.name ?? typeof error}`,
          );
    }
  };
  return {
    type: 'custom',
    version: createHash('sha256')
      .update(JSON.stringify([spec.module, name, spec.options, version]))
      .digest('hex'),
    describe: (content) => (spec.contentType === undefined ? content : { ...content, contentType: spec.contentType }),
    // It may look at the caller, whatever it then does.
    variesBy: ({ caller }) => caller && JSON.stringify([caller.id, caller.claims]),
    open: async ({ contentType }, { view, key, caller, signal }, count): Promise<Stage> => {
      const context = {
        view,
        key,
        caller,
        contentType,
        signal,
        count: (each: string, by?: number) => count(`custom-${each}`, by),
      };
      const stage = await guarded(async () => stageOf(await transform(context, spec.options ?? {})));
      return {
        push: (chunk) => guarded(async () => chunksOf(await stage.push(chunk), 'push')),
        end: () => guarded(async () => chunksOf(await stage.end(), 'end')),
      };
    },
  };
}
