/** What AWS services do by roles of the customer, as their configuration in the templates asks for it. */
import { impossibleOn } from './delivery';
import { keyRequests, requestsBy } from './identity-requests';
import { possible } from './possible';
import {
  allOf,
  never,
  ownPrincipals,
  PRINCIPAL_KIND_KEY,
  SSE,
  SSE_KEY,
  type ProofObligation,
} from './proof-obligation';
import type { EncryptionHeader } from '../../model/delivery/table';
import { answerOf } from '../engine/answers';
import type { Conditions } from '../engine/region';
import { workByRolesOn, type RequestedDelivery } from '../model/deliveries';
import { encryptionRule, type IdentityModel } from '../model/model';
import { isOutsideVpcs } from '../model/role-use';
import type { ResourceUnderTest } from '../model/subject';

const READS = ['s3:GetObject'];
const WRITES = ['s3:PutObject', 's3:ReplicateObject'];

export function configuredWork(subject: ResourceUnderTest): ProofObligation[] {
  return workByRolesOn(subject.model, subject.bucket).flatMap((work) => partsOf(subject, work));
}

function partsOf(subject: ResourceUnderTest, work: RequestedDelivery): ProofObligation[] {
  const { row, requester, open } = work;
  const name = `${row.title} of ${requester.path}`;
  if (open !== undefined) return [{ setting: name, holds: undefined, reason: `open, since ${open}` }];
  const impossible = impossibleOn(subject, work);
  if (impossible.length > 0) return impossible;
  const role = roleOf(subject, work);
  const identity = subject.model.identities.find(({ arn }) => arn === role);
  return row.objectActions
    .filter((action) => (READS.includes(action) ? row.direction !== 'write' : WRITES.includes(action)))
    .filter((action) => isNeeded(subject, work, identity, action))
    .flatMap((action) => {
      const attempt = (headers: Conditions) =>
        never(subject, {
          actions: [action],
          keys: keysOf(work),
          when: allOf(callerOf(subject, role, identity), headers),
          axioms: identity && isOutsideVpcs(subject.model, identity.arn) ? ['service-networks'] : [],
        });
      const attempts = (WRITES.includes(action) ? headersOf(subject, work) : [{}]).map(attempt);
      // What no page settles has several readings: it works if one of them does.
      const best = attempts.find((each) => answerOf(each).status !== 'proved') ?? attempts[0];
      const byHeader = answerOf(attempt({})).status !== 'proved';
      const advice =
        byHeader && row.advice !== undefined
          ? `${name}: ${row.advice}`
          : `${name} makes this request${identity ? ` by ${identity.resource.path}` : ''}: exempt its role in what denies it`;
      return [possible(name, best, advice), ...keyPart(subject, work, identity, action)];
    })
    .concat(unselected(work));
}

/** The role that the configuration names, or that of the function that does the work. */
function roleOf({ model }: ResourceUnderTest, { role }: RequestedDelivery): string | undefined {
  if (role === undefined || !role.includes(':function:')) return role;
  const worker = model.ofType('AWS::Lambda::Function').find(({ arn }) => arn === role);
  return typeof worker?.properties.Role === 'string' ? worker.properties.Role : undefined;
}

/** Without a role, it is done with the credentials of any role or user of the account. */
function callerOf(
  subject: ResourceUnderTest,
  role: string | undefined,
  identity: IdentityModel | undefined,
): Conditions {
  if (identity !== undefined) return requestsBy(subject, identity);
  if (role === undefined) return ownPrincipals(subject);
  return { ArnEquals: { 'aws:PrincipalArn': role }, StringEquals: { [PRINCIPAL_KIND_KEY]: 'role' } };
}

/** A service that can do several things does those for which its role has a grant. */
function isNeeded(
  subject: ResourceUnderTest,
  { row }: RequestedDelivery,
  identity: IdentityModel | undefined,
  action: string,
): boolean {
  if (identity === undefined || row.direction !== 'both') return true;
  const attempt = never(subject, {
    actions: [action],
    keys: ['*'],
    when: { ArnEquals: { 'aws:PrincipalArn': identity.arn } },
    identities: true,
    environment: { resourcePolicies: [], account: identity.resource.account, accessPoints: undefined },
  });
  return answerOf(attempt).status !== 'proved';
}

function keysOf({ row, prefix }: RequestedDelivery): string[] {
  return row.keys.map((pattern) => pattern.replace('{prefix}', prefix).replace(/\{\w+\}/g, '*'));
}

/** The encryption headers of the uploads, one for each reading of what is documented. */
function headersOf(subject: ResourceUnderTest, work: RequestedDelivery): Conditions[] {
  const { key, header } = work;
  const none: Conditions = { Null: { [SSE]: 'true', [SSE_KEY]: 'true' } };
  const plain = (algorithm: EncryptionHeader): Conditions => ({
    StringEquals: { [SSE]: algorithm },
    Null: { [SSE_KEY]: 'true' },
  });
  const withKey = (named: string): Conditions => ({ StringEquals: { [SSE]: 'aws:kms', [SSE_KEY]: named } });
  switch (header) {
    case 'none':
      return [none];
    case 'aws:kms':
      return key === undefined
        ? [plain(header)]
        : isManaged(key)
          ? [plain(header), withKey(key)]
          : [withKey(keyNamed(subject, key))];
    case 'AES256':
      return [plain(header)];
    default:
      return [
        none,
        plain('AES256'),
        plain('aws:kms'),
        ...(subject.keyArn === undefined ? [] : [withKey(subject.keyArn)]),
      ];
  }
}

function isManaged(key: string): boolean {
  return /(^|:)alias\/aws\/s3$/.test(key);
}

/** The key by its ARN, where the configuration names it by its id. */
function keyNamed({ model }: ResourceUnderTest, key: string): string {
  return model.keys.find(({ arn }) => arn === key || arn.endsWith(`:key/${key}`))?.arn ?? key;
}

/** The role of an upload needs the key that encrypts it: the one that the configuration names, or the bucket's. */
function keyPart(
  subject: ResourceUnderTest,
  { row, requester, key: given, header }: RequestedDelivery,
  identity: IdentityModel | undefined,
  action: string,
): ProofObligation[] {
  if (identity === undefined || !WRITES.includes(action) || header === 'AES256') return [];
  const named = header === 'aws:kms' ? given : undefined;
  const key =
    header === 'aws:kms'
      ? subject.model.keys.find(({ arn }) => named !== undefined && arn === keyNamed(subject, named))
      : subject.bucket.key;
  if (key === undefined) return [];
  const needed = action === 's3:ReplicateObject' ? 'kms:Encrypt' : 'kms:GenerateDataKey';
  const name = `${row.title} of ${requester.path}`;
  return [
    possible(
      name,
      keyRequests(subject, key, identity, [needed]),
      `${name} needs ${needed} on the key ${key.resource.path}: give it to ${identity.resource.path}`,
    ),
  ];
}

/** S3 copies objects under a KMS key only for a rule that says so, and leaves the others out without an error. */
function unselected({ row, requester, key }: RequestedDelivery): ProofObligation[] {
  if (row.id !== 's3-replication') return [];
  const algorithm = encryptionRule(requester)?.ServerSideEncryptionByDefault?.SSEAlgorithm;
  if (typeof algorithm !== 'string' || !algorithm.startsWith('aws:kms') || key !== undefined) return [];
  return [
    {
      setting: `Replication of ${requester.path}`,
      holds: false,
      reason:
        `${requester.path} encrypts its objects with KMS, and its replication to this bucket leaves them out: set ` +
        'SourceSelectionCriteria.SseKmsEncryptedObjects and EncryptionConfiguration.ReplicaKmsKeyID of the rule',
    },
  ];
}
