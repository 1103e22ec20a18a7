import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { validationError } from '../../input/validation-error';
import type { Perimeter } from '../../model/perimeter';
import { admissionsOf, admitted } from '../../policy/admissions';
import { PolicyOfBucket } from '../../policy/bucket-policy';
import {
  addDenial,
  administrationDenial,
  AT_BUCKET,
  perimeterDenials,
  POLICY_ADMINISTRATION,
  workingContexts,
} from '../../policy/perimeter-denials';
import { arnsOf } from '../../policy/principal-restriction';
import { restrict } from '../../policy/working-side';
import { BucketControl } from '../bucket-control';

/** Options of `BucketPerimeter`. */
export interface BucketPerimeterOptions {
  /**
   * Roles and users who reach the data from outside: the roles of replication, Batch Operations, Config and other
   * services that act by a role of yours, and those that deploy objects.
   *
   * @default - nobody
   */
  readonly exempt?: iam.IGrantable[];

  /**
   * Roles and users who change the bucket policy, Block Public Access and object ownership from outside; everybody else
   * then does it from inside only. The role that deploys the stack must be among them unless it works inside.
   *
   * @default - changing the policy is not bound to the perimeter, so that no deployment is locked out
   */
  readonly policyAdministrators?: iam.IGrantable[];

  /**
   * Whether S3 Object Lambda may fetch the original for callers outside: they get what the function makes of it.
   *
   * @default false
   */
  readonly throughObjectLambda?: boolean;
}

/**
 * Denies reading, writing, deleting and listing objects to every request from outside a perimeter.
 *
 * Stops: stolen credentials used elsewhere, and a grant to somebody outside that nobody noticed. Sets: statements of
 * the bucket policy on the data actions and listing. A request without the key that tells is outside; an anonymous one
 * is, too. Let through: AWS services that act for the bucket's account, under their own name or with the rights of one
 * of the account's principals (`aws:PrincipalIsAWSService`, `aws:ViaAWSService`), and who is exempt. Merges: the same
 * perimeter changes nothing; of two the request must be inside both. Limits: service roles (replication, Batch, Config)
 * are no services and must be exempt by name. It allows nothing. A service that does not say for whom it acts
 * (`aws:SourceAccount`) is left to the statement that allows it. The console works for who is inside only.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * declare const replicationRole: iam.Role;
 * existing.with(new BucketPerimeter(Perimeter.vpcEndpoints('vpce-0123456789abcdef0'), { exempt: [replicationRole] }));
 */
export class BucketPerimeter extends BucketControl {
  private readonly options: BucketPerimeterOptions;

  public constructor(
    public readonly perimeter: Perimeter,
    options: BucketPerimeterOptions = {},
  ) {
    super('perimeter');
    this.options = options;
    if (options.policyAdministrators?.length === 0) {
      throw validationError({
        property: 'policyAdministrators',
        actual: '[]',
        expected: 'at least one role, or a deployment from outside could never change the policy again',
        hint: 'name the role that deploys the stack, or leave "policyAdministrators" out',
      });
    }
  }

  protected harden(bucket: s3.CfnBucket): void {
    const { exempt = [], policyAdministrators, throughObjectLambda = false } = this.options;
    const { account } = bucket.stack;
    const policy = PolicyOfBucket.of(bucket);
    for (const denial of perimeterDenials(this.perimeter, account, AT_BUCKET, {
      exempt: arnsOf('exempt', exempt),
      throughObjectLambda,
    })) {
      addDenial(bucket, policy, denial, policy.bucketAndObjects);
    }
    if (policyAdministrators) {
      const denial = administrationDenial(
        this.perimeter,
        account,
        arnsOf('policyAdministrators', policyAdministrators),
      );
      addDenial(bucket, policy, denial, [policy.bucketArn]);
    }
    this.claim(bucket);
  }

  private claim(bucket: s3.CfnBucket): void {
    const { exempt = [], policyAdministrators, throughObjectLambda = false } = this.options;
    const inside = this.perimeter._options;
    const people = arnsOf('exempt', exempt);
    const administrators = policyAdministrators && arnsOf('policyAdministrators', policyAdministrators);
    this._claimInPolicy(bucket, 'perimeter', () => ({
      ...inside,
      distributions: inside.distributions && [
        ...inside.distributions,
        ...admissionsOf(bucket).flatMap(({ distributionArn }) => distributionArn ?? []),
      ],
      exceptPrincipals: [...people, ...admitted(bucket, ({ services }) => services === undefined)],
      policyAdministrators: administrators,
      serviceAccounts: serviceAccountsOf(bucket),
      throughObjectLambda: throughObjectLambda || undefined,
    }));
    if (inside.organizations?.length === 1 && inside.accounts === undefined) {
      this._claimInPolicy(bucket, 'only-organization', { organization: inside.organizations[0] });
    } else if (inside.accounts) {
      this._claimInPolicy(bucket, 'only-accounts', { accounts: inside.accounts }, 'only-accounts');
    }
    const within = () => workingContexts(inside);
    restrict(bucket, { actions: AT_BUCKET, within });
    if (administrators) restrict(bucket, { actions: POLICY_ADMINISTRATION, within });
  }
}

function serviceAccountsOf(bucket: s3.CfnBucket): Record<string, string[]> | undefined {
  const accounts: Record<string, string[]> = {};
  for (const { services = [], sourceAccounts = [] } of admissionsOf(bucket)) {
    for (const service of services) accounts[service] = [...new Set([...(accounts[service] ?? []), ...sourceAccounts])];
  }
  return Object.keys(accounts).length > 0 ? accounts : undefined;
}
