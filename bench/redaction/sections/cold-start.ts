/** What the core adds to the start of a function: a fresh process with it, and a bare one, in turn. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { bundle, type Measure } from '../section';
import { median, rounded } from '../timing';

const PROCESSES = 40;

export const measure: Measure = async ({ folder }) => {
  const [bare, core] = ['bare.js', 'core.js'].map((name) => join(__dirname, name));
  const report = 'const { user, system } = process.cpuUsage(); console.log(JSON.stringify({ wall: performance.now() - begun, cpu: (user + system) / 1000 }));';
  await bundle({ contents: `const begun = performance.now(); export const handler = async () => 1; ${report}`, resolveDir: folder }, bare);
  const contents = `const begun = performance.now(); const { compilePolicy } = require('../../src/runtime/redaction');
    const transform = compilePolicy({ version: 1 }).session().text(); transform.push(Buffer.from('jane@example.com')); transform.end(); ${report}`;
  const bundleBytes = await bundle({ contents, resolveDir: folder }, core);
  const start = (file: string) => JSON.parse(execFileSync(process.execPath, [file], { encoding: 'utf8' })) as { wall: number; cpu: number };
  start(bare);
  start(core);
  const runs = Array.from({ length: PROCESSES }, () => ({ bare: start(bare), core: start(core) }));
  return {
    addedCpuMs: rounded(median(runs.map((run) => run.core.cpu)) - median(runs.map((run) => run.bare.cpu))),
    addedWallMs: rounded(median(runs.map((run) => run.core.wall)) - median(runs.map((run) => run.bare.wall))),
    bareCpuMs: rounded(median(runs.map((run) => run.bare.cpu))),
    processes: PROCESSES,
    bundleBytes,
  };
};
