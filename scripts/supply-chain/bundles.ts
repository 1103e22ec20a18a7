/**
 * Builds every `*.lambda.ts` of src/runtime, the same byte for byte wherever the repository lies, and tells which
 * packages went in.
 */
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { wasmAlone } from '../wasm-alone';

export const ROOT = join(__dirname, '..', '..');
const RUNTIME = join(ROOT, 'src', 'runtime');

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
      'jpeg/codec/dec/mozjpeg_dec.wasm',
      'jpeg/codec/enc/mozjpeg_enc.wasm',
      'png/codec/pkg/squoosh_png_bg.wasm',
      'webp/codec/dec/webp_dec.wasm',
      'webp/codec/enc/webp_enc_simd.wasm',
      'resize/lib/resize/pkg/squoosh_resize_bg.wasm',
    ].map((file) => join('node_modules', '@jsquash', file)),
  },
};

/** An asset, and the folders of the packages in it, below the root. */
export interface Bundle {
  readonly asset: string;
  readonly packages: readonly string[];
}

/**
 * @param assets the folder, which is emptied; two levels below the root gives the maps that are packed, other depths
 * other paths in them
 */
export async function bundle(assets: string): Promise<Bundle[]> {
  rmSync(assets, { recursive: true, force: true });
  const handlers = readdirSync(RUNTIME, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.lambda.ts'))
    .sort();
  const bundles: Bundle[] = [];
  for (const handler of handlers) {
    const asset = basename(handler, '.lambda.ts');
    const withSdk = WITH_SDK.includes(asset);
    const { folder, files } = SPECIAL[asset] ?? { folder: '', files: [] };
    const target = join(assets, asset, folder);
    const { metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: [join(RUNTIME, handler)],
      outfile: join(target, 'index.js'),
      bundle: true,
      platform: 'node',
      target: 'node22',
      format: 'cjs',
      minify: true,
      keepNames: true,
      metafile: true,
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
    for (const file of files) copyFileSync(join(ROOT, file), join(target, basename(file)));
    bundles.push({ asset, packages: packagesOf([...inputsOf(metafile), ...files]) });
  }
  return bundles;
}

/** What of a package is in the output, not what was only looked at. */
function inputsOf({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([file]) => file),
  );
}

function packagesOf(files: readonly string[]): string[] {
  const folders = files.flatMap(
    (file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file.replace(/\\/g, '/'))?.[1] ?? [],
  );
  return [...new Set(folders)].sort();
}
