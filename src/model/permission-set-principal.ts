import { Aws, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { validationError } from '../input/validation-error';

/** Options of `PermissionSetPrincipal`. */
export interface PermissionSetPrincipalOptions {
  /**
   * The account, twelve digits, to which the permission set is assigned.
   *
   * @default - the account of the stack in which it is used
   */
  readonly account?: string;
}

/**
 * Whoever signs in by one permission set of IAM Identity Center.
 *
 * Identity Center makes the role in the account itself, with random letters at the end of its name and perhaps its
 * Region in its path, and makes another one when the permission set is assigned anew. So no policy can name the role:
 * the trust is on the account, under a condition on the role's reserved path and the permission set's name, which
 * nobody in the account can give to a role of its own. In the same account the permission set must also carry the
 * rights itself: see `TeamAccessPoints.identityPolicy`.
 *
 * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 *
 * @example
 * new PermissionSetPrincipal('DataAnalyst', { account: '111122223333' });
 */
export class PermissionSetPrincipal extends iam.PrincipalWithConditions {
  /** The roles of the permission set, as patterns of `aws:PrincipalArn`. */
  public readonly roleArnPatterns: string[];

  /**
   * @param permissionSet The name of the permission set, as in the console: up to 32 letters, digits and `+=,.@-_`.
   */
  public constructor(
    public readonly permissionSet: string,
    options: PermissionSetPrincipalOptions = {},
  ) {
    const account = options.account ?? Aws.ACCOUNT_ID;
    if (Token.isUnresolved(permissionSet) || !/^[\w+=,.@-]{1,32}$/.test(permissionSet)) {
      throw validationError({
        property: 'permissionSet',
        actual: permissionSet,
        expected: 'the name of a permission set: 1 to 32 letters, digits and "+=,.@-_"',
        hint: 'write its name, not its ARN',
      });
    }
    if (!Token.isUnresolved(account) && !/^\d{12}$/.test(account)) {
      throw validationError({
        property: 'account',
        actual: account,
        expected: 'an account id of twelve digits',
        hint: 'write the account of its assignment',
      });
    }
    // Sixteen random characters: with "*" in their place the permission set "DataAnalyst" would take in
    // "DataAnalyst_Admin".
    const patterns = ['', '*/'].map(
      (region) =>
        `arn:${Aws.PARTITION}:iam::${account}:role/aws-reserved/sso.amazonaws.com/${region}AWSReservedSSO_${permissionSet}_${'?'.repeat(16)}`,
    );
    super(new iam.AccountPrincipal(account), { ArnLike: { 'aws:PrincipalArn': patterns } });
    this.roleArnPatterns = patterns;
  }
}
