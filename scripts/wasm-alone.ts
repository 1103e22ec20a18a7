import type { Plugin } from 'esbuild';

/**
 * Leaves the TypeScript form of the redaction kernel out of a bundle. Every runtime of Lambda has WebAssembly with
 * SIMD, and a function reads its whole bundle before it does anything: about a millisecond for what would never run.
 */
export const wasmAlone: Plugin = {
  name: 'wasm-alone',
  setup(build) {
    build.onResolve({ filter: /^\.\/reference-engine$/ }, () => ({
      path: 'reference-engine',
      namespace: 'wasm-alone',
    }));
    build.onLoad({ filter: /.*/, namespace: 'wasm-alone' }, () => ({
      contents:
        'export function typescriptEngine() { throw new Error("this function has the WebAssembly engine ' +
        'alone, and the runtime cannot run it"); }',
    }));
  },
};
