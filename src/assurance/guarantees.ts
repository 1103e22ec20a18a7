import { encryptionRule } from './resolve';
import { environmentOf, logSources, region, type Part, type Subject } from './subject';
import { isUnknown } from './unknown';

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

interface GuaranteeProps {
  readonly id: string;
  readonly title: string;
  readonly words: string;
  readonly fix: string;
  readonly resourceType?: string;
  /** What tells two guarantees of one id apart. */
  readonly options?: unknown;
  readonly applies?: (subject: Subject) => boolean;
  readonly parts: (subject: Subject) => Part[];
}

/** Actions whose requests decide how an object is encrypted. */
const ENCRYPTING = ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'];
const SSE = 's3:x-amz-server-side-encryption';
const SSE_KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const SSE_C = 's3:x-amz-server-side-encryption-customer-algorithm';
const NOT_A_SERVICE = { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } };
const KINDS = 'strongbox:PrincipalKind';
const ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'];

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
      id: 'public-read-only',
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
        const sources = logSources(subject);
        const from = (arn: string) => ({
          StringEquals: { 'aws:PrincipalServiceName': LOG_DELIVERY, 'aws:SourceAccount': subject.bucket.resource.account },
          ArnLike: { 'aws:SourceArn': arn },
          Null: { [SSE]: 'true', [SSE_KEY]: 'true' },
        });
        if (sources.length === 0) {
          return [always(subject, { actions: ['s3:PutObject'], when: from(`arn:${subject.resource.partition}:s3:::?*`) })];
        }
        return sources.map(({ arn, prefix }) => always(subject, { actions: ['s3:PutObject'], keys: [`${prefix}?*`], when: from(arn) }));
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
      parts: ({ bucket }) => {
        const kept = (policy: string | undefined) => policy !== undefined && policy.startsWith('Retain');
        return ([['DeletionPolicy', 'deletionPolicy'], ['UpdateReplacePolicy', 'updateReplacePolicy']] as const).flatMap(([name, field]) => {
          if (!kept(bucket.resource[field])) return [];
          const companions = [...bucket.policies.map(({ resource }) => resource), ...(bucket.key ? [bucket.key.resource] : [])];
          return companions.map((companion) => setting(`${name} of ${companion.type} ${companion.path}`, companion[field], (value) => kept(value as string)));
        });
      },
    });
  }

  // ---- settings -------------------------------------------------------------------------------------------------------

  /** Every version of every object is kept. */
  public static versioned(): Guarantee {
    return settingGuarantee({
      id: 'versioned',
      title: 'Every version kept',
      words: 'An overwrite or a delete leaves the version before it.',
      fix: 'Set VersioningConfiguration to Enabled.',
    }, 'VersioningConfiguration', ({ properties }) => properties.VersioningConfiguration?.Status, (status) => status === 'Enabled');
  }

  /** Server access logs go somewhere. */
  public static accessLogs(): Guarantee {
    return settingGuarantee({
      id: 'access-logs',
      title: 'Access logged',
      words: 'S3 writes server access logs of the bucket to another one.',
      fix: 'Set LoggingConfiguration with a DestinationBucketName.',
    }, 'LoggingConfiguration', ({ properties }) => properties.LoggingConfiguration?.DestinationBucketName, (target) => target !== undefined);
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
  /** @internal */
  private readonly _props: GuaranteeProps;

  private constructor(props: GuaranteeProps) {
    this.id = props.id;
    this.title = props.title;
    this.words = props.words;
    this.fix = props.fix;
    this.resourceType = props.resourceType ?? 'AWS::S3::Bucket';
    this._key = `${props.id} ${JSON.stringify(props.options ?? null)}`;
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

const LOG_DELIVERY = 'logging.s3.amazonaws.com';

interface RegionOptions {
  readonly actions: readonly string[];
  readonly notActions?: boolean;
  readonly notResources?: readonly string[];
  /** Patterns of the object keys; absent: all, and the bucket itself. */
  readonly keys?: readonly string[];
  readonly when: Record<string, Record<string, string | readonly string[]>>;
  readonly axioms?: readonly string[];
}

function never(subject: Subject, options: RegionOptions): Part {
  return part(subject, 'never', options);
}

function always(subject: Subject, options: RegionOptions): Part {
  return part(subject, 'always', options);
}

function part(subject: Subject, expect: 'never' | 'always', options: RegionOptions): Part {
  const { actions, notActions, notResources, keys, when, axioms = [] } = options;
  return {
    expect,
    place: subject.resource.path,
    region: region({ actions, notActions, notResources, when }),
    targets: [
      { kind: 'object', arn: subject.arn, keys: keys ?? ['*'] },
      ...(keys === undefined ? [{ kind: 'bucket', arn: subject.arn }] : []),
    ],
    environment: environmentOf(subject),
    axioms: [...axioms, ...subject.axioms],
  };
}

function setting(name: string, value: unknown, holds: (value: unknown) => boolean): Part {
  const shownValue = value === undefined ? 'not set' : JSON.stringify(value);
  return typeof value === 'string' && isUnknown(value)
    ? { setting: name, holds: undefined, reason: value }
    : { setting: name, holds: holds(value), reason: `${name} is ${shownValue}` };
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

function checkedPrefix(prefix: string): string {
  if (!prefix.endsWith('/') || /[*?]/.test(prefix)) throw new Error(`"prefix" is "${prefix}"; text that ends in "/", without wildcards, is needed`);
  return prefix;
}

function checkedAlgorithms(algorithms: readonly string[]): void {
  const wrong = algorithms.find((algorithm) => !ALGORITHMS.includes(algorithm));
  if (wrong !== undefined || algorithms.length === 0) {
    throw new Error(`"algorithms" has ${wrong === undefined ? 'nothing' : `"${wrong}"`}; one or more of ${ALGORITHMS.join(', ')} are needed`);
  }
}
