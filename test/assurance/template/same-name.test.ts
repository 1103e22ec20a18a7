import fc from 'fast-check';
import { neverEqual } from '../../../src/assurance/template/same-name';
import { unknown } from '../../../src/assurance/template/unknown';

const APP = unknown('App.parameter Name');
const STAGE = unknown('App.parameter Stage');
const ACCOUNT = unknown('AWS::AccountId');

test.each([
  ['another beginning', `a-${APP}`, `b-${APP}`],
  ['another end', `${APP}-a`, `${STAGE}-b`],
  ['a letter more around the same parts', `${APP}-${STAGE}`, `${APP}-logs-${STAGE}`],
  ['the same parts in another order, and a letter more', `${APP}${STAGE}`, `${STAGE}-${APP}`],
  ['an account of AWS, which is no number', `arn:aws:iam::${ACCOUNT}:policy/x`, 'arn:aws:iam::aws:policy/x'],
  ['another generated name beside the same part', `{App.A}${APP}x`, `{App.A}${APP}y`],
])('never equal: %s', (_, one, other) => {
  expect(neverEqual(one, other)).toBe(true);
  expect(neverEqual(other, one)).toBe(true);
});

test.each([
  ['an open part against a text', `a-${APP}`, 'a-docs'],
  ['two open parts', `a-${APP}`, `a-${STAGE}`],
  ['one part and two', `${APP}${STAGE}`, STAGE],
  ['the same parts in another order', `${APP}-${STAGE}`, `${STAGE}-${APP}`],
  ['an open account against twelve digits', `arn:aws:iam::${ACCOUNT}:root`, 'arn:aws:iam::111122223333:root'],
])('may be equal: %s', (_, one, other) => {
  expect(neverEqual(one, other)).toBe(false);
  expect(neverEqual(other, one)).toBe(false);
});

test('whatever values the parts have, texts that become equal are never told apart', () => {
  const parts = [APP, STAGE, '-', 'a', 'b', 'logs'];
  const text = fc.array(fc.constantFrom(...parts), { maxLength: 6 }).map((all) => all.join(''));
  const value = fc.stringMatching(/^[ab-]{0,3}$/);
  fc.assert(
    fc.property(text, text, value, value, (one, other, app, stage) => {
      const filled = [one, other].map((each) => each.replaceAll(APP, app).replaceAll(STAGE, stage));
      expect(filled[0] === filled[1] && neverEqual(one, other)).toBe(false);
    }),
    { numRuns: 20_000 },
  );
});
