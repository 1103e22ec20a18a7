/**
 * Breaks every emitted policy and security setting in turn and counts who notices: the proofs and lints of this
 * library, cdk-nag, CDK's own template validation. What the proofs notice in one template is not broken again in the
 * same way in another one. Prints a table and the survivors, and writes build/mutants.json; `-- --json` prints that
 * file's content, `-- --only TEXT` takes the mutants whose name, or subject's name, holds the text, `-- --own` leaves
 * the other checkers out, `-- --all` repeats what was noticed, `-- --jobs N` says how many processes work.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { recordCounts } from './delivery/counts';
import { CHECKERS, Judge, type Judged, type Task } from './mutation/judged';
import { mutantsOf } from './mutation/mutators';
import { subjects } from './mutation/subjects';
import { table } from '../src/assurance/output/table';

const BUILD = join(__dirname, '..', 'build');
/** Mutants of one task: few, so that nobody waits long for the last one. */
const TASK = 20;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    only: { type: 'string' },
    own: { type: 'boolean' },
    all: { type: 'boolean' },
    jobs: { type: 'string' },
    judge: { type: 'boolean' },
  },
});

/** A mutant that is yet to be made. */
interface Planned {
  readonly subject: number;
  readonly index: number;
  readonly likeness: string;
}

async function main(): Promise<void> {
  const planned = subjects().flatMap(({ name: subject, template, broken }, number) =>
    mutantsOf(template)
      .map(({ name, likeness }, index) => ({
        subject: number,
        index,
        likeness,
        taken: `${subject}, ${name}`.includes(values.only ?? '') && (broken?.test(name) ?? true),
      }))
      .filter(({ taken }) => taken),
  );
  const leaders = new Map<string, Planned>();
  for (const mutant of planned) if (!leaders.has(mutant.likeness)) leaders.set(mutant.likeness, mutant);
  const first = values.all ? planned : [...leaders.values()];
  const judged = await judgeAll(first);
  const noticed = new Set(first.filter((_, at) => judged[at].proof !== undefined).map(({ likeness }) => likeness));
  const again = values.all
    ? []
    : planned.filter((mutant) => leaders.get(mutant.likeness) !== mutant && !noticed.has(mutant.likeness));
  judged.push(...(await judgeAll(again)));
  report(judged, planned.length - judged.length);
}

/** Divides the mutants among processes, and puts the answers into their order. */
async function judgeAll(planned: readonly Planned[]): Promise<Judged[]> {
  const tasks: Task[] = [];
  for (const { subject, index } of planned) {
    const last = tasks[tasks.length - 1];
    if (last?.subject === subject && last.mutants.length < TASK) last.mutants.push(index);
    else tasks.push({ subject, mutants: [index] });
  }
  const answers = new Map<Task, Judged[]>();
  const open = [...tasks];
  const work = async () => {
    const judge = fork(__filename, process.argv.slice(2).concat('--judge'), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    try {
      for (let task = open.shift(); task !== undefined; task = open.shift()) {
        answers.set(task, await answerOf(judge, task));
        process.stderr.write(
          `${tasks.length - open.length} of ${tasks.length} tasks, ${answers.get(task)![0].subject}\n`,
        );
      }
    } finally {
      judge.kill();
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(Number(values.jobs ?? availableParallelism()), tasks.length) }, work),
  );
  return tasks.flatMap((task) => answers.get(task)!);
}

function answerOf(judge: ChildProcess, task: Task): Promise<Judged[]> {
  return new Promise((resolve, reject) => {
    const left = (code: number | null) =>
      reject(
        new Error(`A judge left with ${code} at mutants ${task.mutants[0]} and following of subject ${task.subject}`),
      );
    judge.once('exit', left);
    judge.once('message', (answer) => {
      judge.off('exit', left);
      resolve(answer as Judged[]);
    });
    judge.send(task);
  });
}

function report(judged: readonly Judged[], repeated: number): void {
  const counted = judged.filter(({ equivalent }) => !equivalent);
  const survivors = counted.filter(({ killers }) => killers.length === 0);
  const result = {
    total: counted.length,
    killed: counted.length - survivors.length,
    equivalent: judged.length - counted.length,
    repeated,
    falseAlarms: judged
      .filter(({ equivalent, killers }) => equivalent && killers.length > 0)
      .map(({ subject, name }) => `${subject}, ${name}`),
    byChecker: Object.fromEntries(
      CHECKERS.map((checker) => [checker, counted.filter(({ killers }) => killers.includes(checker)).length]),
    ),
    byKind: byKind(counted),
    survivors: survivors.map(({ subject, name }) => `${subject}, ${name}`),
    // Noticed by others alone: what the proofs still have to learn.
    onlyOthers: counted
      .filter(({ killers }) => killers.length > 0 && !killers.includes('proof'))
      .map(({ subject, name }) => `${subject}, ${name}`),
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

function byKind(counted: readonly Judged[]): Record<string, { total: number; proof: number; others: number }> {
  const kinds: Record<string, { total: number; proof: number; others: number }> = {};
  for (const { kind, killers } of counted) {
    const row = (kinds[kind] ??= { total: 0, proof: 0, others: 0 });
    row.total += 1;
    row.proof += killers.includes('proof') ? 1 : 0;
    row.others += killers.some((checker) => checker !== 'proof') ? 1 : 0;
  }
  return kinds;
}

function asText(result: any, judged: readonly Judged[], detailed: boolean): string {
  return [
    ...(detailed
      ? judged.map(
          ({ name, equivalent, killers, proof }) =>
            `${equivalent ? 'equivalent' : killers.join('+') || 'SURVIVED'}  ${name}${proof ? `\n    ${proof}` : ''}`,
        )
      : []),
    table(
      ['mutation', 'mutants', 'proof', 'other checkers'],
      Object.entries<any>(result.byKind).map(([kind, { total, proof, others }]) => [
        kind,
        String(total),
        String(proof),
        String(others),
      ]),
    ),
    '',
    `${result.killed} of ${result.total} mutants noticed`,
    `${result.equivalent} more are proved to change nothing; other checkers report ` +
      `${result.falseAlarms.length} of them`,
    `${result.repeated} more break what was noticed in another template (--all)`,
    ...CHECKERS.map((checker) => `  ${checker.padEnd(24)} ${result.byChecker[checker]}`),
    ...(result.onlyOthers.length > 0
      ? ['Noticed by other checkers alone:', ...result.onlyOthers.map((name: string) => `  ${name}`)]
      : []),
    ...(result.survivors.length > 0 ? ['Survivors:', ...result.survivors.map((name: string) => `  ${name}`)] : []),
  ].join('\n');
}

if (values.judge) {
  const judge = new Judge(values.own);
  process.on('message', (task: Task) => process.send!(judge.answer(task)));
} else {
  void main();
}
