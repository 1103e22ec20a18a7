import { Token } from 'aws-cdk-lib';
import { badInput } from './bad-input';

/** A decision that leaves a gap must carry words an auditor can read. */
export function requireReason(property: string, reason: string): string {
  if (Token.isUnresolved(reason) || reason.trim().length < 8) {
    throw badInput({
      property,
      received: reason,
      allowed: 'a literal sentence of at least 8 characters',
      fix: 'say who decided it and why, for example "Rebuilt nightly from the catalogue, approved by Data Platform"',
    });
  }
  return reason.trim();
}
