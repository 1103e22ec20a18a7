// A site, a document bucket and their logs: two stacks, one shared key. The same app as ../app.ts.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-s3-strongbox/cdk-s3-strongbox-go/strongbox"
)

// newDocumentStack makes the documents, the key that encrypts them and the logs of who read them.
func newDocumentStack(scope constructs.Construct, id string) (awskms.Key, strongbox.LoggingBucket) {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)
	key := awskms.NewKey(stack, jsii.String("Key"), &awskms.KeyProps{
		EnableKeyRotation: jsii.Bool(true),
		Description:       jsii.String("Encrypts the buckets of the document store"),
	})
	logs := strongbox.NewLoggingBucket(stack, jsii.String("Logs"), nil)
	logs.Bucket().With(notReplicated("Logs are copied to the security account every night, approved by Security"))

	documents := strongbox.NewSecureBucket(stack, jsii.String("Documents"), &strongbox.SecureBucketProps{
		Encryption: strongbox.Encryption_Kms(&strongbox.KmsEncryptionOptions{Key: key, ExpectedRequestsPerSecond: jsii.Number(300)}),
		AccessLogs: strongbox.AccessLogs_To(logs, &strongbox.AccessLogsOptions{Prefix: jsii.String("documents/")}),
		// The pages of the site fetch documents by presigned URLs.
		Cors: strongbox.CorsPolicy_ForOrigins(jsii.String("https://www.example.com")).Allow(strongbox.HttpMethod_GET, strongbox.HttpMethod_HEAD),
	})
	documents.Bucket().With(
		strongbox.NewBucketEventNotifications(),
		notReplicated("The archive of the paper originals is the second copy, approved by Records"),
		notLocked("Documents are revised daily and every version is kept, approved by Records"),
	)

	report := newJob(stack, "ReportJob", "Reads what the monthly report needs")
	documents.GrantRead(report, below("reports/", "invoices/"))
	intake := newJob(stack, "IntakeJob", "Uploads scanned documents, and cannot read what others uploaded")
	documents.GrantWrite(intake, below("inbox/"))
	return key, logs
}

// newSiteStack makes the public site's files, which only its content delivery network reads.
func newSiteStack(scope constructs.Construct, id string, key awskms.IKey, logs strongbox.LoggingBucket) {
	stack := awscdk.NewStack(scope, jsii.String(id), nil)
	site := strongbox.NewSecureBucket(stack, jsii.String("Site"), &strongbox.SecureBucketProps{
		Encryption: strongbox.Encryption_Kms(&strongbox.KmsEncryptionOptions{Key: key}),
		AccessLogs: strongbox.AccessLogs_To(logs, &strongbox.AccessLogsOptions{Prefix: jsii.String("site/")}),
		Lifecycle: strongbox.Lifecycle_KeepEverything().ExpireNoncurrentVersionsAfter(
			awscdk.Duration_Days(jsii.Number(90)), &strongbox.NoncurrentVersionOptions{KeepNewest: jsii.Number(3)}),
	})
	site.Bucket().With(
		notReplicated("The site is rebuilt from its repository in minutes, approved by Web"),
		notLocked("Every release overwrites the site, approved by Web"),
	)

	publisher := newJob(stack, "PublishJob", "Publishes a release of the site")
	site.GrantReadWrite(publisher, below("public/"))
	site.GrantDelete(publisher, below("public/"))
}

// newJob makes the role of a container and returns the managed policy that says what it may do.
func newJob(scope constructs.Construct, id, description string) awsiam.ManagedPolicy {
	role := awsiam.NewRole(scope, jsii.String(id), &awsiam.RoleProps{
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("ecs-tasks.amazonaws.com"), nil),
		Description: jsii.String(description),
	})
	return awsiam.NewManagedPolicy(role, jsii.String("Permissions"), &awsiam.ManagedPolicyProps{
		Roles:       &[]awsiam.IRole{role},
		Description: jsii.String(description),
	})
}

func notReplicated(reason string) strongbox.BucketReplication {
	return strongbox.NewBucketReplication(strongbox.Replication_None(jsii.String(reason)))
}

func notLocked(reason string) strongbox.BucketObjectLock {
	return strongbox.NewBucketObjectLock(strongbox.ObjectLock_None(jsii.String(reason)))
}

func below(prefixes ...string) *strongbox.BucketGrantOptions {
	return &strongbox.BucketGrantOptions{Prefixes: jsii.Strings(prefixes...)}
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	awscdk.Validations_Of(app).AddPlugins(strongbox.NewStrongboxChecks(nil))

	key, logs := newDocumentStack(app, "DocumentStore")
	newSiteStack(app, "DocumentSite", key, logs)
	app.Synth(nil)
}
