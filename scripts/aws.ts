/**
 * Asks a sandbox account of AWS what this repository can only assume: `npm run aws -- --profile NAME --region R [--only
 * ID] [--examples] [--yes] [--list] [--json]`. It says cost and time and waits for a yes, writes build/aws.json, and
 * removes what it made. docs/aws-probes.md says what it shows. Never in CI: it needs an account.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { STSClient } from '@aws-sdk/client-sts';
import { SignedAccount } from './aws/account';
import type { Probe } from './aws/probe';
import { PROBES } from './aws/probes';
import { askAll, chosen, estimate, isClean } from './aws/run';

const ROOT = join(__dirname, '..');
const FILE = join(ROOT, 'build', 'aws.json');
/** They deploy as they are; the others ask for a domain, a certificate or a VPC of the reader's own. */
const EXAMPLES = ['document-store', 'data-lake-teams', 'client-side-encryption'];

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      profile: { type: 'string' },
      region: { type: 'string' },
      only: { type: 'string', multiple: true },
      yes: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      examples: { type: 'boolean', default: false },
    },
  });
  const probes = chosen(PROBES, values.only);
  if (values.list) {
    console.log(
      values.json
        ? JSON.stringify(probes.map(told), undefined, 1)
        : probes.map((each) => `${each.id}: ${each.question} assumed: ${each.assumed}`).join('\n'),
    );
    return true;
  }
  const { profile, region } = values;
  if (profile === undefined || region === undefined) {
    throw new Error(
      '"--profile" and "--region" must both be given: npm run aws -- --profile sandbox --region ' +
        'eu-central-1. "--list" needs neither.',
    );
  }
  if (process.env.CI) {
    throw new Error('This command must not run in CI: it changes an account. Run it by hand, in a sandbox account.');
  }

  const client = new STSClient({ profile, region });
  const account = new SignedAccount({ region, credentials: () => client.config.credentials() });
  await account.identify();
  const say = (line: string) => (values.json ? console.error(line) : console.log(line));
  say(
    `Account ${account.id}, ${region}: ` +
      `${estimate(probes)}.${values.examples ? ` Then the examples ${EXAMPLES.join(', ')} are deployed and destroyed, about 20 minutes and $0.10.` : ''}`,
  );
  if (!values.yes && !(await agreed())) return false;

  const stop = new AbortController();
  process.once('SIGINT', () => {
    say('Stopping: what was made is removed first.');
    stop.abort();
  });
  const outcome = await askAll(probes, account, { run: Date.now().toString(36), signal: stop.signal, say });
  const examples =
    values.examples && !stop.signal.aborted ? EXAMPLES.map((name) => deployed(name, profile, region)) : [];
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  writeFileSync(FILE, `${JSON.stringify({ ...outcome, examples }, undefined, 1)}\n`);
  if (values.json) console.log(JSON.stringify({ ...outcome, examples }));
  say(`Written to ${FILE}.`);
  return (
    isClean(outcome) &&
    examples.every(({ deployed: ok, destroyed }) => ok && destroyed) &&
    outcome.results.length === probes.length
  );
}

function told({ id, question, assumed, axiom, page, seconds, dollars }: Probe): object {
  return { id, question, assumed, axiom, page, seconds, dollars };
}

async function agreed(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Is this an account for experiments? Type "yes" to begin: ');
  terminal.close();
  return answer.trim().toLowerCase() === 'yes';
}

/** With the real CDK CLI, as a user does. */
function deployed(
  example: string,
  profile: string,
  region: string,
): { readonly example: string; readonly deployed: boolean; readonly destroyed: boolean } {
  const cdk = (...parameters: string[]) =>
    spawnSync(
      'npx',
      [
        'cdk',
        ...parameters,
        '--all',
        '--profile',
        profile,
        '--app',
        `npx tsx ${join(ROOT, 'examples', example, 'app.ts')}`,
      ],
      {
        cwd: ROOT,
        stdio: ['ignore', 2, 2],
        env: { ...process.env, AWS_REGION: region, TSX_TSCONFIG_PATH: join(ROOT, 'test', 'tsconfig.json') },
      },
    ).status === 0;
  const ok = cdk('deploy', '--require-approval', 'never');
  return { example, deployed: ok, destroyed: cdk('destroy', '--force') };
}

main().then(
  (clean) => {
    if (!clean) process.exitCode = 1;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
