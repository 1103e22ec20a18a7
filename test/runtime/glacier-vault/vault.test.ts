import { awsError, FakeGlacier } from './fake-glacier';
import { LOCK_ID_TAG, type LockProperties, type VaultProperties } from '../../../src/runtime/glacier-vault/contract';
import {
  customResource,
  NEVER_CREATED,
  type CustomResourceEvent,
} from '../../../src/runtime/glacier-vault/custom-resource';
import { samePolicy } from '../../../src/runtime/glacier-vault/policy';
import { vaultResource } from '../../../src/runtime/glacier-vault/vault';

const ARN = 'arn:aws:glacier:eu-west-1:111122223333:vaults/ledgers';
const lockPolicy = (days: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'DenyDeletesByAge',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'glacier:DeleteArchive',
      Resource: ARN,
      Condition: { NumericLessThan: { 'glacier:ArchiveAgeInDays': days } },
    },
  ],
});
const inProgress = (days = '365'): LockProperties => ({
  phase: 'inProgress',
  policy: lockPolicy(days),
  fingerprint: `${days}`.padStart(16, '0'),
});
const complete = (lockId: string, days = '365'): LockProperties => ({ ...inProgress(days), phase: 'complete', lockId });
const vault = (more: Partial<VaultProperties> = {}): VaultProperties => ({
  vaultName: 'ledgers',
  accessPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Deny' }] },
  ...more,
});

interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: Record<string, string>;
}

/** CloudFormation, as it calls the handler for one resource of one stack, and Lambda, as it runs it. */
class Stack {
  public readonly glacier = new FakeGlacier();
  public readonly pauses: number[] = [];
  public readonly answers: Array<{ url: string; body: string }> = [];
  public unreachable = 0;
  private requests = 0;
  private id?: string;
  private properties?: VaultProperties;

  private readonly handler = customResource(vaultResource(this.glacier), {
    answer: async (url, body) => {
      if (this.unreachable-- > 0) throw new Error('CloudFormation answers 503');
      this.answers.push({ url, body });
    },
    sleep: async (milliseconds) => void this.pauses.push(milliseconds),
    random: () => 1,
    log: () => undefined,
  });

  /**
   * Creates, or updates, and takes the answer as CloudFormation does; `times` is how often the request is delivered.
   */
  public async deploy(properties: VaultProperties, times = 1): Promise<Answer> {
    const event = this.properties
      ? this.event('Update', {
          PhysicalResourceId: this.id,
          OldResourceProperties: this.properties,
          ResourceProperties: properties,
        })
      : this.event('Create', { ResourceProperties: properties });
    const answer = await this.run(event, times);
    if (answer.Status === 'SUCCESS') {
      this.properties = properties;
      this.id = answer.PhysicalResourceId;
    }
    return answer;
  }

  /** What CloudFormation does after another resource of the deployment failed. */
  public rollback(to: VaultProperties): Promise<Answer> {
    return this.deploy(to);
  }

  public delete(id: string = this.id!): Promise<Answer> {
    return this.run(this.event('Delete', { PhysicalResourceId: id, ResourceProperties: this.properties ?? vault() }));
  }

  public async run(event: CustomResourceEvent<VaultProperties>, times = 1, milliseconds = 300_000): Promise<Answer> {
    let left = milliseconds;
    const context = { getRemainingTimeInMillis: () => left - this.pauses.reduce((sum, pause) => sum + pause, 0) };
    let answer: Answer;
    for (let i = 0; i < times; i++) {
      this.pauses.length = 0;
      left = milliseconds;
      const before = this.answers.length;
      await this.handler(event, context);
      expect(this.answers).toHaveLength(before + 1);
      const { url, body } = this.answers.at(-1)!;
      expect(url).toBe(event.ResponseURL);
      expect(Buffer.byteLength(body)).toBeLessThan(4096);
      const { RequestId, StackId, LogicalResourceId, ...rest } = JSON.parse(body);
      expect({ RequestId, StackId, LogicalResourceId }).toEqual({
        RequestId: event.RequestId,
        StackId: event.StackId,
        LogicalResourceId: event.LogicalResourceId,
      });
      answer = rest;
    }
    return answer!;
  }

  public event(RequestType: 'Create' | 'Update' | 'Delete', more: object): CustomResourceEvent<VaultProperties> {
    return {
      RequestType,
      RequestId: `request-${++this.requests}`,
      ResponseURL: `https://cloudformation.example.com/answer?${this.requests}`,
      StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Ledgers/1',
      LogicalResourceId: 'Vault23237E5B',
      ResourceType: 'Custom::StrongboxGlacierVault',
      ...more,
    } as unknown as CustomResourceEvent<VaultProperties>;
  }

  public get lock() {
    return this.glacier.vault('ledgers').lock;
  }
}

let stack: Stack;
beforeEach(() => {
  stack = new Stack();
});

const NONE = { LockState: 'None', LockId: '', LockExpires: '' };
const THROTTLED = awsError('ThrottlingException', 400);
const TIMEOUT = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });

describe('a vault without a lock', () => {
  test('is made with its access policy, and known by its name', async () => {
    expect(await stack.deploy(vault())).toEqual({ Status: 'SUCCESS', PhysicalResourceId: 'ledgers', Data: NONE });
    expect(stack.glacier.changes()).toEqual(['CreateVault', 'SetVaultAccessPolicy']);
    expect(JSON.parse(stack.glacier.vault('ledgers').accessPolicy!)).toEqual(vault().accessPolicy);
  });

  test('takes over a vault that is there, with its archives and without touching its lock', async () => {
    const lock = { state: 'Locked' as const, policy: '{}', id: 'theirs', expires: 0 };
    stack.glacier.vaults.set('ledgers', { archives: 3, tags: { Owner: 'us' }, lock: { ...lock } });
    expect(await stack.deploy(vault())).toMatchObject({ Status: 'SUCCESS', Data: { LockState: 'Locked' } });
    expect(stack.glacier.vault('ledgers')).toMatchObject({ archives: 3, tags: { Owner: 'us' }, lock });
  });

  test('begins, changes and ends notifications', async () => {
    const topic = (topicArn: string) => vault({ notifications: { topicArn, events: ['ArchiveRetrievalCompleted'] } });
    await stack.deploy(topic('one'));
    expect(stack.glacier.vault('ledgers').notifications).toEqual({
      SNSTopic: 'one',
      Events: ['ArchiveRetrievalCompleted'],
    });
    await stack.deploy(topic('two'));
    expect(stack.glacier.vault('ledgers').notifications).toMatchObject({ SNSTopic: 'two' });
    await stack.deploy(vault());
    expect(stack.glacier.vault('ledgers').notifications).toBeUndefined();
  });

  test('another name is another vault: the id changes, and the one before is left to CloudFormation', async () => {
    await stack.deploy(vault());
    expect(await stack.deploy(vault({ vaultName: 'journals' }))).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'journals',
    });
    expect([...stack.glacier.vaults.keys()]).toEqual(['ledgers', 'journals']);
    expect(await stack.rollback(vault())).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'ledgers' });
  });

  test('in an account that Glacier no longer takes, says what to use', async () => {
    stack.glacier.fail('CreateVault', awsError('NoLongerSupportedException', 400, 'not available to new customers'));
    const { Status, Reason } = await stack.deploy(vault());
    expect(Status).toBe('FAILED');
    expect(Reason).toBe(
      'Glacier makes no vault "ledgers" in this account: not available to new customers. Amazon Glacier ' +
        'takes no new customers since 15 December 2025;' +
        ' for new archives use WormArchive.',
    );
  });
});

describe('deleting', () => {
  test('an empty vault', async () => {
    await stack.deploy(vault());
    expect(await stack.delete()).toEqual({ Status: 'SUCCESS', PhysicalResourceId: 'ledgers' });
    expect(stack.glacier.vaults.size).toBe(0);
  });

  test('something already gone is no error, also when the request comes twice', async () => {
    expect(await stack.delete('ledgers')).toMatchObject({ Status: 'SUCCESS' });
    expect(await stack.delete('ledgers')).toMatchObject({ Status: 'SUCCESS' });
  });

  test('a vault with archives is refused in words that help', async () => {
    await stack.deploy(vault());
    stack.glacier.vault('ledgers').archives = 1;
    const { Status, Reason } = await stack.delete();
    expect(Status).toBe('FAILED');
    expect(Reason).toMatch(
      /^The vault "ledgers" is not deleted: Vault not empty or recently written to: ledgers\. .* let the stack keep it \(RemovalPolicy\.RETAIN\)\.$/,
    );
    expect(stack.glacier.vaults.size).toBe(1);
  });

  test('what failed to be created deletes nothing, so a vault that was there before stays', async () => {
    stack.glacier.vaults.set('ledgers', { archives: 0, tags: {} });
    stack.glacier.fail('SetVaultAccessPolicy', awsError('InvalidParameterValueException', 400, 'Policy is malformed'));
    const failed = await stack.deploy(vault());
    expect(failed).toEqual({
      Status: 'FAILED',
      PhysicalResourceId: NEVER_CREATED,
      Reason: 'InvalidParameterValueException: Policy is malformed',
    });
    stack.glacier.changes();
    expect(await stack.delete(failed.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
    expect(stack.glacier.changes()).toEqual([]);
  });

  test('took effect before the connection broke', async () => {
    await stack.deploy(vault());
    stack.glacier.fail('DeleteVault', TIMEOUT, 'after');
    expect(await stack.delete()).toMatchObject({ Status: 'SUCCESS' });
  });
});

describe('a lock in progress', () => {
  const begun = {
    LockState: 'InProgress',
    LockId: 'lock-id-1.0000000000000365',
    LockExpires: '2026-01-02T00:00:00.000Z',
  };

  test('tells its id and its end', async () => {
    expect(await stack.deploy(vault({ lock: inProgress() }))).toMatchObject({ Status: 'SUCCESS', Data: begun });
    expect(stack.lock).toMatchObject({ state: 'InProgress', policy: JSON.stringify(lockPolicy('365')) });
  });

  test('keeps its id when something else changes, and when a request comes twice', async () => {
    await stack.deploy(vault({ lock: inProgress() }), 2);
    stack.glacier.changes();
    expect(await stack.deploy(vault({ lock: inProgress(), accessPolicy: { Statement: [] } }), 2)).toMatchObject({
      Data: begun,
    });
    expect(stack.glacier.changes()).toEqual([
      'CreateVault',
      'SetVaultAccessPolicy',
      'CreateVault',
      'SetVaultAccessPolicy',
    ]);
  });

  test('with another policy is begun anew', async () => {
    await stack.deploy(vault({ lock: inProgress() }));
    expect(await stack.deploy(vault({ lock: inProgress('730') }))).toMatchObject({
      Data: { LockId: 'lock-id-2.0000000000000730' },
    });
    expect(stack.lock).toMatchObject({ id: 'lock-id-2', policy: JSON.stringify(lockPolicy('730')) });
  });

  test('that is over after 24 hours is begun anew', async () => {
    await stack.deploy(vault({ lock: inProgress() }));
    stack.glacier.passHours(24);
    expect(await stack.deploy(vault({ lock: inProgress() }))).toMatchObject({
      Data: { LockId: 'lock-id-2.0000000000000365', LockExpires: '2026-01-03T00:00:00.000Z' },
    });
    expect(stack.glacier.vault('ledgers').tags).toEqual({ [LOCK_ID_TAG]: 'lock-id-2' });
  });

  test('is aborted when the template gives it up, also by a rollback', async () => {
    await stack.deploy(vault());
    await stack.deploy(vault({ lock: inProgress() }));
    expect(await stack.rollback(vault())).toMatchObject({ Status: 'SUCCESS', Data: NONE });
    expect(stack.lock).toBeUndefined();
    expect(stack.glacier.vault('ledgers').tags).toEqual({});
  });

  test('of somebody else is not aborted by a template that has none', async () => {
    await stack.deploy(vault());
    await stack.glacier.call('InitiateVaultLock', { vaultName: 'ledgers', policy: { Policy: '{}' } });
    await stack.deploy(vault({ accessPolicy: {} }));
    expect(stack.lock).toMatchObject({ state: 'InProgress' });
  });

  test.each<[string, Error, 'before' | 'after']>([
    ['was throttled', THROTTLED, 'before'],
    ['took effect before the connection broke', TIMEOUT, 'after'],
    ['hit a server error', awsError('InternalError', 500), 'after'],
  ])('whose beginning %s has an id that completes it', async (_, error, when) => {
    stack.glacier.fail('InitiateVaultLock', error, when);
    const { Status, Data } = await stack.deploy(vault({ lock: inProgress() }));
    expect(Status).toBe('SUCCESS');
    expect(Data!.LockId).toBe(`${stack.lock!.id}.0000000000000365`);
    const done = await stack.deploy(vault({ lock: complete(Data!.LockId.split('.')[0]) }));
    expect(done).toMatchObject({ Status: 'SUCCESS', Data: { LockState: 'Locked' } });
  });

  test.each<'before' | 'after'>(['before', 'after'])(
    'whose id could not be kept (%s it was) is begun anew, or found again',
    async (when) => {
      stack.glacier.fail('AddTagsToVault', TIMEOUT, when);
      const { Data } = await stack.deploy(vault({ lock: inProgress() }));
      expect(Data!.LockId).toBe(`${stack.lock!.id}.0000000000000365`);
    },
  );
});

describe('completing a lock', () => {
  const LOCKED = { LockState: 'Locked', LockId: 'lock-id-1.0000000000000365', LockExpires: '' };

  test('takes the id of the lock in progress, once', async () => {
    await stack.deploy(vault({ lock: inProgress() }));
    stack.glacier.passHours(23);
    expect(await stack.deploy(vault({ lock: complete('lock-id-1') }), 2)).toMatchObject({
      Status: 'SUCCESS',
      Data: LOCKED,
    });
    expect(stack.glacier.calls.filter((call) => call === 'CompleteVaultLock')).toHaveLength(1);
  });

  test('never happens unless the template says so', async () => {
    await stack.deploy(vault({ lock: inProgress() }), 3);
    await stack.deploy(vault({ lock: inProgress('730') }));
    await stack.deploy(vault());
    await stack.delete();
    expect(stack.glacier.calls).not.toContain('CompleteVaultLock');
  });

  test('that took effect before the connection broke is seen to be done', async () => {
    await stack.deploy(vault({ lock: inProgress() }));
    stack.glacier.fail('CompleteVaultLock', TIMEOUT, 'after');
    expect(await stack.deploy(vault({ lock: complete('lock-id-1') }))).toMatchObject({
      Status: 'SUCCESS',
      Data: LOCKED,
    });
  });

  test('that expired after 24 h fails, and says how to begin again', async () => {
    await stack.deploy(vault({ lock: inProgress() }));
    stack.glacier.passHours(24);
    const { Status, Reason } = await stack.deploy(vault({ lock: complete('lock-id-1') }));
    expect(Status).toBe('FAILED');
    expect(Reason).toBe(
      'The lock of the vault "ledgers" is not completed: no lock is in progress, because its 24 hours are ' +
        'over or it was aborted;' +
        ' go back to VaultLock.inProgress(policy), deploy, test, and complete with the new lock id.',
    );
    expect(await stack.rollback(vault({ lock: inProgress() }))).toMatchObject({
      Status: 'SUCCESS',
      Data: { LockState: 'InProgress' },
    });
  });

  test('that expires in this very moment fails in the same words', async () => {
    await stack.deploy(vault({ lock: inProgress() }));
    stack.glacier.fail('CompleteVaultLock', awsError('ResourceNotFoundException', 404, 'No vault lock is in progress'));
    const { Status, Reason } = await stack.deploy(vault({ lock: complete('lock-id-1') }));
    expect([Status, Reason]).toEqual([
      'FAILED',
      expect.stringContaining('no lock is in progress, because its 24 hours are over or it was aborted; go back to'),
    ]);
  });

  test('with an id that is not the one in progress fails', async () => {
    await stack.deploy(vault({ lock: inProgress() }));
    const { Status, Reason } = await stack.deploy(vault({ lock: complete('another-id') }));
    expect([Status, Reason]).toEqual([
      'FAILED',
      'The lock of the vault "ledgers" is not completed: "another-id" is not the id of the lock in progress;' +
        ' take the output LockId of the last deployment.',
    ]);
    expect(stack.lock).toMatchObject({ state: 'InProgress' });
  });

  test('with another policy than the one that was tested fails, and completes nothing', async () => {
    await stack.deploy(vault({ lock: inProgress() }));
    const { Status, Reason } = await stack.deploy(vault({ lock: complete('lock-id-1', '30') }));
    expect(Status).toBe('FAILED');
    expect(Reason).toContain(
      'the policy in progress is another one than the template\'s, namely {"Version":"2012-10-17"',
    );
    expect(stack.lock).toMatchObject({ state: 'InProgress' });
  });
});

describe('a lock that is complete', () => {
  beforeEach(async () => {
    await stack.deploy(vault({ lock: inProgress() }));
    await stack.deploy(vault({ lock: complete('lock-id-1') }));
    stack.glacier.changes();
  });

  test('is left alone while everything else changes', async () => {
    expect(await stack.deploy(vault({ lock: complete('lock-id-1'), accessPolicy: { Statement: [] } }))).toMatchObject({
      Status: 'SUCCESS',
    });
    expect(stack.glacier.changes()).toEqual(['CreateVault', 'SetVaultAccessPolicy']);
  });

  test.each<[string, LockProperties | undefined]>([
    ['a shorter age', complete('lock-id-1', '30')],
    ['another policy in progress', inProgress('30')],
    ['none', undefined],
  ])('cannot be changed to %s: it fails, and the rollback works', async (_, lock) => {
    const { Status, Reason } = await stack.deploy(vault({ lock }));
    expect(Status).toBe('FAILED');
    expect(Reason).toMatch(
      /^The vault "ledgers" is locked for good, and nobody can change or remove a completed lock: .* It has \{"Version"/,
    );
    expect(stack.glacier.changes().filter((call) => call.endsWith('VaultLock'))).toEqual([]);
    expect(await stack.rollback(vault({ lock: complete('lock-id-1') }))).toMatchObject({ Status: 'SUCCESS' });
  });

  test('a rollback of its completion leaves it complete, and the stack is not stuck', async () => {
    expect(await stack.rollback(vault({ lock: inProgress() }))).toMatchObject({
      Status: 'SUCCESS',
      Data: { LockState: 'Locked' },
    });
    expect(stack.lock).toMatchObject({ state: 'Locked' });
  });

  test('comes along when another stack takes the vault over', async () => {
    const other = new Stack();
    other.glacier.vaults.set('ledgers', stack.glacier.vault('ledgers'));
    expect(await other.deploy(vault({ lock: complete('lock-id-1') }))).toMatchObject({
      Status: 'SUCCESS',
      Data: { LockState: 'Locked' },
    });
  });
});

describe('failures that pass', () => {
  test('are waited for, longer each time', async () => {
    stack.glacier.fail('CreateVault', THROTTLED, 'before', 3);
    expect(await stack.deploy(vault())).toMatchObject({ Status: 'SUCCESS' });
    expect(stack.pauses).toEqual([1_000, 2_000, 4_000]);
  });

  test('are told in time if they do not pass', async () => {
    stack.glacier.fail('CreateVault', THROTTLED, 'before', 100);
    const { Status, Reason } = await stack.deploy(vault());
    expect([Status, Reason]).toEqual(['FAILED', 'ThrottlingException: ThrottlingException']);
    expect(300_000 - stack.pauses.reduce((sum, pause) => sum + pause, 0)).toBeGreaterThanOrEqual(20_000);
  });

  test('are also the rights of a role that was made a moment ago, but not for long', async () => {
    const denied = awsError('AccessDeniedException', 403, 'not authorized to perform glacier:CreateVault');
    stack.glacier.fail('CreateVault', denied, 'before', 5);
    expect(await stack.deploy(vault())).toMatchObject({ Status: 'SUCCESS' });
    stack.glacier.fail('CreateVault', denied, 'before', 6);
    expect(await stack.deploy(vault({ accessPolicy: {} }))).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: 'ledgers',
    });
  });

  test('include the answer itself', async () => {
    stack.unreachable = 3;
    expect(await stack.deploy(vault())).toMatchObject({ Status: 'SUCCESS' });
    stack.unreachable = 4;
    // Lambda runs the request again, since nobody was told.
    await expect(stack.deploy(vault())).rejects.toThrow('CloudFormation answers 503');
  });

  test('are not what is wrong for good', async () => {
    stack.glacier.fail('SetVaultAccessPolicy', awsError('InvalidParameterValueException', 400));
    expect(await stack.deploy(vault())).toMatchObject({ Status: 'FAILED' });
    expect(stack.pauses).toEqual([]);
  });

  test('an answer stays within what CloudFormation takes', async () => {
    stack.glacier.fail('CreateVault', awsError('InvalidParameterValueException', 400, 'x'.repeat(5_000)));
    expect((await stack.deploy(vault())).Reason).toHaveLength(2_000);
  });
});

test('the fake is strict', async () => {
  await expect(stack.glacier.call('DeleteArchive' as any, { vaultName: 'ledgers' })).rejects.toThrow(
    'the handler calls DeleteArchive, which it must not',
  );
  await expect(stack.glacier.call('CreateVault', { vaultName: 'ledgers', force: true })).rejects.toThrow(
    'an input has force instead of ',
  );
});

test.each<[string, string | undefined, boolean]>([
  ['itself', JSON.stringify(lockPolicy('365')), true],
  ['another order of keys', JSON.stringify({ Statement: lockPolicy('365').Statement, Version: '2012-10-17' }), true],
  [
    'a list of one, a number and the short form of everybody',
    JSON.stringify(lockPolicy('365'))
      .replace('"glacier:DeleteArchive"', '["glacier:DeleteArchive"]')
      .replace('"365"', '365')
      .replace('{"AWS":"*"}', '"*"'),
    true,
  ],
  ['another number', JSON.stringify(lockPolicy('364')), false],
  ['another resource', JSON.stringify(lockPolicy('365')).replace('vaults/ledgers', 'vaults/others'), false],
  ['no JSON', 'not a policy', false],
  ['nothing', undefined, false],
])('a policy compared with %s', (_, text, same) => expect(samePolicy(text, lockPolicy('365'))).toBe(same));
