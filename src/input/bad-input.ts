import type { IConstruct } from 'constructs';

/** What a refusal tells: the property, what came, what may come, and the way out. */
export interface BadInput {
  readonly property: string;
  readonly received: unknown;
  readonly allowed: string;
  readonly fix: string;
  readonly at?: IConstruct;
}

/** The one shape of every refusal in the library; CDK's own ValidationError is internal to aws-cdk-lib. */
export function badInput(input: BadInput): Error {
  return new Error(explain(input));
}

/** The same sentence for a refusal that waits until synthesis (`node.addValidation`). */
export function explain({ property, received, allowed, fix, at }: BadInput): string {
  const place = at ? ` at ${at.node.path}` : '';
  return `"${property}" is ${show(received)}${place}: allowed is ${allowed}; ${fix}.`;
}

function show(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  if (value === undefined) return 'missing';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
