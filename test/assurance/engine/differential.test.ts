import { representatives } from '../../../src/assurance/engine/prove';
import { POLICIES, propertiesOf } from '../support/questions';
import { DroppedKeyError, secondOpinion } from '../support/second-opinion';

describe.each(Object.keys(POLICIES))('an independent evaluator decides every class alike: %s', (name) => {
  test.each([false, true])('RestrictPublicBuckets %s', async (restrictsPublic) => {
    const statements = POLICIES[name];
    const resourcePolicy = statements.length > 0 ? { Version: '2012-10-17', Statement: statements } : undefined;
    const seen = new Set<string>();
    const dropped = new Set<string>();
    for (const property of propertiesOf(statements, restrictsPublic)) {
      for (const { request, decision } of representatives(property)) {
        const key = JSON.stringify(request);
        if (seen.has(key)) continue;
        seen.add(key);
        try {
          const other = await secondOpinion(request, property.environment, { resourcePolicy });
          expect({ request, allowed: decision.allowed }).toEqual({ request, allowed: other });
        } catch (e) {
          if (!(e instanceof DroppedKeyError)) throw e;
          e.keys.forEach((dropt) => dropped.add(dropt));
          seen.delete(key);
        }
      }
    }
    expect([...dropped]).toEqual([]);
    expect(seen.size).toBeGreaterThan(10);
  });
});
