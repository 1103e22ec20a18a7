import fc from 'fast-check';
import { evaluate, statementApplies, viewOf, type Environment } from '../../src/assurance/evaluate';
import { parsePolicy } from '../../src/assurance/policy';
import { prove, type Property } from '../../src/assurance/prove';
import { ruleOf } from '../../src/assurance/axioms';
import { region } from '../../src/assurance/subject';
import { BUCKET, OWN, policy, request as requests } from './support/arbitrary';
import { DroppedKeyError, secondOpinion } from './support/second-opinion';

/** The same runs every time: a failure is found again, and the suite is not a lottery. */
const SEED = 20261121;

function environment(document: any, more: Partial<Environment> = {}): Environment {
  return { account: OWN, resourcePolicies: [parsePolicy(document, 'policy')], otherIdentities: 'everything', ...more };
}

test('random policies and requests: an independent evaluator decides alike', async () => {
  let allowed = 0;
  let compared = 0;
  await fc.assert(fc.asyncProperty(policy(), requests, fc.boolean(), async (resourcePolicy, request, restrictsPublic) => {
    const env = environment(resourcePolicy, { restrictsPublic });
    let other: boolean;
    try {
      other = await secondOpinion(request, env, { resourcePolicy });
    } catch (e) {
      if (e instanceof DroppedKeyError) return;
      throw e;
    }
    const mine = evaluate(viewOf(request), env, 'allow');
    if (mine.doubts.length > 0) return;
    compared += 1;
    if (mine.allowed) allowed += 1;
    expect({ allowed: mine.allowed, reason: mine.reason }).toEqual({ allowed: other, reason: mine.reason });
  }), { seed: SEED, numRuns: 1500 });
  expect(compared).toBeGreaterThan(1000);
  expect(allowed).toBeGreaterThan(100);
});
