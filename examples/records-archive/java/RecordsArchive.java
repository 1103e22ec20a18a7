import io.github.cdks3strongbox.RiskAcceptance;
import io.github.cdks3strongbox.ArchiveStorage;
import io.github.cdks3strongbox.BucketReplication;
import io.github.cdks3strongbox.Encryption;
import io.github.cdks3strongbox.LoggingBucket;
import io.github.cdks3strongbox.Replication;
import io.github.cdks3strongbox.Retention;
import io.github.cdks3strongbox.RetentionOptions;
import io.github.cdks3strongbox.StrongboxChecks;
import io.github.cdks3strongbox.WormArchive;
import java.util.List;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.iam.AccountRootPrincipal;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.constructs.Construct;

/** Records of a broker under a compliance lock, with a second copy, and personnel files under a governance lock. The same app as ../app.ts. */
public final class RecordsArchive {
    private static final String ACCOUNT = "111122223333";
    private static final String ON_CALL = "records-on-call@example.com";

    public static void main(final String[] args) {
        final App app = new App();
        Validations.of(app).addPlugins(new StrongboxChecks());

        final RecordsCopyStack copies = new RecordsCopyStack(app, "RecordsCopy", env("eu-west-1"), "acme-broker-records-copy", ACCOUNT);
        new RecordsStack(app, "Records", env("eu-central-1"), copies.copy);
        app.synth();
    }

    /** The second copy of the broker's records, in another Region, under the same lock. */
    static final class RecordsCopyStack extends Stack {
        final WormArchive copy;

        RecordsCopyStack(final Construct scope, final String id, final Environment env, final String bucketName, final String sourceAccount) {
            super(scope, id, StackProps.builder().env(env).build());
            final Role examiner = role(this, "CopyExaminer", "Reads the copy when the first archive cannot be read");
            copy = WormArchive.Builder.create(this, "RecordsCopy")
                .bucketName(bucketName)
                .retention(brokerRecords())
                .replicasFrom(sourceAccount)
                .readers(List.of(examiner))
                .encryption(Encryption.s3Managed())
                .build();
            notifyOnCall(copy);
            copy.with(new BucketReplication(Replication.none("This is itself the second copy, approved by Records Management")));
            LoggingBucket.of(this).with(oneCopy());
        }
    }

    /** What a broker must keep for seven years and nobody may delete, and what HR keeps under its own supervision. */
    static final class RecordsStack extends Stack {
        RecordsStack(final Construct scope, final String id, final Environment env, final WormArchive copy) {
            super(scope, id, StackProps.builder().env(env).build());
            final Role legal = role(this, "LegalTeam", "Places and lifts legal holds");
            final Role auditor = role(this, "Auditor", "Reads records and their locks for an examination");

            final WormArchive records = WormArchive.Builder.create(this, "Records")
                .retention(brokerRecords())
                .writers(List.of(role(this, "TradeIngest", "Writes trade confirmations and communications")))
                .readers(List.of(auditor))
                .retentionManagers(List.of(role(this, "RecordsOfficer", "Extends retentions and disposes of what is over")))
                .legalHoldManagers(List.of(legal))
                .encryption(Encryption.s3Managed())
                .storage(ArchiveStorage.standard().thenInstantRetrieval(Duration.days(90)).thenDeepArchive(Duration.days(730)))
                .build();
            records.with(new BucketReplication(Replication.to(copy)));

            final WormArchive personnel = WormArchive.Builder.create(this, "Personnel")
                // Three years after an employment ended; HR must be able to erase what the law says must be erased.
                .retention(Retention.governance(Duration.days(30), RetentionOptions.builder()
                    .eventHold(Duration.days(1096)).maximum(Duration.days(3653)).build()))
                .writers(List.of(role(this, "HrSystem", "Files personnel documents")))
                .readers(List.of(role(this, "HrOfficer", "Reads personnel documents")))
                .retentionManagers(List.of(role(this, "DataProtectionOfficer",
                    "Releases files of who has left, and erases by bypass where the law demands it")))
                .legalHoldManagers(List.of(legal))
                .storage(ArchiveStorage.standard().thenInstantRetrieval(Duration.days(180)).expireAfter(Duration.days(5479)))
                .build();
            personnel.with(new BucketReplication(Replication.none(
                "Personnel files must not leave the Region, approved by the works council")));

            for (final WormArchive archive : List.of(records, personnel)) {
                notifyOnCall(archive);
            }
            LoggingBucket.of(this).with(oneCopy());
        }
    }

    private static Environment env(final String region) {
        return Environment.builder().account(ACCOUNT).region(region).build();
    }

    /** SEC 17a-4(b) and FINRA 4511: seven years, seven leap days at most included. */
    private static Retention brokerRecords() {
        return Retention.compliance(
            Duration.days(2557),
            RiskAcceptance.irreversible("SEC 17a-4(f), approved by Legal on behalf of the broker-dealer"),
            RetentionOptions.builder().maximum(Duration.days(3653)).build());
    }

    private static void notifyOnCall(final WormArchive archive) {
        archive.getAlarmTopic().addSubscription(new EmailSubscription(ON_CALL));
        Validations.of(archive).acknowledge(Acknowledgment.builder()
            .id("@strongbox/worm-data-events")
            .reason("The trail of the organization logs the data events of all buckets, confirmed by Security")
            .build());
    }

    private static BucketReplication oneCopy() {
        return new BucketReplication(Replication.none(
            "Logs and lists can be made again and are not records, approved by Records Management"));
    }

    private static Role role(final Construct scope, final String id, final String description) {
        return Role.Builder.create(scope, id).assumedBy(new AccountRootPrincipal()).description(description).build();
    }
}
