/**
 * Writes src/runtime/transforms/image/glyphs.json: the outlines of Roboto Medium (Apache-2.0) that watermarks are drawn
 * with.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
// eslint-disable-next-line @typescript-eslint/no-require-imports -- it has no types of its own
const { parse } = require('opentype.js') as { parse(file: ArrayBuffer): Font };

interface Font {
  readonly unitsPerEm: number;
  readonly ascender: number;
  readonly descender: number;
  readonly glyphs: { readonly length: number; get(index: number): Glyph };
}

interface Glyph {
  readonly unicodes: readonly number[];
  readonly advanceWidth?: number;
  readonly path: { readonly commands: ReadonlyArray<{ readonly type: string }> };
}

const ROOT = join(__dirname, '..');
const TARGET = join(ROOT, 'src', 'runtime', 'transforms', 'image', 'glyphs.json');
const SUBSETS = ['latin', 'latin-ext', 'cyrillic', 'greek', 'vietnamese'];
/** Finer than any watermark shows. */
const UNITS = 512;

const glyphs: Record<string, [advance: number, outline: string]> = {};
let scale = 1;
let font: Font | undefined;
for (const subset of SUBSETS) {
  const bytes = readFileSync(
    join(ROOT, 'node_modules', '@fontsource', 'roboto', 'files', `roboto-${subset}-500-normal.woff`),
  );
  const parsed = parse(Uint8Array.from(bytes).buffer);
  scale = UNITS / parsed.unitsPerEm;
  font ??= parsed;
  for (let i = 0; i < parsed.glyphs.length; i += 1) {
    const glyph = parsed.glyphs.get(i);
    for (const unicode of glyph.unicodes) {
      if (glyphs[String.fromCodePoint(unicode)]) continue;
      const outline = glyph.path.commands
        .map((command) => {
          const { type, ...points } = command as unknown as { type: string } & Record<string, number>;
          return `${type}${['x1', 'y1', 'x2', 'y2', 'x', 'y'].flatMap((name) => (points[name] === undefined ? [] : [Math.round(points[name] * scale)])).join(' ')}`;
        })
        .join('');
      glyphs[String.fromCodePoint(unicode)] = [Math.round((glyph.advanceWidth ?? 0) * scale), outline];
    }
  }
}
const sorted = Object.fromEntries(Object.entries(glyphs).sort(([a], [b]) => a.codePointAt(0)! - b.codePointAt(0)!));
writeFileSync(
  TARGET,
  `${JSON.stringify({ units: UNITS, ascender: Math.round(font!.ascender * scale), descender: Math.round(font!.descender * scale), glyphs: sorted })}\n`,
);
console.log(`wrote ${Object.keys(sorted).length} glyphs`);
