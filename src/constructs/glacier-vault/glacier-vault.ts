import {
  CfnDeletionPolicy,
  CfnOutput,
  CustomResource,
  Duration,
  RemovalPolicy,
  Stack,
  Token,
  Validations,
  type CfnResource,
} from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { VaultFunction } from './vault-function';
import { validationError } from '../../input/validation-error';
import type { VaultLock } from '../../model/vault-lock';
import { claimLater, type Claim } from '../../policy/claims';
import { arnsOf } from '../../policy/principal-restriction';
import {
  RESOURCE_TYPE,
  type PolicyJson,
  type VaultAttributes,
  type VaultProperties,
} from '../../runtime/glacier-vault/contract';

/** Properties of `GlacierVault`. */
export interface GlacierVaultProps {
  /**
   * The name of the vault, 1 to 255 letters, digits, `_`, `-` and `.`. A vault of this name that the account already
   * has is taken over: with its archives, and with a lock that is complete. Another name makes another vault; the one
   * before is kept, outside of the stack.
   */
  readonly vaultName: string;

  /**
   * What nobody may do with the archives, and how far its lock is.
   *
   * @default - none is managed: a lock that the vault has already stays as it is
   */
  readonly lock?: VaultLock;

  /**
   * Who may change the tags of the vault, with which legal holds are placed and lifted; everybody else is denied.
   *
   * @default - left to IAM
   */
  readonly legalHoldManagers?: iam.IGrantable[];

  /**
   * Where Glacier tells that a retrieval of an archive or an inventory is ready.
   *
   * @default - nowhere
   */
  readonly notifications?: sns.ITopic;

  /**
   * What becomes of the vault when the stack is deleted. Glacier deletes only a vault that is empty: with `DESTROY` the
   * deletion of the stack fails on one that is not.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A vault of the original Amazon Glacier service, for those who still have some: with its access policy, its
 * notifications and its lock. CloudFormation knows no vaults, so a function of the stack makes them.
 *
 * The service takes no new customers since 15 December 2025, and a warning says so: for new archives use `WormArchive`.
 * Plain HTTP is denied. The access policy of a vault that is taken over is replaced.
 *
 * @see https://docs.aws.amazon.com/amazonglacier/latest/dev/working-with-vaults.html
 *
 * @example
 * declare const legalRole: iam.Role;
 * new GlacierVault(this, 'Ledgers', {
 *   vaultName: 'ledgers',
 *   lock: VaultLock.inProgress(
 *     VaultLockPolicy.denyDeletesBefore(Duration.days(2557)).and(VaultLockPolicy.denyDeletesUnderLegalHold()),
 *   ),
 *   legalHoldManagers: [legalRole],
 * });
 */
export class GlacierVault extends Construct {
  /** The name of the vault, known once it is there. */
  public readonly vaultName: string;

  /** The ARN of the vault. */
  public readonly vaultArn: string;

  /** What `VaultLock.complete` wants, while a lock is in progress; it is also an output of the stack. */
  public readonly lockId: string;

  private readonly accessPolicy = new iam.PolicyDocument();
  /** Whether the app denies more than this construct does, so that nothing is promised of what works. */
  private restricted = false;

  public constructor(scope: Construct, id: string, props: GlacierVaultProps) {
    super(scope, id);
    const { vaultName, lock, notifications, removalPolicy = RemovalPolicy.RETAIN } = props;
    checkName(this, vaultName);
    this.vaultArn = Stack.of(this).formatArn({ service: 'glacier', resource: 'vaults', resourceName: vaultName });
    const maker = VaultFunction.of(this);
    maker.allow(rightsFor(props), this.vaultArn);
    this.guard(props.legalHoldManagers, maker);
    if (notifications) this.letGlacierTell(notifications);

    const properties: VaultProperties = {
      vaultName,
      accessPolicy: rendered(this.accessPolicy),
      notifications: notifications && { topicArn: notifications.topicArn, events: EVENTS },
      lock: lock && {
        phase: lock.isComplete ? 'complete' : 'inProgress',
        policy: rendered(lock.policy._document(this.vaultArn)),
        fingerprint: lock.policy._fingerprint,
        lockId: lock.lockId,
      },
    };
    const resource = new CustomResource(this, 'Resource', {
      resourceType: RESOURCE_TYPE,
      serviceToken: maker.functionArn,
      serviceTimeout: WAIT_FOR_ANSWER,
      properties: { ...properties },
      removalPolicy,
    });
    // A vault whose name changed in the template is another one; the one before is never deleted in passing.
    (resource.node.defaultChild as CfnResource).cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    resource.node.addDependency(maker.rights);
    claimLater(resource.node.defaultChild as CfnResource, 'vault', () => this.claims(props, maker));

    const attribute = (name: keyof VaultAttributes) => resource.getAttString(name);
    this.vaultName = resource.ref;
    this.lockId = attribute('LockId');
    if (lock && !lock.isComplete) {
      new CfnOutput(this, 'LockId', {
        description:
          'Test the policy, then deploy VaultLock.complete with this id before LockExpires; else Glacier ' +
          'removes the policy',
        value: this.lockId,
      });
      new CfnOutput(this, 'LockExpires', {
        description: 'Until when the lock can be completed',
        value: attribute('LockExpires'),
      });
    }
    this.tell(lock);
  }

  /**
   * Adds to the access policy, which says who else may use the vault; unlike the lock, it can be changed at any time.
   */
  public addToResourcePolicy(statement: iam.PolicyStatement): void {
    this.restricted ||= statement.effect === iam.Effect.DENY;
    this.accessPolicy.addStatements(statement);
  }

  private guard(legalHoldManagers: iam.IGrantable[] | undefined, maker: VaultFunction): void {
    const deny = (sid: string, actions: string[], conditions: Record<string, Record<string, unknown>>) =>
      this.accessPolicy.addStatements(
        new iam.PolicyStatement({
          sid,
          effect: iam.Effect.DENY,
          principals: [new iam.AnyPrincipal()],
          actions,
          resources: [this.vaultArn],
          conditions,
        }),
      );
    deny('StrongboxTlsOnly', ['glacier:*'], { Bool: { 'aws:SecureTransport': 'false' } });
    if (!legalHoldManagers) return;
    const people = [...arnsOf('legalHoldManagers', legalHoldManagers), maker.role.roleArn];
    deny('StrongboxLegalHolds', ['glacier:AddTagsToVault', 'glacier:RemoveTagsFromVault'], {
      ArnNotEquals: { 'aws:PrincipalArn': people },
    });
  }

  private claims({ lock, legalHoldManagers, removalPolicy }: GlacierVaultProps, maker: VaultFunction): Claim[] {
    const { minimumDays: days, _holdTag: tag } = lock?.policy ?? {};
    const managers = legalHoldManagers && arnsOf('legalHoldManagers', legalHoldManagers);
    const works = !this.restricted;
    return [
      { guarantee: 'vault-tls-only' },
      ...(works ? [{ guarantee: 'vault-works' }] : []),
      ...(removalPolicy === RemovalPolicy.DESTROY ? [] : [{ guarantee: 'vault-kept' }]),
      ...(lock?.isComplete ? [{ guarantee: 'vault-locked' }] : []),
      ...(days === undefined ? [] : [{ guarantee: 'vault-deletes-denied-before', options: { days } }]),
      ...(tag === undefined ? [] : [{ guarantee: 'vault-deletes-denied-under-legal-hold', options: { tag } }]),
      ...(works && days !== undefined ? [{ guarantee: 'vault-deletes-allowed-after', options: { days, tag } }] : []),
      ...(managers
        ? [{ guarantee: 'vault-legal-hold-only-by', options: { principals: [...managers, maker.role.roleArn] } }]
        : []),
      ...(works && managers && managers.length > 0
        ? [{ guarantee: 'vault-legal-hold-by', options: { principals: managers } }]
        : []),
    ];
  }

  /** What SNS allows by default, and a topic with a policy of its own no longer does. */
  private letGlacierTell(topic: sns.ITopic): void {
    topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'StrongboxVaultNotifications',
        principals: [new iam.AnyPrincipal()],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceOwner': Stack.of(this).account } },
      }),
    );
  }

  private tell(lock: VaultLock | undefined): void {
    Validations.of(this).addWarning(
      '@strongbox/glacier-vault-closed',
      `${this.node.path} is a vault of the original Amazon Glacier service, which takes no new customers ` +
        'since 15 December 2025: in an account that had no' +
        ' vaults its deployment fails. For new archives use WormArchive; acknowledge this warning for ' +
        'vaults that you have.',
    );
    if (!lock) return;
    if (lock.isComplete) {
      Validations.of(this).addWarning(
        '@strongbox/vault-lock-complete',
        `The lock of ${this.node.path} is completed by this deployment, or was before. Nobody can change ` +
          'or remove its policy ever again: not you, not an' +
          ' administrator, not the root user, not AWS Support; what it protects stays, and is paid for, ' +
          'until the policy lets it go. Keep' +
          ` VaultLock.complete with the same policy in the template. Accepted as: "${lock.acceptance!.reason}".`,
      );
      return;
    }
    Validations.of(this).addWarning(
      '@strongbox/vault-lock-in-progress',
      `The lock of ${this.node.path} is in progress: its policy is in force for 24 hours from the ` +
        'deployment, and then Glacier removes it. Test that it denies' +
        ' what it must and nothing else, then deploy VaultLock.complete with the output LockId.',
    );
  }
}

const EVENTS = ['ArchiveRetrievalCompleted', 'InventoryRetrievalCompleted'];
/** Longer than the function runs when Lambda tries a request three times. */
const WAIT_FOR_ANSWER = Duration.minutes(25);

/** The function can complete a lock only where the template says so, and delete only a vault that is not to be kept. */
function rightsFor({ lock, notifications, removalPolicy }: GlacierVaultProps): string[] {
  return [
    'CreateVault',
    'SetVaultAccessPolicy',
    'DeleteVaultNotifications',
    'GetVaultLock',
    'AbortVaultLock',
    'ListTagsForVault',
    'RemoveTagsFromVault',
    ...(notifications ? ['SetVaultNotifications'] : []),
    ...(lock && !lock.isComplete ? ['InitiateVaultLock', 'AddTagsToVault'] : []),
    ...(lock?.isComplete ? ['CompleteVaultLock'] : []),
    ...(removalPolicy === RemovalPolicy.DESTROY ? ['DeleteVault'] : []),
  ];
}

function rendered(policy: iam.PolicyDocument): PolicyJson {
  // It renders itself when the template is written, after the last statement was added.
  return policy as unknown as PolicyJson;
}

function checkName(scope: Construct, vaultName: string): void {
  if (!Token.isUnresolved(vaultName) && /^[\w.-]{1,255}$/.test(vaultName)) return;
  throw validationError({
    property: 'vaultName',
    actual: Token.isUnresolved(vaultName) ? 'a token, which only the deployment knows' : vaultName,
    expected: '1 to 255 letters, digits, "_", "-" and "."',
    hint: 'write the name of the vault',
    scope: scope,
  });
}
