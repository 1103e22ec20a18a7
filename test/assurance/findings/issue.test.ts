import { assess } from '../../../src/assurance/assessment';
import { issuesOf } from '../../../src/assurance/findings/issue';

const open = {
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: { 'Fn::Sub': '${Data.Arn}/*' },
};

const off = { BlockPublicAcls: true, BlockPublicPolicy: false, IgnorePublicAcls: true, RestrictPublicBuckets: false };

function issues(statements: unknown[]) {
  const template = {
    Parameters: { Stage: { Type: 'String' } },
    Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
    Resources: {
      Data: { Type: 'AWS::S3::Bucket', Properties: { PublicAccessBlockConfiguration: off } },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Data' },
          PolicyDocument: { Version: '2012-10-17', Statement: statements },
        },
      },
    },
  };
  return issuesOf(assess([{ stack: 'S', template, account: '111122223333', region: 'eu-west-1' }]));
}

test('a finding that depends on a condition names it', () => {
  const [worst] = issues([{ 'Fn::If': ['IsProd', { Ref: 'AWS::NoValue' }, open] }]);
  expect(worst.sentence).toMatch(/ can call s3:GetObject on any object: .*, when IsProd is false$/);
});

test('a finding that depends on none names none', () => {
  expect(issues([open])[0].sentence).not.toContain('when');
});

test('a sentence of a lint has no full stop, since whoever shows it adds one', () => {
  const sentences = issues([{ ...open, Action: 's3:GetObjekt' }]).map(({ sentence }) => sentence);
  expect(sentences.filter((sentence) => sentence.endsWith('.'))).toEqual([]);
});
