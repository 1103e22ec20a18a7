import { messages, resource } from './resources';
import { unknown } from '../../../src/assurance/template/unknown';

/** A mistake of every statement: a Sid that IAM refuses, and an operator that does not exist. */
const WRONG = { Effect: 'Allow', Principal: '*', Condition: { StringEqual: { 'aws:username': 'x' } } };
const document = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const ID = 'policy-malformed';

test.each([
  ['AWS::SQS::QueuePolicy', 'PolicyDocument', 'sqs:*'],
  ['AWS::IAM::Policy', 'PolicyDocument', 'dynamodb:GetItem'],
  ['AWS::IAM::ManagedPolicy', 'PolicyDocument', 'sts:AssumeRole'],
])('%s of %s is not the business of lints', (type, property, action) => {
  expect(
    messages(ID, resource(type, 'P', { [property]: document({ ...WRONG, Action: action, Resource: '*' }) })),
  ).toEqual([]);
});

test.each(['s3:GetObject', 'S3:*', 's*', 'kms:Decrypt', 's3-object-lambda:GetObject', '*'])('%s is', (action) => {
  const policy = resource('AWS::IAM::Policy', 'P', {
    PolicyDocument: document({ ...WRONG, Principal: undefined, Action: action, Resource: '*' }),
  });
  expect(messages(ID, policy)).toContainEqual(expect.stringContaining('"StringEqual"'));
});

test('a statement of another service beside one of S3 is left alone', () => {
  const policy = resource('AWS::IAM::Policy', 'P', {
    PolicyDocument: document(
      { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
      { ...WRONG, Principal: undefined, Action: 'sqs:SendMessage', Resource: '*' },
    ),
  });
  expect(messages(ID, policy)).toEqual([]);
});

describe('endpoints', () => {
  const endpoint = (service: string, action: string) =>
    messages(
      ID,
      resource('AWS::EC2::VPCEndpoint', 'E', {
        ServiceName: service,
        PolicyDocument: document({ ...WRONG, Action: action, Resource: '*' }),
      }),
    );

  test('of S3 and KMS', () => {
    expect(endpoint('com.amazonaws.eu-west-1.s3', '*')).toHaveLength(1);
    expect(endpoint(`com.amazonaws.${unknown('AWS::Region')}.kms`, '*')).toHaveLength(1);
    expect(endpoint('com.amazonaws.eu-west-1.sqs', '*')).toEqual([]);
    expect(endpoint(unknown('Service'), 's3:GetObject')).toHaveLength(1);
    expect(endpoint(unknown('Service'), '*')).toEqual([]);
  });
});

describe('trust policies', () => {
  const role = (properties: any) =>
    resource('AWS::IAM::Role', 'Role', {
      AssumeRolePolicyDocument: document({ ...WRONG, Action: 'sts:AssumeRole' }),
      ...properties,
    });
  const identity = (action: string) => document({ Effect: 'Allow', Action: action, Resource: '*' });

  test('of roles that reach S3', () => {
    const reached = [expect.stringContaining('"StringEqual"')];
    expect(messages(ID, role({ Policies: [{ PolicyDocument: identity('s3:GetObject') }] }))).toEqual(reached);
    expect(messages(ID, role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonS3FullAccess'] }))).toEqual(reached);
    const attached = (roles: string[]) =>
      resource('AWS::IAM::Policy', 'P', { Roles: roles, PolicyDocument: identity('kms:Decrypt') });
    expect(messages(ID, role({}), attached(['{Stack.Role}']))).toEqual(reached);
    expect(messages(ID, role({ RoleName: 'app' }), attached(['app']))).toEqual(reached);
    const managed = resource('AWS::IAM::ManagedPolicy', 'M', { PolicyDocument: identity('s3:*') });
    const arn = 'arn:aws:iam::111122223333:policy/{Stack.M}';
    expect(messages(ID, role({ ManagedPolicyArns: [arn] }), managed)).toEqual(reached);
    expect(messages(ID, role({}), attached(['{Stack.Other}']), managed)).toEqual([]);
  });

  test('of other roles', () => {
    expect(messages(ID, role({ Policies: [{ PolicyDocument: identity('sqs:*') }] }))).toEqual([]);
    expect(messages(ID, role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSLambdaExecute'] }))).toEqual([]);
    expect(messages(ID, role({ ManagedPolicyArns: unknown('Arns') }))).toEqual([]);
  });
});
