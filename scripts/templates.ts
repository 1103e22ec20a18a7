/**
 * The templates of every construct in three partitions, checked by cfn-lint: against the schemas of CloudFormation's
 * registry, against what each Region has, and against its rules of good templates. `npm run templates -- --install`
 * installs Python from Debian. Every finding has a reason in `scripts/templates/explained.ts`, or the run fails; so
 * does a reason that explains nothing any more. Writes `build/templates.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordCounts } from './delivery/counts';
import { ROOT } from './delivery/pack';
import { Failure, runScript, say, seconds, table } from './delivery/terminal';
import { MISSING, prepared, PYTHON } from './languages/toolchains';
import { cfnLint, install, type Finding } from './templates/cfn-lint';
import { EXPLAINED } from './templates/explained';
import { REGIONS, synthesize } from './templates/synthesize';

async function main(): Promise<boolean> {
  const flags = new Set(process.argv.slice(2));
  const unknown = [...flags].find((flag) => flag !== '--install');
  if (unknown) throw new Failure(`"${unknown}" is not an option`, 'use --install, or nothing');
  if (!prepared(flags.has('--install'), 'npm run templates', [PYTHON])) {
    recordCounts(0, 1);
    process.exit(MISSING);
  }
  const start = performance.now();
  await install();
  const findings: Finding[] = [];
  const rows: string[][] = [];
  let templates = 0;
  for (const region of REGIONS) {
    const { files, refused } = synthesize(region);
    const found = await cfnLint(region, files);
    findings.push(...found);
    templates += files.length;
    rows.push([region, String(files.length), refused.join(', ') || '-', String(found.length)]);
  }
  say(table([{ title: 'Region' }, { title: 'Templates' }, { title: 'Refused at synth' }, { title: 'Findings' }], rows));

  const explains = ({ rule, message }: Finding) =>
    EXPLAINED.find((each) => each.rule === rule && each.like.test(message));
  const unexplained = findings.filter((finding) => explains(finding) === undefined);
  const idle = EXPLAINED.filter((each) => !findings.some((finding) => explains(finding) === each));
  for (const { rule, message, file } of unexplained) say(`unexplained: ${rule} in ${file}: ${message}`);
  for (const { rule, like } of idle) {
    say(`explains nothing any more: ${rule} ${like.source}; remove it from explained.ts`);
  }
  const explained = EXPLAINED.map((each) => ({
    rule: each.rule,
    findings: findings.filter((finding) => explains(finding) === each).length,
    reason: each.reason,
  }));
  for (const { rule, findings: count, reason } of explained) say(`${rule}, ${count} findings: ${reason}`);

  mkdirSync(join(ROOT, 'build'), { recursive: true });
  writeFileSync(
    join(ROOT, 'build', 'templates.json'),
    `${JSON.stringify({ templates, explained, unexplained, idle: idle.map(({ rule }) => rule) }, undefined, 1)}\n`,
  );
  const failed = unexplained.length + idle.length;
  recordCounts(templates, failed);
  say(`\n${templates} templates, ${failed} failed in ${seconds(performance.now() - start)}; build/templates.json`);
  return failed === 0;
}

runScript(main);
