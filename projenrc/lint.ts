import type { awscdk } from 'projen';
import { BUNDLED_ONLY } from './packaging';

/**
 * The layers of src/ and what each may import: model <- controls <- constructs.
 * assurance judges templates, so it must not see the code that made them, only the catalog of names.
 */
const FORBIDDEN: ReadonlyArray<readonly [target: string, from: string, except?: string[]]> = [
  ['./src/model', './src/controls'],
  ['./src/model', './src/constructs'],
  ['./src/model', './src/assurance'],
  // What a function is told, and the redaction policy with its hash, are the same on both sides.
  ['./src/model', './src/runtime', ['./object-views/contract.ts', './redaction/policy.ts', './redaction/compiled-policy.ts']],
  ['./src/controls', './src/constructs'],
  ['./src/controls', './src/assurance'],
  ['./src/controls', './src/runtime'],
  ['./src/constructs', './src/assurance'],
  ['./src/assurance', './src/constructs'],
  // The facts about deliveries are data, which both sides read.
  ['./src/assurance', './src/model', ['./delivery/table.ts']],
  ['./src/assurance', './src/runtime'],
  ['./src/assurance', './src/controls', ['./catalog.ts']],
  ['./src/runtime', './src/model'],
  ['./src/runtime', './src/controls'],
  ['./src/runtime', './src/constructs'],
  ['./src/runtime', './src/assurance'],
];

export function lintDependencyDirection(project: awscdk.AwsCdkConstructLibrary): void {
  // projen's project service knows only the tsconfig.json nearest to a file; scripts/, bench/ and examples/ have none of their own.
  const parserOptions = project.eslint!.config.parserOptions;
  delete parserOptions.projectService;
  parserOptions.project = ['./test/tsconfig.json', './projenrc/tsconfig.json'];

  // The examples import the library by its name, which only this tsconfig resolves.
  project.eslint!.config.settings['import/resolver'].typescript.project = './test/tsconfig.json';

  project.eslint!.addRules({
    'import/no-restricted-paths': ['error', {
      zones: FORBIDDEN.map(([target, from, except]) => ({ target, from, ...(except ? { except } : {}) })),
    }],
    '@stylistic/max-len': ['error', { code: 150, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
  });

  // They are bundled, so what they need at run time is a development dependency.
  project.eslint!.addOverride({
    files: BUNDLED_ONLY.map((folder) => `${folder}/**`),
    rules: { 'import/no-extraneous-dependencies': ['error', { devDependencies: true }] },
  });

  // Byte formats are made of bits.
  project.eslint!.addOverride({
    files: ['src/runtime/**', 'test/runtime/**', 'bench/**'],
    rules: { 'no-bitwise': 'off' },
  });
}
