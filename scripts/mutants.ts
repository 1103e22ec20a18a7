/**
 * Breaks every emitted policy and security setting in turn and counts who notices: the proofs and lints of this library, cdk-nag,
 * CDK's own template validation. Prints a table and the survivors, and writes build/mutants.json; `-- --json` prints that file's
 * content, `-- --only TEXT` takes the mutants whose name, or subject's name, holds the text, `-- --own` leaves the other checkers out.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { recordCounts } from './delivery/counts';
import { mutantsOf } from './mutation/mutators';
import { offTheShelfFindings, type Findings, type OffTheShelf } from './mutation/off-the-shelf';
import { expectationOf, isEquivalent, killedBy } from './mutation/proof';
import { subjects } from './mutation/subjects';
import { table } from '../src/command/table';

const BUILD = join(__dirname, '..', 'build');
const CHECKERS = ['proof', 'cdk-nag', 'cloudformation-validate'] as const;
type Checker = typeof CHECKERS[number];

interface Judged {
  readonly subject: string;
  readonly kind: string;
  readonly name: string;
  readonly equivalent: boolean;
  readonly killers: readonly Checker[];
  /** What the proof says. */
  readonly proof?: string;
}

function main(): void {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, only: { type: 'string' }, own: { type: 'boolean' } } });
  const say = (text: string) => process.stderr.write(text);
  const judged: Judged[] = [];
  for (const { name: subject, template, broken } of subjects()) {
    const expectation = expectationOf(template);
    const known = values.own ? undefined : offTheShelfFindings(template);
    const mutants = mutantsOf(template).filter(({ name }) => `${subject}, ${name}`.includes(values.only ?? '') && (broken?.test(name) ?? true));
    for (const [index, { name, kind, logicalId, template: mutant }] of mutants.entries()) {
      if (index % 20 === 0) say(`${subject}: ${index} of ${mutants.length} mutants\n`);
      const proof = killedBy(mutant, expectation);
      const killers: Checker[] = [...(proof === undefined ? [] : ['proof' as const]), ...(known ? noticing(mutant, known) : [])];
      // Whoever reports a change that changes nothing raises a false alarm.
      const equivalent = proof === undefined && isEquivalent(template, mutant, logicalId);
      judged.push({ subject, kind, name, equivalent, killers, proof });
    }
  }

  const counted = judged.filter(({ equivalent }) => !equivalent);
  const survivors = counted.filter(({ killers }) => killers.length === 0);
  const result = {
    total: counted.length,
    killed: counted.length - survivors.length,
    equivalent: judged.length - counted.length,
    falseAlarms: judged.filter(({ equivalent, killers }) => equivalent && killers.length > 0).map(({ subject, name }) => `${subject}, ${name}`),
    byChecker: Object.fromEntries(CHECKERS.map((checker) => [checker, counted.filter(({ killers }) => killers.includes(checker)).length])),
    byKind: byKind(counted),
    survivors: survivors.map(({ subject, name }) => `${subject}, ${name}`),
    // Noticed by others alone: what the proofs still have to learn.
    onlyOthers: counted.filter(({ killers }) => killers.length > 0 && !killers.includes('proof')).map(({ subject, name }) => `${subject}, ${name}`),
  };
  // A part of the mutants is no score.
  if (values.only === undefined && !values.own) {
    mkdirSync(BUILD, { recursive: true });
    writeFileSync(join(BUILD, 'mutants.json'), `${JSON.stringify(result, undefined, 2)}\n`);
  }
  console.log(values.json ? JSON.stringify(result, undefined, 2) : asText(result, judged, values.only !== undefined));
  recordCounts(result.killed, survivors.length);
  process.exitCode = survivors.length > 0 ? 1 : 0;
}

function noticing(mutant: unknown, known: Findings): OffTheShelf[] {
  let found: Findings;
  try {
    found = offTheShelfFindings(mutant);
  } catch {
    // A template that CDK cannot even include never reaches a checker.
    return [];
  }
  return (['cdk-nag', 'cloudformation-validate'] as const).filter((checker) => [...found[checker]].some((finding) => !known[checker].has(finding)));
}

function byKind(counted: readonly Judged[]): Record<string, { total: number; proof: number; others: number }> {
  const kinds: Record<string, { total: number; proof: number; others: number }> = {};
  for (const { kind, killers } of counted) {
    const row = kinds[kind] ??= { total: 0, proof: 0, others: 0 };
    row.total += 1;
    row.proof += killers.includes('proof') ? 1 : 0;
    row.others += killers.some((checker) => checker !== 'proof') ? 1 : 0;
  }
  return kinds;
}

function asText(result: any, judged: readonly Judged[], detailed: boolean): string {
  return [
    ...(detailed ? judged.map(({ name, equivalent, killers, proof }) =>
      `${equivalent ? 'equivalent' : killers.join('+') || 'SURVIVED'}  ${name}${proof ? `\n    ${proof}` : ''}`) : []),
    table(['mutation', 'mutants', 'proof', 'other checkers'], Object.entries<any>(result.byKind).map(([kind, { total, proof, others }]) =>
      [kind, String(total), String(proof), String(others)])),
    '',
    `${result.killed} of ${result.total} mutants noticed`,
    `${result.equivalent} more are proved to change nothing; other checkers report ${result.falseAlarms.length} of them`,
    ...CHECKERS.map((checker) => `  ${checker.padEnd(24)} ${result.byChecker[checker]}`),
    ...(result.onlyOthers.length > 0 ? ['Noticed by other checkers alone:', ...result.onlyOthers.map((name: string) => `  ${name}`)] : []),
    ...(result.survivors.length > 0 ? ['Survivors:', ...result.survivors.map((name: string) => `  ${name}`)] : []),
  ].join('\n');
}

main();
