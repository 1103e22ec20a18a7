/** What is guaranteed of who reaches a bucket, and over what; `Guarantee` names each of them. */
import type { GuaranteeProps } from './guarantee-props';
import { forOutsiders } from './only-accounts';
import {
  allOf,
  always,
  checkedPrefix,
  excluding,
  isTrue,
  PRINCIPAL_KIND_KEY,
  never,
  NOT_A_SERVICE,
  OBJECT_ACTIONS,
  ownPrincipals,
  type ProofObligation,
  READ_ACTIONS,
  setting,
} from './proof-obligation';
import { validationError } from '../../input/validation-error';
import { TlsVersion } from '../../model/tls-version';
import { conditionKey } from '../data/iam';
import { type Conditions } from '../engine/region';
import { PUBLIC_ACCESS_BLOCKS } from '../model/bucket-settings';
import { encryptionRule } from '../model/resolve';
import { nameOfConstruct, type ResourceUnderTest } from '../model/subject';

/** Who is to be kept to which prefixes. */
export interface PrefixIsolationGuaranteeOptions {
  /** ARNs of roles or users; construct paths and logical ids of the template serve as well. */
  readonly principals: string[];
  /** Prefixes that end in a slash. */
  readonly prefixes: string[];
}

/** Requests that have to work. */
export interface AllowedGuaranteeOptions {
  /** e.g. `s3:GetObject`. */
  readonly actions: string[];
  /**
   * ARNs of roles or users; construct paths and logical ids of the template serve as well.
   * @default - every role and user of the bucket's account; if `services` are named, these alone
   */
  readonly principals?: string[];
  /**
   * AWS services that ask under their own name, e.g. `delivery.logs.amazonaws.com`. For whom they say that they act is
   * told by `context` (`aws:SourceAccount`, `aws:SourceArn`, `aws:SourceOrgID`); without it they do not say.
   * @default - none
   */
  readonly services?: string[];
  /**
   * Prefixes of the object keys.
   * @default - every object, and the bucket itself
   */
  readonly prefixes?: string[];
  /**
   * Condition keys of the requests that are not as in an ordinary request; of a key with several values, such as
   * `aws:CalledVia`, one of them.
   * @default - an ordinary request
   */
  readonly context?: { [key: string]: string };
  /**
   * Condition keys that the requests lack, though an ordinary one may carry them, e.g. `aws:ViaAWSService`.
   * @default - an ordinary request
   */
  readonly absent?: string[];
  /**
   * Whether the own policies of the principals are taken to allow the requests; if not, the bucket's policy must allow
   * those of its account by itself.
   * @default true
   */
  readonly identityAllows?: boolean;
}

export function tlsOnly(): GuaranteeProps {
  return {
    id: 'tls-only',
    title: 'HTTPS only',
    description:
      'No request over plain HTTP is allowed, whoever makes it and whatever it asks of the bucket or its objects.',
    fix: 'Deny s3:* on the bucket and on its objects (/*) where aws:SecureTransport is false.',
    parts: (subject) => [never(subject, { actions: ['s3:*'], when: { Bool: { 'aws:SecureTransport': 'false' } } })],
  };
}

export function tlsMinimumVersion(version: TlsVersion): GuaranteeProps {
  if (!Object.values(TlsVersion).includes(version)) {
    throw validationError({
      property: 'version',
      actual: version,
      expected: 'TlsVersion.V1_2 or TlsVersion.V1_3',
      hint: 'S3 supports these two',
    });
  }
  return {
    id: 'tls-minimum-version',
    title: `TLS ${version} or later`,
    description: `No request over a TLS version below ${version} is allowed.`,
    fix: `Deny s3:* on the bucket and on its objects (/*) where s3:TlsVersion is NumericLessThan ${version}.`,
    options: Number(version),
    parts: (subject) => [
      never(subject, { actions: ['s3:*'], when: { NumericLessThan: { 's3:TlsVersion': version } } }),
    ],
  };
}

export function publicAccessBlocked(): GuaranteeProps {
  return {
    id: 'public-access-blocked',
    title: 'No public access',
    description: 'All four settings of Block Public Access are on, and no anonymous request is allowed.',
    fix: 'Set PublicAccessBlockConfiguration with all four settings true, and remove statements that allow everyone.',
    parts: (subject) => [
      // What is open comes before what could be opened.
      never(subject, {
        actions: ['s3:*'],
        when: { StringEquals: { [PRINCIPAL_KIND_KEY]: 'anonymous' } },
        ...forOutsiders(subject),
      }),
      ...PUBLIC_ACCESS_BLOCKS.map((name) => blockSetting(subject, name)),
    ],
  };
}

export function publicAclsBlocked(): GuaranteeProps {
  return {
    id: 'public-acls-blocked',
    title: 'No public ACLs',
    description: 'The two settings of Block Public Access about ACLs are on.',
    fix: 'Set BlockPublicAcls and IgnorePublicAcls of the PublicAccessBlockConfiguration to true.',
    parts: (subject) => ['BlockPublicAcls', 'IgnorePublicAcls'].map((name) => blockSetting(subject, name)),
  };
}

function blockSetting({ settings }: ResourceUnderTest, name: string): ProofObligation {
  return setting(`PublicAccessBlockConfiguration.${name}`, settings.publicAccessBlock[name], isTrue);
}

export function aclsDisabled(): GuaranteeProps {
  return {
    id: 'acls-disabled',
    title: 'ACLs off',
    description: 'The bucket owner owns every object, and ACLs grant nothing.',
    fix: 'Set OwnershipControls to BucketOwnerEnforced.',
    parts: (subject) => [
      setting('OwnershipControls', subject.settings.objectOwnership, (value) => value === 'BucketOwnerEnforced'),
    ],
  };
}

export function publicReadOnly(prefixes: readonly string[]): GuaranteeProps {
  const shown = prefixes.map(checkedPrefix).join(', ');
  return {
    id: 'public-read-bounded',
    title: `Public read of ${shown} only`,
    description: `An anonymous request may read objects under ${shown}, and nothing else.`,
    fix: `Bound the statement that allows everyone to s3:GetObject under ${shown}.`,
    options: prefixes,
    parts: (subject) => {
      const when = { StringEquals: { [PRINCIPAL_KIND_KEY]: 'anonymous' } };
      return [
        never(subject, { actions: ['s3:GetObject'], notActions: true, when }),
        never(subject, {
          actions: ['s3:GetObject'],
          notResources: prefixes.map((prefix) => `${subject.arn}/${prefix}*`),
          when,
        }),
      ];
    },
  };
}

export function publicReadAllowed(prefix: string): GuaranteeProps {
  return {
    id: 'public-read-allowed',
    title: `Public read of ${prefix} works`,
    description: `An anonymous HTTPS request may read any object under ${prefix}.`,
    fix: `Allow s3:GetObject on ${prefix}* to everyone, with RestrictPublicBuckets and BlockPublicPolicy off.`,
    options: checkedPrefix(prefix),
    parts: (subject) => [
      always(subject, {
        actions: ['s3:GetObject'],
        keys: [`${prefix}?*`],
        when: { StringEquals: { [PRINCIPAL_KIND_KEY]: 'anonymous' } },
      }),
      // Who has no identity cannot use a KMS key: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
      setting(
        'BucketEncryption',
        encryptionRule(subject.resource)?.ServerSideEncryptionByDefault?.SSEAlgorithm,
        (value) => value === undefined || value === 'AES256',
      ),
    ],
  };
}

export function onlyOrganization(organizationId: string): GuaranteeProps {
  if (!/^o-[a-z0-9]{10,32}$/.test(organizationId)) {
    throw new Error(`"organizationId" is "${organizationId}"; an id such as "o-a1b2c3d4e5" is needed`);
  }
  return {
    id: 'only-organization',
    title: `Only organization ${organizationId}`,
    description:
      'No request by a principal of another account outside the organization, or by an anonymous caller, is allowed.',
    fix: `Add a condition on aws:PrincipalOrgID ${organizationId} to what allows other accounts.`,
    options: organizationId,
    parts: (subject) => [
      never(subject, {
        actions: ['s3:*'],
        when: {
          ...NOT_A_SERVICE,
          StringNotEquals: {
            'aws:PrincipalAccount': subject.bucket.resource.account,
            'aws:PrincipalOrgID': organizationId,
          },
        },
        ...forOutsiders(subject),
      }),
    ],
  };
}

export function onlyServices(services: readonly string[]): GuaranteeProps {
  return {
    id: 'only-services',
    title: services.length === 0 ? 'No AWS service' : `Only ${services.join(', ')}`,
    description: 'No AWS service is allowed anything under its own name, except those that are named.',
    fix: 'Name the services as principals of the statements that allow them, never "*".',
    options: services,
    parts: (subject) => [
      never(subject, {
        actions: ['s3:*'],
        when: {
          StringEquals: { [PRINCIPAL_KIND_KEY]: 'service' },
          ...(services.length > 0 && { StringNotEquals: { 'aws:PrincipalServiceName': services } }),
        },
      }),
    ],
  };
}

export function onlyThroughCloudFront(distributionArn: string, principals: readonly string[]): GuaranteeProps {
  const except = principals.map(nameOfConstruct);
  const distribution = nameOfConstruct(distributionArn);
  return {
    id: 'only-through-cloudfront',
    title: 'Read through CloudFront only',
    description: 'No object is read but by CloudFront on behalf of this distribution.',
    fix: 'Allow s3:GetObject to cloudfront.amazonaws.com with aws:SourceArn of the distribution, and to nobody else.',
    options: { distribution, except },
    parts: (subject) => [
      never(subject, { actions: READ_ACTIONS, keys: ['*'], when: allOf(NOT_A_SERVICE, excluding(subject, except)) }),
      never(subject, {
        actions: READ_ACTIONS,
        keys: ['*'],
        when: {
          Bool: { 'aws:PrincipalIsAWSService': 'true' },
          StringNotEquals: { 'aws:SourceArn': subject.nameOf(distribution) },
        },
      }),
    ],
  };
}

export function prefixIsolation(options: PrefixIsolationGuaranteeOptions): GuaranteeProps {
  const prefixes = options.prefixes.map(checkedPrefix);
  const principals = options.principals.map(nameOfConstruct);
  return {
    id: 'prefix-isolation',
    title: `Only ${prefixes.join(', ')}`,
    description:
      `${options.principals.join(', ')} reach${principals.length === 1 ? 'es' : ''} objects under ` +
      `${prefixes.join(', ')} and no others, through the bucket or any access point, and list no others.`,
    fix:
      'Deny the principals (by aws:PrincipalArn) what is not under their prefixes, or bound every ' +
      'statement that allows them.',
    options: { prefixes, principals },
    parts: (subject) => {
      const who = { ArnEquals: { 'aws:PrincipalArn': principals.map((name) => subject.nameOf(name)) } };
      const identities = true;
      return [
        never(subject, {
          actions: OBJECT_ACTIONS,
          keys: ['*'],
          notResources: prefixes.map((prefix) => `${subject.arn}/${prefix}*`),
          when: who,
          identities,
        }),
        never(subject, {
          actions: ['s3:ListBucket', 's3:ListBucketVersions'],
          when: { ...who, StringNotLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } },
          identities,
        }),
        // Its answer names keys of every prefix, and no condition key bounds it.
        never(subject, { actions: ['s3:ListBucketMultipartUploads'], when: who, identities }),
      ];
    },
  };
}

export function allowed(options: AllowedGuaranteeOptions): GuaranteeProps {
  const principals = options.principals?.map(nameOfConstruct);
  const { actions, services, prefixes, absent = [] } = options;
  if (services?.length === 0) throw new Error('"services" is empty; name at least one service, or leave it out');
  const who = [...(options.principals ?? []), ...(services ?? [])].join(', ') || 'Every role and user of the account';
  return {
    id: 'allowed',
    title: `Allowed: ${actions.join(', ')}`,
    description:
      `${who} may do ${actions.join(', ')}, ` +
      `${options.principals === undefined && services ? "as the bucket's policy says" : 'if their own policies say so'}.`,
    fix: 'Look at the statement that refuses the request, and narrow it.',
    options: { ...options, principals },
    parts: (subject) =>
      callersOf(subject, options.identityAllows ?? true, principals, services).map(({ who: caller, alone }) =>
        always(subject, {
          actions,
          keys: prefixes?.map((prefix) => `${prefix}?*`),
          when: {
            ...caller,
            StringEquals: { ...caller.StringEquals, ...contextOf(options, false) },
            'ForAnyValue:StringEquals': contextOf(options, true),
            Null: Object.fromEntries(absent.map((key) => [key, 'true'])),
          },
          environment: alone ? { otherIdentities: 'nothing' } : {},
        }),
      ),
  };
}

interface Callers {
  readonly who: Conditions;
  /** Whether the bucket's policy must allow them without any policy of theirs. */
  readonly alone: boolean;
}

function callersOf(
  subject: ResourceUnderTest,
  identityAllows: boolean,
  principals?: readonly string[],
  services?: readonly string[],
): Callers[] {
  const arns = principals?.map((name) => subject.nameOf(name)) ?? [];
  // A principal of another account always needs the consent of that account.
  const isAlone = (arn: string) => !identityAllows && arn.split(':')[4] === subject.resource.account;
  const people = [true, false].flatMap((alone): Callers[] => {
    const some = arns.filter((arn) => isAlone(arn) === alone);
    return some.length === 0
      ? []
      : [
          {
            who: { ArnEquals: { 'aws:PrincipalArn': some }, StringEquals: { [PRINCIPAL_KIND_KEY]: ['role', 'user'] } },
            alone,
          },
        ];
  });
  return [
    ...people,
    ...(principals || services ? [] : [{ who: ownPrincipals(subject), alone: !identityAllows }]),
    ...(services ? [{ who: { StringEquals: { 'aws:PrincipalServiceName': services } }, alone: false }] : []),
  ];
}

function contextOf({ context = {} }: AllowedGuaranteeOptions, multivalued: boolean): Record<string, string> {
  return Object.fromEntries(
    Object.entries(context).filter(([key]) => (conditionKey(key)?.multivalued ?? false) === multivalued),
  );
}
