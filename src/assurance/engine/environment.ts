import type { Policy } from './policy';
import type { Principal } from './request';

/** The policies of one role or user. */
export interface Identity {
  readonly policies: readonly Policy[];
  readonly boundary?: Policy;
}

/** An access point in front of the bucket. */
export interface AccessPoint {
  readonly arn: string;
  /** Absent: the access point has no policy of its own. */
  readonly policy?: Policy;
  readonly vpcId?: string;
}

/** All that decides about requests to one resource. */
export interface Environment {
  /** Account that owns the resource. */
  readonly account: string;
  /** Region of the resource; by default that of its ARN. */
  readonly region?: string;
  readonly resourcePolicies: readonly Policy[];
  /**
   * Whether a policy that AWS calls public is cut down to the owner's account and AWS services (RestrictPublicBuckets).
   */
  readonly restrictsPublic?: boolean;
  /** Whether ACLs are in force, and may grant to everyone or to other accounts. */
  readonly aclsMayGrant?: { readonly everyone: boolean; readonly accounts: boolean };
  readonly accessPoints?: readonly AccessPoint[];
  /** Whether access points of the owner's account that are not here are taken to let no outsiders in. */
  readonly trustsOwnAccessPoints?: boolean;
  /** Policies of VPC endpoints by endpoint id; a request through an endpoint that is not here is not limited by one. */
  readonly endpointPolicies?: Readonly<Record<string, Policy>>;
  /** Known roles and users by ARN: their policies count, and no others. */
  readonly identities?: Readonly<Record<string, Identity>>;
  /** What all others' own policies grant: a proof of safety has to reckon with administrators. */
  readonly otherIdentities: 'everything' | 'nothing';
  /** Service control policies over the owner's account's principals: each level must allow. */
  readonly serviceControlPolicies?: readonly Policy[];
  /**
   * Resource control policies over the owner's account's resources: they can only deny, AWS's own full-access policy is
   * always there.
   */
  readonly resourceControlPolicies?: readonly Policy[];
  /** Whether the resource's policy must allow even the owner's own principals: true for KMS keys. */
  readonly resourcePolicyDecides?: boolean;
}

/** The known policies of a principal. */
export function identityOf(env: Environment, principal: Principal): Identity | undefined {
  return principal.kind === 'user' || principal.kind === 'role' ? env.identities?.[principal.arn!] : undefined;
}

/** The account that owns an access point, which need not be the bucket's. */
export function accessPointAccount(door: AccessPoint): string {
  return door.arn.split(':')[4];
}

/** The ARN by which an access point's policy names the bucket's resource. */
export function accessPointResourceArn(door: AccessPoint, resource: string): string {
  const slash = resource.indexOf('/');
  return slash === -1 ? door.arn : `${door.arn}/object${resource.slice(slash)}`;
}
