import { isUnknown, isWhollyUnknown, shown } from './unknown';

/**
 * A question that only the deployment answers: whether two texts, at least one of them with an unknown part, are the
 * same.
 */
export interface Question {
  readonly left: string;
  readonly right: string;
  /** The condition of the template that asks, e.g. `IsProd`. */
  readonly condition?: string;
}

/** A value that depends on a question to which this world has no answer yet. */
export class UndecidedError extends Error {
  public constructor(public readonly question: Question) {
    super(`only the deployment knows whether ${shown(question.left)} is ${shown(question.right)}`);
    this.name = 'UndecidedError';
  }
}

/** What no deployment can be: CloudFormation refuses it. */
export class ImpossibleWorldError extends Error {
  public constructor(problem: string) {
    super(problem);
    this.name = 'ImpossibleWorldError';
  }
}

interface Answer extends Question {
  readonly truth: boolean;
}

/** A consistent set of answers to what only the deployment knows. More are added when something asks for them. */
export class World {
  /** The world in which nothing is decided. */
  public static readonly OPEN = new World([]);

  private readonly answers: Answer[];
  private readonly literals = new Map<string, string>();
  private readonly questions: Question[] = [];
  /** The same for worlds that are equal when they are made. */
  public readonly key: string;

  /** @param otherwise the answer to every further question; undefined: asking one is an `UndecidedError` */
  public constructor(
    answers: readonly Answer[],
    private readonly otherwise?: boolean,
  ) {
    this.answers = [];
    for (const answer of answers) this.add(answer);
    this.key = JSON.stringify([answers.map(({ left, right, truth }) => [left, right, truth]), otherwise]);
  }

  /** What was asked beyond the answers that this world was made with. */
  public get asked(): readonly Question[] {
    return this.questions;
  }

  public get size(): number {
    return this.answers.length;
  }

  public with(question: Question, truth: boolean): World {
    return new World([...this.answers, { ...question, truth }], this.otherwise);
  }

  /** The same world where every further question has this answer. */
  public completed(otherwise: boolean): World {
    return new World(this.answers, otherwise);
  }

  /** What a text that is unknown as a whole is in this world, if a question about it was answered with yes. */
  public literalOf(text: string): string | undefined {
    return this.literals.get(text);
  }

  /**
   * @param domain all values that the unknown one of the two can have, where the template lists them
   * @throws {UndecidedError} if this world has no answer
   */
  public same(question: Question, domain?: readonly string[]): boolean {
    const { left, right } = question;
    const known = this.answers.find(
      (answer) => (answer.left === left && answer.right === right) || (answer.left === right && answer.right === left),
    );
    if (known) return known.truth;
    const [unknownSide, literal] = isUnknown(left) ? [left, right] : [right, left];
    if (!isUnknown(literal)) {
      const found = this.literals.get(unknownSide);
      if (found !== undefined) return found === literal;
      if (domain) {
        const possible = domain.filter((each) => !this.isExcluded(unknownSide, each));
        if (!possible.includes(literal)) return false;
        if (possible.length === 1) return true;
      }
    }
    if (this.otherwise === undefined) throw new UndecidedError(question);
    // What is answered once stays so.
    this.questions.push(question);
    this.add({ ...question, truth: this.otherwise });
    return this.otherwise;
  }

  private add(answer: Answer): void {
    this.answers.push(answer);
    const { left, right, truth } = answer;
    if (!truth) return;
    if (!isUnknown(right)) this.literals.set(left, right);
    else if (!isUnknown(left)) this.literals.set(right, left);
  }

  /** Whether the answers say that the unknown text is another than this. */
  public isExcluded(text: string, literal: string): boolean {
    return this.answers.some(
      ({ left, right, truth }) =>
        !truth && ((left === text && right === literal) || (right === text && left === literal)),
    );
  }

  /**
   * The answers in words: by conditions of the templates where those ask, else by the values. Empty: nothing had to be
   * decided.
   */
  public words(conditionHolds: (name: string) => boolean | undefined): string {
    const said = this.answers.map(({ left, right, truth, condition }) => {
      const holds = condition === undefined ? undefined : conditionHolds(condition);
      return holds === undefined
        ? `${value(left)} is ${truth ? '' : 'not '}${value(right)}`
        : `${condition!.split('.').pop()} is ${holds}`;
    });
    return [...new Set(said)].join(' and ');
  }
}

function value(text: string): string {
  if (isWhollyUnknown(text)) return shown(text).replace(/^<(?:unknown )?(.*)>$/, '$1');
  return isUnknown(text) ? shown(text) : `"${text}"`;
}
