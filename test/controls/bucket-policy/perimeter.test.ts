import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketPerimeter, type BucketPerimeterOptions, Guarantee, Perimeter, Proof, SecureBucket } from '../../../src';
import { ACCOUNT, newStack, only, REGION, templateOf } from '../../support/app';
import { controlContract } from '../../support/control-contract';
import { arn, role } from '../../support/people';

const VPC = 'vpc-0123abcd';
const ENDPOINT = 'vpce-0123abcd';
const RANGE = '203.0.113.0/24';
const ORGANIZATION = 'o-a1b2c3d4e5';
const PARTNER = '444455556666';
const STRANGER = '777788889999';
const env = { account: ACCOUNT, region: REGION };

controlContract({
  make: (stack) =>
    new BucketPerimeter(Perimeter.anyOf(Perimeter.vpcEndpoints(ENDPOINT), Perimeter.ipRanges(RANGE)), {
      exempt: [role(stack, 'replication')],
    }),
  guarantee: Guarantee.perimeter({
    vpcEndpoints: [ENDPOINT],
    addresses: [RANGE],
    exceptPrincipals: [arn('replication')],
  }),
  effect: (_bucket, statements) => {
    const perimeter = statements.find(({ Sid }) => Sid === 'StrongboxPerimeter')!;
    expect(perimeter).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Condition: {
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' },
        StringNotEqualsIfExists: { 'aws:SourceVpce': [ENDPOINT] },
        NotIpAddressIfExists: { 'aws:SourceIp': [RANGE] },
        ArnNotEqualsIfExists: { 'aws:PrincipalArn': [arn('replication')] },
      },
    });
    expect(perimeter.Action).not.toContain('s3:*');
    // No deployment and no console page about the bucket itself is locked out.
    for (const action of perimeter.Action) expect(action).not.toMatch(/^s3:(Put|Delete|Get)Bucket/);
  },
});

/** What a bucket with this perimeter answers; everybody whom IAM or a policy could let in has an Allow. */
function proofOf(perimeter: Perimeter, options: BucketPerimeterOptions = {}): Proof {
  const stack = newStack({ env });
  const { bucket } = new SecureBucket(stack, 'Docs', { bucketName: 'acme-docs' });
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [
        new iam.AccountPrincipal(PARTNER),
        new iam.AccountPrincipal(STRANGER),
        new iam.ServicePrincipal('delivery.logs.amazonaws.com'),
      ],
      actions: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'],
      resources: [bucket.bucketArn, bucket.arnForObjects('*')],
    }),
  );
  bucket.with(new BucketPerimeter(perimeter, options));
  return Proof.ofStack(stack);
}

const resource = 'acme-docs/x';
const inside = (proof: Proof, principal: string, context: Record<string, string>) => {
  proof.allows({ action: 's3:GetObject', resource, principal, context });
  proof.allows({ action: 's3:PutObject', resource, principal, context });
  proof.allows({ action: 's3:ListBucket', resource: 'acme-docs', principal, context });
};
const outside = (proof: Proof, principal: string, context: Record<string, string>) => {
  for (const action of ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:DeleteObject', 's3:GetObjectAcl']) {
    proof.denies({ action, resource, principal, context });
  }
  for (const action of ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads']) {
    proof.denies({ action, resource: 'acme-docs', principal, context });
  }
};

describe.each<
  [string, Perimeter, Parameters<typeof Guarantee.perimeter>[0], Record<string, string>, Record<string, string>]
>([
  [
    'endpoints',
    Perimeter.vpcEndpoints(ENDPOINT),
    { vpcEndpoints: [ENDPOINT] },
    { 'aws:SourceVpce': ENDPOINT, 'aws:SourceVpc': VPC },
    { 'aws:SourceVpce': 'vpce-0000abcd', 'aws:SourceVpc': VPC },
  ],
  [
    'VPCs',
    Perimeter.vpcs(VPC),
    { vpcs: [VPC] },
    { 'aws:SourceVpce': ENDPOINT, 'aws:SourceVpc': VPC },
    { 'aws:SourceVpce': ENDPOINT, 'aws:SourceVpc': 'vpc-0000abcd' },
  ],
  [
    'ranges',
    Perimeter.ipRanges(RANGE),
    { addresses: [RANGE] },
    { 'aws:SourceIp': '203.0.113.9' },
    { 'aws:SourceIp': '203.0.114.9' },
  ],
])('networks: %s', (_name, perimeter, options, here, there) => {
  const proof = proofOf(perimeter);

  test('nothing from outside, for every request', () =>
    void proof.holds(Guarantee.perimeter(options), { subject: 'acme-docs' }));

  test('inside everything as before, outside nothing', () => {
    inside(proof, arn('app'), here);
    inside(proof, arn('app', PARTNER), here);
    outside(proof, arn('app'), there);
    outside(proof, arn('app'), {});
    outside(proof, 'anonymous', {});
  });

  test("services that work for this account, in whoever's name, and no others", () => {
    inside(proof, arn('app'), { 'aws:ViaAWSService': 'true' });
    outside(proof, arn('app', STRANGER), { 'aws:ViaAWSService': 'true' });
    proof.allows({
      action: 's3:PutObject',
      resource,
      principal: 'delivery.logs.amazonaws.com',
      context: { 'aws:SourceAccount': ACCOUNT },
    });
    proof.denies({
      action: 's3:PutObject',
      resource,
      principal: 'delivery.logs.amazonaws.com',
      context: { 'aws:SourceAccount': STRANGER },
    });
  });

  test('a deployment from outside changes the policy', () => {
    proof.allows({ action: 's3:PutBucketPolicy', resource: 'acme-docs', principal: arn('deploy'), context: there });
    proof.allows({ action: 's3:PutLifecycleConfiguration', resource: 'acme-docs', principal: arn('deploy') });
  });
});

test('identities: an organization and an account, in any network, by any service', () => {
  const proof = proofOf(Perimeter.anyOf(Perimeter.organization(ORGANIZATION), Perimeter.accounts(PARTNER)));
  proof.holds(Guarantee.perimeter({ organization: ORGANIZATION, accounts: [PARTNER] }), { subject: 'acme-docs' });
  inside(proof, arn('app'), {});
  inside(proof, arn('app', PARTNER), {});
  inside(proof, arn('app', STRANGER), { 'aws:PrincipalOrgID': ORGANIZATION });
  inside(proof, arn('app', PARTNER), { 'aws:ViaAWSService': 'true' });
  outside(proof, arn('app', STRANGER), {});
  outside(proof, arn('app', STRANGER), { 'aws:PrincipalOrgID': 'o-0000000000' });
  outside(proof, arn('app', STRANGER), { 'aws:ViaAWSService': 'true' });
  const principal = 'delivery.logs.amazonaws.com';
  proof.allows({ action: 's3:PutObject', resource, principal, context: { 'aws:SourceAccount': PARTNER } });
  proof.allows({
    action: 's3:PutObject',
    resource,
    principal,
    context: { 'aws:SourceAccount': STRANGER, 'aws:SourceOrgID': ORGANIZATION },
  });
  proof.denies({
    action: 's3:PutObject',
    resource,
    principal,
    context: { 'aws:SourceAccount': STRANGER, 'aws:SourceOrgID': 'o-0000000000' },
  });
});

test('anyOf denies only what is outside all of them', () => {
  const proof = proofOf(Perimeter.anyOf(Perimeter.vpcs(VPC), Perimeter.ipRanges(RANGE), Perimeter.accounts(PARTNER)));
  proof.holds(Guarantee.perimeter({ vpcs: [VPC], addresses: [RANGE], accounts: [PARTNER] }), { subject: 'acme-docs' });
  inside(proof, arn('app', STRANGER), { 'aws:SourceVpc': VPC, 'aws:SourceVpce': ENDPOINT });
  inside(proof, arn('app', STRANGER), { 'aws:SourceIp': '203.0.113.9' });
  inside(proof, arn('app', PARTNER), { 'aws:SourceIp': '198.51.100.9' });
  outside(proof, arn('app', STRANGER), { 'aws:SourceIp': '198.51.100.9' });
});

test('two controls are two walls', () => {
  const stack = newStack({ env });
  new SecureBucket(stack, 'Docs', { bucketName: 'acme-docs' }).bucket.with(
    new BucketPerimeter(Perimeter.vpcEndpoints(ENDPOINT)),
    new BucketPerimeter(Perimeter.organization(ORGANIZATION)),
  );
  const proof = Proof.ofStack(stack);
  const here = { 'aws:SourceVpce': ENDPOINT, 'aws:SourceVpc': VPC };
  inside(proof, arn('app'), { ...here, 'aws:PrincipalOrgID': ORGANIZATION });
  outside(proof, arn('app'), here);
  outside(proof, arn('app'), { 'aws:PrincipalOrgID': ORGANIZATION });
});

test("CloudFront for this distribution, not for the account's others", () => {
  const stack = newStack({ env });
  const { bucket } = new SecureBucket(stack, 'Docs', { bucketName: 'acme-docs' });
  const distribution = new cloudfront.Distribution(stack, 'Site', {
    defaultBehavior: { origin: S3BucketOrigin.withOriginAccessControl(bucket) },
  });
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('cloudfront.amazonaws.com')],
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects('*')],
    }),
  );
  bucket.with(new BucketPerimeter(Perimeter.cloudFront(distribution), { exempt: [role(stack, 'deploy')] }));
  const proof = Proof.ofStack(stack);
  proof.holds(Guarantee.perimeter({ distributions: ['Stack/Site'], exceptPrincipals: [arn('deploy')] }), {
    subject: 'acme-docs',
  });
  inside(proof, arn('deploy'), {});
  outside(proof, arn('app'), {});
  const principal = 'cloudfront.amazonaws.com';
  const other = `arn:aws:cloudfront::${ACCOUNT}:distribution/EOTHER`;
  proof.denies({
    action: 's3:GetObject',
    resource,
    principal,
    context: { 'aws:SourceArn': other, 'aws:SourceAccount': ACCOUNT },
  });
});

test('who is exempt reaches the data from outside, and nobody else', () => {
  const stack = newStack();
  const proof = proofOf(Perimeter.vpcs(VPC), { exempt: [role(stack, 'replication')] });
  inside(proof, arn('replication'), {});
  outside(proof, arn('batch'), {});
});

test('policy administration from outside by named people alone, and everybody from inside', () => {
  const stack = newStack();
  const proof = proofOf(Perimeter.vpcs(VPC), { policyAdministrators: [role(stack, 'deploy')] });
  proof.holds(Guarantee.perimeter({ vpcs: [VPC], policyAdministrators: [arn('deploy')] }), { subject: 'acme-docs' });
  for (const action of [
    's3:PutBucketPolicy',
    's3:DeleteBucketPolicy',
    's3:PutBucketPublicAccessBlock',
    's3:PutBucketOwnershipControls',
  ]) {
    const ask = { action, resource: 'acme-docs' };
    proof.allows({ ...ask, principal: arn('deploy') });
    proof.denies({ ...ask, principal: arn('app') });
    proof.allows({ ...ask, principal: arn('app'), context: { 'aws:SourceVpc': VPC, 'aws:SourceVpce': ENDPOINT } });
  }
  outside(proof, arn('deploy'), {});
  expect(() =>
    proofOf(Perimeter.vpcs(VPC)).holds(Guarantee.perimeter({ vpcs: [VPC], policyAdministrators: [arn('deploy')] }), {
      subject: 'acme-docs',
    }),
  ).toThrow('VIOLATED perimeter');
  expect(() => new BucketPerimeter(Perimeter.vpcs(VPC), { policyAdministrators: [] })).toThrow(
    /^"policyAdministrators" must be at least one role/,
  );
});

test(
  'takes data alone from services for somebody else, and nothing from those that do not say for whom ' + 'they act',
  () => {
    const stack = newStack({ env });
    const { bucket } = new SecureBucket(stack, 'Docs', { bucketName: 'acme-docs' });
    const delivery = 'delivery.logs.amazonaws.com';
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal(delivery)],
        actions: ['s3:*'],
        resources: [bucket.bucketArn, bucket.arnForObjects('*')],
      }),
    );
    bucket.with(
      new BucketPerimeter(Perimeter.anyOf(Perimeter.vpcs(VPC), Perimeter.organization(ORGANIZATION)), {
        policyAdministrators: [role(stack, 'deploy')],
      }),
    );
    const proof = Proof.ofStack(stack);
    const served = (actions: string[], context?: Record<string, string>) => () =>
      proof.holds(Guarantee.allowed({ actions, services: [delivery], context }), { subject: 'acme-docs' });
    expect(served(['s3:GetObject', 's3:ListBucket', 's3:PutBucketPolicy'])).not.toThrow();
    expect(
      served(['s3:GetObject', 's3:ListBucket'], { 'aws:SourceAccount': STRANGER, 'aws:SourceOrgID': ORGANIZATION }),
    ).not.toThrow();
    expect(
      served(['s3:PutLifecycleConfiguration', 's3:PutBucketTagging'], { 'aws:SourceAccount': STRANGER }),
    ).not.toThrow();
    expect(served(['s3:GetObject'], { 'aws:SourceAccount': STRANGER })).toThrow('is refused');
  },
);

test('Object Lambda fetches for callers outside if that is chosen', () => {
  const byObjectLambda = { 'aws:CalledVia': 's3-object-lambda.amazonaws.com' };
  outside(proofOf(Perimeter.vpcs(VPC)), arn('app'), byObjectLambda);
  const proof = proofOf(Perimeter.vpcs(VPC), { throughObjectLambda: true });
  inside(proof, arn('app'), byObjectLambda);
  outside(proof, arn('app'), {});
  outside(proof, arn('app'), { 'aws:CalledVia': 'athena.amazonaws.com' });
  proof.holds(Guarantee.perimeter({ vpcs: [VPC], throughObjectLambda: true }), { subject: 'acme-docs' });
  expect(() => proof.holds(Guarantee.perimeter({ vpcs: [VPC] }), { subject: 'acme-docs' })).toThrow(
    'VIOLATED perimeter',
  );
});

test('is small enough for many neighbours', () => {
  const policy = only(
    templateOf((stack) => new s3.Bucket(stack, 'Bucket').with(new BucketPerimeter(Perimeter.vpcs(VPC)))),
    'AWS::S3::BucketPolicy',
  );
  expect(JSON.stringify(policy.Properties.PolicyDocument).length).toBeLessThan(4000);
});
