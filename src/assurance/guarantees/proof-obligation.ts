import { actions as allActions } from '../data/iam';
import type { Environment } from '../engine/environment';
import type { Property } from '../engine/property';
import { region, type Conditions } from '../engine/region';
import type { ResolvedResource } from '../model/resolve';
import { environmentOf, type ResourceUnderTest } from '../model/subject';
import { isUnknown } from '../template/unknown';

/** What a guarantee is made of: a property of all requests, or a setting of the template. */
export type ProofObligation = RequestPart | SettingPart;

export interface RequestPart extends Property {
  /** What to do when it does not hold, where that is another thing than the guarantee advises. */
  readonly advice?: string;
}

export interface SettingPart {
  readonly setting: string;
  /** Undefined: only the deployment knows. */
  readonly holds: boolean | undefined;
  readonly reason: string;
  readonly axioms?: readonly string[];
}

export const OBJECT_ACTIONS = allActions()
  .filter(({ name, on }) => name.startsWith('s3:') && on.includes('object'))
  .map(({ name }) => name);
/** What reaches objects, or tells their names. */
export const DATA_ACTIONS = [
  ...OBJECT_ACTIONS,
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:ListBucketMultipartUploads',
];

/** Tells roles, users, services, the root user and anonymous callers apart; no request carries it. */
export const PRINCIPAL_KIND_KEY = 'strongbox:PrincipalKind';
export const NOT_A_SERVICE = { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } };

/** What replaces an object of which no versions are kept. */
export const OVERWRITES = ['s3:PutObject', 's3:ReplicateObject'];
export const READ_ACTIONS = ['s3:GetObject', 's3:GetObjectVersion'];
export const SSE = 's3:x-amz-server-side-encryption';
export const SSE_KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';
export const ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'];

/** The requests that an obligation is about, and what decides about them. */
export interface RegionOptions {
  readonly actions: readonly string[];
  readonly notActions?: boolean;
  readonly notResources?: readonly string[];
  /** Patterns of the object keys; absent: all, and the bucket itself. */
  readonly keys?: readonly string[];
  readonly when: Conditions;
  readonly axioms?: readonly string[];
  /** Whether roles and users of the templates have the policies of the templates alone. */
  readonly identities?: boolean;
  /** What decides about these requests otherwise than about the bucket's in general. */
  readonly environment?: Partial<Environment>;
}

export function never(subject: ResourceUnderTest, options: RegionOptions): RequestPart {
  return part(subject, 'never', options);
}

export function always(subject: ResourceUnderTest, options: RegionOptions): RequestPart {
  return part(subject, 'always', options);
}

function part(subject: ResourceUnderTest, expect: 'never' | 'always', options: RegionOptions): RequestPart {
  const { actions, notActions, notResources, keys, when, axioms = [], identities = false, environment } = options;
  return {
    expect,
    place: subject.resource.path,
    region: region({ actions, notActions, notResources, when }),
    targets: [
      { kind: 'object', arn: subject.arn, keys: keys ?? ['*'] },
      ...(keys === undefined ? [{ kind: 'bucket', arn: subject.arn }] : []),
    ],
    environment: { ...environmentOf(subject, identities), ...environment },
    axioms: [...axioms, ...subject.axioms, ...(identities ? ['template-identities'] : [])],
  };
}

export function setting(name: string, value: unknown, holds: (value: unknown) => boolean): ProofObligation {
  const shownValue = value === undefined ? 'not set' : JSON.stringify(value);
  return typeof value === 'string' && isUnknown(value)
    ? { setting: name, holds: undefined, reason: value }
    : { setting: name, holds: holds(value), reason: `${name} is ${shownValue}` };
}

const RETENTIONS = [
  ['DeletionPolicy', 'deletionPolicy'],
  ['UpdateReplacePolicy', 'updateReplacePolicy'],
] as const;

/**
 * That a resource stays when its stack goes, and when another would take its place.
 * @param like only as far as that one does
 */
export function kept(resource: ResolvedResource, like: ResolvedResource = resource): ProofObligation[] {
  return RETENTIONS.filter(([, field]) => like === resource || isKept(like[field])).map(([name, field]) =>
    setting(like === resource ? name : `${name} of its ${resource.type}`, resource[field], isKept),
  );
}

function isKept(policy: unknown): boolean {
  return typeof policy === 'string' && policy.startsWith('Retain');
}

/** A prefix of a guarantee, as it was given. */
export function checkedPrefix(prefix: string): string {
  if (!prefix.endsWith('/') || /[*?]/.test(prefix)) {
    throw new Error(`"prefix" is "${prefix}"; text that ends in "/", without wildcards, is needed`);
  }
  return prefix;
}

/** Roles and users of the bucket's account. */
export function ownPrincipals(subject: ResourceUnderTest): Record<string, Record<string, string | readonly string[]>> {
  return {
    StringEquals: { 'aws:PrincipalAccount': subject.bucket.resource.account, [PRINCIPAL_KIND_KEY]: ['role', 'user'] },
  };
}

/**
 * Everyone but the named principals: roles and users by ARN, construct path or logical id, AWS services by their
 * principal, whole accounts by their number. Nobody chooses `aws:PrincipalArn`, and a caller that has none is not
 * excepted.
 */
export function excluding(subject: ResourceUnderTest, names: readonly string[]): Conditions {
  const services = names.filter(isServicePrincipal);
  const accounts = names.filter((name) => /^\d{12}$/.test(name));
  const people = names.filter((name) => !services.includes(name) && !accounts.includes(name));
  return allOf(
    people.length === 0 ? {} : { ArnNotEquals: { 'aws:PrincipalArn': people.map((name) => subject.nameOf(name)) } },
    services.length === 0 ? {} : { StringNotEquals: { 'aws:PrincipalServiceName': services } },
    accounts.length === 0 ? {} : { StringNotEquals: { 'aws:PrincipalAccount': accounts } },
  );
}

function isServicePrincipal(name: string): boolean {
  return /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(name);
}

/** What meets every one of these. Values of one key under one negated operator add up. */
export function allOf(...all: Conditions[]): Conditions {
  const merged: Record<string, Record<string, string | readonly string[]>> = {};
  for (const [operator, keys] of all.flatMap((conditions) => Object.entries(conditions))) {
    const block = (merged[operator] ??= {});
    for (const [key, value] of Object.entries(keys)) {
      if (block[key] !== undefined && !/Not/.test(operator)) {
        throw new Error(`${operator} ${key} is asked twice in one guarantee`);
      }
      block[key] = block[key] === undefined ? value : [block[key], value].flat();
    }
  }
  return merged;
}

export function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
