import { misspelt, mutantsOf } from '../../scripts/mutation/mutators';
import { expectationOf, isEquivalent, killedBy } from '../../scripts/mutation/proof';
import { subjects } from '../../scripts/mutation/subjects';

/** As in the whole run, what one subject had broken is not broken in the same way in the next. */
const known = new Set<string>();

describe.each(subjects().map(({ name, template, broken }) => [name, template, broken] as const))(
  '%s',
  (_, template, broken) => {
    const before = JSON.stringify(template);
    const all = mutantsOf(template);
    const mutants = all.filter(({ name }) => broken?.test(name) ?? true);
    const expectation = expectationOf(template);
    const hasBucket = Object.values<any>(template.Resources).some(({ Type }) => Type === 'AWS::S3::Bucket');
    const examples = [
      ...new Map(
        mutants.filter(({ likeness }) => !known.has(likeness)).map((mutant) => [mutant.kind, mutant]),
      ).values(),
    ];
    for (const { likeness } of mutants) known.add(likeness);

    test('gives about a hundred mutants or more, each other than the original and than the rest', () => {
      expect(all.length).toBeGreaterThanOrEqual(hasBucket ? 100 : 75);
      expect(new Set([before, ...all.map((mutant) => JSON.stringify(mutant.template))]).size).toBe(all.length + 1);
      expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
      expect(mutants.length).toBeGreaterThan(0);
      expect(JSON.stringify(template)).toBe(before);
    });

    test('its own guarantees hold, and it is equivalent to itself', () => {
      expect(expectation.claims.length).toBeGreaterThan(hasBucket ? 10 : 5);
      expect(killedBy(template, expectation)).toBeUndefined();
      for (const [logicalId, { Type }] of Object.entries<any>(template.Resources)) {
        if (Type === 'AWS::S3::BucketPolicy') expect(isEquivalent(template, template, logicalId)).toBe(true);
      }
    });

    // The whole run takes minutes (npm run mutants); one mutant of each kind takes seconds.
    if (examples.length > 0) {
      test.each(examples.map((mutant) => [mutant.kind, mutant] as const))(
        'a mutant of the kind %s is noticed or changes nothing',
        (__, mutant) => {
          const noticed = killedBy(mutant.template, expectation) !== undefined;
          expect(noticed || isEquivalent(template, mutant.template, mutant.logicalId)).toBe(true);
        },
      );
    }
  },
);

test.each(['aws:SecureTransport', 's3:GetObject', 's3:TlsVersion', 'aws:SourceArn'])(
  'a misspelt %s is another word of the same length',
  (word) => {
    expect(misspelt(word)).not.toBe(word);
    expect(misspelt(word)).toHaveLength(word.length);
    expect(misspelt(word).split(':')[0]).toBe(word.split(':')[0]);
  },
);
