import { placeOf } from './place';
import type { Issue } from '../findings/issue';
import { FindingLevel } from '../findings/level';
import { headline, type Review } from '../findings/review';

const COMMAND: Readonly<Record<FindingLevel, string>> = {
  [FindingLevel.ERROR]: 'error',
  [FindingLevel.WARNING]: 'warning',
  [FindingLevel.ADVICE]: 'notice',
};

/**
 * Workflow commands of GitHub Actions: an annotation for each finding.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function renderGithub(review: Review): string {
  const { open, gone, baseline } = review;
  return [
    ...open.map(annotation),
    ...gone.map(({ id, path }) => `::notice title=Gone::${data(`${id} on ${path} is in ${baseline?.file} no longer`)}`),
    headline(review),
  ].join('\n');
}

function annotation(issue: Issue): string {
  const place = placeOf(issue);
  const properties = [
    ...(place ? [`file=${property(place.file)}`, `line=${place.line}`] : []),
    `title=${property(`${issue.title} (${issue.id})`)}`,
  ].join(',');
  const where = issue.path === '' ? '' : `${issue.path}: `;
  return `::${COMMAND[issue.level]} ${properties}::${data(`${where}${issue.sentence}. Fix: ${issue.code ?? issue.fix}`)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
