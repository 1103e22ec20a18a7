/** Who notices a mutant. */
import { mutantsOf, type Mutant } from './mutators';
import { offTheShelfFindings, type Findings, type OffTheShelf } from './off-the-shelf';
import { expectationOf, isEquivalent, killedBy, type Expectation } from './proof';
import { subjects } from './subjects';

export const CHECKERS = ['proof', 'cdk-nag', 'cloudformation-validate'] as const;
type Checker = (typeof CHECKERS)[number];

/** Mutants of one subject, by their numbers. */
export interface Task {
  readonly subject: number;
  readonly mutants: number[];
}

export interface Judged {
  readonly subject: string;
  readonly kind: string;
  readonly name: string;
  readonly equivalent: boolean;
  readonly killers: readonly Checker[];
  /** What the proof says. */
  readonly proof?: string;
}

interface Opened {
  readonly subject: number;
  readonly template: any;
  readonly mutants: readonly Mutant[];
  readonly expectation: Expectation;
  readonly known?: Findings;
}

/** Judges mutants, task by task. */
export class Judge {
  private readonly subjects = subjects();
  private opened?: Opened;

  /** @param alone whether the other checkers are left out */
  public constructor(private readonly alone: boolean = false) {}

  public answer({ subject, mutants }: Task): Judged[] {
    if (this.opened?.subject !== subject) this.opened = this.open(subject);
    const { template, mutants: all, expectation, known } = this.opened;
    return mutants.map((index) => {
      const { name, kind, logicalId, template: mutant } = all[index];
      const proof = killedBy(mutant, expectation);
      const killers: Checker[] = [
        ...(proof === undefined ? [] : ['proof' as const]),
        ...(known ? noticing(mutant, known) : []),
      ];
      // Whoever reports a change that changes nothing raises a false alarm.
      const equivalent = proof === undefined && isEquivalent(template, mutant, logicalId);
      return { subject: this.subjects[subject].name, kind, name, equivalent, killers, proof };
    });
  }

  private open(subject: number): Opened {
    const { template } = this.subjects[subject];
    return {
      subject,
      template,
      mutants: mutantsOf(template),
      expectation: expectationOf(template),
      known: this.alone ? undefined : offTheShelfFindings(template),
    };
  }
}

function noticing(mutant: unknown, known: Findings): OffTheShelf[] {
  let found: Findings;
  try {
    found = offTheShelfFindings(mutant);
  } catch {
    // A template that CDK cannot even include never reaches a checker.
    return [];
  }
  return (['cdk-nag', 'cloudformation-validate'] as const).filter((checker) =>
    [...found[checker]].some((finding) => !known[checker].has(finding)),
  );
}
