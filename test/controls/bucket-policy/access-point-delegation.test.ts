import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AccessPointDelegation, BucketAccessPointDelegation, AccessPointGuarantees, Proof } from '../../../src';
import { ACCOUNT, newStack, REGION } from '../../support/app';
import { controlContract } from '../../support/control-contract';

const NAMED = AccessPointDelegation.named('acme-finance', 'acme-sales');
const REASON = "Nobody may create access points here, by the organization's policy";

controlContract({
  make: () => new BucketAccessPointDelegation(NAMED),
  effect: (_, statements) =>
    expect(trusted(statements)).toEqual(['arn:*:accesspoint/acme-finance', 'arn:*:accesspoint/acme-sales']),
  guarantee: AccessPointGuarantees.pinned(),
  // What is trusted and not in the templates would be another door, so both are.
  lacking: (stack) => withPoints(stack, 'acme-finance', 'acme-sales'),
});

function withPoints(stack: Stack, ...names: string[]): s3.CfnBucket {
  const bucket = new s3.CfnBucket(stack, 'Bucket');
  for (const name of names) new s3.CfnAccessPoint(stack, name, { name, bucket: bucket.ref });
  return bucket;
}

function trusted(statements: any[]): unknown {
  return statements.find(({ Sid }) => Sid === 'StrongboxOtherAccessPoints')?.Condition.StringNotLike[
    's3:DataAccessPointArn'
  ];
}

function statementsWith(...trusts: AccessPointDelegation[]): any[] {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  new s3.CfnBucket(stack, 'Bucket').with(...trusts.map((trust) => new BucketAccessPointDelegation(trust)));
  return Object.values(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'))[0].Properties.PolicyDocument
    .Statement;
}

test('what is trusted adds up, and the whole account stays the whole account', () => {
  const more = AccessPointDelegation.named('acme-audit');
  expect(trusted(statementsWith(NAMED, more))).toEqual(
    ['audit', 'finance', 'sales'].map((name) => `arn:*:accesspoint/acme-${name}`),
  );
  expect(trusted(statementsWith(NAMED, AccessPointDelegation.wholeAccount(REASON)))).toEqual(['arn:*:accesspoint/*']);
  expect(trusted(statementsWith(AccessPointDelegation.wholeAccount(REASON), NAMED))).toBeUndefined();
});

test('a name pattern keeps a constant size, and is as open as it says', () => {
  const proof = (trust: AccessPointDelegation) => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    withPoints(stack, 'acme-finance').with(new BucketAccessPointDelegation(trust));
    return Proof.ofStack(stack);
  };
  proof(AccessPointDelegation.named('acme-finance')).holds(AccessPointGuarantees.pinned());
  const byPattern = () =>
    proof(AccessPointDelegation.namesBeginningWith('acme-', REASON)).holds(AccessPointGuarantees.pinned());
  expect(byPattern).toThrow(new RegExp(`${ACCOUNT}:accesspoint/acme-(?!finance)`));
  expect(() => proof(AccessPointDelegation.wholeAccount(REASON)).holds(AccessPointGuarantees.pinned())).toThrow(
    `${ACCOUNT}:accesspoint/x`,
  );
  // Of another account nobody is trusted in any mode.
  proof(AccessPointDelegation.wholeAccount(REASON)).denies({
    action: 's3:GetObject',
    context: {
      's3:DataAccessPointArn': `arn:aws:s3:${REGION}:999999999999:accesspoint/acme-finance`,
      's3:DataAccessPointAccount': '999999999999',
    },
  });
});

test.each(['ab', 'Acme', 'acme_lake', '-acme', 'acme-', 'acme.lake', 'a'.repeat(51), 'acme-s3alias', 'acme--ol-s3'])(
  'refuses the name %s',
  (name) => {
    expect(() => AccessPointDelegation.named(name)).toThrow(
      /^"names" must be a literal name of 3 to 50 lower-case letters/,
    );
  },
);

test('refuses to trust nothing, and to trust more without a reason', () => {
  expect(() => AccessPointDelegation.named()).toThrow('"names" must be at least one access point');
  expect(() => AccessPointDelegation.namesBeginningWith('acme-', '')).toThrow(
    'AccessPointDelegation.namesBeginningWith(prefix, reason)',
  );
  expect(() => AccessPointDelegation.wholeAccount('ok')).toThrow('AccessPointDelegation.wholeAccount(reason)');
});
