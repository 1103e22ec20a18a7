import type { Duration } from 'aws-cdk-lib';
import { badInput } from './bad-input';

/** A duration as S3 takes it: literal whole days within bounds. An unresolved one is an error, since nothing could be compared with it. */
export function wholeDays(property: string, duration: Duration, min: number, max: number): number {
  const days = duration.isUnresolved() ? NaN : duration.toDays({ integral: false });
  if (!Number.isInteger(days) || days < min || days > max) {
    throw badInput({
      property,
      received: duration.isUnresolved() ? 'a token, which only the deployment knows' : duration.toHumanString(),
      allowed: `a literal number of whole days from ${min} to ${max}`,
      fix: 'pass Duration.days(n)',
    });
  }
  return days;
}
