import {
  accessPointsAdministrable, accessPointsBlockPublicAccess, accessPointServesOnly, accessPointsOnlyFromVpc, accessPointsPinned, accessPointWorks,
  endpointsBounded, endpointsComplete, endpointsLetRead, keyOnlyUsedBy, keyThroughS3Only, keyWorksThroughS3,
  type AccessPointGuaranteeOptions, type KeyGuaranteeOptions,
} from './access-point-guarantees';
import { tamperingTold } from './alarm-guarantees';
import {
  clientKeyContextBound, clientKeyKept, clientKeyManagedOnlyBy, clientKeyNotThroughServices, clientKeyUsedOnlyBy, clientKeyWorks,
  type ClientSideKeyGuaranteeOptions,
} from './client-key-guarantees';
import { conditionKey } from './data/iam';
import {
  excluding, namedPerimeter, perimeterParts, presignedAgeParts, presignedByOthersParts, throughAccessPoints, type PerimeterGuaranteeOptions,
} from './doors';
import { always, checkedPrefix, DATA_ACTIONS, kept, never, OBJECT_ACTIONS, region, setting, type Conditions, type Part } from './parts';
import { encryptionRule, type BucketModel, type ResolvedResource } from './resolve';
import { isNamedInModel, logTargetIsKnown, nameOfConstruct, type Subject } from './subject';
import * as vault from './vault-guarantees';
import {
  readThroughViewOnly, viewCallersOnly, viewReadable, type ReadThroughViewOnlyGuaranteeOptions, type ViewGuaranteeOptions,
} from './view-guarantees';
import * as worm from './worm-guarantees';
import type {
  ArchiveStorageGuaranteeOptions, EventHoldGuaranteeOptions, KeyThroughS3GuaranteeOptions, RecentMfaGuaranteeOptions, WritersOnlyGuaranteeOptions,
} from './worm-guarantees';

/** What an upload may name as its encryption. */
export interface UploadEncryptionGuaranteeOptions {
  /**
   * Values of `x-amz-server-side-encryption` that an upload may carry: `AES256`, `aws:kms`, `aws:kms:dsse`.
   * @default - the algorithm of the bucket's default encryption
   */
  readonly algorithms?: string[];
  /**
   * ARN of the only KMS key that an upload may name.
   * @default - the key of the bucket's default encryption, if that names one
   */
  readonly keyArn?: string;
  /**
   * Whether an upload without the header is refused as well (`EXPLICIT_HEADER`).
   * @default false
   */
  readonly explicitHeader?: boolean;
}

/** What a guarantee is made of; files beside this one make it for guarantees that belong together. */
export interface GuaranteeProps {
  readonly id: string;
  readonly title: string;
  readonly words: string;
  readonly fix: string;
  readonly resourceType?: string;
  /** What tells two guarantees of one id apart. */
  readonly options?: unknown;
  /** Whether the answer depends on more of the model than the bucket. */
  readonly acrossModel?: boolean;
  readonly applies?: (subject: Subject) => boolean;
  readonly parts: (subject: Subject) => Part[];
}

/** Who is to be kept to which prefixes. */
export interface PrefixIsolationGuaranteeOptions {
  /** ARNs of roles or users; construct paths and logical ids of the template serve as well. */
  readonly principals: string[];
  /** Prefixes that end in a slash. */
  readonly prefixes: string[];
}

/** Bounds of the retention that a request may set. */
export interface RetentionGuaranteeOptions {
  /**
   * The only mode: `GOVERNANCE` or `COMPLIANCE`.
   * @default - any
   */
  readonly mode?: string;
  /**
   * Fewest days.
   * @default - any
   */
  readonly minimumDays?: number;
  /**
   * Most days.
   * @default - any
   */
  readonly maximumDays?: number;
  /**
   * ARNs of those who may later set fewer days than the minimum, as far as the mode lets them; construct paths and logical ids serve as well.
   * @default - nobody
   */
  readonly shortenedBy?: string[];
}

/** Requests that have to work. */
export interface AllowedGuaranteeOptions {
  /** e.g. `s3:GetObject`. */
  readonly actions: string[];
  /**
   * ARNs of roles or users; construct paths and logical ids of the template serve as well.
   * @default - every role and user of the bucket's account
   */
  readonly principals?: string[];
  /**
   * Prefixes of the object keys.
   * @default - every object, and the bucket itself
   */
  readonly prefixes?: string[];
  /**
   * Condition keys of the requests that are not as in an ordinary request.
   * @default - an ordinary request
   */
  readonly context?: { [key: string]: string };
}

/** Actions whose requests decide how an object is encrypted. */
const ENCRYPTING = ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'];
const SSE = 's3:x-amz-server-side-encryption';
const SSE_KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const SSE_C = 's3:x-amz-server-side-encryption-customer-algorithm';
const NOT_A_SERVICE = { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } };
const KINDS = 'strongbox:PrincipalKind';
const ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'];
const LOCK_MODE = 's3:object-lock-mode';
const SETS_RETENTION = 's3:PutObjectRetention';
const RETAINING = ['s3:PutObject', SETS_RETENTION, 's3:ReplicateObject'];
const READ_ACTIONS = ['s3:GetObject', 's3:GetObjectVersion'];
const LOG_DELIVERY = 'logging.s3.amazonaws.com';

/**
 * Something that must hold for every request to a resource, or a setting that must stand in the template.
 * The catalog: one id, one title, plain words, one predicate each.
 */
export class Guarantee {
  // ---- in transit -----------------------------------------------------------------------------------------------------

  /** No request over plain HTTP reaches the bucket or its objects. */
  public static tlsOnly(): Guarantee {
    return new Guarantee({
      id: 'tls-only',
      title: 'HTTPS only',
      words: 'No request over plain HTTP is allowed, whoever makes it and whatever it asks of the bucket or its objects.',
      fix: 'Deny s3:* on the bucket and on its objects (/*) where aws:SecureTransport is false.',
      parts: (subject) => [never(subject, { actions: ['s3:*'], when: { Bool: { 'aws:SecureTransport': 'false' } } })],
    });
  }

  /** No request with a TLS version below the minimum. @param version 1.2 or 1.3 */
  public static tlsMinimumVersion(version: number): Guarantee {
    if (version !== 1.2 && version !== 1.3) throw new Error(`"version" is ${version}; S3 speaks TLS 1.2 and 1.3: give one of these`);
    return new Guarantee({
      id: 'tls-minimum-version',
      title: `TLS ${version} or later`,
      words: `No request over a TLS version below ${version} is allowed.`,
      fix: `Deny s3:* on the bucket and on its objects (/*) where s3:TlsVersion is NumericLessThan ${version}.`,
      options: version,
      parts: (subject) => [never(subject, { actions: ['s3:*'], when: { NumericLessThan: { 's3:TlsVersion': String(version) } } })],
    });
  }

  // ---- who ------------------------------------------------------------------------------------------------------------

  /** Block Public Access is on in all four settings, and no anonymous request is allowed. */
  public static publicAccessBlocked(): Guarantee {
    return new Guarantee({
      id: 'public-access-blocked',
      title: 'No public access',
      words: 'All four settings of Block Public Access are on, and no anonymous request is allowed.',
      fix: 'Set PublicAccessBlockConfiguration with all four settings true, and remove statements that allow everyone.',
      parts: (subject) => {
        const block = subject.properties.PublicAccessBlockConfiguration ?? {};
        const settings = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];
        return [
          ...settings.map((name) => setting(`PublicAccessBlockConfiguration.${name}`, block[name], (value) => isTrue(value))),
          never(subject, { actions: ['s3:*'], when: { StringEquals: { [KINDS]: 'anonymous' } } }),
        ];
      },
    });
  }

  /** No ACL can open the bucket or an object to everybody, whatever its policy may do. */
  public static publicAclsBlocked(): Guarantee {
    return new Guarantee({
      id: 'public-acls-blocked',
      title: 'No public ACLs',
      words: 'The two settings of Block Public Access about ACLs are on.',
      fix: 'Set BlockPublicAcls and IgnorePublicAcls of the PublicAccessBlockConfiguration to true.',
      parts: ({ properties }) => ['BlockPublicAcls', 'IgnorePublicAcls'].map((name) =>
        setting(`PublicAccessBlockConfiguration.${name}`, properties.PublicAccessBlockConfiguration?.[name], (value) => isTrue(value))),
    });
  }

  /** Object ownership is enforced, so that ACLs decide nothing. */
  public static aclsOff(): Guarantee {
    return new Guarantee({
      id: 'acls-off',
      title: 'ACLs off',
      words: 'The bucket owner owns every object, and ACLs grant nothing.',
      fix: 'Set OwnershipControls to BucketOwnerEnforced.',
      parts: (subject) => [setting('OwnershipControls', subject.properties.OwnershipControls?.Rules?.[0]?.ObjectOwnership,
        (value) => value === 'BucketOwnerEnforced')],
    });
  }

  /** Anonymous callers read objects under the prefix at most. @param prefix ends in a slash */
  public static publicReadOnly(prefix: string): Guarantee {
    return new Guarantee({
      id: 'public-read-bounded',
      title: `Public read of ${prefix} only`,
      words: `An anonymous request may read objects under ${prefix}, and nothing else.`,
      fix: `Bound the statement that allows everyone to s3:GetObject on ${prefix}*.`,
      options: checkedPrefix(prefix),
      parts: (subject) => {
        const when = { StringEquals: { [KINDS]: 'anonymous' } };
        return [
          never(subject, { actions: ['s3:GetObject'], notActions: true, when }),
          never(subject, { actions: ['s3:GetObject'], notResources: [`${subject.arn}/${prefix}*`], when }),
        ];
      },
    });
  }

  /** Anonymous callers are allowed to read every object under the prefix. @param prefix ends in a slash */
  public static publicReadAllowed(prefix: string): Guarantee {
    return new Guarantee({
      id: 'public-read-allowed',
      title: `Public read of ${prefix} works`,
      words: `An anonymous HTTPS request may read any object under ${prefix}.`,
      fix: `Allow s3:GetObject on ${prefix}* to everyone, with RestrictPublicBuckets and BlockPublicPolicy off.`,
      options: checkedPrefix(prefix),
      parts: (subject) => [always(subject, { actions: ['s3:GetObject'], keys: [`${prefix}?*`], when: { StringEquals: { [KINDS]: 'anonymous' } } })],
    });
  }

  /** Nobody outside the bucket's own account and the named accounts is allowed anything. AWS services have their own guarantees. */
  public static onlyAccounts(...accounts: string[]): Guarantee {
    for (const account of accounts) {
      if (!/^\d{12}$/.test(account)) throw new Error(`"accounts" has "${account}"; an account id of twelve digits is needed`);
    }
    return new Guarantee({
      id: 'only-accounts',
      title: accounts.length === 0 ? 'Only this account' : `Only this account and ${accounts.join(', ')}`,
      words: 'No request by a principal of another account, or by an anonymous caller, is allowed.',
      fix: 'Remove the statement that allows others, or add a condition on aws:PrincipalAccount.',
      options: accounts,
      parts: (subject) => [never(subject, {
        actions: ['s3:*'],
        when: { ...NOT_A_SERVICE, StringNotEquals: { 'aws:PrincipalAccount': [subject.bucket.resource.account, ...accounts] } },
      })],
    });
  }

  /** Nobody outside the organization is allowed anything. @param organizationId e.g. `o-a1b2c3d4e5` */
  public static onlyOrganization(organizationId: string): Guarantee {
    if (!/^o-[a-z0-9]{10,32}$/.test(organizationId)) {
      throw new Error(`"organizationId" is "${organizationId}"; an id such as "o-a1b2c3d4e5" is needed`);
    }
    return new Guarantee({
      id: 'only-organization',
      title: `Only organization ${organizationId}`,
      words: 'No request by a principal of another account outside the organization, or by an anonymous caller, is allowed.',
      fix: `Add a condition on aws:PrincipalOrgID ${organizationId} to what allows other accounts.`,
      options: organizationId,
      parts: (subject) => [never(subject, {
        actions: ['s3:*'],
        when: {
          ...NOT_A_SERVICE,
          StringNotEquals: { 'aws:PrincipalAccount': subject.bucket.resource.account, 'aws:PrincipalOrgID': organizationId },
        },
      })],
    });
  }

  // ---- at rest --------------------------------------------------------------------------------------------------------

  /** The bucket names its default encryption. @param algorithm the one it must be, e.g. `aws:kms` */
  public static defaultEncryption(algorithm?: string): Guarantee {
    if (algorithm !== undefined) checkedAlgorithms([algorithm]);
    return new Guarantee({
      id: 'default-encryption',
      title: algorithm === undefined ? 'Default encryption named' : `Default encryption ${algorithm}`,
      words: 'The template states how objects are encrypted that name no encryption themselves.',
      fix: 'Set BucketEncryption with a ServerSideEncryptionByDefault rule.',
      options: algorithm,
      parts: (subject) => [setting('BucketEncryption', encryptionRule(subject.resource)?.ServerSideEncryptionByDefault?.SSEAlgorithm,
        (value) => (algorithm === undefined ? ALGORITHMS.includes(value as string) : value === algorithm))],
    });
  }

  /** No object is stored, replicated or re-encrypted under another algorithm or key, a customer's (SSE-C) included. */
  public static uploadEncryption(options: UploadEncryptionGuaranteeOptions = {}): Guarantee {
    if (options.algorithms !== undefined) checkedAlgorithms(options.algorithms);
    return new Guarantee({
      id: 'upload-encryption',
      title: 'Uploads under the bucket\'s encryption only',
      words: 'No upload, replica or re-encryption names another algorithm or key than the bucket\'s; one that names none gets the bucket\'s default.',
      fix: 'Deny s3:PutObject, s3:ReplicateObject and s3:UpdateObjectEncryption on /* with another encryption header, another key, or a KMS header without key; block SSE-C.',
      options,
      parts: (subject) => {
        const rule = encryptionRule(subject.resource)?.ServerSideEncryptionByDefault;
        const algorithms = options.algorithms ?? [rule?.SSEAlgorithm].filter((value) => ALGORITHMS.includes(value));
        const keyArn = options.keyArn ?? subject.keyArn;
        const kms = algorithms.filter((algorithm) => algorithm.startsWith('aws:kms'));
        if (algorithms.length === 0) return [setting('BucketEncryption', rule?.SSEAlgorithm, () => false)];
        const parts: Part[] = [
          // What names no encryption gets the default: it has to be a right one.
          ...(options.explicitHeader ? [] : [setting('BucketEncryption', rule?.SSEAlgorithm, (value) => algorithms.includes(value as string))]),
          never(subject, { actions: ENCRYPTING, axioms: ['service-writers'], when: { ...NOT_A_SERVICE, Null: { [SSE]: 'false' }, StringNotEquals: { [SSE]: algorithms } } }),
        ];
        if (kms.length > 0 && keyArn !== undefined) {
          if (!options.explicitHeader) {
            parts.push(setting('BucketEncryption key', subject.keyArn ?? rule?.KMSMasterKeyID, (value) => value === keyArn));
          }
          parts.push(
            never(subject, { actions: ENCRYPTING, when: { ...NOT_A_SERVICE, Null: { [SSE_KEY]: 'false' }, StringEquals: { [SSE]: kms }, StringNotEquals: { [SSE_KEY]: keyNames(keyArn) } } }),
            // A KMS header without key makes S3 use the AWS managed key, not the bucket's.
            never(subject, { actions: ENCRYPTING, when: { ...NOT_A_SERVICE, Null: { [SSE_KEY]: 'true' }, StringEquals: { [SSE]: kms } } }),
          );
        }
        if (options.explicitHeader) parts.push(headerRequired(subject));
        return [...parts, ...withoutCustomerKey(subject)];
      },
    });
  }

  /** No upload without an encryption header (strict mode). */
  public static uploadHeaderRequired(): Guarantee {
    return new Guarantee({
      id: 'upload-header-required',
      title: 'Uploads name their encryption',
      words: 'No upload without an encryption header is allowed.',
      fix: 'Deny s3:PutObject on /* where s3:x-amz-server-side-encryption is Null.',
      parts: (subject) => [headerRequired(subject)],
    });
  }

  /** An upload without encryption header is allowed to whom IAM allows it: ordinary clients and tools keep working. */
  public static defaultUploadAllowed(): Guarantee {
    return new Guarantee({
      id: 'default-upload-allowed',
      title: 'Ordinary uploads work',
      words: 'A principal of the account whose own policies allow it can upload any object without an encryption header.',
      fix: 'Narrow the deny so that it does not match an absent header: add Null false on it.',
      parts: (subject) => [always(subject, { actions: ['s3:PutObject'], when: { ...ownPrincipals(subject), Null: { [SSE]: 'true', [SSE_KEY]: 'true' } } })],
    });
  }

  /** Nobody, AWS services included, stores an object under another KMS key than the bucket's. */
  public static foreignKeyNever(): Guarantee {
    return new Guarantee({
      id: 'foreign-key-never',
      title: 'No other KMS key',
      words: 'No upload, replica or re-encryption, by whomever, names another KMS key than the bucket\'s, or the bucket\'s algorithm without a key.',
      fix: 'Deny s3:PutObject, s3:ReplicateObject and s3:UpdateObjectEncryption on /* with another key, or with the KMS header and no key, to everybody.',
      applies: ({ keyArn }) => keyArn !== undefined,
      parts: (subject) => [
        never(subject, { actions: ENCRYPTING, when: { Null: { [SSE_KEY]: 'false' }, StringNotEquals: { [SSE_KEY]: keyNames(subject.keyArn!) } } }),
        never(subject, {
          actions: ENCRYPTING,
          when: { Null: { [SSE_KEY]: 'true' }, StringEquals: { [SSE]: encryptionRule(subject.resource)!.ServerSideEncryptionByDefault.SSEAlgorithm } },
        }),
      ],
    });
  }

  /** A replica or a change of encryption that names none is allowed to whom IAM allows it: replication into the bucket keeps working. */
  public static defaultReplicaAllowed(): Guarantee {
    return new Guarantee({
      id: 'default-replica-allowed',
      title: 'Ordinary replicas work',
      words: 'A principal of the account whose own policies allow it can replicate an object that names no encryption.',
      fix: 'Narrow the deny so that it does not match an absent header: add Null false on it.',
      parts: (subject) => [always(subject, { actions: ['s3:ReplicateObject'], when: { ...ownPrincipals(subject), Null: { [SSE]: 'true', [SSE_KEY]: 'true', [SSE_C]: 'true' } } })],
    });
  }

  /** An upload with a key of the customer (SSE-C) is allowed to whom IAM allows it. */
  public static customerKeyUploadAllowed(): Guarantee {
    return new Guarantee({
      id: 'customer-key-upload-allowed',
      title: 'Uploads with a customer key work',
      words: 'A principal of the account whose own policies allow it can upload any object with a key of its own, over HTTPS.',
      fix: 'Do not deny s3:PutObject where s3:x-amz-server-side-encryption-customer-algorithm is present, and do not block SSE-C.',
      parts: (subject) => {
        const { StringEquals, ...rest } = ownPrincipals(subject);
        return [
          setting('BucketEncryption BlockedEncryptionTypes', blockedTypes(subject) ?? [], (value) => Array.isArray(value) && !value.includes('SSE-C')),
          always(subject, { actions: ['s3:PutObject'], when: { ...rest, StringEquals: { ...StringEquals, [SSE_C]: 'AES256' }, Null: { [SSE]: 'true', [SSE_KEY]: 'true' } } }),
        ];
      },
    });
  }

  /** An upload that names the bucket's own encryption and key is allowed to whom IAM allows it. */
  public static encryptedUploadAllowed(): Guarantee {
    return new Guarantee({
      id: 'encrypted-upload-allowed',
      title: 'Uploads that name the bucket\'s encryption work',
      words: 'A principal of the account whose own policies allow it can upload any object with the bucket\'s algorithm and key in the header.',
      fix: 'Let the deny compare with the bucket\'s own algorithm and key ARN.',
      parts: (subject) => {
        const algorithm = encryptionRule(subject.resource)?.ServerSideEncryptionByDefault?.SSEAlgorithm;
        if (typeof algorithm !== 'string') return [setting('BucketEncryption', algorithm, () => false)];
        const { StringEquals, ...rest } = ownPrincipals(subject);
        const key: Record<string, string> = algorithm.startsWith('aws:kms') && subject.keyArn !== undefined ? { [SSE_KEY]: subject.keyArn } : {};
        return [always(subject, { actions: ['s3:PutObject'], when: { ...rest, StringEquals: { ...StringEquals, [SSE]: algorithm, ...key } } })];
      },
    });
  }

  /** Every object is written with a customer key (SSE-C). */
  public static sseCOnly(): Guarantee {
    return new Guarantee({
      id: 'sse-c-only',
      title: 'Customer keys (SSE-C) only',
      words: 'No object is stored without a key that the client sends with the request, and the bucket does not block such keys.',
      fix: 'Deny s3:PutObject on /* where s3:x-amz-server-side-encryption-customer-algorithm is Null, and set BlockedEncryptionTypes to NONE.',
      parts: (subject) => [
        setting('BucketEncryption BlockedEncryptionTypes', blockedTypes(subject), (value) => Array.isArray(value) && !value.includes('SSE-C')),
        never(subject, { actions: ENCRYPTING, when: { ...NOT_A_SERVICE, Null: { [SSE_C]: 'true' } } }),
      ],
    });
  }

  /** No object is written with a customer key (SSE-C): by a setting of the bucket or by its policy. */
  public static sseCNever(): Guarantee {
    return new Guarantee({
      id: 'sse-c-never',
      title: 'No customer keys (SSE-C)',
      words: 'No object is stored under a key that only the client knows.',
      fix: 'Set BlockedEncryptionTypes to SSE-C in the encryption rule, and deny s3:PutObject on /* where the customer algorithm is not Null.',
      parts: withoutCustomerKey,
    });
  }

  // ---- log targets ----------------------------------------------------------------------------------------------------

  /** Server access logs are written only for buckets of the bucket's own account. */
  public static logDeliveryOnlyFromAccount(): Guarantee {
    return new Guarantee({
      id: 'log-delivery-only-from-account',
      title: 'Log delivery from this account only',
      words: 'The log delivery service can do nothing here on behalf of a bucket of another account, nor without saying for whom.',
      fix: 'Bound the statement that allows logging.s3.amazonaws.com by aws:SourceAccount and aws:SourceArn.',
      parts: (subject) => [never(subject, {
        actions: ['s3:*'],
        when: { StringEquals: { 'aws:PrincipalServiceName': LOG_DELIVERY }, StringNotEquals: { 'aws:SourceAccount': subject.bucket.resource.account } },
      })],
    });
  }

  /** Server access logs of the buckets that name this one as their target (or, without any, of the account's buckets) are delivered. */
  public static logDeliveryAllowed(): Guarantee {
    return new Guarantee({
      id: 'log-delivery-allowed',
      title: 'Log delivery works',
      words: 'The log delivery service can write the logs of the account\'s buckets.',
      fix: 'Allow s3:PutObject on /* to logging.s3.amazonaws.com with aws:SourceAccount of this account; no deny may hit it.',
      parts: (subject) => {
        const sources = subject.logSources;
        const from = (arn: string) => ({
          StringEquals: { 'aws:PrincipalServiceName': LOG_DELIVERY, 'aws:SourceAccount': subject.bucket.resource.account },
          ArnLike: { 'aws:SourceArn': arn },
          Null: { [SSE]: 'true', [SSE_KEY]: 'true' },
        });
        if (sources.length === 0) {
          return [always(subject, { actions: ['s3:PutObject'], when: from(`arn:${subject.resource.partition}:s3:::?*`) })];
        }
        return sources.map(({ arn, prefix }) => always(subject, {
          actions: ['s3:PutObject'], keys: [`${prefix}?*`], when: from(arn), axioms: arn.includes('{') ? ['generated-names'] : [],
        }));
      },
    });
  }

  /** CloudTrail can deliver the trails of the account. */
  public static cloudTrailDeliveryAllowed(): Guarantee {
    return new Guarantee({
      id: 'cloudtrail-delivery-allowed',
      title: 'CloudTrail delivery works',
      words: 'CloudTrail can check the bucket and write the account\'s trails under AWSLogs/.',
      fix: 'Allow s3:GetBucketAcl on the bucket and s3:PutObject on AWSLogs/ to cloudtrail.amazonaws.com, and exempt it from encryption denies: it names AES256.',
      parts: (subject) => {
        const { account, region: place, partition } = subject.resource;
        const from = {
          StringEquals: { 'aws:PrincipalServiceName': 'cloudtrail.amazonaws.com', 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudtrail:${place}:${account}:trail/*` },
        };
        return [
          always(subject, { actions: ['s3:GetBucketAcl'], when: from }),
          always(subject, {
            actions: ['s3:PutObject'],
            keys: [`AWSLogs/${account}/?*`],
            when: { ...from, StringEquals: { ...from.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control', [SSE]: ['AES256', 'aws:kms'] } },
          }),
        ];
      },
    });
  }

  // ---- life of the policy ---------------------------------------------------------------------------------------------

  /** The bucket's policy and the key of its objects are kept for as long as the bucket is. */
  public static policyRetained(): Guarantee {
    return new Guarantee({
      id: 'policy-retained',
      title: 'Policy and key kept with the bucket',
      words: 'When the stack goes and the bucket stays, its policy and its key stay with it.',
      fix: 'Give the AWS::S3::BucketPolicy and the AWS::KMS::Key the bucket\'s DeletionPolicy and UpdateReplacePolicy.',
      parts: ({ bucket }) => companionsOf(bucket).flatMap((resource) => kept(resource, bucket.resource)),
    });
  }

  /** The bucket itself is kept when its stack goes or would replace it; `policyRetained` is about what must be kept with it. */
  public static bucketRetained(): Guarantee {
    return new Guarantee({
      id: 'bucket-retained',
      title: 'Bucket kept',
      words: 'The bucket stays when the stack goes or would replace it.',
      fix: 'Give the AWS::S3::Bucket the DeletionPolicy and UpdateReplacePolicy Retain.',
      parts: ({ resource }) => kept(resource),
    });
  }

  // ---- settings of the bucket -----------------------------------------------------------------------------------------

  /** Every version of every object is kept. */
  public static versioned(): Guarantee {
    return new Guarantee({
      id: 'versioned',
      title: 'Versioned',
      words: 'An overwrite or delete keeps the version before it.',
      fix: 'Set VersioningConfiguration to Enabled.',
      parts: ({ properties }) => [setting('VersioningConfiguration', properties.VersioningConfiguration?.Status, (value) => value === 'Enabled')],
    });
  }

  /** Server access logs go to another bucket of the same templates. */
  public static accessLogged(): Guarantee {
    return new Guarantee({
      id: 'access-logs',
      title: 'Access logged',
      words: 'Server access logs go to another bucket, which is in the templates as well.',
      fix: 'Set LoggingConfiguration with the DestinationBucketName of a log bucket of the same account and Region.',
      parts: (subject) => {
        const { properties, bucket } = subject;
        const target = properties.LoggingConfiguration && (properties.LoggingConfiguration.DestinationBucketName ?? bucket.name);
        return target === undefined || logTargetIsKnown(subject)
          ? [setting('LoggingConfiguration', target, (value) => value !== undefined && value !== bucket.name)]
          : [{ setting: 'LoggingConfiguration', holds: undefined, reason: `${target}, which is in none of the templates` }];
      },
    });
  }

  /** The parts of uploads that were never completed go. */
  public static incompleteUploadsAborted(): Guarantee {
    return settingGuarantee({
      id: 'incomplete-uploads-aborted',
      title: 'Incomplete uploads cleaned up',
      words: 'The parts of a multipart upload that is never completed, which no listing shows, are deleted after some days.',
      fix: 'Add a lifecycle rule with AbortIncompleteMultipartUpload for the whole bucket.',
    }, 'LifecycleConfiguration', ({ properties }) => properties.LifecycleConfiguration?.Rules, (rules) => Array.isArray(rules)
      && rules.some((rule) => rule?.Status === 'Enabled' && rule.AbortIncompleteMultipartUpload && !rule.Prefix && !rule.Filter && !rule.TagFilters));
  }

  /** Every event of the bucket reaches Amazon EventBridge. */
  public static eventsToEventBridge(): Guarantee {
    return settingGuarantee({
      id: 'events-to-eventbridge',
      title: 'Events to EventBridge',
      words: 'Every event of the bucket reaches the default event bus.',
      fix: 'Set NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled to true.',
    }, 'EventBridgeConfiguration', ({ properties }) => properties.NotificationConfiguration?.EventBridgeConfiguration?.EventBridgeEnabled,
    (enabled) => enabled === true || enabled === 'true');
  }

  /** No page of an origin that is not named may use the bucket from a browser. */
  public static corsNamedOrigins(): Guarantee {
    return settingGuarantee({
      id: 'cors-named-origins',
      title: 'Named origins only',
      words: 'A browser lets only pages of origins that are named use the bucket.',
      fix: 'Name the origins in CorsConfiguration, each with scheme and host, instead of "*".',
    }, 'CorsConfiguration', ({ properties }) => properties.CorsConfiguration?.CorsRules ?? [], (rules) => Array.isArray(rules)
      && rules.every((rule) => Array.isArray(rule?.AllowedOrigins) && rule.AllowedOrigins.every(isNamedOrigin)));
  }

  /** The objects of the bucket are copied to another one. */
  public static replicated(): Guarantee {
    return settingGuarantee({
      id: 'replicated',
      title: 'Copied to another bucket',
      words: 'New objects are copied to another bucket.',
      fix: 'Set ReplicationConfiguration with an enabled rule, or acknowledge the finding with the reason why no copy is needed.',
    }, 'ReplicationConfiguration', ({ properties }) => properties.ReplicationConfiguration?.Rules,
    (rules) => Array.isArray(rules) && rules.some((rule) => rule?.Status === 'Enabled'));
  }

  /** Objects are locked against deletion from the moment they are written. */
  public static objectLocked(): Guarantee {
    return settingGuarantee({
      id: 'object-locked',
      title: 'Locked when written',
      words: 'An object is locked against deletion from the moment it is written.',
      fix: 'Set ObjectLockEnabled and a default retention, or acknowledge the finding with the reason why no lock is needed.',
    }, 'ObjectLockConfiguration', ({ properties }) => properties.ObjectLockConfiguration?.Rule?.DefaultRetention, (retention) => retention !== undefined);
  }

  /** The bucket refuses customer keys (SSE-C) by its own setting, whatever its policy says. */
  public static sseCBlocked(): Guarantee {
    return new Guarantee({
      id: 'sse-c-blocked',
      title: 'Customer keys (SSE-C) blocked by the bucket',
      words: 'The encryption rule of the bucket blocks SSE-C.',
      fix: 'Set BlockedEncryptionTypes to SSE-C in the encryption rule.',
      parts: (subject) => [setting('BlockedEncryptionTypes', blockedTypes(subject), (value) => Array.isArray(value) && value.includes('SSE-C'))],
    });
  }

  /** The policy refuses customer keys (SSE-C), whatever the bucket's own setting says. */
  public static sseCDenied(): Guarantee {
    return new Guarantee({
      id: 'sse-c-denied',
      title: 'Customer keys (SSE-C) denied by the policy',
      words: 'No upload, replica or re-encryption with a customer key is allowed, even if the bucket\'s own setting is changed.',
      fix: 'Deny s3:PutObject, s3:ReplicateObject and s3:UpdateObjectEncryption on /* where the customer algorithm is not Null.',
      parts: (subject) => [never(subject, { actions: ENCRYPTING, when: { Null: { [SSE_C]: 'false' } } })],
    });
  }

  // ---- services -------------------------------------------------------------------------------------------------------

  /** No AWS service but the named ones is allowed anything under its own name. @param services e.g. `logging.s3.amazonaws.com` */
  public static onlyServices(...services: string[]): Guarantee {
    return new Guarantee({
      id: 'only-services',
      title: services.length === 0 ? 'No AWS service' : `Only ${services.join(', ')}`,
      words: 'No AWS service is allowed anything under its own name, except those that are named.',
      fix: 'Name the services as principals of the statements that allow them, never "*".',
      options: services,
      parts: (subject) => [never(subject, {
        actions: ['s3:*'],
        when: {
          StringEquals: { [KINDS]: 'service' },
          ...(services.length > 0 && { StringNotEquals: { 'aws:PrincipalServiceName': services } }),
        },
      })],
    });
  }

  /** Log delivery writes objects, for buckets that it names, and does nothing else. @param sources pattern of the ARNs of source buckets */
  public static logDeliveryBounded(sources?: string): Guarantee {
    return new Guarantee({
      id: 'log-delivery-bounded',
      title: 'Log delivery writes logs only',
      words: 'The log delivery service can do nothing but write objects, and that only for a bucket that it names.',
      fix: 'Allow logging.s3.amazonaws.com s3:PutObject alone, and bound it by ArnLike aws:SourceArn to the source buckets.',
      options: sources ?? null,
      parts: (subject) => {
        const service = { 'aws:PrincipalServiceName': LOG_DELIVERY };
        return [
          never(subject, { actions: ['s3:PutObject'], notActions: true, when: { StringEquals: service } }),
          never(subject, { actions: ['s3:PutObject'], when: { StringEquals: service, Null: { 'aws:SourceArn': 'true' } } }),
          never(subject, {
            actions: ['s3:PutObject'],
            when: { StringEquals: service, ArnNotLike: { 'aws:SourceArn': sources ?? `arn:${subject.resource.partition}:s3:::*` } },
          }),
        ];
      },
    });
  }

  /**
   * An AWS service can upload for this account's resources whatever encryption it names: no deny that is meant for clients hits it.
   * @param service e.g. `logging.s3.amazonaws.com`
   * @param sources pattern of the ARNs for which it writes
   */
  public static serviceUploadsAllowed(service: string, sources: string): Guarantee {
    return new Guarantee({
      id: 'service-uploads-allowed',
      title: `Uploads by ${service} work`,
      words: `${service} can upload on behalf of ${sources}, whatever encryption it names.`,
      fix: 'Exempt AWS services from encryption denies: BoolIfExists aws:PrincipalIsAWSService false.',
      options: [service, sources],
      parts: (subject) => [always(subject, {
        actions: ['s3:PutObject'],
        keys: ['?*'],
        when: {
          StringEquals: { 'aws:PrincipalServiceName': service, 'aws:SourceAccount': subject.resource.account, [SSE]: ALGORITHMS },
          ArnLike: { 'aws:SourceArn': sources },
        },
      })],
    });
  }

  // ---- the key of the bucket ------------------------------------------------------------------------------------------

  /** The bucket's key, made in the same templates, is rotated. */
  public static keyRotated(): Guarantee {
    return new Guarantee({
      id: 'key-rotated',
      title: 'Key rotated',
      words: 'KMS makes new key material for the bucket\'s key every year, or as often as the key says.',
      fix: 'Set EnableKeyRotation on the AWS::KMS::Key.',
      applies: ({ bucket }) => bucket.key !== undefined,
      parts: ({ bucket }) => [setting('EnableKeyRotation', bucket.key!.resource.properties.EnableKeyRotation, isTrue)],
    });
  }

  /** Nobody outside the account may do anything with the bucket's key. */
  public static keyOnlyAccount(): Guarantee {
    return new Guarantee({
      id: 'key-only-account',
      title: 'Key for this account only',
      words: 'No principal of another account, no anonymous caller and no AWS service under its own name may use or manage the bucket\'s key.',
      fix: 'Name the account\'s root as the principal of the key policy, and bound services by aws:SourceAccount.',
      applies: ({ bucket }) => bucket.key !== undefined,
      parts: (subject) => [
        ofKey(subject, 'never', { StringEquals: { [KINDS]: ['anonymous', 'service'] } }),
        ofKey(subject, 'never', { StringNotEquals: { 'aws:PrincipalAccount': subject.bucket.key!.resource.account } }),
      ],
    });
  }

  /** Whom IAM allows may use and manage the bucket's key: it can neither lock the data up nor be lost to its account. */
  public static keyUsable(): Guarantee {
    return new Guarantee({
      id: 'key-usable',
      title: 'Key usable and manageable',
      words: 'A principal of the account whose own policies allow it can use and manage the bucket\'s key.',
      fix: 'Allow kms:* to the account\'s root in the key policy, so that IAM policies decide.',
      applies: ({ bucket }) => bucket.key !== undefined,
      parts: (subject) => [ofKey(subject, 'always', {
        StringEquals: { 'aws:PrincipalAccount': subject.bucket.key!.resource.account, [KINDS]: ['role', 'user'] },
      })],
    });
  }

  // ---- keys of clients ------------------------------------------------------------------------------------------------

  /** Nobody encrypts but the writers, nobody decrypts but the readers, and nobody does anything else with the key, administrators included. */
  public static clientKeyUsedOnlyBy(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return new Guarantee(clientKeyUsedOnlyBy(options));
  }

  /** Nobody encrypts or decrypts without the pairs of the encryption context, under other values or names, or with further pairs. */
  public static clientKeyContextBound(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return new Guarantee(clientKeyContextBound(options));
  }

  /** No AWS service uses the key, neither under its own name nor for a caller. */
  public static clientKeyNotThroughServices(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return new Guarantee(clientKeyNotThroughServices(options));
  }

  /** Nobody manages the key but its administrators or, if none are named, whom IAM lets in the key's own account. */
  public static clientKeyManagedOnlyBy(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return new Guarantee(clientKeyManagedOnlyBy(options));
  }

  /** Writers encrypt and readers decrypt under the encryption context, and administrators manage the key: the other side of the others. */
  public static clientKeyWorks(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return new Guarantee(clientKeyWorks(options));
  }

  /** The key is kept and rotated, and nobody deletes or disables it. */
  public static clientKeyKept(options: ClientSideKeyGuaranteeOptions): Guarantee {
    return new Guarantee(clientKeyKept(options));
  }

  // ---- perimeter ------------------------------------------------------------------------------------------------------

  /**
   * No data is reached from outside all of the named networks and identities. AWS services are exempt as far as they act for the bucket's account
   * or one of the named ones.
   */
  public static perimeter(options: PerimeterGuaranteeOptions): Guarantee {
    const named = namedPerimeter(options);
    return new Guarantee({
      id: 'perimeter',
      title: 'Data inside the perimeter only',
      words: 'No object is read, written, deleted or listed from outside the named networks and identities, nor by an AWS service for somebody outside.',
      fix: 'Deny the data actions where none of the perimeter\'s conditions holds (all in one statement), exempting named administrators and AWS services that act for this account.',
      options: named,
      acrossModel: [named.exceptPrincipals, named.policyAdministrators, named.distributions].some((names) => (names?.length ?? 0) > 0),
      parts: (subject) => perimeterParts(subject, named),
    });
  }

  /** No data is reached through an access point of the bucket from outside; what the bucket's own door lets in is not asked. */
  public static accessPointPerimeter(options: PerimeterGuaranteeOptions): Guarantee {
    const named = namedPerimeter({ ...options, policyAdministrators: undefined });
    return new Guarantee({
      id: 'access-point-perimeter',
      title: 'Access points inside the perimeter only',
      words: 'No object is read, written, deleted or listed through an access point of the bucket from outside the named networks and identities.',
      fix: 'Deny the data actions in the policy of each access point where none of the perimeter\'s conditions holds.',
      options: named,
      acrossModel: [named.exceptPrincipals, named.distributions].some((names) => (names?.length ?? 0) > 0),
      applies: ({ bucket }) => bucket.accessPoints.length > 0,
      parts: (subject) => perimeterParts(subject, named, throughAccessPoints(subject)),
    });
  }

  /** Objects are reached through access points alone. @param principals who may reach the bucket directly, by ARN */
  public static onlyThroughAccessPoints(...principals: string[]): Guarantee {
    const except = principals.map(nameOfConstruct);
    return new Guarantee({
      id: 'only-through-access-points',
      title: 'Through its access points only',
      words: 'No object is read, written, deleted or listed but through an access point of this bucket that the template makes.',
      fix: 'Deny the data actions where s3:DataAccessPointArn is none of the bucket\'s access points, exempting AWS services and administrators.',
      options: except,
      acrossModel: except.length > 0,
      parts: (subject) => [never(subject, {
        actions: DATA_ACTIONS,
        when: {
          ...NOT_A_SERVICE,
          ...(subject.bucket.accessPoints.length > 0 ? { StringNotEquals: { 's3:DataAccessPointArn': subject.bucket.accessPoints.map(({ arn }) => arn) } } : {}),
          ...excluding(subject, except),
        },
      })],
    });
  }

  /** Objects are read through the CloudFront distribution alone. @param distributionArn its ARN @param principals who else may read, by ARN */
  public static onlyThroughCloudFront(distributionArn: string, ...principals: string[]): Guarantee {
    const except = principals.map(nameOfConstruct);
    const distribution = nameOfConstruct(distributionArn);
    return new Guarantee({
      id: 'only-through-cloudfront',
      title: 'Read through CloudFront only',
      words: 'No object is read but by CloudFront on behalf of this distribution.',
      fix: 'Allow s3:GetObject to cloudfront.amazonaws.com with aws:SourceArn of the distribution, and to nobody else.',
      options: { distribution, except },
      acrossModel: true,
      parts: (subject) => [
        never(subject, { actions: READ_ACTIONS, keys: ['*'], when: { ...NOT_A_SERVICE, ...excluding(subject, except) } }),
        never(subject, {
          actions: READ_ACTIONS,
          keys: ['*'],
          when: { Bool: { 'aws:PrincipalIsAWSService': 'true' }, StringNotEquals: { 'aws:SourceArn': subject.nameOf(distribution) } },
        }),
      ],
    });
  }

  /**
   * The principals reach objects under the prefixes alone, by no door (bucket, access point) anything else.
   * Roles and users of the templates have the policies that the templates give them; all others count as administrators.
   */
  public static prefixIsolation(options: PrefixIsolationGuaranteeOptions): Guarantee {
    const prefixes = options.prefixes.map(checkedPrefix);
    const principals = options.principals.map(nameOfConstruct);
    return new Guarantee({
      id: 'prefix-isolation',
      title: `Only ${prefixes.join(', ')}`,
      words: `${options.principals.join(', ')} reach${principals.length === 1 ? 'es' : ''} objects under ${prefixes.join(', ')} and no others, by any door, and list no others.`,
      fix: 'Deny the principals (by aws:PrincipalArn) what is not under their prefixes, or bound every statement that allows them.',
      options: { prefixes, principals },
      acrossModel: true,
      parts: (subject) => {
        const who = { ArnEquals: { 'aws:PrincipalArn': principals.map((name) => subject.nameOf(name)) } };
        const identities = true;
        return [
          never(subject, { actions: OBJECT_ACTIONS, keys: ['*'], notResources: prefixes.map((prefix) => `${subject.arn}/${prefix}*`), when: who, identities }),
          never(subject, {
            actions: ['s3:ListBucket', 's3:ListBucketVersions'],
            when: { ...who, StringNotLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } },
            identities,
          }),
          // Its answer names keys of every prefix, and no condition key bounds it.
          never(subject, { actions: ['s3:ListBucketMultipartUploads'], when: who, identities }),
        ];
      },
    });
  }

  /** All four settings of Block Public Access are on for each access point of the bucket that the templates make. */
  public static accessPointsBlockPublicAccess(): Guarantee {
    return new Guarantee(accessPointsBlockPublicAccess());
  }

  // ---- views ----------------------------------------------------------------------------------------------------------

  /** The callers of a view read nothing of the bucket but through it, by whatever door they try. */
  public static readThroughViewOnly(options: ReadThroughViewOnlyGuaranteeOptions): Guarantee {
    return new Guarantee(readThroughViewOnly(options));
  }

  /** Nobody but the callers gets the view, and nothing untransformed leaves it. */
  public static viewCallersOnly(options: ViewGuaranteeOptions): Guarantee {
    return new Guarantee(viewCallersOnly(options));
  }

  /** The callers can read the view: every policy on the way lets them. */
  public static viewReadable(options: ViewGuaranteeOptions): Guarantee {
    return new Guarantee(viewReadable(options));
  }

  /** No request is allowed that comes by an access point which the templates do not make. */
  public static accessPointsPinned(): Guarantee {
    return new Guarantee(accessPointsPinned());
  }

  /** One access point is open to its team alone, administrators included, for its actions and prefixes. */
  public static accessPointServesOnly(options: AccessPointGuaranteeOptions): Guarantee {
    return new Guarantee(accessPointServesOnly(options));
  }

  /** What a team is there for works through its access point: the other side of `accessPointServesOnly`. */
  public static accessPointWorks(options: AccessPointGuaranteeOptions): Guarantee {
    return new Guarantee(accessPointWorks(options));
  }

  /** No data is reached through an access point of the bucket but from a VPC. */
  public static accessPointsOnlyFromVpc(): Guarantee {
    return new Guarantee(accessPointsOnlyFromVpc());
  }

  /** No policy of an access point locks anybody out of administering it. */
  public static accessPointsAdministrable(): Guarantee {
    return new Guarantee(accessPointsAdministrable());
  }

  /** Every access point that is bound to a VPC is reached by every S3 endpoint of that VPC, and there is one. */
  public static endpointsComplete(): Guarantee {
    return new Guarantee(endpointsComplete());
  }

  /** No S3 endpoint of the templates leads to a bucket of somebody else. */
  public static endpointsBounded(): Guarantee {
    return new Guarantee(endpointsBounded());
  }

  /** Objects of these buckets are read through every S3 endpoint of the templates, and nothing else is done there. @param buckets names */
  public static endpointsLetRead(...buckets: string[]): Guarantee {
    return new Guarantee(endpointsLetRead(...buckets));
  }

  /** The policy of the bucket's key gives nobody but the principals anything. @param principals ARNs, or patterns of them */
  public static keyOnlyUsedBy(...principals: string[]): Guarantee {
    return new Guarantee(keyOnlyUsedBy(...principals));
  }

  /** The policy of the bucket's key gives the principals no more than these actions, through S3. */
  public static keyThroughS3Only(options: KeyGuaranteeOptions): Guarantee {
    return new Guarantee(keyThroughS3Only(options));
  }

  /** The principals may use the bucket's key through S3: the other side of `keyThroughS3Only`. */
  public static keyWorksThroughS3(options: KeyGuaranteeOptions): Guarantee {
    return new Guarantee(keyWorksThroughS3(options));
  }

  // ---- presigned ------------------------------------------------------------------------------------------------------

  /** No presigned request (URL or POST form) older than this is allowed, and none signed in the old way, whose age cannot be told. */
  public static presignedMaximumAge(seconds: number): Guarantee {
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > 604_800) {
      throw new Error(`"seconds" is ${seconds}; a whole number from 1 to 604800 (seven days) is needed`);
    }
    return new Guarantee({
      id: 'presigned-maximum-age',
      title: `Presigned requests live ${seconds} s at most`,
      words: `A presigned URL or form that was signed more than ${seconds} seconds ago opens nothing.`,
      fix: 'Deny s3:* where s3:signatureAge is NumericGreaterThan the limit in milliseconds, and where s3:signatureversion is AWS.',
      options: seconds,
      parts: (subject) => presignedAgeParts(subject, seconds),
    });
  }

  /** Presigned requests open nothing, but those that the named principals signed. @param principals ARNs of roles */
  public static presignedOnlyBy(...principals: string[]): Guarantee {
    const except = principals.map(nameOfConstruct);
    return new Guarantee({
      id: 'presigned-only-by',
      title: 'Presigned by its issuer only',
      words: 'A presigned URL or form opens nothing unless a named role signed it.',
      fix: 'Deny s3:* where s3:authType is REST-QUERY-STRING or POST, except to the issuer by aws:PrincipalArn.',
      options: except,
      acrossModel: except.length > 0,
      parts: (subject) => presignedByOthersParts(subject, except),
    });
  }

  // ---- write once, read many ------------------------------------------------------------------------------------------

  /** Objects are locked when written. @param mode `GOVERNANCE` or `COMPLIANCE` @param days at least that many days (a year counts 365) */
  public static objectLock(mode?: string, days?: number): Guarantee {
    return new Guarantee({
      id: 'object-lock',
      title: 'Locked when written',
      words: 'Every new version is locked by the bucket\'s default retention.',
      fix: 'Set ObjectLockEnabled and ObjectLockConfiguration with a DefaultRetention.',
      options: [mode, days],
      parts: ({ properties }) => {
        const retention = properties.ObjectLockConfiguration?.Rule?.DefaultRetention;
        return [
          setting('ObjectLockConfiguration.ObjectLockEnabled', properties.ObjectLockConfiguration?.ObjectLockEnabled, (value) => value === 'Enabled'),
          setting('DefaultRetention.Mode', retention?.Mode, (value) => (mode === undefined ? value !== undefined : value === mode)),
          setting('DefaultRetention', retention, (value: any) => value !== undefined && (value.Days ?? value.Years * 365) >= (days ?? 1)),
        ];
      },
    });
  }

  /** Nobody sets a retention of another mode, or of fewer or more days, on any object. */
  public static retentionBounded(options: RetentionGuaranteeOptions): Guarantee {
    const { mode, minimumDays, maximumDays } = options;
    const days = 's3:object-lock-remaining-retention-days';
    const shorteners = options.shortenedBy?.map(nameOfConstruct) ?? [];
    const tooShort = { NumericLessThan: { [days]: String(minimumDays) } };
    return new Guarantee({
      id: 'retention-bounded',
      title: 'Retention within bounds',
      words: 'No upload, replica or change of retention sets another mode, or an end earlier or later than the bounds.',
      fix: 'Deny s3:PutObject, s3:PutObjectRetention and s3:ReplicateObject with another s3:object-lock-mode or s3:object-lock-remaining-retention-days outside the bounds.',
      options: { ...options, shortenedBy: shorteners },
      acrossModel: isNamedInModel(shorteners),
      parts: (subject) => [
        ...(mode === undefined ? [] : [never(subject, { actions: RETAINING, when: { Null: { [LOCK_MODE]: 'false' }, StringNotEquals: { [LOCK_MODE]: mode } } })]),
        ...(minimumDays === undefined ? [] : [
          never(subject, { actions: RETAINING.filter((action) => action !== SETS_RETENTION), when: tooShort }),
          never(subject, { actions: [SETS_RETENTION], when: { ...tooShort, ...excluding(subject, shorteners) } }),
        ]),
        ...(maximumDays === undefined ? [] : [never(subject, { actions: RETAINING, when: { NumericGreaterThan: { [days]: String(maximumDays) } } })]),
      ],
    });
  }

  /** Governance retention is bypassed by nobody but the named principals. @param principals ARNs */
  public static noBypassButBy(...principals: string[]): Guarantee {
    return onlyBy(principals, {
      id: 'no-bypass-but-by',
      title: 'Bypass by named roles only',
      words: 'Nobody deletes or shortens what is under governance retention but the named roles.',
      fix: 'Deny s3:BypassGovernanceRetention on /* to all but the named roles by aws:PrincipalArn.',
      actions: ['s3:BypassGovernanceRetention'],
    });
  }

  /** Nobody but the named principals sets a retention on an object that is there; an upload names its own. @param principals ARNs */
  public static retentionSetOnlyBy(...principals: string[]): Guarantee {
    return onlyBy(principals, {
      id: 'retention-set-only-by',
      title: 'Retention set by named roles only',
      words: 'Nobody sets or extends a retention but the named roles.',
      fix: 'Deny s3:PutObjectRetention on /* to all but the named roles by aws:PrincipalArn.',
      actions: ['s3:PutObjectRetention'],
    });
  }

  /** Legal holds are placed and lifted by nobody but the named principals. @param principals ARNs */
  public static legalHoldOnlyBy(...principals: string[]): Guarantee {
    return onlyBy(principals, {
      id: 'legal-hold-only-by',
      title: 'Legal hold by named roles only',
      words: 'Nobody places or lifts a legal hold but the named roles.',
      fix: 'Deny s3:PutObjectLegalHold on /* to all but the named roles by aws:PrincipalArn.',
      actions: ['s3:PutObjectLegalHold'],
    });
  }

  /** Nobody deletes objects or versions, not even by a delete marker, but the named principals. @param principals ARNs */
  public static deleteOnlyBy(...principals: string[]): Guarantee {
    return onlyBy(principals, {
      id: 'delete-only-by',
      title: 'Delete by named roles only',
      words: 'Nobody deletes a version or hides an object behind a delete marker but the named roles.',
      fix: 'Deny s3:DeleteObject and s3:DeleteObjectVersion on /* to all but the named roles by aws:PrincipalArn.',
      actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
    });
  }

  /** Versioning, lock, lifecycle, default encryption and the bucket itself are changed by nobody but the named principals. @param principals ARNs */
  public static protectionChangedOnlyBy(...principals: string[]): Guarantee {
    return onlyBy(principals, {
      id: 'protection-changed-only-by',
      title: 'Protection changed by named roles only',
      words: 'Nobody suspends versioning, changes the lock, the lifecycle or the default encryption, or deletes the bucket but the named roles.',
      fix: 'Deny s3:PutBucketVersioning, s3:PutBucketObjectLockConfiguration, s3:PutLifecycleConfiguration, s3:PutEncryptionConfiguration and s3:DeleteBucket to'
        + ' all but the named roles.',
      actions: [
        's3:PutBucketVersioning', 's3:PutBucketObjectLockConfiguration', 's3:PutLifecycleConfiguration', 's3:PutEncryptionConfiguration', 's3:DeleteBucket',
      ],
    });
  }

  /** The policy and the public access settings are changed by nobody but the named principals and, as an axiom, the account's root user. */
  public static policyChangedOnlyBy(...principals: string[]): Guarantee {
    return onlyBy(principals, {
      id: 'policy-changed-only-by',
      title: 'Policy changed by administrators only',
      words: 'Nobody changes or removes the bucket policy, Block Public Access or object ownership but the named administrators (and the account\'s root user, whom no bucket policy stops).',
      fix: 'Deny s3:PutBucketPolicy, s3:DeleteBucketPolicy, s3:PutBucketPublicAccessBlock and s3:PutBucketOwnershipControls to all but the named administrators.',
      actions: ['s3:PutBucketPolicy', 's3:DeleteBucketPolicy', 's3:PutBucketPublicAccessBlock', 's3:PutBucketOwnershipControls'],
      when: { StringNotEquals: { [KINDS]: 'root' } },
      axioms: ['root-policy'],
    });
  }

  /** No version is deleted for good, and versioning is not changed, by a request without (recent) MFA. Weaker than S3's own MFA delete. */
  public static noPermanentDeleteWithoutMfa(options: RecentMfaGuaranteeOptions = {}): Guarantee {
    const exempt = (options.exempt ?? []).map(nameOfConstruct);
    return new Guarantee(worm.noPermanentDeleteWithoutMfa(options, exempt, (subject) => excluding(subject, exempt)));
  }

  /** Who gave the second factor in time may delete versions: the other side of `noPermanentDeleteWithoutMfa`. */
  public static recentMfaSuffices(options: RecentMfaGuaranteeOptions = {}): Guarantee {
    return new Guarantee(worm.recentMfaSuffices(options));
  }

  /** Objects are read by nobody but the named principals; replication reads by a right of its own. @param principals ARNs */
  public static readersOnly(...principals: string[]): Guarantee {
    return onlyBy(principals, {
      id: 'readers-only',
      title: 'Read by named people only',
      words: 'Nobody reads an object or a version of it, also not as the source of a copy, but the named people.',
      fix: 'Deny s3:GetObject, s3:GetObjectVersion and their torrents on /* to all but the named people by aws:PrincipalArn.',
      actions: [...READ_ACTIONS, 's3:GetObjectTorrent', 's3:GetObjectVersionTorrent'],
    });
  }

  /** Objects are uploaded by nobody but the named principals, and replicated from no other account than the named one. */
  public static writersOnly(options: WritersOnlyGuaranteeOptions): Guarantee {
    const writers = options.principals.map(nameOfConstruct);
    return new Guarantee(worm.writersOnly(options, writers, (subject) => excluding(subject, writers)));
  }

  /** The bucket is made with Object Lock, so that no object is older than the lock. */
  public static lockedFromCreation(): Guarantee {
    return new Guarantee(worm.lockedFromCreation());
  }

  /** No delete marker comes into the bucket by replication. */
  public static replicatedDeletesNever(): Guarantee {
    return new Guarantee(worm.replicatedDeletesNever());
  }

  /** S3 Inventory writes lists below the prefix for buckets of this account, and does nothing else. @param prefix ends in a slash */
  public static inventoryDeliveryBounded(prefix: string): Guarantee {
    return new Guarantee(worm.inventoryDeliveryBounded(checkedPrefix(prefix)));
  }

  /** Nobody can destroy or disable the bucket's key, and with it the objects. */
  public static keyDeletionDenied(): Guarantee {
    return new Guarantee(worm.keyDeletionDenied());
  }

  /** Whom IAM allows can encrypt and decrypt with the bucket's key: the other side of `keyDeletionDenied`. */
  public static keyServesData(): Guarantee {
    return new Guarantee(worm.keyServesData());
  }

  /** The key policy lets the principals use the key through S3, and in no other way. */
  public static keyUsedThroughS3(options: KeyThroughS3GuaranteeOptions): Guarantee {
    return new Guarantee(worm.keyUsedThroughS3(options, options.principals.map(nameOfConstruct)));
  }

  /** Versions move to colder storage classes by age, and none is deleted before the default retention ends. */
  public static archiveStorage(options: ArchiveStorageGuaranteeOptions = {}): Guarantee {
    return new Guarantee(worm.archiveStorage(options));
  }

  /** All versions are listed with their locks in another bucket, which takes the lists. */
  public static lockInventory(): Guarantee {
    return new Guarantee(worm.lockInventory());
  }

  /** Every new version is held until its event and for a time after, and nobody but the named principals releases it. */
  public static eventHoldKept(options: EventHoldGuaranteeOptions): Guarantee {
    const officers = (options.releasedBy ?? []).map(nameOfConstruct);
    return new Guarantee(worm.eventHoldKept(options, officers, (subject) => excluding(subject, officers)));
  }

  /** Every call that could weaken an archive is told by a rule of EventBridge, and ordinary work is not. */
  public static tamperingTold(): Guarantee {
    return new Guarantee(tamperingTold());
  }

  // ---- vaults of the original Glacier service -------------------------------------------------------------------------

  /** The lock of the vault is complete, and never changes. */
  public static vaultLocked(): Guarantee {
    return new Guarantee(vault.vaultLocked());
  }

  /** The lock policy denies the deletion of archives younger than that. @param days whole days, from 1 on */
  public static vaultDeletesDeniedBefore(days: number): Guarantee {
    return new Guarantee(vault.vaultDeletesDeniedBefore(days));
  }

  /** The lock policy denies the deletion of archives while the vault has the tag. @param tag its key; `LegalHold` if left out */
  public static vaultDeletesDeniedUnderLegalHold(tag: string = 'LegalHold'): Guarantee {
    return new Guarantee(vault.vaultDeletesDeniedUnderLegalHold(tag));
  }

  /**
   * Whom IAM allows may delete archives of that age, without a legal hold: the other side of the lock.
   * @param days whole days, from 1 on
   * @param tag the key of the legal hold; `LegalHold` if left out
   */
  public static vaultDeletesAllowedAfter(days: number, tag: string = 'LegalHold'): Guarantee {
    return new Guarantee(vault.vaultDeletesAllowedAfter(days, tag));
  }

  /** Whom IAM allows may upload and retrieve archives, whatever the lock says of deletions. */
  public static vaultWorks(): Guarantee {
    return new Guarantee(vault.vaultWorks());
  }

  /** The vault stays when its stack goes or would replace it. */
  public static vaultKept(): Guarantee {
    return new Guarantee(vault.vaultKept());
  }

  /** Nobody but the named people places and lifts legal holds, which are tags of the vault. @param people ARNs or construct paths */
  public static vaultLegalHoldOnlyBy(...people: string[]): Guarantee {
    return new Guarantee(vault.vaultLegalHoldOnlyBy(people.map(nameOfConstruct)));
  }

  /** The named people may place and lift legal holds: the other side. @param people ARNs or construct paths, at least one */
  public static vaultLegalHoldBy(...people: string[]): Guarantee {
    return new Guarantee(vault.vaultLegalHoldBy(people.map(nameOfConstruct)));
  }

  /** No request over plain HTTP reaches the vault. */
  public static vaultTlsOnly(): Guarantee {
    return new Guarantee(vault.vaultTlsOnly());
  }

  // ---- legitimate sides -----------------------------------------------------------------------------------------------

  /** Ordinary requests of the principals are allowed (provided that their own policies allow them): the other side of every guarantee. */
  public static allowed(options: AllowedGuaranteeOptions): Guarantee {
    const principals = options.principals?.map(nameOfConstruct);
    const context = Object.entries(options.context ?? {});
    const among = (multivalued: boolean) => Object.fromEntries(context.filter(([key]) => (conditionKey(key)?.multivalued ?? false) === multivalued));
    return new Guarantee({
      id: 'allowed',
      title: `Allowed: ${options.actions.join(', ')}`,
      words: `${options.principals?.join(', ') ?? 'Every role and user of the account'} may do ${options.actions.join(', ')}, if their own policies say so.`,
      fix: 'Look at the statement that refuses the request, and narrow it.',
      options: { ...options, principals },
      acrossModel: isNamedInModel(principals ?? []),
      parts: (subject) => {
        const who = principals === undefined ? ownPrincipals(subject)
          : { ArnEquals: { 'aws:PrincipalArn': principals.map((name) => subject.nameOf(name)) }, StringEquals: { [KINDS]: ['role', 'user'] } };
        return [always(subject, {
          actions: options.actions,
          keys: options.prefixes?.map((prefix) => `${prefix}?*`),
          when: { ...who, 'StringEquals': { ...who.StringEquals, ...among(false) }, 'ForAnyValue:StringEquals': among(true) },
        })];
      },
    });
  }

  /** @internal */
  public static _of(props: GuaranteeProps): Guarantee {
    return new Guarantee(props);
  }

  /** Stable kebab-case id. */
  public readonly id: string;
  /** One line for a table. */
  public readonly title: string;
  /** What it says, in plain words, for people who look rather than read. */
  public readonly words: string;
  /** What to change when it does not hold, in one sentence. */
  public readonly fix: string;
  /** CloudFormation type of the resources it speaks of. */
  public readonly resourceType: string;
  /** @internal Id and options: equal for equal questions. */
  public readonly _key: string;
  /** @internal Whether an answer about one bucket says nothing about another, even an equal one. */
  public readonly _acrossModel: boolean;
  /** @internal */
  private readonly _props: GuaranteeProps;

  private constructor(props: GuaranteeProps) {
    this.id = props.id;
    this.title = props.title;
    this.words = props.words;
    this.fix = props.fix;
    this.resourceType = props.resourceType ?? 'AWS::S3::Bucket';
    this._key = `${props.id} ${JSON.stringify(props.options ?? null)}`;
    this._acrossModel = props.acrossModel ?? false;
    this._props = props;
  }

  /** @internal Whether the guarantee can be asked of this resource. */
  public _appliesTo(subject: Subject): boolean {
    return subject.resource.type === this.resourceType && (this._props.applies?.(subject) ?? true);
  }

  /** @internal Everything that has to be shown. */
  public _parts(subject: Subject): Part[] {
    return this._props.parts(subject);
  }
}

/** What a bucket is left without when only the bucket stays. */
function companionsOf({ policies, key }: BucketModel): ResolvedResource[] {
  return [...policies.map(({ resource }) => resource), ...(key ? [key.resource] : [])];
}

/** Requests to the bucket's key. */
function ofKey(subject: Subject, expect: 'never' | 'always', when: Conditions): Part {
  const key = subject.bucket.key!;
  return {
    expect,
    place: key.resource.path,
    region: region({ actions: ['kms:*'], when }),
    targets: [{ kind: 'key', arn: key.arn }],
    environment: {
      account: key.resource.account,
      resourcePolicies: key.policy ? [key.policy] : [],
      otherIdentities: 'everything',
      resourcePolicyDecides: true,
      ...subject.model.organization,
    },
    axioms: subject.axioms,
  };
}

/** A guarantee about one setting of a bucket. */
function settingGuarantee(
  about: Pick<GuaranteeProps, 'id' | 'title' | 'words' | 'fix'>, name: string,
  read: (resource: Subject['resource']) => unknown, holds: (value: any) => boolean,
): Guarantee {
  return Guarantee._of({ ...about, parts: ({ resource }) => [setting(name, read(resource), holds)] });
}

/** An origin with a scheme, and a host that is more than a wildcard. */
function isNamedOrigin(origin: unknown): boolean {
  return typeof origin === 'string' && /^https?:\/\/(?!\*(:|$))[^/]+$/.test(origin);
}

interface OnlyByProps extends Pick<GuaranteeProps, 'id' | 'title' | 'words' | 'fix'> {
  readonly actions: readonly string[];
  readonly when?: Conditions;
  readonly axioms?: readonly string[];
}

/** Nobody is allowed the actions but these principals. */
function onlyBy(principals: readonly string[], { actions: only, when, axioms, ...props }: OnlyByProps): Guarantee {
  const except = principals.map(nameOfConstruct);
  return Guarantee._of({
    ...props,
    options: except,
    acrossModel: isNamedInModel(except),
    parts: (subject) => [never(subject, { actions: only, axioms, when: { ...when, ...excluding(subject, except) } })],
  });
}

function headerRequired(subject: Subject): Part {
  return never(subject, { actions: ['s3:PutObject'], axioms: ['multipart-parts', 'service-writers'], when: { ...NOT_A_SERVICE, Null: { [SSE]: 'true' } } });
}

function withoutCustomerKey(subject: Subject): Part[] {
  if (blockedTypes(subject)?.includes('SSE-C')) return [{ setting: 'BlockedEncryptionTypes', holds: true, reason: '', axioms: ['sse-c-blocked'] }];
  return [never(subject, { actions: ['s3:PutObject'], when: { Null: { [SSE_C]: 'false' } } })];
}

function blockedTypes(subject: Subject): string[] | undefined {
  return encryptionRule(subject.resource)?.BlockedEncryptionTypes?.EncryptionType;
}

/** Roles and users of the bucket's account. */
function ownPrincipals(subject: Subject): Record<string, Record<string, string | readonly string[]>> {
  return { StringEquals: { 'aws:PrincipalAccount': subject.bucket.resource.account, [KINDS]: ['role', 'user'] } };
}

/** The ways to write one key in a request: its ARN, and the bare id. */
function keyNames(arn: string): string[] {
  return [arn, arn.split('/').pop()!];
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

function checkedAlgorithms(algorithms: readonly string[]): void {
  const wrong = algorithms.find((algorithm) => !ALGORITHMS.includes(algorithm));
  if (wrong !== undefined || algorithms.length === 0) {
    throw new Error(`"algorithms" has ${wrong === undefined ? 'nothing' : `"${wrong}"`}; one or more of ${ALGORITHMS.join(', ')} are needed`);
  }
}
