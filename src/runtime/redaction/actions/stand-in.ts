import type { Kind } from '../kinds';
import type { Action } from '../policy';
import { generalized } from './generalize';
import { pseudonym, type PseudonymKey } from './pseudonym';

const ASTERISK = 0x2a;
export const DEFAULT_KEPT = 4;
const NOTHING = new Uint8Array(0);

export function label(kind: Kind): string {
  return `[${kind.toUpperCase()}]`;
}

/** What stands in for `value` under `action`; the kernel has its own, quicker form of those that need no host. */
export function standIn(kind: Kind, action: Action, value: Uint8Array, key: PseudonymKey): Uint8Array {
  switch (action.type) {
    case 'label':
      return action.label === undefined ? ownLabel(kind) : Buffer.from(action.label);
    case 'mask':
      return new Uint8Array(value.length).fill(ASTERISK);
    case 'partial':
      return partial(value, action.keep ?? DEFAULT_KEPT);
    case 'drop':
      return NOTHING;
    case 'keep':
      return value;
    case 'generalize':
      return Buffer.from(generalized(kind, Buffer.from(value).toString('utf8')) ?? label(kind));
    case 'pseudonym':
      return Buffer.from(pseudonym(kind, Buffer.from(value).toString('utf8'), key));
  }
}

const LABELS = new Map<Kind, Uint8Array>();
/** A policy has fewer kinds. */
const LABELS_KEPT = 512;

/** Made once for each kind; nobody writes to it. */
function ownLabel(kind: Kind): Uint8Array {
  let bytes = LABELS.get(kind);
  if (!bytes) {
    bytes = Buffer.from(label(kind));
    if (LABELS.size < LABELS_KEPT) LABELS.set(kind, bytes);
  }
  return bytes;
}

function isSymbol(c: number): boolean {
  return c >= 0x80 || (c >= 0x30 && c <= 0x39) || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a);
}

/** As in the kernel: a value too short to hide anything keeps nothing. */
function partial(value: Uint8Array, keep: number): Uint8Array {
  const symbols = value.reduce((n, c) => n + (isSymbol(c) ? 1 : 0), 0);
  let hidden = symbols > keep * 2 ? symbols - keep : symbols;
  return value.map((c) => (isSymbol(c) && hidden-- > 0 ? ASTERISK : c));
}
