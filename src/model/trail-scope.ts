import { Token } from 'aws-cdk-lib';
import { validationError } from '../input/validation-error';

/** Calls on settings of resources that a trail records. */
export enum TrailManagementEvents {
  /** None. */
  NONE = 'None',
  /** Those that change something. */
  WRITE = 'WriteOnly',
  /** All. */
  ALL = 'All',
}

/** Requests to S3 through VPC endpoints that a trail records. */
export enum TrailNetworkActivity {
  /** None. */
  NONE = 'None',
  /** Those that the policy of the endpoint denied. */
  DENIED = 'Denied',
  /** All. */
  ALL = 'All',
}

/** Options of `TrailScope`. */
export interface TrailScopeOptions {
  /**
   * The Regions whose events queries read. Each is one more folder to list for every day that a query asks for.
   *
   * @default - the Region of the stack
   */
  readonly queriedRegions?: string[];
}

/** Regions and accounts whose events an `ObjectTrail` records. */
export class TrailScope {
  /** The Region of the stack alone. */
  public static thisRegion(): TrailScope {
    return new TrailScope(false, {});
  }

  /** All Regions of the account, those that are enabled later included. */
  public static allRegions(options: TrailScopeOptions = {}): TrailScope {
    return new TrailScope(true, options);
  }

  /**
   * All Regions of all accounts of an organization. The stack must be in the management account, or in that of a
   * delegated administrator.
   *
   * @param organizationId Such as `o-a1b2c3d4e5`.
   * @param managementAccount Twelve digits: the account that owns the trail, which its ARN names for a delegated
   * administrator as well.
   * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
   */
  public static organization(
    organizationId: string,
    managementAccount: string,
    options: TrailScopeOptions = {},
  ): TrailScope {
    if (!Token.isUnresolved(organizationId) && !/^o-[a-z0-9]{10,32}$/.test(organizationId)) {
      throw validationError({
        property: 'organizationId',
        actual: organizationId,
        expected: 'the id of an organization',
        hint: 'write for example "o-a1b2c3d4e5"',
      });
    }
    if (!Token.isUnresolved(managementAccount) && !/^\d{12}$/.test(managementAccount)) {
      throw validationError({
        property: 'managementAccount',
        actual: managementAccount,
        expected: 'twelve digits',
        hint: 'write the id of the management account',
      });
    }
    return new TrailScope(true, options, organizationId, managementAccount);
  }

  /** @internal */
  public readonly _queriedRegions?: string[];

  private constructor(
    /** @internal */
    public readonly _multiRegion: boolean,
    options: TrailScopeOptions,
    /** @internal */
    public readonly _organizationId?: string,
    /** @internal */
    public readonly _managementAccount?: string,
  ) {
    this._queriedRegions = options.queriedRegions;
  }
}
