import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The cdk-nag packs by the names that their findings carry; the long id keeps the finding in the report, as suppressed. */
export const NAG_PACKS = ['AwsSolutions', 'HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321', 'Serverless'] as const;

/** AwsSolutions numbers its rules; the other packs use the names. */
const AWS_SOLUTIONS: Record<string, string> = { S3BucketLoggingEnabled: 'S1' };

/** Which packs carry a rule, so that no acknowledgement names a finding that cannot exist. */
const PACKS_WITH: Record<string, ReadonlyArray<typeof NAG_PACKS[number]>> = {
  S3BucketLoggingEnabled: ['AwsSolutions', 'HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'],
  S3BucketReplicationEnabled: ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'],
  S3BucketDefaultLockEnabled: ['NIST.800.53.R4'],
  S3DefaultEncryptionKMS: ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'],
  S3BucketLevelPublicAccessProhibited: ['AwsSolutions', 'HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'],
};

/** The ids under which the packs report one cdk-nag rule. */
export function nagRuleIds(rule: string): string[] {
  const packs = PACKS_WITH[rule];
  if (!packs) throw new Error(`no cdk-nag pack is known to carry the rule ${rule}`);
  return packs.map((pack) => `${pack}::${pack}-${(pack === 'AwsSolutions' && AWS_SOLUTIONS[rule]) || rule}`);
}

/** Records, for every pack that has the rule, why its finding does not stand here. */
export function acknowledgeRule(scope: IConstruct, rule: string, reason: string): void {
  Validations.of(scope).acknowledge(...nagRuleIds(rule).map((id) => ({ id, reason })));
}
