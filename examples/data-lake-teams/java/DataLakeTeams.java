import io.github.cdks3strongbox.BucketObjectLock;
import io.github.cdks3strongbox.BucketPerimeter;
import io.github.cdks3strongbox.BucketReplication;
import io.github.cdks3strongbox.DirectAccess;
import io.github.cdks3strongbox.DirectAccessDeniedOptions;
import io.github.cdks3strongbox.LoggingBucket;
import io.github.cdks3strongbox.NetworkOrigin;
import io.github.cdks3strongbox.ObjectLock;
import io.github.cdks3strongbox.Perimeter;
import io.github.cdks3strongbox.PlatformBuckets;
import io.github.cdks3strongbox.Replication;
import io.github.cdks3strongbox.S3Endpoint;
import io.github.cdks3strongbox.SecureBucket;
import io.github.cdks3strongbox.StrongboxChecks;
import io.github.cdks3strongbox.Team;
import io.github.cdks3strongbox.TeamAccessPoints;
import io.github.cdks3strongbox.TeamOptions;
import io.github.cdks3strongbox.WritingTeamOptions;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Arn;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.ec2.FlowLogDestination;
import software.amazon.awscdk.services.ec2.FlowLogOptions;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.iam.AccountRootPrincipal;
import software.amazon.awscdk.services.iam.ArnPrincipal;
import software.amazon.awscdk.services.iam.IPrincipal;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/** A data lake that three teams and another account share, each by its own access point. The same app as ../app.ts. */
public final class DataLakeTeams {
    public static void main(final String[] args) {
        final App app = new App();
        Validations.of(app).addPlugins(new StrongboxChecks());

        final Environment env = Environment.builder().account("111122223333").region("eu-central-1").build();
        final NetworkStack network = new NetworkStack(app, "LakeNetwork", env);
        new LakeStack(app, "Lake", env, network.vpc, "arn:aws:iam::444455556666:role/acme-auditor");
        app.synth();
    }

    /** The VPC in which the teams work. It has no way to the internet. */
    static final class NetworkStack extends Stack {
        final Vpc vpc;

        NetworkStack(final Construct scope, final String id, final Environment env) {
            super(scope, id, StackProps.builder().env(env).build());
            vpc = Vpc.Builder.create(this, "Vpc")
                // By name: to look them up, the CLI would need credentials of the account.
                .availabilityZones(List.of(getRegion() + "a", getRegion() + "b"))
                .natGateways(0)
                .restrictDefaultSecurityGroup(false)
                .subnetConfiguration(List.of(SubnetConfiguration.builder().name("Data").subnetType(SubnetType.PRIVATE_ISOLATED).build()))
                .build();
            final Key key = Key.Builder.create(this, "FlowLogKey")
                .enableKeyRotation(true).description("Encrypts the flow logs of the data lake").build();
            key.grantEncryptDecrypt(new ServicePrincipal("logs." + getRegion() + ".amazonaws.com"));
            final LogGroup group = LogGroup.Builder.create(this, "FlowLogs")
                .encryptionKey(key).retention(RetentionDays.ONE_YEAR).removalPolicy(RemovalPolicy.RETAIN).build();
            vpc.addFlowLog("FlowLog", FlowLogOptions.builder().destination(FlowLogDestination.toCloudWatchLogs(group)).build());
        }
    }

    /** Finance and sales read and write their own folder, analytics reads both; auditors of another account read what was published. */
    static final class LakeStack extends Stack {
        LakeStack(final Construct scope, final String id, final Environment env, final IVpc vpc, final String auditorRole) {
            super(scope, id, StackProps.builder().env(env).build());
            final SecureBucket bucket = new SecureBucket(this, "Data");
            bucket.with(new BucketPerimeter(Perimeter.accounts(Arn.split(auditorRole, ArnFormat.SLASH_RESOURCE_NAME).getAccount())));
            final BucketReplication oneCopy = new BucketReplication(Replication.none(
                "The lake is loaded again from its sources in a day, approved by Data Platform"));
            bucket.with(oneCopy, new BucketObjectLock(ObjectLock.none(
                "Files are replaced every night and every version is kept, approved by Data Platform")));
            LoggingBucket.of(this).with(oneCopy);

            final Role breakGlass = role("BreakGlass", "Reaches every object when something is broken", new AccountRootPrincipal());
            final TeamAccessPoints lake = TeamAccessPoints.Builder.create(this, "Lake")
                .bucket(bucket)
                .origin(NetworkOrigin.vpc(vpc))
                .directAccess(DirectAccess.denied(DirectAccessDeniedOptions.builder().except(List.of(breakGlass)).build()))
                .teams(List.of(
                    Team.readWrite("finance", WritingTeamOptions.builder()
                        .prefixes(List.of("finance/", "published/")).principals(List.of(machine("Finance", "Closes the books"))).build()),
                    Team.readWrite("sales", WritingTeamOptions.builder()
                        .prefixes(List.of("sales/")).principals(List.of(machine("Sales", "Loads offers and orders"))).build()),
                    Team.readOnly("analytics", TeamOptions.builder()
                        .prefixes(List.of("finance/", "sales/"))
                        .principals(List.of(machine("Analytics", "Reads what the others write"))).build())))
                .build();
            // Their network is another one, so their access point is not bound to this VPC.
            final TeamAccessPoints audit = TeamAccessPoints.Builder.create(this, "Audit")
                .bucket(bucket)
                .teams(List.of(Team.readOnly("auditors", TeamOptions.builder()
                    .prefixes(List.of("published/")).principals(List.of(new ArnPrincipal(auditorRole))).build())))
                .build();
            S3Endpoint.Builder.create(this, "S3")
                .vpc(vpc).buckets(List.of(bucket)).platform(List.of(PlatformBuckets.amazonLinux())).build();

            for (final String team : List.of("finance", "sales", "analytics")) {
                CfnOutput.Builder.create(this, "Alias-" + team).value(lake.accessPoint(team).getAlias()).build();
            }
            CfnOutput.Builder.create(this, "Alias-auditors").value(audit.accessPoint("auditors").getAlias()).build();
        }

        private Role machine(final String id, final String description) {
            return role(id, description, new ServicePrincipal("ec2.amazonaws.com"));
        }

        private Role role(final String id, final String description, final IPrincipal assumedBy) {
            return Role.Builder.create(this, id).assumedBy(assumedBy).description(description).build();
        }
    }
}
