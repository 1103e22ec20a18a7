import type { IConstruct } from 'constructs';

/** Access points of a bucket as a policy outside of the bucket names them. */
export interface AccessPointEntry {
  /** ARNs, or a pattern of them, of the access points and of what is behind them. */
  readonly arns: string[];
  /** The VPC that they are bound to, if they are. */
  readonly vpc?: IConstruct;
}

const DOORS = Symbol.for('cdk-s3-strongbox.doors');

/** Remembers access points on their bucket, so that an S3 endpoint finds them whichever was made first. */
export function registerAccessPoints(bucket: IConstruct, doors: AccessPointEntry): void {
  accessPointsOf(bucket).push(doors);
}

export function accessPointsOf(bucket: IConstruct): AccessPointEntry[] {
  const holder = bucket as { [DOORS]?: AccessPointEntry[] };
  if (!holder[DOORS]) Object.defineProperty(holder, DOORS, { value: [] });
  return holder[DOORS]!;
}
