/**
 * A string from a template may hold parts that only the deployment decides. They are written into the string between
 * two control characters that no policy holds, so that they survive Join, Sub and Split and cannot be taken for text.
 */
const OPEN = '\u0001';
const CLOSE = '\u0002';

/** Text for a value that nobody can know at synth: it could be anything, `*` included. */
export function unknown(name: string): string {
  return `${OPEN}${name.replaceAll(OPEN, '<').replaceAll(CLOSE, '>')}${CLOSE}`;
}

export function isUnknown(value: string): boolean {
  return value.includes(OPEN);
}

/** Names of the unknown parts of a string. */
export function unknownNames(value: string): string[] {
  return value
    .split(OPEN)
    .slice(1)
    .map((part) => part.split(CLOSE)[0]);
}

/** Whether the whole text is one unknown value. */
export function isWhollyUnknown(value: string): boolean {
  return value.startsWith(OPEN) && value.indexOf(CLOSE) === value.length - 1;
}

/** The string as people read it: `arn:aws:s3:::<parameter Stage>-docs`. */
export function shown(value: string): string {
  return value
    .replace(new RegExp(`${OPEN}(?:[^${OPEN}${CLOSE}]*\\.)?(parameter [^${CLOSE}]*)${CLOSE}`, 'g'), '<$1>')
    .split(OPEN)
    .join('<unknown ')
    .split(CLOSE)
    .join('>');
}

/** The text with a wildcard for each unknown part: a pattern of all that it can be. */
export function anyValue(value: string): string {
  return value.replace(new RegExp(`${OPEN}[^${CLOSE}]*${CLOSE}`, 'g'), '*');
}

/** Something was read that only the deployment knows: the answer is unknown, and this says why. */
export class UnknownValueError extends Error {
  public constructor(what: string) {
    super(shown(what));
    this.name = 'UnknownValueError';
  }
}

/** A name that CloudFormation generates, or an id that a service gives: `{Stack.LogicalId}`. */
const GENERATED = /(?<!\$)\{[A-Za-z0-9][^{}\u0001\u0002]*\}/;

/** Whether the text has a part that the deployment decides, be it unknown or generated. */
export function isOpen(value: string): boolean {
  return isUnknown(value) || GENERATED.test(value);
}

/** The generated names in a text. */
export function generatedParts(value: string): string {
  return (value.match(new RegExp(GENERATED, 'g')) ?? []).join();
}
