// Plain JavaScript: jest loads reporters without the transform that tests go through.
const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

/**
 * Ends a jest run with `N passed, N failed`, and leaves the counts in build/ci/<suite>.json for .ci/run. A test file that could not run
 * counts as one failure, since jest's own number of failed tests leaves it out.
 */
module.exports = class TotalsReporter {
  constructor({ rootDir }) {
    this.folder = join(rootDir, 'build', 'ci');
  }

  onRunComplete(_contexts, results) {
    const totals = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
      files: results.numTotalTestSuites,
    };
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, `${process.env.SUITE || 'test'}.json`), JSON.stringify(totals));
    // jest's own summary is written after every reporter has run.
    process.on('exit', () => process.stderr.write(`${totals.passed} passed, ${totals.failed} failed\n`));
  }
};
