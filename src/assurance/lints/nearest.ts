/** The known name that a misspelt one was meant to be, or undefined if none is near enough to suggest. */
export function nearest(misspelt: string, known: Iterable<string>): string | undefined {
  const wanted = misspelt.toLowerCase();
  // A fourth of a word being wrong is no slip of the hand any more.
  let best = Math.max(1, Math.floor(wanted.length / 4)) + 1;
  let found: string | undefined;
  for (const name of known) {
    const steps = distance(wanted, name.toLowerCase(), best);
    if (steps < best) {
      best = steps;
      found = name;
    }
  }
  return found;
}

/** `Did you mean "x"?`, or nothing. */
export function didYouMean(misspelt: string, known: Iterable<string>): string {
  const name = nearest(misspelt, known);
  return name === undefined ? '' : ` Did you mean "${name}"?`;
}

/** The names that differ least from a text, the nearest first; a name that the text is a part of is near. */
export function nearestNames(text: string, names: Iterable<string>, count: number = 3): string[] {
  const wanted = text.toLowerCase();
  const away = (name: string) => {
    const steps = distance(wanted, name, Infinity);
    return wanted !== '' && (name.includes(wanted) || wanted.includes(name)) ? steps / 4 : steps;
  };
  return [...new Set(names)]
    .map((name) => ({ name, steps: away(name.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}

/** Insertions, deletions, substitutions and swaps of neighbours; gives up at `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substituted = above[column - 1] + (a[row - 1] === b[column - 1] ? 0 : 1);
      current[column] = Math.min(above[column] + 1, current[column - 1] + 1, substituted);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        current[column] = Math.min(current[column], before[column - 2] + 1);
      }
    }
    if (Math.min(...current) >= limit) return limit;
    before = above;
    above = current;
  }
  return above[b.length];
}
