import { NAME_STOP } from './xml-bytes';
import type { Passage, XmlName } from './xml-names';

const LONGEST_PASSAGE = 256;
/**
 * A document with more names has no habits, and passages that lead from name to name would keep all of them in memory.
 */
export const NAMES_WITH_PASSAGES = 512;
/** So often must something else follow before that is what is expected. */
const DETOURS = 8;

/**
 * The start tag of `opens`, whose name ends at `nameEnd`, ends a passage that the next element of the same name may
 * take, too.
 * @param ends the elements that end in it, the innermost first
 */
export function learn(ends: readonly XmlName[], window: Buffer, start: number, nameEnd: number, opens: XmlName): void {
  const [first] = ends;
  if (first.passage !== undefined && ++first.detours < DETOURS) return;
  first.detours = 0;
  if (nameEnd - start > LONGEST_PASSAGE) return;
  first.passage = { bytes: Buffer.from(window.subarray(start, nameEnd)), ends: [...ends], opens };
}

/** Whether what follows at `start` of the window is what followed the last time. */
export function follows(
  { bytes, ends }: Passage,
  window: Buffer,
  length: number,
  start: number,
  open: readonly XmlName[],
  depth: number,
): boolean {
  const size = bytes.length;
  if (start + size >= length) return false;
  // The last bytes differ first: the name of what opens.
  for (let i = size - 1; i > 0; i--) {
    if (bytes[i] !== window[start + i]) return false;
  }
  if (NAME_STOP[window[start + size]] === 0) return false;
  for (let i = 1; i < ends.length; i++) {
    if (open[depth - 1 - i] !== ends[i]) return false;
  }
  return true;
}
