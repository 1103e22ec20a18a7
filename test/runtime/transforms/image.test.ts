import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { CALL, run } from './support';
import type { ImageFormat, ImageSpec } from '../../../src/runtime/object-views/transform-spec';
import {
  LimitExceededError,
  MalformedContentError,
  UnsupportedContentError,
} from '../../../src/runtime/redaction/errors';
import { plan } from '../../../src/runtime/transforms/image/geometry';
import { readHeader } from '../../../src/runtime/transforms/image/header';
import { difference } from '../../support/pictures';

const CODECS = join(__dirname, '..', '..', '..', 'assets', 'image-codecs', 'strongbox-image', 'index.js');
const GOLDEN = join(__dirname, 'golden');
/** Mean difference of a channel, out of 255, that nobody sees. */
const UNSEEN = 3;
/** In CIELAB, of the square of a picture that differs most. */
const JUST_NOTICED = 2.3;

const [W, H] = [360, 240];
const GPS = 'planted place';

/** A picture in which every side is another, so that a wrong turn shows. */
function scene(width = W, height = H): Buffer {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const disc = Math.hypot(x - width / 3, y - height / 2) < height / 4;
      data.set(
        [disc ? 220 : Math.round((255 * x) / width), disc ? 60 : Math.round((200 * y) / height), disc ? 40 : 120],
        (y * width + x) * 3,
      );
    }
  }
  return data;
}

function picture(format: ImageFormat, { width = W, height = H, orientation = 1 } = {}): Promise<Buffer> {
  return sharp(scene(width, height), { raw: { width, height, channels: 3 } })
    .toFormat(format, { quality: 95 })
    .withExif({ IFD0: { Copyright: GPS }, IFD3: { GPSLatitudeRef: 'N' } })
    .withMetadata({ orientation })
    .toBuffer();
}

async function transformed(
  bytes: Buffer,
  spec: Partial<ImageSpec> = {},
  contentType?: string,
  engine: 'codecs' | 'sharp' = 'codecs',
  call = {},
): Promise<Buffer> {
  const images = engine === 'sharp' ? { engine } : { module: CODECS };
  // The letters of watermarks come with the codecs, whatever draws.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- what Lambda finds in layers
  const load = (module: string) => require(module.startsWith('/opt/') ? CODECS : module) as Record<string, unknown>;
  const { output } = await run([{ type: 'image', ...spec }], bytes, { contentType }, [10_000], { images, load }, call);
  return output;
}

async function pixels(bytes: Buffer) {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Mean difference of the channels; infinite for other sizes. */
async function distance(a: Buffer, b: Buffer): Promise<number> {
  const [one, two] = [await pixels(a), await pixels(b)];
  if (one.width !== two.width || one.height !== two.height) return Infinity;
  let sum = 0;
  for (let i = 0; i < one.data.length; i += 1) sum += Math.abs(one.data[i] - two.data[i]);
  return sum / one.data.length;
}

/** The picture as a person looked at it once; `GOLDEN=write` takes a new one, to be looked at again. */
async function golden(name: string, bytes: Buffer, engine: string): Promise<void> {
  const file = join(GOLDEN, `${name}.png`);
  if (process.env.GOLDEN === 'write' && engine === 'codecs') {
    mkdirSync(GOLDEN, { recursive: true });
    writeFileSync(file, await sharp(bytes).png({ compressionLevel: 9 }).toBuffer());
  }
  expect((await difference(bytes, readFileSync(file))).worst).toBeLessThan(JUST_NOTICED);
}

const ENGINES = ['codecs', 'sharp'] as const;
const FORMATS = ['jpeg', 'png', 'webp'] as const;

describe.each(ENGINES)('%s', (engine) => {
  test.each(FORMATS)('%s comes out as the same picture, without metadata', async (format) => {
    const original = await picture(format);
    expect((await sharp(original).metadata()).exif?.includes(GPS)).toBe(true);
    const out = await transformed(original, {}, `image/${format}`, engine);
    expect(readHeader(out)).toMatchObject({ format, width: W, height: H, orientation: 1 });
    expect(await distance(out, original)).toBeLessThan(UNSEEN);
    expect(out.includes(GPS)).toBe(false);
    const { exif, xmp, iptc, icc } = await sharp(out).metadata();
    expect([exif, xmp, iptc, icc]).toEqual([undefined, undefined, undefined, undefined]);
  });

  test.each(FORMATS.flatMap((from) => FORMATS.map((to) => [from, to] as const)))('%s becomes %s', async (from, to) => {
    const original = await picture(from);
    const out = await transformed(original, { format: to, quality: 90 }, `image/${from}`, engine);
    expect(readHeader(out).format).toBe(to);
    expect(await distance(out, original)).toBeLessThan(UNSEEN);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('stands upright whatever its orientation was: %d', async (orientation) => {
    const original = await picture('jpeg', { orientation });
    const upright = await sharp(original).rotate().png().toBuffer();
    const out = await transformed(original, { format: 'png' }, 'image/jpeg', engine);
    expect(readHeader(out).orientation).toBe(1);
    expect(await distance(out, upright)).toBeLessThan(UNSEEN);
  });

  test.each([
    ['inside', { width: 90, height: 90 }, [90, 60]],
    ['inside', { width: 90 }, [90, 60]],
    ['inside', { height: 120 }, [180, 120]],
    ['cover', { width: 90, height: 90 }, [90, 90]],
    ['contain', { width: 90, height: 90, background: '#00ff00' }, [90, 90]],
    ['fill', { width: 90, height: 90 }, [90, 90]],
    ['inside', { width: 720, height: 720 }, [360, 240]],
    ['inside', { width: 720, enlarge: true }, [720, 480]],
  ] as const)('fit %s %j', async (fit, resize, [width, height]) => {
    const original = await picture('png');
    const out = await transformed(original, { resize: { fit, ...resize } }, 'image/png', engine);
    expect(readHeader(out)).toMatchObject({ width, height });
    const options = { fit, ...resize, withoutEnlargement: !('enlarge' in resize) };
    expect(await distance(out, await sharp(original).resize(options).png().toBuffer())).toBeLessThan(UNSEEN);
  });

  test('transparency gets the background in JPEG and stays in PNG and WebP', async () => {
    const clear = await sharp({
      create: { width: 40, height: 40, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const jpeg = await pixels(
      await transformed(clear, { format: 'jpeg', resize: { background: '#0000ff' } }, 'image/png', engine),
    );
    expect([...jpeg.data.subarray(0, 3)].map((value) => Math.round(value / 16))).toEqual([0, 0, 16]);
    for (const format of ['png', 'webp'] as const) {
      expect((await pixels(await transformed(clear, { format }, 'image/png', engine))).data[3]).toBe(0);
    }
  });

  test('a watermark names who asked', async () => {
    const out = await transformed(
      await picture('png'),
      { watermark: { text: '{claim:name} · {date}', size: 0.12 } },
      'image/png',
      engine,
    );
    await golden('tile', out, engine);
    const other = await transformed(
      await picture('png'),
      { watermark: { text: '{claim:name} · {date}', size: 0.12 } },
      'image/png',
      engine,
      { caller: { id: 'x', claims: { name: 'Ada Lovelace' } } },
    );
    expect(await distance(out, other)).toBeGreaterThan(1);
  });

  test.each(['center', 'bottom-right'] as const)(
    'a watermark at %s, in letters of several scripts',
    async (position) => {
      const out = await transformed(
        await picture('png'),
        { watermark: { text: 'Žofie Ωμέγα Юлия 中', position, opacity: 0.8, size: 0.1 } },
        'image/png',
        engine,
      );
      await golden(`letters-${position}`, out, engine);
    },
  );

  test('a watermark that is a picture', async () => {
    const logo = await sharp({
      create: { width: 60, height: 60, channels: 4, background: { r: 255, g: 255, b: 0, alpha: 1 } },
    })
      .png()
      .toBuffer();
    const out = await transformed(
      await picture('png'),
      { watermark: { picture: logo.toString('base64'), position: 'top-left', size: 0.25, opacity: 0.5 } },
      'image/png',
      engine,
    );
    await golden('logo', out, engine);
  });
});

test.each(['tile', 'letters-center', 'letters-bottom-right', 'logo'])(
  'the measure sees what is wrong with %s',
  async (name) => {
    const good = readFileSync(join(GOLDEN, `${name}.png`));
    const moved = await sharp(good)
      .extend({ left: 2, background: '#000' })
      .extract({ left: 0, top: 0, width: W, height: H })
      .png()
      .toBuffer();
    for (const wrong of [
      await picture('png'),
      moved,
      await sharp(good).blur(2).png().toBuffer(),
      await sharp(good).linear(0.9).png().toBuffer(),
    ]) {
      expect((await difference(wrong, good)).worst).toBeGreaterThan(JUST_NOTICED * 2);
    }
    expect((await difference(await sharp(good).linear(1, 2).png().toBuffer(), good)).worst).toBeLessThan(JUST_NOTICED);
  },
);

describe('refused', () => {
  test('a watermark that the request cannot fill', async () => {
    const original = await picture('png');
    for (const [text, caller] of [
      ['{caller}', undefined],
      ['{claim:email}', CALL.caller],
      ['{claim:name}', { id: 'x', claims: { name: ' ' } }],
    ] as const) {
      await expect(
        transformed(original, { watermark: { text } }, 'image/png', 'codecs', { caller }),
      ).rejects.toMatchObject({ code: 'WatermarkUnknown' });
    }
  });

  test('animations', async () => {
    const frames = Buffer.concat([scene(20, 20), scene(20, 20).fill(0)]);
    const webp = await sharp(frames, { raw: { width: 20, height: 40, channels: 3, pageHeight: 20 } })
      .webp({ loop: 0, delay: [100, 100] })
      .toBuffer();
    await expect(transformed(webp)).rejects.toThrow(UnsupportedContentError);
    const png = await picture('png', { width: 20, height: 20 });
    const chunk = Buffer.concat([Buffer.from([0, 0, 0, 8]), Buffer.from('acTL'), Buffer.alloc(12)]);
    await expect(transformed(Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]))).rejects.toThrow(
      UnsupportedContentError,
    );
  });

  test('a size past the limit, before anything is decoded', async () => {
    const png = await picture('png', { width: 20, height: 20 });
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    await expect(transformed(png)).rejects.toThrow(LimitExceededError);
    await expect(transformed(await picture('png'), { limits: { pixels: W * H - 1 } })).rejects.toThrow(
      LimitExceededError,
    );
    await expect(transformed(await picture('png'), { limits: { bytes: 100 } })).rejects.toThrow(LimitExceededError);
    await expect(
      transformed(await picture('png'), { limits: { pixels: W * H }, resize: { width: 16_000, enlarge: true } }),
    ).rejects.toThrow(LimitExceededError);
  });

  test('a progressive JPEG of very many scans, which is small and takes long', async () => {
    const good = await sharp(scene(), { raw: { width: W, height: H, channels: 3 } })
      .jpeg({ progressive: true })
      .toBuffer();
    expect(readHeader(await transformed(good))).toMatchObject({ width: W, height: H });
    const last = good.lastIndexOf(Buffer.from([0xff, 0xda]));
    const scan = good.subarray(last, -2);
    const bomb = Buffer.concat([good.subarray(0, -2), ...Array<Buffer>(200).fill(scan), good.subarray(-2)]);
    await expect(transformed(bomb)).rejects.toThrow(/more than 100 scans/);
  });

  test('a baseline JPEG of very many scans, of which each goes over the whole picture', async () => {
    expect(readHeader(baselineScans(64, 64, 100))).toMatchObject({ width: 64, height: 64, passes: 100 });
    await expect(transformed(baselineScans(64, 64, 101))).rejects.toThrow(/more than 100 scans/);
    // Pixels times passes at the limit and past it: 16 passes over as many pixels as there may be.
    const limits = { pixels: 64 * 64 };
    await expect(transformed(baselineScans(64, 64, 17), { limits })).rejects.toMatchObject({
      limit: 'pixels x passes',
      maximum: 64 * 64 * 16,
    });
    await transformed(baselineScans(64, 64, 16), { limits }).catch((error) =>
      expect(error).toBeInstanceOf(MalformedContentError),
    );
    await expect(transformed(baselineScans(6000, 6000, 100))).rejects.toThrow(LimitExceededError);
  });

  test('a deadline stops a codec in the middle of a picture, and the next picture is made', async () => {
    const large = await sharp({ create: { width: 6000, height: 6000, channels: 3, background: '#345678' } })
      .png()
      .toBuffer();
    const reason = new Error('the deadline');
    const stop = new AbortController();
    const made = transformed(large, { resize: { width: 5000 } }, 'image/png', 'codecs', { signal: stop.signal });
    made.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 150));
    const at = performance.now();
    stop.abort(reason);
    await expect(made).rejects.toBe(reason);
    expect(performance.now() - at).toBeLessThan(1000);
    expect(readHeader(await transformed(await picture('png')))).toMatchObject({ width: W, height: H });
  });

  test('what a codec complains of reaches no log', async () => {
    const told = ['log', 'warn', 'error'].map((method) =>
      jest.spyOn(console, method as 'log').mockImplementation(() => undefined),
    );
    const original = await picture('jpeg');
    await transformed(original.subarray(0, -200)).catch(() => undefined);
    await transformed(Buffer.from(original).fill(0xff, original.length - 400, original.length - 300)).catch(
      () => undefined,
    );
    expect(told.flatMap(({ mock }) => mock.calls)).toEqual([]);
    jest.restoreAllMocks();
  });

  test('a header that lies about the size', async () => {
    const jpeg = await picture('jpeg');
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(H * 4, frame + 5);
    const outcome: unknown = await transformed(jpeg).then(readHeader, (error) => error);
    if (!(outcome instanceof MalformedContentError)) expect(outcome).toMatchObject({ height: H * 4 });
  });

  test.each(FORMATS)(
    '%s that is cut off or spoiled ends in an error of ours or a picture, and never hangs',
    async (format) => {
      const original = await picture(format, { width: 64, height: 48 });
      for (let at = 2; at < original.length; at += Math.ceil(original.length / 40)) {
        const cut = original.subarray(0, at);
        const spoiled = Buffer.from(original);
        spoiled.fill(0xa5, at, Math.min(at + 8, spoiled.length));
        for (const bytes of [cut, spoiled]) {
          await transformed(bytes).then(
            (out) => readHeader(out),
            (error) => expect(error.code).toMatch(/^(MalformedContent|UnsupportedContent|RedactionLimitExceeded)$/),
          );
        }
      }
      // The engine is whole after it.
      expect(await distance(await transformed(original), original)).toBeLessThan(UNSEEN * 2);
    },
  );

  test("other formats, and a type that is not the content's", async () => {
    for (const bytes of [
      Buffer.from('GIF89a-and-so-on-and-on'),
      Buffer.from('%PDF-1.7 and so on'),
      Buffer.from('<svg xmlns="x"/> '),
      Buffer.alloc(0),
    ]) {
      await expect(transformed(bytes)).rejects.toThrow(UnsupportedContentError);
    }
    await expect(transformed(await picture('png'), {}, 'image/jpeg')).rejects.toThrow(/content type/);
    const cmyk = await sharp(scene(), { raw: { width: W, height: H, channels: 3 } })
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer();
    await expect(transformed(cmyk)).rejects.toThrow(/colours/);
  });

  test.each([
    [{ watermark: {} }, /exactly one of text and picture/],
    [{ watermark: { text: 'a', picture: 'b' } }, /exactly one/],
    [{ resize: { width: 0 } }, /whole number/],
    [{ quality: 0 }, /from 1 to 100/],
    [{ resize: { background: 'white' } }, /#rrggbb/],
  ])('%j when it is prepared', async (spec, message) => {
    await expect(transformed(Buffer.alloc(0), spec as Partial<ImageSpec>)).rejects.toThrow(message);
  });
});

test.each([
  [
    { width: 100, height: 50 },
    { width: 10, height: 10, fit: 'cover' },
    { crop: { x: 25, y: 0, width: 50, height: 50 }, canvas: { width: 10, height: 10 } },
  ],
  [{ width: 5, height: 5 }, { width: 10, height: 20, fit: 'cover' }, { canvas: { width: 3, height: 5 } }],
  [
    { width: 100, height: 50 },
    { width: 10, height: 10, fit: 'contain' },
    { scaled: { width: 10, height: 5 }, canvas: { width: 10, height: 10 }, x: 0, y: 2 },
  ],
  [{ width: 10_000, height: 1 }, { width: 10 }, { scaled: { width: 10, height: 1 } }],
] as const)('plan %j %j', (source, resize, expected) => {
  expect(plan(source, resize)).toMatchObject(expected);
});

/**
 * Baseline, three components, each scan of one of them and without data: a few bytes for a walk over the whole picture.
 */
function baselineScans(width: number, height: number, scans: number): Buffer {
  const segment = (marker: number, ...body: number[]) =>
    Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 0xff, ...body]);
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  const table = (kind: number) => segment(0xc4, kind, 1, ...Array<number>(15).fill(0), 0);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xdb, 0, ...Array<number>(64).fill(1)),
    table(0x00),
    table(0x10),
    segment(0xc0, 8, ...size, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0),
    ...Array.from({ length: scans }, (_, i) => segment(0xda, 1, (i % 3) + 1, 0x00, 0, 63, 0)),
    Buffer.from([0xff, 0xd9]),
  ]);
}
