import { Duration, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import {
  RiskAcceptance,
  ArchiveStorage,
  BucketReplication,
  Encryption,
  LoggingBucket,
  Replication,
  Retention,
  WormArchive,
} from 'cdk-s3-strongbox';
import type { Construct } from 'constructs';

/** SEC 17a-4(b) and FINRA 4511: seven years, seven leap days at most included. */
const BROKER_RECORDS = Retention.compliance(
  Duration.days(2557),
  RiskAcceptance.irreversible('SEC 17a-4(f), approved by Legal on behalf of the broker-dealer'),
  {
    maximum: Duration.days(3653),
  },
);

/**
 * A key that nobody holds is a key that nobody can destroy: broker records are encrypted by S3's own keys, in both
 * Regions.
 */
function withoutOwnKey(archive: WormArchive): void {
  Validations.of(archive).acknowledge(
    ...['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'].map((pack) => ({
      id: `${pack}::${pack}-S3DefaultEncryptionKMS`,
      reason: 'Keys of S3 cannot be deleted by anybody, approved by Security for broker records',
    })),
  );
}

/** An alarm that nobody hears is none. */
function told(archive: WormArchive, onCall: string): void {
  archive.alarmTopic.addSubscription(new subscriptions.EmailSubscription(onCall));
  Validations.of(archive.alarmTopic).acknowledge({
    id: 'Serverless::Serverless-SNSRedrivePolicy',
    reason: 'SNS keeps no dead letters of e-mail; the on-call mailbox is watched',
  });
  Validations.of(archive).acknowledge({
    id: '@strongbox/worm-data-events',
    reason: 'The trail of the organization logs the data events of all buckets, confirmed by Security',
  });
}

const ONE_COPY = new BucketReplication(
  Replication.none('Logs and lists can be made again and are not records, approved by Records Management'),
);

/** The second copy of the broker's records, in another Region, under the same lock. */
export class RecordsCopyStack extends Stack {
  public readonly copy: WormArchive;

  public constructor(
    scope: Construct,
    id: string,
    props: StackProps & { readonly bucketName: string; readonly sourceAccount: string; readonly onCall: string },
  ) {
    super(scope, id, props);
    const examiner = role(this, 'CopyExaminer', 'Reads the copy when the first archive cannot be read');
    this.copy = new WormArchive(this, 'RecordsCopy', {
      bucketName: props.bucketName,
      retention: BROKER_RECORDS,
      replicasFrom: props.sourceAccount,
      readers: [examiner],
      encryption: Encryption.s3Managed(),
    });
    withoutOwnKey(this.copy);
    told(this.copy, props.onCall);
    this.copy.with(
      new BucketReplication(Replication.none('This is itself the second copy, approved by Records Management')),
    );
    LoggingBucket.of(this).with(ONE_COPY);
  }
}

/** What a broker must keep for seven years and nobody may delete, and what HR keeps under its own supervision. */
export class RecordsStack extends Stack {
  public readonly records: WormArchive;
  public readonly personnel: WormArchive;

  public constructor(
    scope: Construct,
    id: string,
    props: StackProps & { readonly copy: WormArchive; readonly onCall: string },
  ) {
    super(scope, id, props);
    const legal = role(this, 'LegalTeam', 'Places and lifts legal holds');
    const auditor = role(this, 'Auditor', 'Reads records and their locks for an examination');

    this.records = new WormArchive(this, 'Records', {
      retention: BROKER_RECORDS,
      writers: [role(this, 'TradeIngest', 'Writes trade confirmations and communications')],
      readers: [auditor],
      retentionManagers: [role(this, 'RecordsOfficer', 'Extends retentions and disposes of what is over')],
      legalHoldManagers: [legal],
      encryption: Encryption.s3Managed(),
      storage: ArchiveStorage.standard().thenInstantRetrieval(Duration.days(90)).thenDeepArchive(Duration.days(730)),
    });
    withoutOwnKey(this.records);
    this.records.with(new BucketReplication(Replication.to(props.copy)));

    this.personnel = new WormArchive(this, 'Personnel', {
      // Three years after an employment ended; HR must be able to erase what the law says must be erased.
      retention: Retention.governance(Duration.days(30), {
        eventHold: Duration.days(1096),
        maximum: Duration.days(3653),
      }),
      writers: [role(this, 'HrSystem', 'Files personnel documents')],
      readers: [role(this, 'HrOfficer', 'Reads personnel documents')],
      retentionManagers: [
        role(
          this,
          'DataProtectionOfficer',
          'Releases files of who has left, and erases by bypass where the law demands it',
        ),
      ],
      legalHoldManagers: [legal],
      storage: ArchiveStorage.standard().thenInstantRetrieval(Duration.days(180)).expireAfter(Duration.days(5479)),
    });
    this.personnel.with(
      new BucketReplication(
        Replication.none('Personnel files must not leave the Region, approved by the works council'),
      ),
    );

    for (const archive of [this.records, this.personnel]) told(archive, props.onCall);
    LoggingBucket.of(this).with(ONE_COPY);
  }
}

function role(scope: Construct, id: string, description: string): iam.Role {
  return new iam.Role(scope, id, { assumedBy: new iam.AccountRootPrincipal(), description });
}
