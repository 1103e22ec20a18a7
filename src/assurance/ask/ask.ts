import { explain, type Answer, type Explained, type ExplainOptions } from './explain';
import { questionsOf } from './question';
import type { RequestOptions } from './request-options';
import type { Model } from '../model/resolve';
import { inEveryWorld, MAX_WORLDS } from '../model/worlds';

/** The answer to a request: allowed only if every action that it needs is. */
export interface Asked {
  readonly answer: Answer;
  /** The actions, the one that decides first. */
  readonly actions: readonly Explained[];
  /** e.g. `when IsProd is false`, where that makes another answer than the rest. */
  readonly when?: string;
}

/**
 * Asks a request of the templates, whatever parameters and conditions have for values.
 * @throws saying which name is not there, and what is nearest
 */
export function ask(model: Model, request: RequestOptions, options: ExplainOptions): Asked {
  let first: Asked | undefined;
  for (const world of inEveryWorld(model, (at) =>
    together(questionsOf(at, request).map((one) => explain(one, options))),
  )) {
    if (world === undefined) {
      return {
        ...first!,
        answer: 'unknown',
        when: `more than ${MAX_WORLDS} combinations of conditions and parameters`,
      };
    }
    const { answer, when } = world;
    first ??= answer;
    if (answer.answer !== first.answer || answer.answer === 'unknown') return { ...answer, answer: 'unknown', when };
  }
  return first!;
}

const ORDER: readonly Answer[] = ['denied', 'unknown', 'allowed'];

function together(actions: readonly Explained[]): Asked {
  const sorted = [...actions].sort((a, b) => ORDER.indexOf(a.answer) - ORDER.indexOf(b.answer));
  return { answer: sorted[0].answer, actions: sorted };
}
