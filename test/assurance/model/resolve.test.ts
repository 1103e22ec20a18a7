import { resolveTemplates } from '../../../src/assurance/model/resolve';
import { type TemplateInput } from '../../../src/assurance/template/assembly';
import { shown } from '../../../src/assurance/template/unknown';

const own = { account: '111122223333', region: 'eu-west-1' };

/** The value as it comes out in a bucket's properties. */
function value(raw: any, template: any = {}, more: TemplateInput[] = []): any {
  const Resources = { X: { Type: 'AWS::S3::Bucket', Properties: { Value: raw } }, ...template.Resources };
  const model = resolveTemplates([{ stack: 'Main', template: { ...template, Resources }, ...own }, ...more]);
  const found = model.resources.find(({ stack, logicalId }) => stack === 'Main' && logicalId === 'X')!.properties.Value;
  return typeof found === 'string' ? shown(found) : found;
}

const parts = {
  Resources: {
    Named: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { 'Fn::Sub': '${AWS::AccountId}-docs' } } },
    Role: { Type: 'AWS::IAM::Role', Properties: { Path: '/team/', RoleName: 'app' } },
    Key: { Type: 'AWS::KMS::Key', Properties: {} },
    Custom: { Type: 'Custom::Thing', Properties: {} },
    Loop: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'Loop' } } },
  },
  Parameters: {
    Stage: { Type: 'String', Default: 'dev' },
    Fixed: { Type: 'String', Default: 'eu', AllowedValues: ['eu'] },
  },
  Mappings: { Map: { eu: { name: 'europe' } } },
  Conditions: {
    Yes: { 'Fn::Equals': ['a', 'a'] },
    No: { 'Fn::Not': [{ Condition: 'Yes' }] },
    Open: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] },
  },
};

test.each<[any, any]>([
  ['text', 'text'],
  [{ Ref: 'AWS::Region' }, 'eu-west-1'],
  [{ Ref: 'Named' }, '111122223333-docs'],
  [{ 'Fn::GetAtt': ['Named', 'Arn'] }, 'arn:aws:s3:::111122223333-docs'],
  [{ 'Fn::GetAtt': 'X.Arn' }, 'arn:aws:s3:::{Main.X}'],
  [{ 'Fn::GetAtt': ['Role', 'Arn'] }, 'arn:aws:iam::111122223333:role/team/app'],
  [{ 'Fn::GetAtt': ['Key', 'Arn'] }, 'arn:aws:kms:eu-west-1:111122223333:key/{Main.Key}'],
  [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }]] }, 'a-eu-west-1'],
  [{ 'Fn::Sub': ['${a}/${!b}/${Named.Arn}', { a: 'x' }] }, 'x/${b}/arn:aws:s3:::111122223333-docs'],
  [{ 'Fn::Select': ['1', { 'Fn::Split': [',', 'a,b'] }] }, 'b'],
  [{ 'Fn::FindInMap': ['Map', { Ref: 'Fixed' }, 'name'] }, 'europe'],
  [{ 'Fn::FindInMap': ['Map', 'eu', 'name'] }, 'europe'],
  [{ 'Fn::If': ['Yes', 'a', 'b'] }, 'a'],
  [{ 'Fn::If': ['No', 'a', 'b'] }, 'b'],
  [['a', { Ref: 'AWS::NoValue' }], ['a']],
  [{ 'Fn::ImportValue': 'nowhere' }, '<unknown export nowhere of 111122223333 in eu-west-1>'],
  [{ 'Fn::GetAtt': ['Custom', 'Arn'] }, '<unknown Main.Custom.Arn>'],
  [{ 'Fn::Join': ['', ['a-', { Ref: 'Stage' }]] }, 'a-<parameter Stage>'],
])('%j is %j', (raw, expected) => {
  expect(value(raw, parts)).toEqual(expected);
});

test('exports of another stack of the account and region, parameters and outputs of a nested one', () => {
  const exporting: TemplateInput = {
    stack: 'Other',
    ...own,
    template: {
      Resources: { B: { Type: 'AWS::S3::Bucket' } },
      Outputs: { O: { Value: { 'Fn::GetAtt': ['B', 'Arn'] }, Export: { Name: 'shared' } } },
    },
  };
  expect(value({ 'Fn::ImportValue': 'shared' }, {}, [exporting])).toBe('arn:aws:s3:::{Other.B}');
  expect(value({ 'Fn::ImportValue': 'shared' }, {}, [{ ...exporting, region: 'us-east-1' }])).toBe(
    '<unknown export shared of 111122223333 in eu-west-1>',
  );

  const nested: TemplateInput = {
    stack: 'Main/Child',
    ...own,
    nestedIn: { stack: 'Main', logicalId: 'Child' },
    template: {
      Parameters: { P: { Type: 'String' } },
      Resources: {},
      Outputs: { O: { Value: { 'Fn::Sub': 'got ${P}' } } },
    },
  };
  const child = {
    Resources: {
      Child: { Type: 'AWS::CloudFormation::Stack', Properties: { Parameters: { P: { Ref: 'AWS::Region' } } } },
    },
  };
  expect(value({ 'Fn::GetAtt': ['Child', 'Outputs.O'] }, child, [nested])).toBe('got eu-west-1');
});

test.each<[any, string]>([
  [{ Ref: 'Nope' }, 'Main, X.Properties.Value refers to "Nope", which the template does not have'],
  [{ 'Fn::Nope': 1 }, 'Main, X.Properties.Value uses Fn::Nope, which is not understood'],
  [{ Ref: 'Loop' }, 'leads through more than 200 references or levels: a circle, or too deep'],
  [{ 'Fn::If': ['Nope', 'a', 'b'] }, 'names the condition "Nope", which "Conditions" does not have'],
  [{ 'Fn::Select': ['5', ['a']] }, 'selects item 5 of 1'],
  [{ 'Fn::FindInMap': ['Map', 'us', 'name'] }, 'looks for Map/us/name, which "Mappings" does not have'],
])('%j is an error that names the place', (raw, message) => {
  expect(() => value(raw, parts)).toThrow(message);
});

test('recursive imports are an error, not a hang', () => {
  const circle = (stack: string, name: string, other: string): TemplateInput => ({
    stack,
    ...own,
    template: { Resources: {}, Outputs: { O: { Value: { 'Fn::ImportValue': other }, Export: { Name: name } } } },
  });
  expect(() => value({ 'Fn::ImportValue': 'a' }, {}, [circle('A', 'a', 'b'), circle('B', 'b', 'a')])).toThrow(
    /a circle/,
  );
});

test('a resource under a closed condition is not there; what is no template is refused', () => {
  const conditional = {
    Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
    Resources: { C: { Type: 'AWS::S3::Bucket', Condition: 'No' } },
  };
  expect(resolveTemplates([{ stack: 'Main', template: conditional }]).buckets).toHaveLength(0);
  expect(() => resolveTemplates([{ stack: 'Main', template: [] }])).toThrow(
    'Stack Main is not a CloudFormation template',
  );
  expect(() =>
    resolveTemplates([
      { stack: 'Main', template: {} },
      { stack: 'Main', template: {} },
    ]),
  ).toThrow('Stack Main is there twice');
});
