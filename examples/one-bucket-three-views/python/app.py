"""Orders of a shop as four groups of users see them, served in two ways. The same app as ../app.ts."""
from typing import Union

from aws_cdk import Acknowledgment, App, Environment, Stack, Validations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from cdk_s3_strongbox import (
    BucketObjectLock, BucketReplication, ExistingProperty, LoggingBucket, Lookup, ObjectLock, RedactingEndpoint, RedactingObjectLambda,
    RedactionAction, RedactionField, RedactionPolicy, Replication, SecureBucket, Transform, View, Watermark,
)

ON_CALL = "orders-on-call@example.com"


def role(scope: Construct, construct_id: str, description: str) -> iam.Role:
    return iam.Role(scope, construct_id, assumed_by=iam.AccountRootPrincipal(), description=description)


class OrdersStack(Stack):
    """The orders of a shop and the pictures of its goods. The shop has them as they are; three others have a view each."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment, object_lambda: bool) -> None:
        super().__init__(scope, construct_id, env=env)
        orders = SecureBucket(self, "Orders")
        segments = SecureBucket(self, "Segments")
        shop = role(self, "Shop", "Takes orders, and has them as they are")
        analytics = role(self, "Analytics", "Counts what is sold")
        marketing = role(self, "Marketing", "Writes to segments of customers")
        press = role(self, "Press", "Prints the pictures, each copy with the name of who took it")
        permissions = iam.ManagedPolicy(self, "ShopPermissions", roles=[shop], description="Reads and writes orders")
        orders.grant_read_write(permissions, prefixes=["orders/", "pictures/"])

        # Orders come as XML; every view but the shop's has them as JSON.
        orders_as_json = Transform.xml_to_json(arrays=["orders/order"], numbers=["//amount"])
        without_customers = RedactionPolicy.standard(
            name="orders for analytics",
            kinds={"card": RedactionAction.partial()},
            fields=[RedactionField(path="$..name", kind="name")],
        )
        # Who writes to customers needs to know them, but not what they pay with.
        without_cards = RedactionPolicy.standard(
            name="orders for marketing",
            default_action=RedactionAction.keep(),
            kinds={"card": RedactionAction.partial()},
        )
        views = [
            View.redacted(
                "analytics", policy=without_customers, before=orders_as_json, prefixes=["orders/"], listing=True, principals=[analytics],
            ),
            View.enriched(
                "marketing",
                transform=Transform.chain(
                    orders_as_json,
                    Transform.redact(without_cards),
                    Transform.enrich(
                        Lookup.object(segments.bucket, "segments.json"),
                        records="orders.order", key="customer", add={"segment": "segment"}, existing=ExistingProperty.REFUSE,
                    ),
                ),
                prefixes=["orders/"],
                principals=[marketing],
            ),
            View.transformed(
                "press",
                transform=Transform.image(width=640, watermark=Watermark.text("{claim:role} {claim:session}", size=0.1)),
                prefixes=["pictures/"],
                principals=[press],
            ),
        ]
        served: Union[RedactingObjectLambda, RedactingEndpoint]
        if object_lambda:
            served = RedactingObjectLambda(self, "Views", bucket=orders, views=views)
            Validations.of(served).acknowledge(Acknowledgment(
                id="@strongbox/object-lambda-closed", reason="The account has used S3 Object Lambda since 2021, Platform team",
            ))
        else:
            served = RedactingEndpoint(self, "Views", bucket=orders, views=views)
        served.alarm_topic.add_subscription(subscriptions.EmailSubscription(ON_CALL))

        for bucket in (orders, segments):
            bucket.bucket.with_(
                BucketReplication(Replication.none("Orders are in the ledger as well, approved by Finance")),
                BucketObjectLock(ObjectLock.none("The ledger is the record, approved by Finance")),
            )
        LoggingBucket.of(self).with_(
            BucketReplication(Replication.none("Logs are copied to the security account every night, approved by Security")),
        )


app = App()

env = Environment(account="111122223333", region="eu-central-1")
# For an account that used S3 Object Lambda before November 2025.
OrdersStack(app, "OrdersObjectLambda", env=env, object_lambda=True)
# For every account.
OrdersStack(app, "OrdersEndpoint", env=env, object_lambda=False)
app.synth()
