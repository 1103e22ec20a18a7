import { prove } from '../../../src/assurance/engine/prove';
import { POLICIES, propertiesOf } from '../support/questions';
import { hasSolver, solve, toSmt } from '../support/smt';

/** Debian's package `cvc5`; without it the second opinion is not asked, and the suite says so. */
const withSolver = hasSolver('cvc5') ? describe : describe.skip;

withSolver.each(Object.keys(POLICIES))('an SMT solver agrees: %s', (name) => {
  test.each(name === 'public prefix' ? [false, true] : [true])('RestrictPublicBuckets %s', (restrictsPublic) => {
    let agreed = 0;
    for (const property of propertiesOf(POLICIES[name], restrictsPublic)) {
      const outcome = prove(property);
      if (outcome.status === 'unknown') continue;
      const answer = solve('cvc5', toSmt(property));
      expect({
        region: property.region.conditions,
        expect: property.expect,
        status: outcome.status,
        counterexample: outcome.counterexample,
        answer,
      }).toMatchObject({ answer: outcome.status === 'proved' ? 'unsat' : 'sat' });
      agreed += 1;
    }
    expect(agreed).toBeGreaterThan(10);
  });
});

test('the translation refuses what it does not cover', () => {
  const [property] = propertiesOf([], false);
  expect(() => toSmt({ ...property, environment: { ...property.environment, accessPoints: [] } })).toThrow(
    'not translated: more than one resource policy decides',
  );
});
