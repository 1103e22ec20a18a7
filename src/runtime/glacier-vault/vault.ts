import {
  LOCK_ID_TAG,
  lockIdWithFingerprint,
  type LockProperties,
  type PolicyJson,
  type VaultAttributes,
  type VaultProperties,
} from './contract';
import { PermanentError, type CustomResource } from './custom-resource';
import { samePolicy } from './policy';

/** What the handler may ask of Glacier; its role has the rights for these and no others. */
export type Operation =
  | 'CreateVault'
  | 'DeleteVault'
  | 'SetVaultAccessPolicy'
  | 'SetVaultNotifications'
  | 'DeleteVaultNotifications'
  | 'GetVaultLock'
  | 'InitiateVaultLock'
  | 'AbortVaultLock'
  | 'CompleteVaultLock'
  | 'ListTagsForVault'
  | 'AddTagsToVault'
  | 'RemoveTagsFromVault';

/** Glacier, for the account whose credentials are used. */
export interface Glacier {
  call(operation: Operation, input: { readonly vaultName: string } & Readonly<Record<string, unknown>>): Promise<any>;
}

const SUCCESSOR = 'Amazon Glacier takes no new customers since 15 December 2025; for new archives use WormArchive';

/**
 * A vault of the original Glacier service. Each step reads before it changes, so that any of them can be made again
 * after any failure.
 */
export function vaultResource(glacier: Glacier): CustomResource<VaultProperties> {
  return {
    idOf: ({ vaultName }) => vaultName,
    async apply(wanted, before) {
      const vaultName = wanted.vaultName;
      await create(glacier, vaultName);
      await glacier.call('SetVaultAccessPolicy', { vaultName, policy: asText(wanted.accessPolicy) });
      if (wanted.notifications) {
        const { topicArn: SNSTopic, events: Events } = wanted.notifications;
        await glacier.call('SetVaultNotifications', { vaultName, vaultNotificationConfig: { SNSTopic, Events } });
      } else if (before?.notifications) {
        await glacier.call('DeleteVaultNotifications', { vaultName });
      }
      return { ...(await new Lock(glacier, vaultName).bring(wanted.lock, before?.lock)) };
    },
    remove: (vaultName) => remove(glacier, vaultName),
  };
}

/** Also takes over a vault that is there: Glacier makes none twice. */
async function create(glacier: Glacier, vaultName: string): Promise<void> {
  try {
    await glacier.call('CreateVault', { vaultName });
  } catch (error) {
    if (nameOf(error) !== 'NoLongerSupportedException') throw error;
    throw new PermanentError(
      `Glacier makes no vault "${vaultName}" in this account: ${(error as Error).message}. ${SUCCESSOR}.`,
    );
  }
}

async function remove(glacier: Glacier, vaultName: string): Promise<void> {
  try {
    await glacier.call('DeleteVault', { vaultName });
  } catch (error) {
    if (nameOf(error) === 'ResourceNotFoundException') return;
    if (nameOf(error) !== 'InvalidParameterValueException') throw error;
    throw new PermanentError(
      `The vault "${vaultName}" is not deleted: ${(error as Error).message}. Glacier deletes only a vault ` +
        'that had no archive at its last' +
        ' inventory and none since: delete its archives and wait a day for the inventory, or let the stack ' +
        'keep it (RemovalPolicy.RETAIN).',
    );
  }
}

interface LockNow {
  readonly state: VaultAttributes['LockState'];
  readonly policy?: string;
  readonly expires?: string;
}

/** The lock of a vault: from nothing to in progress and back, and from in progress, once, to complete. */
class Lock {
  public constructor(
    private readonly glacier: Glacier,
    private readonly vaultName: string,
  ) {}

  public async bring(wanted: LockProperties | undefined, before: LockProperties | undefined): Promise<VaultAttributes> {
    const now = await this.now();
    if (now.state === 'Locked') return this.keep(now, wanted, before);
    if (!wanted) return this.drop(now, before);
    return wanted.phase === 'complete' ? this.complete(now, wanted) : this.begin(now, wanted);
  }

  /** A lock that is complete is never touched: either it is what is wanted, or that cannot be had. */
  private keep(now: LockNow, wanted: LockProperties | undefined, before: LockProperties | undefined): VaultAttributes {
    if (wanted ? samePolicy(now.policy, wanted.policy) : !before) {
      return attributes(now, wanted?.lockId && lockIdWithFingerprint(wanted.lockId, wanted.fingerprint));
    }
    throw new PermanentError(
      `The vault "${this.vaultName}" is locked for good, and nobody can change or remove a completed lock: ` +
        'declare it again as' +
        ` VaultLock.complete with the policy that it has. It has ${now.policy}`,
    );
  }

  private async drop(now: LockNow, before: LockProperties | undefined): Promise<VaultAttributes> {
    // A lock that somebody else began is not ours to abort.
    if (now.state === 'None' || !before || !samePolicy(now.policy, before.policy)) return attributes(now);
    await this.glacier.call('AbortVaultLock', { vaultName: this.vaultName });
    await this.forgetId();
    return attributes({ state: 'None' });
  }

  private async begin(now: LockNow, wanted: LockProperties): Promise<VaultAttributes> {
    if (now.state === 'InProgress') {
      const known = samePolicy(now.policy, wanted.policy) ? await this.rememberedId() : undefined;
      if (known) return attributes(now, lockIdWithFingerprint(known, wanted.fingerprint));
      // Another policy, or an id that nobody was told: begin anew, which Glacier allows only after an abort.
      await this.glacier.call('AbortVaultLock', { vaultName: this.vaultName });
    }
    // An id of an earlier lock would be taken for this one's, should this be interrupted.
    await this.forgetId();
    const { lockId } = await this.glacier.call('InitiateVaultLock', {
      vaultName: this.vaultName,
      policy: asText(wanted.policy),
    });
    await this.glacier.call('AddTagsToVault', { vaultName: this.vaultName, Tags: { [LOCK_ID_TAG]: lockId } });
    return attributes(await this.now(), lockIdWithFingerprint(lockId, wanted.fingerprint));
  }

  private async complete(now: LockNow, wanted: LockProperties): Promise<VaultAttributes> {
    const refuse = (why: string, fix: string) =>
      new PermanentError(`The lock of the vault "${this.vaultName}" is not completed: ${why}; ${fix}.`);
    const over = () =>
      refuse(
        'no lock is in progress, because its 24 hours are over or it was aborted',
        'go back to VaultLock.inProgress(policy), deploy, test, and complete with the new lock id',
      );
    if (now.state === 'None') throw over();
    if (!samePolicy(now.policy, wanted.policy)) {
      throw refuse(
        `the policy in progress is another one than the template's, namely ${now.policy}`,
        'give VaultLock.complete the policy that was tested, or begin again with VaultLock.inProgress(policy)',
      );
    }
    try {
      await this.glacier.call('CompleteVaultLock', { vaultName: this.vaultName, lockId: wanted.lockId });
    } catch (error) {
      // It was in progress a moment ago.
      if (nameOf(error) === 'ResourceNotFoundException') throw over();
      if (nameOf(error) !== 'InvalidParameterValueException') throw error;
      throw refuse(
        `"${wanted.lockId}" is not the id of the lock in progress`,
        'take the output LockId of the last deployment',
      );
    }
    return attributes({ state: 'Locked' }, lockIdWithFingerprint(wanted.lockId!, wanted.fingerprint));
  }

  private async now(): Promise<LockNow> {
    try {
      const { State, Policy, ExpirationDate } = await this.glacier.call('GetVaultLock', { vaultName: this.vaultName });
      return { state: State, policy: Policy, expires: ExpirationDate };
    } catch (error) {
      if (nameOf(error) === 'ResourceNotFoundException') return { state: 'None' };
      throw error;
    }
  }

  private async rememberedId(): Promise<string | undefined> {
    const { Tags } = await this.glacier.call('ListTagsForVault', { vaultName: this.vaultName });
    return Tags?.[LOCK_ID_TAG];
  }

  private async forgetId(): Promise<void> {
    if ((await this.rememberedId()) === undefined) return;
    await this.glacier.call('RemoveTagsFromVault', { vaultName: this.vaultName, TagKeys: [LOCK_ID_TAG] });
  }
}

function attributes({ state, expires }: LockNow, lockId?: string): VaultAttributes {
  return { LockState: state, LockId: lockId ?? '', LockExpires: (state === 'InProgress' && expires) || '' };
}

function asText(policy: PolicyJson): { Policy: string } {
  return { Policy: JSON.stringify(policy) };
}

function nameOf(error: unknown): string {
  return (error as Error).name;
}
