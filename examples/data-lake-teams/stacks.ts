import { Arn, ArnFormat, CfnOutput, RemovalPolicy, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import {
  BucketObjectLock,
  BucketPerimeter,
  BucketReplication,
  DirectAccess,
  LoggingBucket,
  NetworkOrigin,
  ObjectLock,
  Perimeter,
  PlatformBuckets,
  Replication,
  S3Endpoint,
  SecureBucket,
  Team,
  TeamAccessPoints,
} from 'cdk-s3-strongbox';
import type { Construct } from 'constructs';

/** The VPC in which the teams work. It has no way to the internet. */
export class NetworkStack extends Stack {
  public readonly vpc: ec2.Vpc;

  /** By name: to look them up, the CLI would need credentials of the account. */
  public override get availabilityZones(): string[] {
    return ['a', 'b'].map((zone) => `${this.region}${zone}`);
  }

  public constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [{ name: 'Data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
    });
    const key = new kms.Key(this, 'FlowLogKey', {
      enableKeyRotation: true,
      description: 'Encrypts the flow logs of the data lake',
    });
    key.grantEncryptDecrypt(new iam.ServicePrincipal(`logs.${this.region}.amazonaws.com`));
    const group = new logs.LogGroup(this, 'FlowLogs', {
      encryptionKey: key,
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.vpc.addFlowLog('FlowLog', { destination: ec2.FlowLogDestination.toCloudWatchLogs(group) });

    for (const pack of ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321']) {
      Validations.of(this.vpc).acknowledge(
        {
          id: `${pack}::${pack}-VPCDefaultSecurityGroupClosed`,
          reason: 'CloudFormation cannot close it; no machine is in it, and Config watches that',
        },
        {
          id: `${pack}::${pack}-IAMNoInlinePolicy`,
          reason: 'The flow log has a role of its own, whose one policy nobody else can use',
        },
      );
    }
  }
}

export interface LakeStackProps extends StackProps {
  readonly vpc: ec2.IVpc;
  /** The role, of another account, of those who audit what was published. */
  readonly auditorRole: string;
}

/**
 * Finance and sales read and write their own folder, analytics reads both; auditors of another account read what was
 * published.
 */
export class LakeStack extends Stack {
  public readonly lake: TeamAccessPoints;
  public readonly audit: TeamAccessPoints;

  public constructor(scope: Construct, id: string, props: LakeStackProps) {
    super(scope, id, props);
    const bucket = new SecureBucket(this, 'Data');
    // Says with whom the lake is shared: StrongboxChecks proves that nobody else of another account is let in, by
    // whatever is granted later.
    bucket.with(
      new BucketPerimeter(Perimeter.accounts(Arn.split(props.auditorRole, ArnFormat.SLASH_RESOURCE_NAME).account!)),
    );
    const oneCopy = new BucketReplication(
      Replication.none('The lake is loaded again from its sources in a day, approved by Data Platform'),
    );
    bucket.with(
      oneCopy,
      new BucketObjectLock(
        ObjectLock.none('Files are replaced every night and every version is kept, approved by Data Platform'),
      ),
    );
    LoggingBucket.of(this).with(oneCopy);

    const breakGlass = this.role(
      'BreakGlass',
      'Reaches every object when something is broken',
      new iam.AccountRootPrincipal(),
    );
    const machine = (name: string, description: string) =>
      this.role(name, description, new iam.ServicePrincipal('ec2.amazonaws.com'));

    this.lake = new TeamAccessPoints(this, 'Lake', {
      bucket,
      origin: NetworkOrigin.vpc(props.vpc),
      directAccess: DirectAccess.denied({ except: [breakGlass] }),
      teams: [
        Team.readWrite('finance', {
          prefixes: ['finance/', 'published/'],
          principals: [machine('Finance', 'Closes the books')],
        }),
        Team.readWrite('sales', { prefixes: ['sales/'], principals: [machine('Sales', 'Loads offers and orders')] }),
        Team.readOnly('analytics', {
          prefixes: ['finance/', 'sales/'],
          principals: [machine('Analytics', 'Reads what the others write')],
        }),
      ],
    });
    // Their network is another one, so their access point is not bound to this VPC.
    this.audit = new TeamAccessPoints(this, 'Audit', {
      bucket,
      teams: [
        Team.readOnly('auditors', { prefixes: ['published/'], principals: [new iam.ArnPrincipal(props.auditorRole)] }),
      ],
    });
    new S3Endpoint(this, 'S3', { vpc: props.vpc, buckets: [bucket], platform: [PlatformBuckets.amazonLinux()] });

    for (const team of ['finance', 'sales', 'analytics']) {
      new CfnOutput(this, `Alias-${team}`, { value: this.lake.accessPoint(team).alias });
    }
    new CfnOutput(this, 'Alias-auditors', { value: this.audit.accessPoint('auditors').alias });
  }

  private role(id: string, description: string, assumedBy: iam.IPrincipal): iam.Role {
    return new iam.Role(this, id, { assumedBy, description });
  }
}
