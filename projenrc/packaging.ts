import type { awscdk } from 'projen';

/**
 * Folders that ship in the bundles of assets/ alone; of them, lib/ has only what a construct imports (`contract.ts` and
 * what it names).
 */
export const BUNDLED_ONLY = ['src/runtime/transforms', 'src/runtime/object-views'];

/** What the npm package holds and which doors it has; test/package.test.ts checks the packed tarball. */
export function packaging(project: awscdk.AwsCdkConstructLibrary): void {
  project.package.addField('files', ['.jsii', 'lib', 'assets', 'bin', 'schema', 'API.md', 'NOTICE']);
  project.package.addField('exports', {
    '.': './lib/index.js',
    './jest': './lib/jest/index.js',
    './vitest': './lib/vitest/index.js',
    './redaction': './lib/runtime/redaction/index.js',
    './custom-transform': './lib/runtime/custom-transform/index.js',
    './schema/prove-1.json': './schema/prove-1.json',
    './package.json': './package.json',
    './.jsii': './.jsii',
  });
  // What a bundle does not use it need not read: a millisecond of a function's start.
  project.package.addField('sideEffects', false);
  project.package.addField('typesVersions', {
    '*': {
      jest: ['lib/jest/index.d.ts'],
      vitest: ['lib/vitest/index.d.ts'],
      redaction: ['lib/runtime/redaction/index.d.ts'],
      'custom-transform': ['lib/runtime/custom-transform/index.d.ts'],
    },
  });
}
