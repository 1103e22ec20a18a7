import { accessMap, RIGHTS, type AccessMap, type Answer, type Right } from './access';
import { html, type Markup } from './markup';
import { STYLE } from './style';
import { CATALOG } from '../../controls/catalog';
import { isProved, summary, type Assessment, type CheckResult } from '../assessment';
import { AXIOMS } from '../engine/axioms';
import type { Finding } from '../lints';
import { VerdictStatus } from '../verdict';

export interface ReportOptions {
  /** What was judged, for the heading. */
  readonly title: string;
}

/**
 * One self-contained page for people who look rather than read: no script, no network, legible in both colour schemes
 * and on paper.
 */
export function renderReport(assessment: Assessment, { title }: ReportOptions): string {
  const { judgements, findings, problems } = assessment;
  const open = judgements.filter((judgement) => !isProved(judgement));
  const resources = groupBySubject(judgements);
  const attention = open.length + findings.length + problems.length;
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: what is proved</title>
<style>${STYLE_MARKUP}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
<header class="top">
<p class="eyebrow">cdk-s3-strongbox, proofs over the synthesized templates</p>
<h1>${title}</h1>
<p class="lead">${summary(assessment)}. ${headline(judgements, attention)}</p>
${counts(assessment)}
</header>
<main id="main">
${
  attention === 0
    ? ''
    : html`<section aria-labelledby="attention">
<h2 id="attention">Needs attention</h2>
${problems.map((problem) => html`<article class="card issue"><header>${badge('bad', 'not judged')}<h3>The templates cannot be judged</h3></header><p>${problem}</p></article>`)}
${[...attentionByPath(open, findings)].map(
  ([path, items]) => html`<article class="card issue">
<header><h3><code>${path}</code></h3></header>
<ul class="items">${items}</ul>
</article>`,
)}
</section>`
}
<section aria-labelledby="resources">
<h2 id="resources">Resource by resource</h2>
${[...resources].map(([subject, all], index) => resourceSection(subject, all, assessment, index))}
${legend()}
</section>
${notSeen(assessment)}
${notChecked(assessment)}
${decided(assessment)}
${axiomSection(judgements)}
</main>
<footer>
<p>A guarantee is <em>proved</em> when every class of requests that the policies can tell apart was evaluated and none breaks it.
It is <em>unknown</em> when it rests on a value that only the deployment knows, and then it does not count as safe.</p>
</footer>
</body>
</html>
`;
  return page.text;
}

const STYLE_MARKUP = html([STYLE] as unknown as TemplateStringsArray);

function headline(judgements: readonly CheckResult[], attention: number): string {
  const requestClasses = judgements.reduce((sum, { verdict }) => sum + verdict.requestClasses, 0);
  const evaluated = `${requestClasses.toLocaleString('en')} classes of requests were evaluated.`;
  return attention === 0
    ? `Everything that was asked is proved for every request. ${evaluated}`
    : `${attention === 1 ? 'One thing needs' : `${attention} things need`} attention. ${evaluated}`;
}

function counts({ judgements, findings, problems }: Assessment): Markup {
  const by = (status: VerdictStatus) => judgements.filter(({ verdict }) => verdict.status === status).length;
  const [proved, broken, unknown] = [by(VerdictStatus.PROVED), by(VerdictStatus.VIOLATED), by(VerdictStatus.UNKNOWN)];
  const mistakes = findings.length + problems.length;
  const share = (count: number) => (judgements.length === 0 ? 0 : (count / judgements.length) * 100);
  const part = (tone: string, count: number) =>
    count === 0 ? undefined : html`<i class="${tone}" style="width:${share(count).toFixed(2)}%"></i>`;
  return html`<ul class="counts">
<li class="good"><b>${proved}</b><span>proved</span></li>
<li class="${broken > 0 ? 'bad' : ''}"><b>${broken}</b><span>violated</span></li>
<li class="${unknown > 0 ? 'open' : ''}"><b>${unknown}</b><span>unknown</span></li>
<li class="${mistakes > 0 ? 'bad' : ''}"><b>${mistakes}</b><span>${mistakes === 1 ? 'mistake' : 'mistakes'}</span></li>
</ul>
<div class="bar" aria-hidden="true">${part('good', proved)}${part('bad', broken)}${part('open', unknown)}</div>`;
}

const TONE: Readonly<Record<VerdictStatus, 'good' | 'bad' | 'open'>> = {
  [VerdictStatus.PROVED]: 'good',
  [VerdictStatus.VIOLATED]: 'bad',
  [VerdictStatus.UNKNOWN]: 'open',
};
const SIGN = { good: '\u2713', bad: '\u2717', open: '?' } as const;

function badge(tone: 'good' | 'bad' | 'open', words: string): Markup {
  return html`<span class="badge ${tone}"><span aria-hidden="true">${SIGN[tone]}</span>${words}</span>`;
}

/** What is wrong with each resource: broken and unknown guarantees, then mistakes. */
function attentionByPath(open: readonly CheckResult[], findings: readonly Finding[]): Map<string, Markup[]> {
  const byPath = new Map<string, Markup[]>();
  const add = (path: string, one: Markup) => byPath.set(path, [...(byPath.get(path) ?? []), one]);
  for (const { claim, verdict } of open) {
    const mark = badge(TONE[verdict.status], verdict.status);
    add(verdict.subject, item(mark, verdict.title, verdict.reason, claim.guarantee.fix, verdict.counterexample));
  }
  for (const { lint, resource, location, message } of findings) {
    add(
      resource.path,
      item(badge('bad', 'mistake'), lint.title, html`${message} At <code>${location}</code>.`, lint.fix),
    );
  }
  return byPath;
}

function item(
  mark: Markup,
  title: string,
  what: Markup | string | undefined,
  fix: string,
  counterexample?: string,
): Markup {
  return html`<li>
<h4>${mark} ${title}</h4>
<p>${what}</p>
<p class="fix"><b>Fix</b> ${fix}</p>
${counterexample === undefined ? undefined : html`<details class="more"><summary>The request as JSON</summary><pre>${pretty(counterexample)}</pre></details>`}
</li>`;
}

function pretty(json: string): string {
  return JSON.stringify(JSON.parse(json), undefined, 2);
}

function groupBySubject(judgements: readonly CheckResult[]): Map<string, CheckResult[]> {
  const groups = new Map<string, CheckResult[]>();
  for (const judgement of judgements) {
    const subject = judgement.claim.subject.path;
    groups.set(subject, [...(groups.get(subject) ?? []), judgement]);
  }
  return groups;
}

/** Beyond so many resources a page opens only what needs attention. */
const OPEN_AT_MOST = 6;

function resourceSection(
  path: string,
  judgements: readonly CheckResult[],
  { model }: Assessment,
  index: number,
): Markup {
  const open = judgements.filter((judgement) => !isProved(judgement)).length;
  const bucket = model.buckets.find(({ resource }) => resource.path === path);
  return html`<details class="bucket"${open > 0 || index < OPEN_AT_MOST ? html` open` : undefined}>
<summary><h3><code>${path}</code></h3>${
    open === 0
      ? badge('good', `${judgements.length} proved`)
      : html`${badge('good', `${judgements.length - open} proved`)}${badge('bad', `${open} not proved`)}`
  }</summary>
<div>
${bucket && accessTable(path, accessMap(model, bucket))}
<div class="scroll" tabindex="0" role="region" aria-label="Guarantees of ${path}">
<table class="guarantees">
<caption>What is guaranteed</caption>
<thead><tr><th scope="col">Verdict</th><th scope="col">Guarantee</th><th scope="col">Satisfies</th><th scope="col">Assumes</th><th scope="col" class="number">Classes</th></tr></thead>
<tbody>
${judgements.map(
  ({ verdict, claim }) => html`<tr>
<td>${badge(TONE[verdict.status], verdict.status)}</td>
<th scope="row">${verdict.title}<span class="words">${claim.guarantee.description}</span></th>
<td><div class="chips">${rulesOf({ claim, verdict }).map((rule) => html`<span>${rule}</span>`)}</div></td>
<td><div class="chips">${verdict.axioms.map((id) => html`<a href="#axiom-${id}">${id}</a>`)}</div></td>
<td class="number">${verdict.requestClasses === 0 ? 'a setting' : verdict.requestClasses.toLocaleString('en')}</td>
</tr>`,
)}
</tbody>
</table>
</div>
</div>
</details>`;
}

/** The cdk-nag rules that a proved guarantee satisfies. */
function rulesOf(judgement: CheckResult): string[] {
  if (!isProved(judgement)) return [];
  const { guarantee, subject } = judgement.claim;
  const rules = new Set(CATALOG.filter((row) => row.guarantee === guarantee.id).flatMap((row) => row.rules));
  // Encryption at rest is a matter of any algorithm, and this rule of one.
  if (
    subject.properties.BucketEncryption?.ServerSideEncryptionConfiguration?.[0]?.ServerSideEncryptionByDefault
      ?.SSEAlgorithm !== 'aws:kms'
  ) {
    rules.delete('S3DefaultEncryptionKMS');
  }
  return [...rules];
}

function accessTable(path: string, { columns, rows }: AccessMap): Markup {
  const doors = [...new Set(columns.map(({ door }) => door))];
  const prefixes = columns.filter(({ door }) => door === doors[0]).map(({ prefix }) => prefix);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Who reaches ${path}">
<table class="access">
<caption>Effective access by principal and access path, for an ordinary HTTPS request</caption>
<colgroup><col></colgroup>${doors.map(() => html`<colgroup span="${prefixes.length}"></colgroup>`)}
<thead>
<tr><th rowspan="2" scope="col">Who</th>${doors.map((door) => html`<th colspan="${prefixes.length}" scope="colgroup">${door}</th>`)}</tr>
<tr>${columns.map(({ prefix }) => html`<th scope="col">${prefix !== '' ? html`<code>${prefix}*</code>` : prefixes.length > 1 ? 'other keys' : 'every key'}</th>`)}</tr>
</thead>
<tbody>
${rows.map(
  ({ who, cells }) => html`<tr>
<th scope="row">${who}</th>
${cells.map((cell) => html`<td>${rightsOf(cell)}</td>`)}
</tr>`,
)}
</tbody>
</table>
</div>`;
}

function rightsOf(cell: Readonly<Record<Right, Answer>>): Markup {
  const may = RIGHTS.filter((right) => cell[right] === 'yes');
  const perhaps = RIGHTS.filter((right) => cell[right] === 'unknown');
  const words = [may.join(', ') || 'nothing', ...(perhaps.length > 0 ? [`perhaps ${perhaps.join(', ')}`] : [])].join(
    '; ',
  );
  return html`<span class="hidden">${words}</span><span class="rights" aria-hidden="true" title="${words}">${RIGHTS.map(
    (right) => html`<i class="${cell[right]}">${cell[right] === 'unknown' ? '?' : right[0].toUpperCase()}</i>`,
  )}</span>`;
}

function legend(): Markup {
  return html`<ul class="legend" aria-label="Legend">
<li><span class="rights"><i class="yes">R</i></span> may</li>
<li><span class="rights"><i class="no">R</i></span> may not</li>
<li><span class="rights"><i class="unknown">?</i></span> only the deployment knows</li>
<li>R read, L list, W write, D delete</li>
</ul>`;
}

function notSeen({ notSeen: parts }: Assessment): Markup | undefined {
  if (parts.length === 0) return undefined;
  return html`<section aria-labelledby="unseen">
<h2 id="unseen">Not seen, or not judged</h2>
<div class="card">
<dl class="axioms">
${parts.map(
  ({ path, what }) => html`<dt>${path}</dt>
<dd>${what}</dd>`,
)}
</dl>
</div>
</section>`;
}

function notChecked({ unchecked }: Assessment): Markup | undefined {
  if (unchecked.length === 0) return undefined;
  return html`<section aria-labelledby="unchecked">
<h2 id="unchecked">Applied, not checked</h2>
<div class="card">
<dl class="axioms">
${unchecked.map(
  ({ control, subject, reason }) => html`<dt>${control}</dt>
<dd><code>${subject.path}</code>: ${reason}</dd>`,
)}
</dl>
</div>
</section>`;
}

function decided({ decisions }: Assessment): Markup | undefined {
  if (decisions.length === 0) return undefined;
  return html`<section aria-labelledby="decisions">
<h2 id="decisions">Decided by the owner</h2>
<div class="card">
<dl class="axioms">
${decisions.map(
  ({ guarantee, subject, reason }) => html`<dt>${guarantee}</dt>
<dd><code>${subject.path}</code>: ${reason}</dd>`,
)}
</dl>
</div>
</section>`;
}

function axiomSection(judgements: readonly CheckResult[]): Markup | undefined {
  const uses = new Map<string, number>();
  for (const id of judgements.flatMap(({ verdict }) => verdict.axioms)) uses.set(id, (uses.get(id) ?? 0) + 1);
  if (uses.size === 0) return undefined;
  return html`<section aria-labelledby="axioms">
<h2 id="axioms">What the proofs take for granted</h2>
<div class="card">
<dl class="axioms">
${[...uses]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(
    ([id, count]) => html`<dt id="axiom-${id}">${id}</dt>
<dd>${AXIOMS[id]?.description} <a href="${AXIOMS[id]?.source}">Source</a>, in ${count} ${count === 1 ? 'proof' : 'proofs'}.</dd>`,
  )}
</dl>
</div>
</section>`;
}
