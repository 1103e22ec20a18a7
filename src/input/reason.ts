import { Token } from 'aws-cdk-lib';
import { validationError } from './validation-error';

/** A decision that leaves a gap must carry words an auditor can read. */
export function requireReason(property: string, reason: string): string {
  if (Token.isUnresolved(reason) || reason.trim().length < 8) {
    throw validationError({
      property,
      actual: reason,
      expected: 'a literal sentence of at least 8 characters',
      hint: 'say who decided it and why, for example "Rebuilt nightly from the catalogue, approved by Data Platform"',
    });
  }
  return reason.trim();
}
