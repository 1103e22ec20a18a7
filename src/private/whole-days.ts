import type { Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { badInput } from './bad-input';

/** S3 counts lifecycle in whole days, from one on. */
export function requireWholeDays(property: string, duration: Duration, at?: IConstruct): void {
  if (duration.isUnresolved()) return;
  const days = duration.toDays({ integral: false });
  if (!Number.isInteger(days) || days < 1) {
    throw badInput({ property, received: duration.toHumanString(), allowed: 'one whole day or more', fix: 'pass Duration.days(n)', at });
  }
}
