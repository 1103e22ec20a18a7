import { spawn } from 'node:child_process';
import { Failure } from './terminal';

export interface ExecuteOptions {
  readonly cwd: string;
  /** What somebody can do when the command fails. */
  readonly remedy: string;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Exit codes that are an answer, not a failure. @default [0] */
  readonly accept?: readonly number[];
}

/** Runs a command without a shell, with no input, and returns what it printed on stdout. */
export async function execute(command: string, args: readonly string[], options: ExecuteOptions): Promise<string> {
  return (await run(command, args, options)).stdout;
}

export function run(
  command: string,
  args: readonly string[],
  options: ExecuteOptions,
): Promise<{ stdout: string; stderr: string; code: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const line = `${command} ${args.join(' ')}`;
    child.on('error', (error) => reject(new Failure(`${line} could not be started: ${error.message}`, options.remedy)));
    child.on('close', (code, signal) => {
      if ((options.accept ?? [0]).includes(code ?? -1)) {
        resolve({ stdout, stderr, code: code! });
      } else {
        reject(
          new Failure(`${line} ended with ${signal ?? `exit code ${code}`}`, options.remedy, `${stdout}${stderr}`),
        );
      }
    });
  });
}
