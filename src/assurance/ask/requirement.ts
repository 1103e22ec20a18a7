import { questionsOf } from './question';
import type { RequestOptions } from './request-options';
import { evaluate, type Decision, type UnknownsResolveTo } from '../engine/evaluate';
import { describeRequest, requestJson, type Request } from '../engine/request';
import { viewOf } from '../engine/request-view';
import type { Model } from '../model/resolve';
import { inEveryWorld, MAX_WORLDS } from '../model/worlds';
import { UnknownValueError } from '../template/unknown';

/** An action that the request needs, decided. */
interface Answer {
  readonly request: Request;
  readonly decision: Decision;
}

/** How a request comes out where the templates leave something open. */
interface Outcome {
  /** Undefined: only the deployment knows. */
  readonly allowed?: boolean;
  readonly words: string;
}

/**
 * Requires that a request is allowed, or that it is not, in every deployment of the templates.
 * @param asked which stacks a request without a resource is about
 * @throws with the decision in words and as JSON if it is otherwise, or naming what only the deployment knows
 */
export function requireDecision(
  model: Model,
  options: RequestOptions,
  asked: (stack: string) => boolean,
  expected: boolean,
): void {
  const outcomes = outcomesOf(model, options, asked);
  const other = outcomes.filter(({ allowed }) => allowed !== expected);
  if (other.length === 0) return;
  if (outcomes.every(({ allowed }) => allowed === !expected)) {
    throw new Error(`${expected ? 'Not allowed' : 'Allowed'}: ${other[0].words}`);
  }
  throw new Error(
    `Nobody can tell before deployment whether the request is allowed: ${other[0].words}\n` +
      "  Give what is unknown: in the request's context, as parameters, account and Region of Proof.ofTemplate, or " +
      'as a value in the template.',
  );
}

function outcomesOf(model: Model, options: RequestOptions, asked: (stack: string) => boolean): Outcome[] {
  const found: Outcome[] = [];
  try {
    for (const inWorld of inEveryWorld(model, (at) => outcomeIn(at, options, asked))) {
      if (inWorld === undefined) {
        found.push({ words: `more than ${MAX_WORLDS} combinations of conditions and parameters decide it` });
        continue;
      }
      const { answer, when } = inWorld;
      found.push({ ...answer, words: when === '' ? answer.words : `${when}, ${answer.words}` });
    }
  } catch (error) {
    if (!(error instanceof UnknownValueError)) throw error;
    found.push({ words: error.message });
  }
  return found;
}

/** A request is allowed if each action that it needs is, and denied if one is not, whatever is unknown. */
function outcomeIn(model: Model, options: RequestOptions, asked: (stack: string) => boolean): Outcome {
  const decide = (lean: UnknownsResolveTo): Answer[] => {
    const otherIdentities = options.identityAllows === false ? ('nothing' as const) : ('everything' as const);
    return questionsOf(model, options, asked).map(({ request, environment }) => ({
      request,
      decision: evaluate(viewOf(request), { ...environment, otherIdentities }, lean),
    }));
  };
  const cautious = decide('deny');
  const refused = cautious.find(({ decision }) => !decision.allowed);
  if (refused === undefined) return { allowed: true, words: cautious.map(described).join('\n') };
  const certain = decide('allow').find(({ decision }) => !decision.allowed);
  return certain ? { allowed: false, words: described(certain) } : { words: described(refused) };
}

function described({ request, decision }: Answer): string {
  return (
    `${describeRequest(request)}: ${[decision.reason, ...decision.doubts].join('; ')}\n  request: ` +
    `${requestJson(request)}`
  );
}
