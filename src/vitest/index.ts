/**
 * Matchers for vitest, with their types. A setup file adds them to `expect`:
 *
 *     import { strongboxMatchers } from 'cdk-s3-strongbox/vitest'; import { expect } from 'vitest';
 *     expect.extend(strongboxMatchers);
 */
import type { Guarantee, HoldsOptions, RequestOptions } from '../index';

export { strongboxMatchers, type Provable } from '../jest';

/** What the matchers add to `expect(...)`. */
export interface StrongboxMatchers<R = unknown> {
  /** Proves a guarantee for every resource to which it applies; what only the deployment knows fails both ways. */
  toHold(guarantee: Guarantee, options?: HoldsOptions): R;
  /** The request is allowed, all policies of the templates together. */
  toAllowRequest(request: RequestOptions): R;
  /** The request is not allowed. */
  toDenyRequest(request: RequestOptions): R;
}
