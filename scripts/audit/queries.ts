import { isDeepStrictEqual } from 'node:util';
import { answerChecks } from './answers';
import { queryables, REGION, type Queryable } from './app';
import type { Java } from './java';
import { logObjects } from './planted';
import { QUESTIONS, QUESTIONS_OF_ANY, type Question } from './questions';
import { CatalogAndStore, type GlueTable } from './stub';
import { trailObjects, TRAIL_QUESTIONS } from './trail';
import { Trino } from './trino';

/** One thing that was checked. */
export interface Check {
  readonly what: string;
  readonly holds: boolean;
  /** What was found where it does not hold. */
  readonly found?: string;
}

/** Every named query of the template, run over generated log objects with planted answers; and the documents. */
export async function queryChecks(java: Java, write: boolean): Promise<Check[]> {
  const { known, any } = queryables();
  const objects = new Map([...logObjects().objects, ...trailObjects()]);
  const databases = Object.fromEntries(
    [known, any].map(({ database, tables }) => [database, tables.map(withoutInputFormat)]),
  );
  const stub = await CatalogAndStore.start(databases, objects);
  const trino = await Trino.start(java, stub.endpoint, REGION);
  try {
    return [
      ...(await over(trino, stub, known, [...QUESTIONS, ...TRAIL_QUESTIONS])),
      ...unasked(known, [...QUESTIONS, ...TRAIL_QUESTIONS]),
      ...(await over(trino, stub, any, QUESTIONS_OF_ANY)),
      ...(await answerChecks(trino, known, write)),
    ];
  } finally {
    await trino.stop();
    stub.stop();
  }
}

/**
 * Athena's own input format makes a row of each event of a CloudTrail file; Trino has none like it. Here the generated
 * files hold an event a line, and the table is otherwise as the template has it.
 */
function withoutInputFormat(table: GlueTable): GlueTable {
  const storage = table.StorageDescriptor as Record<string, unknown>;
  return storage.InputFormat === 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
    ? { ...table, StorageDescriptor: { ...storage, InputFormat: 'org.apache.hadoop.mapred.TextInputFormat' } }
    : table;
}

async function over(
  trino: Trino,
  stub: CatalogAndStore,
  { database, tables, queries }: Queryable,
  questions: readonly Question[],
): Promise<Check[]> {
  const checks: Check[] = [];
  for (const question of questions) {
    const what = `${question.query} ${question.values.join(' ')}`;
    stub.listed = [];
    const rows = await trino.query(database, queries[question.query], question.values);
    checks.push(compare(what, question, rows));
    const days = Number(question.values.find((value) => /^\d+$/.test(value)));
    // A folder for each bucket and day, and the simple layout once: a query without its day filter would list 400 days.
    const allowed = (tables.length + 4) * (days + 1);
    checks.push({
      what: `${what}: lists the folders of its days alone`,
      holds: stub.listed.length <= allowed,
      found: `${stub.listed.length} lists`,
    });
  }
  return checks;
}

function unasked({ queries }: Queryable, questions: readonly Question[]): Check[] {
  const asked = new Set(questions.map(({ query }) => query));
  const missing = Object.keys(queries).filter((id) => !asked.has(id));
  return [{ what: 'every query is asked', holds: missing.length === 0, found: missing.join(', ') }];
}

function compare(
  what: string,
  { columns, rows: expected, unless }: Question,
  rows: ReadonlyArray<Record<string, unknown>>,
): Check {
  const found = rows.filter((row) => !unless?.(row)).map((row) => columns.map((column) => row[column]));
  const sorted = (of: ReadonlyArray<readonly unknown[]>) => of.map((row) => JSON.stringify(row)).sort();
  return {
    what,
    holds: isDeepStrictEqual(sorted(found), sorted(expected)),
    found: sorted(found).slice(0, 12).join('\n'),
  };
}
