// Orders of a shop as four groups of users see them, served in two ways. The same app as ../app.ts.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-s3-strongbox/cdk-s3-strongbox-go/strongbox"
)

const onCall = "orders-on-call@example.com"

// newOrdersStack makes the orders of a shop and the pictures of its goods. The shop has them as they are; three others have a view each.
func newOrdersStack(scope constructs.Construct, id string, env *awscdk.Environment, objectLambda bool) {
	stack := awscdk.NewStack(scope, jsii.String(id), &awscdk.StackProps{Env: env})
	orders := strongbox.NewSecureBucket(stack, jsii.String("Orders"), nil)
	segments := strongbox.NewSecureBucket(stack, jsii.String("Segments"), nil)
	shop := newRole(stack, "Shop", "Takes orders, and has them as they are")
	analytics := newRole(stack, "Analytics", "Counts what is sold")
	marketing := newRole(stack, "Marketing", "Writes to segments of customers")
	press := newRole(stack, "Press", "Prints the pictures, each copy with the name of who took it")
	permissions := awsiam.NewManagedPolicy(stack, jsii.String("ShopPermissions"), &awsiam.ManagedPolicyProps{
		Roles: &[]awsiam.IRole{shop}, Description: jsii.String("Reads and writes orders"),
	})
	orders.GrantReadWrite(permissions, &strongbox.BucketGrantOptions{Prefixes: jsii.Strings("orders/", "pictures/")})

	views := newViews(segments, analytics, marketing, press)
	var alarms awssns.ITopic
	if objectLambda {
		served := strongbox.NewRedactingObjectLambda(stack, jsii.String("Views"), &strongbox.TransformingObjectLambdaProps{
			Bucket: orders, Views: views,
		})
		awscdk.Validations_Of(served).Acknowledge(&awscdk.Acknowledgment{
			Id:     jsii.String("@strongbox/object-lambda-closed"),
			Reason: jsii.String("The account has used S3 Object Lambda since 2021, Platform team"),
		})
		alarms = served.AlarmTopic()
	} else {
		served := strongbox.NewRedactingEndpoint(stack, jsii.String("Views"), &strongbox.RedactingEndpointProps{Bucket: orders, Views: views})
		alarms = served.AlarmTopic()
	}
	alarms.AddSubscription(awssnssubscriptions.NewEmailSubscription(jsii.String(onCall), nil))

	for _, bucket := range []strongbox.SecureBucket{orders, segments} {
		bucket.Bucket().With(
			strongbox.NewBucketReplication(strongbox.Replication_None(jsii.String("Orders are in the ledger as well, approved by Finance"))),
			strongbox.NewBucketObjectLock(strongbox.ObjectLock_None(jsii.String("The ledger is the record, approved by Finance"))),
		)
	}
	strongbox.LoggingBucket_Of(stack).With(strongbox.NewBucketReplication(strongbox.Replication_None(
		jsii.String("Logs are copied to the security account every night, approved by Security"))))
}

func newViews(segments strongbox.SecureBucket, analytics, marketing, press awsiam.IGrantable) *[]strongbox.View {
	// Orders come as XML; every view but the shop's has them as JSON.
	ordersAsJson := strongbox.Transform_XmlToJson(&strongbox.XmlToJsonOptions{
		Arrays: jsii.Strings("orders/order"), Numbers: jsii.Strings("//amount"),
	})
	cardsPartly := map[string]strongbox.RedactionAction{"card": strongbox.RedactionAction_Partial(nil)}
	withoutCustomers := strongbox.RedactionPolicy_Standard(&strongbox.StandardRedactionOptions{
		Name:   jsii.String("orders for analytics"),
		Kinds:  &cardsPartly,
		Fields: &[]*strongbox.RedactionField{{Path: jsii.String("$..name"), Kind: jsii.String("name")}},
	})
	// Who writes to customers needs to know them, but not what they pay with.
	withoutCards := strongbox.RedactionPolicy_Standard(&strongbox.StandardRedactionOptions{
		Name:          jsii.String("orders for marketing"),
		DefaultAction: strongbox.RedactionAction_Keep(),
		Kinds:         &cardsPartly,
	})
	return &[]strongbox.View{
		strongbox.View_Redacted(jsii.String("analytics"), &strongbox.RedactedViewOptions{
			Policy:     withoutCustomers,
			Before:     ordersAsJson,
			Prefixes:   jsii.Strings("orders/"),
			Listing:    jsii.Bool(true),
			Principals: &[]awsiam.IGrantable{analytics},
		}),
		strongbox.View_Enriched(jsii.String("marketing"), &strongbox.TransformedViewOptions{
			Transform: strongbox.Transform_Chain(
				ordersAsJson,
				strongbox.Transform_Redact(withoutCards),
				strongbox.Transform_Enrich(strongbox.Lookup_Object(segments.Bucket(), jsii.String("segments.json"), nil), &strongbox.EnrichOptions{
					Records:  jsii.String("orders.order"),
					Key:      jsii.String("customer"),
					Add:      &map[string]*string{"segment": jsii.String("segment")},
					Existing: strongbox.ExistingProperty_REFUSE,
				}),
			),
			Prefixes:   jsii.Strings("orders/"),
			Principals: &[]awsiam.IGrantable{marketing},
		}),
		strongbox.View_Transformed(jsii.String("press"), &strongbox.TransformedViewOptions{
			Transform: strongbox.Transform_Image(&strongbox.ImageOptions{
				Width:     jsii.Number(640),
				Watermark: strongbox.Watermark_Text(jsii.String("{claim:role} {claim:session}"), &strongbox.WatermarkOptions{Size: jsii.Number(0.1)}),
			}),
			Prefixes:   jsii.Strings("pictures/"),
			Principals: &[]awsiam.IGrantable{press},
		}),
	}
}

func newRole(scope constructs.Construct, id, description string) awsiam.Role {
	return awsiam.NewRole(scope, jsii.String(id), &awsiam.RoleProps{
		AssumedBy: awsiam.NewAccountRootPrincipal(), Description: jsii.String(description),
	})
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	env := &awscdk.Environment{Account: jsii.String("111122223333"), Region: jsii.String("eu-central-1")}
	// For an account that used S3 Object Lambda before November 2025.
	newOrdersStack(app, "OrdersObjectLambda", env, true)
	// For every account.
	newOrdersStack(app, "OrdersEndpoint", env, false)
	app.Synth(nil)
}
