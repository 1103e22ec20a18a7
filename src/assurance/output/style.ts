/** The look of the report. Both schemes keep a contrast of at least 4.5 to 1 for text. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1a2230; --soft: #566275; --line: #dde2ea; --head: #eef1f5;
  --good: #0b6b3a; --good-bg: #e2f4e9; --bad: #a51526; --bad-bg: #fdeaec; --open: #7a4b00; --open-bg: #fdf1d8; --link: #1a55b8;
  --radius: 12px;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10151d; --card: #18202b; --ink: #e7ecf3; --soft: #a3afc0; --line: #2c3746; --head: #1f2937;
    --good: #6fdc9c; --good-bg: #12331f; --bad: #ff9aa5; --bad-bg: #42161c; --open: #ffcf70; --open-bg: #3b2c0b; --link: #8ab8ff;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main, header.top, footer { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
header.top { padding-top: 40px; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 24px; top: 12px; background: var(--card); padding: 8px 16px; z-index: 1; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
h1 { font-size: 30px; line-height: 1.2; margin: 4px 0 8px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 21px; margin: 40px 0 12px; letter-spacing: -0.005em; }
h3 { font-size: 16px; margin: 24px 0 8px; }
p { margin: 0 0 12px; }
.eyebrow { color: var(--soft); font-size: 14px; margin: 0; }
.lead { font-size: 18px; color: var(--soft); max-width: 68ch; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.88em; }
code { overflow-wrap: anywhere; }
pre { background: var(--head); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; overflow-x: auto; margin: 8px 0 0; line-height: 1.45; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); padding: 20px 24px; margin: 0 0 16px; }
.counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 24px 0 0; padding: 0; list-style: none; }
.counts li { background: var(--card); border: 1px solid var(--line); border-top: 4px solid var(--soft); border-radius: var(--radius); padding: 14px 18px; }
.counts li.good { border-top-color: var(--good); }
.counts li.bad { border-top-color: var(--bad); }
.counts li.open { border-top-color: var(--open); }
.counts b { display: block; font-size: 30px; line-height: 1.15; font-variant-numeric: tabular-nums; }
.counts span { color: var(--soft); font-size: 14px; }
.bar { display: flex; height: 10px; border-radius: 5px; overflow: hidden; background: var(--line); margin-top: 20px; gap: 2px; }
.bar i { display: block; }
.bar .good { background: var(--good); } .bar .bad { background: var(--bad); } .bar .open { background: var(--open); }
.badge { display: inline-flex; align-items: center; gap: 5px; border-radius: 999px; padding: 2px 10px; font-size: 13px; font-weight: 600; white-space: nowrap; }
.badge.good { color: var(--good); background: var(--good-bg); }
.badge.bad { color: var(--bad); background: var(--bad-bg); }
.badge.open { color: var(--open); background: var(--open-bg); }
.issue { border-left: 5px solid var(--bad); padding-bottom: 8px; }
.issue > header h3 { margin: 0; font-size: 17px; overflow-wrap: anywhere; }
.items { list-style: none; margin: 0; padding: 0; }
.items li { padding: 14px 0; border-top: 1px solid var(--line); }
.items li:first-child { border-top: 0; padding-top: 10px; }
.items h4 { margin: 0 0 6px; font-size: 16px; display: flex; flex-wrap: wrap; gap: 6px 10px; align-items: center; }
.items p { margin: 0 0 4px; max-width: 100ch; overflow-wrap: anywhere; }
.items .fix { color: var(--soft); }
.items .fix b { color: var(--ink); font-weight: 600; margin-right: 4px; }
.scroll { overflow-x: auto; position: relative; }
table { border-collapse: collapse; width: 100%; font-size: 15px; }
caption { text-align: left; color: var(--soft); font-size: 14px; padding: 0 0 8px; }
th, td { text-align: left; padding: 9px 12px 9px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; font-size: 13px; }
tbody th { font-weight: 500; }
tbody tr:last-child > * { border-bottom: 0; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th.number { text-align: right; }
.words { display: block; color: var(--soft); font-size: 14px; }
.chips { display: flex; flex-wrap: wrap; gap: 4px 6px; font-size: 12.5px; }
.chips > * { background: var(--head); border-radius: 6px; padding: 1px 7px; text-decoration: none; }
.chips a:hover { text-decoration: underline; }
table.wrap { table-layout: fixed; }
table.wrap th, table.wrap td { overflow-wrap: anywhere; }
table.wrap caption { color: var(--ink); font-weight: 600; }
table.guarantees col, table.guarantees thead th:first-child { width: 104px; }
table.guarantees .chips { margin-top: 6px; font-weight: 400; }
table.access { margin-bottom: 24px; }
table.access th:nth-child(2) { width: 26%; }
table.access th:nth-child(1) { width: 38%; }
table.access .line b { font-weight: 600; }
.line { display: block; }
.keys { color: var(--soft); }
.nothing { color: var(--good); font-weight: 600; }
.both { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); gap: 24px 32px; align-items: start; }
.deep { color: var(--soft); text-decoration: none; font-weight: 400; opacity: 0; }
h2:hover .deep, .deep:focus { opacity: 1; }
.deeplink { font-size: 14px; margin: 0 0 8px; }
[data-hidden] { display: none !important; }
#filters { display: flex; flex-wrap: wrap; gap: 10px 16px; align-items: end; margin: 0 0 16px; }
#filters label { display: grid; gap: 4px; font-size: 13px; color: var(--soft); flex: 1 1 180px; }
#filters input, #filters button { font: inherit; font-size: 15px; padding: 7px 10px; border: 1px solid var(--soft); border-radius: 8px; background: var(--card); color: var(--ink); min-width: 0; width: 100%; }
#filters button { width: auto; cursor: pointer; }
#filters[hidden] { display: none; }
.contents { display: flex; flex-wrap: wrap; gap: 6px 18px; padding: 0; margin: 20px 0 0; list-style: none; font-size: 15px; }
.provenance { margin-top: 20px; font-size: 15px; }
.provenance summary { cursor: pointer; color: var(--soft); }
.provenance table th:first-child { width: 30%; }
.picture { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); padding: 16px 20px; }
.picture svg { display: block; width: 100%; min-width: 720px; height: auto; }
.picture text { pointer-events: none; fill: var(--ink); font: 14px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
.picture .soft, .picture .column { fill: var(--soft); font-size: 12px; }
.picture .column { font-size: 13px; font-weight: 600; }
.picture rect { fill: var(--head); stroke: var(--line); stroke-width: 1.5; }
.picture .none rect { fill: var(--card); stroke-dasharray: 4 4; }
.picture path { fill: none; stroke: var(--soft); stroke-width: 2; }
.picture .reach { stroke: transparent; stroke-width: 14; }
.picture .quiet path { stroke: var(--line); }
.picture .read path:not(.reach) { stroke: var(--link); }
.picture .write path:not(.reach) { stroke: var(--bad); }
.picture .perhaps path:not(.reach) { stroke: var(--open); stroke-dasharray: 6 5; }
.picture a:hover path:not(.reach), .picture a:focus path:not(.reach) { stroke-width: 4.5; }
.picture figcaption { color: var(--soft); font-size: 14px; margin-top: 12px; }
.picture .key { display: inline-block; margin-right: 18px; color: var(--ink); }
.picture .key::before { content: ""; display: inline-block; width: 22px; border-top: 3px solid var(--link); margin-right: 7px; vertical-align: middle; }
.picture .key.write::before { border-color: var(--bad); }
.picture .key.perhaps::before { border-top-style: dashed; border-color: var(--open); }
.issue.open { border-left-color: var(--open); }
.issue.advice { border-left-color: var(--soft); }
.issue h3 { margin: 0 0 8px; font-size: 17px; }
.issue h3 .words { display: inline; margin-left: 10px; font-weight: 400; }
.issue .fix b { font-weight: 600; margin-right: 4px; }
.where { font-size: 14px; }
details.bucket { background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); margin: 0 0 12px; }
details.bucket > summary { cursor: pointer; padding: 14px 20px; display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; list-style: none; }
details.bucket > summary::-webkit-details-marker { display: none; }
details.bucket > summary::before { content: "\\25B8"; color: var(--soft); width: 1em; }
details.bucket[open] > summary::before { content: "\\25BE"; }
details.bucket > summary h3 { margin: 0; font-size: 17px; flex: 1 1 280px; overflow-wrap: anywhere; }
details.bucket > div { padding: 0 20px 16px; }
details.more summary { cursor: pointer; color: var(--link); font-size: 14px; margin-top: 6px; }
dl.axioms { margin: 0; }
dl.axioms dt { font-weight: 600; margin-top: 12px; }
dl.axioms dt:first-child { margin-top: 0; }
dl.axioms dd { margin: 0; color: var(--soft); }
:target { background: var(--open-bg); border-radius: 4px; }
footer { color: var(--soft); font-size: 14px; padding-top: 24px; padding-bottom: 56px; }
@media (max-width: 640px) {
  main, header.top, footer { padding-left: 14px; padding-right: 14px; }
  header.top { padding-top: 20px; }
  .counts { grid-template-columns: repeat(auto-fit, minmax(100px, 1fr)); }
  .card, .picture { padding: 14px; }
  details.bucket > summary, details.bucket > div { padding-left: 14px; padding-right: 14px; }
  table.access thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table.access, table.access tbody, table.access tr, table.access th, table.access td { display: block; width: 100% !important; }
  table.access th, table.access td { border: 0; padding: 2px 0; }
  table.access caption { display: block; }
  table.access tr { border-bottom: 1px solid var(--line); padding: 8px 0; }
}
@media print {
  :root { --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --head: #f2f2f2;
    --good: #0b6b3a; --good-bg: #fff; --bad: #a51526; --bad-bg: #fff; --open: #7a4b00; --open-bg: #fff; --link: #000; }
  body { font-size: 11pt; }
  .counts li { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
  #filters, .contents, .deep, .deeplink { display: none; }
  .picture svg { min-width: 0; }
  tr, .issue { break-inside: avoid; }
  .skip { display: none; }
  a { text-decoration: none; }
}
`;
