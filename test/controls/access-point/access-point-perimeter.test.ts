import { AccessPointPerimeter, Guarantee, AccessPointGuarantees, Perimeter, Proof } from '../../../src';
import { accessPointContract, door } from '../../support/access-point-contract';
import { ACCOUNT, newStack, REGION } from '../../support/app';
import { arn, role } from '../../support/people';

const ENDPOINT = 'vpce-0123abcd';

accessPointContract({
  make: (stack) => new AccessPointPerimeter(Perimeter.vpcEndpoints(ENDPOINT), { exempt: [role(stack, 'replication')] }),
  effect: (_accessPoint, statements) => {
    const doorArn = {
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:${REGION}:${ACCOUNT}:accesspoint/door`]],
    };
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: 'StrongboxPerimeter',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Resource: [
          doorArn,
          {
            'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:${REGION}:${ACCOUNT}:accesspoint/door/object/*`]],
          },
        ],
        Condition: {
          BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' },
          StringNotEqualsIfExists: { 'aws:SourceVpce': [ENDPOINT] },
          ArnNotEqualsIfExists: { 'aws:PrincipalArn': [arn('replication')] },
        },
      }),
    );
  },
  guarantee: AccessPointGuarantees.perimeter({ vpcEndpoints: [ENDPOINT], exceptPrincipals: [arn('replication')] }),
});

test("says nothing of the bucket's own door, and lets in what is inside", () => {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  door(stack).with(new AccessPointPerimeter(Perimeter.vpcEndpoints(ENDPOINT)));
  const proof = Proof.ofStack(stack);
  expect(() => proof.holds(Guarantee.perimeter({ vpcEndpoints: [ENDPOINT] }))).toThrow('VIOLATED perimeter');
  const context = { 's3:DataAccessPointArn': `arn:aws:s3:${REGION}:${ACCOUNT}:accesspoint/door` };
  proof.holds(
    Guarantee.allowed({
      actions: ['s3:GetObject', 's3:PutObject'],
      prefixes: ['any/'],
      context: { ...context, 'aws:SourceVpce': ENDPOINT },
    }),
  );
  expect(() => proof.holds(Guarantee.allowed({ actions: ['s3:GetObject'], prefixes: ['any/'], context }))).toThrow(
    'is refused',
  );
});

test('two perimeters are two walls', () => {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  door(stack).with(
    new AccessPointPerimeter(Perimeter.vpcEndpoints(ENDPOINT)),
    new AccessPointPerimeter(Perimeter.organization('o-a1b2c3d4e5')),
  );
  const proof = Proof.ofStack(stack);
  proof.holds(AccessPointGuarantees.perimeter({ vpcEndpoints: [ENDPOINT] }));
  proof.holds(AccessPointGuarantees.perimeter({ organization: 'o-a1b2c3d4e5' }));
});

test('names nothing that no access point takes, which S3 may refuse in its policy', () => {
  const stack = newStack({ env: { account: ACCOUNT, region: REGION } });
  const accessPoint = door(stack);
  accessPoint.with(new AccessPointPerimeter(Perimeter.vpcEndpoints(ENDPOINT)));
  const { Statement } = stack.resolve(accessPoint.policy);
  for (const { Action } of Statement) {
    for (const action of [Action].flat()) expect(action).not.toMatch(/Replic|Owner|Bypass|Encryption|\*$(?<!Object\*)/);
  }
});
