/**
 * A string from a template may hold parts that only the deployment decides. They are written into the string between two
 * control characters that no policy holds, so that they survive Join, Sub and Split and cannot be taken for text.
 */
const OPEN = '\u0001';
const CLOSE = '\u0002';

/** Text for a value that nobody can know at synth: it could be anything, `*` included. */
export function unknown(name: string): string {
  return `${OPEN}${name}${CLOSE}`;
}

export function isUnknown(value: string): boolean {
  return value.includes(OPEN);
}

/** Names of the unknown parts of a string. */
export function unknownNames(value: string): string[] {
  return value.split(OPEN).slice(1).map((part) => part.split(CLOSE)[0]);
}

/** The string as people read it. */
export function shown(value: string): string {
  return value.split(OPEN).join('<unknown ').split(CLOSE).join('>');
}
