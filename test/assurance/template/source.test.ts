import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assess } from '../../../src/assurance/assessment';
import { readTemplateFile } from '../../../src/assurance/template/template-file';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strongbox-source-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function written(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
}

const JSON_TEXT = `{
  "Resources": {
    "Docs": { "Type": "AWS::S3::Bucket" },
    "P": {
      "Type": "AWS::S3::BucketPolicy",
      "Properties": {
        "Bucket": {"Ref": "Docs"},
        "PolicyDocument": { "Fn::If": ["Prod",
          { "Version": "2012-10-17", "Statement": [
            { "Sid": "a \\" } quoted {" },
            { "Effect": "Allow", "Action": [ "s3:GetObject",
              "s3:GetObjekt" ] }
          ] },
          {"Ref": "AWS::NoValue"}
        ] }
      }
    }
  }
}`;
const YAML_TEXT = `Resources:
  Docs: &docs
    Type: AWS::S3::Bucket
  P:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Docs
      PolicyDocument: !If
        - Prod
        - Version: '2012-10-17'
          Statement:
            - Sid: first
            - Effect: Allow
              Action:
                - s3:GetObject
                - s3:GetObjekt
        - !Ref AWS::NoValue
  Copy: *docs
`;
const ACTION = ['Resources', 'P', 'Properties', 'PolicyDocument', 'Statement', '1', 'Action', '1'];

test.each([
  ['a.json', JSON_TEXT, ACTION, 12, 15],
  ['a.json', JSON_TEXT, ['Resources', 'P', 'Properties', 'Bucket'], 7, 9],
  ['a.json', JSON_TEXT, ['Resources', 'Docs'], 3, 5],
  ['a.json', JSON_TEXT, ['Nothing'], 1, 1],
  ['a.yaml', YAML_TEXT, ACTION, 16, 19],
  ['a.yaml', YAML_TEXT, ['Resources', 'P', 'Properties', 'Bucket'], 7, 7],
  ['a.yaml', YAML_TEXT, ['Resources', 'Copy', 'Type'], 18, 3],
])('%s: where a part is written', (name, text, path, line, column) => {
  const file = written(name, text);
  expect(readTemplateFile(file).source.at(path)).toEqual({ file, line, column });
});

test('one item where a list is meant is found by the index of the list', () => {
  const file = written('one.json', '{"Resources": {"P": {"Statement":\n {"Action": "s3:*"}}}}');
  expect(readTemplateFile(file).source.at(['Resources', 'P', 'Statement', '0', 'Action'])).toMatchObject({ line: 2 });
});

test.each([
  ['comma.json', '{\n "Resources": {,}}', /comma\.json(, line 2)? is not JSON/],
  ['list.json', '[]', /list\.json is not a CloudFormation template/],
])('%s: no template is an error with its place', (name, text, message) => {
  expect(() => readTemplateFile(written(name, text))).toThrow(message);
});

test('verdicts, findings and what cannot be read name file and line', () => {
  const file = written(
    'lines.json',
    `{ "Resources": {
      "Docs": { "Type": "AWS::S3::Bucket",
        "Properties": { "Tags": { "Fn::Nothing": 1 } } },
      "P": { "Type": "AWS::S3::BucketPolicy", "Properties": { "Bucket": { "Ref": "Docs" }, "PolicyDocument": {
        "Version": "2012-10-17",
        "Statement": [ { "Effect": "Allow", "Principal": { "AWS": "111122223333" }, "Resource": "*",
          "Action": "s3:GetObjekt" } ] } } } } }`,
  );
  const { judgements, findings } = assess([{ stack: 'lines', ...readTemplateFile(file) }]);
  expect(judgements.map(({ verdict }) => verdict.location)).toContainEqual({ file, line: 2, column: 7 });
  expect(findings.find(({ lint }) => lint.id === 'unknown-action')?.source).toEqual({ file, line: 7, column: 11 });
});

test('what a template cannot be is told with its file and line', () => {
  const file = written(
    'odd.yaml',
    'Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketEncryption: 7\n',
  );
  const { problems } = assess([{ stack: 'odd', ...readTemplateFile(file) }]);
  expect(problems).toEqual([expect.stringContaining(`${file}:5) is 7; an object is needed`)]);
});

test.each([
  [
    'twice.json',
    `{"Resources": {"Other": {"Type": "AWS::S3::Bucket"},
       "A": {"Type": "AWS::S3::Bucket"},
       "A": {"Type": "AWS::S3::Bucket"}}}`,
    3,
    'A',
  ],
  [
    'twice.yaml',
    `Resources:
  Other: {Type: AWS::S3::Bucket}
  A: {Type: AWS::S3::Bucket, DeletionPolicy: Retain,
    DeletionPolicy: Delete}
`,
    4,
    'DeletionPolicy',
  ],
])('%s: a key twice in a resource: it is not judged, and the rest is', (name, text, line, key) => {
  const file = written(name, text);
  const { judgements, problems } = assess([{ stack: 'twice', ...readTemplateFile(file) }]);
  expect(problems).toEqual([expect.stringContaining(`${file}:${line}) has the key "${key}" twice`)]);
  expect(new Set(judgements.map(({ verdict }) => verdict.subject))).toEqual(new Set(['twice/Other']));
});

test('a key twice elsewhere: nothing is judged', () => {
  const file = written(
    'parameters.json',
    '{"Parameters": {"A": {"Type": "String"},\n "A": {"Type": "Number"}}, "Resources": {}}',
  );
  expect(() => assess([{ stack: 'twice', ...readTemplateFile(file) }])).toThrow(`${file}:2) has the key "A" twice`);
});
