import { evaluate } from '../../../src/assurance/engine/evaluate';
import { parsePolicy } from '../../../src/assurance/engine/policy';
import { prove } from '../../../src/assurance/engine/prove';
import { region } from '../../../src/assurance/engine/region';
import { viewOf } from '../../../src/assurance/engine/request-view';

const OWN = '111122223333';
const BUCKET = 'arn:aws:s3:::docs-bucket';
const ALLOW = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${BUCKET}/*` };
const DENY = { ...ALLOW, Effect: 'Deny' };

function verdict(expect: 'never' | 'always', ...Statement: any[]) {
  return prove({
    place: 'test',
    expect,
    region: region({
      actions: ['s3:GetObject'],
      when: { StringEquals: { 'strongbox:PrincipalKind': 'anonymous' } },
    }),
    targets: [{ kind: 'object', arn: BUCKET, keys: ['*'] }],
    environment: {
      account: OWN,
      resourcePolicies: [parsePolicy({ Version: '2012-10-17', Statement }, 'policy')],
      otherIdentities: 'nothing',
    },
  });
}

const CONDITIONS: ReadonlyArray<[operator: string, value: string]> = [
  ['StringEquals', 'x'],
  ['StringNotEquals', 'x'],
  ['StringLikeIfExists', 'x*'],
  ['Null', 'true'],
  ['Null', 'false'],
  ['Bool', 'true'],
  ['NumericLessThan', '5'],
  ['ForAllValues:StringEquals', 'x'],
];
const KEYS = ['aws:NewThing', 'AWS:newthing', 's3:NewThing', 'newservice:Key'];

describe.each(KEYS)('%s, which AWS does not document', (key) => {
  test.each(CONDITIONS)('under %s "%s" gives no proof', (operator, value) => {
    const Condition = { [operator]: { [key]: value } };
    for (const outcome of [
      verdict('never', ALLOW, { ...DENY, Condition }),
      verdict('never', { ...ALLOW, Condition }),
      verdict('always', ALLOW, { ...DENY, Condition }),
      verdict('always', { ...ALLOW, Condition }),
    ]) {
      expect(outcome.status).toBe('unknown');
      expect(outcome.reason).toContain(`reads ${key.toLowerCase()}, a condition key that AWS does not document`);
    }
  });

  test.each(['', ", 'y'"])('as a policy variable gives no proof (default "%s")', (fallback) => {
    const variable = `\${${key}${fallback}}`;
    for (const statement of [
      { ...DENY, Resource: `${BUCKET}/${variable}/*` },
      { ...DENY, Resource: undefined, NotResource: `${BUCKET}/${variable}/*` },
      { ...DENY, Condition: { StringNotEquals: { 'aws:UserAgent': variable } } },
      { ...DENY, Condition: { StringEquals: { 'aws:UserAgent': variable } } },
    ]) {
      for (const expect_ of ['never', 'always'] as const) {
        expect(verdict(expect_, ALLOW, statement).status).not.toBe('proved');
      }
    }
  });
});

test('what does not depend on such a key is decided', () => {
  const Condition = { StringEquals: { 'aws:NewThing': 'x' } };
  expect(verdict('never', ALLOW, DENY, { ...ALLOW, Condition }).status).toBe('proved');
  expect(verdict('always', ALLOW, { ...ALLOW, Condition }).status).toBe('proved');
});

test('a concrete request may carry it', () => {
  const Condition = { StringEquals: { 'aws:NewThing': 'x' } };
  const policy = parsePolicy({ Version: '2012-10-17', Statement: [{ ...ALLOW, Condition }] }, 'policy');
  const decide = (context: Record<string, string>) =>
    evaluate(
      viewOf({ principal: { kind: 'anonymous' }, action: 's3:GetObject', resource: `${BUCKET}/x`, context }),
      { account: OWN, resourcePolicies: [policy], otherIdentities: 'nothing' },
      'allow',
    );
  expect(decide({ 'aws:newthing': 'x' })).toMatchObject({ allowed: true, doubts: [] });
  expect(decide({ 'aws:newthing': 'y' })).toMatchObject({ allowed: false, doubts: [] });
  expect(decide({}).doubts).toHaveLength(1);
});
