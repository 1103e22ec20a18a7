import { createHash } from 'crypto';
import { Token, type Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { RiskAcceptance } from './risk-acceptance';
import { validationError } from '../input/validation-error';
import { literalDays } from '../input/whole-days';

interface Rule {
  readonly sid: string;
  readonly conditions: Record<string, Record<string, string>>;
}

/**
 * What a vault lock denies to everybody, the root user included, for as long as the vault exists.
 *
 * | | denies the deletion of an archive |
 * |---|---|
 * | `denyDeletesBefore(age)` | until it is that many days old |
 * | `denyDeletesUnderLegalHold()` | while the vault has the tag `LegalHold` with any value but `false` |
 * | `one.and(other)` | in either case |
 *
 * @see https://docs.aws.amazon.com/amazonglacier/latest/dev/vault-lock-policy.html
 *
 * @example
 * VaultLockPolicy.denyDeletesBefore(Duration.days(2557)).and(VaultLockPolicy.denyDeletesUnderLegalHold());
 */
export class VaultLockPolicy {
  /** No archive is deleted before it is that old. @param age whole days from 1 to 36,500 */
  public static denyDeletesBefore(age: Duration): VaultLockPolicy {
    const days = literalDays('age', age);
    return new VaultLockPolicy(
      [{ sid: 'DenyDeletesByAge', conditions: { NumericLessThan: { 'glacier:ArchiveAgeInDays': String(days) } } }],
      days,
    );
  }

  /**
   * No archive is deleted while the vault has a tag with any value but `false`. Whoever may change the tags of the
   * vault places and lifts the hold, so name `legalHoldManagers` on the vault.
   *
   * @param tag Its key; `LegalHold` if left out.
   */
  public static denyDeletesUnderLegalHold(tag: string = 'LegalHold'): VaultLockPolicy {
    if (Token.isUnresolved(tag) || !/^[\w+\-=.:@][\w+\-=.:@ ]{0,127}$/.test(tag)) {
      throw validationError({
        property: 'tag',
        actual: tag,
        expected: 'the literal key of a tag, without "/" and wildcards',
        hint: 'leave it out for LegalHold',
      });
    }
    const key = `glacier:ResourceTag/${tag}`;
    const conditions = { StringLike: { [key]: '*' }, StringNotEquals: { [key]: 'false' } };
    return new VaultLockPolicy([{ sid: 'DenyDeletesUnderLegalHold', conditions }], undefined, tag);
  }

  private constructor(
    private readonly rules: Rule[],
    /** The age, in days, below which no archive is deleted, if the policy says one. */
    public readonly minimumDays?: number,
    private readonly holdTag?: string,
  ) {}

  /** Both policies in one. Of two ages, as of two legal holds, only one can be given. */
  public and(other: VaultLockPolicy): VaultLockPolicy {
    const twice = other.rules.find(({ sid }) => this.rules.some((mine) => mine.sid === sid));
    if (twice) {
      throw validationError({
        property: 'and(other)',
        actual: `a second ${twice.sid}`,
        expected: 'one rule of each kind',
        hint: 'leave one of the two out',
      });
    }
    return new VaultLockPolicy(
      [...this.rules, ...other.rules],
      this.minimumDays ?? other.minimumDays,
      this.holdTag ?? other.holdTag,
    );
  }

  /** @internal The key of the tag that places a legal hold, if the policy knows one. */
  public get _holdTag(): string | undefined {
    return this.holdTag;
  }

  /** @internal What tells this policy from others, whichever vault it is for. */
  public get _fingerprint(): string {
    return createHash('sha256').update(JSON.stringify(this.rules)).digest('hex').slice(0, 16);
  }

  /** @internal The document for one vault. */
  public _document(vaultArn: string): iam.PolicyDocument {
    return new iam.PolicyDocument({
      statements: this.rules.map(
        ({ sid, conditions }) =>
          new iam.PolicyStatement({
            sid,
            effect: iam.Effect.DENY,
            principals: [new iam.AnyPrincipal()],
            actions: ['glacier:DeleteArchive'],
            resources: [vaultArn],
            conditions,
          }),
      ),
    });
  }
}

/**
 * How far the lock of a vault is. It takes two deployments, with a test between them, and never completes by itself.
 *
 * @see https://docs.aws.amazon.com/amazonglacier/latest/dev/vault-lock.html
 *
 * @example
 * declare const policy: VaultLockPolicy;
 * VaultLock.inProgress(policy);
 */
export class VaultLock {
  /**
   * The policy is in force, to be tested, for 24 hours. Then Glacier removes it, unless the lock is completed; leaving
   * the lock out of the template, or giving another policy, aborts it earlier.
   */
  public static inProgress(policy: VaultLockPolicy): VaultLock {
    return new VaultLock(policy);
  }

  /**
   * The policy is in force for good: nobody can change or remove it, and the vault can only be deleted when it is
   * empty. Keep this line in the template ever after.
   *
   * @param lockId The output `LockId` of the deployment with `VaultLock.inProgress`, as a literal. It names the policy
   * that was tested: another one is an error before the deployment.
   * @param acceptance Who accepts that it cannot be undone, and why.
   * @param policy The policy that was tested.
   */
  public static complete(lockId: string, acceptance: RiskAcceptance, policy: VaultLockPolicy): VaultLock {
    const [, id, fingerprint] =
      (!Token.isUnresolved(lockId) && /^([\w-]{8,128})(?:\.([0-9a-f]{16}))?$/.exec(lockId)) || [];
    if (id === undefined) {
      throw validationError({
        property: 'lockId',
        actual: Token.isUnresolved(lockId)
          ? 'a token, which would complete the lock without anybody having tested it'
          : lockId,
        expected: 'a literal lock id',
        hint: 'copy the output LockId of the deployment with VaultLock.inProgress',
      });
    }
    if (fingerprint !== undefined && fingerprint !== policy._fingerprint) {
      throw validationError({
        property: 'policy',
        actual: 'another policy than the one that the lock id stands for',
        expected: 'the policy that was in progress under that id, since a completed lock never changes',
        hint:
          'give the policy that was tested, or begin again with VaultLock.inProgress(policy) if the lock is ' +
          'not complete yet',
      });
    }
    return new VaultLock(policy, id, acceptance);
  }

  private constructor(
    /** What is denied. */
    public readonly policy: VaultLockPolicy,
    /** The id by which Glacier knows the lock; there if it is to be completed. */
    public readonly lockId?: string,
    /** Who accepts that it cannot be undone; there if it is to be completed. */
    public readonly acceptance?: RiskAcceptance,
  ) {}

  /** Whether the lock is, or is to be, complete. */
  public get isComplete(): boolean {
    return this.lockId !== undefined;
  }
}
