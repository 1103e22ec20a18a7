import type { Engine } from './engine';
import * as emitter from './kernel/emit';
import * as glancer from './kernel/glance';
import { DYNAMIC, PAGE } from './kernel/layout';
import { bind } from './kernel/portable';
import * as searcher from './kernel/search';
import type { Replace } from './kernel/types';
import { loadImage } from './static-image';

/**
 * The kernel as TypeScript. The bundles of Lambda functions leave this file out (scripts/wasm-alone.ts): Lambda has
 * WebAssembly everywhere.
 */
export function typescriptEngine(dynamicBytes: number, replace: Replace): Engine {
  const memory = new Uint8Array(Math.ceil((DYNAMIC + dynamicBytes) / PAGE) * PAGE);
  loadImage(memory);
  return {
    name: 'typescript',
    memory,
    words: new Int32Array(memory.buffer),
    search: (from, to, end) => {
      bind(memory, replace);
      return searcher.search(from, to, end);
    },
    emit: (until, end) => {
      bind(memory, replace);
      emitter.emit(until, end);
    },
    forgetTails: () => {
      bind(memory, replace);
      emitter.forgetTails();
    },
    knownStop: (from, tail, end) => {
      bind(memory, replace);
      return emitter.knownStop(from, tail, end);
    },
    glance: (from, to, out, end, first, last) => {
      bind(memory, replace);
      glancer.glance(from, to, out, end, first, last);
    },
  };
}
