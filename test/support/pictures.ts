import sharp from 'sharp';

/**
 * Side of the squares that are judged one by one: a difference that is small on the whole may be all of a watermark.
 */
const TILE = 16;
/** What shows through where a picture does. */
const GROUND = 128;

export interface Difference {
  /** Mean of all of the picture, in CIELAB, where about 2.3 is what one just notices. */
  readonly mean: number;
  /** Mean of the square that differs most. */
  readonly worst: number;
}

/** How different two pictures look; infinite for other sizes. */
export async function difference(a: Buffer, b: Buffer): Promise<Difference> {
  const [one, two] = [await seen(a), await seen(b)];
  if (one.width !== two.width || one.height !== two.height) return { mean: Infinity, worst: Infinity };
  const { width, height } = one;
  const across = Math.ceil(width / TILE);
  const sums = new Float64Array(across * Math.ceil(height / TILE));
  const counts = new Float64Array(sums.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      const tile = Math.floor(y / TILE) * across + Math.floor(x / TILE);
      sums[tile] += Math.hypot(
        one.lab[at] - two.lab[at],
        one.lab[at + 1] - two.lab[at + 1],
        one.lab[at + 2] - two.lab[at + 2],
      );
      counts[tile] += 1;
    }
  }
  return {
    mean: sums.reduce((sum, each) => sum + each, 0) / (width * height),
    worst: Math.max(...sums.map((sum, i) => sum / counts[i])),
  };
}

async function seen(picture: Buffer) {
  const {
    data,
    info: { width, height },
  } = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const lab = new Float64Array(width * height * 3);
  for (let i = 0; i < width * height; i += 1) {
    const opacity = data[i * 4 + 3] / 255;
    const [r, g, b] = [0, 1, 2].map((c) => linear((data[i * 4 + c] * opacity + GROUND * (1 - opacity)) / 255));
    const x = curved((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
    const y = curved(0.2126 * r + 0.7152 * g + 0.0722 * b);
    const z = curved((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
    lab.set([116 * y - 16, 500 * (x - y), 200 * (y - z)], i * 3);
  }
  return { lab, width, height };
}

/** Of sRGB. */
function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function curved(value: number): number {
  return value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116;
}
