import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as s3 from 'aws-cdk-lib/aws-s3';
import '../../src/jest';
import { Guarantee, Proof, SecureBucket } from '../../src';

let stack: Stack;
let secure: SecureBucket;
let plain: s3.Bucket;
beforeAll(() => {
  jest.spyOn(console, 'error').mockReturnValue(undefined);
  stack = new Stack(new App(), 'Stack');
  secure = new SecureBucket(stack, 'Secure');
  plain = new s3.Bucket(stack, 'Plain');
});

describe('toHold', () => {
  test('of a construct, whatever its kind', () => {
    expect(secure).toHold(Guarantee.tlsOnly());
    expect(secure.bucket).toHold(Guarantee.tlsOnly());
    expect(secure.bucket.node.defaultChild as s3.CfnBucket).toHold(Guarantee.tlsOnly());
    expect(plain).not.toHold(Guarantee.tlsOnly());
  });

  test('of a stack, an app, a template, a proof: all of their buckets', () => {
    const app = stack.node.root as App;
    for (const received of [
      stack,
      app,
      Template.fromStack(stack),
      Template.fromStack(stack).toJSON() as any,
      Proof.ofStack(stack),
    ]) {
      expect(received).not.toHold(Guarantee.tlsOnly());
    }
  });

  test('fails with the request that breaks it, and the fix', () => {
    expect(() => expect(plain).toHold(Guarantee.tlsOnly())).toThrow(
      /Expected to hold: HTTPS only\n.*aws:SecureTransport = false[^]*Fix: Deny/,
    );
  });

  test('a negation fails on what is proved', () => {
    expect(() => expect(secure).not.toHold(Guarantee.tlsOnly())).toThrow(
      /Expected not to hold, but it is proved: HTTPS only/,
    );
  });

  test('neither passes on what only the deployment knows', () => {
    const open = new Stack(new App(), 'Open');
    const condition = new CfnParameter(open, 'Principal');
    const bucket = new s3.Bucket(open, 'Bucket', { objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED });
    new s3.CfnBucketPolicy(open, 'Policy', {
      bucket: bucket.bucketName,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: condition.valueAsString },
            Action: 's3:GetObject',
            Resource: `${bucket.bucketArn}/*`,
          },
        ],
      },
    });
    expect(() => expect(open).toHold(Guarantee.onlyAccounts())).toThrow('Nobody can tell before deployment');
    expect(() => expect(open).not.toHold(Guarantee.onlyAccounts())).toThrow('Nobody can tell before deployment');
  });

  test('refuses what it cannot ask', () => {
    expect(() => expect(42 as any).toHold(Guarantee.tlsOnly())).toThrow('"received" is number');
    expect(() =>
      expect(stack.node.root.node.children[0].node.findChild('Plain').node.defaultChild).not.toHold(
        Guarantee.tlsOnly(),
      ),
    ).not.toThrow();
    expect(() => expect(new CfnParameter(new Stack(), 'P') as any).toHold(Guarantee.tlsOnly())).toThrow(
      'it must be a bucket',
    );
  });
});

describe('requests', () => {
  test('toAllowRequest and toDenyRequest', () => {
    const http = { action: 's3:GetObject', resource: 'Stack/Secure/x', context: { 'aws:SecureTransport': 'false' } };
    const https = { action: 's3:GetObject' };
    const only = new Stack(new App(), 'Only');
    new SecureBucket(only, 'Secure', { accessLogs: undefined });
    expect(secure.bucket).toBeDefined();
    const proof = Template.fromStack(only);
    const resource = `${only.getLogicalId((only.node.findChild('Secure') as SecureBucket).bucket.node.defaultChild as s3.CfnBucket)}/x`;
    expect(proof).toAllowRequest({ ...https, resource });
    expect(proof).not.toAllowRequest({ ...http, resource });
    expect(proof).toDenyRequest({ ...http, resource });
    expect(proof).not.toDenyRequest({ ...https, resource });
    expect(() => expect(proof).toAllowRequest({ ...http, resource })).toThrow(/Not allowed: .*StrongboxTlsOnly/);
    expect(() => expect(proof).toDenyRequest({ ...https, resource })).toThrow(/^Allowed: /);
    expect(() => expect(proof).not.toAllowRequest({ ...https, resource })).toThrow(/^Allowed: /);
  });
});

describe('names of what a request is about', () => {
  const request = { action: 's3:GetObject', context: { 'aws:SecureTransport': 'false' } };

  test.each(['Secure/x', 'Stack/Secure/x', 'Stack/Secure', 'Secure'])('%s', (resource) => {
    expect(stack).toDenyRequest({ ...request, resource });
    expect(stack).toAllowRequest({ action: 's3:GetObject', resource });
  });

  test('attributes of constructs', () => {
    expect(stack).toDenyRequest({ ...request, resource: secure.bucket.arnForObjects('x') });
    expect(stack).toAllowRequest({ ...request, resource: plain.arnForObjects('x') });
    expect(stack).toAllowRequest({ ...request, resource: plain.bucketName });
  });

  test('the nearest is told', () => {
    expect(() => expect(stack).toDenyRequest({ ...request, resource: 'Sekure/x' })).toThrow(/The nearest: Secure/);
    expect(() => expect(stack).toDenyRequest({ ...request, resource: 'Secure', principal: 'Reader' })).toThrow(
      /the templates have no role, user or function; or give "anonymous", an ARN/,
    );
  });
});
