import { countOf, grouped, type Group } from './group';
import { placeOf } from './place';
import { table } from './table';
import { wrapped } from './wrap';
import { AXIOMS } from '../engine/axioms';
import { isOfCdk, type Issue } from '../findings/issue';
import { FindingLevel } from '../findings/level';
import { headline, type Review } from '../findings/review';
import { VerdictStatus } from '../verdict';

/** Paths of a group that are told; `--verbose` tells all. */
const SHOWN_PATHS = 4;

export interface TextOptions {
  /** Every verdict, request and assumption, instead of a summary. */
  readonly verbose?: boolean;
}

const MARK: Readonly<Record<FindingLevel, string>> = {
  [FindingLevel.ERROR]: 'ERROR',
  [FindingLevel.WARNING]: 'WARNING',
  [FindingLevel.ADVICE]: 'ADVICE',
};

/** What a terminal shows: the count, the findings by what ends them, and how to accept one. */
export function renderText(review: Review, { verbose = false }: TextOptions = {}): string {
  const { assessment, open, accepted, known, gone, baseline } = review;
  const { unchecked, decisions, judgements } = assessment;
  const told = new Set<string>();
  return [
    wrapped(headline(review), ''),
    ...(verbose ? ['', verdicts(review)] : []),
    ...grouped(open).flatMap((group) => ['', ...section(group, verbose, told)]),
    ...(verbose ? [...details(open), ...accepted.flatMap(acceptedLines)] : []),
    ...list('Known, from the baseline:', verbose ? known.map(({ id, path }) => `${id} on ${path}`) : []),
    ...list(
      `Gone since ${baseline?.file}; --write-baseline removes them:`,
      gone.map(({ id, path, count }) => `${id} on ${path}${count > 1 ? `, ${count} times` : ''}`),
    ),
    ...list(
      'Not seen, or not judged:',
      assessment.notSeen.map(
        ({ path, what, source }) => `${path}${source ? ` (${source.file}:${source.line})` : ''}: ${what}`,
      ),
    ),
    ...list(
      'Not checked:',
      verbose ? unchecked.map(({ control, subject, reason }) => `${control} on ${subject.path}: ${reason}`) : [],
    ),
    ...list(
      'Decided by the owner:',
      verbose ? decisions.map(({ guarantee, subject, reason }) => `${guarantee} on ${subject.path}: ${reason}`) : [],
    ),
    ...list(
      'Assumptions:',
      verbose
        ? [...new Set(judgements.flatMap(({ verdict }) => verdict.axioms))]
            .sort()
            .map((id) => `${id}: ${AXIOMS[id]?.description ?? ''}`)
        : [],
    ),
    ...(open.length > 0 ? ['', ...footer(review, verbose)] : []),
  ].join('\n');
}

function section(group: Group, verbose: boolean, told: Set<string>): string[] {
  const { first, ids, issues, paths } = group;
  const { path } = first;
  const shownPaths = verbose || paths.length <= SHOWN_PATHS + 1 ? paths : paths.slice(0, SHOWN_PATHS);
  const more = paths.length - shownPaths.length;
  const where = [...shownPaths.map((each) => placed(each, issues, told)), ...(more > 0 ? [`${more} more`] : [])].join(
    ', ',
  );
  return [
    wrapped(
      `${MARK[first.level]} ${first.harm}: ${first.title}${path === '' ? '' : ` (${ids.join(', ')}), ${countOf(group)}`}`,
      '  ',
    ),
    ...(where === '' ? [] : [field('Where', where)]),
    field('What', `${first.sentence}.`),
    field('Fix', isOfCdk(first) && first.code !== undefined ? first.code : first.fix),
    ...(verbose ? [field('See', first.page)] : []),
  ];
}

/** Where a resource is made is told once. */
function placed(path: string, issues: readonly Issue[], told: Set<string>): string {
  const place = placeOf(issues.find((issue) => issue.path === path)!);
  if (place === undefined || told.has(path)) return path;
  told.add(path);
  return `${path} (${place.file}:${place.line})`;
}

function verdicts({ assessment: { judgements } }: Review): string {
  return table(
    ['resource', 'guarantee', 'verdict', 'classes'],
    judgements.map(({ verdict }) => [
      verdict.subject,
      verdict.guarantee,
      verdict.status === VerdictStatus.PROVED ? 'proved' : verdict.status.toUpperCase(),
      verdict.requestClasses === 0 ? '-' : String(verdict.requestClasses),
    ]),
  );
}

/** Each finding with all names, and the request as JSON. */
function details(open: readonly Issue[]): string[] {
  return open.flatMap(({ id, path, level, detail, counterexample, location, fix }) => [
    '',
    `${MARK[level]} ${id}${path === '' ? '' : ` on ${path}`}`,
    `  ${detail}`,
    ...(location === undefined ? [] : [`  at ${location}`]),
    ...(counterexample === undefined ? [] : [`  ${counterexample}`]),
    `  Fix: ${fix}`,
  ]);
}

function acceptedLines({ issue, reason, at }: Review['accepted'][number]): string[] {
  return ['', `ACCEPTED ${issue.id} on ${issue.path}`, `  ${reason} (acknowledged on ${at})`];
}

function footer({ open }: Review, verbose: boolean): string[] {
  const acceptable = open.some(({ path }) => path !== '');
  return [
    ...(acceptable
      ? [
          'Accept one where it occurs, with the reason:',
          "  Validations.of(bucket).acknowledge({ id: 'Strongbox::ID', reason: '...' });",
          'Accept all of today, and fail on new ones: prove --write-baseline.',
        ]
      : []),
    ...(verbose ? [] : ['Every verdict and request: --verbose']),
  ];
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => wrapped(`  ${line}`, '    '))];
}

const LABEL = 7;

function field(label: string, text: string): string {
  const indent = ' '.repeat(LABEL);
  // A line of code stays one, to be copied.
  const lines = /^\S*\(/.test(text) ? text : wrapped(indent + text, indent).trimStart();
  return ` ${label.padEnd(LABEL - 1)}${lines}`;
}
