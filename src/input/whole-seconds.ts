import type { Duration } from 'aws-cdk-lib';
import { validationError } from './validation-error';

/** A duration that a policy spells as a number: whole seconds, known at synthesis. */
export function literalSeconds(property: string, duration: Duration, maximum: number): number {
  const seconds = duration.isUnresolved() ? NaN : duration.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > maximum) {
    throw validationError({
      property,
      actual: duration.isUnresolved() ? 'a token, which only the deployment knows' : duration.toHumanString(),
      expected: `1 to ${maximum.toLocaleString('en-US')} whole seconds`,
      hint: 'pass for example Duration.minutes(15)',
    });
  }
  return seconds;
}
