import { Token } from 'aws-cdk-lib';
import { validationError } from './validation-error';

/** Ids of accounts of twelve digits; what only the deployment knows passes. */
export function requireAccountIds(property: string, accounts: readonly string[]): void {
  const wrong = accounts.find((account) => !Token.isUnresolved(account) && !/^\d{12}$/.test(account));
  if (wrong === undefined) return;
  throw validationError({
    property,
    actual: wrong,
    expected: 'ids of accounts, twelve digits each',
    hint: 'write for example "111122223333"',
  });
}

/** The id of an organization; what only the deployment knows passes. */
export function requireOrganizationId(property: string, organizationId: string): void {
  if (Token.isUnresolved(organizationId) || /^o-[a-z0-9]{10,32}$/.test(organizationId)) return;
  throw validationError({
    property,
    actual: organizationId,
    expected: 'the id of an organization',
    hint: 'write for example "o-a1b2c3d4e5"',
  });
}
