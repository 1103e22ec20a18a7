import type { IConstruct } from 'constructs';

/** What an error says: which parameter, what it was, what it must be, and how to correct it. */
export interface ValidationProblem {
  /** The parameter as the user wrote it. */
  readonly property: string;
  readonly actual: unknown;
  /** Completes "must be ...". */
  readonly expected: string;
  /** A sentence without its full stop. */
  readonly hint: string;
  readonly scope?: IConstruct;
}

/** The one form of every error about input; CDK's own ValidationError is internal to aws-cdk-lib. */
export function validationError(problem: ValidationProblem): Error {
  return new Error(explain(problem));
}

/** The same text for an error that waits until synthesis (`node.addValidation`). */
export function explain({ property, actual, expected, hint, scope }: ValidationProblem): string {
  const place = scope ? `${scope.node.path}: ` : '';
  return `${place}"${property}" must be ${expected} (got ${show(actual)}). ${capitalized(hint)}.`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function show(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  if (value === undefined) return 'missing';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
