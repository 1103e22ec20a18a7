import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { MISREAD_STATEMENTS, UNKNOWN_ACTIONS } from './provision';
import type { Row } from './row';
import type { World } from './world';
import { recordCounts } from '../delivery/counts';
import { ROOT } from '../delivery/pack';
import { paint, say } from '../delivery/terminal';

const BUILD = join(ROOT, 'build');
const RESULTS = join(BUILD, 'e2e.json');

/** Prints the rows and writes `build/e2e.json`. @returns whether everything is as expected */
export function report({ server, front }: World, rows: readonly Row[], milliseconds: number): boolean {
  const version = server.version();
  const wrong = rows.filter((row) => row.server !== row.expected);
  const notProvisioned = Object.fromEntries(
    [...front.notProvisioned].sort().map(([what, paths]) => [what, [...paths].sort()]),
  );
  const left = {
    actionsLeftOut: UNKNOWN_ACTIONS,
    statementsLeftOut: MISREAD_STATEMENTS,
    notProvisionedHere: notProvisioned,
    calledByTheCli: [...front.called].sort(),
  };
  mkdirSync(BUILD, { recursive: true });
  const result = { server: version, seconds: Math.round(milliseconds / 1000), ok: wrong.length === 0, ...left, rows };
  writeFileSync(RESULTS, `${JSON.stringify(result, undefined, 2)}\n`);
  for (const group of Object.values(groups(rows))) {
    say();
    say(paint('bold', `${group[0].guarantee} on ${group[0].bucket}`));
    for (const row of group) {
      const mark =
        row.server === row.expected
          ? row.gap
            ? paint('yellow', 'gap ')
            : paint('green', 'ok  ')
          : paint('red', 'FAIL');
      say(
        `  ${mark} ${row.what}: model ${row.model ?? '-'}, server ` +
          `${row.server}${row.gap ? ` (known: ${row.gap})` : ''}`,
      );
    }
  }
  const gaps = rows.filter(({ gap }) => gap).length;
  say();
  say(
    `${rows.length} requests on ${version.replace(/ \(.*/, '')}: ` +
      `${rows.length - gaps - wrong.filter(({ gap }) => !gap).length} as expected, ${gaps} known gaps of ` +
      `the server, ${wrong.length} wrong.`,
  );
  say(`In the templates, and not provisioned here: ${Object.keys(notProvisioned).join(', ')}.`);
  say(`Results: ${relative(ROOT, RESULTS)}`);
  recordCounts(rows.length - wrong.length, wrong.length);
  return wrong.length === 0;
}

function groups(rows: readonly Row[]): Record<string, Row[]> {
  const found: Record<string, Row[]> = {};
  for (const row of rows) (found[`${row.guarantee} ${row.bucket}`] ??= []).push(row);
  return found;
}
