import { Token } from 'aws-cdk-lib';
import { validationError } from './validation-error';

/** `finance*` would reach `finance-secret/` too, so a prefix is a folder. */
export function requirePrefix(property: string, prefix: string): string {
  if (!Token.isUnresolved(prefix) && (!/[^/]\/$/.test(prefix) || prefix.startsWith('/') || /[*?$]/.test(prefix))) {
    throw validationError({
      property,
      actual: prefix,
      expected: 'a key prefix that ends in "/", begins without one and holds no "*", "?" or "$"',
      hint: `write "${prefix.replace(/[*?$]/g, '').replace(/^\/+|\/+$/g, '') || 'folder'}/"`,
    });
  }
  return prefix;
}
