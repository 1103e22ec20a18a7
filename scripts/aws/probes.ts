/** The questions. Each leaves nothing behind; ids are contract: results of several accounts are compared by them. */
import { createHash } from 'node:crypto';
import { constructTemplates } from './constructs';
import type { Probe, Reply } from './probe';
import { required, type Sandbox, SetupError } from './sandbox';

const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/';
const SSE = 's3:x-amz-server-side-encryption';
const CUSTOMER_ALGORITHM = `${SSE}-customer-algorithm`;
const REQUEST = 0.00001;

const yes = (holds: boolean): Reply => (holds ? 'yes' : 'no');

/** A request that is either taken or refused; anything else is no answer. */
function taken(
  what: string,
  answer: { readonly status: number; readonly code?: string; readonly text: string; readonly headers: object },
): boolean {
  if (answer.status < 300) return true;
  if (answer.status === 403) return false;
  throw new SetupError(what, answer as never);
}

/** Whether S3 takes a policy; a policy that it does not is a MalformedPolicy. */
function accepted(answer: Parameters<typeof taken>[1]): boolean {
  if (answer.status < 300) return true;
  if (answer.code === 'MalformedPolicy') return false;
  throw new SetupError('PutBucketPolicy', answer as never);
}

const BASIC: readonly Probe[] = [
  {
    id: 'multipart-part-carries-encryption',
    question: 'Does a part of a multipart upload carry the encryption of its upload in the condition key?',
    assumed: 'either',
    axiom: 'multipart-parts',
    page: `${S3}mpuoverview.html`,
    otherwise: '',
    seconds: 10,
    dollars: REQUEST * 10,
    async ask(sandbox) {
      const bucket = await sandbox.bucket();
      required(
        'PutBucketPolicy',
        await sandbox.policy(bucket, {
          Sid: 'ExplicitHeader',
          Action: 's3:PutObject',
          Condition: { Null: { [SSE]: 'true' } },
        }),
      );
      const place = { bucket, key: 'parts.txt' };
      const begun = required(
        'CreateMultipartUpload',
        await sandbox.account.s3({
          ...place,
          method: 'POST',
          query: { uploads: '' },
          headers: { 'x-amz-server-side-encryption': 'AES256' },
        }),
      );
      const uploadId = /<UploadId>(.*?)<\/UploadId>/.exec(begun.text)?.[1] ?? '';
      const part = await sandbox.account.s3({
        ...place,
        method: 'PUT',
        query: { partNumber: '1', uploadId },
        body: 'probe',
      });
      return yes(taken('UploadPart', part));
    },
  },
  {
    id: 'key-header-from-default',
    question:
      'Is the condition key of the encryption filled from the default encryption of the bucket, where an ' +
      'upload names none?',
    assumed: 'either',
    axiom: 'kms-key-header',
    page: `${S3}UsingKMSEncryption.html`,
    otherwise: '',
    seconds: 10,
    dollars: REQUEST * 10,
    async ask(sandbox) {
      const bucket = await sandbox.bucket();
      required(
        'PutBucketPolicy',
        await sandbox.policy(bucket, { Sid: 'Absent', Action: 's3:PutObject', Condition: { Null: { [SSE]: 'true' } } }),
      );
      return yes(taken('PutObject', await sandbox.put(bucket)));
    },
  },
  {
    id: 'retention-days-from-default',
    question:
      'Does an upload without a header of retention carry s3:object-lock-remaining-retention-days, from ' +
      'the default retention of the bucket?',
    assumed: 'either',
    axiom: 'lock-values',
    page: `${S3}object-lock-managing.html`,
    otherwise: '',
    seconds: 15,
    dollars: REQUEST * 15,
    async ask(sandbox) {
      const bucket = await sandbox.bucket({ 'x-amz-bucket-object-lock-enabled': 'true' });
      required(
        'PutObjectLockConfiguration',
        await sandbox.account.s3({
          method: 'PUT',
          bucket,
          query: { 'object-lock': '' },
          // The shortest that there is, in the mode that its owner can end.
          body: '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectLockConfiguration>',
        }),
      );
      required(
        'PutBucketPolicy',
        await sandbox.policy(bucket, {
          Sid: 'Absent',
          Action: 's3:PutObject',
          Condition: { Null: { 's3:object-lock-remaining-retention-days': 'true' } },
        }),
      );
      return yes(taken('PutObject', await sandbox.put(bucket)));
    },
  },
  {
    id: 'condition-must-fit-actions',
    question: 'Does S3 refuse a statement with a condition key that one of its actions does not have?',
    assumed: 'yes',
    page: `${S3}amazon-s3-policy-keys.html`,
    otherwise: 'Statements need not be split by their condition keys; nothing becomes less safe.',
    seconds: 5,
    dollars: REQUEST * 5,
    async ask(sandbox) {
      const bucket = await sandbox.bucket();
      const Condition = { Null: { [CUSTOMER_ALGORITHM]: 'false' } };
      return yes(
        !accepted(
          await sandbox.policy(bucket, {
            Sid: 'Unfit',
            Action: ['s3:PutObject', 's3:UpdateObjectEncryption'],
            Condition,
          }),
        ),
      );
    },
  },
  {
    id: 'sse-c-blocked-by-default',
    question: 'Does a new bucket refuse an upload with a customer key (SSE-C)?',
    assumed: 'yes',
    axiom: 'sse-c-disabled',
    page: `${S3}blocking-unblocking-s3-c-encryption-gpb.html`,
    otherwise: 'Buckets of this account take SSE-C unless BucketSseCDisabled is applied; do not rely on the default.',
    seconds: 5,
    dollars: REQUEST * 5,
    async ask(sandbox) {
      const bucket = await sandbox.bucket();
      const key = Buffer.alloc(32, 7);
      return yes(
        !taken(
          'PutObject',
          await sandbox.put(bucket, {
            'x-amz-server-side-encryption-customer-algorithm': 'AES256',
            'x-amz-server-side-encryption-customer-key': key.toString('base64'),
            'x-amz-server-side-encryption-customer-key-md5': createHash('md5').update(key).digest('base64'),
          }),
        ),
      );
    },
  },
  {
    id: 'access-point-not-resource',
    question: 'Does an access point policy take NotResource?',
    assumed: 'yes',
    axiom: 'access-point-keys',
    page: `${S3}access-points-policies.html`,
    otherwise:
      "AccessPointTeam must deny by the list of what lies outside of a team's prefixes; report it as an issue.",
    seconds: 20,
    dollars: REQUEST * 10,
    async ask(sandbox) {
      const { account } = sandbox;
      const bucket = await sandbox.bucket();
      const name = sandbox.name();
      const path = `/v20180820/accesspoint/${name}`;
      required(
        'CreateAccessPoint',
        await account.control(
          'PUT',
          path,
          '<CreateAccessPointRequest ' +
            `xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Bucket>${bucket}</Bucket></CreateAccessPointRequest>`,
        ),
      );
      sandbox.later(`access point ${name}`, () => account.control('DELETE', path));
      const arn = `arn:${account.partition}:s3:${account.region}:${account.id}:accesspoint/${name}`;
      const policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', NotResource: `${arn}/object/team/*` }],
      });
      return yes(
        accepted(
          await account.control(
            'PUT',
            `${path}/policy`,
            '<PutAccessPointPolicyRequest ' +
              `xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/"><Policy>${policy.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</Policy></PutAccessPointPolicyRequest>`,
          ),
        ),
      );
    },
  },
];

const topicStack = (statement: boolean) => ({
  Resources: {
    Topic: { Type: 'AWS::SNS::Topic' },
    Policy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [{ Ref: 'Topic' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 'sns:Publish',
              Resource: { Ref: 'Topic' },
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
            ...(statement
              ? [
                  {
                    Effect: 'Allow',
                    Principal: { Service: 'cloudwatch.amazonaws.com' },
                    Action: 'sns:Publish',
                    Resource: { Ref: 'Topic' },
                    Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
                  },
                ]
              : []),
          ],
        },
      },
    },
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: { Ref: 'AWS::StackName' },
        Namespace: 'Strongbox/Probe',
        MetricName: 'Never',
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        AlarmActions: [{ Ref: 'Topic' }],
      },
    },
  },
});

const NOTICED_POLLS = 12;

/** Whether an alarm whose topic has such a policy reaches it, as the alarm's own history says. */
async function alarmReaches(sandbox: Sandbox, statement: boolean): Promise<Reply> {
  const { account } = sandbox;
  const name = sandbox.name();
  const state = await sandbox.stack(name, 'CreateStack', topicStack(statement));
  if (state !== 'CREATE_COMPLETE') {
    throw new Error(`The stack of the alarm came to ${state}: ${await sandbox.reason(name)}`);
  }
  required(
    'SetAlarmState',
    await account.query('monitoring', 'SetAlarmState', { AlarmName: name, StateValue: 'ALARM', StateReason: 'probe' }),
  );
  for (let poll = 0; poll < NOTICED_POLLS; poll += 1) {
    const { text } = await account.query('monitoring', 'DescribeAlarmHistory', {
      AlarmName: name,
      HistoryItemType: 'Action',
    });
    if (/Successfully executed action/.test(text)) return 'yes';
    if (/Failed to execute action/.test(text)) return 'no';
    await account.sleep(5000);
  }
  throw new Error('The history of the alarm says nothing of its action in a minute. Run the probe again.');
}

const SNS_PAGE = 'https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html';

const STACKS: readonly Probe[] = [
  {
    id: 'alarm-publishes-with-statement',
    question: 'Does an alarm reach a topic whose policy names cloudwatch.amazonaws.com with aws:SourceAccount?',
    assumed: 'yes',
    page: SNS_PAGE,
    otherwise: 'No alarm of this library is heard: report it as an issue.',
    seconds: 90,
    dollars: 0.01,
    ask: (sandbox) => alarmReaches(sandbox, true),
  },
  {
    id: 'alarm-publishes-without-statement',
    question: 'Does an alarm reach a topic whose explicit policy does not name cloudwatch.amazonaws.com?',
    assumed: 'no',
    page: SNS_PAGE,
    otherwise: 'The guarantee alarm-reaches-topic asks for more than is needed; nothing becomes less safe.',
    seconds: 90,
    dollars: 0.01,
    ask: (sandbox) => alarmReaches(sandbox, false),
  },
  {
    id: 'update-leaves-settings-alone',
    question:
      'Does an update of a bucket by CloudFormation leave a lifecycle rule alone that the template does not state?',
    assumed: 'yes',
    page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html',
    otherwise: 'State every setting in the template; the report must warn of settings that were made by hand.',
    seconds: 120,
    dollars: REQUEST * 20,
    async ask(sandbox) {
      const name = sandbox.name();
      const template = (value: string) => ({
        Resources: {
          Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: name, Tags: [{ Key: 'probe', Value: value }] } },
        },
      });
      if ((await sandbox.stack(name, 'CreateStack', template('one'))) !== 'CREATE_COMPLETE') {
        throw new Error(await sandbox.reason(name));
      }
      required(
        'PutBucketLifecycleConfiguration',
        await sandbox.account.s3({
          method: 'PUT',
          bucket: name,
          query: { lifecycle: '' },
          body: '<LifecycleConfiguration><Rule><ID>probe</ID><Status>Enabled</Status><Filter><Prefix>x/</Prefix></Filter><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>',
        }),
      );
      if ((await sandbox.stack(name, 'UpdateStack', template('two'))) !== 'UPDATE_COMPLETE') {
        throw new Error(await sandbox.reason(name));
      }
      const { status, code, ...rest } = await sandbox.account.s3({
        method: 'GET',
        bucket: name,
        query: { lifecycle: '' },
      });
      if (status !== 200 && code !== 'NoSuchLifecycleConfiguration') {
        throw new SetupError('GetBucketLifecycleConfiguration', { status, code, ...rest });
      }
      return yes(status === 200);
    },
  },
  {
    id: 'via-service-beside-called-via',
    question: 'Is aws:ViaAWSService true where aws:CalledVia names a service?',
    assumed: 'yes',
    axiom: 'object-lambda-keys',
    page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html',
    otherwise:
      'Perimeters that exempt aws:ViaAWSService alone cut off calls by services for a caller: exempt ' +
      'aws:CalledVia as well.',
    seconds: 120,
    dollars: REQUEST * 20,
    async ask(sandbox) {
      const name = sandbox.name();
      const { account } = sandbox;
      const template = (value: string) => ({
        Resources: {
          Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: name, Tags: [{ Key: 'probe', Value: value }] } },
        },
      });
      if ((await sandbox.stack(name, 'CreateStack', template('one'))) !== 'CREATE_COMPLETE') {
        throw new Error(await sandbox.reason(name));
      }
      // Before the stack goes: the policy could keep it.
      sandbox.later(`policy of ${name}`, () => account.s3({ method: 'DELETE', bucket: name, query: { policy: '' } }));
      required(
        'PutBucketPolicy',
        await sandbox.policy(name, {
          Sid: 'CalledViaAlone',
          Action: 's3:PutBucketTagging',
          Resource: `arn:${account.partition}:s3:::${name}`,
          Condition: {
            Bool: { 'aws:ViaAWSService': 'false' },
            'ForAnyValue:StringEquals': { 'aws:CalledVia': 'cloudformation.amazonaws.com' },
          },
        }),
      );
      const state = await sandbox.stack(name, 'UpdateStack', template('two'));
      if (state === 'UPDATE_COMPLETE') return 'yes';
      const reason = await sandbox.reason(name);
      if (/AccessDenied|not authorized|Access Denied/i.test(reason)) return 'no';
      throw new Error(`The update came to ${state}: ${reason}`);
    },
  },
];

/** A stack for each construct that needs no assets: whether AWS takes what it emits. */
const CONSTRUCTS: readonly Probe[] = constructTemplates().map(([construct, template]) => ({
  id: `construct-accepted-${construct}`,
  question: `Does AWS take every resource and policy of ${construct}?`,
  assumed: 'yes',
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacks.html',
  otherwise: `The construct ${construct} cannot be deployed as it is: report the reason as an issue.`,
  seconds: 120,
  dollars: 0.05,
  async ask(sandbox) {
    const name = sandbox.name();
    const state = await sandbox.stack(name, 'CreateStack', template);
    if (state === 'CREATE_COMPLETE') return 'yes';
    const reason = await sandbox.reason(name);
    if (/rate exceeded|throttl|limit|quota/i.test(reason)) throw new Error(`The stack came to ${state}: ${reason}`);
    return 'no';
  },
}));

export const PROBES: readonly Probe[] = [...BASIC, ...STACKS, ...CONSTRUCTS];
