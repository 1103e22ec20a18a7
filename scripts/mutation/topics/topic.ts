import type { Stack } from 'aws-cdk-lib';
import { AccessLogs } from '../../../src';
import type { Policy, Statement } from '../../../src/assurance/engine/policy';
import type { Guarantee } from '../../../src/assurance/guarantees/guarantee';
import type { BucketModel, Model } from '../../../src/assurance/model/resolve';

/**
 * Constructs that belong together, as users get them, each in the settings that give it another policy; and what is
 * asked of them.
 */
export interface Topic {
  /** Each makes a stack whose template is mutated. */
  readonly subjects: Readonly<Record<string, (stack: Stack) => void>>;
  /** Which mutants of a subject are made, by their names, where some break what nobody promises. */
  readonly broken?: Readonly<Record<string, RegExp>>;
  /**
   * What is asked of each bucket and key of every subject, of this topic or another; what holds unmutated must not be
   * lost.
   */
  readonly guarantees: (candidate: BucketModel, model: Model) => readonly Guarantee[];
}

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

export function roleArn(name: string, account = ACCOUNT): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

/** Of log targets the first two subjects have enough. */
export const NOT_LOGGED = AccessLogs.none('The mutants of log targets are made of others');

/** The statements whose `Sid` is like that. */
export function statementsOf(policy: Policy | undefined, sid: RegExp): Statement[] {
  return policy?.statements.filter((statement) => sid.test(statement.sid ?? '')) ?? [];
}

/** Those whom a statement is about. */
export function membersOf({ principals = [], conditions }: Statement): string[] {
  const patterns = conditions.flatMap(({ key, values }) => (key === 'aws:principalarn' ? values : []));
  return patterns.length > 0 ? patterns : principals.map(({ value }) => value);
}

/** The prefixes of the objects of access points that statements name. */
export function prefixesOf(statements: readonly Statement[]): string[] {
  return [
    ...new Set(
      statements.flatMap(({ resources }) => resources).flatMap((arn) => /\/object\/(.+)\*$/.exec(arn)?.slice(1) ?? []),
    ),
  ];
}
