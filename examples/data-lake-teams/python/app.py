"""A data lake that three teams and another account share, each by its own access point. The same app as ../app.ts."""
from aws_cdk import App, Arn, ArnFormat, CfnOutput, Environment, RemovalPolicy, Stack, Validations
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_s3_strongbox import (
    BucketObjectLock, BucketPerimeter, BucketReplication, DirectAccess, LoggingBucket, NetworkOrigin, ObjectLock, Perimeter, PlatformBuckets,
    Replication, S3Endpoint, SecureBucket, StrongboxChecks, Team, TeamAccessPoints,
)


class NetworkStack(Stack):
    """The VPC in which the teams work. It has no way to the internet."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment) -> None:
        super().__init__(scope, construct_id, env=env)
        self.vpc = ec2.Vpc(
            self, "Vpc",
            # By name: to look them up, the CLI would need credentials of the account.
            availability_zones=[f"{self.region}{zone}" for zone in ("a", "b")],
            nat_gateways=0,
            restrict_default_security_group=False,
            subnet_configuration=[ec2.SubnetConfiguration(name="Data", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)],
        )
        key = kms.Key(self, "FlowLogKey", enable_key_rotation=True, description="Encrypts the flow logs of the data lake")
        key.grant_encrypt_decrypt(iam.ServicePrincipal(f"logs.{self.region}.amazonaws.com"))
        group = logs.LogGroup(
            self, "FlowLogs", encryption_key=key, retention=logs.RetentionDays.ONE_YEAR, removal_policy=RemovalPolicy.RETAIN,
        )
        self.vpc.add_flow_log("FlowLog", destination=ec2.FlowLogDestination.to_cloud_watch_logs(group))


class LakeStack(Stack):
    """Finance and sales read and write their own folder, analytics reads both; auditors of another account read what was published."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment, vpc: ec2.IVpc, auditor_role: str) -> None:
        super().__init__(scope, construct_id, env=env)
        bucket = SecureBucket(self, "Data")
        account = Arn.split(auditor_role, ArnFormat.SLASH_RESOURCE_NAME).account
        assert account is not None
        bucket.with_(BucketPerimeter(Perimeter.accounts(account)))
        one_copy = BucketReplication(Replication.none("The lake is loaded again from its sources in a day, approved by Data Platform"))
        bucket.with_(
            one_copy,
            BucketObjectLock(ObjectLock.none("Files are replaced every night and every version is kept, approved by Data Platform")),
        )
        LoggingBucket.of(self).with_(one_copy)

        break_glass = self.role("BreakGlass", "Reaches every object when something is broken", iam.AccountRootPrincipal())
        lake = TeamAccessPoints(
            self, "Lake",
            bucket=bucket,
            origin=NetworkOrigin.vpc(vpc),
            direct_access=DirectAccess.denied(except_=[break_glass]),
            teams=[
                Team.read_write("finance", prefixes=["finance/", "published/"], principals=[self.machine("Finance", "Closes the books")]),
                Team.read_write("sales", prefixes=["sales/"], principals=[self.machine("Sales", "Loads offers and orders")]),
                Team.read_only(
                    "analytics", prefixes=["finance/", "sales/"], principals=[self.machine("Analytics", "Reads what the others write")],
                ),
            ],
        )
        # Their network is another one, so their access point is not bound to this VPC.
        audit = TeamAccessPoints(
            self, "Audit",
            bucket=bucket,
            teams=[Team.read_only("auditors", prefixes=["published/"], principals=[iam.ArnPrincipal(auditor_role)])],
        )
        S3Endpoint(self, "S3", vpc=vpc, buckets=[bucket], platform=[PlatformBuckets.amazon_linux()])

        for team in ("finance", "sales", "analytics"):
            CfnOutput(self, f"Alias-{team}", value=lake.access_point(team).alias)
        CfnOutput(self, "Alias-auditors", value=audit.access_point("auditors").alias)

    def machine(self, construct_id: str, description: str) -> iam.Role:
        return self.role(construct_id, description, iam.ServicePrincipal("ec2.amazonaws.com"))

    def role(self, construct_id: str, description: str, assumed_by: iam.IPrincipal) -> iam.Role:
        return iam.Role(self, construct_id, assumed_by=assumed_by, description=description)


app = App()
Validations.of(app).add_plugins(StrongboxChecks())

env = Environment(account="111122223333", region="eu-central-1")
network = NetworkStack(app, "LakeNetwork", env=env)
LakeStack(app, "Lake", env=env, vpc=network.vpc, auditor_role="arn:aws:iam::444455556666:role/acme-auditor")
app.synth()
