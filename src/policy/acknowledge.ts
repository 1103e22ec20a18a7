import { Stack, Validations } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/**
 * The cdk-nag packs by the names that their findings carry; the long id keeps the finding in the report, as suppressed.
 */
const NAG_PACKS = [
  'AwsSolutions',
  'HIPAA.Security',
  'NIST.800.53.R4',
  'NIST.800.53.R5',
  'PCI.DSS.321',
  'Serverless',
] as const;

/** AwsSolutions numbers its rules; the other packs use the names. */
const AWS_SOLUTIONS: Record<string, string> = {
  S3BucketLoggingEnabled: 'S1',
  S3BucketLevelPublicAccessProhibited: 'S2',
  SecretsManagerRotationEnabled: 'SMG4',
};

/** Which packs carry a rule, so that no acknowledgement names a finding that cannot exist. */
const PACKS_WITH: Record<string, ReadonlyArray<(typeof NAG_PACKS)[number]>> = {
  S3BucketLoggingEnabled: ['AwsSolutions', 'HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'],
  S3BucketReplicationEnabled: ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'],
  S3BucketDefaultLockEnabled: ['NIST.800.53.R4'],
  S3DefaultEncryptionKMS: ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'],
  S3BucketPublicReadProhibited: ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'],
  S3BucketPublicWriteProhibited: ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'],
  LambdaConcurrency: ['HIPAA.Security', 'NIST.800.53.R5'],
  LambdaDLQ: ['HIPAA.Security', 'NIST.800.53.R5', 'Serverless'],
  LambdaInsideVPC: ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'],
  LambdaTracing: ['Serverless'],
  SecretsManagerRotationEnabled: ['AwsSolutions', 'HIPAA.Security', 'NIST.800.53.R5'],
  S3BucketLevelPublicAccessProhibited: ['AwsSolutions', 'HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'],
};

/** The ids under which the packs report one cdk-nag rule. */
function nagRuleIds(rule: string): string[] {
  const packs = PACKS_WITH[rule];
  if (!packs) throw new Error(`no cdk-nag pack is known to carry the rule ${rule}`);
  return packs.map((pack) => `${pack}::${pack}-${(pack === 'AwsSolutions' && AWS_SOLUTIONS[rule]) || rule}`);
}

/** Records, for every pack that has the rule, why its finding does not stand here. */
export function acknowledgeRule(scope: IConstruct, rule: string, reason: string): void {
  Validations.of(scope).acknowledge(...nagRuleIds(rule).map((id) => ({ id, reason })));
}

/**
 * Acknowledges the finding of every resource with a wildcard in a policy that the library wrote itself. Its id spells
 * the resource as it stands in the template, which is known only after the references between stacks are.
 */
export function acknowledgeWildcards(policy: iam.ManagedPolicy, reason: string): void {
  policy.node.addValidation({
    validate: () => {
      const { Statement } = Stack.of(policy).resolve(policy.document) as { Statement: Array<{ Resource: unknown }> };
      const resources = Statement.flatMap(({ Resource }) => Resource)
        .map(spell)
        .filter((resource) => resource.includes('*'));
      for (const resource of new Set(resources)) {
        Validations.of(policy).acknowledge({ id: `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`, reason });
      }
      return [];
    },
  });
}

/** A template value in the notation of cdk-nag: `<LogicalId.Arn>/*`. */
function spell(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[fn, argument]] = Object.entries(value);
  switch (fn) {
    case 'Ref':
      return `<${argument}>`;
    case 'Fn::GetAtt':
      return `<${(argument as string[]).join('.')}>`;
    case 'Fn::Join':
      return (argument[1] as unknown[]).map(spell).join(argument[0] as string);
    case 'Fn::ImportValue':
      return spell(argument);
    default:
      return JSON.stringify(value);
  }
}
