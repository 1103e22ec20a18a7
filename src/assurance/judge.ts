import type { Guarantee } from './guarantees';
import type { Model, ResolvedResource } from './resolve';
import type { Verdict } from './verdict';

/** A guarantee to be shown of one resource. */
export interface Claim {
  readonly guarantee: Guarantee;
  readonly subject: ResolvedResource;
}

/**
 * What every resource of the model is held to without being asked: tls-only, public access, ACLs, default encryption for each
 * bucket, log delivery for each log target, and so on.
 */
export function baseline(_model: Model): Claim[] { throw new Error('contract'); }

/** Judges claims; equal questions (same policies up to the bucket's own name) are answered once. Never throws for a broken claim. */
export function judge(_model: Model, _claims: readonly Claim[]): Verdict[] { throw new Error('contract'); }
