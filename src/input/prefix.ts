import { Token } from 'aws-cdk-lib';
import { badInput } from './bad-input';

/** `finance*` would reach `finance-secret/` too, so a prefix is a folder. */
export function requirePrefix(property: string, prefix: string): string {
  if (!Token.isUnresolved(prefix) && (!/[^/]\/$/.test(prefix) || prefix.startsWith('/') || /[*?$]/.test(prefix))) {
    throw badInput({
      property,
      received: prefix,
      allowed: 'a key prefix that ends in "/", begins without one and holds no "*", "?" or "$"',
      fix: `write "${prefix.replace(/[*?$]/g, '').replace(/^\/+|\/+$/g, '') || 'folder'}/"`,
    });
  }
  return prefix;
}
