"""Records of a broker under a compliance lock, with a second copy, and personnel files under a governance lock. The same app as ../app.ts."""
from aws_cdk import Acknowledgment, App, Duration, Environment, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from cdk_s3_strongbox import (
    RiskAcceptance, ArchiveStorage, BucketReplication, Encryption, LoggingBucket, Replication, Retention, StrongboxChecks, WormArchive,
)

ACCOUNT = "111122223333"
ON_CALL = "records-on-call@example.com"


def broker_records() -> Retention:
    """SEC 17a-4(b) and FINRA 4511: seven years, seven leap days at most included."""
    return Retention.compliance(
        Duration.days(2557),
        RiskAcceptance.irreversible("SEC 17a-4(f), approved by Legal on behalf of the broker-dealer"),
        maximum=Duration.days(3653),
    )


def notify_on_call(archive: WormArchive) -> None:
    archive.alarm_topic.add_subscription(subscriptions.EmailSubscription(ON_CALL))
    Validations.of(archive).acknowledge(Acknowledgment(
        id="@strongbox/worm-data-events",
        reason="The trail of the organization logs the data events of all buckets, confirmed by Security",
    ))


def one_copy() -> BucketReplication:
    return BucketReplication(Replication.none("Logs and lists can be made again and are not records, approved by Records Management"))


def role(scope: Construct, construct_id: str, description: str) -> iam.Role:
    return iam.Role(scope, construct_id, assumed_by=iam.AccountRootPrincipal(), description=description)


class RecordsCopyStack(Stack):
    """The second copy of the broker's records, in another Region, under the same lock."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment, bucket_name: str, source_account: str) -> None:
        super().__init__(scope, construct_id, env=env)
        examiner = role(self, "CopyExaminer", "Reads the copy when the first archive cannot be read")
        self.copy = WormArchive(
            self, "RecordsCopy",
            bucket_name=bucket_name,
            retention=broker_records(),
            replicas_from=source_account,
            readers=[examiner],
            encryption=Encryption.s3_managed(),
        )
        notify_on_call(self.copy)
        self.copy.with_(BucketReplication(Replication.none("This is itself the second copy, approved by Records Management")))
        LoggingBucket.of(self).with_(one_copy())


class RecordsStack(Stack):
    """What a broker must keep for seven years and nobody may delete, and what HR keeps under its own supervision."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment, copy: WormArchive) -> None:
        super().__init__(scope, construct_id, env=env)
        legal = role(self, "LegalTeam", "Places and lifts legal holds")
        auditor = role(self, "Auditor", "Reads records and their locks for an examination")

        records = WormArchive(
            self, "Records",
            retention=broker_records(),
            writers=[role(self, "TradeIngest", "Writes trade confirmations and communications")],
            readers=[auditor],
            retention_managers=[role(self, "RecordsOfficer", "Extends retentions and disposes of what is over")],
            legal_hold_managers=[legal],
            encryption=Encryption.s3_managed(),
            storage=ArchiveStorage.standard().then_instant_retrieval(Duration.days(90)).then_deep_archive(Duration.days(730)),
        )
        records.with_(BucketReplication(Replication.to(copy)))

        personnel = WormArchive(
            self, "Personnel",
            # Three years after an employment ended; HR must be able to erase what the law says must be erased.
            retention=Retention.governance(Duration.days(30), event_hold=Duration.days(1096), maximum=Duration.days(3653)),
            writers=[role(self, "HrSystem", "Files personnel documents")],
            readers=[role(self, "HrOfficer", "Reads personnel documents")],
            retention_managers=[
                role(self, "DataProtectionOfficer", "Releases files of who has left, and erases by bypass where the law demands it"),
            ],
            legal_hold_managers=[legal],
            storage=ArchiveStorage.standard().then_instant_retrieval(Duration.days(180)).expire_after(Duration.days(5479)),
        )
        personnel.with_(BucketReplication(Replication.none("Personnel files must not leave the Region, approved by the works council")))

        for archive in (records, personnel):
            notify_on_call(archive)
        LoggingBucket.of(self).with_(one_copy())


app = App()
Validations.of(app).add_plugins(StrongboxChecks())

copies = RecordsCopyStack(
    app, "RecordsCopy",
    env=Environment(account=ACCOUNT, region="eu-west-1"), bucket_name="acme-broker-records-copy", source_account=ACCOUNT,
)
RecordsStack(app, "Records", env=Environment(account=ACCOUNT, region="eu-central-1"), copy=copies.copy)
app.synth()
