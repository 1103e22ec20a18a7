import io.github.cdks3strongbox.AccessLogs;
import io.github.cdks3strongbox.AccessLogsOptions;
import io.github.cdks3strongbox.BucketEventNotifications;
import io.github.cdks3strongbox.BucketGrantOptions;
import io.github.cdks3strongbox.BucketObjectLock;
import io.github.cdks3strongbox.BucketReplication;
import io.github.cdks3strongbox.CorsPolicy;
import io.github.cdks3strongbox.Encryption;
import io.github.cdks3strongbox.HttpMethod;
import io.github.cdks3strongbox.KmsEncryptionOptions;
import io.github.cdks3strongbox.Lifecycle;
import io.github.cdks3strongbox.LoggingBucket;
import io.github.cdks3strongbox.NoncurrentVersionOptions;
import io.github.cdks3strongbox.ObjectLock;
import io.github.cdks3strongbox.Replication;
import io.github.cdks3strongbox.SecureBucket;
import io.github.cdks3strongbox.StrongboxChecks;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.Key;
import software.constructs.Construct;

/** A site, a document bucket and their logs: two stacks, one shared key. The same app as ../app.ts. */
public final class DocumentStore {
    public static void main(final String[] args) {
        final App app = new App();
        Validations.of(app).addPlugins(new StrongboxChecks());

        final DocumentStack documents = new DocumentStack(app, "DocumentStore");
        new SiteStack(app, "DocumentSite", documents.key, documents.logs);
        app.synth();
    }

    /** The documents, the key that encrypts them and the logs of who read them. */
    static final class DocumentStack extends Stack {
        final Key key;
        final LoggingBucket logs;

        DocumentStack(final Construct scope, final String id) {
            super(scope, id);
            key = Key.Builder.create(this, "Key").enableKeyRotation(true).description("Encrypts the buckets of the document store").build();
            logs = new LoggingBucket(this, "Logs");
            logs.getBucket().with(new BucketReplication(Replication.none(
                "Logs are copied to the security account every night, approved by Security")));

            final SecureBucket documents = SecureBucket.Builder.create(this, "Documents")
                .encryption(Encryption.kms(KmsEncryptionOptions.builder().key(key).expectedRequestsPerSecond(300).build()))
                .accessLogs(AccessLogs.to(logs, AccessLogsOptions.builder().prefix("documents/").build()))
                // The pages of the site fetch documents by presigned URLs.
                .cors(CorsPolicy.forOrigins("https://www.example.com").allow(HttpMethod.GET, HttpMethod.HEAD))
                .build();
            documents.getBucket().with(
                new BucketEventNotifications(),
                new BucketReplication(Replication.none("The archive of the paper originals is the second copy, approved by Records")),
                new BucketObjectLock(ObjectLock.none("Documents are revised daily and every version is kept, approved by Records")));

            final Job report = new Job(this, "ReportJob", "Reads what the monthly report needs");
            documents.grantRead(report.permissions, below("reports/", "invoices/"));
            final Job intake = new Job(this, "IntakeJob", "Uploads scanned documents, and cannot read what others uploaded");
            documents.grantWrite(intake.permissions, below("inbox/"));
        }
    }

    /** The public site's files, which only its content delivery network reads. */
    static final class SiteStack extends Stack {
        SiteStack(final Construct scope, final String id, final IKey key, final LoggingBucket logs) {
            super(scope, id);
            final SecureBucket site = SecureBucket.Builder.create(this, "Site")
                .encryption(Encryption.kms(KmsEncryptionOptions.builder().key(key).build()))
                .accessLogs(AccessLogs.to(logs, AccessLogsOptions.builder().prefix("site/").build()))
                .lifecycle(Lifecycle.keepEverything().expireNoncurrentVersionsAfter(
                    Duration.days(90), NoncurrentVersionOptions.builder().keepNewest(3).build()))
                .build();
            site.getBucket().with(
                new BucketReplication(Replication.none("The site is rebuilt from its repository in minutes, approved by Web")),
                new BucketObjectLock(ObjectLock.none("Every release overwrites the site, approved by Web")));

            final Job publisher = new Job(this, "PublishJob", "Publishes a release of the site");
            site.grantReadWrite(publisher.permissions, below("public/"));
            site.grantDelete(publisher.permissions, below("public/"));
        }
    }

    /** A container that runs under a role of its own; what it may do is a managed policy. */
    static final class Job {
        final ManagedPolicy permissions;

        Job(final Construct scope, final String id, final String description) {
            final Role role = Role.Builder.create(scope, id)
                .assumedBy(new ServicePrincipal("ecs-tasks.amazonaws.com")).description(description).build();
            permissions = ManagedPolicy.Builder.create(role, "Permissions").roles(List.of(role)).description(description).build();
        }
    }

    private static BucketGrantOptions below(final String... prefixes) {
        return BucketGrantOptions.builder().prefixes(List.of(prefixes)).build();
    }
}
