import { App, Stack } from 'aws-cdk-lib';
import { LakeStack, NetworkStack } from '../../examples/data-lake-teams/stacks';
import { Guarantee, AccessPointGuarantees, Proof, type RequestOptions } from '../../src';
import { nag } from '../support/nag';

// The example imports the library by its published name.
jest.mock('cdk-s3-strongbox', () => jest.requireActual('../../src'), { virtual: true });

const env = { account: '111122223333', region: 'eu-central-1' };
const AUDITOR = 'arn:aws:iam::444455556666:role/acme-auditor';

function build(app: App): LakeStack {
  const { vpc } = new NetworkStack(app, 'LakeNetwork', { env });
  return new LakeStack(app, 'Lake', { env, vpc, auditorRole: AUDITOR });
}

test('leaves the six nag packs nothing', () => {
  const report = nag((stack) => void build(Stack.of(stack).node.root as App));
  expect(report.open).toEqual([]);
  expect(report.acknowledged.every(({ reason }) => reason)).toBe(true);
});

describe('proved', () => {
  const stack = build(new App({ treeMetadata: false }));
  const proof = Proof.ofStack(stack);
  const roleOf = (id: string) => {
    const logicalId = stack.getLogicalId(stack.node.findChild(id).node.defaultChild as any);
    return `arn:aws:iam::${env.account}:role/{Lake.${logicalId}}`;
  };
  const SUBJECT = { subject: 'Lake/Data/Resource' };
  const at = (team: string, key: string): RequestOptions => ({
    resource: `Lake/Data/Resource/${key}`,
    identityAllows: false,
    principal: roleOf({ finance: 'Finance', sales: 'Sales', analytics: 'Analytics' }[team]!),
    accessPoint: stack.lake.accessPoint(team).name,
    vpcEndpoint: 'Lake/S3',
  });
  const auditor = (key: string): RequestOptions => ({
    principal: AUDITOR,
    resource: `Lake/Data/Resource/${key}`,
    accessPoint: stack.audit.accessPoint('auditors').name,
  });

  test.each<[string, RequestOptions]>([
    ['finance closes a month', { call: 'PutObject', ...at('finance', 'finance/2026-10.parquet') }],
    [
      'finance uploads a large ledger in parts',
      { call: 'CompleteMultipartUpload', ...at('finance', 'finance/ledger.parquet') },
    ],
    ['finance reads it again', { call: 'GetObject', ...at('finance', 'finance/ledger.parquet') }],
    ['finance publishes a report', { call: 'PutObject', ...at('finance', 'published/2026-q3.pdf') }],
    ['sales loads orders', { call: 'UploadPart', ...at('sales', 'sales/orders.csv') }],
    ['analytics reads what finance writes', { call: 'GetObject', ...at('analytics', 'finance/ledger.parquet') }],
    [
      'analytics reads what sales writes',
      { call: 'GetObject', features: ['version'], ...at('analytics', 'sales/orders.csv') },
    ],
    [
      'analytics lists the orders',
      {
        call: 'ListObjectsV2',
        ...at('analytics', 'x'),
        resource: 'Lake/Data/Resource',
        context: { 's3:prefix': 'sales/2026' },
      },
    ],
    ['the auditor reads a report', { call: 'GetObject', ...auditor('published/2026-q3.pdf') }],
  ])('%s', (_, request) => expect(() => proof.allows(request)).not.toThrow());

  test.each<[string, RequestOptions]>([
    ['sales reads the ledger', { call: 'GetObject', ...at('sales', 'finance/ledger.parquet') }],
    [
      'sales comes by the access point of finance',
      {
        call: 'GetObject',
        ...at('sales', 'sales/orders.csv'),
        accessPoint: stack.lake.accessPoint('finance').name,
        identityAllows: true,
      },
    ],
    ['analytics writes', { call: 'PutObject', ...at('analytics', 'sales/orders.csv'), identityAllows: true }],
    [
      'finance comes from outside the VPC',
      { call: 'GetObject', ...at('finance', 'finance/ledger.parquet'), vpcEndpoint: undefined, identityAllows: true },
    ],
    [
      'an administrator goes around the access points',
      { call: 'GetObject', resource: 'Lake/Data/Resource/finance/ledger.parquet' },
    ],
    ['the auditor reads the ledger', { call: 'GetObject', ...auditor('finance/ledger.parquet') }],
    [
      "the auditor's colleague reads a report",
      { call: 'GetObject', ...auditor('published/2026-q3.pdf'), principal: 'arn:aws:iam::444455556666:role/colleague' },
    ],
  ])('not: %s', (_, request) => expect(() => proof.denies(request)).not.toThrow());

  test('for every request', () => {
    proof.holds(AccessPointGuarantees.pinned(), SUBJECT);
    proof.holds(Guarantee.onlyThroughAccessPoints({ principals: [roleOf('BreakGlass')] }), SUBJECT);
    proof.holds(AccessPointGuarantees.endpointsComplete(), SUBJECT);
    proof.holds(AccessPointGuarantees.endpointsBounded(), SUBJECT);
    proof.holds(Guarantee.onlyAccounts({ accounts: ['444455556666'] }), SUBJECT);
    expect(() => proof.holds(Guarantee.onlyAccounts(), SUBJECT)).toThrow(AUDITOR);
    for (const [id, prefixes] of Object.entries({
      Finance: ['finance/', 'published/'],
      Sales: ['sales/'],
      Analytics: ['finance/', 'sales/'],
    })) {
      proof.holds(Guarantee.prefixIsolation({ principals: [roleOf(id)], prefixes }), SUBJECT);
    }
    proof.holds(Guarantee.prefixIsolation({ principals: [AUDITOR], prefixes: ['published/'] }), SUBJECT);
    expect(() =>
      proof.holds(Guarantee.prefixIsolation({ principals: [AUDITOR], prefixes: ['sales/'] }), SUBJECT),
    ).toThrow('VIOLATED prefix-isolation');
  });
});
