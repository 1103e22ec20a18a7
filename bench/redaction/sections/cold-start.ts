/** What the core adds to the start of a function: a fresh process with it, and a bare one, in turn. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { wasmAlone } from '../../../scripts/wasm-alone';
import { bundle, type Measure } from '../section';
import { median, rounded } from '../timing';

const PROCESSES = 60;
// From the process's own beginning, so that reading the bundle counts.
const REPORT =
  'const { user, system } = process.cpuUsage(); console.log(JSON.stringify({ wall: performance.now(), ' +
  'cpu: (user + system) / 1000 }));';
const CORE = "from '../../src/runtime/redaction'; const policy = compilePolicy({ version: 1 });";
const MAIL = "transform.push(Buffer.from('jane@example.com')); transform.end();";

/** Each a function's bundle: with nothing in it, with the core, with the core and every format. */
const FUNCTIONS: Record<'bare' | 'core' | 'formats', string> = {
  bare: REPORT,
  core: `import { compilePolicy } ${CORE} const transform = policy.session().text(); ${MAIL} ${REPORT}`,
  formats:
    `import { compilePolicy, ObjectTransform } ${CORE} const transform = new ObjectTransform(policy, ` +
    `policy.session(), { contentType: 'text/plain' }); ${MAIL} ${REPORT}`,
};

interface Start {
  readonly wall: number;
  readonly cpu: number;
}

function start(file: string): Start {
  return JSON.parse(execFileSync(process.execPath, [file], { encoding: 'utf8' })) as Start;
}

export const measure: Measure = async ({ folder }) => {
  const names = Object.keys(FUNCTIONS) as Array<keyof typeof FUNCTIONS>;
  const starts: Record<string, Start[]> = {};
  const bytes: Record<string, number> = {};
  for (const name of names) {
    bytes[name] = await bundle({ contents: FUNCTIONS[name], resolveDir: folder }, join(__dirname, `${name}.js`), [
      wasmAlone,
    ]);
    starts[name] = [];
  }
  for (let i = -1; i < PROCESSES; i += 1) {
    for (const name of names) {
      const one = start(join(__dirname, `${name}.js`));
      if (i >= 0) starts[name].push(one);
    }
  }
  // By pairs that ran right after each other: the machine's own pace drifts by more than what is measured.
  const added = (name: keyof typeof FUNCTIONS, what: keyof Start) =>
    rounded(median(starts[name].map((one, i) => one[what] - starts.bare[i][what])));
  return {
    addedCpuMs: added('core', 'cpu'),
    addedWallMs: added('core', 'wall'),
    addedWithFormatsCpuMs: added('formats', 'cpu'),
    addedWithFormatsWallMs: added('formats', 'wall'),
    bareCpuMs: rounded(median(starts.bare.map(({ cpu }) => cpu))),
    processes: PROCESSES,
    bundleBytes: bytes.core,
    bundleWithFormatsBytes: bytes.formats,
  };
};
