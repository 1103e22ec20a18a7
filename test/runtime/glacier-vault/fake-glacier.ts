import type { Glacier, Operation } from '../../../src/runtime/glacier-vault/vault';

const HOUR = 3_600_000;

interface Vault {
  archives: number;
  accessPolicy?: string;
  notifications?: object;
  tags: Record<string, string>;
  lock?: { state: 'InProgress' | 'Locked'; policy: string; id: string; expires: number };
}

interface Fault {
  readonly operation: Operation;
  readonly error: Error;
  /** Whether the call took effect all the same. */
  readonly after: boolean;
}

/** An error as the AWS SDK throws it. */
export function awsError(name: string, httpStatusCode: number, message: string = name): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

/**
 * Glacier as its API reference describes it, as far as the handler may use it: any other operation, and any input that
 * it does not expect, is an error of the test. Its clock goes when it is told to.
 */
export class FakeGlacier implements Glacier {
  public readonly vaults = new Map<string, Vault>();
  public readonly calls: string[] = [];
  public clock = Date.UTC(2026, 0, 1);
  private readonly faults: Fault[] = [];
  private locks = 0;

  private readonly operations: Record<Operation, (name: string, input: any) => unknown> = {
    CreateVault: (name, input) => {
      takes(input);
      if (!this.vaults.has(name)) this.vaults.set(name, { archives: 0, tags: {} });
    },
    DeleteVault: (name, input) => {
      takes(input);
      if (this.vault(name).archives > 0) {
        throw awsError('InvalidParameterValueException', 400, `Vault not empty or recently written to: ${name}`);
      }
      this.vaults.delete(name);
    },
    SetVaultAccessPolicy: (name, input) => {
      takes(input, 'policy');
      this.vault(name).accessPolicy = policyIn(input.policy);
    },
    SetVaultNotifications: (name, input) => {
      takes(input, 'vaultNotificationConfig');
      takes(input.vaultNotificationConfig, 'SNSTopic', 'Events');
      this.vault(name).notifications = input.vaultNotificationConfig;
    },
    DeleteVaultNotifications: (name, input) => {
      takes(input);
      delete this.vault(name).notifications;
    },
    GetVaultLock: (name, input) => {
      takes(input);
      const { lock } = this.vault(name);
      if (!lock) throw awsError('ResourceNotFoundException', 404, 'No vault lock policy is set');
      return {
        State: lock.state,
        Policy: lock.policy,
        ...(lock.state === 'InProgress' ? { ExpirationDate: new Date(lock.expires).toISOString() } : {}),
      };
    },
    InitiateVaultLock: (name, input) => {
      takes(input, 'policy');
      const vault = this.vault(name);
      if (vault.lock) throw awsError('AccessDeniedException', 403, `the lock is ${vault.lock.state}`);
      vault.lock = {
        state: 'InProgress',
        policy: policyIn(input.policy),
        id: `lock-id-${++this.locks}`,
        expires: this.clock + 24 * HOUR,
      };
      return { lockId: vault.lock.id };
    },
    AbortVaultLock: (name, input) => {
      takes(input);
      const vault = this.vault(name);
      if (vault.lock?.state === 'Locked') throw awsError('AccessDeniedException', 403, 'the lock is Locked');
      vault.lock = undefined;
    },
    CompleteVaultLock: (name, input) => {
      takes(input, 'lockId');
      const { lock } = this.vault(name);
      if (!lock) throw awsError('ResourceNotFoundException', 404, 'No vault lock is in progress');
      if (lock.id !== input.lockId) {
        throw lock.state === 'Locked'
          ? awsError('AccessDeniedException', 403)
          : awsError('InvalidParameterValueException', 400);
      }
      lock.state = 'Locked';
    },
    ListTagsForVault: (name, input) => {
      takes(input);
      return { Tags: { ...this.vault(name).tags } };
    },
    AddTagsToVault: (name, input) => {
      takes(input, 'Tags');
      Object.assign(this.vault(name).tags, input.Tags);
    },
    RemoveTagsFromVault: (name, input) => {
      takes(input, 'TagKeys');
      for (const key of input.TagKeys) delete this.vault(name).tags[key];
    },
  };

  /** Makes the next call of the operation fail; `after` it took effect, or before. */
  public fail(operation: Operation, error: Error, when: 'before' | 'after' = 'before', times: number = 1): void {
    for (let i = 0; i < times; i++) this.faults.push({ operation, error, after: when === 'after' });
  }

  public passHours(hours: number): void {
    this.clock += hours * HOUR;
  }

  /** The calls that change something, since the last time this was asked. */
  public changes(): string[] {
    return this.calls.splice(0).filter((call) => !/^(Get|List)/.test(call));
  }

  public vault(name: string): Vault {
    const found = this.vaults.get(name);
    if (!found) throw awsError('ResourceNotFoundException', 404, `Vault not found for ARN: ${name}`);
    if (found.lock?.state === 'InProgress' && found.lock.expires <= this.clock) found.lock = undefined;
    return found;
  }

  public async call(
    operation: Operation,
    { vaultName, ...input }: { vaultName: string } & Record<string, any>,
  ): Promise<any> {
    this.calls.push(operation);
    const fault = this.faults.findIndex((each) => each.operation === operation);
    const [{ error, after }] = fault < 0 ? [{ error: undefined, after: false }] : this.faults.splice(fault, 1);
    if (error && !after) throw error;
    if (!(operation in this.operations)) throw new Error(`the handler calls ${operation}, which it must not`);
    const result = this.operations[operation](vaultName, input);
    if (error) throw error;
    return result;
  }
}

function takes(input: object, ...keys: string[]): void {
  if (Object.keys(input).sort().join() !== keys.sort().join()) {
    throw new Error(`an input has ${Object.keys(input).join()} instead of ${keys.join()}`);
  }
}

function policyIn(policy: { Policy: string }): string {
  takes(policy, 'Policy');
  JSON.parse(policy.Policy);
  return policy.Policy;
}
