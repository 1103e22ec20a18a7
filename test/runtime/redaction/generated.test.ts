import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectorTable } from '../../../scripts/redaction-docs';
import { KERNEL_WASM } from '../../../src/runtime/redaction/kernel/wasm';

test('the docs show what the detectors declare', () => {
  expect(readFileSync(join(__dirname, '..', '..', '..', 'docs', 'redaction.md'), 'utf8')).toContain(detectorTable());
});

test('the committed module is small', () => {
  expect(Buffer.from(KERNEL_WASM, 'base64').length).toBeLessThan(32_000);
});
