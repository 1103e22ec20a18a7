import type { ResolvedResource } from '../model/resolve';

export function hasObjectLock(bucket: ResolvedResource): boolean {
  const { ObjectLockEnabled: top, ObjectLockConfiguration: configuration } = bucket.properties ?? {};
  return top === true || top === 'true' || configuration?.ObjectLockEnabled === 'Enabled';
}

export interface DefaultRetention {
  readonly mode: string;
  readonly days: number;
}

/** The default retention; a year is counted as 365 days, the shortest that it can be. */
export function defaultRetention(bucket: ResolvedResource): DefaultRetention | undefined {
  const retention = bucket.properties?.ObjectLockConfiguration?.Rule?.DefaultRetention;
  if (retention === undefined || retention === null) return undefined;
  const days = retention.Days !== undefined ? Number(retention.Days) : Number(retention.Years) * 365;
  return Number.isFinite(days) ? { mode: String(retention.Mode), days } : undefined;
}
