import { html, type Markup } from '../output/markup';
import { VerdictStatus } from '../verdict';

export type Tone = 'good' | 'bad' | 'open';

export const TONE: Readonly<Record<VerdictStatus, Tone>> = {
  [VerdictStatus.PROVED]: 'good',
  [VerdictStatus.VIOLATED]: 'bad',
  [VerdictStatus.UNKNOWN]: 'open',
};
const SIGN = { good: '\u2713', bad: '\u2717', open: '?' } as const;

export function badge(tone: Tone, words: string): Markup {
  return html`<span class="badge ${tone}"><span aria-hidden="true">${SIGN[tone]}</span>${words}</span>`;
}

/** The anchor of a path: letters, digits and hyphens, and different for different paths. */
export function anchor(kind: string, path: string): string {
  const plain = path.replace(/[^A-Za-z0-9]+/g, '-');
  let sum = 0;
  for (const character of path) sum = (sum * 31 + character.codePointAt(0)!) % 1_679_616;
  return plain === path ? `${kind}-${path}` : `${kind}-${plain}-${sum.toString(36)}`;
}

/** A section with a heading that can be linked to. */
export function section(id: string, title: string, body: Markup | undefined): Markup | undefined {
  if (body === undefined) return undefined;
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title} <a class="deep" href="#${id}" aria-label="Link to ${title}">#</a></h2>
${body}
</section>`;
}

/** Terms with explanations; undefined without any. */
export function definitions(
  rows: ReadonlyArray<readonly [term: Markup | string, words: Markup | string, id?: string]>,
): Markup | undefined {
  if (rows.length === 0) return undefined;
  return html`<div class="card"><dl class="axioms">
${rows.map(([term, words, id]) => html`<dt${id === undefined ? undefined : html` id="${id}"`}>${term}</dt><dd>${words}</dd>`)}
</dl></div>`;
}

export function pretty(json: string): string {
  return JSON.stringify(JSON.parse(json), undefined, 2);
}

export function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}
