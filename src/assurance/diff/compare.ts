import { comparable, pairsOf, type Pair } from './pairs';
import { changes, type Change } from '../engine/changes';
import { requestJson } from '../engine/request';
import { requestSentence } from '../findings/sentence';
import type { Model } from '../model/resolve';
import { MAX_WORLDS } from '../model/worlds';
import { ImpossibleWorldError, UndecidedError } from '../template/world';

/** What a change does to the requests of one kind. */
type Effect = 'opens' | 'closes' | 'unknown';

/** Classes of requests that one statement decides otherwise than before. */
export interface Entry {
  readonly effect: Effect;
  /** Construct path, or stack and logical id. */
  readonly path: string;
  /** A shortest request of the classes, in words. */
  readonly sentence: string;
  /** The same request as JSON; absent for what could not be compared. */
  readonly request?: string;
  /** The statement or rule that decided before, and the one that decides now. */
  readonly before: string;
  readonly after: string;
  /** How many classes of requests. */
  readonly classes: number;
  /** Actions of the classes. */
  readonly actions: readonly string[];
  /** e.g. `when IsProd is false`, or the account in which it is so. */
  readonly when?: string;
}

export interface Comparison {
  /** What opens first. */
  readonly entries: readonly Entry[];
  /** Paths of resources that are new, and of those that are gone. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** How many resources were compared. */
  readonly resources: number;
}

/**
 * Compares what two sets of templates allow.
 * @param isAsked which stacks are compared
 * @throws if they share no resource, or one of them cannot be read
 */
export function compareModels(old: Model, today: Model, isAsked: (stack: string) => boolean = () => true): Comparison {
  requireShared(old, today);
  const entries = new Map<string, Entry>();
  const add = (entry: Entry) => {
    const key = JSON.stringify([entry.effect, entry.path, entry.before, entry.after]);
    const same = entries.get(key);
    entries.set(key, same ? merged(same, entry) : entry);
  };
  for (const problem of [...old.problems, ...today.problems]) add(notCompared('', problem));
  const found = { added: new Set<string>(), removed: new Set<string>(), all: new Set<string>() };
  inEveryWorldOfBoth(
    old,
    today,
    (was, is, when) => {
      for (const pair of pairsOf(was, is)) {
        const { path, stack } = (pair.after ?? pair.before)!.resource;
        if (!isAsked(stack)) continue;
        found.all.add(path);
        if (!pair.before) found.added.add(path);
        if (!pair.after) found.removed.add(path);
        else for (const entry of entriesOf(pair, path, when)) add(entry);
      }
    },
    (problem) => add(notCompared('', problem)),
  );
  return {
    entries: [...entries.values()].sort((a, b) => ORDER.indexOf(a.effect) - ORDER.indexOf(b.effect)),
    added: [...found.added],
    removed: [...found.removed],
    resources: found.all.size,
  };
}

const ORDER: readonly Effect[] = ['opens', 'unknown', 'closes'];

function requireShared(before: Model, after: Model): void {
  const names = ({ resources }: Model) =>
    resources.flatMap(({ path, stack, logicalId }) => [path, `${stack} ${logicalId}`]);
  const known = new Set(names(before));
  if (before.resources.length === 0 || after.resources.length === 0 || names(after).some((name) => known.has(name))) {
    return;
  }
  throw new Error(
    `The two sides share nothing: no resource of the new templates (${after.resources[0].path}, ...) is in the old ones ` +
      `(${before.resources[0].path}, ...). Give two versions of one app.`,
  );
}

/** Asks in every world of both sides together: a parameter or condition has one value for both. */
function inEveryWorldOfBoth(
  before: Model,
  after: Model,
  look: (before: Model, after: Model, when: string) => void,
  fail: (problem: string) => void,
): void {
  const open: Array<readonly [Model, Model]> = [[before, after]];
  let worlds = 0;
  for (let pair = open.pop(); pair; pair = open.pop()) {
    const [was, is] = pair;
    const words = is.world.size === 0 ? '' : is.world.words((condition) => is.conditionHolds(condition));
    try {
      look(was, is, words === '' ? '' : `when ${words}`);
      worlds += 1;
    } catch (error) {
      if (error instanceof ImpossibleWorldError) continue;
      if (!(error instanceof UndecidedError)) {
        fail((error as Error).message);
        continue;
      }
      const { question } = error;
      for (const truth of [false, true]) open.push([was.answered(question, truth), is.answered(question, truth)]);
      if (open.length + worlds > MAX_WORLDS) {
        fail(`more than ${MAX_WORLDS} combinations of conditions and parameters decide it`);
        return;
      }
    }
  }
}

function* entriesOf({ before, after }: Pair, path: string, when: string): Generator<Entry> {
  if (!after) return;
  try {
    const [was, is] = before ? comparable(before.environment, after.environment) : [undefined, after.environment];
    // The name of a bucket that AWS keeps while its logical id stays means another bucket.
    const moved = before !== undefined && JSON.stringify(before.targets) !== JSON.stringify(after.targets);
    for (const change of changes(moved ? undefined : was, is, after.targets, after.actions)) {
      const entry = entryOf(change, path, after.resource.account, when);
      // That its own account's policies decide is so of every new resource.
      if ((before && !moved) || !OWN_POLICIES.test(entry.after)) yield entry;
    }
  } catch (error) {
    if (error instanceof UndecidedError || error instanceof ImpossibleWorldError) throw error;
    yield notCompared(path, (error as Error).message);
  }
}

const OWN_POLICIES = /^a policy of the caller/;

function entryOf({ request, before, after, where }: Change, path: string, account: string, when: string): Entry {
  const effect = EFFECTS[`${before.allowed} ${after.allowed}`] ?? 'unknown';
  const sentence = requestSentence(request, effect !== 'closes', { account });
  const conditions = [when, where].filter((text) => text !== undefined && text !== '').join(', ');
  return {
    effect,
    path,
    sentence: effect === 'unknown' ? sentence.replace(' can call ', ' may be able to call ') : sentence,
    request: requestJson(request),
    before: before.reason,
    after: after.reason,
    classes: 1,
    actions: [request.action],
    ...(conditions !== '' && { when: conditions }),
  };
}

/** What is certainly denied now opens nothing, whatever was before. */
const EFFECTS: Readonly<Record<string, Effect>> = { 'no yes': 'opens', 'yes no': 'closes', 'unknown no': 'closes' };

function notCompared(path: string, problem: string): Entry {
  return {
    effect: 'unknown',
    path,
    sentence: `It could not be compared: ${problem}`,
    before: 'not known',
    after: problem,
    classes: 1,
    actions: [],
  };
}

/** One statement: the shortest request stands for all, the widest caller first. */
function merged(one: Entry, other: Entry): Entry {
  const [first] = [one, other].sort((a, b) => weight(a) - weight(b));
  return {
    ...first,
    classes: one.classes + other.classes,
    actions: [...new Set([...one.actions, ...other.actions])].sort(),
  };
}

function weight({ request = '', sentence }: Entry): number {
  const caller = /^Anyone/.test(sentence)
    ? 0
    : /of any other account/.test(sentence)
      ? 1
      : /^Any /.test(sentence)
        ? 2
        : 3;
  return caller * 100_000 + request.length;
}
