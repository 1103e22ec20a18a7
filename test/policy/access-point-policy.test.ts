import { CfnParameter, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { PolicyOfAccessPoint } from '../../src/policy/access-point-policy';
import { ACCOUNT, REGION } from '../support/app';

const make = (props: Partial<s3.CfnAccessPointProps> = {}) =>
  new s3.CfnAccessPoint(new Stack(undefined, 'Stack', { env: { account: ACCOUNT, region: REGION } }), 'Door', {
    bucket: 'acme-lake',
    name: 'door',
    ...props,
  });

test('names the access point and its objects without referring to it', () => {
  const policy = PolicyOfAccessPoint.of(make());
  expect(policy.arn).toContain(`:s3:${REGION}:${ACCOUNT}:accesspoint/door`);
  expect(policy.objects('finance/')).toBe(`${policy.arn}/object/finance/*`);
  expect(policy.objects()).toBe(`${policy.arn}/object/*`);
});

test('finds a statement again by its Sid, until somebody sets another policy', () => {
  const accessPoint = make();
  const added = PolicyOfAccessPoint.of(accessPoint).deny('Closed', { actions: ['s3:GetObject'], resources: ['*'] });
  expect(PolicyOfAccessPoint.of(accessPoint).find('Closed')).toBe(added);
  accessPoint.policy = new iam.PolicyDocument();
  expect(PolicyOfAccessPoint.of(accessPoint).find('Closed')).toBeUndefined();
});

test('refuses a policy that only the deployment knows, and an access point without a name', () => {
  const accessPoint = make();
  accessPoint.policy = new CfnParameter(accessPoint.stack, 'Policy').value;
  expect(() => PolicyOfAccessPoint.of(accessPoint)).toThrow(/^Stack\/Door: "policy" must be a policy/);
  expect(() => PolicyOfAccessPoint.of(make({ name: undefined })).arn).toThrow(
    /^Stack\/Door: "name" must be a name of its own/,
  );
});
