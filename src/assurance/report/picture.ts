import { rightsIn, type Grant } from './grants';
import { html, type Markup } from '../output/markup';

/** One bucket's grants, with the anchor of its rows. */
export interface PictureBucket {
  readonly path: string;
  readonly grants: readonly Grant[];
  /** The id of the row of a grant. */
  readonly anchorOf: (grant: Grant) => string;
}

/** Principals beyond this are counted in one node. */
const MOST_PRINCIPALS = 14;
const MOST_BUCKETS = 8;
const ROW = 40;
const [LEFT, MIDDLE, RIGHT, WIDTH] = [8, 400, 792, 1100];
const BOX = { left: 290, middle: 290, right: 300 };

interface Node {
  readonly words: string;
  readonly more?: string;
  readonly tone?: string;
  y: number;
}

interface Edge {
  readonly from: Node;
  readonly to: Node;
  readonly words: string;
  readonly href?: string;
  readonly tone: string;
  readonly who: string;
}

/**
 * Principals on the left, access paths in the middle, data on the right, and an edge for what is allowed. An edge is a
 * link to the row that has the statements. Principals with the same edges are one node.
 */
export function picture(buckets: readonly PictureBucket[]): Markup | undefined {
  const shown = buckets.filter(({ grants }) => grants.length > 0).slice(0, MOST_BUCKETS);
  if (shown.length === 0) return undefined;
  const data: Node[] = [];
  const paths = new Map<string, Node>();
  const right: Edge[] = [];
  const byWho = new Map<string, Array<{ key: string; node: Node; grant: Grant; href: string }>>();
  for (const bucket of shown) {
    const target: Node = { words: bucket.path, y: 0 };
    data.push(target);
    for (const grant of bucket.grants) {
      const reached = byWho.get(grant.who) ?? [];
      byWho.set(grant.who, reached);
      if (grant.parts.length === 0) continue;
      const key = `${bucket.path} ${grant.path}`;
      let node = paths.get(key);
      if (node === undefined) {
        node = { words: grant.path, more: grant.path === 'The bucket itself' ? bucket.path : undefined, y: 0 };
        paths.set(key, node);
        right.push({ from: node, to: target, words: `${grant.path} leads to ${bucket.path}`, tone: 'quiet', who: '' });
      }
      reached.push({ key, node, grant, href: bucket.anchorOf(grant) });
    }
  }
  const principals = groupsOf(byWho);
  const left: Node[] = [];
  const edges: Edge[] = [];
  for (const { names, reached } of principals) {
    const node: Node = {
      words: names[0],
      more:
        names.length > 1
          ? `and ${names.length - 1} with the same access`
          : reached.length === 0
            ? 'reaches nothing'
            : undefined,
      tone: reached.length === 0 ? 'none' : undefined,
      y: 0,
    };
    left.push(node);
    for (const { node: path, grant, href } of reached) {
      const rights = grant.parts.map(rightsIn).join('; ');
      const perhaps = grant.parts.every((part) => part.rights.length === 0);
      const writes = grant.parts.some(({ rights: all }) => all.includes('write') || all.includes('delete'));
      edges.push({
        from: node,
        to: path,
        words: `${names.join(', ')}: ${rights} through ${grant.path}`,
        href: `#${href}`,
        tone: perhaps ? 'perhaps' : writes ? 'write' : 'read',
        who: names.join(' '),
      });
    }
  }
  const middle = [...paths.values()];
  const height = Math.max(left.length, middle.length, data.length) * (ROW + 12) + 34;
  for (const column of [left, middle, data]) {
    const step = (height - 34) / column.length;
    column.forEach((node, index) => (node.y = 34 + step * (index + 0.5)));
  }
  const hidden = buckets.filter(({ grants }) => grants.length > 0).length - shown.length;
  return html`<figure class="picture">
<div class="scroll" tabindex="0" role="region" aria-label="Picture of the access">
<svg viewBox="0 0 ${WIDTH} ${Math.round(height)}" role="img" aria-label="Who reaches what: the lists below say the same in words" width="${WIDTH}" height="${Math.round(height)}">
<text class="column" x="${LEFT}" y="16">Principals</text><text class="column" x="${MIDDLE}" y="16">Access paths</text><text class="column" x="${RIGHT}" y="16">Data</text>
${right.map((edge) => edgeOf(edge, MIDDLE + BOX.middle, RIGHT))}
${edges.map((edge) => edgeOf(edge, LEFT + BOX.left, MIDDLE))}
${left.map((node) => nodeOf(node, LEFT, BOX.left))}
${middle.map((node) => nodeOf(node, MIDDLE, BOX.middle))}
${data.map((node) => nodeOf(node, RIGHT, BOX.right))}
</svg>
</div>
<figcaption><span class="key read">reads or lists</span><span class="key write">writes or deletes</span><span class="key perhaps">only the deployment knows</span>
An ordinary request over HTTPS. Choose a line for its statements.${hidden > 0 ? ` ${hidden} more buckets are in the sections below.` : ''}</figcaption>
</figure>`;
}

interface Group {
  readonly names: readonly string[];
  readonly reached: ReadonlyArray<{ key: string; node: Node; grant: Grant; href: string }>;
}

/** Who has the same edges, together; the widest access first. */
function groupsOf(byWho: ReadonlyMap<string, Group['reached']>): Group[] {
  const groups = new Map<string, { names: string[]; reached: Group['reached'] }>();
  for (const [who, reached] of byWho) {
    const key = reached.map((each) => `${each.key} ${each.grant.parts.map(rightsIn).join()}`).join('|');
    const same = groups.get(key);
    if (same) same.names.push(who);
    else groups.set(key, { names: [who], reached });
  }
  const all = [...groups.values()].sort((a, b) => Number(a.reached.length === 0) - Number(b.reached.length === 0));
  if (all.length <= MOST_PRINCIPALS) return all;
  const shown = all.slice(0, MOST_PRINCIPALS - 1);
  const rest = all.slice(MOST_PRINCIPALS - 1);
  const ends = new Map(rest.flatMap(({ reached }) => reached).map((each) => [each.key, each]));
  return [
    ...shown,
    {
      names: [`${rest.reduce((sum, { names }) => sum + names.length, 0)} more principals`],
      reached: [...ends.values()],
    },
  ];
}

function edgeOf({ from, to, words, href, tone, who }: Edge, x1: number, x2: number): Markup {
  const bend = (x2 - x1) / 2;
  const y1 = Math.round(from.y);
  const y2 = Math.round(to.y);
  const line = html`<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>`;
  const target = html`<path class="reach" d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>`;
  return href === undefined
    ? html`<g class="edge ${tone}"><title>${words}</title>${line}</g>`
    : html`<a class="edge ${tone}" href="${href}" data-who="${who}"><title>${words}</title>${target}${line}</a>`;
}

/** Characters that fit into a box in most fonts, and those that do if they are narrowed. */
const FIT = 32;
const NARROWED = 44;

function nodeOf({ words, more, tone = '', y }: Node, x: number, width: number): Markup {
  const top = Math.round(y - ROW / 2);
  return html`<g class="node ${tone}"><title>${words}${more === undefined ? '' : `, ${more}`}</title>
<rect x="${x}" y="${top}" width="${width}" height="${ROW}" rx="8"/>
<text x="${x + 12}" y="${top + (more === undefined ? 25 : 17)}"${narrowed(words, width)}>${short(words)}</text>${
    more === undefined ? undefined : html`<text class="soft" x="${x + 12}" y="${top + 32}">${short(more)}</text>`
  }</g>`;
}

/** A long text takes the width of its box, whatever the font. */
function narrowed(text: string, width: number): Markup | undefined {
  return text.length <= FIT ? undefined : html` textLength="${width - 24}" lengthAdjust="spacingAndGlyphs"`;
}

/** The end of a path says more than its beginning. */
function short(text: string): string {
  return text.length <= NARROWED ? text : `\u2026${text.slice(text.length - NARROWED + 1)}`;
}
