import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ts from 'typescript';
import * as strongbox from '../../../src';
import { CLAIM_UNREADABLE } from '../../../src/assurance/claims/checks';
import { CLAIMABLE } from '../../../src/assurance/claims/claimable';
import { remedyOf, REMEDIED } from '../../../src/assurance/findings/remedies';
import { levelOfRule, RATED, remedyOfRule } from '../../../src/assurance/findings/rules';
import { Guarantee } from '../../../src/assurance/guarantees/guarantee';
import { LINTS } from '../../../src/assurance/lints';
import { Proof } from '../../../src/assurance/proof';

test('every guarantee that a template can claim has a topic and a remedy, and no other id has one', () => {
  expect([...CLAIMABLE.keys()].filter((id) => !REMEDIED.includes(id))).toEqual([]);
  const uses = ['log-tables-match-logs', 'object-events-recorded', 'trail-target-excluded'];
  const outside = [
    'access-point-not-public',
    'access-point-only-account',
    'key-not-public',
    'policy-not-public',
    'policy-only-account',
    'policy-services-bounded',
  ];
  expect(REMEDIED.filter((id) => !CLAIMABLE.has(id) && ![...uses, ...outside].includes(id))).toEqual([]);
});

test('every rule has a level and a topic, and no other id has one', () => {
  const ids = [...LINTS, CLAIM_UNREADABLE].map(({ id }) => id);
  expect([...RATED].sort()).toEqual([...ids].sort());
  expect(levelOfRule('a rule that nobody rated')).toBe('error');
});

test('every line of code compiles against the public API', () => {
  const lines = [...REMEDIED.map(remedyOf), ...RATED.map(remedyOfRule)].flatMap(({ code }) => code ?? []);
  const root = join(__dirname, '..', '..', '..');
  const names = [...new Set(lines.join(' ').match(/\b[A-Z]\w+(?=[.(])/g))].filter((name) => name in strongbox);
  const directory = mkdtempSync(join(root, 'test', 'assurance', 'findings', 'compiled-'));
  try {
    const file = join(directory, 'lines.ts');
    writeFileSync(
      file,
      [
        "import { Duration } from 'aws-cdk-lib';",
        "import type * as iam from 'aws-cdk-lib/aws-iam';",
        "import type * as s3 from 'aws-cdk-lib/aws-s3';",
        "import type { Construct } from 'constructs';",
        `import { ${[...names, 'type Retention as R', 'type Team'].join(', ')} } from '../../../../src';`,
        'declare const bucket: s3.Bucket, accessPoint: s3.CfnAccessPoint, copies: s3.Bucket, team: Team, retention: R;',
        'declare const recordsOfficer: iam.IRole, legalRole: iam.IRole, breakGlass: iam.IRole, issuerRole: iam.IRole;',
        'declare const analyticsRole: iam.IRole, auditRole: iam.IRole, ingestRole: iam.IRole;',
        'export function each(this: Construct) {',
        ...[...new Set(lines)].map((line) => `  ${line};`),
        '}',
      ].join('\n'),
    );
    const program = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      moduleResolution: ts.ModuleResolutionKind.Node10,
      types: ['node'],
    });
    const source = program.getSourceFile(file)!;
    const problems = [...program.getSemanticDiagnostics(source), ...program.getSyntacticDiagnostics(source)];
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 120_000);

describe('the line of code of each finding about a plain bucket ends it', () => {
  const cases: Array<[Guarantee, (bucket: s3.Bucket) => void]> = [
    [Guarantee.tlsOnly(), (bucket) => bucket.with(new strongbox.BucketTlsOnly())],
    [
      Guarantee.tlsMinimumVersion(strongbox.TlsVersion.V1_2),
      (bucket) => bucket.with(new strongbox.BucketTlsMinimumVersion(strongbox.TlsVersion.V1_2)),
    ],
    [Guarantee.publicAccessBlocked(), (bucket) => bucket.with(new strongbox.BucketPublicAccessBlocked())],
    [Guarantee.aclsDisabled(), (bucket) => bucket.with(new strongbox.BucketAclsDisabled())],
    [Guarantee.onlyAccounts(), (bucket) => bucket.with(new strongbox.BucketAclsDisabled())],
    [
      Guarantee.defaultEncryption(),
      (bucket) => bucket.with(new strongbox.BucketDefaultEncryption(strongbox.Encryption.s3Managed())),
    ],
    [
      Guarantee.uploadEncryption(),
      (bucket) =>
        bucket.with(
          new strongbox.BucketDefaultEncryption(strongbox.Encryption.s3Managed()),
          new strongbox.BucketUploadEncryption(strongbox.UploadEncryption.bucketDefault()),
        ),
    ],
  ];
  test.each(cases.map(([guarantee, remedy]) => [guarantee.id, guarantee, remedy] as const))(
    '%s',
    (_, guarantee, end) => {
      const make = () => new s3.Bucket(new Stack(new App(), 'Stack'), 'Plain');
      expect(() => Proof.ofStack(Stack.of(make()), { requireStated: true }).holds(guarantee)).toThrow();
      const bucket = make();
      end(bucket);
      Proof.ofStack(Stack.of(bucket), { requireStated: true }).holds(guarantee);
    },
  );
});
