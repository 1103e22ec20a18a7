import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';

import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  BucketDelivery,
  BucketPerimeter,
  BucketReadersOnly,
  BucketWritersOnly,
  Delivery,
  Encryption,
  LoggingBucket,
  Perimeter,
  Retention,
  SecureBucket,
  WormArchive,
} from '../../../src';
import { DELIVERIES } from '../../../src/model/delivery/table';
import { ACCOUNT, REGION } from '../../support/app';
import { controlContract } from '../../support/control-contract';
import { role } from '../../support/people';

type Json = Record<string, any>;

const stackIn = (region = REGION) =>
  new Stack(new App({ treeMetadata: false }), 'Stack', { env: { account: ACCOUNT, region } });
const statementsOf = (stack: Stack, type: 'bucket' | 'key', id = '') => {
  const template = Template.fromStack(stack);
  const [kind, document] =
    type === 'bucket' ? ['AWS::S3::BucketPolicy', 'PolicyDocument'] : ['AWS::KMS::Key', 'KeyPolicy'];
  return Object.entries(template.findResources(kind))
    .filter(([name]) => name.startsWith(id))
    .flatMap(([, resource]) => resource.Properties[document].Statement as Json[]);
};
const bySid = (statements: Json[], sid: string) => statements.find(({ Sid }) => Sid === sid);

describe('the contract of a control', () =>
  controlContract({
    make: () => new BucketDelivery(Delivery.vpcFlowLogs()),
    refusesImported: true,
    effect: (_bucket, statements) => {
      expect(bySid(statements, 'StrongboxVpcFlowLogs')).toMatchObject({
        Effect: 'Allow',
        Principal: { Service: 'delivery.logs.amazonaws.com' },
        Action: 's3:PutObject',
      });
    },
  }));

const FACTORIES = Object.getOwnPropertyNames(Delivery).filter(
  (name) => typeof (Delivery as unknown as Json)[name] === 'function' && !['of', 'cloudFront'].includes(name),
);

test('every row that a bucket policy can allow has a call of its own, which the table names', () => {
  const named = DELIVERIES.flatMap(({ allow }) => /^allowDelivery\(Delivery\.(\w+)\(/.exec(allow ?? '')?.[1] ?? []);
  expect([...new Set(named)].sort()).toEqual([...FACTORIES, 'cloudFront'].sort());
});

test.each(FACTORIES)('%s: the permission names the service, its actions and its source', (name) => {
  const delivery = (Delivery as unknown as Json)[name]({ prefix: 'logs/' }) as Delivery;
  const row = DELIVERIES.find(({ id }) => id === delivery.id)!;
  const stack = stackIn();
  const bucket = new s3.Bucket(stack, 'Bucket', { bucketName: 'aws-waf-logs-acme' }).with(new BucketDelivery(delivery));
  const allowed = statementsOf(stack, 'bucket').filter(({ Sid }) => Sid.startsWith('Strongbox'));
  expect(allowed.flatMap(({ Action }) => [Action].flat()).sort()).toEqual(
    [...row.bucketActions, ...row.objectActions].sort(),
  );
  for (const { Principal, Condition, Resource, Action } of allowed) {
    const conditions = JSON.stringify(Condition ?? {});
    if (row.caller === 'service') {
      expect(JSON.stringify(Principal)).toContain(row.principal.replace('{region}', REGION));
    }
    if (row.source?.account && !row.source.arnPreferred) {
      expect(conditions).toContain(`"aws:SourceAccount":"${ACCOUNT}"`);
    }
    if (row.source?.arn) expect(conditions).toContain('aws:SourceArn');
    if (row.acl && [Action].flat().includes('s3:PutObject')) {
      expect(conditions).toContain(`"s3:x-amz-acl":"${row.acl}"`);
    }
    if ([Action].flat().includes('s3:PutObject') && row.keys.some((key) => key.startsWith('{prefix}'))) {
      expect(JSON.stringify(Resource)).toContain('/logs/');
    }
  }
  expect(bucket).toBeDefined();
});

describe('a delivery to a bucket with a KMS key', () => {
  test('needs the key as well, for the same source', () => {
    const stack = stackIn();
    new SecureBucket(stack, 'Documents').allowDelivery(Delivery.vpcFlowLogs());
    expect(bySid(statementsOf(stack, 'key'), 'StrongboxVpcFlowLogs')).toMatchObject({
      Effect: 'Allow',
      Principal: { Service: 'delivery.logs.amazonaws.com' },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT }, ArnLike: { 'aws:SourceArn': expect.anything() } },
    });
  });

  test('is an error where this app does not write the policy of the key, with the statement to add', () => {
    const stack = stackIn();
    const key = kms.Key.fromKeyArn(
      stack,
      'Theirs',
      `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
    );
    new SecureBucket(stack, 'Documents', { encryption: Encryption.kms({ key }) }).allowDelivery(Delivery.s3Inventory());
    expect(() => Template.fromStack(stack)).toThrow(
      /a key whose policy this app does not write.*"kms:GenerateDataKey\*".*"Sid":"StrongboxS3Inventory"/,
    );
  });

  test('takes the word of the owner for such a key', () => {
    const stack = stackIn();
    const key = kms.Key.fromKeyArn(
      stack,
      'Theirs',
      `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
    );
    new SecureBucket(stack, 'Documents', { encryption: Encryption.kms({ key }) }).allowDelivery(
      Delivery.s3Inventory({ keyPolicyReason: 'Added to the key by Security, ticket 4711' }),
    );
    expect(bySid(statementsOf(stack, 'bucket', 'Documents'), 'StrongboxS3Inventory')).toBeDefined();
  });

  test('is refused for a service that supports SSE-S3 only, with the bucket to use', () => {
    const stack = stackIn();
    new SecureBucket(stack, 'Documents').allowDelivery(Delivery.applicationLoadBalancerLogs());
    expect(() => Template.fromStack(stack)).toThrow(
      /(?=.*"delivery" must be)(?=.*"Application Load Balancer access logs")(?=.*SSE-KMS)(?=.*use a LoggingBucket)/i,
    );
  });

  test('is warned of where no page says that it works', () => {
    const stack = stackIn();
    new SecureBucket(stack, 'Documents').allowDelivery(Delivery.dataExports());
    Annotations.fromStack(stack).hasWarning(
      '*',
      Match.stringLikeRegexp('AWS Data Exports.*no page of AWS says.*SSE-KMS'),
    );
  });
});

test('the same delivery is allowed once, and another prefix beside it', () => {
  const stack = stackIn();
  const bucket = new SecureBucket(stack, 'Documents');
  for (const delivery of [Delivery.vpcFlowLogs(), Delivery.vpcFlowLogs(), Delivery.vpcFlowLogs({ prefix: 'flows/' })]) {
    bucket.allowDelivery(delivery);
  }
  const sids = statementsOf(stack, 'bucket', 'Documents')
    .map(({ Sid }) => Sid)
    .filter((sid) => sid.startsWith('StrongboxVpc'));
  expect(sids).toEqual(['StrongboxVpcFlowLogsBucket', 'StrongboxVpcFlowLogs', 'StrongboxVpcFlowLogs2']);
  expect(statementsOf(stack, 'key').filter(({ Sid }) => Sid === 'StrongboxVpcFlowLogs')).toHaveLength(1);
});

describe('CloudTrail', () => {
  test('an L2 trail that wrote statements without a source gets bounded ones, none twice', () => {
    const stack = stackIn();
    const bucket = new SecureBucket(stack, 'Trails');
    const trail = new cloudtrail.Trail(stack, 'Trail', { bucket: bucket.bucket, trailName: 'audit' });
    bucket.allowDelivery(Delivery.cloudTrail({ trail }));
    const theirs = statementsOf(stack, 'bucket', 'Trails').filter(
      ({ Principal }) => Principal?.Service === 'cloudtrail.amazonaws.com',
    );
    expect(theirs.map(({ Action }) => Action).sort()).toEqual(['s3:GetBucketAcl', 's3:PutObject']);
    for (const { Condition } of theirs) expect(JSON.stringify(Condition)).toContain(':trail/audit');
  });

  test('a trail without a name is an error', () => {
    const stack = stackIn();
    const bucket = new SecureBucket(stack, 'Trails');
    const trail = new cloudtrail.Trail(stack, 'Trail', { bucket: bucket.bucket });
    expect(() => Delivery.cloudTrail({ trail })).toThrow(
      /(?=.*"trail" must be)(?=.*"Stack\/Trail, which has no literal name")(?=.*pass "trailName" to the trail)/i,
    );
  });

  test('a WormArchive lets CloudTrail write, and no other service', () => {
    const stack = stackIn();
    const archive = new WormArchive(stack, 'Archive', { retention: Retention.governance(Duration.days(365)) });
    archive.allowDelivery(Delivery.cloudTrail({ trailName: 'audit' }));
    expect(bySid(statementsOf(stack, 'bucket', 'Archive'), 'StrongboxWritersOnly')).toMatchObject({
      Effect: 'Deny',
      Action: 's3:PutObject',
      Condition: { StringNotEquals: { 'aws:PrincipalServiceName': ['cloudtrail.amazonaws.com'] } },
    });
  });

  test('an organization trail writes below the organization and needs its management account', () => {
    const stack = stackIn();
    new SecureBucket(stack, 'Trails').allowDelivery(
      Delivery.cloudTrail({
        trailName: 'audit',
        organizationId: 'o-a1b2c3d4e5',
        accounts: ['999999999999'],
        regions: ['us-east-1'],
      }),
    );
    const statement = bySid(statementsOf(stack, 'bucket', 'Trails'), 'StrongboxCloudtrail')!;
    expect(JSON.stringify(statement.Resource)).toContain('/AWSLogs/o-a1b2c3d4e5/*');
    expect(JSON.stringify(statement.Condition)).toContain(':cloudtrail:us-east-1:999999999999:trail/audit');
    expect(() => Delivery.cloudTrail({ organizationId: 'o-a1b2c3d4e5' })).toThrow(
      /(?=.*"accounts" must be)(?=.*missing)(?=.*management account)/i,
    );
  });
});

describe('Elastic Load Balancing', () => {
  test('delivers by its service principal, also in a Region that once had an account', () => {
    const stack = stackIn('eu-central-1');
    new LoggingBucket(stack, 'Logs').allowDelivery(Delivery.applicationLoadBalancerLogs({ prefix: 'alb/' }));
    const statement = bySid(statementsOf(stack, 'bucket'), 'StrongboxApplicationLoadBalancerAccessLogs')!;
    expect(statement.Principal).toEqual({ Service: 'logdelivery.elasticloadbalancing.amazonaws.com' });
    expect(JSON.stringify(statement.Resource)).toContain(`/alb/AWSLogs/${ACCOUNT}/*`);
  });

  test('delivers by its account where no page names the service principal, through a network perimeter', () => {
    const stack = stackIn('cn-north-1');
    const logs = new LoggingBucket(stack, 'Logs');
    logs.allowDelivery(Delivery.applicationLoadBalancerLogs());
    logs.bucket.with(new BucketPerimeter(Perimeter.vpcEndpoints('vpce-0123456789abcdef0')));
    const statements = statementsOf(stack, 'bucket');
    expect(JSON.stringify(bySid(statements, 'StrongboxApplicationLoadBalancerAccessLogs')!.Principal)).toContain(
      '638102146993',
    );
    expect(bySid(statements, 'StrongboxPerimeter')!.Condition.StringNotEqualsIfExists['aws:PrincipalAccount']).toEqual([
      '638102146993',
    ]);
  });

  test('refuses a prefix with AWSLogs, which it adds', () => {
    expect(() => Delivery.applicationLoadBalancerLogs({ prefix: 'AWSLogs/' })).toThrow(
      /(?=.*"prefix" must be)(?=.*"AWSLogs\/")(?=.*without "AWSLogs")/i,
    );
  });
});

describe('restrictions of the bucket', () => {
  test.each(['before', 'after'])('a delivery applied %s them is exempt by its name alone', (when) => {
    const stack = stackIn();
    const bucket = new s3.Bucket(stack, 'Bucket');
    const restrict = () =>
      bucket.with(new BucketWritersOnly([role(stack, 'ingest')]), new BucketReadersOnly([role(stack, 'audit')]));
    if (when === 'after') restrict();
    bucket.with(new BucketDelivery(Delivery.sesReceiptRule()), new BucketDelivery(Delivery.appFlowSource()));
    if (when === 'before') restrict();
    const statements = statementsOf(stack, 'bucket');
    expect(bySid(statements, 'StrongboxWritersOnly')!.Condition.StringNotEquals).toEqual({
      'aws:PrincipalServiceName': ['ses.amazonaws.com'],
    });
    expect(bySid(statements, 'StrongboxReadersOnly')!.Condition.StringNotEquals).toEqual({
      'aws:PrincipalServiceName': ['appflow.amazonaws.com'],
    });
  });

  test('a source of another account passes a perimeter for its own service only', () => {
    const stack = stackIn();
    const bucket = new s3.Bucket(stack, 'Bucket').with(
      new BucketPerimeter(Perimeter.vpcEndpoints('vpce-0123456789abcdef0')),
      new BucketDelivery(Delivery.vpcFlowLogs({ accounts: [ACCOUNT, '222233334444'] })),
    );
    const statements = statementsOf(stack, 'bucket');
    expect(bySid(statements, 'StrongboxPerimeterService')!.Condition.StringNotEquals).toEqual({
      'aws:SourceAccount': [ACCOUNT],
      'aws:PrincipalServiceName': ['delivery.logs.amazonaws.com'],
    });
    expect(bySid(statements, 'StrongboxPerimeterServiceFordeliverylogsamazonawscom')!.Condition).toMatchObject({
      StringEquals: { 'aws:PrincipalServiceName': ['delivery.logs.amazonaws.com'] },
      StringNotEquals: { 'aws:SourceAccount': [ACCOUNT, '222233334444'] },
    });
    expect(bucket).toBeDefined();
  });
});

describe('bad input', () => {
  const bad: Array<[string, () => unknown, RegExp]> = [
    [
      'an unknown service',
      () => Delivery.of('nobody'),
      /(?=.*"id" must be)(?=.*"nobody")(?=.*docs\/services\.md)(?=.*"vpc-flow-logs")/i,
    ],
    [
      'a service that uses a role',
      () => Delivery.of('firehose'),
      /(?=.*"id" must be)(?=.*"firehose")(?=.*leave the encryption out)/i,
    ],
    ['a service that needs ACLs', () => Delivery.of('cloudfront-standard-logs-legacy'), /Use standard logging v2/],
    [
      'an account that is none',
      () => Delivery.config({ accounts: ['1234'] }),
      /(?=.*"accounts" must be)(?=.*"1234")(?=.*twelve digits)/i,
    ],
    ['no account', () => Delivery.config({ accounts: [] }), /(?=.*"accounts" must be)(?=.*"\[\]")/i],
    [
      'an organization that is not documented',
      () => Delivery.config({ organizationId: 'o-a1b2c3d4e5' }),
      /no aws:SourceOrgID/,
    ],
    ['a prefix without a slash', () => Delivery.config({ prefix: 'x' }), /(?=.*"prefix" must be)(?=.*"x")/i],
    [
      'another Region than the bucket, where the service needs the same',
      () => new s3.Bucket(stackIn(), 'B').with(new BucketDelivery(Delivery.s3Inventory({ regions: ['us-east-1'] }))),
      /(?=.*"regions" must be)(?=.*"us-east-1")(?=.*the Region of the bucket, eu-central-1)/i,
    ],
    [
      'another account, where the service needs the same',
      () =>
        new s3.Bucket(stackIn(), 'B').with(
          new BucketDelivery(Delivery.bedrockInvocationLogs({ accounts: ['222233334444'] })),
        ),
      /(?=.*"accounts" must be)(?=.*"222233334444")(?=.*the account of the bucket)/i,
    ],
    [
      'an imported bucket',
      () => s3.Bucket.fromBucketName(stackIn(), 'B', 'theirs').with(new BucketDelivery(Delivery.vpcFlowLogs())),
      /(?=.*"bucket" must be)(?=.*"Stack\/B")(?=.*let the owner of the bucket add: \[\{"Action":\["s3:GetBucketAcl")/i,
    ],
  ];
  test.each(bad)('%s is an error', (_, act, message) => expect(act).toThrow(message));

  test('WAF needs a bucket name of its own', () => {
    const stack = stackIn();
    new s3.Bucket(stack, 'B', { bucketName: 'logs' }).with(new BucketDelivery(Delivery.wafLogs()));
    expect(() => Template.fromStack(stack)).toThrow(/(?=.*"bucketName" must be)(?=.*"logs")(?=.*"aws-waf-logs-")/i);
  });

  test('a bucket that requires SSE-C takes no delivery', () => {
    const stack = stackIn();
    new SecureBucket(stack, 'B', { encryption: Encryption.customerProvided() }).allowDelivery(Delivery.vpcFlowLogs());
    expect(() => Template.fromStack(stack)).toThrow(/no delivery to a bucket that requires SSE-C/);
  });

  test('Object Lock that a service cannot write to', () => {
    const stack = stackIn();
    const archive = new WormArchive(stack, 'A', { retention: Retention.governance(Duration.days(365)) });
    archive.allowDelivery(Delivery.ssmResourceDataSync());
    expect(() => Template.fromStack(stack)).toThrow(/Object Lock/);
  });
});
