import { Names, Stack, Token, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { certainlyDiffer } from '../../input/environment';
import { referenced } from '../../input/referenced';
import { validationError, explain } from '../../input/validation-error';
import type { Replication, ReplicationOptions } from '../../model/replication';
import { acknowledgeRule, acknowledgeWildcards } from '../../policy/acknowledge';
import { admit } from '../../policy/admissions';
import { onFinalize, PolicyOfBucket, resolved } from '../../policy/bucket-policy';
import { defaultEncryption } from '../../policy/encryption-setting';
import { BucketControl } from '../bucket-control';

const ROLE_ID = 'StrongboxReplicationRole';
const PRIORITY = 1;
const DESTINATION_KEY_ACTIONS = ['kms:Encrypt', 'kms:GenerateDataKey'];

/**
 * Copies the objects of the bucket to another bucket, or states why not.
 *
 * Stops: the loss of the only copy with its Region or its account, and a copy that everybody thought existed. Sets:
 * `ReplicationConfiguration` with one rule, a role with exactly what it needs (the keys of both sides through S3 only),
 * and the policy of a destination that this app owns in another account. The source's encryption is read at synthesis,
 * whatever the order of the controls. Merges: one destination a bucket; a second one is an error. The role is exempt
 * from those restrictions of this library that would stop it on either side (`BucketPerimeter`,
 * `BucketDirectAccessDenied`). Limits: objects written before are not copied (use S3 Batch Replication). A copy keeps
 * the encryption of its source unless a destination key is given. Replication copies a wrong write too; versioning
 * undoes it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough1.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * declare const copies: SecureBucket;
 * existing.with(new BucketReplication(Replication.to(copies)));
 */
export class BucketReplication extends BucketControl {
  /** The role that replicates a bucket, if `BucketReplication` made one. */
  public static roleOf(bucket: s3.IBucketRef): iam.IRole | undefined {
    const made = bucket.node.findAll().find((node) => node.node.id === ROLE_ID && node instanceof iam.Role);
    return made as iam.Role | undefined;
  }

  public constructor(public readonly replication: Replication) {
    super('replication');
    const region = replication.options.destinationRegion;
    if (
      region !== undefined &&
      !Token.isUnresolved(region) &&
      !RegionInfo.regions.some(({ name }) => name === region)
    ) {
      throw validationError({
        property: 'destinationRegion',
        actual: region,
        expected: 'the name of an AWS Region',
        hint: 'write for example "eu-west-1"',
      });
    }
  }

  protected harden(bucket: s3.CfnBucket): void {
    const { destination, options, reasonForNone } = this.replication;
    if (destination) this._claim(bucket, 'replicated');
    if (!destination) {
      this._decide(bucket, 'replicated', reasonForNone!);
      acknowledgeRule(bucket, 'S3BucketReplicationEnabled', reasonForNone!);
      Validations.of(bucket).acknowledge({ id: 'Strongbox::replicated', reason: reasonForNone! });
      return;
    }
    const role = bucket.node.tryFindChild(ROLE_ID);
    if (!role) {
      new Replicator(bucket, destination, options).install();
    } else if (!destinationOf(bucket).includes(destination.bucketRef.bucketArn)) {
      throw validationError({
        property: 'replication',
        actual: 'a second destination',
        expected: 'one destination a bucket',
        hint: 'remove one of them',
        scope: bucket,
      });
    }
  }
}

function destinationOf(bucket: s3.CfnBucket): string[] {
  const { rules } = bucket.replicationConfiguration as s3.CfnBucket.ReplicationConfigurationProperty;
  return (rules as s3.CfnBucket.ReplicationRuleProperty[]).map(
    (rule) => (rule.destination as s3.CfnBucket.ReplicationDestinationProperty).bucket,
  );
}

/** Everything that one source, one destination and the role between them need. */
class Replicator {
  private readonly resource?: s3.CfnBucket;
  private readonly account: string;
  private readonly region: string;
  private readonly crossAccount: boolean;

  public constructor(
    private readonly source: s3.CfnBucket,
    private readonly destination: s3.IBucketRef,
    private readonly options: ReplicationOptions,
  ) {
    this.resource = destination.node.findAll().find((node): node is s3.CfnBucket => s3.CfnBucket.isCfnBucket(node));
    this.account = options.destinationAccount ?? destination.env.account;
    this.region = options.destinationRegion ?? destination.env.region;
    this.crossAccount = options.destinationAccount !== undefined || certainlyDiffer(source.stack.account, this.account);
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
    const role = new iam.Role(source, ROLE_ID, {
      description: `Copies the objects of ${source.node.path}`,
      // No aws:SourceArn: naming the bucket here would make a circle between the role and the bucket that names it.
      assumedBy: new iam.ServicePrincipal('s3.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': source.stack.account } },
      }),
      roleName: this.roleName,
    });
    const policy = new iam.ManagedPolicy(role, 'Policy', { roles: [role], statements: this.bucketRights() });
    acknowledgeWildcards(
      policy,
      'Replication reads and writes every object of the two buckets that the statement names, and no other.',
    );

    source.replicationConfiguration = { role: role.roleArn, rules: [this.rule()] };
    this.admit(role);
    this.orderStacks();
    onFinalize(source, () => this.finish(role, policy));
    source.node.addValidation({ validate: () => [...this.unversioned(), ...this.refusedAtDestination()] });
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
    if (theirs.dependencies.includes(mine)) {
      throw validationError({
        property: 'replication',
        actual: `${this.destination.node.path}, whose stack is deployed after that of the source`,
        expected: 'a destination that is deployed first: S3 takes a replication only to a bucket that exists',
        hint:
          'for two-way replication deploy one direction first, then add the other one with the bucket ' +
          'imported by its name',
        scope: this.source,
      });
    }
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

  private rule(): s3.CfnBucket.ReplicationRuleProperty {
    return {
      id: 'StrongboxReplication',
      priority: PRIORITY,
      status: 'Enabled',
      filter: { prefix: this.options.prefix ?? '' },
      deleteMarkerReplication: { status: this.options.deleteMarkers ? 'Enabled' : 'Disabled' },
      destination: {
        bucket: this.destination.bucketRef.bucketArn,
        account: this.crossAccount ? this.account : undefined,
        accessControlTranslation: this.crossAccount ? { owner: 'Destination' } : undefined,
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
  private finish(role: iam.Role, policy: iam.ManagedPolicy): void {
    const sourceKey = defaultEncryption(this.source)?.kmsMasterKeyId;
    const destinationKey =
      this.options.destinationKey?.keyArn ?? (this.resource && defaultEncryption(this.resource)?.kmsMasterKeyId);
    if (sourceKey) {
      policy.addStatements(this.keyRight(sourceKey, ['kms:Decrypt'], this.source.stack.region, this.source.attrArn));
    }
    if (!destinationKey) {
      if (sourceKey) this.refuseWithoutKey();
      return;
    }
    policy.addStatements(
      this.keyRight(destinationKey, DESTINATION_KEY_ACTIONS, this.region, this.destination.bucketRef.bucketArn),
    );
    if (this.crossAccount) this.admitToKey(role, destinationKey);
    const rule = this.rule();
    this.source.replicationConfiguration = {
      role: (this.source.replicationConfiguration as s3.CfnBucket.ReplicationConfigurationProperty).role,
      rules: [
        {
          ...rule,
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
          destination: {
            ...(rule.destination as s3.CfnBucket.ReplicationDestinationProperty),
            encryptionConfiguration: { replicaKmsKeyId: destinationKey },
          },
        },
      ],
    };
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
