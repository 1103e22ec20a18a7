/** One answer serves properties that differ in generated names alone: it must be the one that each has by itself. */
import fc from 'fast-check';
import { answerOf } from '../../../src/assurance/engine/answers';
import { parsePolicy } from '../../../src/assurance/engine/policy';
import type { Property } from '../../../src/assurance/engine/property';
import { prove } from '../../../src/assurance/engine/prove';
import { region } from '../../../src/assurance/engine/region';

const SEED = Number(process.env.FUZZ_SEED ?? 20261201);
const RUNS = Number(process.env.FUZZ_RUNS ?? 400);

/** Names that begin alike, differ in case, hold a Region or digits, or are those of the account and the Region. */
const NAMES = [
  '{S.Docs}',
  '{S.DOCS}',
  '{S.DocsLogs}',
  '{s.docs}',
  '{us-east-1.Docs}',
  '{S.111122223333}',
  '{eu-west-1-S.Docs.Arn}',
];
const PLACES = ['{AccountId}', '111122223333'];

const operator = fc.constantFrom(
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringNotLike',
  'StringEqualsIgnoreCase',
);
const arnOperator = fc.constantFrom('ArnLike', 'ArnNotLike', 'StringLike', 'StringNotEquals', 'StringEqualsIgnoreCase');

const property = (names: readonly string[]): fc.Arbitrary<Property> => {
  const name = fc.constantFrom(...names);
  const text = fc.oneof(
    name,
    name.map((one) => `${one}*`),
    name.map((one) => `*${one}`),
    name.map((one) => `x-${one}`),
    fc.constantFrom('s-docs*', '*', 'docs', '*111122223333*', '*us-east-1*'),
  );
  const condition = fc.oneof(
    fc.tuple(operator, fc.constantFrom('aws:PrincipalTag/team', 's3:prefix', 'aws:SourceVpce'), text),
    fc.tuple(
      arnOperator,
      fc.constantFrom('aws:PrincipalArn', 'aws:SourceArn'),
      text.map((one) => `arn:aws:iam::{AccountId}:role/${one}`),
    ),
  );
  const statement = fc
    .record({
      Effect: fc.constantFrom('Allow', 'Deny', 'Deny'),
      Principal: fc.oneof(
        fc.constant<any>('*'),
        name.map((one) => ({ AWS: `arn:aws:iam::{AccountId}:role/${one}` })),
      ),
      Action: fc.constantFrom('s3:*', 's3:GetObject'),
      Resource: fc.oneof(
        fc.constant('*'),
        text.map((one) => `arn:aws:s3:::${one}`),
        text.map((one) => `arn:aws:s3:::${one}/*`),
      ),
      conditions: fc.array(condition, { maxLength: 2 }),
    })
    .map(({ conditions, ...rest }) => {
      const Condition: Record<string, Record<string, string>> = {};
      for (const [how, key, value] of conditions) (Condition[how] ??= {})[key] = value;
      return { ...rest, Condition };
    });
  return fc
    .record({
      own: name,
      Statement: fc.array(statement, { minLength: 1, maxLength: 3 }),
      when: fc.option(condition, { nil: undefined }),
      expect: fc.constantFrom<'never' | 'always'>('never', 'always'),
      account: fc.constantFrom(...PLACES),
      others: fc.constantFrom<'everything' | 'nothing'>('everything', 'nothing'),
    })
    .map(({ own, Statement, when, expect, account, others }) => ({
      place: 'random',
      expect,
      region: region({
        actions: ['s3:GetObject', 's3:ListBucket'],
        when: when === undefined ? {} : { [when[0]]: { [when[1]]: when[2] } },
      }),
      environment: {
        account,
        resourcePolicies: [parsePolicy({ Version: '2012-10-17', Statement }, 'policy')],
        otherIdentities: others,
      },
      targets: [{ kind: 'object', arn: `arn:aws:s3:::${own}`, keys: ['*'] }],
    }));
};

/** The property with other names, each for one. */
function renamed(one: Property, to: readonly string[]): Property {
  const text = JSON.stringify(one).replace(/\{(?!AccountId\}|Region\})[A-Za-z0-9][^{}":,]*\}/g, (name) =>
    NAMES.includes(name) ? to[NAMES.indexOf(name)] : name,
  );
  return JSON.parse(text);
}

function said(ask: () => unknown): unknown {
  try {
    return ask();
  } catch (error) {
    return (error as Error).message;
  }
}

test('a kept answer under other names is the answer', () => {
  let same = 0;
  const shuffled = fc.shuffledSubarray(NAMES, { minLength: NAMES.length });
  fc.assert(
    fc.property(property(NAMES), shuffled, (one, to) => {
      const other = renamed(one, to);
      // The first is kept, and serves the second.
      said(() => answerOf(one));
      const kept: any = said(() => answerOf(other));
      const own: any = said(() => prove(other));
      if (typeof own === 'object') same += 1;
      expect([kept.status, kept.requestClasses, kept.axioms]).toEqual([own.status, own.requestClasses, own.axioms]);
      if (typeof own === 'string') expect(kept).toBe(own);
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(same).toBeGreaterThan(RUNS / 4);
});
