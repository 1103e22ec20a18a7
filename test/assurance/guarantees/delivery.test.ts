import { Guarantee, DeliveryGuarantees, Proof } from '../../../src';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';

interface Case {
  readonly bucket?: object;
  readonly statements?: object[];
  readonly key?: object[];
  readonly more?: object;
}

function prove(guarantee: Guarantee, { bucket = {}, statements = [], key, more = {} }: Case) {
  const encryption = key && {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] } },
        },
      ],
    },
  };
  const root = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' };
  const template = {
    Resources: {
      Docs: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'docs', ...encryption, ...bucket } },
      ...(statements.length > 0 && {
        Policy: {
          Type: 'AWS::S3::BucketPolicy',
          Properties: { Bucket: 'docs', PolicyDocument: { Version: '2012-10-17', Statement: statements } },
        },
      }),
      ...(key && {
        Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17', Statement: [root, ...key] } } },
      }),
      ...more,
    },
  };
  return () =>
    Proof.ofTemplate(template as any, { account: ACCOUNT, region: REGION }).holds(guarantee, { subject: 'Docs' });
}

const allow = (Service: string, Action: unknown, where: string, Condition: object = {}) => ({
  Effect: 'Allow',
  Principal: { Service },
  Action,
  Resource: where.startsWith('*') ? '*' : `arn:aws:s3:::docs${where}`,
  Condition,
});
const from = (arn: string) => ({ StringEquals: { 'aws:SourceAccount': ACCOUNT }, ArnLike: { 'aws:SourceArn': arn } });
const works = (of: Case) => prove(DeliveryGuarantees.work(), of);
const here = (...statements: object[]) => prove(DeliveryGuarantees.onlyFromHere(), { statements });
const changeable = (...statements: object[]) => prove(Guarantee.policyChangeable(), { statements });

describe('load balancers', () => {
  const more = {
    Balancer: {
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      Properties: {
        LoadBalancerAttributes: [
          { Key: 'access_logs.s3.enabled', Value: 'true' },
          { Key: 'access_logs.s3.bucket', Value: { Ref: 'Docs' } },
        ],
      },
    },
  };
  const put = (Principal: object) => [
    { Effect: 'Allow', Principal, Action: 's3:PutObject', Resource: `arn:aws:s3:::docs/AWSLogs/${ACCOUNT}/*` },
  ];
  test('write with SSE-S3, by the service or by its account', () => {
    expect(
      works({ more, statements: put({ Service: 'logdelivery.elasticloadbalancing.amazonaws.com' }) }),
    ).not.toThrow();
    expect(works({ more, statements: put({ AWS: 'arn:aws:iam::156460612806:root' }) })).not.toThrow();
  });
  test('are refused without a statement, and cannot write with SSE-KMS', () => {
    expect(works({ more })).toThrow(/is refused/);
    expect(
      works({ more, key: [], statements: put({ Service: 'logdelivery.elasticloadbalancing.amazonaws.com' }) }),
    ).toThrow(/cannot work on a bucket with SSE-KMS.*LoggingBucket/);
  });
});

describe('flow logs', () => {
  const more = {
    Flow: {
      Type: 'AWS::EC2::FlowLog',
      Properties: { LogDestinationType: 's3', LogDestination: { 'Fn::GetAtt': ['Docs', 'Arn'] } },
    },
  };
  const source = from(`arn:aws:logs:${REGION}:${ACCOUNT}:*`);
  const statements = [
    allow('delivery.logs.amazonaws.com', 's3:GetBucketAcl', '', source),
    allow('delivery.logs.amazonaws.com', 's3:PutObject', `/AWSLogs/${ACCOUNT}/*`, {
      ...source,
      StringEquals: { ...source.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' },
    }),
  ];
  const documented = allow(
    'delivery.logs.amazonaws.com',
    ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    '*',
    source,
  );
  test('need the policy of the bucket', () => {
    expect(works({ more, statements })).not.toThrow();
    expect(works({ more, statements: [statements[1]] })).toThrow(/s3:GetBucketAcl/);
    expect(works({ more, statements: [statements[0]] })).toThrow(/s3:PutObject/);
  });
  test('need the policy of the key', () => {
    expect(works({ more, statements, key: [documented] })).not.toThrow();
    expect(works({ more, statements, key: [] })).toThrow(/kms:GenerateDataKey/);
  });
  test(
    'are not proved with a key that gives data keys and decrypts nothing, since a delivery may come in ' + 'parts',
    () => {
      const writes = allow('delivery.logs.amazonaws.com', ['kms:GenerateDataKey*'], '*', source);
      expect(works({ more, statements, key: [writes] })).toThrow(/UNKNOWN delivery-works/);
    },
  );
});

describe('a trail', () => {
  const more = (properties: object) => ({
    Trail: {
      Type: 'AWS::CloudTrail::Trail',
      Properties: { S3BucketName: 'docs', TrailName: 'audit', IsLogging: true, ...properties },
    },
  });
  const pinned = { StringEquals: { 'aws:SourceArn': `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/audit` } };
  const statements = [
    allow('cloudtrail.amazonaws.com', 's3:GetBucketAcl', '', pinned),
    allow('cloudtrail.amazonaws.com', 's3:PutObject', `/logs/AWSLogs/${ACCOUNT}/*`, pinned),
  ];
  test('that the policy pins by its ARN and prefix delivers', () =>
    expect(works({ more: more({ S3KeyPrefix: 'logs' }), statements })).not.toThrow());
  test('with another prefix or name does not', () => {
    expect(works({ more: more({}), statements })).toThrow(/is refused/);
    expect(works({ more: more({ S3KeyPrefix: 'logs', TrailName: 'other' }), statements })).toThrow(/is refused/);
  });
});

test('inventory and mail need the key of the bucket', () => {
  const inventory = {
    Source: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: 'source',
        InventoryConfigurations: [{ Destination: { BucketArn: 'arn:aws:s3:::docs', Prefix: 'lists' } }],
      },
    },
  };
  const mail = {
    Rule: {
      Type: 'AWS::SES::ReceiptRule',
      Properties: { RuleSetName: 'set', Rule: { Name: 'rule', Actions: [{ S3Action: { BucketName: 'docs' } }] } },
    },
  };
  const lists = from('arn:aws:s3:::source');
  const mails = from(`arn:aws:ses:${REGION}:${ACCOUNT}:receipt-rule-set/set:receipt-rule/rule`);
  for (const [more, service, source] of [
    [inventory, 's3.amazonaws.com', lists],
    [mail, 'ses.amazonaws.com', mails],
  ] as const) {
    const statements = [allow(service, 's3:PutObject', '/*', source)];
    expect(works({ more, statements, key: [] })).toThrow(/kms:GenerateDataKey/);
    expect(
      works({ more, statements, key: [allow(service, ['kms:GenerateDataKey*', 'kms:Decrypt'], '*', source)] }),
    ).not.toThrow();
  }
});

test('legacy logs of CloudFront need ACLs', () => {
  const more = {
    Cdn: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: { DistributionConfig: { Logging: { Bucket: { 'Fn::GetAtt': ['Docs', 'RegionalDomainName'] } } } },
    },
  };
  expect(works({ more })).toThrow(/ACLs disabled.*standard logging v2/);
});

test('what only the deployment knows is not proved', () => {
  const more = {
    Other: {
      Type: 'Custom::Answer',
      Properties: { ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:answer' },
    },
    Flow: {
      Type: 'AWS::EC2::FlowLog',
      Properties: { LogDestinationType: { 'Fn::GetAtt': ['Other', 'Value'] }, LogDestination: 'arn:aws:s3:::docs' },
    },
  };
  expect(works({ more })).toThrow(/unknown/i);
});

test('services act for the account or organization', () => {
  const read = (condition?: object) => allow('cloudfront.amazonaws.com', 's3:GetObject', '/*', condition);
  expect(
    here(read({ StringEquals: { 'aws:SourceArn': `arn:aws:cloudfront::${ACCOUNT}:distribution/EDFDVBD6EXAMPLE` } })),
  ).not.toThrow();
  expect(here(read())).toThrow(/cloudfront/);
  const trail = (condition?: object) => allow('cloudtrail.amazonaws.com', 's3:PutObject', '/*', condition);
  expect(here(trail({ StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5' } }))).not.toThrow();
  expect(here(trail({ StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } }))).toThrow(/cloudtrail/);
  expect(here(trail({ StringEquals: { 'aws:SourceAccount': '444455556666' } }))).toThrow(/444455556666/);
  // Of Classic Load Balancers no page says that they state their source, so the keys bound them as well.
  const balancer = (keys: string, condition?: object) =>
    allow('logdelivery.elasticloadbalancing.amazonaws.com', 's3:PutObject', keys, condition);
  expect(here(balancer(`/logs/AWSLogs/${ACCOUNT}/*`))).not.toThrow();
  expect(here(balancer('/logs/AWSLogs/444455556666/*'))).toThrow(/logdelivery/);
  expect(here(balancer('/*'))).toThrow(/logdelivery/);
  const own = { 'aws:SourceArn': `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:loadbalancer/*` };
  expect(here(balancer('/*', { ArnLike: own }))).not.toThrow();
  // No page says anything of the source of this one, nor do its keys.
  expect(here(allow('appstream.amazonaws.com', 's3:GetObject', '/*'))).not.toThrow();
});

test('somebody can change the policy', () => {
  const deny = (Condition?: object) => ({
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: ['arn:aws:s3:::docs', 'arn:aws:s3:::docs/*'],
    Condition,
  });
  expect(changeable(deny())).toThrow(/s3:PutBucketPolicy/);
  expect(changeable(deny({ StringNotEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } }))).toThrow(/s3:PutBucketPolicy/);
  expect(changeable(deny({ Bool: { 'aws:SecureTransport': 'false' } }))).not.toThrow();
  expect(
    changeable(deny({ ArnNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/deploy` } })),
  ).not.toThrow();
});
