import { Stage } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, type IConstruct } from 'constructs';
import { bucketOfPolicy, resolved } from './bucket-policy';
import { stoppedFunctions } from './cdk-functions';
import { referenced } from '../input/referenced';
import { explain } from '../input/validation-error';

const ID = 'StrongboxBucketWatch';
const POLICY_LIMIT = 20 * 1024;

/** Makes sure that the checks which only the whole app can answer run once at synthesis. */
export function watchBuckets(bucket: s3.CfnBucket): void {
  const scope = Stage.of(bucket) ?? bucket.node.root;
  if (!scope.node.tryFindChild(ID)) new BucketWatch(scope, ID);
}

class BucketWatch extends Construct {
  public constructor(scope: IConstruct, id: string) {
    super(scope as Construct, id);
    this.node.addValidation({ validate: () => inspect(scope) });
  }
}

function inspect(scope: IConstruct): string[] {
  const policies = new Map<IConstruct, s3.CfnBucketPolicy[]>();
  const logTargets = new Map<s3.CfnBucket, s3.CfnBucket>();
  const findings: string[] = [];
  for (const node of scope.node.findAll()) {
    if (s3.CfnBucketPolicy.isCfnBucketPolicy(node)) {
      const bucket = bucketOfPolicy(node);
      if (bucket) policies.set(bucket, [...(policies.get(bucket) ?? []), node]);
      findings.push(...tooLong(node));
    } else if (s3.CfnBucket.isCfnBucket(node)) {
      const target = logTarget(node);
      if (target) logTargets.set(node, target);
    }
  }
  const unfit = [...logTargets].flatMap(([source, target]) => unfitTarget(source, target));
  return [...findings, ...twoPolicies(policies), ...logCycles(logTargets), ...unfit, ...stoppedFunctions(scope)];
}

function twoPolicies(policies: Map<IConstruct, s3.CfnBucketPolicy[]>): string[] {
  return [...policies]
    .filter(([, all]) => all.length > 1)
    .map(
      ([bucket, all]) =>
        `${bucket.node.path}: a bucket must have one "AWS::S3::BucketPolicy" (got ${all.length}:` +
        ` ${all.map((policy) => policy.node.path).join(' and ')}), because the one deployed last replaces the others.` +
        ' Add the statements with addToResourcePolicy of the bucket, or with iam.ResourceWithPolicies.of(cfnBucket),' +
        ' and remove the other policy.',
    );
}

/** Only the literal text counts here: the names that the deployment fills in come on top. */
function tooLong(policy: s3.CfnBucketPolicy): string[] {
  const literal = JSON.stringify(resolved(policy, policy.policyDocument) ?? '').length;
  return literal <= POLICY_LIMIT
    ? []
    : [
        explain({
          property: 'policyDocument',
          actual: `${literal} characters`,
          expected: `a bucket policy of at most ${POLICY_LIMIT} bytes`,
          hint:
            'give each team an access point, whose policy has a limit of its own, or name an organization ' +
            'instead of its accounts',
          scope: policy,
        }),
      ];
}

function logTarget(bucket: s3.CfnBucket): s3.CfnBucket | undefined {
  const logging = bucket.loggingConfiguration as s3.CfnBucket.LoggingConfigurationProperty | undefined;
  const target = referenced(logging?.destinationBucketName);
  return target && s3.CfnBucket.isCfnBucket(target) ? target : undefined;
}

function logCycles(targets: Map<s3.CfnBucket, s3.CfnBucket>): string[] {
  const reported = new Set<s3.CfnBucket>();
  const findings: string[] = [];
  for (const start of targets.keys()) {
    const path: s3.CfnBucket[] = [];
    let next: s3.CfnBucket | undefined = start;
    while (next && !path.includes(next)) {
      path.push(next);
      next = targets.get(next);
    }
    if (next !== start || path.some((bucket) => reported.has(bucket))) continue;
    path.forEach((bucket) => reported.add(bucket));
    const circle = [...path, start].map((bucket) => bucket.node.path).join(' -> ');
    findings.push(
      `"accessLogs" must not form a circle (got ${circle}), because every delivered log would be logged again,` +
        ' without end and at your cost. Let the last bucket log nowhere with AccessLogs.none(reason).',
    );
  }
  return findings;
}

function unfitTarget(source: s3.CfnBucket, target: s3.CfnBucket): string[] {
  const findings: string[] = [];
  const refuse = (what: string, why: string, fix: string) =>
    findings.push(
      `${source.node.path}: "accessLogs" must be a bucket without ${what} (got ${target.node.path}), ` +
        `because ${why}. ${fix}.`,
    );

  const lock =
    resolved<boolean>(target, target.objectLockEnabled) ||
    resolved<object>(target, target.objectLockConfiguration) !== undefined;
  if (lock) refuse('Object Lock', 'S3 stops delivering logs to it without a word', 'Log to a LoggingBucket');

  const encryption = resolved<s3.CfnBucket.BucketEncryptionProperty>(target, target.bucketEncryption);
  const rules = (encryption?.serverSideEncryptionConfiguration ??
    []) as s3.CfnBucket.ServerSideEncryptionRuleProperty[];
  const byDefault = rules.map(
    (rule) => (rule.serverSideEncryptionByDefault as s3.CfnBucket.ServerSideEncryptionByDefaultProperty)?.sseAlgorithm,
  );
  if (byDefault.some((algorithm) => algorithm?.startsWith('aws:kms'))) {
    refuse(
      'a KMS key as its default encryption',
      'log delivery supports SSE-S3 only',
      'Give it Encryption.s3Managed(), or log to a LoggingBucket',
    );
  }
  return findings;
}
