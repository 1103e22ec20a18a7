import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Checks, expectNothing } from './checks';
import { examplesIn, publicTypes, type Example } from './examples';
import { CODE, CONSUMERS, difference, EXAMPLES, HOME, quiet, synthesize } from './workspace';
import { execute, run } from '../delivery/execute';
import { ROOT } from '../delivery/pack';

const FOLDER = join(HOME, 'java');
const LIB = join(FOLDER, 'lib');
const CLASSES = join(FOLDER, 'classes');
const PACKAGE = 'io.github.cdks3strongbox';
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
const REGISTRY = 'check that Maven Central answers, then run the command again';

/** What the generated pom.xml and the tests need besides jsii packages. */
const JARS = [
  'org.jetbrains:annotations:19.0.0',
  'javax.annotation:javax.annotation-api:1.3.2',
  'org.junit.platform:junit-platform-console-standalone:1.10.2',
];

/** The jsii packages below the library: what Maven calls them. */
const JSII: ReadonlyArray<{ readonly npm: string; readonly maven: string }> = [
  { npm: 'constructs', maven: 'software.constructs:constructs' },
  { npm: '@aws-cdk/asset-awscli-v1', maven: 'software.amazon.awscdk:cdk-asset-awscli-v1' },
  { npm: '@aws-cdk/asset-node-proxy-agent-v6', maven: 'software.amazon.awscdk:cdk-asset-node-proxy-agent-v6' },
  { npm: '@aws-cdk/cloud-assembly-schema', maven: 'software.amazon.awscdk:cdk-cloud-assembly-schema' },
  { npm: 'aws-cdk-lib', maven: 'software.amazon.awscdk:aws-cdk-lib' },
];

/** Compiles the package and its consumers, and uses it. */
export async function java(checks: Checks): Promise<void> {
  const check = (title: string, work: () => Promise<string | void>) => checks.run('Java', title, work);
  let sources: string[] = [];
  const provided = await check('libraries from Maven Central', async () => {
    const missing = await libraries();
    sources = missing.map(({ npm }) => join(FOLDER, 'generated', npm.replaceAll(/\W/g, '-'), 'java', 'src', 'main'));
    return missing.length > 0
      ? 'not in Maven Central as this machine sees it, so generated from npm: ' +
          `${missing.map(({ maven, version }) => `${maven}:${version}`).join(', ')}`
      : undefined;
  });
  if (!provided) return;
  sources.push(join(CODE, 'java', 'src', 'main'));
  if (!(await check('compile the package, the examples and the tests', () => compile(sources)))) return;

  const classPath = [CLASSES, join(LIB, '*'), ...sources.map((source) => join(source, 'resources'))].join(delimiter);
  for (const { name, java: main } of EXAMPLES) {
    await check(`${name}: templates and asset manifests as in TypeScript`, async () => {
      await synthesize(name, 'java', 'java', ['-cp', classPath, main], FOLDER);
      expectNothing(difference(name, 'java'), `diff -r ${HOME}/out/typescript/${name} ${HOME}/out/java/${name}`);
    });
  }
  await check('one-bucket-three-views: the same in a second run', async () => {
    await synthesize('one-bucket-three-views', 'java-again', 'java', ['-cp', classPath, 'OneBucketThreeViews'], FOLDER);
    expectNothing(
      difference('one-bucket-three-views', 'java-again', 'java'),
      'look for a map whose order reaches a template',
    );
  });
  await check('JUnit: proofs, and mistakes in the words of TypeScript', async () => {
    const tests = await call('java', [
      '-cp',
      classPath,
      'org.junit.platform.console.ConsoleLauncher',
      'execute',
      '--select-class',
      'StrongboxTest',
      '--fail-if-no-tests',
      '--details',
      'summary',
      '--disable-banner',
    ]);
    return /(\d+) tests successful/.exec(tests)?.[0];
  });
}

/** Downloads what Maven Central has and generates the rest from npm; returns the rest. */
async function libraries(): Promise<Array<{ npm: string; maven: string; version: string }>> {
  rmSync(LIB, { recursive: true, force: true });
  mkdirSync(LIB, { recursive: true });
  const { version: jsii } = manifestOf('jsii-pacmak');
  // One after the other is slower than all at once, and tells which one is missing.
  expectNothing(
    (await download([...JARS, `software.amazon.jsii:jsii-runtime:${jsii}`], true))
      ? undefined
      : 'libraries are missing',
    REGISTRY,
  );
  const missing = [];
  for (const { npm, maven } of JSII) {
    const { version } = manifestOf(npm);
    if (await download([`${maven}:${version}`], false)) continue;
    missing.push({ npm, maven, version });
    await execute(
      'npx',
      [
        'jsii-pacmak',
        '--code-only',
        '--target',
        'java',
        '--rosetta-unknown-snippets',
        'verbatim',
        '--outdir',
        join(FOLDER, 'generated', npm.replaceAll(/\W/g, '-')),
        join(ROOT, 'node_modules', npm),
      ],
      {
        cwd: ROOT,
        env: quiet(),
        remedy: 'run "npm ci", then the command again',
      },
    );
  }
  return missing;
}

async function download(artifacts: readonly string[], transitive: boolean): Promise<boolean> {
  const pom = join(FOLDER, 'pom.xml');
  const dependencies = artifacts.map((artifact) => {
    const [groupId, artifactId, version] = artifact.split(':');
    return `<dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version></dependency>`;
  });
  writeFileSync(
    pom,
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>strongbox</groupId><artifactId>consumer</artifactId><version>1</version><dependencies>${dependencies.join('\n')}</dependencies></project>`,
  );
  const { code, stdout } = await run(
    'mvn',
    [
      '--quiet',
      '--batch-mode',
      '--update-snapshots',
      `${PLUGIN}:copy-dependencies`,
      `-DoutputDirectory=${LIB}`,
      `-DexcludeTransitive=${!transitive}`,
    ],
    { cwd: FOLDER, accept: [0, 1], remedy: 'install Maven' },
  );
  if (code !== 0 && !/(was not found in|Could not find artifact|is missing)/.test(stdout)) {
    expectNothing(
      `Maven could not fetch ${artifacts.join(', ')}: ${/ERROR\] (.*)/.exec(stdout)?.[1] ?? stdout}`,
      REGISTRY,
    );
  }
  return code === 0;
}

/** Compiles what is used of the generated sources, and all of the library's own. */
async function compile(sources: readonly string[]): Promise<string> {
  rmSync(CLASSES, { recursive: true, force: true });
  mkdirSync(CLASSES, { recursive: true });
  const own = join(CODE, 'java', 'src', 'main', 'java');
  const generated = join(FOLDER, 'EveryExample.java');
  const examples = examplesIn('java');
  writeFileSync(generated, everyExample(examples));
  const files = [
    ...readdirSync(own, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.java'))
      .map((file) => join(own, file)),
    ...EXAMPLES.map(({ name, java: main }) => join(ROOT, 'examples', name, 'java', `${main}.java`)),
    join(CONSUMERS, 'StrongboxTest.java'),
    generated,
  ];
  const list = join(FOLDER, 'sources.txt');
  writeFileSync(list, files.map((file) => `"${file}"`).join('\n'));
  await call('javac', [
    '-J-Xmx3g',
    '-encoding',
    'UTF-8',
    '-proc:none',
    '-nowarn',
    '-implicit:class',
    '-d',
    CLASSES,
    '-cp',
    join(LIB, '*'),
    '-sourcepath',
    sources.map((source) => join(source, 'java')).join(delimiter),
    `@${list}`,
  ]);
  return `${examples.length} examples of the documentation`;
}

/** A class with a method for each example of the documentation. */
function everyExample(examples: readonly Example[]): string {
  const methods = examples.map(({ name, at, source, variables }) => {
    const parameters = variables
      .map((variable) => `final ${variable.type.split('.').at(-1)!} ${variable.name}`)
      .join(', ');
    return `    /** ${at} */\n    void ${name}(${parameters}) {\n${source
      .split('\n')
      .map((line) => line && `        ${line}`)
      .join('\n')}\n    }`;
  });
  return `import java.util.List;
import java.util.Map;
import software.amazon.awscdk.*;
import software.amazon.awscdk.services.dynamodb.*;
import software.amazon.awscdk.services.ec2.*;
import software.amazon.awscdk.services.iam.*;
import software.amazon.awscdk.services.kms.*;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.s3.*;
import software.amazon.awscdk.services.sns.subscriptions.*;
import software.constructs.Construct;
${publicTypes()
  .map(({ name }) => `import ${PACKAGE}.${name};`)
  .join('\n')}

class EveryExample extends Construct {
    EveryExample(final Construct scope, final String id) {
        super(scope, id);
    }

${methods.join('\n\n')}
}
`;
}

function manifestOf(name: string): { version: string } {
  const file = join(ROOT, 'node_modules', name, 'package.json');
  expectNothing(existsSync(file) ? undefined : `${name} is not installed`, 'run "npm ci"');
  return JSON.parse(readFileSync(file, 'utf8')) as { version: string };
}

function call(command: string, args: readonly string[]): Promise<string> {
  return execute(command, args, {
    cwd: FOLDER,
    env: quiet(),
    remedy: 'correct the package or its consumer in scripts/languages/consumers',
  });
}
