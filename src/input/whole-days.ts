import type { Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { validationError } from './validation-error';

/** The longest period that S3 takes, in lifecycle and Object Lock alike. */
export const MAX_DAYS = 36_500;

/** S3 counts lifecycle in whole days, from one on. */
export function requireWholeDays(property: string, duration: Duration, at?: IConstruct): void {
  if (duration.isUnresolved()) return;
  const days = duration.toDays({ integral: false });
  if (!Number.isInteger(days) || days < 1) {
    throw validationError({
      property,
      actual: duration.toHumanString(),
      expected: 'one whole day or more',
      hint: 'pass Duration.days(n)',
      scope: at,
    });
  }
}

/**
 * Literal whole days within S3's bounds. An unresolved duration is an error here, since nothing could be compared with
 * it.
 */
export function literalDays(property: string, duration: Duration, min: number = 1): number {
  const days = duration.isUnresolved() ? NaN : duration.toDays({ integral: false });
  if (!Number.isInteger(days) || days < min || days > MAX_DAYS) {
    throw validationError({
      property,
      actual: duration.isUnresolved() ? 'a token, which only the deployment knows' : duration.toHumanString(),
      expected: `a literal number of whole days from ${min} to ${MAX_DAYS}`,
      hint: 'pass Duration.days(n)',
    });
  }
  return days;
}
