import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { connect, type HoldClient, type HoldStatus, type Version } from './hold-client';
import { PartialFile } from './partial-file';
import { Exit, UsageError, type Subcommand, type Terminal } from './subcommand';

const USAGE = `Usage: cdk-s3-strongbox hold <list | place | lift | manifest> --bucket NAME [--prefix PREFIX] [options]

Legal holds on every version below a prefix, with the credentials and the region that the AWS SDK finds.

  list             print the versions that are held
  place, lift      say what would be done; with --execute do it. What is in that state already is left alone, so an
                   interrupted run is simply started again
  manifest         write what S3 Batch Operations needs for large sets: a list of all versions, and the command

  --execute        change holds, after a run without it was looked at
  --region REGION  the region of the bucket
  --out FILE       file of the manifest (default: manifest.csv)

Examples:

  cdk-s3-strongbox hold list --bucket records --prefix cases/17/
  cdk-s3-strongbox hold place --bucket records --prefix cases/17/ --execute

Exit code: 0 done, 1 some versions could not be read or changed, 2 nothing could be asked.`;

/** Beyond this many, one request for each version takes hours and S3 Batch Operations is the better engine. */
const LARGE = 10_000;
const AT_ONCE = 16;
const SHOWN_FAILURES = 20;
const ACTIONS = ['list', 'place', 'lift', 'manifest'] as const;

interface Order {
  readonly action: (typeof ACTIONS)[number];
  readonly bucket: string;
  readonly prefix: string;
  readonly execute: boolean;
  readonly region?: string;
  readonly out: string;
}

/** The subcommand over any client, so that tests and other servers can stand in for Amazon S3. */
export function holdWith(client: (order: { bucket: string; region?: string }) => HoldClient): Subcommand {
  return {
    name: 'hold',
    summary: 'Place, lift and list legal holds below a prefix',
    usage: USAGE,
    async run(args, terminal) {
      const order = parse(args);
      const s3 = client(order);
      switch (order.action) {
        case 'list':
          return list(s3, order, terminal);
        case 'manifest':
          return manifest(s3, order, terminal);
        default:
          return change(s3, order, order.action === 'place' ? 'ON' : 'OFF', terminal);
      }
    },
  };
}

export const hold: Subcommand = holdWith(connect);

function parse(args: string[]): Order {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        bucket: { type: 'string' },
        prefix: { type: 'string' },
        region: { type: 'string' },
        out: { type: 'string' },
        execute: { type: 'boolean' },
      },
    });
    const action = ACTIONS.find((known) => known === positionals[0]);
    if (!action || positionals.length !== 1) throw new Error(`Say one of ${ACTIONS.join(', ')}.`);
    if (!values.bucket) throw new Error('No --bucket given.');
    if (values.execute && (action === 'list' || action === 'manifest')) {
      throw new Error(`--execute does not go with ${action}.`);
    }
    const { bucket, prefix = '', region, out = 'manifest.csv', execute = false } = values;
    return { action, bucket, prefix, region, out, execute };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function list(s3: HoldClient, order: Order, terminal: Terminal): Promise<Exit> {
  const found = await each(s3, order, terminal, async (version) => {
    if ((await s3.status(version)) === 'ON') terminal.out(`${version.key}\t${version.versionId}`);
  });
  terminal.err(`${found.done} versions looked at.\n`);
  return found.exit;
}

async function change(s3: HoldClient, order: Order, target: HoldStatus, terminal: Terminal): Promise<Exit> {
  let changed = 0;
  const found = await each(s3, order, terminal, async (version) => {
    if ((await s3.status(version)) === target) return;
    if (order.execute) await s3.set(version, target);
    else if (changed < SHOWN_FAILURES) terminal.out(`${version.key}\t${version.versionId}`);
    changed++;
  });
  const verb = target === 'ON' ? 'hold' : 'release';
  terminal.out(
    order.execute
      ? `${changed} of ${found.done} versions changed; the others were so already.`
      : `${changed} of ${found.done} versions would change. Nothing is changed yet: add --execute to ${verb} them.`,
  );
  if (changed > LARGE) terminal.err('That is a large set: "manifest" lets S3 Batch Operations do it.\n');
  return found.exit;
}

async function manifest(s3: HoldClient, { bucket, prefix, out }: Order, terminal: Terminal): Promise<Exit> {
  let lines = 0;
  // A list that breaks off looks like a whole one, and what it lacks would never be held.
  const partial = new PartialFile(out);
  try {
    const file = openSync(partial.path, 'wx');
    try {
      for await (const { key, versionId } of s3.versions(prefix)) {
        // Batch Operations wants keys URL-encoded, with their slashes.
        writeSync(file, `${bucket},${key.split('/').map(encodeURIComponent).join('/')},${versionId}\n`);
        progress(terminal, ++lines);
      }
    } finally {
      closeSync(file);
    }
    if (lines === 0) throw new Error(`"${bucket}" has no version below "${prefix}": give another --prefix.`);
    renameSync(partial.path, out);
  } catch (error) {
    partial.remove();
    throw error;
  } finally {
    partial.forget();
  }
  if (terminal.isScreen) terminal.err('\n');
  terminal.out(
    [
      `${lines} versions in ${out}. Upload it to a bucket of yours, then (Status OFF lifts):`,
      'aws s3control create-job --account-id ACCOUNT --role-arn ROLE --priority 10 --no-confirmation-required \\',
      '  --operation \'{"S3PutObjectLegalHold":{"LegalHold":{"Status":"ON"}}}\' \\',
      '  --manifest ' +
        '\'{"Spec":{"Format":"S3BatchOperations_CSV_20180820","Fields":["Bucket","Key","VersionId"]},"Location":{"ObjectArn":"ARN","ETag":"ETAG"}}\' ' +
        '\\',
      '  --report ' +
        '\'{"Bucket":"REPORT_BUCKET_ARN","Format":"Report_CSV_20180820","Enabled":true,"ReportScope":"AllTasks"}\'',
      'ROLE must be one of the legal officers of the archive, or each task is denied.',
    ].join('\n'),
  );
  return Exit.OK;
}

/** Visits every version, several at a time; one that fails does not keep the others from being visited. */
async function each(
  s3: HoldClient,
  { bucket, prefix }: Order,
  terminal: Terminal,
  visit: (version: Version) => Promise<void>,
): Promise<{ done: number; exit: Exit }> {
  let done = 0;
  const failures: string[] = [];
  const running = new Set<Promise<void>>();
  for await (const version of s3.versions(prefix)) {
    const task: Promise<void> = visit(version)
      .catch((error: Error) => {
        failures.push(`${version.key} ${version.versionId}: ${error.name}: ${error.message}`);
      })
      .then(() => {
        running.delete(task);
        done++;
        progress(terminal, done);
      });
    running.add(task);
    if (running.size >= AT_ONCE) await Promise.race(running);
  }
  await Promise.all(running);
  if (terminal.isScreen && done > 0) terminal.err('\n');
  if (done === 0) throw new Error(`"${bucket}" has no version below "${prefix}": give another --prefix.`);
  for (const failure of failures.slice(0, SHOWN_FAILURES)) terminal.err(`FAILED ${failure}\n`);
  if (failures.length > 0) terminal.err(`${failures.length} of ${done} versions failed; run the same command again.\n`);
  return { done, exit: failures.length > 0 ? Exit.FAILED : Exit.OK };
}

function progress({ err, isScreen }: Terminal, done: number): void {
  if (isScreen) err(`\r${done} versions ...`);
  else if (done % 1000 === 0) err(`${done} versions ...\n`);
}
