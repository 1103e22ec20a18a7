import { PolicyError } from '../errors';
import type { Dictionary } from '../policy';

const MAX_TERMS = 100_000;
const MAX_TERM_BYTES = 256;
/** What the trie's numbering has room for. */
const MAX_NODES = 4_000_000;
const MULTIPLIER = 0x9e3779b1;

interface Term {
  readonly bytes: Uint8Array;
  readonly kind: number;
  readonly flags: number;
}

/** The policy's terms as the kernel looks them up; layout in kernel/dictionary.ts. */
export interface DictionaryTable {
  readonly terms: readonly Term[];
  /** (node * 256 + byte) to node. */
  readonly edges: Map<number, number>;
  readonly ends: Map<number, Term[]>;
  readonly anywhere: boolean;
}

/** @throws PolicyError for a term that is too short or too long, or too many of them */
export function dictionaryTable(
  dictionaries: readonly Dictionary[],
  kindNumber: (kind: string) => number,
): DictionaryTable | undefined {
  const terms = dictionaries.flatMap((dictionary) => {
    const kind = kindNumber(dictionary.kind);
    const flags = (dictionary.caseSensitive ? 1 : 0) | ((dictionary.wholeWord ?? true) ? 2 : 0);
    return dictionary.terms.map((term): Term => {
      const bytes = Buffer.from(term, 'utf8');
      if (bytes.length < 2 || bytes.length > MAX_TERM_BYTES) {
        throw new PolicyError(
          `"terms" of ${dictionary.kind} has a term of ${bytes.length} bytes, 2 to ${MAX_TERM_BYTES} are ` +
            'allowed; leave it out',
        );
      }
      if (bytes.includes(0)) {
        throw new PolicyError(`"terms" of ${dictionary.kind} has a term with a NUL, which is no text; leave it out`);
      }
      return { bytes, kind, flags };
    });
  });
  if (terms.length === 0) return undefined;
  if (terms.length > MAX_TERMS) {
    throw new PolicyError(
      `"dictionaries" has ${terms.length} terms, at most ${MAX_TERMS} are allowed; split the policy`,
    );
  }
  const edges = new Map<number, number>();
  const ends = new Map<number, Term[]>();
  for (const term of terms) {
    let node = 0;
    for (const byte of term.bytes) {
      const key = node * 256 + fold(byte);
      let next = edges.get(key);
      if (next === undefined) edges.set(key, (next = edges.size + 1));
      node = next;
    }
    const sharing = ends.get(node) ?? [];
    const isSame = (other: Term) =>
      other.kind === term.kind && other.flags === term.flags && Buffer.compare(other.bytes, term.bytes) === 0;
    if (!sharing.some(isSame)) sharing.push(term);
    ends.set(node, sharing);
  }
  if (edges.size > MAX_NODES) {
    throw new PolicyError(`"dictionaries" has terms of more than ${MAX_NODES} bytes together; split the policy`);
  }
  // Where words begin is known 32 bytes at a time; a term that may begin elsewhere has every byte looked at.
  return { terms, edges, ends, anywhere: terms.some((term) => (term.flags & 2) === 0 || !beginsWord(term.bytes[0])) };
}

/** An ASCII letter or digit, or a letter of a script that writes words apart. */
function beginsWord(c: number): boolean {
  return (c >= 0xc3 && c <= 0xe1) || (c >= 0x30 && c <= 0x39) || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a);
}

function fold(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

function shiftFor(entries: number, load: number): number {
  return 32 - Math.max(8, Math.ceil(Math.log2(entries * load)));
}

export function dictionaryBytes(table: DictionaryTable): number {
  const filter = 2 ** (32 - shiftFor(table.terms.length, 16)) / 8;
  const trie = 2 ** (32 - shiftFor(table.edges.size, 2)) * 8;
  const ends = table.terms.reduce((sum, term) => sum + 8 + term.bytes.length + 3, 0);
  return 32 + 16384 + filter + trie + (table.edges.size + 1) * 4 + ends + 64;
}

export function writeDictionary(view: DataView, at: number, table: DictionaryTable): void {
  const filterShift = shiftFor(table.terms.length, 16);
  const trieShift = shiftFor(table.edges.size, 2);
  const pairs = at + 32;
  const filter = pairs + 16384;
  const trie = filter + 2 ** (32 - filterShift) / 8;
  const nodes = trie + 2 ** (32 - trieShift) * 8;
  let free = nodes + (table.edges.size + 1) * 4;
  [filter, filterShift, trie, trieShift, nodes, pairs, table.anywhere ? 1 : 0].forEach((value, i) =>
    view.setInt32(at + i * 4, value, true),
  );
  for (const { bytes } of table.terms) {
    const pair = bytes[0] | (bytes[1] << 8) | 0x2020;
    const long = bytes.length >= 4;
    view.setUint8(pairs + (pair >> 2), view.getUint8(pairs + (pair >> 2)) | ((long ? 1 : 2) << ((pair & 3) << 1)));
    if (!long) continue;
    const four = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16) | (bytes[3] << 24) | 0x20202020;
    const slot = Math.imul(four, MULTIPLIER) >>> filterShift;
    view.setUint8(filter + (slot >> 3), view.getUint8(filter + (slot >> 3)) | (1 << (slot & 7)));
  }
  const mask = 2 ** (32 - trieShift) - 1;
  for (const [edge, to] of table.edges) {
    const key = (edge + 1) | 0;
    let slot = Math.imul(key, MULTIPLIER) >>> trieShift;
    while (view.getInt32(trie + slot * 8, true) !== 0) slot = (slot + 1) & mask;
    view.setInt32(trie + slot * 8, key, true);
    view.setInt32(trie + slot * 8 + 4, to, true);
  }
  for (const [node, terms] of table.ends) {
    let next = 0;
    for (const { bytes, kind, flags } of terms) {
      view.setInt32(free, next, true);
      view.setUint8(free + 4, kind);
      view.setUint8(free + 5, flags);
      view.setUint16(free + 6, bytes.length, true);
      bytes.forEach((byte, i) => view.setUint8(free + 8 + i, byte));
      next = free;
      free = (free + 8 + bytes.length + 3) & ~3;
    }
    view.setInt32(nodes + node * 4, next, true);
  }
}
