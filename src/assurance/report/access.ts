import type { Model } from '../resolve';
import type { BucketModel } from '../resolve';

/** What a row of the access map says of one right. */
export type Answer = 'yes' | 'no' | 'unknown';

export const RIGHTS = ['read', 'list', 'write', 'delete'] as const;
export type Right = typeof RIGHTS[number];

/** What one caller may do under one prefix by one door. */
export interface AccessRow {
  readonly who: string;
  /** `the bucket itself`, or the name of an access point. */
  readonly door: string;
  /** Prefix of keys; empty for every other key. */
  readonly prefix: string;
  readonly rights: Readonly<Record<Right, Answer>>;
}

export function accessRows(_model: Model, _bucket: BucketModel): AccessRow[] {
  return [];
}
