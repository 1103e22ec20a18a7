import { createHash } from 'node:crypto';
import { accepted, axioms, changes, frameworks, glossary, notSeen } from './appendix';
import { anchor, badge, counted, pretty, section } from './parts';
import { pictureOf, resourceSection, resourcesOf } from './resources';
import { SCRIPT } from './script';
import type { JudgedComparison } from '../diff/allowed';
import { isOfCdk } from '../findings/issue';
import { FindingLevel } from '../findings/level';
import type { Review } from '../findings/review';
import { countOf, grouped, type Group } from '../output/group';
import { html, type Markup } from '../output/markup';
import { STYLE } from '../output/style';
import { VerdictStatus } from '../verdict';
import { VERSION } from '../version';

/** A template that was judged. */
interface JudgedTemplate {
  readonly stack: string;
  readonly account?: string;
  readonly region?: string;
  /** SHA-256 of its file. */
  readonly sha256?: string;
}

export interface ReportOptions {
  /** What was judged, for the heading. */
  readonly title: string;
  /** The command that made the page. */
  readonly command?: string;
  readonly templates?: readonly JudgedTemplate[];
  /** When, as the caller says it. Without it equal inputs give equal pages. */
  readonly time?: string;
  /** What changed since an earlier state. */
  readonly changes?: JudgedComparison;
}

/**
 * One self-contained page for those who look: its policy of contents forbids every network, what its script adds is
 * also there without it, and it is legible in both colour schemes, on a phone and on paper.
 */
export function renderReport(review: Review, options: ReportOptions): string {
  const { assessment, open } = review;
  const { judgements } = assessment;
  const resources = resourcesOf(assessment.model, judgements);
  const groups = grouped(open);
  const sections: ReadonlyArray<readonly [id: string, title: string, body: Markup | undefined]> = [
    ['changes', 'Changes', changes(options.changes)],
    [
      'attention',
      'Needs attention',
      groups.length === 0
        ? undefined
        : html`${groups.map((group) => finding(group, new Set(resources.map(({ path }) => path))))}`,
    ],
    ['picture', 'Who reaches what', pictureOf(resources)],
    [
      'resources',
      'Resource by resource',
      resources.length === 0 ? undefined : html`${filters()}${resources.map(resourceSection)}`,
    ],
    ['accepted', 'Accepted, with the reasons', accepted(review)],
    ['unseen', 'Not seen, or not judged', notSeen(assessment)],
    ['frameworks', 'Frameworks', frameworks(judgements)],
    ['axioms', 'What the proofs take for granted', axioms(judgements)],
    ['glossary', 'Glossary', glossary()],
  ];
  const present = sections.filter(([, , body]) => body !== undefined);
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hashOf(STYLE)}'; script-src 'sha256-${hashOf(SCRIPT)}'">
<title>${options.title}: what is proved</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
<header class="top">
<p class="eyebrow">cdk-s3-strongbox ${VERSION}, proofs over the synthesized templates</p>
<h1>${options.title}</h1>
<p class="lead">${verdict(review)}</p>
${counts(review)}
${provenance(options)}
<nav aria-label="Contents"><ul class="contents">${present.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main id="main">
${present.map(([id, title, body]) => section(id, title, body))}
</main>
<footer>
<p>Made by cdk-s3-strongbox ${VERSION}. The page loads nothing from a network.</p>
</footer>
<script>${raw(SCRIPT)}</script>
</body>
</html>
`.text;
}

const raw = (text: string): Markup => html([text] as unknown as TemplateStringsArray);
const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64');

/** The answer in one sentence. */
function verdict({ open, failing, assessment: { judgements } }: Review): string {
  const classes = judgements.reduce((sum, { verdict: { requestClasses } }) => sum + requestClasses, 0);
  const looked = `${counted(classes, 'request class').replace(/classs$/, 'classes')} evaluated.`;
  if (open.length === 0) return `Everything that was asked is proved or accepted. ${looked}`;
  return `${counted(open.length, 'finding')} ${open.length === 1 ? 'needs' : 'need'} attention, ${failing.length} of them ${failing.length === 1 ? 'fails' : 'fail'}. ${looked}`;
}

function counts({ open, accepted: taken, known, assessment: { judgements } }: Review): Markup {
  const by = (status: VerdictStatus) => judgements.filter(({ verdict: { status: own } }) => own === status).length;
  const level = (wanted: FindingLevel) => open.filter(({ level: own }) => own === wanted).length;
  const cells = [
    ['good', by(VerdictStatus.PROVED), `of ${judgements.length} guarantees proved`],
    ['bad', level(FindingLevel.ERROR), 'errors'],
    ['open', level(FindingLevel.WARNING), 'warnings'],
    ['', level(FindingLevel.ADVICE), 'advice'],
    ['', taken.length + known.length, 'accepted'],
  ] as const;
  return html`<ul class="counts">${cells.map(
    ([tone, count, words]) => html`<li class="${count > 0 ? tone : ''}"><b>${count}</b><span>${words}</span></li>`,
  )}</ul>`;
}

function provenance({ command, templates = [], time }: ReportOptions): Markup {
  const rows = templates.map(
    ({ stack, account, region, sha256 }) => html`<tr><th scope="row"><code>${stack}</code></th>
<td>${account === undefined || /unknown/.test(account) ? 'any account' : account}, ${region === undefined || /unknown/.test(region) ? 'any Region' : region}</td>
<td><code>${sha256 ?? 'no file'}</code></td></tr>`,
  );
  return html`<details class="provenance"><summary>What was judged: ${counted(templates.length, 'template')}${time === undefined ? '' : `, ${time}`}</summary>
<dl class="axioms"><dt>Tool</dt><dd>cdk-s3-strongbox ${VERSION}</dd>
${command === undefined ? undefined : html`<dt>Command</dt><dd><code>${command}</code></dd>`}
${time === undefined ? undefined : html`<dt>Time</dt><dd>${time}</dd>`}</dl>
${rows.length === 0 ? undefined : html`<table class="wrap"><caption>Templates</caption><thead><tr><th scope="col">Stack</th><th scope="col">Account and Region</th><th scope="col">SHA-256</th></tr></thead><tbody>${rows}</tbody></table>`}
</details>`;
}

const LEVELS = {
  [FindingLevel.ERROR]: ['bad', 'error'],
  [FindingLevel.WARNING]: ['open', 'warning'],
  [FindingLevel.ADVICE]: ['advice', 'advice'],
} as const;

/** Findings that one line of code ends. */
function finding(group: Group, withSection: ReadonlySet<string>): Markup {
  const { first, ids, paths, issues } = group;
  const [tone, words] = LEVELS[first.level];
  const fix = isOfCdk(first) && first.code !== undefined ? html`<code>${first.code}</code>` : first.fix;
  const id = anchor('finding', `${ids.join(' ')} ${paths.join(' ')}`);
  return html`<article class="card issue ${tone}" id="${id}" data-bucket="${paths.join(' ')}" data-guarantee="${ids.join(' ')}">
<h3>${badge(tone === 'advice' ? 'open' : tone, words)} ${first.title}<span class="words">${first.harm}${paths.length === 0 ? '' : `, ${countOf(group)}`}</span></h3>
<p>${first.sentence}.</p>
<p class="fix"><b>Fix</b> ${fix} <a href="${first.page}">Why</a></p>
${paths.length === 0 ? undefined : html`<p class="where">${paths.map((path) => (withSection.has(path) ? html`<a href="#${anchor('resource', path)}"><code>${path}</code></a> ` : html`<code>${path}</code> `))}</p>`}
<details class="more"><summary>Every request and place</summary><ul class="items">${issues.map(
    ({ path, detail, location, counterexample }) =>
      html`<li><code>${path}</code> ${detail}${
        location === undefined ? undefined : html` At <code>${location}</code>.`
      }${counterexample === undefined ? undefined : html`<pre>${pretty(counterexample)}</pre>`}</li>`,
  )}</ul></details>
</article>`;
}

function filters(): Markup {
  return html`<form id="filters" hidden aria-label="Filters">
<label>Bucket <input name="bucket" type="search" placeholder="press / to filter"></label>
<label>Team or principal <input name="who" type="search"></label>
<label>Guarantee <input name="guarantee" type="search" placeholder="tls-only"></label>
<button type="reset">Show all</button><span id="filtered" role="status"></span>
</form>`;
}
