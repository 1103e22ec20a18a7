import { awscdk, javascript } from 'projen';
import { ReleaseTrigger } from 'projen/lib/release';
import { commands } from './projenrc/commands';
import { GENERATED, lintDependencyDirection } from './projenrc/lint';
import { BUNDLED_ONLY, packaging } from './projenrc/packaging';
import * as versions from './projenrc/versions';
import { checks } from './projenrc/workflows';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-s3-strongbox',
  description: 'Secure-by-default Amazon S3 constructs for AWS CDK, and a prover of the policies that they synthesize',
  keywords: [
    'aws',
    'aws-cdk',
    's3',
    'security',
    'encryption',
    'object-lock',
    'access-point',
    'policy',
    'proof',
    'compliance',
  ],
  author: 'The cdk-s3-strongbox authors',
  authorOrganization: true,
  authorAddress: 'https://github.com/cdk-s3-strongbox/cdk-s3-strongbox',
  repositoryUrl: 'https://github.com/cdk-s3-strongbox/cdk-s3-strongbox.git',
  license: 'Apache-2.0',
  copyrightOwner: 'The cdk-s3-strongbox authors',
  copyrightPeriod: '2026',
  stability: 'experimental',
  projenrcTs: true,
  packageManager: javascript.NodePackageManager.NPM,
  defaultReleaseBranch: 'main',

  cdkVersion: versions.CDK_FLOOR,
  constructsVersion: versions.CONSTRUCTS_FLOOR,
  jsiiVersion: versions.JSII,
  typescriptVersion: versions.TYPESCRIPT,
  minNodeVersion: '20.0.0',
  devDeps: versions.DEV_DEPENDENCIES,

  publishToPypi: {
    distName: 'cdk-s3-strongbox',
    module: 'cdk_s3_strongbox',
    trustedPublishing: true,
    attestations: true,
  },
  publishToMaven: {
    javaPackage: 'io.github.cdks3strongbox',
    mavenGroupId: 'io.github.cdk-s3-strongbox',
    mavenArtifactId: 'cdk-s3-strongbox',
    mavenServerId: 'central-ossrh',
  },
  publishToGo: { moduleName: 'github.com/cdk-s3-strongbox/cdk-s3-strongbox-go', packageName: 'strongbox' },
  publishToNuget: { dotNetNamespace: 'CdkS3Strongbox', packageId: 'CdkS3Strongbox', trustedPublishing: true },

  // A person starts the release of a green build (docs/RELEASING.md); the workflow publishes with provenance. The
  // checks themselves are in .ci/run, which depends on no hosted CI.
  release: true,
  releaseTrigger: ReleaseTrigger.workflowDispatch(),
  workflowNodeVersion: '22',
  nextVersionCommand: 'node scripts/release/next-version.mjs',
  npmTrustedPublishing: true,
  buildWorkflow: false,
  pullRequestTemplate: false,
  githubOptions: { mergify: false, pullRequestLint: false },
  depsUpgrade: false,

  // A *.lambda.ts is bundled into assets/ by this library's own build, never turned into a construct by projen.
  lambdaAutoDiscover: false,
  edgeLambdaAutoDiscover: false,
  singletonLambdaAutoDiscover: false,
  lambdaExtensionAutoDiscover: false,
  integrationTestAutoDiscover: false,
  // What only a bundle holds, with packages that are no dependencies, is no part of lib/ either, unless something of
  // lib/ imports it.
  excludeTypescript: ['src/**/*.lambda.ts', ...BUNDLED_ONLY.map((folder) => `${folder}/**`)],

  // One formatter for everything that people write; generated tables keep their generator's form.
  prettier: true,
  prettierOptions: {
    settings: {
      printWidth: 120,
      singleQuote: true,
      // Markup in template literals is what a page shows.
      embeddedLanguageFormatting: javascript.EmbeddedLanguageFormatting.OFF,
    },
    ignoreFileOptions: { ignorePatterns: [...GENERATED, '*.md', '*.json', '*.js', '*.html', '*.css', '*.yml'] },
  },

  npmignoreEnabled: false,
  gitignore: [
    '/build/',
    '/assets/',
    '/test/.tmp/',
    '*.tgz',
    '.jsii.tabl.json',
    'cdk.out',
    'cdk.context.json',
    '__pycache__/',
  ],
  eslintOptions: {
    dirs: ['src'],
    devdirs: ['test', 'projenrc', 'scripts', 'bench', 'examples'],
    commandOptions: { fix: false },
  },
  tsconfigDev: {
    include: ['src', 'scripts', 'bench', 'examples'].map((dir) => `../${dir}/**/*.ts`),
    // The examples import the library by its name, as users do; here that name means the sources.
    compilerOptions: { paths: { 'cdk-s3-strongbox': ['../src/index.ts'] } },
  },
  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    passWithNoTests: false,
    junitReporting: false,
    coverageText: false,
    jestConfig: {
      collectCoverage: false,
      moduleNameMapper: { '^cdk-s3-strongbox$': '<rootDir>/src/index.ts' },
      // A test under all packs takes seconds, and many times that on a busy machine.
      additionalOptions: {
        testTimeout: 60_000,
        maxWorkers: 2,
        workerIdleMemoryLimit: '1500MB',
        setupFiles: ['<rootDir>/test/support/setup.ts'],
      },
    },
  },
});

project.jest!.addReporter(new javascript.JestReporter('<rootDir>/test/support/totals-reporter.js'));
project.package.addPackageResolutions(...versions.RESOLUTIONS);
packaging(project);
lintDependencyDirection(project);
commands(project);
checks(project);
project.synth();
