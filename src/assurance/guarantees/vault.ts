/** What is guaranteed of Glacier vaults; `Guarantee` names each of them. */
import type { GuaranteeProps } from './guarantee-props';
import { excluding, kept, setting, type ProofObligation } from './proof-obligation';
import type { Environment } from '../engine/environment';
import { parsePolicy, type Policy } from '../engine/policy';
import { region, type Conditions } from '../engine/region';
import { VAULT } from '../model/resolve';
import { nameOfConstruct, type ResourceUnderTest } from '../model/subject';

const DELETES = ['glacier:DeleteArchive'];
const AGE = 'glacier:ArchiveAgeInDays';
const USES = [
  'glacier:UploadArchive',
  'glacier:InitiateMultipartUpload',
  'glacier:UploadMultipartPart',
  'glacier:CompleteMultipartUpload',
  'glacier:InitiateJob',
  'glacier:GetJobOutput',
  'glacier:DescribeJob',
  'glacier:ListJobs',
  'glacier:DescribeVault',
];
const CHANGES_HOLDS = ['glacier:AddTagsToVault', 'glacier:RemoveTagsFromVault'];

export function vaultLocked(): GuaranteeProps {
  return {
    id: 'vault-locked',
    title: 'Vault locked for good',
    description: 'The lock of the vault is complete: nobody can change or remove its policy.',
    fix: 'Test the policy of VaultLock.inProgress, then deploy VaultLock.complete with the lock id.',
    resourceType: VAULT,
    parts: ({ properties }) => [
      setting('The phase of the lock', properties.lock?.phase, (phase) => phase === 'complete'),
    ],
  };
}

export function vaultDeletesDeniedBefore(days: number): GuaranteeProps {
  requireDays(days);
  return {
    id: 'vault-deletes-denied-before',
    title: `No archive deleted before ${days} days`,
    description:
      'The lock policy alone, which a later access policy cannot undo, denies every principal the deletion of an ' +
      `archive that is younger than ${days} days.`,
    fix:
      'Deny glacier:DeleteArchive to every principal in the lock policy where glacier:ArchiveAgeInDays is ' +
      'NumericLessThan the days.',
    options: days,
    resourceType: VAULT,
    parts: (subject) => byLock(subject, { NumericLessThan: { [AGE]: String(days) } }),
  };
}

export function vaultDeletesDeniedUnderLegalHold(tag: string): GuaranteeProps {
  const key = `glacier:ResourceTag/${tag}`;
  return {
    id: 'vault-deletes-denied-under-legal-hold',
    title: 'No archive deleted under a legal hold',
    description:
      `The lock policy alone denies every principal the deletion of archives while the vault has the tag ${tag} ` +
      'with another value than "false".',
    fix: `Deny glacier:DeleteArchive to every principal in the lock policy where ${key} is there and not "false".`,
    options: tag,
    resourceType: VAULT,
    parts: (subject) => byLock(subject, { Null: { [key]: 'false' }, StringNotEquals: { [key]: 'false' } }),
  };
}

export function vaultDeletesAllowedAfter(days: number, tag: string): GuaranteeProps {
  requireDays(days);
  const key = `glacier:ResourceTag/${tag}`;
  const old = (when: Conditions, subject: ResourceUnderTest) =>
    ofVault(subject, 'always', DELETES, policies(subject), {
      ...whomIamAllows(subject, when),
      NumericGreaterThanEqualsIfExists: { [AGE]: String(days) },
    });
  return {
    id: 'vault-deletes-allowed-after',
    title: `Archives deletable after ${days} days`,
    description:
      `A principal that IAM allows can delete an archive that is ${days} days old, or of an age that is not known, ` +
      'while there is no legal hold, or one that was lifted: the lock keeps no longer than it says.',
    fix: 'Bound the deny by glacier:ArchiveAgeInDays, and the legal hold by its tag with another value than "false".',
    options: [days, tag],
    resourceType: VAULT,
    parts: (subject) => [old({ Null: { [key]: 'true' } }, subject), old({ StringEquals: { [key]: 'false' } }, subject)],
  };
}

export function vaultWorks(): GuaranteeProps {
  return {
    id: 'vault-works',
    title: 'Vault in use',
    description:
      'A principal that IAM allows can upload and retrieve archives and list them, however old they are and under ' +
      'whatever hold: lock and access policy deny deletions alone.',
    fix: 'Deny glacier:DeleteArchive in the lock, and no more.',
    resourceType: VAULT,
    parts: (subject) => [
      ofVault(subject, 'always', USES, policies(subject), {
        ...whomIamAllows(subject),
        NumericGreaterThanEqualsIfExists: { [AGE]: '0' },
        StringLikeIfExists: { 'glacier:ResourceTag/LegalHold': '*' },
      }),
    ],
  };
}

export function vaultKept(): GuaranteeProps {
  return {
    id: 'vault-kept',
    title: 'Vault kept',
    description: 'The vault stays when its stack goes, or names another one.',
    fix: 'Give the vault the DeletionPolicy and UpdateReplacePolicy Retain.',
    resourceType: VAULT,
    parts: ({ resource }) => kept(resource),
  };
}

export function vaultLegalHoldOnlyBy(named: readonly string[]): GuaranteeProps {
  const people = named.map(nameOfConstruct);
  return {
    id: 'vault-legal-hold-only-by',
    title: 'Legal holds of the vault by listed principals only',
    description:
      `${people.length > 0 ? `Nobody but ${people.join(', ')}` : 'Nobody'} changes the tags of the vault, ` +
      'and so its legal holds.',
    fix:
      'Deny glacier:AddTagsToVault and glacier:RemoveTagsFromVault in the access policy to all but the ' +
      'listed principals by aws:PrincipalArn.',
    options: people,
    resourceType: VAULT,
    parts: (subject) => [ofVault(subject, 'never', CHANGES_HOLDS, policies(subject), excluding(subject, people))],
  };
}

export function vaultLegalHoldBy(named: readonly string[]): GuaranteeProps {
  if (named.length === 0) throw new Error('"named" is []; name at least one who may place and lift legal holds');
  const people = named.map(nameOfConstruct);
  return {
    id: 'vault-legal-hold-by',
    title: 'Legal holds of the vault work',
    description: `${people.join(', ')} may change the tags of the vault, if their own policies say so.`,
    fix: 'Name them among those whom the access policy does not deny the tags of the vault.',
    options: people,
    resourceType: VAULT,
    parts: (subject) => [
      ofVault(subject, 'always', CHANGES_HOLDS, policies(subject), {
        ArnEquals: { 'aws:PrincipalArn': people.map((name) => subject.nameOf(name)) },
        Bool: { 'aws:SecureTransport': 'true' },
        StringEquals: { 'strongbox:PrincipalKind': ['role', 'user'] },
      }),
    ],
  };
}

export function vaultTlsOnly(): GuaranteeProps {
  return {
    id: 'vault-tls-only',
    title: 'Vault by HTTPS only',
    description: 'No request over plain HTTP reaches the vault.',
    fix: 'Deny glacier:* in the access policy where aws:SecureTransport is false.',
    resourceType: VAULT,
    parts: (subject) => [
      ofVault(subject, 'never', ['glacier:*'], policies(subject), { Bool: { 'aws:SecureTransport': 'false' } }),
    ],
  };
}

function requireDays(days: number): void {
  if (!Number.isInteger(days) || days < 1) throw new Error(`"days" is ${days}; a whole number from 1 on is needed`);
}

/** Without a lock there is nothing that denies. */
function byLock(subject: ResourceUnderTest, when: Conditions): ProofObligation[] {
  const lock = lockPolicy(subject);
  return lock === undefined
    ? [setting('The lock of the vault', undefined, () => false)]
    : [ofVault(subject, 'never', DELETES, [lock, OPEN], when)];
}

/**
 * Who decides about requests to the vault: its policies together, and the lock under any access policy, which is all
 * that stays for sure.
 */
export function vaultEnvironments(subject: ResourceUnderTest): Environment[] {
  const lock = lockPolicy(subject);
  return [policies(subject), ...(lock ? [[lock, OPEN]] : [])].map((all) => environmentOf(subject, all));
}

function environmentOf({ resource }: ResourceUnderTest, resourcePolicies: Policy[]): Environment {
  return { account: resource.account, resourcePolicies, otherIdentities: 'everything' };
}

/** The access policy may allow anybody anything tomorrow: only what the lock denies counts. */
const OPEN = parsePolicy(
  { Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: '*', Action: 'glacier:*', Resource: '*' } },
  'any access policy',
);

function lockPolicy({ properties }: ResourceUnderTest): Policy | undefined {
  return properties.lock && parsePolicy(properties.lock.policy, 'vault lock policy');
}

function policies(subject: ResourceUnderTest): Policy[] {
  return [lockPolicy(subject), parsePolicy(subject.properties.accessPolicy, 'vault access policy')].filter(
    (policy) => policy !== undefined,
  );
}

function whomIamAllows({ resource }: ResourceUnderTest, { StringEquals, ...when }: Conditions = {}): Conditions {
  const caller = { 'aws:PrincipalAccount': resource.account, 'strongbox:PrincipalKind': ['role', 'user'] };
  return { ...when, Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { ...StringEquals, ...caller } };
}

function ofVault(
  subject: ResourceUnderTest,
  expect: 'never' | 'always',
  actions: readonly string[],
  resourcePolicies: Policy[],
  when: Conditions,
): ProofObligation {
  return {
    expect,
    place: subject.resource.path,
    region: region({ actions, when }),
    targets: [{ kind: 'vault', arn: subject.arn }],
    environment: environmentOf(subject, resourcePolicies),
    axioms: subject.axioms,
  };
}
