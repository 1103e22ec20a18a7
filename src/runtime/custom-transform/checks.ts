import type { Chunks, CustomTransformStage } from './index';

/** What a call of a stage gave, when it is what it must be. */
export function chunksOf(given: unknown, call: 'push' | 'end'): Chunks {
  if (Array.isArray(given) && given.every(isChunk)) return given as Chunks;
  const what = Array.isArray(given) ? `a list with ${kindOf(given.find((each) => !isChunk(each)))}` : kindOf(given);
  throw new TypeError(
    `"${call}" gave ${what}, it must give a list of Uint8Array, an empty one for nothing; return [Buffer.from(text)]`,
  );
}

/** What a transform gave for an object, when it is a stage. */
export function stageOf(given: unknown): CustomTransformStage {
  const stage = (given ?? {}) as Partial<CustomTransformStage>;
  if (typeof stage.push === 'function' && typeof stage.end === 'function') return stage as CustomTransformStage;
  throw new TypeError(
    `the transform gave ${kindOf(given)}, it must give an object with the functions "push" and "end"; ` +
      'return { push, end }',
  );
}

function kindOf(value: unknown): string {
  return value === undefined || value === null ? String(value) : ((value as object).constructor?.name ?? typeof value);
}

/** Of any realm: test runners have their own. */
function isChunk(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Uint8Array]';
}
