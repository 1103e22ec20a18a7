import fc from 'fast-check';
import { assess } from '../../../src/assurance/assessment';
import { CLAIMABLE } from '../../../src/assurance/claims/claimable';

const ids = [...CLAIMABLE.keys()];
const NAMES = ['principals', 'callers', 'accounts', 'days', 'view', 'key', 'writers', 'prefixes', 'actions', 'options'];
const TYPES = {
  Docs: 'AWS::S3::Bucket',
  Policy: 'AWS::S3::BucketPolicy',
  Key: 'AWS::KMS::Key',
  Topic: 'AWS::SNS::Topic',
  Queue: 'AWS::SQS::Queue',
  Callers: 'AWS::IAM::ManagedPolicy',
  Point: 'AWS::S3::AccessPoint',
  Vault: 'Custom::StrongboxGlacierVault',
  Role: 'AWS::IAM::Role',
};
const document = { Version: '2012-10-17', Statement: [] };

function template(on: string, claims: unknown) {
  const properties: Record<string, object> = {
    Docs: { BucketName: 'docs' },
    Policy: { Bucket: 'docs', PolicyDocument: document },
    Key: { KeyPolicy: document },
    Callers: { PolicyDocument: document },
    Point: { Bucket: 'docs', Name: 'point' },
    Vault: { vaultName: 'v', accessPolicy: document },
    Role: { AssumeRolePolicyDocument: document },
  };
  return {
    Resources: Object.fromEntries(
      Object.entries(TYPES).map(([id, Type]) => [
        id,
        { Type, Properties: properties[id] ?? {}, ...(id === on ? { Metadata: { 'strongbox:claims': claims } } : {}) },
      ]),
    ),
  };
}

const anything = fc.anything({ maxDepth: 2, maxKeys: 3, withNullPrototype: false });
const text = fc.constantFrom(
  '',
  'docs',
  '*',
  '${x}',
  'arn:aws:iam::111122223333:role/a',
  'Role',
  'a/',
  'OBJECT_LAMBDA',
);
const value = fc.oneof(anything, text, fc.array(text, { maxLength: 2 }), fc.integer(), fc.constant({ Ref: 'Docs' }));
const claim = fc.oneof(
  anything,
  fc.record(
    {
      guarantee: fc.oneof({ arbitrary: fc.constantFrom(...ids), weight: 5 }, { arbitrary: anything, weight: 1 }),
      control: value,
      options: fc.oneof(fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 4 }), anything),
      decision: value,
    },
    { requiredKeys: ['guarantee'] },
  ),
);

test('claims of any shape on any resource are answered, with a finding where they cannot be read', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(TYPES)),
      fc.oneof(anything, fc.array(claim, { maxLength: 3 })),
      (on, claims) => {
        let written: unknown;
        try {
          written = JSON.parse(JSON.stringify(claims) ?? 'null');
        } catch {
          return;
        }
        const input = { stack: 'Stack', template: template(on, written), account: '111122223333', region: 'eu-west-1' };
        const { judgements, findings, unchecked, decisions, problems } = assess([input]);
        const about = findings.filter(({ lint }) => lint.id === 'claim-unreadable').length;
        const claimed = judgements.length + unchecked.length + decisions.length + problems.length;
        if (Array.isArray(written) && written.length > 0) expect(about + claimed).toBeGreaterThan(0);
      },
    ),
    { numRuns: 200, seed: 42 },
  );
});

test.each(ids)('%s without options, with every option as a number, and on every resource', (guarantee) => {
  for (const on of Object.keys(TYPES)) {
    for (const options of [undefined, {}, Object.fromEntries(NAMES.map((name) => [name, 7]))]) {
      const claims = [{ guarantee, ...(options && { options }) }];
      const input = { stack: 'Stack', template: template(on, claims), account: '111122223333', region: 'eu-west-1' };
      expect(() => assess([input])).not.toThrow();
    }
  }
});
