import { spawnSync } from 'node:child_process';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ACCOUNT, REGION } from './app';
import { options, type Java } from './java';
import type { Check } from './queries';
import { spelledOut } from './spelled-out';
import {
  LoggingBucket,
  ObjectTrail,
  Retention,
  SecureBucket,
  SecurityAlarms,
  TrailEvents,
  WormArchive,
} from '../../src';

const DEPLOYER = `arn:aws:iam::${ACCOUNT}:role/cfn-exec`;
const session = (roleArn: string) => ({
  type: 'AssumedRole',
  arn: `${roleArn}/session`,
  sessionContext: { sessionIssuer: { type: 'Role', arn: roleArn } },
});
const OFFICER = session(`arn:aws:iam::${ACCOUNT}:role/Officer`);
const USER = { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/alice` };
const ROOT = { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root` };

const DENY_HTTP = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const ALLOW = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 's3:GetObject', Resource: '*' };
const policy = (...Statement: unknown[]) => ({ bucketPolicy: { Version: '2012-10-17', Statement } });

interface Case {
  readonly what: string;
  readonly service?: string;
  readonly name: string;
  readonly parameters?: Record<string, unknown>;
  readonly identity?: Record<string, unknown>;
  readonly error?: string;
  readonly detail?: Record<string, unknown>;
  /** Ids of the rules that must hear it. */
  readonly heard: readonly string[];
}

const onBucket = (bucketName: string, more: Record<string, unknown> = {}) => ({ bucketName, ...more });

/** What CloudTrail tells EventBridge, and who must hear it. */
function cases(trailName: string, keyArn: string): Case[] {
  return [
    {
      what: 'a policy that keeps denying HTTP',
      name: 'PutBucketPolicy',
      parameters: onBucket('docs-prod', policy(ALLOW, DENY_HTTP)),
      heard: ['PolicyChanged'],
    },
    {
      what: 'a policy that no longer denies HTTP',
      name: 'PutBucketPolicy',
      parameters: onBucket('docs-prod', policy(ALLOW)),
      heard: ['PolicyChanged', 'PlainHttpAllowed'],
    },
    {
      what: 'a policy that was denied',
      name: 'PutBucketPolicy',
      parameters: onBucket('docs-prod', policy(ALLOW)),
      error: 'AccessDenied',
      heard: ['PolicyChanged'],
    },
    {
      what: 'a policy deleted by the root user',
      name: 'DeleteBucketPolicy',
      parameters: onBucket('docs-prod'),
      identity: ROOT,
      heard: ['PolicyChanged'],
    },
    {
      what: 'a policy deleted by a user',
      name: 'DeleteBucketPolicy',
      parameters: onBucket('docs-prod'),
      identity: USER,
      heard: ['PolicyChanged'],
    },
    {
      what: 'a policy deployed by the quiet role',
      name: 'PutBucketPolicy',
      parameters: onBucket('docs-prod', policy(ALLOW)),
      identity: session(DEPLOYER),
      heard: [],
    },
    {
      what: 'the policy of another bucket',
      name: 'PutBucketPolicy',
      parameters: onBucket('docs-prod-2', policy(ALLOW)),
      heard: [],
    },
    {
      what: 'Block Public Access',
      name: 'DeleteBucketPublicAccessBlock',
      parameters: onBucket('docs-prod'),
      heard: ['PolicyChanged'],
    },
    {
      what: 'Block Public Access of the account',
      name: 'DeleteAccountPublicAccessBlock',
      parameters: { accountId: ACCOUNT },
      heard: ['AccountPublicAccessChanged'],
    },
    {
      what: 'ACLs',
      name: 'PutBucketOwnershipControls',
      parameters: onBucket('docs-prod'),
      heard: ['OwnershipChanged'],
    },
    {
      what: 'MFA delete',
      name: 'PutBucketVersioning',
      parameters: onBucket('docs-prod', { VersioningConfiguration: { Status: 'Enabled', MfaDelete: 'Disabled' } }),
      heard: ['VersioningChanged'],
    },
    { what: 'logging', name: 'PutBucketLogging', parameters: onBucket('docs-prod'), heard: ['LoggingChanged'] },
    {
      what: 'a lifecycle',
      name: 'PutBucketLifecycle',
      parameters: onBucket('archive-prod'),
      heard: ['ProtectionChanged'],
    },
    {
      what: 'an object lock',
      name: 'PutObjectLockConfiguration',
      parameters: onBucket('archive-prod'),
      heard: ['ProtectionChanged'],
    },
    {
      what: 'a retention',
      name: 'PutObjectRetention',
      parameters: onBucket('archive-prod', { retention: '', key: 'a' }),
      heard: ['LockBypassed'],
    },
    {
      what: 'a batch of deletes',
      name: 'DeleteObjects',
      parameters: onBucket('archive-prod', { delete: '' }),
      heard: ['LockBypassed'],
    },
    {
      what: 'a delete of a version',
      name: 'DeleteObject',
      parameters: onBucket('archive-prod', { key: 'a', versionId: 'v1' }),
      heard: ['VersionDeleted'],
    },
    { what: 'a delete marker', name: 'DeleteObject', parameters: onBucket('archive-prod', { key: 'a' }), heard: [] },
    {
      what: 'a delete of a version without Object Lock',
      name: 'DeleteObject',
      parameters: onBucket('docs-prod', { key: 'a', versionId: 'v1' }),
      heard: [],
    },
    {
      what: 'a legal hold',
      name: 'PutObjectLegalHold',
      parameters: onBucket('archive-prod', { key: 'a' }),
      error: 'AccessDenied',
      heard: ['LegalHoldChanged'],
    },
    { what: 'a read', name: 'GetObject', parameters: onBucket('archive-prod', { key: 'a' }), heard: [] },
    { what: 'an upload', name: 'PutObject', parameters: onBucket('docs-prod', { key: 'a' }), heard: [] },
    {
      what: 'a key that is disabled',
      service: 'kms',
      name: 'DisableKey',
      detail: { resources: [{ ARN: keyArn, type: 'AWS::KMS::Key' }] },
      heard: ['KeyEndangered'],
    },
    {
      what: 'another key',
      service: 'kms',
      name: 'DisableKey',
      detail: { resources: [{ ARN: `${keyArn}x`, type: 'AWS::KMS::Key' }] },
      heard: [],
    },
    {
      what: 'the trail by its name',
      service: 'cloudtrail',
      name: 'StopLogging',
      parameters: { name: trailName },
      heard: ['TrailStopped'],
    },
    {
      what: 'the trail by its ARN',
      service: 'cloudtrail',
      name: 'PutEventSelectors',
      parameters: { trailName: `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/${trailName}` },
      heard: ['TrailStopped'],
    },
    { what: 'another trail', service: 'cloudtrail', name: 'StopLogging', parameters: { name: 'other' }, heard: [] },
  ];
}

/** Every rule of SecurityAlarms against every case, in the engine that EventBridge is built on. */
export function patternChecks(java: Java): Check[] {
  const stack = new Stack(new App(), 'Watched', { env: { account: ACCOUNT, region: REGION } });
  const docs = new SecureBucket(stack, 'Docs', { bucketName: 'docs-prod' });
  const archive = new WormArchive(stack, 'Archive', {
    bucketName: 'archive-prod',
    retention: Retention.governance(Duration.days(30)),
  });
  const trail = new ObjectTrail(stack, 'Trail', {
    target: new LoggingBucket(stack, 'Trails', { bucketName: 'trails' }),
    events: [TrailEvents.ofBuckets([archive])],
  });
  new SecurityAlarms(stack, 'Alarms', {
    buckets: [docs, archive],
    trail,
    quietFor: [iam.Role.fromRoleArn(stack, 'Deployer', DEPLOYER)],
  });
  const { Resources } = spelledOut(Template.fromStack(stack).toJSON());
  const rules = Object.entries<any>(Resources)
    .filter(([id, { Type }]) => Type === 'AWS::Events::Rule' && id.startsWith('Alarms'))
    .map(([id, { Properties }]) => ({
      id: id.replace(/^Alarms/, '').replace(/[0-9A-F]{8}$/, ''),
      pattern: Properties.EventPattern,
    }));
  const [keyArn] = rules.find(({ id }) => id === 'KeyEndangered')!.pattern.detail.resources.ARN;

  const all = cases(trail.trailName, keyArn);
  const questions = all.flatMap((each) =>
    rules.map(({ pattern }) => JSON.stringify({ pattern, event: eventOf(each) })),
  );
  const { stdout, stderr, status } = spawnSync(java.program, options(java, 'Matches', '256m'), {
    input: `${questions.join('\n')}\n`,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the matching engine of EventBridge failed: ${stderr}`);
  const answers = stdout
    .trim()
    .split('\n')
    .map((answer) => answer === 'true');
  return all.map(({ what, heard }, index) => {
    const hears = rules
      .filter((_, rule) => answers[index * rules.length + rule])
      .map(({ id }) => id)
      .sort();
    return {
      what: `alarms: ${what}`,
      holds: JSON.stringify(hears) === JSON.stringify([...heard].sort()),
      found: hears.join(', ') || 'nobody hears it',
    };
  });
}

function eventOf({ service = 's3', name, parameters, identity = OFFICER, error, detail }: Case) {
  return {
    version: '0',
    source: `aws.${service}`,
    'detail-type': 'AWS API Call via CloudTrail',
    account: ACCOUNT,
    region: REGION,
    detail: {
      eventSource: `${service}.amazonaws.com`,
      eventName: name,
      userIdentity: identity,
      requestParameters: parameters ?? null,
      ...(error && { errorCode: error }),
      ...detail,
    },
  };
}
