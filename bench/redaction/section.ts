import { fork } from 'node:child_process';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Figures } from '../figures';

/** What a section is told. */
export interface SectionOptions {
  /** `bench/redaction`; a section runs from a bundle elsewhere. */
  readonly folder: string;
  /** A data set in the form of presidio-research. */
  readonly data?: string;
}

/** The export `measure` of every `sections/<name>.ts`. */
export type Measure = (options: SectionOptions, say: (progress: string) => void) => Promise<Figures>;

type Message = { readonly say: string } | { readonly figures: Figures } | { readonly error: string };

/** No section takes longer on any machine that is worth measuring on. */
const LIMIT_MS = 10 * 60 * 1000;

/**
 * Runs one section in a process of its own, bundled as the code ships: what runs the bench would otherwise wrap every
 * function, and what one section leaves in memory would weigh on the next.
 */
export async function run(
  name: string,
  options: SectionOptions,
  into: string,
  say: (progress: string) => void,
): Promise<Figures> {
  const outfile = join(into, `${name}.js`);
  await bundle({ contents: main(join(options.folder, 'sections', name)), resolveDir: options.folder }, outfile);
  return new Promise((resolve, reject) => {
    const child = fork(outfile, [JSON.stringify(options)], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    let outcome: Figures | Error | undefined;
    child.on('message', (message: Message) => {
      if ('say' in message) say(`${name}: ${message.say}`);
      else outcome = 'figures' in message ? message.figures : new Error(message.error);
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (outcome === undefined) reject(new Error(`${name} ended with ${signal ?? code} before it was measured`));
      else if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    });
  });
}

interface Contents {
  readonly contents: string;
  readonly resolveDir: string;
}

/** As a Lambda function is bundled. */
export async function bundle(stdin: Contents, outfile: string, plugins: Plugin[] = []): Promise<number> {
  const { metafile } = await build({
    stdin: { ...stdin, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    metafile: true,
    logLevel: 'error',
    external: ['esbuild'],
    plugins,
  });
  return Object.values(metafile.outputs)[0].bytes;
}

function main(section: string): string {
  return `
    import { measure } from ${JSON.stringify(section)};
    const send = (message) => new Promise((resolve) => process.send(message, resolve));
    measure(JSON.parse(process.argv[2]), (text) => void send({ say: text }))
      .then((figures) => send({ figures }), (error) => send({ error: error instanceof Error ? error.stack ?? error.message : String(error) }))
      .then(() => process.exit());`;
}
