import { Aws, CfnOutput, Stack, Token } from 'aws-cdk-lib';
import * as config from 'aws-cdk-lib/aws-config';
import * as events from 'aws-cdk-lib/aws-events';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { validationError, explain } from '../../input/validation-error';
import { AlarmTopic, RUNBOOK_URL } from '../../policy/alarm-topic';
import { resolved } from '../../policy/bucket-policy';

/** Properties of `MfaDelete`. */
export interface MfaDeleteProps {
  /** The bucket: versioned, made by this app, and without lifecycle rules. */
  readonly bucket: s3.IBucketRef;

  /**
   * The ARN of the root user's virtual MFA device, or the serial number of the hardware one.
   *
   * @default - `arn:PARTITION:iam::ACCOUNT:mfa/root-account-mfa-device`, the name that a first virtual device of the
   * root user gets
   */
  readonly serialNumber?: string;
}

/**
 * The way to MFA delete, which no template can switch on: the commands for this bucket as outputs of the stack, and an
 * alarm for as long as it is off.
 *
 * Only the root user can switch it on and off, by the API, with a code of its MFA device. With it, deleting a version
 * for good and changing the versioning of the bucket need such a code each time; delete markers do not. S3 allows no
 * lifecycle rules on such a bucket, so a bucket that has some is an error.
 *
 * Detection is the AWS Config rule `s3-bucket-mfa-delete-enabled`: AWS Config must be recording buckets in this Region.
 * `alarmTopic` hears of it when the rule finds the bucket without MFA delete, so once after the first deployment, too.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html
 *
 * @example
 * const masters = new SecureBucket(this, 'Masters', {
 *   lifecycle: Lifecycle.none('MFA delete allows none, approved by Security'),
 * });
 * new MfaDelete(this, 'MastersMfaDelete', { bucket: masters });
 */
export class MfaDelete extends Construct {
  /** Where the alarm goes: subscribe those who must know. */
  public readonly alarmTopic: sns.Topic;

  public constructor(scope: Construct, id: string, props: MfaDeleteProps) {
    super(scope, id);
    this.refuseConflicts(props.bucket);
    this.runbook(props.bucket.bucketRef.bucketName, this.serial(props.serialNumber));
    this.alarmTopic = this.detect(props.bucket.bucketRef.bucketName);
  }

  private refuseConflicts(bucket: s3.IBucketRef): void {
    const resource = bucket.node.findAll().find((node): node is s3.CfnBucket => s3.CfnBucket.isCfnBucket(node));
    if (!resource) {
      throw validationError({
        property: 'bucket',
        actual: bucket.node.path,
        expected:
          'a bucket that this app creates, since MFA delete does not go with the lifecycle rules that an ' +
          'imported one may have',
        hint: 'use MfaDelete in the app that owns the bucket',
        scope: this,
      });
    }
    this.node.addValidation({ validate: () => conflicts(resource) });
  }

  private serial(given: string | undefined): string {
    if (given === undefined) return `arn:${Aws.PARTITION}:iam::${Stack.of(this).account}:mfa/root-account-mfa-device`;
    if (!Token.isUnresolved(given) && !/^(arn:[^:]+:iam::\d{12}:mfa\/[\w+=,.@/-]+|[A-Za-z0-9-]{6,})$/.test(given)) {
      throw validationError({
        property: 'serialNumber',
        actual: given,
        expected: 'the ARN of a virtual MFA device or the serial number of a hardware one',
        hint: 'take it from the root user\'s page "My security credentials"',
        scope: this,
      });
    }
    return given;
  }

  /** The credentials are those of the root user, made for this and deleted again. */
  private runbook(bucketName: string, serial: string): void {
    const put = (state: string) =>
      `aws s3api put-bucket-versioning --bucket ${bucketName}` +
      ` --versioning-configuration Status=Enabled,MFADelete=${state} --mfa "${serial} CODE"`;
    const steps: Array<[string, string, string]> = [
      [
        'Enable',
        '1. As the root user, with an access key made for this alone; CODE is what the MFA device shows',
        put('Enabled'),
      ],
      [
        'Verify',
        '2. Must print Enabled twice',
        `aws s3api get-bucket-versioning --bucket ${bucketName} --query "[Status,MFADelete]" --output text`,
      ],
      [
        'DeleteRootAccessKey',
        '3. As the root user: delete the access key again, and see that none is left',
        'aws iam delete-access-key --access-key-id "$AWS_ACCESS_KEY_ID"; then see that ' +
          'AccountAccessKeysPresent is 0: aws iam get-account-summary',
      ],
      [
        'Undo',
        'To switch MFA delete off, before the stack is changed to need no MFA: as step 1, then step 3 again',
        put('Disabled'),
      ],
    ];
    for (const [id, description, value] of steps) new CfnOutput(this, id, { description, value });
  }

  private detect(bucketName: string): sns.Topic {
    const rule = new config.ManagedRule(this, 'Rule', {
      identifier: 'S3_BUCKET_MFA_DELETE_ENABLED',
      description: `MFA delete is on for the bucket of ${this.node.path}`,
      ruleScope: config.RuleScope.fromResource(config.ResourceType.S3_BUCKET, bucketName),
    });
    const alarm = new AlarmTopic(this);
    new events.Rule(this, 'MfaDeleteOffAlarm', {
      description: `${this.node.path}: MFA delete is off`,
      eventPattern: {
        source: ['aws.config'],
        detailType: ['Config Rules Compliance Change'],
        detail: { configRuleName: [rule.configRuleName], newEvaluationResult: { complianceType: ['NON_COMPLIANT'] } },
      },
      targets: [
        alarm.target(
          events.RuleTargetInput.fromText(
            `${this.node.path}: MFA delete of the bucket ` +
              `${events.EventField.fromPath('$.detail.resourceId')} is off. Runbook: ` +
              `${RUNBOOK_URL}#mfa-delete-off.`,
          ),
        ),
      ],
    });
    return alarm.topic;
  }
}

function conflicts(bucket: s3.CfnBucket): string[] {
  const lifecycle = resolved<s3.CfnBucket.LifecycleConfigurationProperty>(bucket, bucket.lifecycleConfiguration);
  const rules = (lifecycle?.rules ?? []) as s3.CfnBucket.RuleProperty[];
  const versioning = resolved<s3.CfnBucket.VersioningConfigurationProperty>(bucket, bucket.versioningConfiguration);
  return [
    ...(rules.length === 0
      ? []
      : [
          explain({
            property: 'lifecycle',
            actual: rules.map(({ id }) => id ?? 'a rule').join(', '),
            expected: 'no lifecycle rule, since S3 refuses them on a bucket with MFA delete',
            hint: 'pass Lifecycle.none(reason) to the SecureBucket and remove other rules, or give MfaDelete up',
            scope: bucket,
          }),
        ]),
    ...(versioning?.status === 'Enabled'
      ? []
      : [
          explain({
            property: 'versioned',
            actual: versioning?.status ?? false,
            expected: 'versioning on, which MFA delete protects',
            hint: 'apply BucketVersioned',
            scope: bucket,
          }),
        ]),
  ];
}
