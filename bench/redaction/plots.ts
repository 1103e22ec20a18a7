/**
 * Draws what was measured for the documents: `docs/redaction-<name>.svg`, each for the sections that were measured in
 * this run.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { figureAt } from './goals';
import type { Figures } from '../figures';

interface Bar {
  readonly label: string;
  readonly path: string;
  readonly isOurs: boolean;
}

interface Plot {
  readonly file: string;
  readonly section: string;
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
}

function ours(label: string, path: string): Bar {
  return { label, path, isOurs: true };
}

function theirs(label: string, path: string): Bar {
  return { label, path, isOurs: false };
}

const PLOTS: readonly Plot[] = [
  {
    file: 'redaction-core',
    section: 'core',
    title: 'Free text, one finding in 258 bytes: MB by second of processor time',
    unit: 'MB/s',
    bars: [
      ours('this core, WebAssembly', 'core.dense.wasmMBps'),
      ours('this core, TypeScript', 'core.dense.typescriptMBps'),
      theirs('@redactpii/node', 'core.dense.fastestPeerMBps'),
      theirs('redactum', 'core.dense.bestRecallPeerMBps'),
    ],
  },
  {
    file: 'redaction-formats',
    section: 'structure',
    title: 'Formats with every kind on, beside parsers that only parse: MB by second of processor time',
    unit: 'MB/s',
    bars: [
      ours('JSON, redacted', 'structure.json.redactMBps'),
      ours('JSON, with field rules', 'structure.json.redactWithFieldsMBps'),
      theirs('@streamparser/json', 'structure.json.streamparserJsonMBps'),
      ours('CSV, redacted', 'structure.csv.redactMBps'),
      ours('CSV, with field rules', 'structure.csv.redactWithFieldsMBps'),
      theirs('csv-parse', 'structure.csv.csvParseMBps'),
      ours('XML, redacted', 'structure.xml.redactMBps'),
      ours('XML, with field rules', 'structure.xml.redactWithFieldsMBps'),
      theirs('saxes', 'structure.xml.saxesMBps'),
    ],
  },
  {
    file: 'redaction-accuracy',
    section: 'accuracy',
    title: 'Recall on the generated set: percent of what was planted',
    unit: '%',
    bars: ['email', 'ssn', 'ip', 'iban', 'card', 'phone'].map((kind) =>
      ours(kind, `accuracy.generated.${kind}.recall`),
    ),
  },
];

const WIDTH = 760;
const LABELS = 190;
const ROW = 26;
const TOP = 46;

/** Writes the plots of the sections in `figures`. @returns their files */
export function drawPlots(figures: Record<string, Figures>, docs: string): string[] {
  return PLOTS.filter(({ section }) => figures[section] !== undefined).map((plot) => {
    const file = join(docs, `${plot.file}.svg`);
    writeFileSync(file, svg(plot, figures));
    return file;
  });
}

function svg({ title, unit, bars }: Plot, figures: Record<string, Figures>): string {
  const rows = bars.flatMap((bar) => {
    const value = figureAt(figures, bar.path);
    return value === undefined ? [] : [{ ...bar, value: unit === '%' ? value * 100 : value }];
  });
  const most = unit === '%' ? 100 : Math.max(...rows.map(({ value }) => value));
  const height = TOP + rows.length * ROW + 34;
  const drawn = rows.map(({ label, value, isOurs }, i) => {
    const y = TOP + i * ROW;
    const length = Math.max(1, Math.round(((WIDTH - LABELS - 90) * value) / most));
    return (
      `<text x="${LABELS - 8}" y="${y + 15}" text-anchor="end">${label}</text>` +
      `<rect x="${LABELS}" y="${y + 2}" width="${length}" height="${ROW - 8}" rx="2" ` +
      `fill="${isOurs ? '#1f6feb' : '#8b949e'}"/>` +
      `<text x="${LABELS + length + 6}" ` +
      `y="${y + 15}">${value < 100 || unit === '%' ? value.toFixed(1) : Math.round(value)} ${unit}</text>`
    );
  });
  const machine =
    `${cpus().length} x ${cpus()[0].model}, Node ${process.version}, ` +
    `${new Date().toISOString().slice(0, 10)}: npm run bench -- --json --only redaction`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<g font-family="system-ui, sans-serif" font-size="13" fill="#1b1f24">
<text x="12" y="24" font-size="15" font-weight="600">${title}</text>
${drawn.join('\n')}
<text x="12" y="${height - 12}" font-size="11" fill="#57606a">${machine}</text>
</g>
</svg>
`;
}
