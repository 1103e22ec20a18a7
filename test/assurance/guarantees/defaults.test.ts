import { AccessPointGuarantees, Guarantee, Proof, VerdictStatus, type ProofOptions } from '../../../src';

const { PROVED, VIOLATED, UNKNOWN } = VerdictStatus;
const BLOCKED = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
const OPENED = Object.fromEntries(Object.keys(BLOCKED).map((name) => [name, false]));
const owned = (ObjectOwnership: string) => ({ OwnershipControls: { Rules: [{ ObjectOwnership }] } });

function verdict(guarantee: Guarantee, properties: object, more: object = {}, options: ProofOptions = {}) {
  const template = { Resources: { Docs: { Type: 'AWS::S3::Bucket', Properties: properties }, ...more } };
  return Proof.ofTemplate(template, options).verdicts(guarantee)[0];
}
const EVERYONE = {
  P: {
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: { Ref: 'Docs' },
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: '*',
          Action: 's3:GetObject',
          Resource: { 'Fn::Sub': '${Docs.Arn}/*' },
        },
      },
    },
  },
};

describe('what the template does not state', () => {
  test.each([
    [Guarantee.publicAccessBlocked(), 'PublicAccessBlockConfiguration'],
    [Guarantee.publicAclsBlocked(), 'PublicAccessBlockConfiguration'],
    [Guarantee.aclsDisabled(), 'OwnershipControls'],
    [Guarantee.onlyAccounts(), 'OwnershipControls'],
    [Guarantee.defaultEncryption(), 'BucketEncryption'],
  ])('%#: S3 has it by default, and the verdict says so', (guarantee, name) => {
    const found = verdict(guarantee, {});
    expect(found).toMatchObject({ status: PROVED, stated: false });
    expect(found.axioms).toContain('new-resource-defaults');
    expect(found.reason).toMatch(new RegExp(`by S3's default, not stated in the template: .*${name}`));
    expect(verdict(guarantee, {}, {}, { requireStated: true }).status).not.toBe(PROVED);
  });

  test('a proof that needs no default does not name it', () => {
    const found = verdict(Guarantee.publicAccessBlocked(), { PublicAccessBlockConfiguration: BLOCKED });
    expect(found).toMatchObject({ status: PROVED, stated: true });
    expect(found.axioms).not.toContain('new-resource-defaults');
  });

  test('in one of two worlds: the verdict for both names the default', () => {
    const template = {
      Parameters: { Stage: { Type: 'String' } },
      Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
      Resources: {
        Docs: {
          Type: 'AWS::S3::Bucket',
          Properties: {
            OwnershipControls: {
              'Fn::If': ['IsProd', owned('BucketOwnerEnforced').OwnershipControls, { Ref: 'AWS::NoValue' }],
            },
          },
        },
      },
    };
    expect(Proof.ofTemplate(template).verdicts(Guarantee.aclsDisabled())[0]).toMatchObject({
      status: PROVED,
      stated: false,
    });
  });

  test('access points have all four settings on by default', () => {
    const accessPoint = (properties: object) => ({
      A: { Type: 'AWS::S3::AccessPoint', Properties: { Bucket: { Ref: 'Docs' }, Name: 'team', ...properties } },
    });
    const guarantee = AccessPointGuarantees.blockPublicAccess();
    expect(verdict(guarantee, {}, accessPoint({}))).toMatchObject({ status: PROVED, stated: false });
    const one = { PublicAccessBlockConfiguration: { BlockPublicAcls: true } };
    expect(verdict(guarantee, {}, accessPoint(one))).toMatchObject({ status: VIOLATED });
  });
});

describe('what the template states weakly', () => {
  test('a setting that is not stated beside others is off', () => {
    const { RestrictPublicBuckets: _, ...three } = BLOCKED;
    const found = verdict(Guarantee.publicAccessBlocked(), { PublicAccessBlockConfiguration: three });
    expect(found).toMatchObject({
      status: VIOLATED,
      reason: expect.stringContaining('RestrictPublicBuckets is not set'),
    });
  });

  test.each([
    ['PublicRead', /^anyone on the internet can read: An anonymous caller calls s3:ListBucket/],
    ['PublicReadWrite', /^anyone on the internet can write: An anonymous caller calls s3:PutObject/],
  ])('the ACL %s where ACLs are in force', (AccessControl, reason) => {
    const open = { AccessControl, ...owned('ObjectWriter'), PublicAccessBlockConfiguration: OPENED };
    expect(verdict(Guarantee.publicAccessBlocked(), open)).toMatchObject({
      status: VIOLATED,
      reason: expect.stringMatching(reason),
    });
    expect(verdict(Guarantee.onlyAccounts(), open).status).toBe(VIOLATED);
    const ignored = { ...open, PublicAccessBlockConfiguration: BLOCKED };
    expect(verdict(Guarantee.publicAccessBlocked(), ignored).status).toBe(PROVED);
    expect(verdict(Guarantee.publicAccessBlocked(), { ...open, ...owned('BucketOwnerEnforced') }).reason).toMatch(
      'BlockPublicAcls is false',
    );
  });

  test('a public ACL or policy contradicts the default, which then does not count', () => {
    expect(verdict(Guarantee.publicAccessBlocked(), { AccessControl: 'PublicRead' }).status).toBe(VIOLATED);
    expect(verdict(Guarantee.aclsDisabled(), { AccessControl: 'PublicRead' }).status).toBe(VIOLATED);
    const found = verdict(Guarantee.publicAccessBlocked(), {}, EVERYONE);
    expect(found.reason).toMatch(/^anyone on the internet can read/);
    expect(verdict(Guarantee.publicAccessBlocked(), { PublicAccessBlockConfiguration: BLOCKED }, EVERYONE).status).toBe(
      PROVED,
    );
  });

  test('the ACL AuthenticatedRead: principals of every account, and nobody without one', () => {
    const open = {
      AccessControl: 'AuthenticatedRead',
      ...owned('ObjectWriter'),
      PublicAccessBlockConfiguration: OPENED,
    };
    const found = verdict(Guarantee.onlyAccounts(), open);
    expect(found).toMatchObject({ status: VIOLATED, reason: expect.stringContaining('the ACL AuthenticatedRead') });
    expect(found.counterexample).not.toMatch('anonymous');
  });

  test('ACLs in force without a public ACL: an object may still have one', () => {
    const inForce = { ...owned('BucketOwnerPreferred'), PublicAccessBlockConfiguration: OPENED };
    expect(verdict(Guarantee.onlyAccounts(), inForce).status).toBe(UNKNOWN);
  });
});
