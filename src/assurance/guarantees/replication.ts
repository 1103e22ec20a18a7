/** What is guaranteed of copies in another bucket; `Guarantee` names it. */
import type { GuaranteeProps } from './guarantee-props';
import { isForWholeBucket } from './lifecycle';
import { always, isTrue, PRINCIPAL_KIND_KEY, setting, SSE, SSE_KEY, type ProofObligation } from './proof-obligation';
import { region, type Conditions } from '../engine/region';
import { encryptionRule, type KeyModel } from '../model/model';
import { environmentOf, keyEnvironment, ResourceUnderTest } from '../model/subject';
import { isUnknown } from '../template/unknown';

const ON_SOURCE = ['s3:GetReplicationConfiguration', 's3:ListBucket'];
const AT_SOURCE = ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'];

export function replicated(): GuaranteeProps {
  return {
    id: 'replicated',
    title: 'Copied to another bucket',
    description:
      'New objects, whatever their keys, tags and encryption, are copied to another bucket of the ' +
      'templates, and the policies of both buckets, of both keys and of the role let it do so.',
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
        ...(isKms(algorithm)
          ? [
              setting(
                'SseKmsEncryptedObjects',
                rule.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status,
                (status) => status === 'Enabled',
              ),
              setting('ReplicaKmsKeyID', replicaKey, (key) => key !== undefined),
            ]
          : []),
        ...byRole(Role, (when) => [
          always(subject, { actions: ON_SOURCE, when, identities: true }),
          always(subject, { actions: AT_SOURCE, keys: ['*'], when, identities: true }),
          ...(isKms(algorithm) ? throughKey(subject, when, 'kms:Decrypt', subject.bucket.key, subject.keyArn) : []),
        ]),
        ...(target === undefined || isUnknown(String(Bucket))
          ? [
              {
                setting: 'Destination of the replication',
                holds: undefined,
                reason: `${Bucket}, which is in none of the templates`,
              },
            ]
          : byRole(Role, (when) => {
              const copies = new ResourceUnderTest(subject.model, target);
              const key = subject.model.keys.find(({ arn }) => arn === replicaKey);
              return [
                intoTarget(copies, when, replicaKey),
                ...(isKms(algorithm) ? throughKey(copies, when, 'kms:Encrypt', key, replicaKey) : []),
              ];
            })),
      ];
    },
  };
}

function isKms(algorithm: unknown): boolean {
  return typeof algorithm === 'string' && algorithm.startsWith('aws:kms');
}

/**
 * S3 decrypts at the source and encrypts at the destination as the role, by the policy of each key and of the role.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
function throughKey(
  { bucket, arn, model, resource }: ResourceUnderTest,
  { StringEquals, ...when }: Conditions,
  action: string,
  key: KeyModel | undefined,
  named: unknown,
): ProofObligation[] {
  const name = `The key of ${resource.path}`;
  if (key === undefined) {
    return named === undefined
      ? [
          {
            setting: name,
            holds: false,
            reason: `${name} is the AWS managed key aws/s3, which replication cannot share`,
          },
        ]
      : [{ setting: name, holds: undefined, reason: `${String(named)}, which is in none of the templates` }];
  }
  const bucketKey = isTrue(encryptionRule(resource)?.BucketKeyEnabled);
  const { identities } = environmentOf(new ResourceUnderTest(model, bucket), true);
  return [
    {
      expect: 'always',
      place: key.resource.path,
      region: region({
        actions: [action],
        when: {
          ...when,
          StringEquals: { ...StringEquals, 'kms:ViaService': `s3.${resource.region}.amazonaws.com` },
          StringLike: { 'kms:EncryptionContext:aws:s3:arn': bucketKey ? arn : `${arn}/*` },
        },
      }),
      targets: [{ kind: 'key', arn: key.arn }],
      environment: { ...keyEnvironment(key, model.organization), identities },
      axioms: ['template-identities'],
    },
  ];
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
