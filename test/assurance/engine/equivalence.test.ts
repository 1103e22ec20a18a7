import type { Environment } from '../../../src/assurance/engine/environment';
import { difference } from '../../../src/assurance/engine/equivalence';
import { parsePolicy } from '../../../src/assurance/engine/policy';

const BUCKET = 'arn:aws:s3:::docs';
const TARGETS = [
  { kind: 'object', arn: BUCKET, keys: ['*'] },
  { kind: 'bucket', arn: BUCKET },
];

const environment = (...statements: any[]): Environment => ({
  account: '111122223333',
  otherIdentities: 'everything',
  resourcePolicies: [parsePolicy({ Version: '2012-10-17', Statement: statements }, 'policy')],
});
const deny = (more: any) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [BUCKET, `${BUCKET}/*`],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  ...more,
});
const compare = (a: any, b: any) => difference(environment(deny(a)), environment(deny(b)), TARGETS, ['s3:*']);

test.each([
  ['itself', {}, {}],
  ['the key in other letters', {}, { Condition: { Bool: { 'AWS:securetransport': 'false' } } }],
  ['IfExists on a key that is always there', {}, { Condition: { BoolIfExists: { 'aws:SecureTransport': 'false' } } }],
  ['everything instead of the bucket and its objects', {}, { Resource: '*' }],
  [
    'StringLike without a wildcard',
    { Condition: { StringEquals: { 's3:x-amz-acl': 'private' } } },
    { Condition: { StringLike: { 's3:x-amz-acl': 'private' } } },
  ],
  ['a statement that another one covers', { Resource: '*' }, { Resource: ['*', BUCKET] }],
])('%s makes no difference', (_, a, b) => {
  expect(compare(a, b)).toBeUndefined();
});

test.each([
  ['without objects', { Resource: BUCKET }, { context: { 'aws:securetransport': 'false' } }],
  ['without the bucket', { Resource: `${BUCKET}/*` }, { resource: BUCKET }],
  ['the other value', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }, {}],
  ['for one service only', { Principal: { Service: 'logging.s3.amazonaws.com' } }, {}],
  ['one action only', { Action: 's3:GetObject' }, {}],
])('%s is told apart by a request', (_, spoilt, expected) => {
  expect(compare({}, spoilt)).toMatchObject(expected);
  expect(compare(spoilt, {})).toBeDefined();
});
