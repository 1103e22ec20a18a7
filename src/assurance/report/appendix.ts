import { counted, definitions, pretty } from './parts';
import { CATALOG } from '../../controls/catalog';
import { isProved, type Assessment, type CheckResult } from '../assessment';
import type { JudgedComparison } from '../diff/allowed';
import { diffHeadline } from '../diff/output';
import { AXIOMS } from '../engine/axioms';
import type { Review } from '../findings/review';
import { html, type Markup } from '../output/markup';

/** What the owners accepted, know from the baseline, or decided, with the reasons. */
export function accepted({ accepted: found, known, baseline, assessment }: Review): Markup | undefined {
  const reasons = new Map(baseline?.findings.map(({ id, path, reason }) => [`${path} ${id}`, reason]));
  return definitions([
    ...found.map(
      ({ issue, reason, at }) =>
        [
          html`${issue.title} <code>${issue.id}</code>`,
          html`<code>${issue.path}</code>: ${reason} (acknowledged on <code>${at === '' ? 'the app' : at}</code>)`,
        ] as const,
    ),
    ...known.map(
      (issue) =>
        [
          html`${issue.title} <code>${issue.id}</code>`,
          html`<code>${issue.path}</code>: known from <code>${baseline?.file}</code>, ${
            reasons.get(`${issue.path} ${issue.id}`) ?? 'no reason given'
          }`,
        ] as const,
    ),
    ...assessment.decisions.map(
      ({ guarantee, subject, reason }) =>
        [html`Decided in the code: <code>${guarantee}</code>`, html`<code>${subject.path}</code>: ${reason}`] as const,
    ),
  ]);
}

export function notSeen({ notSeen: parts, unchecked }: Assessment): Markup | undefined {
  return definitions([
    ...parts.map(({ path, what }) => [path, what] as const),
    ...unchecked.map(
      ({ control, subject, reason }) =>
        [html`Applied, not checked: ${control}`, html`<code>${subject.path}</code>: ${reason}`] as const,
    ),
  ]);
}

/** The cdk-nag rules that a proved guarantee satisfies. */
export function rulesOf(judgement: CheckResult): string[] {
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

/** Requirements of frameworks, by the guarantees that were asked here and speak of them. */
export function frameworks(judgements: readonly CheckResult[]): Markup | undefined {
  const byRequirement = new Map<string, { title: string; all: number; proved: number }[]>();
  const byGuarantee = new Map<string, CheckResult[]>();
  for (const each of judgements) {
    const { id } = each.claim.guarantee;
    byGuarantee.set(id, [...(byGuarantee.get(id) ?? []), each]);
  }
  for (const [id, all] of byGuarantee) {
    const names = new Set(CATALOG.filter(({ guarantee }) => guarantee === id).flatMap((row) => row.frameworks));
    for (const name of names) {
      const part = { title: all[0].verdict.title, all: all.length, proved: all.filter(isProved).length };
      byRequirement.set(name, [...(byRequirement.get(name) ?? []), part]);
    }
  }
  if (byRequirement.size === 0) return undefined;
  return html`<div class="card"><p class="words">Guarantees help to meet these requirements; none meets one alone.</p>
<table class="wrap"><caption>Requirements and the guarantees that speak of them</caption>
<thead><tr><th scope="col">Requirement</th><th scope="col">Guarantees proved here</th></tr></thead>
<tbody>${[...byRequirement]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, parts]) =>
        html`<tr><th scope="row">${name}</th><td>${parts.map(
          ({ title, all, proved }) => html`<span class="line">${title}: ${proved} of ${all}</span>`,
        )}</td></tr>`,
    )}</tbody></table></div>`;
}

export function axioms(judgements: readonly CheckResult[]): Markup | undefined {
  const uses = new Map<string, number>();
  for (const id of judgements.flatMap(({ verdict }) => verdict.axioms)) uses.set(id, (uses.get(id) ?? 0) + 1);
  return definitions(
    [...uses]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, count]) => [
        id,
        html`${AXIOMS[id]?.description} <a href="${AXIOMS[id]?.source}">Source</a>, in ${counted(count, 'proof')}.`,
        `axiom-${id}`,
      ]),
  );
}

/** What a change opens and closes. */
export function changes(diff: JudgedComparison | undefined): Markup | undefined {
  if (diff === undefined) return undefined;
  const groups = [
    ['Opens', diff.opening],
    ['Only the deployment knows', diff.unknown],
    ['Closes', diff.closing],
    [
      'Allowed by review',
      diff.allowed.map(({ entry, reason }) => ({ ...entry, sentence: `${entry.sentence}: ${reason}` })),
    ],
  ] as const;
  return html`<p>${diffHeadline(diff)}.</p>
${groups.map(([title, entries]) =>
  entries.length === 0
    ? undefined
    : html`<h3>${title}</h3>${entries.map(
        ({ path, sentence, before, after, when, request }) => html`<article class="card" data-bucket="${path}">
<h4><code>${path}</code>${when === undefined ? undefined : html` <span class="words">${when}</span>`}</h4>
<p>${sentence}.</p>
<dl class="axioms"><dt>Before</dt><dd>${before}</dd><dt>Now</dt><dd>${after}</dd></dl>
${request === undefined ? undefined : html`<details class="more"><summary>The request as JSON</summary><pre>${pretty(request)}</pre></details>`}
</article>`,
      )}`,
)}`;
}

const TERMS: ReadonlyArray<readonly [string, string]> = [
  [
    'Access path',
    'How a request reaches the data: the bucket itself, an access point, or a view that changes what is read.',
  ],
  [
    'Guarantee',
    'A statement about all requests to a resource, or about one of its settings, that is proved, violated or unknown.',
  ],
  [
    'Proved',
    'Every class of requests that the policies can tell apart was evaluated, and none violates the guarantee.',
  ],
  ['Violated', 'A request violates the guarantee; it is printed, and can be sent.'],
  ['Unknown', 'The answer rests on a value that only the deployment knows. It never counts as safe.'],
  ['Request class', 'Requests that no policy under test can tell apart; one of each class is evaluated.'],
  ['Assumption (axiom)', 'A fact about AWS that a proof takes for granted, with its source.'],
  ['Accepted', 'A finding that the owner acknowledged in the code, or that the baseline file lists, with the reason.'],
];

export function glossary(): Markup | undefined {
  return definitions(TERMS);
}
