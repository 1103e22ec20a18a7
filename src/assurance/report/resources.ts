import { accessMap, type AccessMap } from './access';
import { rulesOf } from './appendix';
import { grantsOf, keysIn, prefixCount, rightsIn, type Grant } from './grants';
import { anchor, badge, counted, TONE } from './parts';
import { picture, type PictureBucket } from './picture';
import { isProved, type CheckResult } from '../assessment';
import type { Model } from '../model/resolve';
import { html, type Markup } from '../output/markup';

/** One resource with all that was asked of it. */
export interface ResourceView {
  readonly path: string;
  readonly judgements: readonly CheckResult[];
  /** Of a bucket. */
  readonly access?: { readonly map: AccessMap; readonly grants: readonly Grant[] };
}

export function resourcesOf(model: Model, judgements: readonly CheckResult[]): ResourceView[] {
  const groups = new Map<string, CheckResult[]>();
  for (const judgement of judgements) {
    const { path } = judgement.claim.subject;
    groups.set(path, [...(groups.get(path) ?? []), judgement]);
  }
  const buckets = new Map(model.buckets.map((bucket) => [bucket.resource.path, bucket]));
  return [...groups].map(([path, all]) => {
    const bucket = buckets.get(path);
    if (bucket === undefined) return { path, judgements: all };
    const map = accessMap(model, bucket);
    return { path, judgements: all, access: { map, grants: grantsOf(map) } };
  });
}

export function pictureOf(resources: readonly ResourceView[]): Markup | undefined {
  return picture(resources.flatMap(pictured));
}

function pictured({ path, access }: ResourceView): PictureBucket[] {
  if (access === undefined) return [];
  return [{ path, grants: access.grants, anchorOf: (grant) => rowOf(path, grant) }];
}

const rowOf = (path: string, { who, path: by }: Grant): string => anchor('grant', `${path} ${who} ${by}`);

/** Guarantees that something keeps working, by id: the others say what must not happen. */
const WORKS =
  /(^|-)(works?|possible|usable|changeable|readable|reads|reach(es)?|hears|raises|records|recorded|serves|delivery-allowed|upload-allowed|uploads-allowed|replica-allowed|read-allowed|allow-read|administrable|suffices|replicated|complete|allowed-after|match-logs|rotated)(-|$)|^allowed$/;

export function keepsWorking(guarantee: string): boolean {
  return WORKS.test(guarantee);
}

/** Beyond so many resources a page opens only what needs attention. */
const OPEN_AT_MOST = 6;

export function resourceSection(view: ResourceView, index: number): Markup {
  const { path, judgements, access } = view;
  const open = judgements.filter((judgement) => !isProved(judgement)).length;
  const id = anchor('resource', path);
  const must = judgements.filter(({ verdict }) => !keepsWorking(verdict.guarantee));
  const works = judgements.filter(({ verdict }) => keepsWorking(verdict.guarantee));
  return html`<details class="bucket" id="${id}" data-bucket="${path}"${open > 0 || index < OPEN_AT_MOST ? html` open` : undefined}>
<summary><h3><code>${path}</code></h3>${badge('good', `${judgements.length - open} proved`)}${
    open === 0 ? undefined : badge('bad', `${open} not proved`)
  }</summary>
<div>
<p class="deeplink"><a href="#${id}">Link to this resource</a></p>
${access && accessList(path, access.grants, prefixCount(access.map))}
<div class="both">
${column('Must not happen', path, must)}
${column('Must keep working', path, works)}
</div>
</div>
</details>`;
}

function accessList(path: string, grants: readonly Grant[], prefixes: number): Markup {
  const row = (grant: Grant) => html`<tr id="${rowOf(path, grant)}" data-who="${grant.who}">
<th scope="row">${grant.who}</th>
<td>${grant.parts.length === 0 ? html`<span class="nothing">nothing</span>` : grant.path}</td>
<td>${grant.parts.map(
    (part) =>
      html`<span class="line"><b>${rightsIn(part)}</b> <span class="keys">${keysIn(part, prefixes)}</span></span>`,
  )}${
    grant.parts.length === 0
      ? 'No access path leads here.'
      : html`<details class="more"><summary>Statements</summary><ul>${[
          ...new Set(grant.parts.flatMap(({ reasons }) => reasons)),
        ].map((reason) => html`<li>${reason}</li>`)}</ul></details>`
  }</td>
</tr>`;
  return html`<table class="access wrap">
<caption>Effective access by principal and access path, for an ordinary HTTPS request (${counted(grants.filter(({ parts }) => parts.length > 0).length, 'grant')})</caption>
<thead><tr><th scope="col">Principal</th><th scope="col">Access path</th><th scope="col">May</th></tr></thead>
<tbody>
${grants.map(row)}
</tbody>
</table>`;
}

function column(title: string, path: string, judgements: readonly CheckResult[]): Markup {
  return html`<table class="guarantees wrap">
<caption>${title}</caption>
<thead><tr><th scope="col">Verdict</th><th scope="col">Guarantee</th></tr></thead>
<tbody>
${
  judgements.length === 0
    ? html`<tr><td colspan="2">Nothing was asked.</td></tr>`
    : judgements.map(
        (
          judgement,
        ) => html`<tr data-guarantee="${judgement.verdict.guarantee}" id="${anchor('verdict', `${path} ${judgement.verdict.guarantee} ${judgement.verdict.title}`)}">
<td>${badge(TONE[judgement.verdict.status], judgement.verdict.status)}</td>
<th scope="row">${judgement.verdict.title}<span class="words">${judgement.claim.guarantee.description}</span>
<div class="chips">${rulesOf(judgement).map((rule) => html`<span>${rule}</span>`)}${judgement.verdict.axioms.map((axiom) => html`<a href="#axiom-${axiom}">${axiom}</a>`)}<span>${
          judgement.verdict.requestClasses === 0
            ? 'a setting'
            : `${judgement.verdict.requestClasses.toLocaleString('en')} request classes`
        }</span></div></th>
</tr>`,
      )
}
</tbody>
</table>`;
}
