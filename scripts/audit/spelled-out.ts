/**
 * A template whose references are replaced by what they give where resources have literal names; any other reference is
 * an error.
 */
export function spelledOut(template: any): any {
  const nameOf = (id: string): string => {
    const { Type, Properties } = template.Resources[id] ?? {};
    const name = { 'AWS::S3::Bucket': 'BucketName', 'AWS::Athena::WorkGroup': 'Name', 'AWS::SNS::Topic': 'TopicName' }[
      Type as string
    ];
    return name && typeof Properties[name] === 'string' ? Properties[name] : `{${id}}`;
  };
  const spell = (value: any): any => {
    if (Array.isArray(value)) return value.map(spell);
    if (typeof value !== 'object' || value === null) return value;
    const [[fn, argument], ...more] =
      Object.entries<any>(value).length > 0 ? Object.entries<any>(value) : [['', undefined]];
    if (more.length === 0 && fn === 'Ref') {
      return argument === 'AWS::Partition' ? 'aws' : argument === 'AWS::URLSuffix' ? 'amazonaws.com' : nameOf(argument);
    }
    if (more.length === 0 && fn === 'Fn::Join') return argument[1].map(spell).join(argument[0]);
    if (more.length === 0 && fn === 'Fn::GetAtt') {
      return template.Resources[argument[0]].Type === 'AWS::S3::Bucket'
        ? `arn:aws:s3:::${nameOf(argument[0])}`
        : `{${argument.join('.')}}`;
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spell(inner)]));
  };
  return spell(template);
}
