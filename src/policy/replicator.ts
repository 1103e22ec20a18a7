import { Names, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { acknowledgeWildcards } from './acknowledge';
import { admit } from './admissions';
import { onFinalize, PolicyOfBucket, resolved } from './bucket-policy';
import { defaultEncryption } from './encryption-setting';
import { callReplication } from './replication-call';
import { certainlyDiffer } from '../input/environment';
import { referenced } from '../input/referenced';
import { validationError, explain } from '../input/validation-error';
import type { ReplicationOptions } from '../model/replication';

const ROLE_ID = 'StrongboxReplicationRole';
const ROLE_BACK_ID = 'StrongboxReplicationBackRole';
const PRIORITY = 1;
const DESTINATION_KEY_ACTIONS = ['kms:Encrypt', 'kms:GenerateDataKey'];
const NOTED = Symbol.for('cdk-s3-strongbox.replication');

/** The replication of a bucket that this library set up. */
export interface NotedReplication {
  readonly role: iam.IRole;
  readonly destination: s3.IBucketRef;
}

export function replicationNoted(source: s3.CfnBucket): NotedReplication | undefined {
  return (source as { [NOTED]?: NotedReplication })[NOTED];
}

function note(source: s3.CfnBucket, replication: NotedReplication): void {
  Object.defineProperty(source, NOTED, { value: replication });
}

/** Everything that one source, one destination and the role between them need. */
export class Replicator {
  private readonly resource?: s3.CfnBucket;
  private readonly account: string;
  private readonly region: string;
  private readonly crossAccount: boolean;
  /** With the keys, once the encryption of both sides is known. */
  private completeRule: s3.CfnBucket.ReplicationRuleProperty;

  public constructor(
    private readonly source: s3.CfnBucket,
    private readonly destination: s3.IBucketRef,
    private readonly options: ReplicationOptions,
  ) {
    this.resource = destination.node.findAll().find((node): node is s3.CfnBucket => s3.CfnBucket.isCfnBucket(node));
    this.account = options.destinationAccount ?? destination.env.account;
    this.region = options.destinationRegion ?? destination.env.region;
    this.crossAccount = options.destinationAccount !== undefined || certainlyDiffer(source.stack.account, this.account);
    this.completeRule = this.rule();
    if (this.resource === source) {
      throw validationError({
        property: 'replication',
        actual: 'the bucket itself',
        expected: 'another bucket',
        hint: 'make one for the copies',
        scope: source,
      });
    }
  }

  public install(): void {
    const { source } = this;
    const afterwards = this.isAfterwards;
    const home = afterwards ? this.resource! : source;
    const role = new iam.Role(home, afterwards ? ROLE_BACK_ID : ROLE_ID, {
      description: `Copies the objects of ${source.node.path}`,
      // No aws:SourceArn: naming the bucket here would make a circle between the role and the bucket that names it.
      assumedBy: new iam.ServicePrincipal('s3.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': source.stack.account } },
      }),
      roleName: this.roleName,
    });
    note(source, { role, destination: this.destination });
    const policy = new iam.ManagedPolicy(role, 'Policy', { roles: [role], statements: this.bucketRights() });
    acknowledgeWildcards(
      policy,
      'Replication reads and writes every object of the two buckets that the statement names, and no other.',
    );

    this.admit(role);
    if (afterwards) {
      callReplication(home, source, { role, policy, rules: () => [this.completeRule] });
    } else {
      source.replicationConfiguration = { role: role.roleArn, rules: [this.rule()] };
      this.orderStacks();
    }
    onFinalize(source, () => {
      const encrypted = this.finish(role, policy);
      this.completeRule = encrypted;
      if (!afterwards) source.replicationConfiguration = { role: role.roleArn, rules: [encrypted] };
    });
    source.node.addValidation({ validate: () => [...this.unversioned(), ...this.refusedAtDestination()] });
  }

  /**
   * Whether the destination is deployed later, since it replicates to the source itself or for another reason: the
   * source cannot name it in its own properties then, and is told of it once both exist.
   */
  private get isAfterwards(): boolean {
    const { resource, source } = this;
    if (!resource) return false;
    const isBack = replicationNoted(resource)?.destination.node.findAll().includes(source) ?? false;
    const isLater = resource.stack !== source.stack && resource.stack.dependencies.includes(source.stack);
    if (!isBack && !isLater) return false;
    if (!this.crossAccount) return true;
    throw validationError({
      property: 'replication',
      actual: `${this.destination.node.path}, whose stack is deployed after that of the source`,
      expected: 'a destination that is deployed first, since it is of another account',
      hint:
        'for two-way replication between accounts deploy one direction first, then add the other one with the bucket ' +
        'imported by its name',
      scope: source,
    });
  }

  private bucketRights(): iam.PolicyStatement[] {
    const { bucketArn } = this.destination.bucketRef;
    return [
      new iam.PolicyStatement({
        actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'],
        resources: [this.source.attrArn],
      }),
      new iam.PolicyStatement({
        actions: [
          's3:GetObjectVersionForReplication',
          's3:GetObjectVersionAcl',
          's3:GetObjectVersionTagging',
          's3:GetObjectRetention',
          's3:GetObjectLegalHold',
        ],
        resources: [`${this.source.attrArn}/${this.options.prefix ?? ''}*`],
      }),
      new iam.PolicyStatement({
        actions: this.destinationActions,
        resources: [`${bucketArn}/${this.options.prefix ?? ''}*`],
        // Of a bucket that this app does not own somebody else may take the name.
        conditions: this.resource ? undefined : { StringEquals: { 's3:ResourceAccount': this.account } },
      }),
    ];
  }

  /**
   * A name that the destination can spell out without a reference, which would make a circle: its stack is deployed
   * before the role exists.
   */
  private get roleName(): string | undefined {
    const elsewhere = this.crossAccount || (this.resource && this.resource.stack !== this.source.stack);
    return elsewhere
      ? `${Names.uniqueResourceName(this.source, { maxLength: 52, separator: '-' })}-Replication`
      : undefined;
  }

  private roleArn(role: iam.Role): string {
    const { roleName } = this;
    if (roleName === undefined) return role.roleArn;
    return Stack.of(this.source).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: roleName });
  }

  /** S3 takes a replication only to a bucket that exists. */
  private orderStacks(): void {
    const [mine, theirs] = [this.source.stack, this.resource?.stack];
    if (!theirs || mine === theirs) return;
    mine.addStackDependency(theirs);
  }

  private get destinationActions(): string[] {
    return [
      's3:ReplicateObject',
      's3:ReplicateTags',
      ...(this.options.deleteMarkers ? ['s3:ReplicateDelete'] : []),
      ...(this.crossAccount ? ['s3:ObjectOwnerOverrideToBucketOwner'] : []),
    ];
  }

  private rule(replicaKmsKeyId?: string): s3.CfnBucket.ReplicationRuleProperty {
    const { prefix = '', deleteMarkers = false, replicaModifications = false } = this.options;
    const selected: s3.CfnBucket.SourceSelectionCriteriaProperty = {
      ...(replicaKmsKeyId !== undefined && { sseKmsEncryptedObjects: { status: 'Enabled' } }),
      ...(replicaModifications && { replicaModifications: { status: 'Enabled' } }),
    };
    return {
      id: 'StrongboxReplication',
      priority: PRIORITY,
      status: 'Enabled',
      filter: { prefix },
      deleteMarkerReplication: { status: deleteMarkers ? 'Enabled' : 'Disabled' },
      ...(Object.keys(selected).length > 0 && { sourceSelectionCriteria: selected }),
      destination: {
        bucket: this.destination.bucketRef.bucketArn,
        account: this.crossAccount ? this.account : undefined,
        accessControlTranslation: this.crossAccount ? { owner: 'Destination' } : undefined,
        ...(replicaKmsKeyId !== undefined && { encryptionConfiguration: { replicaKmsKeyId } }),
      },
    };
  }

  /** Of another account, the destination must name the role; within the account the role's own policy is enough. */
  private admit(role: iam.Role): void {
    const arn = this.roleArn(role);
    for (const bucket of [this.source, ...(this.resource ? [this.resource] : [])]) {
      admit(bucket, { roleArn: arn, reads: false, writes: false });
    }
    if (!this.crossAccount) return;
    if (!this.resource) {
      Validations.of(this.source).addWarning(
        '@strongbox/replication-imported-destination',
        `The copies of ${this.source.node.path} go to a bucket of the account ${this.account} that this ` +
          'app does not own: its policy must allow' +
          ` ${this.destinationActions.join(', ')} to the role ${ROLE_ID}, or nothing is copied.`,
      );
      return;
    }
    const policy = PolicyOfBucket.of(this.resource);
    let sid = 'StrongboxReplicas';
    for (let i = 2; policy.find(sid); i++) sid = `StrongboxReplicas${i}`;
    policy.add(sid, { ...this.byRole(arn), actions: this.destinationActions, resources: [policy.objects] });
  }

  /** By its account: a principal that does not exist yet would be refused. */
  private byRole(
    arn: string,
  ): Pick<iam.PolicyStatementProps, 'principals'> & { conditions: Record<string, Record<string, unknown>> } {
    return {
      principals: [new iam.AccountPrincipal(this.source.stack.account)],
      conditions: { ArnEquals: { 'aws:PrincipalArn': arn } },
    };
  }

  /** The keys of both sides, when the encryption of both is known for good. */
  private finish(role: iam.Role, policy: iam.ManagedPolicy): s3.CfnBucket.ReplicationRuleProperty {
    const sourceKey = defaultEncryption(this.source)?.kmsMasterKeyId;
    const destinationKey =
      this.options.destinationKey?.keyArn ?? (this.resource && defaultEncryption(this.resource)?.kmsMasterKeyId);
    if (sourceKey) {
      policy.addStatements(this.keyRight(sourceKey, ['kms:Decrypt'], this.source.stack.region, this.source.attrArn));
    }
    if (!destinationKey) {
      if (sourceKey) this.refuseWithoutKey();
      return this.rule();
    }
    policy.addStatements(
      this.keyRight(destinationKey, DESTINATION_KEY_ACTIONS, this.region, this.destination.bucketRef.bucketArn),
    );
    if (this.crossAccount) this.admitToKey(role, destinationKey);
    return this.rule(destinationKey);
  }

  /** A key of another account must name the role itself. */
  private admitToKey(role: iam.Role, keyArn: string): void {
    const owned = referenced(keyArn)?.node.scope;
    const key = this.options.destinationKey ?? (owned instanceof kms.Key ? owned : undefined);
    const { principals, conditions } = this.byRole(this.roleArn(role));
    const added = key?.addToResourcePolicy(
      new iam.PolicyStatement({
        principals,
        actions: DESTINATION_KEY_ACTIONS,
        resources: ['*'],
        conditions: { ...conditions, StringEquals: { 'kms:ViaService': `s3.${this.region}.amazonaws.com` } },
      }),
    );
    if (!added?.statementAdded) {
      Validations.of(this.source).addWarning(
        '@strongbox/replication-imported-key',
        `The copies of ${this.source.node.path} are encrypted with a key of the account ${this.account} ` +
          'that this app does not own: its policy must' +
          ` allow ${DESTINATION_KEY_ACTIONS.join(' and ')} to the role ${ROLE_ID}, or nothing is copied.`,
      );
    }
  }

  private keyRight(key: string, actions: string[], region: string, bucketArn: string): iam.PolicyStatement {
    return new iam.PolicyStatement({
      actions,
      resources: [key],
      conditions: {
        StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
        ArnLike: { 'kms:EncryptionContext:aws:s3:arn': [bucketArn, `${bucketArn}/*`] },
      },
    });
  }

  /** S3 copies no KMS-encrypted object unless it knows a key for the copy, and says nothing. */
  private refuseWithoutKey(): never {
    throw validationError({
      property: 'destinationKey',
      actual: undefined,
      expected: 'a KMS key in the Region of the destination, since the source is encrypted with one',
      hint: 'pass Replication.to(destination, { destinationKey }), or give the destination a KMS default encryption',
      scope: this.source,
    });
  }

  /** Restrictions of the destination that are about replicas, and that its owner must lift for this source. */
  private refusedAtDestination(): string[] {
    if (!this.resource) return [];
    const policy = PolicyOfBucket.of(this.resource);
    const found: string[] = [];
    const refuse = (property: string, actual: string, expected: string, hint: string) =>
      found.push(explain({ property, actual, expected, hint, scope: this.resource }));
    const into = policy.find('StrongboxReplicasInto');
    const account = this.source.stack.account;
    if (into && into.conditions.StringNotEquals?.['aws:PrincipalAccount'] !== account) {
      refuse(
        'replicasFrom',
        'not the account of the source',
        `the account of ${this.source.node.path}, since uploads and replicas are restricted there`,
        'pass "replicasFrom" to WormArchive or BucketWritersOnly',
      );
    }
    if (this.options.deleteMarkers && policy.find('StrongboxDeleteMarkers')) {
      refuse(
        'deleteMarkers',
        'true',
        'false for a destination where delete markers are denied',
        'leave "deleteMarkers" out',
      );
    }
    return found;
  }

  private unversioned(): string[] {
    return [this.source, ...(this.resource ? [this.resource] : [])].flatMap((bucket) => {
      const status = resolved<{ status?: unknown }>(bucket, bucket.versioningConfiguration)?.status;
      return status === 'Enabled'
        ? []
        : [
            explain({
              property: 'versioning',
              actual: status ?? 'off',
              expected: 'versioning on both sides of a replication',
              hint: 'apply BucketVersioned to the bucket',
              scope: bucket,
            }),
          ];
    });
  }
}
