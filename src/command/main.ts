import { can } from './can';
import { diff } from './diff';
import { hold } from './hold';
import { presign } from './presign';
import { prove } from './prove';
import { redact } from './redact';
import { Exit, UsageError, type Subcommand, type Terminal } from './subcommand';
import { wrapUsage } from './usage';
import { VERSION } from '../assurance/version';

const SUBCOMMANDS: readonly Subcommand[] = [prove, can, diff, redact, hold, presign];

const USAGE = [
  'Usage: cdk-s3-strongbox <command> [...]',
  '',
  ...SUBCOMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`),
  '',
  'cdk-s3-strongbox <command> --help says more, with examples;',
  'cdk-s3-strongbox --version prints the version.',
].join('\n');

const TERMINAL: Terminal = {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(text),
  isScreen: process.stderr.isTTY === true,
};

/** Runs the command line and sets the exit code. */
export function main(args: string[]): void {
  void run(args, TERMINAL).then((code) => {
    // Not process.exit: a pipe may not have taken all of the output yet.
    process.exitCode = code;
  });
}

/** @returns the exit code */
export async function run([name, ...args]: string[], terminal: Terminal): Promise<number> {
  const subcommand = SUBCOMMANDS.find((each) => each.name === name);
  if (name === '--help' || name === '-h' || name === 'help') {
    terminal.out(USAGE);
    return Exit.OK;
  }
  if (name === '--version' || name === '-v') {
    terminal.out(VERSION);
    return Exit.OK;
  }
  if (subcommand === undefined) {
    terminal.err(`${name === undefined ? 'No command given' : `"${name}" is no command`}.\n\n${USAGE}\n`);
    return Exit.UNANSWERED;
  }
  if (args.includes('--help') || args.includes('-h')) {
    terminal.out(wrapUsage(subcommand.usage));
    return Exit.OK;
  }
  try {
    return await subcommand.run(args, terminal);
  } catch (error) {
    const hint =
      error instanceof UsageError ? `\ncdk-s3-strongbox ${subcommand.name} --help tells what is allowed.` : '';
    terminal.err(`${error instanceof Error ? error.message : String(error)}${hint}\n`);
    return Exit.UNANSWERED;
  }
}
