import type { ImageEngine, ImageJob, Pixels, Stamp } from './engine';
import type { ImageFormat } from '../../object-views/transform-spec';

/** As much of sharp as is used; the user's layer brings it. */
export interface Sharp {
  (input: Uint8Array, options?: object): SharpPipeline;
}

interface SharpPipeline {
  rotate(): SharpPipeline;
  ensureAlpha(): SharpPipeline;
  extract(region: { left: number; top: number; width: number; height: number }): SharpPipeline;
  resize(width: number, height: number, options: object): SharpPipeline;
  extend(edges: object): SharpPipeline;
  composite(images: object[]): SharpPipeline;
  flatten(options: object): SharpPipeline;
  toFormat(format: ImageFormat, options?: object): SharpPipeline;
  raw(): SharpPipeline;
  toBuffer(): Promise<Buffer>;
  toBuffer(options: { resolveWithObject: true }): Promise<{ data: Buffer; info: { width: number; height: number } }>;
}

/** libvips through the user's own layer: LGPL and 18 MB an architecture, but several times faster. */
export function sharpEngine(sharp: Sharp): ImageEngine {
  const trusted = { limitInputPixels: false, failOn: 'error', animated: false };
  const raw = ({ data, width, height }: Pixels) => sharp(data, { raw: { width, height, channels: 4 } });
  return {
    decode: async (_format, bytes) => {
      const { data, info } = await sharp(bytes, trusted).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      return { data, width: info.width, height: info.height };
    },
    resize: async (pixels, width, height) => ({
      width,
      height,
      data: await raw(pixels).resize(width, height, { fit: 'fill' }).raw().toBuffer(),
    }),
    render: async ({
      bytes,
      header,
      geometry: { crop, scaled, canvas, x, y },
      background,
      stamp,
      format,
      quality,
    }: ImageJob) => {
      // The header was held against the limits; more than it told is not decoded.
      let picture = sharp(bytes, { ...trusted, limitInputPixels: header.width * header.height });
      const source = header.orientation >= 5 ? { width: header.height, height: header.width } : header;
      if (header.orientation !== 1) picture = picture.rotate();
      if (crop.width !== source.width || crop.height !== source.height) {
        picture = picture.extract({ left: crop.x, top: crop.y, width: crop.width, height: crop.height });
      }
      if (scaled.width !== crop.width || scaled.height !== crop.height) {
        picture = picture.resize(scaled.width, scaled.height, { fit: 'fill' });
      }
      const [red, green, blue] = background;
      const ground = { r: red, g: green, b: blue };
      if (canvas.width !== scaled.width || canvas.height !== scaled.height) {
        picture = picture.extend({
          left: x,
          top: y,
          right: canvas.width - scaled.width - x,
          bottom: canvas.height - scaled.height - y,
          background: { ...ground, alpha: 1 },
        });
      }
      if (stamp) picture = picture.composite(visible(stamp, canvas.width, canvas.height));
      if (format === 'jpeg') picture = picture.flatten({ background: ground });
      return picture.toFormat(format, format === 'png' ? {} : { quality }).toBuffer();
    },
  };
}

/** sharp refuses what reaches over the edges. */
function visible(stamp: Stamp, width: number, height: number): object[] {
  return stamp.places.flatMap(([left, top]) => {
    const [x0, y0] = [Math.max(0, -left), Math.max(0, -top)];
    const w = Math.min(stamp.width, width - left) - x0;
    const h = Math.min(stamp.height, height - top) - y0;
    if (w <= 0 || h <= 0) return [];
    const data = Buffer.alloc(w * h * 4);
    for (let row = 0; row < h; row += 1) {
      const start = ((y0 + row) * stamp.width + x0) * 4;
      data.set(stamp.data.subarray(start, start + w * 4), row * w * 4);
    }
    return [{ input: data, raw: { width: w, height: h, channels: 4 }, left: left + x0, top: top + y0 }];
  });
}
