import { createHash } from 'node:crypto';
import type { ImageEngine, Pixels, Stamp } from './engine';
import { plan, type Size } from './geometry';
import { readHeader } from './header';
import { type Glyphs, letter } from './lettering';
import { type Sharp, sharpEngine } from './sharp';
import { type ImageEngine as EngineSpec, IMAGE_CODECS_MODULE } from '../../object-views/contract';
import { type ImageSpec, type WatermarkSpec } from '../../object-views/transform-spec';
import {
  LimitExceededError,
  MalformedContentError,
  RedactionError,
  UnsupportedContentError,
} from '../../redaction/errors';
import { SpecError, TransformError } from '../errors';
import type { Content, Parts, PreparedTransform, Stage, ViewCall } from '../stage';

/** Raised when the same picture would become another. */
const RULES_VERSION = 1;
const DEFAULT_BYTES = 32 << 20;
const DEFAULT_PIXELS = 40_000_000;
/** A progressive JPEG of the largest size has about ten scans. */
const MOST_PASSES = 16;
const DEFAULT_QUALITY = 80;
const DEFAULT_OPACITY = 0.35;
const DEFAULT_SIZE = 0.06;
const TILE_ANGLE = 30;
const LEAST_LETTER = 8;

/** What the module of the codecs exports. */
interface Codecs {
  readonly engine: ImageEngine;
  readonly glyphs: Glyphs;
}

/** Resizes, marks and encodes anew: no byte of metadata passes. */
export function image(
  spec: ImageSpec,
  engine: EngineSpec = {},
  load: (module: string) => Record<string, unknown>,
): PreparedTransform {
  check(spec);
  // Loaded with the first picture: other objects of the function do not wait for it.
  let loaded: Codecs | undefined;
  const codecs = (): Codecs => (loaded ??= loadCodecs(engine, spec.watermark?.text !== undefined, load));
  return {
    type: 'image',
    version: createHash('sha256')
      .update(JSON.stringify([RULES_VERSION, spec, engine.engine ?? 'codecs']))
      .digest('hex'),
    describe: ({ contentType, name }) => ({ name, contentType: spec.format ? `image/${spec.format}` : contentType }),
    variesBy: (call) => (spec.watermark?.text === undefined ? undefined : filled(spec.watermark.text, call)),
    open: (content, call, count) => new Image(spec, codecs, content, call, count),
  };
}

function loadCodecs(
  { engine, module }: EngineSpec,
  letters: boolean,
  load: (module: string) => Record<string, unknown>,
): Codecs {
  if (engine !== 'sharp') return load(module ?? IMAGE_CODECS_MODULE) as unknown as Codecs;
  const exported: unknown = load(module ?? 'sharp');
  const sharp = (typeof exported === 'function' ? exported : (exported as { default: unknown }).default) as Sharp;
  return {
    engine: sharpEngine(sharp),
    glyphs: letters ? (load(IMAGE_CODECS_MODULE) as unknown as Codecs).glyphs : NO_GLYPHS,
  };
}

const NO_GLYPHS: Glyphs = { units: 1, ascender: 0, descender: 0, glyphs: {} };

function check({ watermark, resize, quality }: ImageSpec): void {
  const refuse = (property: string, received: unknown, allowed: string) => {
    throw new SpecError(`"${property}" is ${JSON.stringify(received)}, it must be ${allowed}; correct it`);
  };
  if (watermark && (watermark.text === undefined) === (watermark.picture === undefined)) {
    refuse('watermark', Object.keys(watermark), 'exactly one of text and picture');
  }
  for (const color of [resize?.background, watermark?.color]) {
    if (color !== undefined && !/^#[0-9a-f]{6}$/i.test(color)) refuse('color', color, '#rrggbb');
  }
  for (const side of ['width', 'height'] as const) {
    const value = resize?.[side];
    if (value !== undefined && (!Number.isInteger(value) || value < 1 || value > 16_383)) {
      refuse(`resize.${side}`, value, 'a whole number from 1 to 16,383');
    }
  }
  if (quality !== undefined && !(quality >= 1 && quality <= 100)) refuse('quality', quality, 'from 1 to 100');
}

class Image implements Stage {
  private readonly parts: Buffer[] = [];
  private bytes = 0;

  constructor(
    private readonly spec: ImageSpec,
    private readonly codecs: () => Codecs,
    private readonly content: Content,
    private readonly call: ViewCall,
    private readonly count: (name: string) => void,
  ) {}

  public push(chunk: Uint8Array): Parts {
    const maximum = this.spec.limits?.bytes ?? DEFAULT_BYTES;
    this.bytes += chunk.length;
    if (this.bytes > maximum) throw new LimitExceededError('bytes', maximum);
    this.parts.push(Buffer.from(chunk));
    return [];
  }

  public async end(): Promise<Parts> {
    const { spec, call, content } = this;
    const bytes = Buffer.concat(this.parts);
    this.parts.length = 0;
    const header = readHeader(bytes);
    const declared = /^image\/(jpeg|png|webp)$/.exec(
      content.contentType?.split(';')[0].trim().toLowerCase() ?? '',
    )?.[1];
    // Served as what it is not, the answer to HEAD would differ from that to GET.
    if (!spec.format && declared !== undefined && declared !== header.format) {
      throw new UnsupportedContentError(
        'the content type names another format than the picture has; set "format", or correct the object',
      );
    }
    const maximum = spec.limits?.pixels ?? DEFAULT_PIXELS;
    if (header.width * header.height > maximum) throw new LimitExceededError('pixels', maximum);
    if (header.width * header.height * header.passes > maximum * MOST_PASSES) {
      throw new LimitExceededError('pixels x passes', maximum * MOST_PASSES);
    }
    const upright: Size = header.orientation >= 5 ? { width: header.height, height: header.width } : header;
    const geometry = plan(upright, spec.resize);
    if (geometry.canvas.width * geometry.canvas.height > maximum) throw new LimitExceededError('pixels', maximum);
    const { engine, glyphs } = this.codecs();
    try {
      const stamp = spec.watermark && (await stampOf(spec.watermark, geometry.canvas, call, engine, glyphs));
      call.signal.throwIfAborted();
      const out = await engine.render(
        {
          bytes,
          header,
          geometry,
          stamp,
          background: rgb(spec.resize?.background ?? '#ffffff'),
          format: spec.format ?? header.format,
          quality: spec.quality ?? DEFAULT_QUALITY,
        },
        call.signal,
      );
      this.count('images');
      return [out];
    } catch (error) {
      if (error instanceof RedactionError || call.signal.aborted) throw error;
      throw new MalformedContentError('the picture cannot be decoded');
    }
  }
}

const PLACEHOLDER = /\{([a-z]+)(?::([^}]+))?\}/g;

/** @throws TransformError when the request does not say what the watermark needs: an empty one would protect nothing */
function filled(text: string, { caller, now, view, key }: ViewCall): string {
  return text.replace(PLACEHOLDER, (whole, name: string, of: string | undefined) => {
    switch (name) {
      case 'caller':
        return known(caller?.id, whole);
      case 'claim':
        return known(caller?.claims?.[of ?? ''], whole);
      case 'date':
        return now.toISOString().slice(0, 10);
      case 'view':
        return view;
      case 'key':
        return key;
      default:
        throw new SpecError(
          `the watermark has "${whole}", known are {caller}, {claim:NAME}, {date}, {view}, {key}; correct it`,
        );
    }
  });
}

function known(value: unknown, placeholder: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value.slice(0, MAX_VALUE).replace(/\p{C}/gu, '');
  if (typeof value === 'number') return String(value);
  throw new TransformError(
    'WatermarkUnknown',
    `the request does not tell what ${placeholder} in the watermark stands for`,
  );
}

const MAX_VALUE = 128;

async function stampOf(
  spec: WatermarkSpec,
  canvas: Size,
  call: ViewCall,
  engine: ImageEngine,
  glyphs: Glyphs,
): Promise<Stamp> {
  const opacity = spec.opacity ?? DEFAULT_OPACITY;
  const position = spec.position ?? 'tile';
  const height = Math.max(
    LEAST_LETTER,
    Math.round(Math.min(canvas.width, canvas.height) * (spec.size ?? DEFAULT_SIZE)),
  );
  const picture =
    spec.text !== undefined
      ? lettered(
          glyphs,
          filled(spec.text, call),
          height,
          canvas,
          rgb(spec.color ?? '#ffffff'),
          opacity,
          position === 'tile' ? TILE_ANGLE : 0,
        )
      : await pictured(engine, spec.picture!, height, opacity, call.signal);
  return { ...picture, places: places(position, picture, canvas, Math.round(height / 2), spec.text !== undefined) };
}

/** Text that is longer than the picture is wide gets smaller, as far as it can be read. */
function lettered(
  glyphs: Glyphs,
  text: string,
  height: number,
  canvas: Size,
  color: readonly [number, number, number],
  opacity: number,
  angle: number,
): Pixels {
  const made = letter(glyphs, { text, size: height, color, opacity, angle });
  const room = Math.min(canvas.width / made.width, canvas.height / made.height);
  if (room >= 1) return made;
  return letter(glyphs, { text, size: Math.max(LEAST_LETTER, Math.floor(height * room)), color, opacity, angle });
}

async function pictured(
  engine: ImageEngine,
  base64: string,
  height: number,
  opacity: number,
  signal: AbortSignal,
): Promise<Pixels> {
  const bytes = Buffer.from(base64, 'base64');
  const decoded = await engine.decode(readHeader(bytes).format, bytes, signal);
  const across = Math.max(1, Math.round((decoded.width * height) / decoded.height));
  const { width, data } = await engine.resize(decoded, across, height, signal);
  const faded = Uint8Array.from(data);
  for (let i = 3; i < faded.length; i += 4) faded[i] = Math.round(faded[i] * opacity);
  return { width, height, data: faded };
}

function places(
  position: NonNullable<WatermarkSpec['position']>,
  { width, height }: Size,
  canvas: Size,
  margin: number,
  turned: boolean,
): Array<[number, number]> {
  const right = canvas.width - width - margin;
  const bottom = canvas.height - height - margin;
  switch (position) {
    case 'center':
      return [[Math.round((canvas.width - width) / 2), Math.round((canvas.height - height) / 2)]];
    case 'top-left':
      return [[margin, margin]];
    case 'top-right':
      return [[right, margin]];
    case 'bottom-left':
      return [[margin, bottom]];
    case 'bottom-right':
      return [[right, bottom]];
    case 'tile':
      return lattice({ width, height }, canvas, margin, turned ? (TILE_ANGLE * Math.PI) / 180 : 0);
  }
}

/**
 * Rows along the direction of the text, each set off against the one before: no crop of some size is free of the mark.
 */
function lattice(box: Size, canvas: Size, margin: number, angle: number): Array<[number, number]> {
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  // The text's own size, from that of the box around it.
  const length = (box.width * cos - box.height * sin) / (cos * cos - sin * sin);
  const line = (box.height * cos - box.width * sin) / (cos * cos - sin * sin);
  const [along, across] = [length + 2 * margin, line + 4 * margin];
  const reach = Math.hypot(canvas.width, canvas.height);
  const out: Array<[number, number]> = [];
  for (let row = -Math.ceil(reach / across); row * across <= reach; row += 1) {
    for (let column = -Math.ceil(reach / along); column * along <= reach; column += 1) {
      const u = (column + (row & 1) / 2) * along;
      const v = row * across;
      const x = Math.round(canvas.width / 2 + u * cos + v * sin - box.width / 2);
      const y = Math.round(canvas.height / 2 - u * sin + v * cos - box.height / 2);
      if (x < canvas.width && y < canvas.height && x + box.width > 0 && y + box.height > 0) out.push([x, y]);
    }
  }
  return out;
}

function rgb(color: string): readonly [number, number, number] {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 0xff, value & 0xff];
}
