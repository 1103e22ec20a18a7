import type { Pixels, Stamp } from './engine';

/** Blends a stamp into the picture, in place. */
export function stamped(picture: Pixels, stamp: Stamp): void {
  for (const [left, top] of stamp.places) {
    const x0 = Math.max(0, -left);
    const x1 = Math.min(stamp.width, picture.width - left);
    for (let y = Math.max(0, -top); y < stamp.height && top + y < picture.height; y += 1) {
      let from = (y * stamp.width + x0) * 4;
      let to = ((top + y) * picture.width + left + x0) * 4;
      for (let x = x0; x < x1; x += 1, from += 4, to += 4) blend(picture.data, to, stamp.data, from);
    }
  }
}

function blend(under: Uint8Array, to: number, over: Uint8Array, from: number): void {
  const a = over[from + 3];
  if (a === 0) return;
  const below = (under[to + 3] * (255 - a)) / 255;
  const alpha = a + below;
  for (let c = 0; c < 3; c += 1) under[to + c] = Math.round((over[from + c] * a + under[to + c] * below) / alpha);
  under[to + 3] = Math.round(alpha);
}

/** The picture as it is meant to be seen, by its EXIF orientation. */
export function upright({ width, height, data }: Pixels, orientation: number): Pixels {
  if (orientation === 1) return { width, height, data };
  const swapped = orientation >= 5;
  const [w, h] = swapped ? [height, width] : [width, height];
  const source = words(data);
  const out = new Uint8Array(data.length);
  const target = words(out);
  // Where the stored picture's first pixel comes to lie, and how far the next of the row and of the column are from it.
  const flipX = orientation === 2 || orientation === 3 || orientation === 6 || orientation === 7;
  const flipY = orientation === 3 || orientation === 4 || orientation === 7 || orientation === 8;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [tx, ty] = swapped ? [y, x] : [x, y];
      target[(flipY ? h - 1 - ty : ty) * w + (flipX ? w - 1 - tx : tx)] = source[y * width + x];
    }
  }
  return { width: w, height: h, data: out };
}

export function cropped(picture: Pixels, x: number, y: number, width: number, height: number): Pixels {
  if (x === 0 && y === 0 && width === picture.width && height === picture.height) return picture;
  const data = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row += 1) {
    const start = ((y + row) * picture.width + x) * 4;
    data.set(picture.data.subarray(start, start + width * 4), row * width * 4);
  }
  return { width, height, data };
}

/** The picture on a ground of one colour. */
export function padded(
  picture: Pixels,
  width: number,
  height: number,
  x: number,
  y: number,
  [red, green, blue]: readonly [number, number, number],
): Pixels {
  if (width === picture.width && height === picture.height) return picture;
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < data.length; i += 4) data.set([red, green, blue, 255], i);
  const out = { width, height, data };
  stamped(out, { ...picture, places: [[x, y]] });
  return out;
}

/** For formats without transparency; in place. */
export function opaque({ data }: Pixels, background: readonly [number, number, number]): void {
  for (let i = 0; i < data.length; i += 4) {
    const a = data[i + 3];
    if (a === 255) continue;
    for (let c = 0; c < 3; c += 1) data[i + c] = Math.round((data[i + c] * a + background[c] * (255 - a)) / 255);
    data[i + 3] = 255;
  }
}

/**
 * Each pixel the mean of a square of `factor`, weighted by opacity: what a filter of high quality then has to do is
 * small.
 */
export function shrunk(picture: Pixels, factor: number): Pixels {
  if (factor < 2) return picture;
  const width = Math.floor(picture.width / factor);
  const height = Math.floor(picture.height / factor);
  const { data } = picture;
  const out = new Uint8Array(width * height * 4);
  const stride = picture.width * 4;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let alpha = 0;
      for (let dy = 0; dy < factor; dy += 1) {
        let at = (y * factor + dy) * stride + x * factor * 4;
        for (let dx = 0; dx < factor; dx += 1, at += 4) {
          const a = data[at + 3];
          red += data[at] * a;
          green += data[at + 1] * a;
          blue += data[at + 2] * a;
          alpha += a;
        }
      }
      const to = (y * width + x) * 4;
      if (alpha === 0) continue;
      out[to] = (red + alpha / 2) / alpha;
      out[to + 1] = (green + alpha / 2) / alpha;
      out[to + 2] = (blue + alpha / 2) / alpha;
      out[to + 3] = alpha / (factor * factor) + 0.5;
    }
  }
  return { width, height, data: out };
}

function words(data: Uint8Array): Uint32Array {
  return data.byteOffset % 4 === 0
    ? new Uint32Array(data.buffer, data.byteOffset, data.length / 4)
    : new Uint32Array(Uint8Array.from(data).buffer);
}
