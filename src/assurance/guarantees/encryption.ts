/** What is guaranteed of how objects are encrypted; `Guarantee` names each of them. */
import { SseCRefusal, type SseCGuaranteeOptions } from './guarantee-options';
import type { GuaranteeProps } from './guarantee-props';
import {
  ALGORITHMS,
  always,
  never,
  NOT_A_SERVICE,
  ownPrincipals,
  setting,
  SSE,
  SSE_KEY,
  type ProofObligation,
} from './proof-obligation';
import { validationError } from '../../input/validation-error';
import { encryptionRule } from '../model/resolve';
import type { ResourceUnderTest } from '../model/subject';

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

/** Actions whose requests decide how an object is encrypted. */
const ENCRYPTING = ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'];
const SSE_C = 's3:x-amz-server-side-encryption-customer-algorithm';

export function defaultEncryption(algorithm?: string): GuaranteeProps {
  if (algorithm !== undefined) checkedAlgorithms([algorithm]);
  return {
    id: 'default-encryption',
    title: algorithm === undefined ? 'Default encryption named' : `Default encryption ${algorithm}`,
    description: 'The template states how objects are encrypted that name no encryption themselves.',
    fix: 'Set BucketEncryption with a ServerSideEncryptionByDefault rule.',
    options: algorithm,
    parts: (subject) => [
      setting('BucketEncryption', subject.settings.encryption?.SSEAlgorithm, (value) =>
        algorithm === undefined ? ALGORITHMS.includes(value as string) : value === algorithm,
      ),
    ],
  };
}

export function uploadEncryption(options: UploadEncryptionGuaranteeOptions): GuaranteeProps {
  if (options.algorithms !== undefined) checkedAlgorithms(options.algorithms);
  return {
    id: 'upload-encryption',
    title: "Uploads under the bucket's encryption only",
    description:
      "No upload, replica or re-encryption names another algorithm or key than the bucket's (where that is " +
      'the AWS managed key: a key of another account' +
      " or Region); one that names none gets the bucket's default.",
    fix:
      'Deny s3:PutObject, s3:ReplicateObject and s3:UpdateObjectEncryption on /* with another encryption ' +
      'header, another key, or a KMS header without key; block SSE-C.',
    options,
    parts: (subject) => {
      const rule = subject.settings.encryption;
      const algorithms = options.algorithms ?? [rule?.SSEAlgorithm].filter((value) => ALGORITHMS.includes(value));
      const keyArn = options.keyArn ?? subject.keyArn;
      const kms = algorithms.filter((algorithm) => algorithm.startsWith('aws:kms'));
      if (algorithms.length === 0) return [setting('BucketEncryption', rule?.SSEAlgorithm, () => false)];
      const parts: ProofObligation[] = [
        // What names no encryption gets the default: it has to be a right one.
        ...(options.explicitHeader
          ? []
          : [setting('BucketEncryption', rule?.SSEAlgorithm, (value) => algorithms.includes(value as string))]),
        never(subject, {
          actions: ENCRYPTING,
          axioms: ['service-writers'],
          when: { ...NOT_A_SERVICE, Null: { [SSE]: 'false' }, StringNotEquals: { [SSE]: algorithms } },
        }),
      ];
      if (kms.length > 0 && keyArn !== undefined) {
        if (!options.explicitHeader) {
          parts.push(
            setting('BucketEncryption key', subject.keyArn ?? rule?.KMSMasterKeyID, (value) => value === keyArn),
          );
        }
        parts.push(
          never(subject, {
            actions: ENCRYPTING,
            when: {
              ...NOT_A_SERVICE,
              Null: { [SSE_KEY]: 'false' },
              StringEquals: { [SSE]: kms },
              StringNotEquals: { [SSE_KEY]: keyNames(keyArn) },
            },
          }),
          // A KMS header without key makes S3 use the AWS managed key, not the bucket's.
          never(subject, {
            actions: ENCRYPTING,
            when: { ...NOT_A_SERVICE, Null: { [SSE_KEY]: 'true' }, StringEquals: { [SSE]: kms } },
          }),
        );
      }
      if (kms.length > 0 && keyArn === undefined) {
        // The id of the AWS managed key is not known before deployment; that it is one of the account and Region is.
        parts.push(
          never(subject, {
            actions: ENCRYPTING,
            when: {
              ...NOT_A_SERVICE,
              Null: { [SSE_KEY]: 'false' },
              StringEquals: { [SSE]: kms },
              StringNotLike: { [SSE_KEY]: awsManagedKey(subject) },
            },
          }),
        );
      }
      if (options.explicitHeader) parts.push(headerRequired(subject));
      return [...parts, ...withoutCustomerKey(subject)];
    },
  };
}

export function uploadHeaderRequired(): GuaranteeProps {
  return {
    id: 'upload-header-required',
    title: 'Uploads name their encryption',
    description: 'No upload without an encryption header is allowed.',
    fix: 'Deny s3:PutObject on /* where s3:x-amz-server-side-encryption is Null.',
    parts: (subject) => [headerRequired(subject)],
  };
}

export function onlyBucketKmsKey(): GuaranteeProps {
  return {
    id: 'only-bucket-kms-key',
    title: 'No other KMS key',
    description:
      "No upload, replica or re-encryption, by whomever, names another KMS key than the bucket's, or the " +
      "bucket's algorithm without a key.",
    fix:
      'Deny s3:PutObject, s3:ReplicateObject and s3:UpdateObjectEncryption on /* with another key, or with ' +
      'the KMS header and no key, to every principal.',
    applies: ({ keyArn }) => keyArn !== undefined,
    parts: (subject) => [
      never(subject, {
        actions: ENCRYPTING,
        when: { Null: { [SSE_KEY]: 'false' }, StringNotEquals: { [SSE_KEY]: keyNames(subject.keyArn!) } },
      }),
      never(subject, {
        actions: ENCRYPTING,
        when: {
          Null: { [SSE_KEY]: 'true' },
          StringEquals: { [SSE]: encryptionRule(subject.resource)!.ServerSideEncryptionByDefault.SSEAlgorithm },
        },
      }),
    ],
  };
}

export function defaultReplicaAllowed(): GuaranteeProps {
  return {
    id: 'default-replica-allowed',
    title: 'Ordinary replicas work',
    description:
      'A principal of the account whose own policies allow it can replicate an object that names no encryption.',
    fix: 'Narrow the deny so that it does not match an absent header: add Null false on it.',
    parts: (subject) => [
      always(subject, {
        actions: ['s3:ReplicateObject'],
        when: { ...ownPrincipals(subject), Null: { [SSE]: 'true', [SSE_KEY]: 'true', [SSE_C]: 'true' } },
      }),
    ],
  };
}

export function sseCUploadAllowed(): GuaranteeProps {
  return {
    id: 'customer-key-upload-allowed',
    title: 'Uploads with a customer key work',
    description:
      'A principal of the account whose own policies allow it can upload any object with a key of its own, over HTTPS.',
    fix:
      'Do not deny s3:PutObject where s3:x-amz-server-side-encryption-customer-algorithm is present, and ' +
      'do not block SSE-C.',
    parts: (subject) => {
      const { StringEquals, ...rest } = ownPrincipals(subject);
      return [
        setting(
          'BucketEncryption BlockedEncryptionTypes',
          blockedTypes(subject) ?? [],
          (value) => Array.isArray(value) && !value.includes('SSE-C'),
        ),
        always(subject, {
          actions: ['s3:PutObject'],
          when: {
            ...rest,
            StringEquals: { ...StringEquals, [SSE_C]: 'AES256' },
            Null: { [SSE]: 'true', [SSE_KEY]: 'true' },
          },
        }),
      ];
    },
  };
}

export function encryptedUploadAllowed(): GuaranteeProps {
  return {
    id: 'encrypted-upload-allowed',
    title: "Uploads that name the bucket's encryption work",
    description:
      "A principal of the account whose own policies allow it can upload any object with the bucket's " +
      'algorithm and key in the header.',
    fix: "Let the deny compare with the bucket's own algorithm and key ARN.",
    parts: (subject) => {
      const algorithm = subject.settings.encryption?.SSEAlgorithm;
      if (typeof algorithm !== 'string') return [setting('BucketEncryption', algorithm, () => false)];
      const { StringEquals, ...rest } = ownPrincipals(subject);
      const key: Record<string, string> =
        algorithm.startsWith('aws:kms') && subject.keyArn !== undefined ? { [SSE_KEY]: subject.keyArn } : {};
      return [
        always(subject, {
          actions: ['s3:PutObject'],
          when: { ...rest, StringEquals: { ...StringEquals, [SSE]: algorithm, ...key } },
        }),
      ];
    },
  };
}

export function sseCOnly(): GuaranteeProps {
  return {
    id: 'sse-c-only',
    title: 'Customer keys (SSE-C) only',
    description:
      'No object is stored without a key that the client sends with the request, and the bucket does not ' +
      'block such keys.',
    fix:
      'Deny s3:PutObject on /* where s3:x-amz-server-side-encryption-customer-algorithm is Null, and set ' +
      'BlockedEncryptionTypes to NONE.',
    parts: (subject) => [
      setting(
        'BucketEncryption BlockedEncryptionTypes',
        blockedTypes(subject),
        (value) => Array.isArray(value) && !value.includes('SSE-C'),
      ),
      never(subject, { actions: ENCRYPTING, when: { ...NOT_A_SERVICE, Null: { [SSE_C]: 'true' } } }),
    ],
  };
}

export function noSseCUploads({ by }: SseCGuaranteeOptions): GuaranteeProps {
  if (by !== undefined && !Object.values(SseCRefusal).includes(by)) {
    throw validationError({
      property: 'by',
      actual: by,
      expected: Object.values(SseCRefusal).join(' or '),
      hint: 'leave it out where either is enough',
    });
  }
  return { ...SSE_C_REFUSALS[by ?? 'EITHER'], id: 'no-sse-c-uploads', options: by };
}

const SSE_C_REFUSALS: Record<SseCRefusal | 'EITHER', Omit<GuaranteeProps, 'id' | 'options'>> = {
  EITHER: {
    title: 'No customer keys (SSE-C)',
    description: 'No object is stored under a key that only the client knows.',
    fix:
      'Set BlockedEncryptionTypes to SSE-C in the encryption rule, and deny s3:PutObject on /* where the ' +
      'customer algorithm is not Null.',
    parts: withoutCustomerKey,
  },
  [SseCRefusal.BUCKET_SETTING]: {
    title: 'Customer keys (SSE-C) blocked by the bucket',
    description: 'The encryption rule of the bucket blocks SSE-C.',
    fix: 'Set BlockedEncryptionTypes to SSE-C in the encryption rule.',
    parts: (subject) => [
      setting(
        'BlockedEncryptionTypes',
        blockedTypes(subject),
        (value) => Array.isArray(value) && value.includes('SSE-C'),
      ),
    ],
  },
  [SseCRefusal.BUCKET_POLICY]: {
    title: 'Customer keys (SSE-C) denied by the policy',
    description: "No upload or replica with a customer key is allowed, even if the bucket's own setting is changed.",
    fix: 'Deny s3:PutObject and s3:ReplicateObject on /* where the customer algorithm is not Null.',
    // s3:UpdateObjectEncryption has no condition key for customer keys, since it takes KMS keys alone.
    parts: (subject) => [
      never(subject, { actions: ['s3:PutObject', 's3:ReplicateObject'], when: { Null: { [SSE_C]: 'false' } } }),
    ],
  },
};

function headerRequired(subject: ResourceUnderTest): ProofObligation {
  return never(subject, {
    actions: ['s3:PutObject'],
    axioms: ['multipart-parts', 'service-writers'],
    when: { ...NOT_A_SERVICE, Null: { [SSE]: 'true' } },
  });
}

function withoutCustomerKey(subject: ResourceUnderTest): ProofObligation[] {
  if (blockedTypes(subject)?.includes('SSE-C')) {
    return [{ setting: 'BlockedEncryptionTypes', holds: true, reason: '', axioms: ['sse-c-disabled'] }];
  }
  return [never(subject, { actions: ['s3:PutObject'], when: { Null: { [SSE_C]: 'false' } } })];
}

function blockedTypes(subject: ResourceUnderTest): string[] | undefined {
  return encryptionRule(subject.resource)?.BlockedEncryptionTypes?.EncryptionType;
}

/** The ways to write one key in a request: its ARN, and the bare id. */
function keyNames(arn: string): string[] {
  return [arn, arn.split('/').pop()!];
}

function awsManagedKey({ resource: { partition, region, account } }: ResourceUnderTest): string[] {
  return ['alias/aws/s3', `arn:${partition}:kms:${region}:${account}:*`];
}

function checkedAlgorithms(algorithms: readonly string[]): void {
  const wrong = algorithms.find((algorithm) => !ALGORITHMS.includes(algorithm));
  if (wrong !== undefined || algorithms.length === 0) {
    throw new Error(
      `"algorithms" has ${wrong === undefined ? 'nothing' : `"${wrong}"`}; one or more of ` +
        `${ALGORITHMS.join(', ')} are needed`,
    );
  }
}
