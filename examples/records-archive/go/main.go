// Records of a broker under a compliance lock, with a second copy, and personnel files under a governance lock. The same app as ../app.ts.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssnssubscriptions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-s3-strongbox/cdk-s3-strongbox-go/strongbox"
)

const (
	account = "111122223333"
	onCall  = "records-on-call@example.com"
)

// newRecordsCopyStack makes the second copy of the broker's records, in another Region, under the same lock.
func newRecordsCopyStack(scope constructs.Construct, id, region, bucketName, sourceAccount string) strongbox.WormArchive {
	stack := newStack(scope, id, region)
	examiner := newRole(stack, "CopyExaminer", "Reads the copy when the first archive cannot be read")
	archive := strongbox.NewWormArchive(stack, jsii.String("RecordsCopy"), &strongbox.WormArchiveProps{
		BucketName:   jsii.String(bucketName),
		Retention:    brokerRecords(),
		ReplicasFrom: jsii.String(sourceAccount),
		Readers:      grantees(examiner),
		Encryption:   strongbox.Encryption_S3Managed(),
	})
	notifyOnCall(archive)
	archive.With(notReplicated("This is itself the second copy, approved by Records Management"))
	strongbox.LoggingBucket_Of(stack).With(oneCopy())
	return archive
}

// newRecordsStack makes what a broker must keep for seven years and nobody may delete, and what HR keeps under its own supervision.
func newRecordsStack(scope constructs.Construct, id, region string, archiveCopy strongbox.WormArchive) {
	stack := newStack(scope, id, region)
	legal := newRole(stack, "LegalTeam", "Places and lifts legal holds")
	auditor := newRole(stack, "Auditor", "Reads records and their locks for an examination")

	records := strongbox.NewWormArchive(stack, jsii.String("Records"), &strongbox.WormArchiveProps{
		Retention:         brokerRecords(),
		Writers:           grantees(newRole(stack, "TradeIngest", "Writes trade confirmations and communications")),
		Readers:           grantees(auditor),
		RetentionManagers: grantees(newRole(stack, "RecordsOfficer", "Extends retentions and disposes of what is over")),
		LegalHoldManagers: grantees(legal),
		Encryption:        strongbox.Encryption_S3Managed(),
		Storage:           strongbox.ArchiveStorage_Standard().ThenInstantRetrieval(days(90)).ThenDeepArchive(days(730)),
	})
	records.With(strongbox.NewBucketReplication(strongbox.Replication_To(archiveCopy, nil)))

	personnel := strongbox.NewWormArchive(stack, jsii.String("Personnel"), &strongbox.WormArchiveProps{
		// Three years after an employment ended; HR must be able to erase what the law says must be erased.
		Retention: strongbox.Retention_Governance(days(30), &strongbox.RetentionOptions{EventHold: days(1096), Maximum: days(3653)}),
		Writers:   grantees(newRole(stack, "HrSystem", "Files personnel documents")),
		Readers:   grantees(newRole(stack, "HrOfficer", "Reads personnel documents")),
		RetentionManagers: grantees(newRole(stack, "DataProtectionOfficer",
			"Releases files of who has left, and erases by bypass where the law demands it")),
		LegalHoldManagers: grantees(legal),
		Storage:           strongbox.ArchiveStorage_Standard().ThenInstantRetrieval(days(180)).ExpireAfter(days(5479)),
	})
	personnel.With(notReplicated("Personnel files must not leave the Region, approved by the works council"))

	for _, archive := range []strongbox.WormArchive{records, personnel} {
		notifyOnCall(archive)
	}
	strongbox.LoggingBucket_Of(stack).With(oneCopy())
}

// brokerRecords follows SEC 17a-4(b) and FINRA 4511: seven years, seven leap days at most included.
func brokerRecords() strongbox.Retention {
	acceptance := strongbox.RiskAcceptance_Irreversible(jsii.String("SEC 17a-4(f), approved by Legal on behalf of the broker-dealer"))
	return strongbox.Retention_Compliance(days(2557), acceptance, &strongbox.RetentionOptions{Maximum: days(3653)})
}

func notifyOnCall(archive strongbox.WormArchive) {
	archive.AlarmTopic().AddSubscription(awssnssubscriptions.NewEmailSubscription(jsii.String(onCall), nil))
	awscdk.Validations_Of(archive).Acknowledge(&awscdk.Acknowledgment{
		Id:     jsii.String("@strongbox/worm-data-events"),
		Reason: jsii.String("The trail of the organization logs the data events of all buckets, confirmed by Security"),
	})
}

func oneCopy() strongbox.BucketReplication {
	return notReplicated("Logs and lists can be made again and are not records, approved by Records Management")
}

func notReplicated(reason string) strongbox.BucketReplication {
	return strongbox.NewBucketReplication(strongbox.Replication_None(jsii.String(reason)))
}

func newStack(scope constructs.Construct, id, region string) awscdk.Stack {
	return awscdk.NewStack(scope, jsii.String(id), &awscdk.StackProps{
		Env: &awscdk.Environment{Account: jsii.String(account), Region: jsii.String(region)},
	})
}

func newRole(scope constructs.Construct, id, description string) awsiam.Role {
	return awsiam.NewRole(scope, jsii.String(id), &awsiam.RoleProps{
		AssumedBy: awsiam.NewAccountRootPrincipal(), Description: jsii.String(description),
	})
}

func grantees(roles ...awsiam.IGrantable) *[]awsiam.IGrantable {
	return &roles
}

func days(n float64) awscdk.Duration {
	return awscdk.Duration_Days(jsii.Number(n))
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	awscdk.Validations_Of(app).AddPlugins(strongbox.NewStrongboxChecks(nil))

	archiveCopy := newRecordsCopyStack(app, "RecordsCopy", "eu-west-1", "acme-broker-records-copy", account)
	newRecordsStack(app, "Records", "eu-central-1", archiveCopy)
	app.Synth(nil)
}
