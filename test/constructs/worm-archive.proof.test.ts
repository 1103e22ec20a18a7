import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RiskAcceptance, Encryption, Guarantee, ArchiveGuarantees, Proof, Retention, WormArchive } from '../../src';
import { ACCOUNT, REGION } from '../support/app';
import { arn, role } from '../support/people';

const DEPLOYER = `arn:aws:iam::${ACCOUNT}:role/cdk-hnb659fds-cfn-exec-role-${ACCOUNT}-${REGION}`;
const ACCEPTED = RiskAcceptance.irreversible('SEC 17a-4, approved by Legal');
const MODES = {
  COMPLIANCE: Retention.compliance(Duration.days(2557), ACCEPTED),
  GOVERNANCE: Retention.governance(Duration.days(2557)),
};
type Mode = keyof typeof MODES;

function archive(mode: Mode): Stack {
  const stack = new Stack(new App({ treeMetadata: false }), 'Stack', { env: { account: ACCOUNT, region: REGION } });
  new WormArchive(stack, 'Records', {
    bucketName: 'acme-records',
    encryption: Encryption.s3Managed(),
    retention: MODES[mode],
    writers: [role(stack, 'ingest')],
    readers: [role(stack, 'audit')],
    retentionManagers: [role(stack, 'records')],
    legalHoldManagers: [role(stack, 'legal')],
  });
  return stack;
}

/** What the archive promises, by the statements that make it true. */
function promises(mode: Mode): Array<[Guarantee, string[]]> {
  return [
    [
      ArchiveGuarantees.deleteOnlyBy({ principals: [arn('records')] }),
      ['StrongboxDeleteMarkers', 'StrongboxDeleteVersions'],
    ],
    [
      ArchiveGuarantees.governanceBypassOnlyBy({ principals: mode === 'GOVERNANCE' ? [arn('records')] : [] }),
      ['StrongboxBypass'],
    ],
    [ArchiveGuarantees.legalHoldChangedOnlyBy({ principals: [arn('legal')] }), ['StrongboxLegalHolds']],
    [
      ArchiveGuarantees.retentionBounded({ mode, minimumDays: 2557, maximumDays: 6207, shortenedBy: [arn('records')] }),
      [
        'StrongboxRetentionMode',
        'StrongboxRetentionTooShort',
        'StrongboxRetentionShortened',
        'StrongboxRetentionTooLong',
      ],
    ],
    [ArchiveGuarantees.protectionChangedOnlyBy(), ['StrongboxLockSettings']],
    [Guarantee.policyChangedOnlyBy({ principals: [DEPLOYER] }), ['StrongboxPolicyAdministrators']],
    [Guarantee.tlsOnly(), ['StrongboxTlsOnly']],
  ];
}

/** The work of each of the people, which the promises must not forbid. */
function works(mode: Mode): Guarantee[] {
  const allowed = (who: string, ...actions: string[]) => Guarantee.allowed({ actions, principals: [arn(who)] });
  return [
    allowed('ingest', 's3:PutObject'),
    allowed('audit', 's3:GetObject', 's3:GetObjectVersion', 's3:GetObjectRetention', 's3:ListBucketVersions'),
    allowed(
      'records',
      's3:PutObjectRetention',
      's3:DeleteObjectVersion',
      ...(mode === 'GOVERNANCE' ? ['s3:BypassGovernanceRetention'] : []),
    ),
    allowed('legal', 's3:PutObjectLegalHold'),
  ];
}

const RECORDS = { subject: 'acme-records' };

describe.each<Mode>(['COMPLIANCE', 'GOVERNANCE'])('in %s mode', (mode) => {
  const stack = archive(mode);
  const proof = Proof.ofStack(stack);
  const template = Template.fromStack(stack).toJSON();

  /** The same template with the statements of the archive's policy changed. */
  const changed = (change: (statements: any[]) => any[]) => {
    const copy = structuredClone(template);
    const policy: any = Object.values(copy.Resources).find(
      ({ Type, Properties }: any) => Type === 'AWS::S3::BucketPolicy' && /^Records/.test(Properties.Bucket.Ref),
    );
    policy.Properties.PolicyDocument.Statement = change(policy.Properties.PolicyDocument.Statement);
    return Proof.ofTemplate(copy);
  };

  test('objects are locked when written', () => {
    expect(() => proof.holds(ArchiveGuarantees.lockedWhenWritten({ mode, days: 2557 }), RECORDS)).not.toThrow();
    expect(() => proof.holds(ArchiveGuarantees.lockedWhenWritten({ mode, days: 2558 }), RECORDS)).toThrow(
      'VIOLATED object-lock',
    );
  });

  test.each(promises(mode).map(([guarantee, sids]) => [guarantee.id, guarantee, sids] as const))(
    '%s is proved, and broken without any one of its statements',
    (id, guarantee, sids) => {
      expect(() => proof.holds(guarantee, RECORDS)).not.toThrow();
      for (const sid of sids) {
        const weaker = changed((statements) => statements.filter(({ Sid }) => Sid !== sid));
        expect(() => weaker.holds(guarantee, RECORDS)).toThrow(`VIOLATED ${id}`);
      }
    },
  );

  test('the people can do their work, and not if everything is forbidden', () => {
    const forbidden = changed((statements) => [
      ...statements,
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: ['arn:aws:s3:::acme-records', 'arn:aws:s3:::acme-records/*'],
      },
    ]);
    for (const work of works(mode)) {
      expect(() => proof.holds(work, RECORDS)).not.toThrow();
      expect(() => forbidden.holds(work, RECORDS)).toThrow('VIOLATED allowed');
    }
  });

  test('nobody else reads or uploads, whatever IAM allows', () => {
    for (const [who, action] of [
      ['admin', 's3:GetObject'],
      ['ingest', 's3:GetObject'],
      ['admin', 's3:PutObject'],
      ['audit', 's3:PutObject'],
    ]) {
      proof.denies({ principal: arn(who), action, resource: 'acme-records/record' });
    }
    const open = changed((statements) =>
      statements.filter(({ Sid }) => !['StrongboxReadersOnly', 'StrongboxWritersOnly'].includes(Sid)),
    );
    for (const action of ['s3:GetObject', 's3:PutObject']) open.allows({ action, resource: 'acme-records/record' });
  });
});
