import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Perimeter } from '../../src';
import { newStack } from '../support/app';

const OWN = '111122223333';

describe('takes', () => {
  test.each([
    '203.0.113.0/24',
    '203.0.113.7/32',
    '8.0.0.0/8',
    '11.0.0.0/8',
    '172.32.0.0/11',
    '172.0.0.0/12',
    '2001:db8::/32',
    '2001:db8::1/128',
    '2a00::/12',
  ])('the range %s', (range) => {
    expect(Perimeter.ipRanges(range)._outside(OWN)).toEqual({ NotIpAddressIfExists: { 'aws:SourceIp': [range] } });
  });

  test('ids of both lengths, and tokens of the right kind', () => {
    const vpc = new ec2.Vpc(newStack(), 'Vpc');
    const endpoint = vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    expect(Perimeter.vpcs('vpc-0123abcd', 'vpc-0123456789abcdef0', vpc.vpcId)._outside(OWN)).toEqual({
      StringNotEqualsIfExists: { 'aws:SourceVpc': ['vpc-0123abcd', 'vpc-0123456789abcdef0', vpc.vpcId] },
    });
    expect(Perimeter.vpcEndpoints(endpoint.vpcEndpointId)._outside(OWN)).toEqual({
      StringNotEqualsIfExists: { 'aws:SourceVpce': [endpoint.vpcEndpointId] },
    });
  });
});

test(
  'takes what stands in for a lookup until the CLI has made it, or the first run would end before the ' + 'lookup',
  () => {
    const stack = newStack({ env: { account: OWN, region: 'eu-central-1' } });
    const vpc = ec2.Vpc.fromLookup(stack, 'Vpc', { isDefault: true });
    const parameter = (name: string) => ssm.StringParameter.valueFromLookup(stack, name);
    expect(
      Perimeter.anyOf(
        Perimeter.vpcs(vpc.vpcId),
        Perimeter.organization(parameter('/organization')),
        Perimeter.accounts(parameter('/account')),
        Perimeter.ipRanges(parameter('/office')),
      )._outside(OWN),
    ).toMatchObject({
      StringNotEqualsIfExists: { 'aws:SourceVpc': [vpc.vpcId] },
      NotIpAddressIfExists: { 'aws:SourceIp': ['dummy-value-for-/office'] },
    });
    expect(() => Perimeter.vpcEndpoints(vpc.vpcId)).toThrow('must be the id of a VPC endpoint, not of a VPC');
  },
);

test('of several, a request is outside if it is outside each, by one statement', () => {
  const stack = newStack();
  const distribution = new cloudfront.Distribution(stack, 'Site', {
    defaultBehavior: { origin: S3BucketOrigin.withOriginAccessControl(new s3.Bucket(stack, 'Bucket')) },
  });
  const perimeter = Perimeter.anyOf(
    Perimeter.vpcs('vpc-0123abcd'),
    Perimeter.anyOf(Perimeter.vpcEndpoints('vpce-0123abcd'), Perimeter.ipRanges('203.0.113.0/24')),
    Perimeter.ipRanges('203.0.113.0/24', '198.51.100.0/24'),
    Perimeter.organization('o-a1b2c3d4e5'),
    Perimeter.accounts('444455556666'),
    Perimeter.cloudFront(distribution),
  );
  expect(perimeter._outside(OWN)).toEqual({
    StringNotEqualsIfExists: {
      'aws:SourceVpc': ['vpc-0123abcd'],
      'aws:SourceVpce': ['vpce-0123abcd'],
      'aws:PrincipalOrgID': ['o-a1b2c3d4e5'],
      'aws:PrincipalAccount': [OWN, '444455556666'],
    },
    NotIpAddressIfExists: { 'aws:SourceIp': ['203.0.113.0/24', '198.51.100.0/24'] },
  });
  expect(perimeter._distributions).toEqual([distribution.distributionArn]);
});

describe('refuses', () => {
  test.each([
    ['10.1.0.0/16', 'must be public addresses only, since S3 sees no private ones'],
    ['172.16.0.0/12', '172.16.0.0/12 is private'],
    ['172.31.255.0/24', '172.16.0.0/12 is private'],
    ['192.168.1.1/32', '192.168.0.0/16 is private'],
    ['100.64.0.0/10', 'shared by carriers'],
    ['127.0.0.1/32', 'of the machine itself'],
    ['169.254.169.254/32', 'link-local'],
    ['224.0.0.0/4', 'multicast or reserved'],
    ['8.0.0.0/5', '10.0.0.0/8 is private'],
    ['fd00::/8', 'fc00::/7 is private'],
    ['fe80::/10', 'link-local'],
    ['::ffff:203.0.113.7/128', '::/8 is reserved'],
    ['0.0.0.0/0', 'must be a range that leaves somebody outside'],
    ['::/0', 'must be a range that leaves somebody outside'],
    ['203.0.113.7/0', 'must be a range that leaves somebody outside'],
    ['2000::/3', 'must be a range that leaves somebody outside'],
    ['0.0.0.0/1', '0.0.0.0/8 is of no network'],
    ['128.0.0.0/1', 'S3 sees no private ones'],
    ['198.18.0.0/15', 'for measurements'],
    ['203.0.113.7/24', 'must be a range with no host bits set'],
    ['2001:db8:0:1::1/64', 'must be a range with no host bits set'],
    ['203.0.113.7', 'must be an address range in CIDR notation'],
    ['2001:db8::1', '"ranges" must be an address range in CIDR notation (got "2001:db8::1")'],
    ['203.0.113.0/33', 'must be an address range in CIDR notation'],
    ['203.0.113.0/024', 'must be an address range in CIDR notation'],
    ['203.0.113/24', 'must be an address range in CIDR notation'],
    ['203.0.113.256/32', 'must be an address range in CIDR notation'],
    ['2001:db8::1%eth0/128', 'must be an address range in CIDR notation'],
    ['203.0.113.0 /24', 'must be an address range in CIDR notation'],
    ['office', 'must be an address range in CIDR notation'],
    ['', 'must be an address range in CIDR notation'],
  ])('the range "%s"', (range, why) => {
    expect(() => Perimeter.ipRanges(range)).toThrow(`(got "${range}"`);
    expect(() => Perimeter.ipRanges('203.0.113.0/24', range)).toThrow(why);
  });

  test('the id of an endpoint as that of a VPC, and the other way round', () => {
    expect(() => Perimeter.vpcs('vpce-0123456789abcdef0')).toThrow(
      '"vpcIds" must be the id of a VPC, not of a VPC endpoint (got "vpce-0123456789abcdef0"). Pass it to ' +
        'Perimeter.vpcEndpoints(...).',
    );
    expect(() => Perimeter.vpcEndpoints('vpc-0123456789abcdef0')).toThrow(
      '"endpointIds" must be the id of a VPC endpoint, not of a VPC (got "vpc-0123456789abcdef0"). Pass it ' +
        'to Perimeter.vpcs(...).',
    );
  });

  test('the same by token', () => {
    const vpc = new ec2.Vpc(newStack(), 'Vpc');
    const endpoint = vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    expect(() => Perimeter.vpcs(endpoint.vpcEndpointId)).toThrow(
      '"vpcIds" must be the id of a VPC, not of a VPC endpoint',
    );
    expect(() => Perimeter.vpcEndpoints(vpc.vpcId)).toThrow(
      '"endpointIds" must be the id of a VPC endpoint, not of a VPC',
    );
  });

  test.each(['vpc-', 'vpc-XYZ', 'vpc-0123abc', 'subnet-0123abcd', '*', 'vpc-*'])('the VPC "%s"', (id) => {
    expect(() => Perimeter.vpcs(id)).toThrow('must be the id of a VPC, "vpc-" and 8 or 17 hexadecimal digits');
  });

  test.each(['o-', 'O-a1b2c3d4e5', 'o-a1b2c3d4', 'acme', '*', 'r-ab12', 'ou-ab12-11111111'])(
    'the organization "%s"',
    (id) => {
      expect(() => Perimeter.organization(id)).toThrow(
        'must be the id of an organization, "o-" and 10 to 32 lower-case letters or digits',
      );
    },
  );

  test.each(['1111', '1111-2222-3333', 'arn:aws:iam::111122223333:root', '*'])('the account "%s"', (id) => {
    expect(() => Perimeter.accounts(id)).toThrow('must be the id of an account, twelve digits');
  });

  test.each([
    () => Perimeter.ipRanges(),
    () => Perimeter.vpcs(),
    () => Perimeter.vpcEndpoints(),
    () => Perimeter.accounts(),
    () => Perimeter.anyOf(),
  ])('nothing at all: %s', (make) => {
    expect(make).toThrow('must be at least one');
  });
});
