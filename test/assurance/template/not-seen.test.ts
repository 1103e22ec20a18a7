import { assess } from '../../../src/assurance/assessment';
import { review } from '../../../src/assurance/findings/review';
import { selectionOf } from '../../../src/assurance/findings/selection';
import { renderJson } from '../../../src/assurance/output/json';
import { renderText } from '../../../src/assurance/output/text';
import { renderReport } from '../../../src/assurance/report/html';

const template = {
  Resources: {
    Docs: {
      Type: 'AWS::S3::Bucket',
      Properties: { LoggingConfiguration: { DestinationBucketName: { 'Fn::ImportValue': 'log-bucket' } } },
    },
    Child: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://example.com/child.json' } },
    Everywhere: { Type: 'AWS::CloudFormation::StackSet', Properties: {} },
    Ready: { Type: 'My::Own::Thing::MODULE' },
    Fast: { Type: 'AWS::S3Express::DirectoryBucket' },
    Tables: { Type: 'AWS::S3Tables::TableBucket' },
    Vectors: { Type: 'AWS::S3Vectors::VectorBucket' },
    Topic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { 'Fn::ImportValue': 'a-name' } } },
  },
};
const EXPECTED = ['App/Child', 'App/Docs', 'App/Everywhere', 'App/Fast', 'App/Ready', 'App/Tables', 'App/Vectors'];

test('what is deployed and not looked at is told', () => {
  const assessment = assess([{ stack: 'App', template }]);
  expect(assessment.notSeen.map(({ path }) => path).sort()).toEqual(EXPECTED);
  const reviewed = review(assessment, { selection: selectionOf({}) });
  const text = renderText(reviewed);
  expect(text).toMatch(/^[^\n]*7 not seen\n/);
  expect(text).toMatch('App/Docs: imports "log-bucket" of a stack that is not among the templates');
  expect(JSON.parse(renderJson(reviewed)).notSeen).toHaveLength(7);
  expect(renderReport(review(assessment, { selection: selectionOf({}) }), { title: 'App' })).toMatch(
    /Not seen, or not judged[^]*App\/Fast/,
  );
});

test('of a SAM template, what its transform makes is not seen, and what is proved rests on an axiom', () => {
  const bucket = { Type: 'AWS::S3::Bucket' };
  const role = { 'Fn::GetAtt': ['Role', 'Arn'] };
  const of = (Transform?: string) =>
    assess([
      {
        stack: 'App',
        template: {
          Transform,
          Resources: {
            Docs: bucket,
            Made: { Type: 'AWS::Serverless::Function', Properties: { Policies: ['AmazonS3FullAccess'] } },
            Own: { Type: 'AWS::Serverless::Function', Properties: { Role: role } },
            Nested: { Type: 'AWS::Serverless::Application' },
            Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } },
          },
        },
      },
    ]);
  const sam = of('AWS::Serverless-2016-10-31');
  expect(sam.notSeen.map(({ path }) => path)).toEqual(['App/Made', 'App/Nested']);
  const axiomsOf = ({ judgements }: typeof sam) => [...new Set(judgements.flatMap(({ verdict }) => verdict.axioms))];
  expect(axiomsOf(sam)).toContain('sam-transform');
  expect(axiomsOf(of())).not.toContain('sam-transform');
});

test('what is among the templates is seen', () => {
  const logs = {
    Resources: { Logs: { Type: 'AWS::S3::Bucket' } },
    Outputs: { Name: { Value: { Ref: 'Logs' }, Export: { Name: 'log-bucket' } } },
  };
  const child = { Resources: { Inner: { Type: 'AWS::S3::Bucket' } } };
  const { notSeen } = assess([
    { stack: 'App', template },
    { stack: 'Logs', template: logs },
    { stack: 'App/Child', template: child, nestedIn: { stack: 'App', logicalId: 'Child' } },
  ]);
  expect(notSeen.map(({ path }) => path)).not.toEqual(expect.arrayContaining(['App/Docs']));
  expect(notSeen.map(({ path }) => path)).not.toEqual(expect.arrayContaining(['App/Child']));
});
