import fc from 'fast-check';
import { isNamed } from '../../../src/assurance/model/names';
import { resolveTemplates, type TemplatesModel } from '../../../src/assurance/model/resolve';

/** Buckets with and without names of their own, and policies that name them in every way, in up to three stacks. */
const NAMES = ['one', 'two', undefined];
const stack = fc.record({
  buckets: fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }),
  policies: fc.array(
    fc.oneof(
      fc.nat(2).map((n) => ({ Ref: `B${n}` })),
      fc.constantFrom<unknown>('one', 'two', { 'Fn::Sub': '${B0}' }, { 'Fn::ImportValue': 'elsewhere' }),
    ),
    { maxLength: 4 },
  ),
});

test('what an index of references leaves out names another bucket', () => {
  fc.assert(
    fc.property(fc.array(stack, { minLength: 1, maxLength: 3 }), (stacks) => {
      const model = resolveTemplates(
        stacks.map(({ buckets, policies }, i) => ({
          stack: `S${i}`,
          template: {
            Resources: {
              ...Object.fromEntries(
                buckets.map((BucketName, n) => [`B${n}`, { Type: 'AWS::S3::Bucket', Properties: { BucketName } }]),
              ),
              ...Object.fromEntries(
                policies.map((Bucket, n) => [`P${n}`, { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket } }]),
              ),
            },
          },
        })) as never,
      ).completed(false) as TemplatesModel;
      const all = model.candidates('AWS::S3::BucketPolicy');
      for (const bucket of model.candidates('AWS::S3::Bucket')) {
        const names = (from: (typeof all)[number]) =>
          isNamed(from, from.written.Bucket, () => from.properties.Bucket, bucket, model.world);
        const kept = model.naming('AWS::S3::BucketPolicy', 'Bucket', bucket);
        expect(kept.filter(names)).toEqual(all.filter(names));
      }
    }),
    { numRuns: 300 },
  );
});
