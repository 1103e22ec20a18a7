/** A stack with all that audits, and ways to change its template. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ACCOUNT, REGION } from './app';
import {
  AccessLogAnalytics,
  AccessLogs,
  BucketReplication,
  LoggingBucket,
  LogPartition,
  LogSources,
  ObjectTrail,
  Replication,
  Retention,
  SecureBucket,
  SecurityAlarms,
  TrailAccess,
  TrailEvents,
  TrailManagementEvents,
  WormArchive,
} from '../../src';
import { claimsOfTemplates } from '../../src/assurance/claims/checks';
import { resolveTemplates } from '../../src/assurance/model/resolve';
import { VerdictStatus } from '../../src/assurance/verdict';
import { verifyClaims } from '../../src/assurance/verify';

const AUDIT = [
  'trail-records',
  'trail-leaves-out-target',
  'trail-files-signed',
  'table-reads',
  'analyst-policy-bounds',
  'rule-hears',
  'alarm-raises',
];

function synth(): any {
  const stack = new Stack(new App({ treeMetadata: false }), 'Audit', { env: { account: ACCOUNT, region: REGION } });
  const logs = new LoggingBucket(stack, 'Logs');
  const docs = new SecureBucket(stack, 'Docs', {
    bucketName: 'docs-prod',
    accessLogs: AccessLogs.to(logs),
  });
  const copies = new SecureBucket(stack, 'Copies', { bucketName: 'copies', accessLogs: AccessLogs.to(logs) });
  docs.bucket.with(new BucketReplication(Replication.to(copies)));
  const old = new SecureBucket(stack, 'Old', {
    accessLogs: AccessLogs.to(logs, { prefix: 'old/', partition: LogPartition.NONE }),
  });
  const archive = new WormArchive(stack, 'Archive', { retention: Retention.governance(Duration.days(30)) });
  const analytics = new AccessLogAnalytics(stack, 'Analytics', { logs, sources: LogSources.buckets(docs, old) });
  const trail = new ObjectTrail(stack, 'Trail', {
    target: new LoggingBucket(stack, 'Trails'),
    events: [
      TrailEvents.ofBuckets([docs, archive]),
      TrailEvents.ofPrefixes(old, ['in/'], {
        access: TrailAccess.WRITE,
        exceptCallers: [`arn:aws:sts::${ACCOUNT}:assumed-role/Scanner/`],
        exceptEvents: ['PutObjectTagging'],
      }),
      TrailEvents.ofAccessPoints(),
      TrailEvents.ofObjectLambdaAccessPoints(),
    ],
    managementEvents: TrailManagementEvents.WRITE,
    prefix: 'audit/',
    analytics,
  });
  analytics.grantQuery(new iam.Role(stack, 'Auditor', { assumedBy: new iam.AccountRootPrincipal() }));
  new SecurityAlarms(stack, 'Alarms', {
    buckets: [docs, archive],
    trail,
    refusedRequests: 100,
    quietFor: [iam.Role.fromRoleArn(stack, 'Deployer', `arn:aws:iam::${ACCOUNT}:role/cfn-exec`)],
  });
  return Template.fromStack(stack).toJSON();
}

export const TEMPLATE = synth();

/** What is not proved of the audit, as `prove` judges the claims of the template. */
export function lost(template: any): string[] {
  const input = { stack: 'Audit', template, account: ACCOUNT, region: REGION };
  const model = resolveTemplates([input]);
  const { checks, findings } = claimsOfTemplates(model);
  const ours = checks.filter(({ guarantee }) => AUDIT.includes(guarantee.id));
  return [
    ...verifyClaims(model, ours)
      .filter((verdict) => verdict.status !== VerdictStatus.PROVED)
      .map((verdict) => `${verdict.guarantee} ${verdict.status} ${verdict.subject}: ${verdict.reason}`),
    ...findings.map(({ message }) => message),
  ];
}

export const all = (template: any, type: string): any[] =>
  Object.values<any>(template.Resources).filter(({ Type }) => Type === type);
export const trailOf = (template: any) => all(template, 'AWS::CloudTrail::Trail')[0].Properties;
export const selectorOf = (template: any, type: string) =>
  trailOf(template)
    .AdvancedEventSelectors.map(({ FieldSelectors }: any) => FieldSelectors)
    .find((fields: any[]) => fields.some(({ Equals = [] }) => Equals.includes(type)));
export const arnsOf = (template: any) =>
  selectorOf(template, 'AWS::S3::Object').find(({ Field }: any) => Field === 'resources.ARN');
export const tableOf = (template: any, name: RegExp) =>
  all(template, 'AWS::Glue::Table')
    .map(({ Properties }) => Properties.TableInput)
    .find(({ Name, TableType }) => TableType === 'EXTERNAL_TABLE' && name.test(Name));
export const ruleOf = (template: any, id: string) =>
  Object.entries<any>(template.Resources).find(([logicalId]) => logicalId.startsWith(`Alarms${id}`))![1].Properties;
export const analystOf = (template: any) =>
  all(template, 'AWS::IAM::ManagedPolicy').find(({ Properties }) => /^Runs the queries/.test(Properties.Description))
    .Properties.PolicyDocument.Statement;
export const grantOf = (template: any, action: string, on: RegExp) =>
  analystOf(template).find(
    ({ Action, Resource }: any) => [Action].flat().includes(action) && on.test(JSON.stringify(Resource)),
  );
export const parameter = (template: any) => {
  template.Parameters = { ...template.Parameters, Chosen: { Type: 'String' } };
  return { Ref: 'Chosen' };
};
export const denyTo = (template: any, bucket: RegExp, Action: string) =>
  Object.entries<any>(template.Resources)
    .find(([id, { Type }]) => Type === 'AWS::S3::BucketPolicy' && bucket.test(id))![1]
    .Properties.PolicyDocument.Statement.push({
      Effect: 'Deny',
      Principal: '*',
      Action,
      Resource: '*',
      Condition: { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } },
    });

/** The documents, which log without a prefix. */
export function logged(template: any): any {
  return all(template, 'AWS::S3::Bucket').find(({ Properties }) => Properties.BucketName === 'docs-prod').Properties;
}

export type Edit = (template: any) => void;
