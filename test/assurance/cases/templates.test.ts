import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { assess, type Assessment } from '../../../src/assurance/assessment';
import { readTemplateFile } from '../../../src/assurance/template/template-file';
import { VerdictStatus, type Verdict } from '../../../src/assurance/verdict';

const { PROVED, VIOLATED, UNKNOWN } = VerdictStatus;

/** Templates that a reader of CloudFormation gets wrong, as `prove` answers them. */
const FOLDER = join(__dirname, 'templates');
const assessed = new Map<string, Assessment>();

function assessmentOf(name: string): Assessment {
  const file = readdirSync(FOLDER).find((each) => each.startsWith(`${name}.`) || each.startsWith(`${name}-`))!;
  let found = assessed.get(file);
  if (!found) {
    found = assess([{ stack: basename(file, '.json'), ...readTemplateFile(join(FOLDER, file)) }]);
    assessed.set(file, found);
  }
  return found;
}

function verdictOf(name: string, resource: string, guarantee: string): Verdict {
  return assessmentOf(name)
    .judgements.map(({ verdict }) => verdict)
    .find((verdict) => verdict.guarantee === guarantee && verdict.subject.endsWith(`/${resource}`))!;
}

test.each([
  ['01', 'B', 'tls-only', PROVED],
  ['02', 'Open', 'tls-only', VIOLATED],
  ['02', 'Shut', 'tls-only', PROVED],
  ['03', 'A', 'tls-only', VIOLATED],
  ['03', 'C', 'tls-only', VIOLATED],
  ['04', 'Open', 'public-access-blocked', VIOLATED],
  ['04', 'Ok', 'public-access-blocked', PROVED],
  ['05', 'B', 'public-access-blocked', PROVED],
  ['05', 'B', 'acls-disabled', PROVED],
  ['05', 'B', 'default-encryption', PROVED],
  ['08', 'A', 'public-access-blocked', PROVED],
  ['08', 'A', 'only-accounts', PROVED],
  ['09', 'L', 'log-delivery-allowed', PROVED],
  ['09', 'L', 'delivery-works', PROVED],
  ['10', 'A', 'public-access-blocked', PROVED],
  ['10', 'A', 'only-accounts', PROVED],
  ['10b', 'A', 'public-access-blocked', PROVED],
  ['10b', 'A', 'only-accounts', PROVED],
  ['11', 'A', 'policy-retained', VIOLATED],
  ['p15', 'A', 'tls-only', PROVED],
  ['p15', 'A', 'only-accounts', UNKNOWN],
  ['p19', 'A', 'public-access-blocked', VIOLATED],
  ['p20', 'A', 'only-accounts', PROVED],
  ['p8', 'Ba', 'acls-disabled', PROVED],
  ['p8', 'A', 'public-access-blocked', PROVED],
  ['p9', 'A', 'public-access-blocked', PROVED],
])('%s, %s: %s is %s', (name, resource, guarantee, status) => {
  expect(verdictOf(name, resource, guarantee).status).toBe(status);
});

test.each(['02d', '04b', '12', 'p7', 'p7b'])('%s: not everything is well', (name) => {
  const { judgements, findings } = assessmentOf(name);
  expect(findings.length + judgements.filter(({ verdict }) => verdict.status === VIOLATED).length).toBeGreaterThan(0);
});

test('the world that breaks a guarantee is named', () => {
  expect(verdictOf('04', 'Open', 'public-access-blocked').reason).toMatch(
    /^when IsProd is true: anyone on the internet/,
  );
});

test.each(readdirSync(FOLDER).filter((file) => file.endsWith('.json')))(
  '%s: no marks of the library in what is said',
  (file) => {
    const { judgements, findings, problems } = assessmentOf(basename(file, '.json'));
    const said = JSON.stringify([
      judgements.map(({ verdict }) => verdict),
      findings.map(({ message }) => message),
      problems,
    ]);
    expect(said).not.toMatch(/[\u0001\u0002]|\\u000[12]/);
  },
);
