import { misspelt, mutantsOf } from '../../scripts/mutation/mutators';
import { expectationOf, isEquivalent, killedBy } from '../../scripts/mutation/proof';
import { subjects } from '../../scripts/mutation/subjects';

/** Kinds of mutants that a subject has shown already. */
const shown = new Set<string>();

describe.each(subjects().map(({ name, template, broken }) => [name, template, broken] as const))('%s', (_, template, broken) => {
  const before = JSON.stringify(template);
  const mutants = mutantsOf(template).filter(({ name }) => broken?.test(name) ?? true);
  const expectation = expectationOf(template);
  const examples = [...new Map(mutants.map((mutant) => [mutant.kind, mutant])).values()].filter(({ kind }) => kind === 'drop-statement' || !shown.has(kind));
  for (const { kind } of examples) shown.add(kind);

  test('gives many mutants, each other than the original and than the rest', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(20);
    expect(new Set([before, ...mutants.map((mutant) => JSON.stringify(mutant.template))]).size).toBe(mutants.length + 1);
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
    expect(JSON.stringify(template)).toBe(before);
  });

  test('its own guarantees hold, and it is equivalent to itself', () => {
    expect(expectation.claims.length).toBeGreaterThan(5);
    expect(killedBy(template, expectation)).toBeUndefined();
    for (const [logicalId, { Type }] of Object.entries<any>(template.Resources)) {
      if (Type === 'AWS::S3::BucketPolicy') expect(isEquivalent(template, template, logicalId)).toBe(true);
    }
  });

  // The whole run takes minutes (npm run mutants); a mutant of each kind, and one of each subject, takes seconds.
  test.each(examples.map((mutant) => [mutant.kind, mutant] as const))(
    'a mutant of the kind %s is noticed or changes nothing', (__, mutant) => {
      const noticed = killedBy(mutant.template, expectation) !== undefined;
      expect(noticed || isEquivalent(template, mutant.template, mutant.logicalId)).toBe(true);
    });
});

test.each(['aws:SecureTransport', 's3:GetObject', 's3:TlsVersion', 'aws:SourceArn'])('a misspelt %s is another word of the same length', (word) => {
  expect(misspelt(word)).not.toBe(word);
  expect(misspelt(word)).toHaveLength(word.length);
  expect(misspelt(word).split(':')[0]).toBe(word.split(':')[0]);
});
