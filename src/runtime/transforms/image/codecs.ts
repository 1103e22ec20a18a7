/** The codecs as WebAssembly. They run until they are done: only the thread that they are in can be stopped. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cropped, opaque, padded, shrunk, stamped, upright } from './canvas';
import type { ImageEngine, ImageJob, Pixels } from './engine';
import type { ImageFormat } from '../../object-views/transform-spec';

/** The codecs return it; only browsers have it. */
class Picture {
  constructor(
    public readonly data: Uint8ClampedArray,
    public readonly width: number,
    public readonly height: number,
  ) {}
}
(globalThis as { ImageData?: unknown }).ImageData ??= Picture;

declare const WebAssembly: { compile(bytes: Uint8Array): Promise<never> };

const wasm = (name: string) => WebAssembly.compile(readFileSync(join(__dirname, `${name}.wasm`)));

type Init = (module: never, options: object) => Promise<unknown>;

/** A codec complains of a file on the console, where nothing of an object has its place. */
const SILENT = { print: () => undefined, printErr: () => undefined };

let generation = 0;

/**
 * Made once, with the first use, and anew after a failure: what a hostile file left behind in the memory of a codec is
 * not built upon.
 */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  let of = 0;
  return () => {
    if (of !== generation) made = undefined;
    of = generation;
    return (made ??= make());
  };
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    generation += 1;
    throw error;
  }
}

const jpegDecoder = once(async () => {
  const { default: decoder, init } = await import('@jsquash/jpeg/decode.js');
  await (init as Init)(await wasm('mozjpeg_dec'), SILENT);
  return decoder;
});
const jpegEncoder = once(async () => {
  const { default: encoder, init } = await import('@jsquash/jpeg/encode.js');
  await (init as Init)(await wasm('mozjpeg_enc'), SILENT);
  return encoder;
});
const png = once(async () => {
  const [decoder, encoder] = await Promise.all([import('@jsquash/png/decode.js'), import('@jsquash/png/encode.js')]);
  const module = await wasm('squoosh_png_bg');
  await decoder.init(module);
  await encoder.init(module);
  return { decode: decoder.default, encode: encoder.default };
});
const webpDecoder = once(async () => {
  const { default: decoder, init } = await import('@jsquash/webp/decode.js');
  await (init as Init)(await wasm('webp_dec'), SILENT);
  return decoder;
});
const webpEncoder = once(async () => {
  const { default: encoder, init } = await import('@jsquash/webp/encode.js');
  await (init as Init)(await wasm('webp_enc_simd'), SILENT);
  return encoder;
});
const resizer = once(async () => {
  const { default: resizing, initResize } = await import('@jsquash/resize');
  await initResize(await wasm('squoosh_resize_bg'));
  return resizing;
});

async function decode(format: ImageFormat, bytes: Uint8Array): Promise<Pixels> {
  const file = Uint8Array.from(bytes).buffer;
  const { data, width, height } = await (format === 'jpeg'
    ? (await jpegDecoder())(file)
    : format === 'png'
      ? (await png()).decode(file)
      : (await webpDecoder())(file));
  return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

async function encode(format: ImageFormat, picture: Pixels, quality: number): Promise<Uint8Array> {
  const data = image(picture);
  switch (format) {
    case 'jpeg':
      return new Uint8Array(await (await jpegEncoder())(data, { quality, trellis_multipass: false }));
    case 'png':
      return new Uint8Array(await (await png()).encode(data));
    case 'webp':
      return new Uint8Array(await (await webpEncoder())(data, { quality, method: 3 }));
  }
}

/**
 * Halving and the like are done by plain means, and only the rest by the filter of high quality, which costs four times
 * as much.
 */
async function resize(pixels: Pixels, width: number, height: number): Promise<Pixels> {
  if (pixels.width === width && pixels.height === height) return pixels;
  const factor = Math.floor(Math.min(pixels.width / width, pixels.height / height) / LEFT_TO_FILTER);
  const from = shrunk(pixels, factor);
  const { data } = await (
    await resizer()
  )(image(from), { width, height, method: 'lanczos3', premultiply: true, linearRGB: false });
  return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

const LEFT_TO_FILTER = 1.5;

function image({ data, width, height }: Pixels) {
  // The codecs read from the buffer's beginning.
  const whole = data.byteOffset === 0 && data.byteLength === data.buffer.byteLength ? data : Uint8Array.from(data);
  return new Picture(new Uint8ClampedArray(whole.buffer), width, height) as never;
}

async function render({ bytes, header, geometry, background, stamp, format, quality }: ImageJob): Promise<Uint8Array> {
  const { crop, scaled, canvas, x, y } = geometry;
  const stored = await decode(header.format, bytes);
  // A decoder that turns the picture by itself, or finds another size than the header told, is not to be believed.
  if (stored.width !== header.width || stored.height !== header.height) {
    throw new Error('the size differs from the header');
  }
  const picture = cropped(upright(stored, header.orientation), crop.x, crop.y, crop.width, crop.height);
  const resized = await resize(picture, scaled.width, scaled.height);
  const whole = padded(resized, canvas.width, canvas.height, x, y, background);
  if (format === 'jpeg') opaque(whole, background);
  if (stamp) stamped(whole, stamp);
  return encode(format, whole, quality);
}

export const codecs: ImageEngine = {
  decode: (format, bytes) => guarded(() => decode(format, bytes)),
  resize: (pixels, width, height) => guarded(() => resize(pixels, width, height)),
  render: (job) => guarded(() => render(job)),
};
