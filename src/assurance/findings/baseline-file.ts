import { readFileSync, writeFileSync } from 'node:fs';
import { NOT_CHECKED, type Issue } from './issue';
import { type FindingLevel, isAtLeast, LEVELS } from './level';

/** Where `prove` writes its baseline and looks for one. */
export const BASELINE_FILE = 'strongbox-baseline.json';
const VERSION = 1;

/** Findings of one kind on one construct that are known. */
export interface KnownFinding {
  readonly id: string;
  /** Construct path, or stack and logical id. */
  readonly path: string;
  /** A finding that became worse is a new one. */
  readonly level: FindingLevel;
  /** How many; more than that are new. */
  readonly count: number;
  /** Why it is left, as somebody wrote it into the file. */
  readonly reason?: string;
}

export interface Baseline {
  readonly file: string;
  readonly findings: readonly KnownFinding[];
}

/** @throws if the file is none, saying what to do */
export function readBaseline(file: string): Baseline {
  const wrong = (problem: string) =>
    new Error(`${file} must be a baseline written by "prove --write-baseline": it ${problem}. Write it again.`);
  let content: any;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new Error(`${file} does not exist: write a baseline with "prove --write-baseline --baseline ${file}".`);
    }
    throw wrong(`cannot be read as JSON (${(error as Error).message})`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw wrong('holds no object');
  if (content.version !== VERSION) {
    throw wrong(`has the version ${JSON.stringify(content.version) ?? 'undefined'}, and ${VERSION} is read`);
  }
  if (!Array.isArray(content.findings)) throw wrong('has no list "findings"');
  return { file, findings: content.findings.map((each: any, index: number) => entryOf(each, index, wrong)) };
}

function entryOf(entry: any, index: number, wrong: (problem: string) => Error): KnownFinding {
  const bad = (what: string) => wrong(`has a finding (number ${index + 1}) whose ${what}`);
  const { id, path, level, count = 1, reason } = entry ?? {};
  if (typeof id !== 'string' || id === '') throw bad('"id" is not the id of a guarantee or rule');
  if (typeof path !== 'string' || path === '') throw bad('"path" is not a construct path');
  if (!LEVELS.includes(level)) throw bad(`"level" is none of ${LEVELS.join(', ')}`);
  if (!Number.isInteger(count) || count < 1) throw bad('"count" is not a whole number from 1 on');
  if (reason !== undefined && typeof reason !== 'string') throw bad('"reason" is not text');
  return { id, path, level, count, ...(reason !== undefined && { reason }) };
}

/** Writes what is open as known, with the reasons of the file before; sorted, so that a review sees changes. */
export function writeBaseline(file: string, issues: readonly Issue[], before?: Baseline): Baseline {
  const found = new Map<string, KnownFinding>();
  for (const { id, path, level } of issues) {
    if (id === NOT_CHECKED) continue;
    const key = keyOf({ id, path });
    const same = found.get(key);
    const reason = before?.findings.find((each) => keyOf(each) === key)?.reason;
    found.set(key, {
      id,
      path,
      level: same && isAtLeast(same.level, level) ? same.level : level,
      count: (same?.count ?? 0) + 1,
      ...(reason !== undefined && { reason }),
    });
  }
  const findings = [...found.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  writeFileSync(file, `${JSON.stringify({ version: VERSION, findings }, undefined, 2)}\n`);
  return { file, findings };
}

/** What a baseline says about the findings of today. */
export interface Compared {
  readonly fresh: readonly Issue[];
  readonly known: readonly Issue[];
  /** Entries, or parts of their counts, that no finding has any more. */
  readonly gone: readonly KnownFinding[];
}

/**
 * @param paths of the resources, and names of the stacks, that the templates have
 * @param isAsked whether findings with an id were looked for at all
 * @throws if the baseline is about other templates
 */
export function compare(
  { file, findings }: Baseline,
  issues: readonly Issue[],
  paths: ReadonlySet<string>,
  isAsked: (id: string) => boolean,
): Compared {
  if (findings.length > 0 && !findings.some(({ path }) => ancestors(path).some((each) => paths.has(each)))) {
    throw new Error(
      `${file} is the baseline of another app: none of its ${findings.length} findings (the first is about ` +
        `${findings[0].path}) is about a stack of these templates. Give the right file with --baseline, ` +
        'or write one with --write-baseline.',
    );
  }
  const left = new Map(findings.map((each) => [keyOf(each), each.count]));
  const levels = new Map(findings.map((each) => [keyOf(each), each.level]));
  const fresh: Issue[] = [];
  const known: Issue[] = [];
  for (const issue of issues) {
    const key = keyOf(issue);
    const count = left.get(key) ?? 0;
    const wasAsBad = levels.has(key) && isAtLeast(levels.get(key)!, issue.level);
    if (count > 0) left.set(key, count - 1);
    (count > 0 && wasAsBad && issue.id !== NOT_CHECKED ? known : fresh).push(issue);
  }
  const gone = findings
    .map((each) => ({ ...each, count: left.get(keyOf(each))! }))
    .filter(({ id, count }) => count > 0 && isAsked(id));
  return { fresh, known, gone };
}

function ancestors(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}

function keyOf({ id, path }: { readonly id: string; readonly path: string }): string {
  return `${path} ${id}`;
}
