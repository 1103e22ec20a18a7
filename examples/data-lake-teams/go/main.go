// A data lake that three teams and another account share, each by its own access point. The same app as ../app.ts.
package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-s3-strongbox/cdk-s3-strongbox-go/strongbox"
)

// newNetworkStack makes the VPC in which the teams work. It has no way to the internet.
func newNetworkStack(scope constructs.Construct, id string, env *awscdk.Environment) awsec2.Vpc {
	stack := awscdk.NewStack(scope, jsii.String(id), &awscdk.StackProps{Env: env})
	vpc := awsec2.NewVpc(stack, jsii.String("Vpc"), &awsec2.VpcProps{
		// By name: to look them up, the CLI would need credentials of the account.
		AvailabilityZones:            jsii.Strings(*stack.Region()+"a", *stack.Region()+"b"),
		NatGateways:                  jsii.Number(0),
		RestrictDefaultSecurityGroup: jsii.Bool(false),
		SubnetConfiguration: &[]*awsec2.SubnetConfiguration{
			{Name: jsii.String("Data"), SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED},
		},
	})
	key := awskms.NewKey(stack, jsii.String("FlowLogKey"), &awskms.KeyProps{
		EnableKeyRotation: jsii.Bool(true),
		Description:       jsii.String("Encrypts the flow logs of the data lake"),
	})
	key.GrantEncryptDecrypt(awsiam.NewServicePrincipal(jsii.String("logs."+*stack.Region()+".amazonaws.com"), nil))
	group := awslogs.NewLogGroup(stack, jsii.String("FlowLogs"), &awslogs.LogGroupProps{
		EncryptionKey: key, Retention: awslogs.RetentionDays_ONE_YEAR, RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
	})
	vpc.AddFlowLog(jsii.String("FlowLog"), &awsec2.FlowLogOptions{Destination: awsec2.FlowLogDestination_ToCloudWatchLogs(group, nil)})
	return vpc
}

// newLakeStack lets finance and sales read and write their own folder and analytics read both; auditors of another account read what was
// published.
func newLakeStack(scope constructs.Construct, id string, env *awscdk.Environment, vpc awsec2.IVpc, auditorRole string) {
	stack := awscdk.NewStack(scope, jsii.String(id), &awscdk.StackProps{Env: env})
	bucket := strongbox.NewSecureBucket(stack, jsii.String("Data"), nil)
	account := awscdk.Arn_Split(jsii.String(auditorRole), awscdk.ArnFormat_SLASH_RESOURCE_NAME).Account
	bucket.With(strongbox.NewBucketPerimeter(strongbox.Perimeter_Accounts(account), nil))
	oneCopy := strongbox.NewBucketReplication(strongbox.Replication_None(
		jsii.String("The lake is loaded again from its sources in a day, approved by Data Platform")))
	bucket.With(oneCopy, strongbox.NewBucketObjectLock(strongbox.ObjectLock_None(
		jsii.String("Files are replaced every night and every version is kept, approved by Data Platform"))))
	strongbox.LoggingBucket_Of(stack).With(oneCopy)

	breakGlass := newRole(stack, "BreakGlass", "Reaches every object when something is broken", awsiam.NewAccountRootPrincipal())
	lake := strongbox.NewTeamAccessPoints(stack, jsii.String("Lake"), &strongbox.TeamAccessPointsProps{
		Bucket:       bucket,
		Origin:       strongbox.NetworkOrigin_Vpc(vpc, nil),
		DirectAccess: strongbox.DirectAccess_Denied(&strongbox.DirectAccessDeniedOptions{Except: &[]awsiam.IGrantable{breakGlass}}),
		Teams: &[]strongbox.Team{
			strongbox.Team_ReadWrite(jsii.String("finance"), &strongbox.WritingTeamOptions{
				Prefixes:   jsii.Strings("finance/", "published/"),
				Principals: &[]awsiam.IGrantable{machine(stack, "Finance", "Closes the books")},
			}),
			strongbox.Team_ReadWrite(jsii.String("sales"), &strongbox.WritingTeamOptions{
				Prefixes:   jsii.Strings("sales/"),
				Principals: &[]awsiam.IGrantable{machine(stack, "Sales", "Loads offers and orders")},
			}),
			strongbox.Team_ReadOnly(jsii.String("analytics"), &strongbox.TeamOptions{
				Prefixes:   jsii.Strings("finance/", "sales/"),
				Principals: &[]awsiam.IGrantable{machine(stack, "Analytics", "Reads what the others write")},
			}),
		},
	})
	// Their network is another one, so their access point is not bound to this VPC.
	audit := strongbox.NewTeamAccessPoints(stack, jsii.String("Audit"), &strongbox.TeamAccessPointsProps{
		Bucket: bucket,
		Teams: &[]strongbox.Team{strongbox.Team_ReadOnly(jsii.String("auditors"), &strongbox.TeamOptions{
			Prefixes:   jsii.Strings("published/"),
			Principals: &[]awsiam.IGrantable{awsiam.NewArnPrincipal(jsii.String(auditorRole))},
		})},
	})
	strongbox.NewS3Endpoint(stack, jsii.String("S3"), &strongbox.S3EndpointProps{
		Vpc:      vpc,
		Buckets:  &[]interfacesawss3.IBucketRef{bucket},
		Platform: &[]strongbox.PlatformBuckets{strongbox.PlatformBuckets_AmazonLinux()},
	})

	for _, team := range []string{"finance", "sales", "analytics"} {
		awscdk.NewCfnOutput(stack, jsii.String("Alias-"+team), &awscdk.CfnOutputProps{Value: lake.AccessPoint(jsii.String(team)).Alias()})
	}
	awscdk.NewCfnOutput(stack, jsii.String("Alias-auditors"), &awscdk.CfnOutputProps{
		Value: audit.AccessPoint(jsii.String("auditors")).Alias(),
	})
}

func machine(scope constructs.Construct, id, description string) awsiam.Role {
	return newRole(scope, id, description, awsiam.NewServicePrincipal(jsii.String("ec2.amazonaws.com"), nil))
}

func newRole(scope constructs.Construct, id, description string, assumedBy awsiam.IPrincipal) awsiam.Role {
	return awsiam.NewRole(scope, jsii.String(id), &awsiam.RoleProps{AssumedBy: assumedBy, Description: jsii.String(description)})
}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(nil)
	awscdk.Validations_Of(app).AddPlugins(strongbox.NewStrongboxChecks(nil))

	env := &awscdk.Environment{Account: jsii.String("111122223333"), Region: jsii.String("eu-central-1")}
	vpc := newNetworkStack(app, "LakeNetwork", env)
	newLakeStack(app, "Lake", env, vpc, "arn:aws:iam::444455556666:role/acme-auditor")
	app.Synth(nil)
}
