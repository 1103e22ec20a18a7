import io.github.cdks3strongbox.BucketGrantOptions;
import io.github.cdks3strongbox.BucketObjectLock;
import io.github.cdks3strongbox.BucketReplication;
import io.github.cdks3strongbox.EnrichOptions;
import io.github.cdks3strongbox.ExistingProperty;
import io.github.cdks3strongbox.ImageOptions;
import io.github.cdks3strongbox.LoggingBucket;
import io.github.cdks3strongbox.Lookup;
import io.github.cdks3strongbox.ObjectLock;
import io.github.cdks3strongbox.RedactedViewOptions;
import io.github.cdks3strongbox.RedactingEndpoint;
import io.github.cdks3strongbox.RedactingObjectLambda;
import io.github.cdks3strongbox.RedactionAction;
import io.github.cdks3strongbox.RedactionField;
import io.github.cdks3strongbox.RedactionPolicy;
import io.github.cdks3strongbox.Replication;
import io.github.cdks3strongbox.SecureBucket;
import io.github.cdks3strongbox.StandardRedactionOptions;
import io.github.cdks3strongbox.Transform;
import io.github.cdks3strongbox.TransformedViewOptions;
import io.github.cdks3strongbox.View;
import io.github.cdks3strongbox.Watermark;
import io.github.cdks3strongbox.WatermarkOptions;
import io.github.cdks3strongbox.XmlToJsonOptions;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.iam.AccountRootPrincipal;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.sns.ITopic;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.constructs.Construct;

/** Orders of a shop as four groups of users see them, served in two ways. The same app as ../app.ts. */
public final class OneBucketThreeViews {
    private static final String ON_CALL = "orders-on-call@example.com";

    public static void main(final String[] args) {
        final App app = new App();
        final Environment env = Environment.builder().account("111122223333").region("eu-central-1").build();
        // For an account that used S3 Object Lambda before November 2025.
        new OrdersStack(app, "OrdersObjectLambda", env, true);
        // For every account.
        new OrdersStack(app, "OrdersEndpoint", env, false);
        app.synth();
    }

    /** The orders of a shop and the pictures of its goods. The shop has them as they are; three others have a view each. */
    static final class OrdersStack extends Stack {
        OrdersStack(final Construct scope, final String id, final Environment env, final boolean objectLambda) {
            super(scope, id, StackProps.builder().env(env).build());
            final SecureBucket orders = new SecureBucket(this, "Orders");
            final SecureBucket segments = new SecureBucket(this, "Segments");
            final Role shop = role("Shop", "Takes orders, and has them as they are");
            final Role analytics = role("Analytics", "Counts what is sold");
            final Role marketing = role("Marketing", "Writes to segments of customers");
            final Role press = role("Press", "Prints the pictures, each copy with the name of who took it");
            final ManagedPolicy permissions = ManagedPolicy.Builder.create(this, "ShopPermissions")
                .roles(List.of(shop)).description("Reads and writes orders").build();
            orders.grantReadWrite(permissions, BucketGrantOptions.builder().prefixes(List.of("orders/", "pictures/")).build());

            final List<View> views = views(segments, analytics, marketing, press);
            final ITopic alarms;
            if (objectLambda) {
                final RedactingObjectLambda served = RedactingObjectLambda.Builder.create(this, "Views").bucket(orders).views(views).build();
                Validations.of(served).acknowledge(Acknowledgment.builder()
                    .id("@strongbox/object-lambda-closed")
                    .reason("The account has used S3 Object Lambda since 2021, Platform team")
                    .build());
                alarms = served.getAlarmTopic();
            } else {
                alarms = RedactingEndpoint.Builder.create(this, "Views").bucket(orders).views(views).build().getAlarmTopic();
            }
            alarms.addSubscription(new EmailSubscription(ON_CALL));

            for (final SecureBucket bucket : List.of(orders, segments)) {
                bucket.getBucket().with(
                    new BucketReplication(Replication.none("Orders are in the ledger as well, approved by Finance")),
                    new BucketObjectLock(ObjectLock.none("The ledger is the record, approved by Finance")));
            }
            LoggingBucket.of(this).with(new BucketReplication(Replication.none(
                "Logs are copied to the security account every night, approved by Security")));
        }

        private static List<View> views(final SecureBucket segments, final Role analytics, final Role marketing, final Role press) {
            // Orders come as XML; every view but the shop's has them as JSON.
            final Transform ordersAsJson = Transform.xmlToJson(XmlToJsonOptions.builder()
                .arrays(List.of("orders/order")).numbers(List.of("//amount")).build());
            final RedactionPolicy withoutCustomers = RedactionPolicy.standard(StandardRedactionOptions.builder()
                .name("orders for analytics")
                .kinds(Map.of("card", RedactionAction.partial()))
                .fields(List.of(RedactionField.builder().path("$..name").kind("name").build()))
                .build());
            // Who writes to customers needs to know them, but not what they pay with.
            final RedactionPolicy withoutCards = RedactionPolicy.standard(StandardRedactionOptions.builder()
                .name("orders for marketing")
                .defaultAction(RedactionAction.keep())
                .kinds(Map.of("card", RedactionAction.partial()))
                .build());
            return List.of(
                View.redacted("analytics", RedactedViewOptions.builder()
                    .policy(withoutCustomers).before(ordersAsJson).prefixes(List.of("orders/")).listing(true)
                    .principals(List.of(analytics)).build()),
                View.enriched("marketing", TransformedViewOptions.builder()
                    .transform(Transform.chain(
                        ordersAsJson,
                        Transform.redact(withoutCards),
                        Transform.enrich(Lookup.object(segments.getBucket(), "segments.json"), EnrichOptions.builder()
                            .records("orders.order").key("customer").add(Map.of("segment", "segment"))
                            .existing(ExistingProperty.REFUSE).build())))
                    .prefixes(List.of("orders/"))
                    .principals(List.of(marketing)).build()),
                View.transformed("press", TransformedViewOptions.builder()
                    .transform(Transform.image(ImageOptions.builder()
                        .width(640)
                        .watermark(Watermark.text("{claim:role} {claim:session}", WatermarkOptions.builder().size(0.1).build()))
                        .build()))
                    .prefixes(List.of("pictures/"))
                    .principals(List.of(press)).build()));
        }

        private Role role(final String id, final String description) {
            return Role.Builder.create(this, id).assumedBy(new AccountRootPrincipal()).description(description).build();
        }
    }
}
