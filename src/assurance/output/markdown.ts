import { countOf, grouped, type Group } from './group';
import { placeOf } from './place';
import type { Issue } from '../findings/issue';
import { headline, type Review } from '../findings/review';

/** Paths that a cell of the table holds. */
const SHOWN_PATHS = 5;

/** For a comment on a pull request, or the summary of a job. */
export function renderMarkdown(review: Review): string {
  const { open, accepted, gone, known, assessment } = review;
  return [
    `## Amazon S3: ${headline(review)}`,
    ...(open.length === 0
      ? ['', 'Nothing is open.']
      : [
          '',
          '| level | finding | where | what gets through | fix |',
          '|---|---|---|---|---|',
          ...grouped(open).map(row),
          ...details('Requests', open.filter(({ counterexample }) => counterexample !== undefined).map(request)),
        ]),
    ...details(
      'Accepted',
      accepted.map(
        ({ issue, reason, at }) => `- ${code(issue.id)} on ${code(issue.path)}: ${text(reason)} (on ${code(at)})`,
      ),
    ),
    ...details(
      'Known from the baseline',
      known.map(({ id, path }) => `- ${code(id)} on ${code(path)}`),
    ),
    ...details(
      'Gone since the baseline',
      gone.map(({ id, path }) => `- ${code(id)} on ${code(path)}`),
    ),
    ...details(
      'Not checked',
      assessment.unchecked.map(
        ({ control, subject, reason }) => `- ${code(control)} on ${code(subject.path)}: ${text(reason)}`,
      ),
    ),
  ].join('\n');
}

function row(group: Group): string {
  const { first, ids, paths, issues } = group;
  const shown = paths.slice(0, SHOWN_PATHS).map((path) => {
    const place = placeOf(issues.find((issue) => issue.path === path)!);
    return `${code(path)}${place ? ` (${text(`${place.file}:${place.line}`)})` : ''}`;
  });
  const more = paths.length > SHOWN_PATHS ? [`${paths.length - SHOWN_PATHS} more`] : [];
  const count = countOf(group);
  return `| ${[
    `**${first.level}**, ${first.harm}`,
    `[${text(first.title)}](${first.page}) (${ids.map(code).join(', ')})`,
    `${count}${count === '' ? '' : ': '}${[...shown, ...more].join(', ')}`,
    text(`${first.sentence}.`),
    first.code === undefined ? text(first.fix) : code(first.code),
  ].join(' | ')} |`;
}

function request({ id, path, detail, counterexample }: Issue): string {
  return `- ${code(id)} on ${code(path)}: ${text(detail)}\n\n  \`\`\`json\n  ${counterexample}\n  \`\`\``;
}

function details(title: string, lines: readonly string[]): string[] {
  return lines.length === 0
    ? []
    : ['', `<details><summary>${title} (${lines.length})</summary>`, '', ...lines, '', '</details>'];
}

/** Text from a template in a page of somebody else: no markup, no line breaks. */
export function text(raw: string): string {
  return raw.replace(/[\\`*_{}[\]<>#|!~@]/g, '\\$&').replace(/\s+/g, ' ');
}

export function code(raw: string): string {
  const fence = raw.includes('`') ? '``' : '`';
  return `${fence}${raw.replace(/\s+/g, ' ').replaceAll('|', '\\|')}${fence}`;
}
