import type { awscdk } from 'projen';
import { BUNDLED_ONLY } from './packaging';

/** Files that a script of this repository writes; their lines are as long as they are. */
export const GENERATED = [
  'src/assurance/data/iam-table.ts',
  'src/assurance/data/resource-table.ts',
  'src/runtime/redaction/detectors/phone-plan.ts',
  'src/runtime/redaction/kernel/image.ts',
  'src/runtime/redaction/kernel/wasm.ts',
];

/** One row a control: its length is no sign of anything. */
const CONTROL_TABLE = 'src/controls/catalog.ts';

type Zone = readonly [target: string, from: string, except?: string[]];

/** The rooms of src/ in the order in which data flows; a room imports from those above it only. */
const ROOMS = ['input', 'model', 'policy', 'controls', 'constructs'];
/** The rooms of src/assurance/, likewise; what lies at its top (verify, proof, plugin) comes last. */
const ASSURANCE_ROOMS = [
  'data',
  'template',
  'engine',
  'model',
  'guarantees',
  'lints',
  'claims',
  'ask',
  'findings',
  'output',
  'diff',
  'report',
];

/** Every room against all that come after it. */
function downward(folder: string, rooms: readonly string[]): Zone[] {
  return rooms.flatMap((room, i) =>
    rooms.slice(i + 1).map((later): Zone => [`${folder}/${room}`, `${folder}/${later}`]),
  );
}

const FORBIDDEN: readonly Zone[] = [
  ...downward('./src', ROOMS),
  ...ROOMS.map((room): Zone => [`./src/${room}`, './src/assurance']),
  // What a function is told, and the redaction policy with its hash, are the same on both sides.
  [
    './src/model',
    './src/runtime',
    [
      './object-views/contract.ts',
      './object-views/transform-spec.ts',
      './redaction/policy.ts',
      './redaction/compiled-policy.ts',
    ],
  ],
  ['./src/input', './src/runtime'],
  ['./src/controls', './src/runtime'],
  // assurance judges templates, so it must not see the code that made them, only the catalog of names.
  ...['policy', 'constructs', 'runtime'].map((room): Zone => ['./src/assurance', `./src/${room}`]),
  ['./src/assurance', './src/input', ['./validation-error.ts']],
  // The facts about deliveries are data, which both sides read.
  ['./src/assurance', './src/model', ['./delivery/table.ts', './tls-version.ts']],
  ['./src/assurance', './src/controls', ['./catalog.ts']],
  ...downward('./src/assurance', ASSURANCE_ROOMS),
  // The engine knows no CloudFormation: of the template it may read how an unknown value is marked.
  ['./src/assurance/engine', './src/assurance/template', ['./unknown.ts']],
  ['./src/assurance/template', './src/assurance/engine'],
  ...['model', 'policy', 'controls', 'constructs', 'assurance'].map((room): Zone => ['./src/runtime', `./src/${room}`]),
];

export function lintDependencyDirection(project: awscdk.AwsCdkConstructLibrary): void {
  // projen's project service knows only the tsconfig.json nearest to a file; scripts/, bench/ and examples/ have none
  // of their own.
  const parserOptions = project.eslint!.config.parserOptions;
  delete parserOptions.projectService;
  parserOptions.project = ['./test/tsconfig.json', './projenrc/tsconfig.json'];

  // The examples import the library by its name, which only this tsconfig resolves.
  project.eslint!.config.settings['import/resolver'].typescript.project = './test/tsconfig.json';

  project.eslint!.addRules({
    'import/no-restricted-paths': [
      'error',
      {
        zones: FORBIDDEN.map(([target, from, except]) => ({ target, from, ...(except ? { except } : {}) })),
      },
    ],
    // Type-only imports count too: a circle of types is a circle for the reader.
    'import/no-cycle': ['error', { ignoreExternal: true }],
    'max-len': [
      'error',
      {
        code: 120,
        ignoreUrls: true,
        ignoreTemplateLiterals: true,
        ignoreRegExpLiterals: true,
        // Data that has no place to break, rows of tables in docstrings, and directives of the linter.
        ignorePattern: '\\S{70,}|^\\s*\\* \\||eslint-disable',
      },
    ],
  });

  project.eslint!.addOverride({
    files: ['src/**'],
    excludedFiles: [...GENERATED, CONTROL_TABLE],
    rules: { 'max-lines': ['error', 400] },
  });

  // A choice of three reads better as steps; the rooms of the prover and of the Lambda code are not there yet.
  project.eslint!.addOverride({
    files: [...ROOMS, 'command', 'jest', 'vitest', 'assurance/template'].map((room) => `src/${room}/**`),
    rules: { 'no-nested-ternary': 'error' },
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
