import { CLAIMABLE } from './claimable';
import { ClaimOptions, isRecord } from './options';
import type { Guarantee } from '../guarantees/guarantee';
import { type BucketModel, type Model, type ResolvedResource } from '../model/resolve';
import { isUnknown } from '../template/unknown';
import { UndecidedError } from '../template/world';

/** The key of the template metadata in which constructs and controls write their claims. */
export const CLAIMS_METADATA = 'strongbox:claims';

/** One entry of the claims of a resource. */
export interface ClaimEntry {
  /** Where it stands below the resource. */
  readonly location: string;
  /** The id of the control that claims it. */
  readonly control?: string;
  /** The id of the guarantee. */
  readonly id?: string;
  /** The guarantee; absent for a decision, and for what cannot be read. */
  readonly guarantee?: Guarantee;
  /** Why nothing is guaranteed, as the owner stated it. */
  readonly decision?: string;
  /** Why the entry cannot be read. */
  readonly problem?: string;
  /** Whether only the deployment knows an option. */
  readonly isOpen?: boolean;
}

/** The claims in the metadata of a resource, each with what is wrong with it; never throws. */
export function claimsOn(resource: ResolvedResource): ClaimEntry[] {
  const location = `Metadata.${CLAIMS_METADATA}`;
  let claims: unknown;
  try {
    claims = resource.metadata(CLAIMS_METADATA);
  } catch (error) {
    if (error instanceof UndecidedError) throw error;
    return [{ location, problem: (error as Error).message }];
  }
  if (claims === undefined) return [];
  if (!Array.isArray(claims)) {
    return [{ location, problem: `the claims must be a list (got ${JSON.stringify(claims)})` }];
  }
  return claims.map((claim, index) => entryOf(claim, `${location}.${index}`, resource));
}

function entryOf(claim: unknown, location: string, resource: ResolvedResource): ClaimEntry {
  if (!isRecord(claim)) return { location, problem: `a claim must be an object (got ${JSON.stringify(claim)})` };
  const { control, guarantee: id, options, decision, ...rest } = claim;
  if (typeof id !== 'string') {
    return { location, problem: `"guarantee" must be the id of a guarantee (got ${JSON.stringify(id) ?? 'nothing'})` };
  }
  const known = { location, id, control: typeof control === 'string' ? control : undefined };
  const make = CLAIMABLE.get(id);
  if (!make) return { ...known, problem: `"guarantee" is "${id}", which no claim can make` };
  const [unread] = Object.keys(rest);
  if (unread !== undefined) return { ...known, problem: `"${unread}" is no part of a claim` };
  if (decision !== undefined) {
    return typeof decision === 'string' && decision !== ''
      ? { ...known, decision }
      : { ...known, problem: '"decision" must be a reason as text' };
  }
  const isOpen = isUnknown(
    JSON.stringify(options ?? null).replace(/\\u000([12])/g, (_, code: string) => String.fromCharCode(Number(code))),
  );
  try {
    const read = new ClaimOptions(options);
    const guarantee = make(read, () => resource.arn);
    read.requireAllRead();
    return { ...known, guarantee, isOpen };
  } catch (error) {
    return { ...known, problem: (error as Error).message };
  }
}

/**
 * What a claim on a resource is about: the bucket that a policy or an access point belongs to, the buckets that a key
 * encrypts, or the resource itself.
 */
export function subjectsOfClaim(model: Model, resource: ResolvedResource, resourceType: string): ResolvedResource[] {
  if (resourceType === resource.type) return [resource];
  if (resourceType !== 'AWS::S3::Bucket') return [];
  return model.buckets.filter((bucket) => belongsTo(bucket, resource, model)).map((bucket) => bucket.resource);
}

function belongsTo(bucket: BucketModel, resource: ResolvedResource, model: Model): boolean {
  switch (resource.type) {
    case 'AWS::S3::BucketPolicy':
      return bucket.policies.some((policy) => isSame(policy.resource, resource));
    case 'AWS::S3::AccessPoint':
      return bucket.accessPoints.some((accessPoint) => isSame(accessPoint.resource, resource));
    case 'AWS::KMS::Key':
      return bucket.key !== undefined && isSame(bucket.key.resource, resource);
    case 'AWS::S3ObjectLambda::AccessPoint':
    case 'AWS::S3ObjectLambda::AccessPointPolicy': {
      const name = resource.properties.ObjectLambdaAccessPoint;
      const view = model.objectLambdas.find(
        (one) => isSame(one.resource, resource) || (name !== undefined && one.name === name),
      );
      return bucket.accessPoints.some(({ arn }) => arn === view?.supportingArn);
    }
    // What an endpoint lets through is the same whichever bucket is asked; one of its own stack says it best.
    case 'AWS::EC2::VPCEndpoint':
    case 'AWS::Lambda::Function':
    case 'AWS::Lambda::Permission':
      return bucket === (model.buckets.find(({ resource: { stack } }) => stack === resource.stack) ?? model.buckets[0]);
    default:
      return false;
  }
}

function isSame(one: ResolvedResource, other: ResolvedResource): boolean {
  return one.stack === other.stack && one.logicalId === other.logicalId;
}
