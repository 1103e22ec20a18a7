"""A site, a document bucket and their logs: two stacks, one shared key. The same app as ../app.ts."""
from aws_cdk import App, Duration, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from cdk_s3_strongbox import (
    AccessLogs, BucketEventNotifications, BucketObjectLock, BucketReplication, CorsPolicy, Encryption, HttpMethod,
    Lifecycle, LoggingBucket, ObjectLock, Replication, SecureBucket, StrongboxChecks,
)


class DocumentStack(Stack):
    """The documents, the key that encrypts them and the logs of who read them."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(self, "Key", enable_key_rotation=True, description="Encrypts the buckets of the document store")
        self.logs = LoggingBucket(self, "Logs")
        self.logs.bucket.with_(
            BucketReplication(Replication.none("Logs are copied to the security account every night, approved by Security")),
        )

        documents = SecureBucket(
            self, "Documents",
            encryption=Encryption.kms(key=self.key, expected_requests_per_second=300),
            access_logs=AccessLogs.to(self.logs, prefix="documents/"),
            # The pages of the site fetch documents by presigned URLs.
            cors=CorsPolicy.for_origins("https://www.example.com").allow(HttpMethod.GET, HttpMethod.HEAD),
        )
        documents.bucket.with_(
            BucketEventNotifications(),
            BucketReplication(Replication.none("The archive of the paper originals is the second copy, approved by Records")),
            BucketObjectLock(ObjectLock.none("Documents are revised daily and every version is kept, approved by Records")),
        )

        report = Job(self, "ReportJob", "Reads what the monthly report needs")
        documents.grant_read(report.permissions, prefixes=["reports/", "invoices/"])
        intake = Job(self, "IntakeJob", "Uploads scanned documents, and cannot read what others uploaded")
        documents.grant_write(intake.permissions, prefixes=["inbox/"])


class SiteStack(Stack):
    """The public site's files, which only its content delivery network reads."""

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.IKey, logs: LoggingBucket) -> None:
        super().__init__(scope, construct_id)
        site = SecureBucket(
            self, "Site",
            encryption=Encryption.kms(key=key),
            access_logs=AccessLogs.to(logs, prefix="site/"),
            lifecycle=Lifecycle.keep_everything().expire_noncurrent_versions_after(Duration.days(90), keep_newest=3),
        )
        site.bucket.with_(
            BucketReplication(Replication.none("The site is rebuilt from its repository in minutes, approved by Web")),
            BucketObjectLock(ObjectLock.none("Every release overwrites the site, approved by Web")),
        )

        publisher = Job(self, "PublishJob", "Publishes a release of the site")
        site.grant_read_write(publisher.permissions, prefixes=["public/"])
        site.grant_delete(publisher.permissions, prefixes=["public/"])


class Job(iam.Role):
    """A container that runs under a role of its own; what it may do is a managed policy."""

    def __init__(self, scope: Construct, construct_id: str, description: str) -> None:
        super().__init__(scope, construct_id, assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"), description=description)
        self.permissions = iam.ManagedPolicy(self, "Permissions", roles=[self], description=description)


app = App()
Validations.of(app).add_plugins(StrongboxChecks())

document_stack = DocumentStack(app, "DocumentStore")
SiteStack(app, "DocumentSite", key=document_stack.key, logs=document_stack.logs)
app.synth()
