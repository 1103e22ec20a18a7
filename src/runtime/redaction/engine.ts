import * as emitter from './kernel/emit';
import { DYNAMIC } from './kernel/layout';
import type { Replace } from './kernel/portable';
import { bind } from './kernel/portable';
import * as scanner from './kernel/scan';

/** The kernel on a memory of its own. Both forms do the same to the same memory. */
export interface Engine {
  readonly name: 'typescript' | 'wasm';
  readonly memory: Uint8Array;
  readonly words: Int32Array;
  scan(from: number, to: number): number;
  emit(until: number, end: number): void;
  tailStop(from: number, tail: number, end: number): number;
}

const PAGE = 0x10000;

export function typescriptEngine(dynamicBytes: number, replace: Replace): Engine {
  const memory = new Uint8Array(Math.ceil((DYNAMIC + dynamicBytes) / PAGE) * PAGE);
  return {
    name: 'typescript',
    memory,
    words: new Int32Array(memory.buffer),
    scan: (from, to) => {
      bind(memory, replace);
      return scanner.scan(from, to);
    },
    emit: (until, end) => {
      bind(memory, replace);
      emitter.emit(until, end);
    },
    tailStop: (from, tail, end) => {
      bind(memory, replace);
      return emitter.tailStop(from, tail, end);
    },
  };
}
