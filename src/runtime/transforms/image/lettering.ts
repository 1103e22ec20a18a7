import type { Pixels } from './engine';

/** Outlines of letters: `M10 20L...Q...Z`, in units of an em. */
export interface Glyphs {
  readonly units: number;
  readonly ascender: number;
  readonly descender: number;
  readonly glyphs: Readonly<Record<string, readonly [advance: number, outline: string]>>;
}

type Point = readonly [x: number, y: number];

export interface Lettering {
  readonly text: string;
  /** Of an em, in pixels. */
  readonly size: number;
  readonly color: readonly [red: number, green: number, blue: number];
  /** 0 to 1. */
  readonly opacity: number;
  /** Degrees, rising to the right. */
  readonly angle: number;
}

const CURVE_STEPS = 6;
/** Lines looked at for each line of pixels. */
const SUBLINES = 4;
/** Share of an em that the dark edge is wide: it keeps the text legible on any ground. */
const EDGE = 0.05;
const EDGE_OPACITY = 0.75;

/**
 * Text as a picture of its own, just large enough. A character that has no outline is written as its code: a name stays
 * traceable.
 */
export function letter(font: Glyphs, { text, size, color, opacity, angle }: Lettering): Pixels {
  const contours = outlines(font, text, size / font.units, (angle * Math.PI) / 180);
  const edge = Math.max(1, Math.round(size * EDGE));
  const xs = contours.flatMap((contour) => contour.map(([x]) => x));
  const ys = contours.flatMap((contour) => contour.map(([, y]) => y));
  if (xs.length === 0) return { width: 1, height: 1, data: new Uint8Array(4) };
  const left = Math.floor(least(xs)) - edge;
  const top = Math.floor(least(ys)) - edge;
  const width = Math.ceil(-least(xs.map((x) => -x))) + edge - left;
  const height = Math.ceil(-least(ys.map((y) => -y))) + edge - top;
  const ink = coverage(contours, left, top, width, height);
  const around = dilated(ink, width, height, edge);
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i += 1) {
    const text255 = ink[i];
    const dark = around[i] * EDGE_OPACITY * (1 - text255 / 255);
    const alpha = text255 + dark;
    if (alpha === 0) continue;
    for (let c = 0; c < 3; c += 1) data[i * 4 + c] = Math.round((color[c] * text255) / alpha);
    data[i * 4 + 3] = Math.round(Math.min(255, alpha) * opacity);
  }
  return { width, height, data };
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function outlines(font: Glyphs, text: string, scale: number, angle: number): Point[][] {
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const contours: Point[][] = [];
  let pen = 0;
  for (const character of [...text.normalize('NFC')].flatMap((each) =>
    font.glyphs[each] ? [each] : [...`<${each.codePointAt(0)!.toString(16).toUpperCase()}>`],
  )) {
    const [advance, outline] = font.glyphs[character];
    const origin = pen;
    const place = (x: number, y: number): Point => {
      const [px, py] = [(origin + x) * scale, -y * scale];
      return [px * cos + py * sin, -px * sin + py * cos];
    };
    contours.push(...parsed(outline, place));
    pen += advance;
  }
  return contours;
}

function parsed(outline: string, place: (x: number, y: number) => Point): Point[][] {
  const contours: Point[][] = [];
  let at: Point = [0, 0];
  for (const [, type, numbers] of outline.matchAll(/([MLQCZ])([-\d ]*)/g)) {
    const n = numbers === '' ? [] : numbers.split(' ').map(Number);
    const current = contours.at(-1)!;
    if (type === 'M') {
      contours.push([place(n[0], n[1])]);
    } else if (type === 'L') {
      current.push(place(n[0], n[1]));
    } else if (type === 'Q' || type === 'C') {
      for (let step = 1; step <= CURVE_STEPS; step += 1) {
        const t = step / CURVE_STEPS;
        const u = 1 - t;
        const bezier = (from: number, offset: number) =>
          type === 'Q'
            ? u * u * from + 2 * u * t * n[offset] + t * t * n[2 + offset]
            : u ** 3 * from + 3 * u * u * t * n[offset] + 3 * u * t * t * n[2 + offset] + t ** 3 * n[4 + offset];
        current.push(place(bezier(at[0], 0), bezier(at[1], 1)));
      }
    }
    if (n.length > 0) at = [n[n.length - 2], n[n.length - 1]];
  }
  return contours;
}

/** How much of each pixel the outlines cover, 0 to 255, by the rule of non-zero winding. */
function coverage(contours: readonly Point[][], left: number, top: number, width: number, height: number): Uint8Array {
  const sums = new Float32Array(width * height);
  const crossings: Array<Array<readonly [x: number, winding: number]>> = Array.from(
    { length: height * SUBLINES },
    () => [],
  );
  for (const contour of contours) {
    contour.forEach(([x1, y1], i) => {
      const [x2, y2] = contour[(i + 1) % contour.length];
      if (y1 === y2) return;
      const [xa, ya, xb, yb, winding] = y1 < y2 ? [x1, y1, x2, y2, 1] : [x2, y2, x1, y1, -1];
      const first = Math.max(0, Math.ceil((ya - top) * SUBLINES - 0.5));
      const last = Math.min(crossings.length - 1, Math.ceil((yb - top) * SUBLINES - 0.5) - 1);
      for (let line = first; line <= last; line += 1) {
        const y = top + (line + 0.5) / SUBLINES;
        crossings[line].push([xa + ((xb - xa) * (y - ya)) / (yb - ya) - left, winding]);
      }
    });
  }
  crossings.forEach((line, index) => {
    line.sort(([a], [b]) => a - b);
    const row = Math.floor(index / SUBLINES) * width;
    let winding = 0;
    for (let i = 0; i + 1 < line.length; i += 1) {
      winding += line[i][1];
      if (winding !== 0) fill(sums, row, width, line[i][0], line[i + 1][0]);
    }
  });
  return Uint8Array.from(sums, (sum) => Math.min(255, Math.round((sum * 255) / SUBLINES)));
}

function fill(sums: Float32Array, row: number, width: number, from: number, to: number): void {
  const start = Math.max(0, from);
  const end = Math.min(width, to);
  for (let x = Math.floor(start); x < end; x += 1) sums[row + x] += Math.min(x + 1, end) - Math.max(x, start);
}

/** The largest value within a distance, along the rows and then along the columns. */
function dilated(values: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const pass = (from: Uint8Array, across: number, down: number, length: number, lines: number) => {
    const out = new Uint8Array(from.length);
    for (let line = 0; line < lines; line += 1) {
      for (let i = 0; i < length; i += 1) {
        let most = 0;
        for (let k = Math.max(0, i - radius); k <= Math.min(length - 1, i + radius); k += 1) {
          most = Math.max(most, from[line * down + k * across]);
        }
        out[line * down + i * across] = most;
      }
    }
    return out;
  };
  return pass(pass(values, 1, width, width, height), width, 1, height, width);
}
