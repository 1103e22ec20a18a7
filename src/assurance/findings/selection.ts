import { FindingLevel, LEVELS, TOPICS } from './level';
import { REMEDIED } from './remedies';
import { RATED } from './rules';
import { nearestNames } from '../lints/nearest';

/** Which findings count, and which of them fail. */
export interface Selection {
  /** Findings below this level are left out. */
  readonly level: FindingLevel;
  /** Ids and topics; empty: all. */
  readonly only: readonly string[];
  /** Ids and topics that are left out. */
  readonly except: readonly string[];
  /** Findings of this level and worse fail; undefined: none does. */
  readonly failOn?: FindingLevel;
}

/** As users write it; everything may be left out. */
export interface SelectionInput {
  readonly level?: string;
  readonly only?: readonly string[];
  readonly except?: readonly string[];
  /** A level, or `never`. */
  readonly failOn?: string;
}

const IDS: readonly string[] = [...TOPICS, ...REMEDIED, ...RATED];

/** @throws naming what is wrong, and what is meant */
export function selectionOf({ level, only = [], except = [], failOn }: SelectionInput): Selection {
  return {
    level: levelNamed('level', level) ?? FindingLevel.ADVICE,
    only: only.map((name) => known('only', name)),
    except: except.map((name) => known('except', name)),
    failOn: failOn === 'never' ? undefined : (levelNamed('failOn', failOn, ['never']) ?? FindingLevel.WARNING),
  };
}

/** Whether the selection looks at this id. */
export function selects({ only, except }: Selection, id: string, topic: string): boolean {
  const has = (names: readonly string[]) => names.includes(id) || names.includes(topic);
  return (only.length === 0 || has(only)) && !has(except);
}

function levelNamed(property: string, text: string | undefined, more: readonly string[] = []) {
  if (text === undefined) return undefined;
  const level = LEVELS.find((each) => each === text);
  if (!level) throw new Error(`"${property}" must be one of ${[...LEVELS, ...more].join(', ')} (got "${text}").`);
  return level;
}

function known(property: string, given: string): string {
  const name = given.replace(/^Strongbox::/, '');
  if (IDS.includes(name)) return name;
  throw new Error(
    `"${property}" must name guarantees, rules or topics (got "${given}"). ` +
      `The nearest are ${nearestNames(name, IDS).join(', ')}; the topics are ${TOPICS.join(', ')}.`,
  );
}
