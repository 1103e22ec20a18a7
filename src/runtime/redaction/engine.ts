import { DYNAMIC, PAGE } from './kernel/layout';
import type { Replace } from './kernel/types';
import { KERNEL_WASM } from './kernel/wasm';

/** The kernel on a memory of its own. Both forms do the same to the same memory. */
export interface Engine {
  readonly name: 'typescript' | 'wasm';
  readonly memory: Uint8Array;
  readonly words: Int32Array;
  search(from: number, to: number, end: number): number;
  emit(until: number, end: number): void;
  /** Before `knownStop` is asked about what a search found. */
  forgetTails(): void;
  /** Where the tail of a finding that ends at `from` ends, at most at `end`. */
  knownStop(from: number, tail: number, end: number): number;
  /**
   * Where something of `[from, to)` may be found, and where the bytes are that the caller asks for: kernel/glance.ts.
   */
  glance(from: number, to: number, out: number, end: number, first: number, last: number): void;
}

/** The part of the WebAssembly interface that is used; `lib` has it only together with a browser's whole DOM. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: Record<string, unknown> };
}

let kernelModule: object | undefined;
let simd: boolean | undefined;

function webAssembly(): WebAssemblyApi | undefined {
  return (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly;
}

/** The runtime has WebAssembly with SIMD, and lets code be made at run time. */
export function hasWasm(): boolean {
  if (simd === undefined) {
    try {
      compiled();
      simd = true;
    } catch {
      simd = false;
    }
  }
  return simd;
}

/** Compiled once a process, where it is first wanted: loading this file costs nothing. */
function compiled(): object {
  if (!kernelModule) {
    const api = webAssembly();
    if (!api) throw new Error('this runtime has no WebAssembly');
    kernelModule = new api.Module(Buffer.from(KERNEL_WASM, 'base64'));
  }
  return kernelModule;
}

export function wasmEngine(dynamicBytes: number, replace: Replace): Engine {
  const { exports } = new (webAssembly()!.Instance)(compiled(), { host: { replace } });
  const kernel = exports as unknown as Pick<Engine, 'search' | 'emit' | 'forgetTails' | 'knownStop' | 'glance'> & {
    memory: { buffer: ArrayBuffer; grow(pages: number): number };
  };
  const missing = DYNAMIC + dynamicBytes - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / PAGE));
  return {
    name: 'wasm',
    memory: new Uint8Array(kernel.memory.buffer),
    words: new Int32Array(kernel.memory.buffer),
    search: kernel.search,
    emit: kernel.emit,
    forgetTails: kernel.forgetTails,
    knownStop: kernel.knownStop,
    glance: kernel.glance,
  };
}
