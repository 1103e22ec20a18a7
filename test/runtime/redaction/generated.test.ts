import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectorTable } from '../../../scripts/redaction-docs';
import { KERNEL_WASM } from '../../../src/runtime/redaction/kernel/wasm';
import { loadImage } from '../../../src/runtime/redaction/static-image';
import { buildImage } from '../../../src/runtime/redaction/tables';

const ROOT = join(__dirname, '..', '..', '..');

test('the docs show what the detectors declare', () => {
  expect(readFileSync(join(ROOT, 'docs', 'redaction.md'), 'utf8')).toContain(detectorTable());
});

// More is a reason to look at what grew: a process reads it at its start, 20 microseconds for each kilobyte. A fifth of
// it are tables.
test('the committed module is small', () => {
  expect(Buffer.from(KERNEL_WASM, 'base64').length).toBeLessThan(72_000);
});

test('the committed module and image are what their sources make', () => {
  // In a process of its own: the compiler is an ES module.
  expect(() =>
    execFileSync(
      process.execPath,
      [join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs'), 'scripts/redaction-kernel.ts', '--check'],
      {
        cwd: ROOT,
        stdio: 'pipe',
      },
    ),
  ).not.toThrow();
}, 60_000);

test('the committed image unpacks to the tables', () => {
  const image = buildImage();
  const memory = new Uint8Array(image.length + 64);
  loadImage(memory);
  expect(Buffer.from(memory.subarray(0, image.length)).equals(image)).toBe(true);
  expect(memory.subarray(image.length).every((byte) => byte === 0)).toBe(true);
});
