import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export interface Peer {
  readonly name: string;
  readonly redact: (text: string) => string;
}

/**
 * The fastest peer and the one of best recall, each as its documentation says; installed into `peers/` where they are
 * missing.
 */
export function peers(
  folder: string,
  say: (progress: string) => void,
): { readonly fastest: Peer; readonly bestRecall: Peer } {
  const home = join(folder, 'peers');
  if (!existsSync(join(home, 'node_modules'))) {
    say('installing the peers');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'], {
      cwd: home,
      stdio: 'ignore',
    });
  }
  // Not of the project's own tree, and not there when it is compiled.
  const load = createRequire(join(home, 'package.json')) as <T>(name: string) => T;
  const { Redactor } = load<{ Redactor: new (options: object) => { redact(text: string): string } }>('@redactpii/node');
  const { redactum, Policies } = load<{
    redactum: (text: string, options: object) => { redactedText: string };
    Policies: Record<string, string>;
  }>('redactum');
  const redactor = new Redactor({});
  // Kinds that both have.
  const policies = Object.values(Policies).filter((name) =>
    /EMAIL|PHONE|CREDIT_CARD|^SSN|SOCIAL_SECURITY|IP_ADDRESS|IPV|IBAN|MAC_ADDRESS|JWT|AWS|GITHUB|PRIVATE_KEY/.test(
      name,
    ),
  );
  return {
    fastest: { name: '@redactpii/node 1.0.17', redact: (text) => redactor.redact(text) },
    bestRecall: { name: 'redactum 1.1.0', redact: (text) => redactum(text, { policies }).redactedText },
  };
}
