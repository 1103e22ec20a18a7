/** Columns of a terminal. */
export const WIDTH = 80;

/**
 * Breaks at spaces, so that no line is wider than a terminal; a word that is longer than a line stays whole.
 * @param indent of every line but the first
 */
export function wrapped(text: string, indent: string, width: number = WIDTH): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S)\s+(?=\S)/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
