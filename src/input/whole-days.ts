import type { Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { badInput } from './bad-input';

/** The longest period that S3 takes, in lifecycle and Object Lock alike. */
export const MAX_DAYS = 36_500;

/** S3 counts lifecycle in whole days, from one on. */
export function requireWholeDays(property: string, duration: Duration, at?: IConstruct): void {
  if (duration.isUnresolved()) return;
  const days = duration.toDays({ integral: false });
  if (!Number.isInteger(days) || days < 1) {
    throw badInput({ property, received: duration.toHumanString(), allowed: 'one whole day or more', fix: 'pass Duration.days(n)', at });
  }
}

/** Literal whole days within S3's bounds. An unresolved duration is an error here, since nothing could be compared with it. */
export function literalDays(property: string, duration: Duration, min: number = 1): number {
  const days = duration.isUnresolved() ? NaN : duration.toDays({ integral: false });
  if (!Number.isInteger(days) || days < min || days > MAX_DAYS) {
    throw badInput({
      property,
      received: duration.isUnresolved() ? 'a token, which only the deployment knows' : duration.toHumanString(),
      allowed: `a literal number of whole days from ${min} to ${MAX_DAYS}`,
      fix: 'pass Duration.days(n)',
    });
  }
  return days;
}
