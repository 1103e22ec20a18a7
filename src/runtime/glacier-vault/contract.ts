/**
 * What `GlacierVault` asks of its handler and gets back, as CloudFormation carries it. These names are in deployed
 * stacks: never change one.
 */

export const RESOURCE_TYPE = 'Custom::StrongboxGlacierVault';

/** A policy document; CloudFormation makes text of every number and truth value in it. */
export type PolicyJson = Readonly<Record<string, unknown>>;

/** The properties of the custom resource. */
export interface VaultProperties {
  readonly vaultName: string;
  readonly accessPolicy: PolicyJson;
  readonly notifications?: { readonly topicArn: string; readonly events: readonly string[] };
  /** Absent: whatever lock the vault has is not this resource's. */
  readonly lock?: LockProperties;
}

export interface LockProperties {
  readonly phase: 'inProgress' | 'complete';
  readonly policy: PolicyJson;
  /** Tells lock policies apart; the lock id that people carry from one deployment to the next ends in it. */
  readonly fingerprint: string;
  /** There in the phase `complete`. */
  readonly lockId?: string;
}

/** The attributes of the custom resource, all of them always there. */
export interface VaultAttributes {
  /**
   * What `VaultLock.complete` wants: Glacier's lock id and the fingerprint of the policy; empty where no lock is in
   * progress.
   */
  readonly LockId: string;
  readonly LockState: 'None' | 'InProgress' | 'Locked';
  /** When a lock in progress expires, as Glacier says it; else empty. */
  readonly LockExpires: string;
}

/** Where the handler keeps the lock id, which Glacier tells only once. */
export const LOCK_ID_TAG = 'strongbox:lock-id';

export function lockIdWithFingerprint(lockId: string, fingerprint: string): string {
  return `${lockId}.${fingerprint}`;
}
