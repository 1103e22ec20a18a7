import type { Kind } from '../kinds';
import type { Action } from '../policy';

const encoder = new TextEncoder();

export function label(kind: Kind): string {
  return `[${kind.toUpperCase()}]`;
}

/** What stands in for `value` under `action`. */
export function standIn(kind: Kind, action: Action, value: Uint8Array, _key: Uint8Array | undefined): Uint8Array {
  switch (action.type) {
    case 'label': return encoder.encode(action.label ?? label(kind));
    case 'mask': return new Uint8Array(value.length).fill(0x2A);
    case 'drop': return new Uint8Array(0);
    case 'keep': return value;
    default: return encoder.encode(label(kind));
  }
}
