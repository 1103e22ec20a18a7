/** What is guaranteed of copies in another bucket; `Guarantee` names it. */
import type { GuaranteeProps } from './guarantee-props';
import { isForWholeBucket } from './lifecycle';
import { always, PRINCIPAL_KIND_KEY, setting, SSE, SSE_KEY, type ProofObligation } from './proof-obligation';
import type { Conditions } from '../engine/region';
import { encryptionRule } from '../model/resolve';
import { ResourceUnderTest } from '../model/subject';
import { isUnknown } from '../template/unknown';

const AT_SOURCE = ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'];

export function replicated(): GuaranteeProps {
  return {
    id: 'replicated',
    title: 'Copied to another bucket',
    description:
      'New objects, whatever their keys, tags and encryption, are copied to another bucket of the ' +
      'templates, and the policies of both let the role do it.',
    fix:
      'Set ReplicationConfiguration with an enabled rule without filter to another bucket, with ' +
      'SseKmsEncryptedObjects and ReplicaKmsKeyID where objects are' +
      ' under a KMS key, or acknowledge the finding with the reason why no copy is needed.',
    parts: (subject) => {
      const { Role, Rules } = subject.properties.ReplicationConfiguration ?? {};
      const name = 'ReplicationConfiguration';
      if (!Array.isArray(Rules)) return [setting(name, Rules, () => false)];
      const rule = Rules.find((each) => each?.Status === 'Enabled' && isForWholeBucket(each));
      if (rule === undefined) return [setting(`A rule of ${name} for the whole bucket`, undefined, () => false)];
      const { Bucket, EncryptionConfiguration } = rule.Destination ?? {};
      const algorithm = encryptionRule(subject.resource)?.ServerSideEncryptionByDefault?.SSEAlgorithm;
      const replicaKey = EncryptionConfiguration?.ReplicaKmsKeyID;
      const target = subject.model.buckets.find(({ arn }) => arn === Bucket);
      return [
        setting('Destination of the replication', Bucket, () => Bucket !== undefined && Bucket !== subject.arn),
        ...(typeof algorithm === 'string' && algorithm.startsWith('aws:kms')
          ? [
              setting(
                'SseKmsEncryptedObjects',
                rule.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status,
                (status) => status === 'Enabled',
              ),
              setting('ReplicaKmsKeyID', replicaKey, (key) => key !== undefined),
            ]
          : []),
        ...byRole(Role, (when) => [always(subject, { actions: AT_SOURCE, keys: ['*'], when, identities: true })]),
        ...(target === undefined || isUnknown(String(Bucket))
          ? [
              {
                setting: 'Destination of the replication',
                holds: undefined,
                reason: `${Bucket}, which is in none of the templates`,
              },
            ]
          : byRole(Role, (when) => [intoTarget(new ResourceUnderTest(subject.model, target), when, replicaKey)])),
      ];
    },
  };
}

/** What the role has to be let, if it is known who that is. */
function byRole(role: unknown, parts: (when: Conditions) => ProofObligation[]): ProofObligation[] {
  if (typeof role !== 'string' || !/^arn:[^:]*:iam::[^:]*:role\//.test(role)) {
    return [setting('Role of the replication', role, () => false)];
  }
  return parts({ ArnEquals: { 'aws:PrincipalArn': role }, StringEquals: { [PRINCIPAL_KIND_KEY]: 'role' } });
}

/** A replica names the encryption that the rule gives it, or none. */
function intoTarget(target: ResourceUnderTest, { StringEquals, ...when }: Conditions, key: unknown): ProofObligation {
  const encryption: Record<string, string> = typeof key === 'string' ? { [SSE]: 'aws:kms', [SSE_KEY]: key } : {};
  return always(target, {
    actions: ['s3:ReplicateObject'],
    keys: ['*'],
    when: { ...when, StringEquals: { ...StringEquals, ...encryption } },
    identities: true,
  });
}
