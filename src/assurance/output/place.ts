import { isAbsolute, relative, sep } from 'node:path';
import type { Issue } from '../findings/issue';

/** File and line of a finding, as other tools want them. */
export interface Place {
  /** Relative to the current folder where it is below it, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** The line of the app that makes the resource, or where the template has it; undefined if neither is known. */
export function placeOf({ madeAt, source }: Issue): Place | undefined {
  const made = madeAt === undefined ? undefined : /^(.*):(\d+)$/.exec(madeAt);
  if (made) return { file: fromHere(made[1]), line: Number(made[2]) };
  return source && { file: fromHere(source.file), line: source.line, column: source.column };
}

function fromHere(file: string): string {
  const short = isAbsolute(file) ? relative(process.cwd(), file) : file;
  return (short.startsWith('..') ? file : short).split(sep).join('/');
}
