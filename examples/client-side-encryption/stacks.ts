import { Stack, Validations, type StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import {
  BucketObjectLock,
  BucketReadersOnly,
  BucketReplication,
  BucketWritersOnly,
  ClientSideKey,
  Guarantee,
  ClientKeyGuarantees,
  LoggingBucket,
  ObjectLock,
  Replication,
  SecureBucket,
} from 'cdk-s3-strongbox';
import type { Construct } from 'constructs';

/** What every request to the key says of the data; the clients give the same. */
const CONTEXT = { purpose: 'payroll' };

/** The pair that binds a payslip to its place, so that nobody can pass one off as another. */
const PLACE = 'object';

/** Payslips: one job encrypts and uploads them, another downloads and decrypts them, and nobody else can do either. */
export class PayslipStack extends Stack {
  /** What the app is held to at synthesis, beside what every bucket is. */
  public readonly guarantees: Guarantee[];

  public constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const payroll = new Job(this, 'PayrollJob', 'Encrypts and uploads payslips; cannot read them back');
    const audit = new Job(this, 'AuditJob', 'Downloads and decrypts payslips; cannot make new ones');

    const key = new ClientSideKey(this, 'Key', {
      context: CONTEXT,
      furtherContext: [PLACE],
      writers: [payroll],
      readers: [audit],
    });
    const bucket = new SecureBucket(this, 'Bucket');
    // S3 cannot tell whether an upload is encrypted: so only those upload who have the key, and only those download who
    // can do something with it.
    bucket.bucket.with(
      new BucketWritersOnly([payroll]),
      new BucketReadersOnly([audit]),
      new BucketReplication(Replication.none('Payslips can be printed again from the ledger, approved by Payroll')),
      new BucketObjectLock(
        ObjectLock.none('Corrected payslips replace wrong ones and every version is kept, approved by Payroll'),
      ),
    );
    LoggingBucket.of(this).with(
      new BucketReplication(
        Replication.none('Logs are copied to the security account every night, approved by Security'),
      ),
    );
    bucket.grantWrite(payroll.permissions, payroll.within(bucket, 'payslips/'));
    bucket.grantRead(audit.permissions, audit.within(bucket, 'payslips/'));

    const promise = {
      key: key.keyRef.keyArn,
      writers: [payroll.roleArn],
      readers: [audit.roleArn],
      context: CONTEXT,
      furtherContext: [PLACE],
    };
    this.guarantees = [
      ClientKeyGuarantees.usedOnlyBy(promise),
      ClientKeyGuarantees.contextBound(promise),
      ClientKeyGuarantees.notThroughServices(promise),
      ClientKeyGuarantees.managedOnlyBy(promise),
      ClientKeyGuarantees.works(promise),
      ClientKeyGuarantees.kept(promise),
    ];
  }
}

/**
 * A container that runs under a role of its own. What it may do is a managed policy, which the packs prefer to an
 * inline one.
 */
class Job extends iam.Role {
  public readonly permissions: iam.ManagedPolicy;

  public constructor(scope: Construct, id: string, description: string) {
    super(scope, id, { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com'), description });
    this.permissions = new iam.ManagedPolicy(this, 'Permissions', { roles: [this], description });
  }

  /** The bound of a grant, which ends in a wildcard that AwsSolutions wants explained. */
  public within(bucket: SecureBucket, prefix: string): { prefixes: string[] } {
    const logicalId = Stack.of(bucket).getLogicalId(bucket.bucket.node.defaultChild as CfnBucket);
    Validations.of(this.permissions).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${prefix}*]`,
      reason: `Every object below ${prefix} of this bucket, and nothing else`,
    });
    return { prefixes: [prefix] };
  }
}
