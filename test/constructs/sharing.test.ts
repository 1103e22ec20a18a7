import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { BucketPerimeter, Encryption, Guarantee, Perimeter, Proof, SecureBucket } from '../../src';
import { ACCOUNT, newStack, REGION } from '../support/app';
import { arn, role } from '../support/people';

const PARTNER = '444455556666';
const STRANGER = '777788889999';

/** A folder for a role of another account, behind a wall that holds that account and this one. */
function share(encryption?: Encryption) {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const documents = new SecureBucket(stack, 'Docs', { bucketName: 'acme-docs', encryption });
  documents.grantReadWrite(role(stack, 'partner', PARTNER), { prefixes: ['shared/'] });
  documents.bucket.with(new BucketPerimeter(Perimeter.accounts(PARTNER)));
  return { stack, documents };
}

const subject = 'acme-docs';
const asked = (principal: string, action: string, key = 'shared/x') => ({
  principal,
  action,
  resource: `acme-docs/${key}`,
});

test.each([
  ['KMS', undefined],
  ['SSE-S3', Encryption.s3Managed()],
] as const)('the partner reads and writes its own folder, and nobody of a third account: %s', (_name, encryption) => {
  const { stack } = share(encryption);
  const proof = Proof.ofStack(stack);
  const partner = arn('partner', PARTNER);
  proof.holds(
    Guarantee.allowed({ actions: ['s3:GetObject', 's3:PutObject'], principals: [partner], prefixes: ['shared/'] }),
    { subject },
  );
  proof.holds(Guarantee.onlyAccounts({ accounts: [PARTNER] }), { subject });
  proof.holds(Guarantee.perimeter({ accounts: [PARTNER] }), { subject });
  proof.holds(Guarantee.aclsDisabled(), { subject });
  expect(() => proof.holds(Guarantee.onlyAccounts(), { subject })).toThrow('VIOLATED only-accounts');
  proof.denies(asked(partner, 's3:GetObject', 'other/x'));
  proof.denies(asked(partner, 's3:DeleteObject'));
  proof.denies(asked(arn('other', PARTNER), 's3:GetObject'));
  proof.allows({
    principal: partner,
    action: 's3:ListBucket',
    resource: 'acme-docs',
    context: { 's3:prefix': 'shared/' },
  });
  proof.denies({ principal: partner, action: 's3:ListBucket', resource: 'acme-docs', context: { 's3:prefix': '' } });
});

test('the wall holds whatever a later statement grants, and without it that statement opens', () => {
  const open = (walled: boolean) => {
    const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
    const { bucket } = new SecureBucket(stack, 'Docs', { bucketName: 'acme-docs' });
    if (walled) bucket.with(new BucketPerimeter(Perimeter.accounts(PARTNER)));
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.AccountPrincipal(STRANGER)],
        actions: ['s3:GetObject'],
        resources: [bucket.arnForObjects('*')],
      }),
    );
    return Proof.ofStack(stack);
  };
  open(true).denies(asked(arn('x', STRANGER), 's3:GetObject'));
  open(true).holds(Guarantee.perimeter({ accounts: [PARTNER] }), { subject });
  open(false).allows(asked(arn('x', STRANGER), 's3:GetObject'));
  expect(() => open(false).holds(Guarantee.perimeter({ accounts: [PARTNER] }), { subject })).toThrow(
    'VIOLATED perimeter',
  );
});

test('the key is shared through S3 alone', () => {
  Template.fromStack(share().stack).hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Allow',
          Action: 'kms:Decrypt',
          Principal: { AWS: arn('partner', PARTNER) },
          Condition: { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } },
        }),
      ]),
    },
  });
});

test('an access point of the other account is a door only if it is the one that was named', () => {
  const {
    stack,
    documents: { bucket },
  } = share();
  const name = (which: string) => `arn:aws:s3:${REGION}:${PARTNER}:accesspoint/${which}`;
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.AccountPrincipal(PARTNER)],
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects('shared/*')],
      conditions: { StringEquals: { 's3:DataAccessPointArn': name('partner') } },
    }),
  );
  const proof = Proof.ofStack(stack);
  const through = (which: string, key?: string) => ({
    ...asked(arn('anybody', PARTNER), 's3:GetObject', key),
    context: { 's3:DataAccessPointArn': name(which), 's3:DataAccessPointAccount': PARTNER },
  });
  proof.allows(through('partner'));
  proof.denies(through('another'));
  proof.denies(through('partner', 'other/x'));
  proof.denies(asked(arn('anybody', PARTNER), 's3:GetObject'));
});
