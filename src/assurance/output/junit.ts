import { isProved } from '../assessment';
import type { Issue } from '../findings/issue';
import type { Review } from '../findings/review';

/** JUnit XML: a suite for each resource, a case for each guarantee or rule; what is accepted or known is skipped. */
export function renderJunit({ assessment, open, failing, accepted, known }: Review): string {
  const suites = new Map<string, string[]>();
  const add = (path: string, name: string, body: string) => {
    const suite = path === '' ? 'templates' : path;
    suites.set(suite, [
      ...(suites.get(suite) ?? []),
      `    <testcase classname="${xml(suite)}" name="${xml(name)}"${body === '' ? '/>' : `>\n${body}\n    </testcase>`}`,
    ]);
  };
  for (const { verdict } of assessment.judgements.filter(isProved)) add(verdict.subject, verdict.guarantee, '');
  for (const issue of open) {
    if (failing.includes(issue)) {
      const { level, harm, sentence } = issue;
      const text = xml(details(issue));
      add(
        issue.path,
        issue.id,
        `      <failure type="${level}" message="${xml(`${harm}: ${sentence}`)}">${text}</failure>`,
      );
    } else {
      add(issue.path, issue.id, `      <system-out>${xml(details(issue))}</system-out>`);
    }
  }
  for (const { issue, reason } of accepted) {
    add(issue.path, issue.id, `      <skipped message="${xml(`accepted: ${reason}`)}"/>`);
  }
  for (const issue of known) add(issue.path, issue.id, '      <skipped message="known from the baseline"/>');
  const counts = (cases: readonly string[]) => {
    const having = (tag: string) => cases.filter((one) => one.includes(`<${tag} `)).length;
    return `tests="${cases.length}" failures="${having('failure')}" skipped="${having('skipped')}" errors="0"`;
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="cdk-s3-strongbox" ${counts([...suites.values()].flat())}>`,
    ...[...suites].flatMap(([name, cases]) => [
      `  <testsuite name="${xml(name)}" ${counts(cases)}>`,
      ...cases,
      '  </testsuite>',
    ]),
    '</testsuites>',
  ].join('\n');
}

function details({ detail, location, counterexample, code, fix, page }: Issue): string {
  return [
    detail,
    ...(location === undefined ? [] : [`at ${location}`]),
    ...(counterexample === undefined ? [] : [counterexample]),
    `Fix: ${code === undefined ? '' : `${code}; in a template: `}${fix}`,
    page,
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Control characters have no place in XML, not even escaped. */
function xml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character]).replace(/[^\P{Cc}\n\t]/gu, '?');
}
