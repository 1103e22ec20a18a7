// Adds up what the suites left in build/ci/<suite>.json ({ passed, failed }, more from jest) and prints it as jest does.
// Arguments: the suites that failed; one that failed without a failed count of its own counts as one failure.
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const folder = join(__dirname, '..', 'build', 'ci');
const failedSuites = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0, files: 0 };
const counted = new Set();
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const totals = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  for (const key of Object.keys(sum)) sum[key] += totals[key] ?? 0;
  if (totals.failed > 0) counted.add(file.replace(/\.json$/, ''));
}
sum.failed += failedSuites.filter((name) => !counted.has(name)).length;

const total = sum.passed + sum.failed + sum.skipped;
console.log(`\nTest Suites: ${sum.files} total`);
console.log(`Tests:       ${sum.failed ? `${sum.failed} failed, ` : ''}${sum.skipped ? `${sum.skipped} skipped, ` : ''}${sum.passed} passed, ${total} total`);
console.log(`${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = sum.failed > 0 || failedSuites.length > 0 || sum.passed === 0 ? 1 : 0;
