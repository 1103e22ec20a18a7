import type { JudgedComparison } from './allowed';
import type { Entry } from './compare';
import { code, text } from '../output/markdown';
import { html, type Markup } from '../output/markup';
import { STYLE } from '../output/style';
import { wrapped } from '../output/wrap';

export const DIFF_FORMATS = ['table', 'json', 'markdown', 'html'] as const;
export type DiffFormat = (typeof DIFF_FORMATS)[number];

export function renderDiff(diff: JudgedComparison, format: DiffFormat): string {
  switch (format) {
    case 'json':
      return asJson(diff);
    case 'markdown':
      return asMarkdown(diff);
    case 'html':
      return asHtml(diff);
    case 'table':
      return asText(diff);
  }
}

/** What a change opens, in one line: the first of every output. */
export function diffHeadline({
  opening,
  unknown,
  closing,
  allowed,
  resources,
  added,
  removed,
}: JudgedComparison): string {
  return [
    opening.length === 0 && unknown.length === 0 ? 'Opens nothing' : `Opens ${opening.length}`,
    ...(unknown.length > 0 ? [`${unknown.length} unknown`] : []),
    ...(allowed.length > 0 ? [`${allowed.length} allowed`] : []),
    `closes ${closing.length}`,
    `${resources} ${resources === 1 ? 'resource' : 'resources'} compared${news(added.length, 'new')}${news(removed.length, 'gone')}`,
  ].join(', ');
}

function news(count: number, what: string): string {
  return count === 0 ? '' : `, ${count} ${what}`;
}

const TITLES = [
  ['opening', 'OPENS', 'Opens'],
  ['unknown', 'UNKNOWN', 'Only the deployment knows'],
  ['closing', 'CLOSES', 'Closes'],
] as const;

function asText(diff: JudgedComparison): string {
  return [
    wrapped(diffHeadline(diff), '  '),
    ...TITLES.flatMap(([of, mark]) => groupedEntries(diff[of]).flatMap((group) => ['', ...linesOf(mark, group)])),
    ...diff.allowed.flatMap(({ entry, reason }) => [
      '',
      ...linesOf('ALLOWED', [entry]),
      wrapped(`  Allowed: ${reason}`, '    '),
    ]),
    ...(diff.added.length > 0 ? ['', wrapped(`New: ${diff.added.join(', ')}`, '  ')] : []),
    ...(diff.removed.length > 0 ? ['', wrapped(`Gone: ${diff.removed.join(', ')}`, '  ')] : []),
  ].join('\n');
}

/** Paths of a group that are named. */
const SHOWN_PATHS = 4;

/** The same change of several resources: equal but for their names. */
function groupedEntries(entries: readonly Entry[]): Entry[][] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const { path, sentence, before, after, when, actions } = entry;
    const key = JSON.stringify([sentence, before, after, when, actions]).replaceAll(path, '');
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()];
}

function linesOf(mark: string, entries: readonly Entry[]): string[] {
  const [{ path, sentence, before, after, classes, actions, when, request }] = entries;
  const more = entries.length - SHOWN_PATHS;
  const paths = entries.slice(0, SHOWN_PATHS).map((entry) => entry.path);
  const where =
    entries.length === 1 ? path : `${entries.length} resources: ${paths.join(', ')}${more > 0 ? `, ${more} more` : ''}`;
  return [
    wrapped(`${mark} ${where}${when === undefined ? '' : ` (${when})`}`, '  '),
    wrapped(`  ${sentence}.`, '  '),
    ...(request === undefined
      ? []
      : [
          wrapped(`  Before: ${before}`, ' '.repeat(10)),
          wrapped(`  Now:    ${after}`, ' '.repeat(10)),
          wrapped(`  ${classes} ${classes === 1 ? 'class' : 'classes'} of requests, ${actionsOf(actions)}`, '  '),
        ]),
  ];
}

function actionsOf(actions: readonly string[], shown: number = 3): string {
  const more = actions.length - shown;
  return `${actions.slice(0, shown).join(', ')}${more > 0 ? ` and ${more} more actions` : ''}`;
}

function asJson(diff: JudgedComparison): string {
  const plain = ({ request, ...entry }: Entry) => ({
    ...entry,
    ...(request !== undefined && { request: JSON.parse(request) as unknown }),
  });
  return JSON.stringify(
    {
      version: 1,
      summary: diffHeadline(diff),
      resources: diff.resources,
      opens: diff.opening.map(plain),
      unknown: diff.unknown.map(plain),
      closes: diff.closing.map(plain),
      allowed: diff.allowed.map(({ entry, reason }) => ({ ...plain(entry), reason })),
      added: diff.added,
      removed: diff.removed,
    },
    undefined,
    2,
  );
}

function asMarkdown(diff: JudgedComparison): string {
  const list = (title: string, paths: readonly string[]) =>
    paths.length === 0 ? [] : ['', `${title}: ${paths.map(code).join(', ')}`];
  return [
    `## Access: ${diffHeadline(diff)}`,
    ...TITLES.flatMap(([of, , title]) => rowsOf(title, diff[of])),
    ...rowsOf(
      'Allowed',
      diff.allowed.map(({ entry, reason }) => ({ ...entry, sentence: `${entry.sentence}: ${reason}` })),
    ),
    ...list('New', diff.added),
    ...list('Gone', diff.removed),
  ].join('\n');
}

function rowsOf(title: string, entries: readonly Entry[]): string[] {
  if (entries.length === 0) return [];
  return [
    '',
    `### ${title}`,
    '',
    '| where | request | before | now |',
    '|---|---|---|---|',
    ...entries.map(
      ({ path, sentence, before, after, when }) =>
        `| ${code(path)}${when === undefined ? '' : ` ${text(when)}`} | ${text(`${sentence}.`)} | ${text(before)} | ${text(after)} |`,
    ),
  ];
}

function asHtml(diff: JudgedComparison): string {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${diffHeadline(diff)}</title>
<style>${html([STYLE] as unknown as TemplateStringsArray)}</style>
</head>
<body>
<header class="top"><p class="eyebrow">cdk-s3-strongbox, what a change opens</p><h1>${diffHeadline(diff)}</h1></header>
<main id="main">
${TITLES.map(([of, , title]) => sectionOf(title, diff[of]))}
${sectionOf(
  'Allowed',
  diff.allowed.map(({ entry, reason }) => ({ ...entry, sentence: `${entry.sentence}: ${reason}` })),
)}
</main>
</body>
</html>
`.text;
}

function sectionOf(title: string, entries: readonly Entry[]): Markup | undefined {
  if (entries.length === 0) return undefined;
  return html`<section><h2>${title}</h2>
${entries.map(
  ({ path, sentence, before, after, when, actions, request }) => html`<article class="card">
<h3><code>${path}</code>${when === undefined ? undefined : html` <span class="words">${when}</span>`}</h3>
<p>${sentence}.</p>
<dl class="axioms"><dt>Before</dt><dd>${before}</dd><dt>Now</dt><dd>${after}</dd><dt>Actions</dt><dd>${actions.join(', ')}</dd></dl>
${request === undefined ? undefined : html`<details class="more"><summary>The request as JSON</summary><pre>${request}</pre></details>`}
</article>`,
)}</section>`;
}
