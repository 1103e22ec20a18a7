/** What is guaranteed of Glacier vaults; `Guarantee` names each of them. */
import type { GuaranteeProps } from './guarantees';
import { region, setting, type Conditions, type Part } from './parts';
import { parsePolicy, type Policy } from './policy';
import { VAULT } from './resolve';
import type { Subject } from './subject';

const DELETES = ['glacier:DeleteArchive'];
const AGE = 'glacier:ArchiveAgeInDays';

export function vaultLocked(): GuaranteeProps {
  return {
    id: 'vault-locked',
    title: 'Vault locked for good',
    words: 'The lock of the vault is complete: nobody can change or remove its policy.',
    fix: 'Test the policy of VaultLock.inProgress, then deploy VaultLock.complete with the lock id.',
    resourceType: VAULT,
    parts: ({ properties }) => [setting('The phase of the lock', properties.lock?.phase, (phase) => phase === 'complete')],
  };
}

export function vaultDeletesDeniedBefore(days: number): GuaranteeProps {
  if (!Number.isInteger(days) || days < 1) throw new Error(`"days" is ${days}; a whole number from 1 on is needed`);
  return {
    id: 'vault-deletes-denied-before',
    title: `No archive deleted before ${days} days`,
    words: `The lock policy alone, which a later access policy cannot undo, denies everybody the deletion of an archive that is younger than ${days} days.`,
    fix: 'Deny glacier:DeleteArchive to everybody in the lock policy where glacier:ArchiveAgeInDays is NumericLessThan the days.',
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
    words: `The lock policy alone denies everybody the deletion of archives while the vault has the tag ${tag} with another value than "false".`,
    fix: `Deny glacier:DeleteArchive to everybody in the lock policy where ${key} is there and not "false".`,
    options: tag,
    resourceType: VAULT,
    parts: (subject) => byLock(subject, { Null: { [key]: 'false' }, StringNotEquals: { [key]: 'false' } }),
  };
}

export function vaultDeletesAllowedAfter(days: number): GuaranteeProps {
  return {
    id: 'vault-deletes-allowed-after',
    title: `Archives deletable after ${days} days`,
    words: `Whom IAM allows may delete an archive that is ${days} days old, while there is no legal hold: the lock keeps no longer than it says.`,
    fix: 'Bound the deny by glacier:ArchiveAgeInDays, and the legal hold by its tag.',
    options: days,
    resourceType: VAULT,
    parts: (subject) => [ofVault(subject, 'always', DELETES, policies(subject), {
      NumericEquals: { [AGE]: String(days) },
      Null: { 'glacier:ResourceTag/LegalHold': 'true' },
      Bool: { 'aws:SecureTransport': 'true' },
      StringEquals: { 'aws:PrincipalAccount': subject.resource.account, 'strongbox:PrincipalKind': ['role', 'user'] },
    })],
  };
}

export function vaultTlsOnly(): GuaranteeProps {
  return {
    id: 'vault-tls-only',
    title: 'Vault by HTTPS only',
    words: 'No request over plain HTTP reaches the vault.',
    fix: 'Deny glacier:* in the access policy where aws:SecureTransport is false.',
    resourceType: VAULT,
    parts: (subject) => [ofVault(subject, 'never', ['glacier:*'], policies(subject), { Bool: { 'aws:SecureTransport': 'false' } })],
  };
}

/** Without a lock there is nothing that denies. */
function byLock(subject: Subject, when: Conditions): Part[] {
  const lock = lockPolicy(subject);
  return lock === undefined ? [setting('The lock of the vault', undefined, () => false)] : [ofVault(subject, 'never', DELETES, [lock, OPEN], when)];
}

/** The access policy may allow anybody anything tomorrow: only what the lock denies counts. */
const OPEN = parsePolicy({ Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: '*', Action: 'glacier:*', Resource: '*' } }, 'any access policy');

function lockPolicy({ properties }: Subject): Policy | undefined {
  return properties.lock && parsePolicy(properties.lock.policy, 'vault lock policy');
}

function policies(subject: Subject): Policy[] {
  return [lockPolicy(subject), parsePolicy(subject.properties.accessPolicy, 'vault access policy')].filter((policy) => policy !== undefined);
}

function ofVault(subject: Subject, expect: 'never' | 'always', actions: readonly string[], resourcePolicies: Policy[], when: Conditions): Part {
  return {
    expect,
    place: subject.resource.path,
    region: region({ actions, when }),
    targets: [{ kind: 'vault', arn: subject.arn }],
    environment: { account: subject.resource.account, resourcePolicies, otherIdentities: 'everything' },
    axioms: subject.axioms,
  };
}
