/** What is guaranteed of the key of a bucket; `Guarantee` names each of them. */
import type { GuaranteeProps } from './guarantee-props';
import { isTrue, PRINCIPAL_KIND_KEY, setting, type ProofObligation } from './proof-obligation';
import { region, type Conditions } from '../engine/region';
import { encryptionRule } from '../model/resolve';
import { keyEnvironment, nameOfConstruct, type ResourceUnderTest } from '../model/subject';

/** Who uses the key of a bucket, and for what. */
export interface KeyGuaranteeOptions {
  /** ARNs of roles or users, or patterns of them; construct paths and logical ids of the template serve as well. */
  readonly principals: string[];
  /** e.g. `kms:Decrypt`. */
  readonly actions: string[];
}

const DESTROYS_KEY = ['kms:ScheduleKeyDeletion', 'kms:DeleteImportedKeyMaterial', 'kms:DisableKey'];
const SERVES_DATA = ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'];

export function keyRotated(): GuaranteeProps {
  return {
    id: 'key-rotated',
    title: 'Key rotated',
    description: "KMS makes new key material for the bucket's key every year, or as often as the key says.",
    fix: 'Set EnableKeyRotation on the AWS::KMS::Key.',
    applies: ({ bucket }) => bucket.key !== undefined,
    parts: ({ bucket }) => [setting('EnableKeyRotation', bucket.key!.resource.properties.EnableKeyRotation, isTrue)],
  };
}

export function keyOnlyAccount(): GuaranteeProps {
  return {
    id: 'key-only-account',
    title: 'Key for this account only',
    description:
      'No principal of another account, no anonymous caller and no AWS service under its own name may use ' +
      "or manage the bucket's key.",
    fix: "Name the account's root as the principal of the key policy, and bound services by aws:SourceAccount.",
    applies: ({ bucket }) => bucket.key !== undefined,
    parts: (subject) => [
      ofKey(subject, 'never', {
        actions: ['kms:*'],
        when: { StringEquals: { [PRINCIPAL_KIND_KEY]: ['anonymous', 'service'] } },
      }),
      ofKey(subject, 'never', {
        actions: ['kms:*'],
        when: { StringNotEquals: { 'aws:PrincipalAccount': subject.bucket.key!.resource.account } },
      }),
    ],
  };
}

export function keyUsable(): GuaranteeProps {
  return {
    id: 'key-usable',
    title: 'Key usable and manageable',
    description: "A principal of the account whose own policies allow it can use and manage the bucket's key.",
    fix: "Allow kms:* to the account's root in the key policy, so that IAM policies decide.",
    applies: ({ bucket }) => bucket.key !== undefined,
    parts: (subject) => [
      ofKey(subject, 'always', { actions: ['kms:*'], when: { StringEquals: ofItsAccount(subject) } }),
    ],
  };
}

export function keyDeletionDenied(): GuaranteeProps {
  return {
    id: 'key-deletion-denied',
    title: 'Key cannot be destroyed',
    description:
      "Nobody, the account's root user included, can schedule the deletion of the bucket's key, delete its " +
      'material or disable it while the key policy says so.',
    fix:
      'Deny kms:ScheduleKeyDeletion, kms:DeleteImportedKeyMaterial and kms:DisableKey to every principal in the ' +
      'policy of the key, or use keys of S3 (AES256).',
    parts: (subject) => [withoutKey(subject) ?? ofKey(subject, 'never', { actions: DESTROYS_KEY, when: {} })],
  };
}

export function keyServesData(): GuaranteeProps {
  return {
    id: 'key-serves-data',
    title: 'Key usable',
    description:
      "A principal of the account whose own policies allow it can encrypt and decrypt with the bucket's key.",
    fix: "Allow kms:* to the account's root in the key policy, and deny no more than what destroys the key.",
    parts: (subject) => [
      withoutKey(subject) ??
        ofKey(subject, 'always', { actions: SERVES_DATA, when: { StringEquals: ofItsAccount(subject) } }),
    ],
  };
}

export function keyThroughS3Only({ principals, actions }: KeyGuaranteeOptions): GuaranteeProps {
  const names = principals.map(nameOfConstruct);
  return {
    id: 'key-through-s3-only',
    title: 'Key through S3 only',
    description:
      `The key's policy gives ${principals.join(', ')} no more than ${actions.join(', ')}, for requests ` +
      'that S3 makes for them.',
    fix: 'Bound the statement of the key policy by kms:ViaService s3.REGION.amazonaws.com, and name the members in it.',
    options: { principals: names, actions },
    applies: ({ bucket }) => bucket.key !== undefined,
    parts: (subject) => {
      const arns = names.map((name) => subject.nameOf(name));
      const who = { ArnLike: { 'aws:PrincipalArn': arns }, StringEquals: PEOPLE };
      return consents(subject, arns).flatMap(([otherIdentities, elsewhere]) => [
        ofKey(subject, 'never', {
          actions: ['kms:*'],
          when: { ...who, StringNotEquals: { ...throughS3(subject), ...elsewhere } },
          otherIdentities,
        }),
        ofKey(subject, 'never', {
          actions,
          notActions: true,
          when: { ...who, StringNotEquals: elsewhere },
          otherIdentities,
        }),
      ]);
    },
  };
}

export function keyOnlyUsedBy(principals: readonly string[]): GuaranteeProps {
  const names = principals.map(nameOfConstruct);
  return {
    id: 'key-only-used-by',
    title: 'Key for its members only',
    description:
      `The key's policy gives nobody but ${principals.join(', ')} anything; who has rights in the key's ` +
      'account has them by IAM.',
    fix: 'Name the members in the key policy, and bound what names an account by aws:PrincipalArn.',
    options: names,
    applies: ({ bucket }) => bucket.key !== undefined,
    // Somebody of an account that nobody named is always there.
    parts: (subject) => [
      ...consents(subject, ['']).map(([otherIdentities, elsewhere]) =>
        ofKey(subject, 'never', {
          actions: ['kms:*'],
          when: {
            ArnNotLike: { 'aws:PrincipalArn': names.map((name) => subject.nameOf(name)) },
            StringEquals: PEOPLE,
            StringNotEquals: elsewhere,
          },
          otherIdentities,
        }),
      ),
      ofKey(subject, 'never', {
        actions: ['kms:*'],
        when: { StringEquals: { [PRINCIPAL_KIND_KEY]: ['anonymous', 'service'] } },
      }),
    ],
  };
}

export function keyWorksThroughS3({ principals, actions }: KeyGuaranteeOptions): GuaranteeProps {
  const names = principals.map(nameOfConstruct);
  return {
    id: 'key-works-through-s3',
    title: 'Key works through S3',
    description:
      `${principals.join(', ')} may use the key for ${actions.join(', ')} through S3, without any policy ` +
      `of their own in the key's account.`,
    fix: 'Name them in a statement of the key policy, under kms:ViaService s3.REGION.amazonaws.com.',
    options: { principals: names, actions },
    applies: ({ bucket }) => bucket.key !== undefined,
    parts: (subject) =>
      names.map((name) => {
        const arn = subject.nameOf(name);
        return ofKey(subject, 'always', {
          actions,
          when: { ArnEquals: { 'aws:PrincipalArn': arn }, StringEquals: { ...PEOPLE, ...throughS3(subject) } },
          otherIdentities: arn.split(':')[4] === subject.bucket.key!.resource.account ? 'nothing' : 'everything',
        });
      }),
  };
}

/**
 * In the key's account its policy alone is asked; of another account both must consent, and that of the other account
 * is taken for granted.
 */
function consents(
  { bucket }: ResourceUnderTest,
  arns: readonly string[],
): Array<readonly ['nothing' | 'everything', Record<string, string>]> {
  const { account } = bucket.key!.resource;
  const alone = ['nothing', {}] as const;
  return arns.every((arn) => arn.split(':')[4] === account)
    ? [alone]
    : [alone, ['everything', { 'aws:PrincipalAccount': account }]];
}

const PEOPLE = { [PRINCIPAL_KIND_KEY]: ['role', 'user'] };

function ofItsAccount({ bucket }: ResourceUnderTest): Record<string, string | readonly string[]> {
  return { ...PEOPLE, 'aws:PrincipalAccount': bucket.key!.resource.account };
}

function throughS3({ bucket }: ResourceUnderTest): Record<string, string> {
  return { 'kms:ViaService': `s3.${bucket.key!.resource.region}.amazonaws.com` };
}

interface RequestsToKey {
  readonly actions: readonly string[];
  readonly notActions?: boolean;
  readonly when: Conditions;
  /** What the policies of callers allow, who are no administrators then. */
  readonly otherIdentities?: 'everything' | 'nothing';
}

function ofKey(
  subject: ResourceUnderTest,
  expect: 'never' | 'always',
  { actions, notActions, when, otherIdentities = 'everything' }: RequestsToKey,
): ProofObligation {
  const key = subject.bucket.key!;
  return {
    expect,
    place: key.resource.path,
    region: region({ actions, notActions, when }),
    targets: [{ kind: 'key', arn: key.arn }],
    environment: { ...keyEnvironment(key, subject.model.organization), otherIdentities },
    axioms: subject.axioms,
  };
}

/** With keys of S3 there is none that anybody could destroy; a key that is elsewhere is not known. */
function withoutKey({ bucket, resource }: ResourceUnderTest): ProofObligation | undefined {
  if (bucket.key) return undefined;
  const algorithm = encryptionRule(resource)?.ServerSideEncryptionByDefault?.SSEAlgorithm;
  return algorithm === 'AES256'
    ? setting('SSEAlgorithm', algorithm, () => true)
    : { setting: 'The key of the bucket', holds: undefined, reason: 'in none of the templates' };
}
