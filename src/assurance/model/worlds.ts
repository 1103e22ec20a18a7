import type { Model } from './model';
import { ImpossibleWorldError, UndecidedError } from '../template/world';

/** Worlds looked at for one question. */
export const MAX_WORLDS = 256;

/** What holds in one of the worlds that the templates leave open. */
export interface InWorld<T> {
  readonly answer: T;
  /** e.g. `when IsProd is false`; empty if nothing had to be decided. */
  readonly when: string;
}

/**
 * Asks a question in every world that its answer depends on: each time it reads what only the deployment knows, the
 * world is divided in two.
 * @returns undefined after the last answer if the worlds are more than `MAX_WORLDS`: then not every one was looked at
 */
export function* inEveryWorld<T>(model: Model, ask: (model: Model) => T): Generator<InWorld<T> | undefined> {
  const open: Model[] = [model];
  let worlds = 0;
  for (let at = open.pop(); at; at = open.pop()) {
    let answer: T;
    try {
      answer = ask(at);
    } catch (error) {
      if (error instanceof ImpossibleWorldError) continue;
      if (!(error instanceof UndecidedError)) throw error;
      open.push(at.answered(error.question, false), at.answered(error.question, true));
      if (open.length + worlds > MAX_WORLDS) {
        yield undefined;
        return;
      }
      continue;
    }
    worlds += 1;
    const words = at.world.size === 0 ? '' : at.world.words((condition) => at.conditionHolds(condition));
    yield { answer, when: words === '' ? '' : `when ${words}` };
  }
}

/** Worlds looked at where not every one has to be. */
const MAX_SAMPLES = 24;

/**
 * Some worlds of the templates: each question answered with yes, each with no, and each one in turn otherwise than the
 * rest. Enough to find what there is to ask about, not to prove anything.
 */
export function sampleWorlds<T>(model: Model, look: (model: Model) => readonly T[]): T[] {
  const found: T[] = [];
  const visit = (start: Model, otherwise: boolean): Model => {
    const world = start.completed(otherwise);
    try {
      found.push(...look(world));
    } catch (error) {
      if (!(error instanceof ImpossibleWorldError)) throw error;
    }
    return world;
  };
  const asked = visit(model, true).world.asked.slice(0, MAX_SAMPLES);
  if (asked.length === 0) return found;
  visit(model, false);
  for (const question of asked) visit(model.answered(question, false), true);
  return found;
}
