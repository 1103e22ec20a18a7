import type { GuaranteeProps } from './guarantee-props';
import { kept, setting, type ProofObligation } from './proof-obligation';
import type { Environment } from '../engine/environment';
import { region, type Conditions } from '../engine/region';
import { keyEnvironment, nameOfConstruct, type ResourceUnderTest } from '../model/subject';

/** A key for client-side encryption: who may do what with it, under which encryption context. */
export interface ClientSideKeyGuaranteeOptions {
  /**
   * ARN, construct path or logical id of the key.
   * @default - every key of the templates
   */
  readonly key?: string;
  /** ARNs of those who encrypt; construct paths and logical ids of the template serve as well. */
  readonly writers: string[];
  /** ARNs of those who decrypt. */
  readonly readers: string[];
  /** Pairs that every request must carry. */
  readonly context: { [name: string]: string };
  /**
   * Names of pairs that requests may carry beside, with any value; those of client libraries (`aws-crypto-public-key`,
   * `aws:x-amz-cek-alg`) always are.
   * @default - none
   */
  readonly furtherContext?: string[];
  /**
   * ARNs of those who manage the key.
   * @default - roles and users of the account, as far as their own policies allow it
   */
  readonly administrators?: string[];
}

const ENCRYPT = ['kms:Encrypt', 'kms:GenerateDataKey'];
const DECRYPT = ['kms:Decrypt'];
/** All other ways to use a symmetric key, or to let somebody use it past its policy. */
const OTHER_USES = [
  'kms:CreateGrant',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
const USES = [...ENCRYPT, ...DECRYPT, ...OTHER_USES];
/** What operators and CloudFormation need to look at the key, and to keep it. */
const MANAGES = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];
const OF_LIBRARIES = ['aws-crypto-public-key', 'aws:x-amz-cek-alg'];
const PAIR = 'kms:EncryptionContext:';
const NAMES = 'kms:EncryptionContextKeys';
const PEOPLE = ['role', 'user'];

export function clientKeyUsedOnlyBy(options: ClientSideKeyGuaranteeOptions): GuaranteeProps {
  const { writers, readers } = options;
  return ofKey(options, {
    id: 'client-key-used-only-by',
    title: 'Encrypted by writers, decrypted by readers',
    description:
      'Nobody encrypts but the writers and nobody decrypts but the readers, administrators included; ' +
      'nobody re-encrypts, makes key pairs or hands on rights by a grant.',
    fix:
      'In the key policy deny kms:Encrypt and kms:GenerateDataKey to all but the writers by ' +
      'aws:PrincipalArn, kms:Decrypt to all but the readers, and other uses to every principal.',
    parts: (subject) => [
      // Other kinds of keys have other uses, and no encryption context.
      setting('KeySpec', subject.properties.KeySpec ?? 'SYMMETRIC_DEFAULT', (value) => value === 'SYMMETRIC_DEFAULT'),
      requests(subject, 'never', ENCRYPT, allBut(subject, writers)),
      requests(subject, 'never', DECRYPT, allBut(subject, readers)),
      requests(subject, 'never', OTHER_USES, {}),
    ],
  });
}

export function clientKeyContextBound(options: ClientSideKeyGuaranteeOptions): GuaranteeProps {
  const { context, furtherContext = [] } = options;
  return ofKey(options, {
    id: 'client-key-context-bound',
    title: 'Under the named encryption context only',
    description:
      'Nobody encrypts or decrypts without the pairs of the encryption context, under another value or ' +
      'another spelling of their names, or with pairs that are not named.',
    fix:
      'In the key policy deny use where kms:EncryptionContext:NAME is another value (StringNotEquals), and ' +
      'where kms:EncryptionContextKeys lacks the name or has others.',
    parts: (subject) => [
      ...Object.entries(context).flatMap(([name, value]) => [
        requests(subject, 'never', [...ENCRYPT, ...DECRYPT], { StringNotEquals: { [PAIR + name]: value } }),
        requests(subject, 'never', [...ENCRYPT, ...DECRYPT], { 'ForAllValues:StringNotEquals': { [NAMES]: name } }),
      ]),
      requests(subject, 'never', [...ENCRYPT, ...DECRYPT], {
        'ForAnyValue:StringNotEquals': { [NAMES]: [...Object.keys(context), ...furtherContext, ...OF_LIBRARIES] },
      }),
    ],
  });
}

export function clientKeyNotThroughServices(options: ClientSideKeyGuaranteeOptions): GuaranteeProps {
  return ofKey(options, {
    id: 'client-key-not-through-services',
    title: 'Of no use to AWS services',
    description:
      'No AWS service encrypts or decrypts with the key, neither under its own name nor for a caller: ' +
      'Amazon S3 stores what it cannot read.',
    fix: 'In the key policy deny use where kms:ViaService is present, and allow no service as a principal.',
    parts: (subject) => [
      requests(subject, 'never', USES, { Null: { 'kms:ViaService': 'false' } }),
      requests(subject, 'never', USES, { StringEquals: { 'strongbox:PrincipalKind': 'service' } }),
    ],
  });
}

export function clientKeyManagedOnlyBy(options: ClientSideKeyGuaranteeOptions): GuaranteeProps {
  const { administrators } = options;
  return ofKey(options, {
    id: 'client-key-managed-only-by',
    title: 'Managed by administrators only',
    description:
      'Nobody looks at or changes the key, its policy included, but ' +
      `${administrators ? 'the administrators' : 'principals of its own account by their own policies'};` +
      ' nobody ends its rotation.',
    fix:
      'In the key policy allow management to the administrators alone, or to the root of the account so ' +
      'that IAM decides, without kms:DisableKeyRotation.',
    parts: (subject) => [
      ...(administrators
        ? [requests(subject, 'never', USES, allBut(subject, administrators), { notActions: true })]
        : [
            requests(
              subject,
              'never',
              USES,
              { StringNotEquals: { 'aws:PrincipalAccount': subject.resource.account } },
              { notActions: true },
            ),
            // Also of those who use the key the policy lets nobody manage it.
            requests(
              subject,
              'never',
              USES,
              { StringEquals: { 'strongbox:PrincipalKind': PEOPLE } },
              { notActions: true, otherIdentities: 'nothing' },
            ),
          ]),
      requests(subject, 'never', ['kms:DisableKeyRotation'], {}),
    ],
  });
}

export function clientKeyWorks(options: ClientSideKeyGuaranteeOptions): GuaranteeProps {
  const { writers, readers, context, furtherContext = [], administrators } = options;
  return ofKey(options, {
    id: 'client-key-works',
    title: 'Writers encrypt, readers decrypt',
    description:
      'A writer encrypts and a reader decrypts under the encryption context, with or without the pairs ' +
      'that libraries add; administrators can look after the key.',
    fix: 'Look at the statement that refuses the request, and narrow it.',
    parts: (subject) => {
      const asClientsAsk: Conditions = {
        StringEquals: {
          ...Object.fromEntries(Object.entries(context).map(([name, value]) => [PAIR + name, value])),
          'strongbox:PrincipalKind': PEOPLE,
        },
        'ForAllValues:StringEquals': { [NAMES]: [...Object.keys(context), ...furtherContext, ...OF_LIBRARIES] },
      };
      const by = (names: string[]) => ({
        ArnEquals: { 'aws:PrincipalArn': names.map((name) => subject.nameOf(nameOfConstruct(name))) },
      });
      const managers = administrators ? by(administrators) : {};
      const kind = {
        'strongbox:PrincipalKind': PEOPLE,
        ...(administrators ? {} : { 'aws:PrincipalAccount': subject.resource.account }),
      };
      return [
        ...(writers.length > 0 ? [requests(subject, 'always', ENCRYPT, { ...asClientsAsk, ...by(writers) })] : []),
        ...(readers.length > 0 ? [requests(subject, 'always', DECRYPT, { ...asClientsAsk, ...by(readers) })] : []),
        // By themselves and by CloudFormation.
        ...[undefined, { 'kms:ViaService': `cloudformation.${subject.resource.region}.amazonaws.com` }].map((through) =>
          requests(subject, 'always', MANAGES, { ...managers, StringEquals: { ...kind, ...through } }),
        ),
      ];
    },
  });
}

export function clientKeyKept(options: ClientSideKeyGuaranteeOptions): GuaranteeProps {
  return ofKey(options, {
    id: 'client-key-kept',
    title: 'Kept and rotated',
    description:
      'The key stays when its stack goes, its material is rotated, and nobody deletes or disables it: ' +
      'without it the data is lost.',
    fix:
      'Set EnableKeyRotation and the DeletionPolicy and UpdateReplacePolicy Retain, and deny ' +
      'kms:ScheduleKeyDeletion, kms:DeleteImportedKeyMaterial and kms:DisableKey.',
    parts: (subject) => [
      setting('EnableKeyRotation', subject.properties.EnableKeyRotation, (value) => value === true || value === 'true'),
      ...kept(subject.resource),
      requests(subject, 'never', ['kms:ScheduleKeyDeletion', 'kms:DeleteImportedKeyMaterial', 'kms:DisableKey'], {}),
    ],
  });
}

function ofKey(
  options: ClientSideKeyGuaranteeOptions,
  props: Pick<GuaranteeProps, 'id' | 'title' | 'description' | 'fix' | 'parts'>,
): GuaranteeProps {
  const key = options.key === undefined ? undefined : nameOfConstruct(options.key);
  const names = (people: string[] | undefined) => people?.map(nameOfConstruct);
  const { writers, readers, administrators } = options;
  return {
    ...props,
    resourceType: 'AWS::KMS::Key',
    options: {
      ...options,
      key,
      writers: names(writers),
      readers: names(readers),
      administrators: names(administrators),
    },
    // The names of people may be those of constructs of any stack.
    applies: (subject) => key === undefined || subject.nameOf(key) === subject.arn,
  };
}

interface RequestOptions {
  readonly notActions?: boolean;
  readonly otherIdentities?: Environment['otherIdentities'];
}

function requests(
  subject: ResourceUnderTest,
  expect: 'never' | 'always',
  actions: string[],
  when: Conditions,
  { notActions, otherIdentities = 'everything' }: RequestOptions = {},
): ProofObligation {
  return {
    expect,
    place: subject.resource.path,
    region: region({ actions, notActions, when }),
    targets: [{ kind: 'key', arn: subject.arn }],
    environment: { ...keyEnvironment(subject.bucket.key!), otherIdentities },
    axioms: subject.axioms,
  };
}

function allBut(subject: ResourceUnderTest, names: string[]): Conditions {
  return names.length === 0
    ? {}
    : { ArnNotEquals: { 'aws:PrincipalArn': names.map((name) => subject.nameOf(nameOfConstruct(name))) } };
}
