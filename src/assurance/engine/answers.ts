/** Answers to questions that are asked again: of many buckets with equal policies, one is looked at. */
import { createHash } from 'node:crypto';
import type { Property } from './property';
import { prove, type Outcome } from './prove';

/** Older answers are dropped beyond this many; a question costs a millisecond or so. */
const MAX_ANSWERS = 20_000;
const answers = new Map<string, { readonly outcome: Outcome; readonly names: readonly string[] }>();

/**
 * The outcome of a proof. Two properties have one answer if they are the same text but for generated names, one for
 * one: a proof takes such a name as a whole, never as its letters.
 * @throws as `prove` does
 */
export function answerOf(property: Property): Outcome {
  const { text, names } = withoutNames(property);
  const id = createHash('sha256').update(text).digest('base64');
  const known = answers.get(id);
  if (known) return renamed(known.outcome, known.names, names);
  const outcome = prove(property);
  if (answers.size >= MAX_ANSWERS) answers.clear();
  answers.set(id, { outcome, names });
  return outcome;
}

/** Names that CloudFormation generates; account and Region, which other texts may name, are none. */
const GENERATED = /\{(?!AccountId\}|Region\})[A-Za-z0-9][^{}":,]*\}/g;

/** All that decides about the property; its place is told in errors alone, which are not kept. */
function withoutNames({ place: _, ...property }: Property): { text: string; names: string[] } {
  const names: string[] = [];
  const numbers = new Map<string, number>();
  const whole = JSON.stringify(property);
  // A text that already looks like a numbered name stays as it is.
  if (whole.includes('{#')) return { text: whole, names };
  const text = whole.replace(GENERATED, (name) => {
    let number = numbers.get(name);
    if (number === undefined) {
      numbers.set(name, (number = names.length));
      names.push(name);
    }
    return `{#${number}}`;
  });
  return { text, names };
}

function renamed(outcome: Outcome, from: readonly string[], to: readonly string[]): Outcome {
  if (from.every((name, i) => name === to[i])) return outcome;
  return JSON.parse(
    JSON.stringify(outcome).replace(GENERATED, (name) => (from.includes(name) ? to[from.indexOf(name)] : name)),
  ) as Outcome;
}
