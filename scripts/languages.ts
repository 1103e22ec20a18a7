/**
 * The library in Python, Java, Go and .NET: the packages are built, and used by the examples and by tests in each
 * language, which get the templates and the sentences that TypeScript gets. `npm run languages -- --install` installs
 * missing toolchains from Debian; `-- java go` runs these languages only. Two lanes run side by side. Writes
 * `build/languages.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordCounts } from './delivery/counts';
import { ROOT } from './delivery/pack';
import { Failure, runScript, say, seconds, table } from './delivery/terminal';
import { Checks } from './languages/checks';
import { dotnet } from './languages/dotnet';
import { go } from './languages/go';
import { java } from './languages/java';
import { python } from './languages/python';
import { MISSING, prepared } from './languages/toolchains';
import { compileAll, FLOOR, generate, reference } from './languages/workspace';

const LANGUAGES = ['python', 'java', 'dotnet', 'go'];

async function main(): Promise<boolean> {
  const flags = new Set(process.argv.slice(2));
  const unknown = [...flags].find((flag) => flag !== '--install' && !LANGUAGES.includes(flag));
  if (unknown) {
    throw new Failure(`"${unknown}" is not an option`, `use --install, and any of ${LANGUAGES.join(', ')}`);
  }
  const chosen = LANGUAGES.filter((language) => flags.has(language));
  const runs = (language: string) => chosen.length === 0 || chosen.includes(language);
  if (!prepared(flags.has('--install'))) {
    recordCounts(0, 1);
    process.exit(MISSING);
  }

  const start = performance.now();
  const checks = new Checks();
  const ready =
    (await checks.run('TypeScript', 'compile the library and its examples', compileAll)) &&
    (await checks.run('all', 'generate the sources of the packages', generate)) &&
    (await checks.run('TypeScript', `synthesize the examples with aws-cdk-lib ${FLOOR}`, reference));
  if (ready) {
    // Java generates and compiles for as long as Python and Go together.
    await Promise.all([
      runs('java') && java(checks),
      (async () => {
        if (runs('python')) await python(checks);
        if (runs('dotnet')) await dotnet(checks);
        if (runs('go')) await go(checks);
      })(),
    ]);
  }

  const failed = checks.all.filter(({ passed }) => !passed);
  say();
  say(
    table(
      [{ title: 'Language' }, { title: 'Checks' }, { title: 'Failed' }, { title: 'Time' }],
      [...new Set(checks.all.map(({ language }) => language))].map((language) => {
        const own = checks.all.filter((check) => check.language === language);
        return [
          language,
          String(own.length),
          String(own.filter(({ passed }) => !passed).length),
          seconds(1000 * own.reduce((sum, each) => sum + each.seconds, 0)),
        ];
      }),
    ),
  );
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  const result = { awsCdkLib: FLOOR, seconds: Math.round((performance.now() - start) / 1000), checks: checks.all };
  writeFileSync(join(ROOT, 'build', 'languages.json'), `${JSON.stringify(result, undefined, 1)}\n`);
  recordCounts(checks.all.length - failed.length, failed.length);
  say(
    `\n${checks.all.length - failed.length} passed, ${failed.length} failed in ` +
      `${seconds(performance.now() - start)}; build/languages.json has the details.`,
  );
  return failed.length === 0;
}

runScript(main);
