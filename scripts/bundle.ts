/** Bundles every `*.lambda.ts` of src/runtime into `assets/<name>/`, so that nothing is compiled on a user's machine. */
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { wasmAlone } from './wasm-alone';

const ROOT = join(__dirname, '..');
const RUNTIME = join(ROOT, 'src', 'runtime');
const ASSETS = join(ROOT, 'assets');

/** Handlers that bring their SDK, because nobody promises that Lambda's runtime goes on to have it (docs/adr/0012). */
const WITH_SDK = ['glacier-vault'];

interface Special {
  /** Folder within the asset: what a layer has at /opt. */
  readonly folder: string;
  /** Files of packages that lie beside the bundle. */
  readonly files: readonly string[];
}

const SPECIAL: Readonly<Record<string, Special | undefined>> = {
  'image-codecs': {
    folder: 'strongbox-image',
    files: [
      'jpeg/codec/dec/mozjpeg_dec.wasm', 'jpeg/codec/enc/mozjpeg_enc.wasm', 'png/codec/pkg/squoosh_png_bg.wasm',
      'webp/codec/dec/webp_dec.wasm', 'webp/codec/enc/webp_enc_simd.wasm', 'resize/lib/resize/pkg/squoosh_resize_bg.wasm',
    ].map((file) => join(ROOT, 'node_modules', '@jsquash', file)),
  },
};

async function main(): Promise<void> {
  rmSync(ASSETS, { recursive: true, force: true });
  const handlers = readdirSync(RUNTIME, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.lambda.ts'));
  for (const handler of handlers) {
    const name = basename(handler, '.lambda.ts');
    const withSdk = WITH_SDK.includes(name);
    const { folder, files } = SPECIAL[name] ?? { folder: '', files: [] };
    const target = join(ASSETS, name, folder);
    await build({
      entryPoints: [join(RUNTIME, handler)],
      outfile: join(target, 'index.js'),
      bundle: true,
      platform: 'node',
      target: 'node22',
      format: 'cjs',
      minify: true,
      keepNames: true,
      // The map of an SDK is larger than the SDK, and nobody debugs it.
      sourcemap: !withSdk,
      sourcesContent: false,
      // ES modules lose what is not used; of CommonJS everything would stay.
      mainFields: ['module', 'main'],
      plugins: [wasmAlone],
      external: withSdk ? [] : ['@aws-sdk/*'],
      logLevel: 'warning',
      // The glue of the codecs asks where it lies, to find files that it is given by us.
      define: { 'import.meta.url': '"file:///"' },
    });
    mkdirSync(target, { recursive: true });
    for (const file of files) copyFileSync(file, join(target, basename(file)));
  }
  console.log(`bundled ${handlers.length} Lambda handlers into assets/`);
}

void main();
