import { bucket, BUCKET, bucketPolicy, denial, messages, OBJECTS, ref, resource } from './resources';
import { unknown } from '../../../src/assurance/template/unknown';

const inPolicy = (id: string, statement: any) => messages(id, bucketPolicy(denial(statement)));

describe('principal-malformed', () => {
  const aws = (value: string) => inPolicy('principal-malformed', { Principal: { AWS: value } });

  test.each([
    ['cloudtrail.amazonaws.com', 'name it under "Service"'],
    ['12345678901', 'has 11 digits'],
    ['arn:aws:iam::1234567890:root', 'has 10 digits'],
    ['arn:aws:iam:111122223333:root', 'a colon is missing'],
    ['arn:aws:iam:::root', 'has no account'],
    ['arn:aws:iam:eu-west-1:111122223333:root', 'has a Region'],
    ['arn:aws:iam::111122223333:group/admins', 'is a group'],
    ['arn:aws:iam::111122223333:Role/app', 'is not the ARN of an account, a user or a role'],
    ['arn:aws:iam::111122223333:oidc-provider/example.com', 'under "Federated"'],
    ['arn:aws:sts::111122223333:assumed-role/app', 'is not the ARN of a session'],
    ['arn:aws:s3:::docs', 'is a resource of s3'],
    ['arn:aws:iam::${AWS::AccountId}:root', 'Fn::Sub is missing'],
    ['root', 'is not a principal'],
  ])('%s', (value, expected) => expect(aws(value)).toEqual([expect.stringContaining(expected)]));

  test.each([
    '*',
    '111122223333',
    'arn:aws-cn:iam::111122223333:root',
    'arn:aws:iam::111122223333:role/service-role/app',
    'arn:aws:sts::111122223333:assumed-role/app/session',
    'arn:aws:sts::111122223333:federated-user/x',
    'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1',
    'arn:aws:iam::${self:custom.account}:root',
    'AIDACKCEVSQ6C2EXAMPLE',
    unknown('Account'),
    `arn:aws:iam::${unknown('Account')}:root`,
    '{Stack.Role.Arn}',
  ])('%s is one', (value) => expect(aws(value)).toEqual([]));

  test('an account is not a service', () => {
    expect(inPolicy('principal-malformed', { Principal: { Service: '111122223333' } })).toEqual([
      expect.stringContaining('under "AWS"'),
    ]);
  });
});

describe('unknown-service-principal', () => {
  const service = (value: string) => inPolicy('unknown-service-principal', { Principal: { Service: value } });

  test.each([
    ['loging.s3.amazonaws.com', 'Did you mean "logging.s3.amazonaws.com"?'],
    ['cloudtrial.amazonaws.com', 'Did you mean "cloudtrail.amazonaws.com"?'],
    ['s3', 'Did you mean "s3.amazonaws.com"?'],
    ['cloudtrail.amazonaws', 'must end in ".amazonaws.com"'],
    ['cloudfront.amazon.aws.com', 'must end in ".amazonaws.com"'],
  ])('%s', (value, expected) => expect(service(value)).toEqual([expect.stringContaining(expected)]));

  test.each([
    'logging.s3.amazonaws.com',
    'logs.eu-west-1.amazonaws.com',
    'guardduty.il-central-1.amazonaws.com',
    'ec2.amazonaws.com.cn',
    'a-service-of-tomorrow.amazonaws.com',
    'ecr.amazonaws.com',
    'alexa-appkit.amazon.com',
    unknown('Service'),
    `logs.${unknown('AWS::Region')}.amazonaws.com`,
  ])('%s is left alone', (value) => expect(service(value)).toEqual([]));
});

describe('other-bucket-resource', () => {
  const policy = (name: string, ...arns: string[]) =>
    resource('AWS::S3::BucketPolicy', 'Policy', {
      Bucket: name,
      PolicyDocument: { Version: '2012-10-17', Statement: [denial({ Resource: arns })] },
    });
  const find = (one: ReturnType<typeof policy>) => messages('other-bucket-resource', bucket('A'), bucket('B'), one);

  test('another literal or generated name', () => {
    expect(find(policy('docs', BUCKET, 'arn:aws:s3:::logs/*'))).toEqual([
      '"arn:aws:s3:::logs/*" is not in "docs", to which this policy belongs: S3 refuses the policy.',
    ]);
    expect(find(policy('docs', 'arn:aws:s3:::log*'))).toHaveLength(1);
    expect(find(policy(ref('A'), `arn:aws:s3:::${ref('B')}/*`))).toEqual([expect.stringContaining('"Stack/A"')]);
    expect(find(policy(ref('A'), OBJECTS))).toHaveLength(1);
    expect(find(policy('docs', `arn:aws:s3:::${ref('B')}`))).toHaveLength(1);
  });

  test('its own, by name or pattern, and what is not known', () => {
    expect(find(policy('docs', BUCKET, OBJECTS, 'arn:aws:s3:::do*', 'arn:aws:s3:::*/x', '*'))).toEqual([]);
    expect(find(policy(ref('A'), `arn:aws:s3:::${ref('A')}/*`, 'arn:aws:s3:::stack-*'))).toEqual([]);
    expect(find(policy(unknown('Bucket'), OBJECTS))).toEqual([]);
    expect(find(policy('docs', `arn:aws:s3:::${unknown('Bucket')}/*`))).toEqual([]);
    expect(find(policy(ref('Elsewhere'), OBJECTS))).toEqual([]);
  });
});

describe('deny-everyone', () => {
  const deny = (statement: any) => inPolicy('deny-everyone', { Condition: undefined, ...statement });
  const key = (statement: any) =>
    messages(
      'deny-everyone',
      resource('AWS::KMS::Key', 'Key', {
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: { Effect: 'Deny', Principal: '*', Resource: '*', ...statement },
        },
      }),
    );

  test('everything', () => {
    expect(deny({})).toEqual([expect.stringContaining('is denied "s3:*"')]);
    expect(deny({ Condition: {}, Principal: { AWS: ['*'] } })).toHaveLength(1);
    expect(deny({ Resource: OBJECTS })).toHaveLength(1);
    expect(key({ Action: 'kms:*' })).toHaveLength(1);
  });

  test('what would repair it', () => {
    expect(deny({ Action: ['s3:PutBucketPolicy'], Resource: BUCKET })).toEqual([
      expect.stringContaining('only the root user'),
    ]);
    expect(key({ Action: 'kms:Put*' })).toHaveLength(1);
  });

  test.each([
    ['a condition', { Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    ['some actions', { Action: ['s3:DeleteObjectVersion', 's3:DeleteBucket'] }],
    ['some objects', { Resource: `${BUCKET}/sealed/*` }],
    ['a principal', { Principal: { AWS: '111122223333' } }],
  ])('%s', (_, statement) => expect(deny(statement)).toEqual([]));
});

describe('public-allow-blocked', () => {
  const ALLOW = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: OBJECTS, Condition: undefined };
  const find = (block: any, statement: any = {}) =>
    messages(
      'public-allow-blocked',
      bucket('Docs', { BucketName: 'docs', PublicAccessBlockConfiguration: block }),
      bucketPolicy(denial({ ...ALLOW, ...statement })),
    );
  const accessPoint = (properties: any) =>
    messages(
      'public-allow-blocked',
      resource('AWS::S3::AccessPoint', 'Point', {
        Policy: { Version: '2012-10-17', Statement: denial(ALLOW) },
        ...properties,
      }),
    );

  test('stated, and by default', () => {
    expect(find({ BlockPublicPolicy: true })).toEqual([
      expect.stringContaining('BlockPublicPolicy of "Stack/Docs" is'),
    ]);
    expect(find(undefined)).toEqual([expect.stringContaining('as every new bucket does by default')]);
    expect(find(undefined, { Condition: { StringLike: { 'aws:Referer': 'https://example.com/*' } } })).toHaveLength(1);
    expect(accessPoint({})).toEqual([expect.stringContaining('every access point')]);
  });

  test('not where it is meant, limited or not known', () => {
    expect(find({ BlockPublicPolicy: false })).toEqual([]);
    expect(find({ BlockPublicAcls: true })).toEqual([]);
    expect(find({ BlockPublicPolicy: unknown('Block') })).toEqual([]);
    expect(find(undefined, { Principal: { Service: 'cloudfront.amazonaws.com' } })).toEqual([]);
    expect(find(undefined, { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } })).toEqual([]);
    expect(find(undefined, { Effect: 'Deny' })).toEqual([]);
    expect(accessPoint({ VpcConfiguration: { VpcId: 'vpc-1' } })).toEqual([]);
    expect(accessPoint({ PublicAccessBlockConfiguration: { BlockPublicPolicy: false } })).toEqual([]);
  });
});

describe('cloudfront-log-acl', () => {
  const find = (domain: string, ownership?: string) =>
    messages(
      'cloudfront-log-acl',
      bucket('Logs', {
        BucketName: 'logs',
        ...(ownership && { OwnershipControls: { Rules: [{ ObjectOwnership: ownership }] } }),
      }),
      resource('AWS::CloudFront::Distribution', 'D', { DistributionConfig: { Logging: { Bucket: domain } } }),
    );

  test('ACLs are off', () => {
    expect(find('logs.s3.amazonaws.com', 'BucketOwnerEnforced')).toEqual([expect.stringContaining('"Stack/Logs"')]);
    expect(find(unknown('Stack.Logs.RegionalDomainName'), 'BucketOwnerEnforced')).toHaveLength(1);
    expect(find('logs.s3.eu-west-1.amazonaws.com')).toEqual([expect.stringContaining('the default of new buckets')]);
  });

  test('ACLs are on, or it is another bucket', () => {
    expect(find('logs.s3.amazonaws.com', 'BucketOwnerPreferred')).toEqual([]);
    expect(find('logs.s3.amazonaws.com', unknown('Ownership'))).toEqual([]);
    expect(find('more-logs.s3.amazonaws.com', 'BucketOwnerEnforced')).toEqual([]);
    expect(find(unknown('Stack.Other.DomainName'), 'BucketOwnerEnforced')).toEqual([]);
  });
});

describe('lambda-policy-size', () => {
  const permissions = (count: number, of: (index: number) => string) =>
    messages(
      'lambda-policy-size',
      ...Array.from({ length: count }, (_, index) =>
        resource('AWS::Lambda::Permission', `Invoke${index}`, {
          FunctionName: of(index),
          Action: 'lambda:InvokeFunction',
          Principal: 's3.amazonaws.com',
          SourceArn: `arn:aws:s3:::a-bucket-with-a-rather-long-name-${index}`,
          SourceAccount: '111122223333',
        }),
      ),
    );

  test('many callers of one function', () => {
    expect(permissions(120, () => '{Stack.F.Arn}')).toEqual([expect.stringContaining('The 120 permissions')]);
    expect(permissions(60, () => '{Stack.F.Arn}')).toEqual([]);
    expect(permissions(120, (index) => `f${index % 2}`)).toEqual([]);
  });
});
