/** Bundles every `src/runtime/<job>/*.lambda.ts` into `assets/<job>/`, so that nothing is compiled on a user's machine. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(__dirname, '..');
const RUNTIME = join(ROOT, 'src', 'runtime');
const ASSETS = join(ROOT, 'assets');

/** Handlers that bring their SDK, because nobody promises that Lambda's runtime goes on to have it (docs/adr/0012). */
const WITH_SDK = ['glacier-vault.lambda.ts'];

async function main(): Promise<void> {
  rmSync(ASSETS, { recursive: true, force: true });
  const handlers = existsSync(RUNTIME)
    ? readdirSync(RUNTIME, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.lambda.ts'))
    : [];
  for (const handler of handlers) {
    const withSdk = WITH_SDK.includes(basename(handler));
    await build({
      entryPoints: [join(RUNTIME, handler)],
      outfile: join(ASSETS, basename(handler, '.lambda.ts'), 'index.js'),
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
      external: withSdk ? [] : ['@aws-sdk/*'],
      logLevel: 'warning',
    });
  }
  console.log(`bundled ${handlers.length} Lambda handlers into assets/`);
}

void main();
