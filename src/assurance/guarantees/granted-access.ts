/** What is guaranteed of the access that templates grant to roles and users; `DeliveryGuarantees` names it. */
import { configuredWork } from './configured-work';
import type { GuaranteeProps } from './guarantee-props';
import { keyRequests, requestsBy } from './identity-requests';
import { possible } from './possible';
import { never, type ProofObligation } from './proof-obligation';
import type { Statement } from '../engine/policy';
import { actionMatches } from '../engine/statement-match';
import { deliveriesInto, workByRolesOn } from '../model/deliveries';
import type { IdentityModel, ResolvedResource } from '../model/model';
import { isOutsideVpcs } from '../model/role-use';
import type { ResourceUnderTest } from '../model/subject';
import { isUnknown } from '../template/unknown';

export function grantedAccessWorks(): GuaranteeProps {
  const grantsOf = (identity: (resource: ResolvedResource) => boolean) => (subject: ResourceUnderTest) =>
    grantsOn(subject, identity).flatMap((grant) => partsOf(subject, grant));
  const about = {
    id: 'granted-access-works',
    title: 'Granted access works',
    description:
      'What the templates let a role or user do with the objects can be done: some request that the grant is for ' +
      'is allowed by the policies of the bucket, its access points and its key, with the encryption that the ' +
      'configuration of the service names.',
    fix:
      'Exempt the role in what denies it, or use the role from the network that is allowed, or give it the rights ' +
      'on the key; otherwise remove the grant, which nobody can use.',
  };
  return {
    ...about,
    apart: ({ resources }) => [
      { ...about, parts: configuredWork },
      ...resources
        .filter(({ type }) => type === 'AWS::IAM::Role' || type === 'AWS::IAM::User')
        .map(({ path }) => ({ ...about, parts: grantsOf((resource) => resource.path === path) })),
    ],
    parts: (subject) => [...configuredWork(subject), ...grantsOf(() => true)(subject)],
  };
}

/** Whether the templates let anybody do something with the objects of this bucket by name. */
export function isAccessGranted(subject: ResourceUnderTest): boolean {
  return workByRolesOn(subject.model, subject.bucket).length > 0 || grantsOn(subject).length > 0;
}

/** A statement that lets a role or user of the templates do something with objects of the bucket. */
interface Grant {
  readonly identity: IdentityModel;
  readonly statement: Statement;
  /** Patterns of the object keys. */
  readonly keys: readonly string[];
}

/** Statements that name the bucket: what is granted on all buckets is granted for others as well. */
function grantsOn(subject: ResourceUnderTest, isAsked: (resource: ResolvedResource) => boolean = () => true): Grant[] {
  const ofBucket = subject.bucket.policies.flatMap(({ policy }) => policy.statements);
  return subject.model.identities
    .filter(({ resource }) => isAsked(resource) && resource.exists)
    .flatMap((identity) =>
      [
        ...identity.policies.flatMap(({ statements }) => statements),
        ...ofBucket.filter(({ principals = [], notPrincipal }) => notPrincipal !== true && names(principals, identity)),
      ]
        .filter(({ effect, notAction, notResource }) => effect === 'Allow' && !notAction && !notResource)
        .flatMap((statement): Grant[] => {
          const keys = keysOf(statement, subject.arn);
          return keys.length === 0 ? [] : [{ identity, statement, keys }];
        }),
    );
}

function names(principals: NonNullable<Statement['principals']>, { arn }: IdentityModel): boolean {
  return principals.some(({ type, value }) => type === 'AWS' && value === arn);
}

function keysOf({ resources }: Statement, bucket: string): string[] {
  return resources.flatMap((resource) => {
    const key =
      resource === `${bucket}*` ? '*' : resource.startsWith(`${bucket}/`) ? resource.slice(bucket.length + 1) : '';
    return key === '' || isUnknown(key) ? [] : [key.replace(/\$\{[^}]*\}/g, '*')];
  });
}

const READ = 's3:GetObject';
const WRITE = 's3:PutObject';
const DELETE = 's3:DeleteObject';

/**
 * A statement for more than it is needed for holds as far as it can be used: of everything, one action is enough, and
 * deletes count where nothing else is granted.
 */
function partsOf(subject: ResourceUnderTest, grant: Grant): ProofObligation[] {
  const { statement } = grant;
  const granted = [READ, WRITE, DELETE].filter((action) => actionMatches(statement, action) === true);
  if (granted.length === 0) return [];
  const everything = statement.actions.some((pattern) => pattern === '*' || pattern.toLowerCase() === 's3:*');
  const apart = granted.filter((action) => action !== DELETE);
  const asked = everything ? [granted] : apart.length > 0 ? apart.map((action) => [action]) : [granted];
  return asked.flatMap((actions) => [onBucket(subject, grant, actions), ...onKey(subject, grant, actions)]);
}

function onBucket(
  subject: ResourceUnderTest,
  { identity, statement, keys }: Grant,
  actions: string[],
): ProofObligation {
  const name = `${actions.join(', ')} of ${identity.resource.path}`;
  const isOutside = isOutsideVpcs(subject.model, identity.arn);
  const where = isOutside ? ', which never calls from a VPC' : '';
  const axioms = isOutside ? ['service-networks'] : [];
  const advice = `${statement.place} grants it to ${identity.resource.path}${where}: exempt it in what denies it, or remove the grant`;
  return possible(name, never(subject, { actions, keys, when: requestsBy(subject, identity), axioms }), advice);
}

const OF_KEY: Readonly<Record<string, string>> = { [READ]: 'kms:Decrypt', [WRITE]: 'kms:GenerateDataKey' };

/** An upload without a header uses the key of the bucket, and so does the reader of what it wrote. */
function onKey(subject: ResourceUnderTest, { identity, statement }: Grant, actions: string[]): ProofObligation[] {
  const { key } = subject.bucket;
  // Services that name SSE-S3 leave objects that anybody can read who may read the bucket.
  const otherwise = deliveriesInto(subject.model, subject.bucket).some(
    ({ row, header }) => row.direction !== 'read' && ['AES256', 'unknown'].includes(header),
  );
  const needed = actions.filter((action) => !(action === READ && otherwise)).flatMap((action) => OF_KEY[action] ?? []);
  if (key === undefined || needed.length === 0 || needed.length < actions.length) return [];
  return [
    possible(
      `${needed.join(', ')} of ${identity.resource.path}`,
      keyRequests(subject, key, identity, needed),
      `${statement.place} grants ${actions.join(', ')} to ${identity.resource.path}, which needs ` +
        `${needed.join(', ')} on the key ${key.resource.path} as well, in a policy of its own and by the key policy`,
    ),
  ];
}
