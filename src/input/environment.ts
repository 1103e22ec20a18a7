import { Token } from 'aws-cdk-lib';

/** Whether two accounts or Regions are certainly different; two unknowns are the same stack environment. */
export function certainlyDiffer(one: string, other: string): boolean {
  return !Token.isUnresolved(one) && !Token.isUnresolved(other) && one !== other;
}
