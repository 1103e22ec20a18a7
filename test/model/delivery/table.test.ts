import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { DELIVERIES, ELB_ACCOUNTS, type DeliveryRow } from '../../../src/model/delivery/table';

const FOLDER = join(__dirname, '../../../src/model/delivery');
const LIBRARY = join(__dirname, '../../../node_modules/aws-cdk-lib');

/** The properties that the typings of aws-cdk-lib know for one service, in lower case. */
function propertiesOf(type: string): Set<string> {
  const service = type.split('::')[1].toLowerCase();
  const text = readFileSync(join(LIBRARY, `aws-${service}`, 'lib', `${service}.generated.d.ts`), 'utf8');
  expect([type, text.includes(`class Cfn${type.split('::')[2]} `)]).toEqual([type, true]);
  return new Set([...text.matchAll(/readonly (\w+)\??:/g)].map(([, name]) => name.toLowerCase()));
}

const pathsOf = (row: DeliveryRow) =>
  row.requests.flatMap(({ type, bucket, prefix, key, mode, role, when, names, bucketAccount }) =>
    [bucket, prefix, key, mode?.path, role, ...Object.keys(when ?? {}), ...Object.values(names ?? {}), bucketAccount]
      .filter((path): path is string => path !== undefined && path !== 'Ref')
      .map((path) => ({ type, path })),
  );

test('every row has an id of its own', () => {
  const ids = DELIVERIES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
});

test('every row names a page of AWS', () => {
  for (const { pages } of DELIVERIES) {
    expect(pages.length).toBeGreaterThan(0);
    for (const page of pages) expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/.+\.html$/);
  }
});

test('every property is one of CloudFormation', () => {
  // An untyped member of NetworkFirewall's LogDestination, and the custom resource of the CDK.
  const untyped = ['AWS::NetworkFirewall::LoggingConfiguration', 'Custom::CDKBucketDeployment'];
  const known = new Map<string, Set<string>>();
  const wrong = DELIVERIES.flatMap(pathsOf)
    .filter(({ type }) => !untyped.includes(type))
    .flatMap(({ type, path }) => {
      if (!known.has(type)) known.set(type, propertiesOf(type));
      const parts = path
        .replace(/\[[^\]]*\]/g, '')
        .split('.')
        .filter((part) => part !== 'Ref');
      return parts
        .filter((part) => !known.get(type)!.has(part.toLowerCase()))
        .map((part) => `${type}: ${part} of ${path}`);
    });
  expect(wrong).toEqual([]);
});

test('every placeholder of a source is general, or filled by each request', () => {
  const general = ['partition', 'account', 'region', 'organization'];
  for (const { id, source, requests } of DELIVERIES) {
    const own = [...(source?.arn ?? '').matchAll(/\{(\w+)\}/g)]
      .map(([, name]) => name)
      .filter((name) => !general.includes(name));
    for (const { type, names } of requests) {
      expect({ id, type, names: Object.keys(names ?? {}) }).toEqual({ id, type, names: own });
    }
  }
});

test('a row without a way to allow it says what to do instead', () => {
  const silent = DELIVERIES.filter(({ allow, advice, confidence }) => !allow && !advice && confidence === 'documented');
  expect(silent).toEqual([]);
});

test('a service that may write under a KMS key has the rights on it', () => {
  const without = DELIVERIES.filter(
    ({ caller, fits, key, allow }) =>
      caller === 'service' && allow && ['yes', 'configured'].includes(fits.sseKms) && !key,
  );
  expect(without.map(({ id }) => id)).toEqual([]);
});

test('only services are bounded by a source', () => {
  for (const { id, caller, source } of DELIVERIES) {
    expect([id, source !== undefined]).toEqual([id, caller === 'service']);
  }
});

test('the table imports nothing: the constructs and the prover both read it', () => {
  for (const file of [
    'table.ts',
    'row.ts',
    'role.ts',
    'elb-accounts.ts',
    ...readdirSync(FOLDER).filter((name) => name.endsWith('-rows.ts')),
  ]) {
    const imports = [...readFileSync(join(FOLDER, file), 'utf8').matchAll(/from '([^']+)'/g)].map(([, from]) => from);
    expect(imports.filter((from) => !from.startsWith('./'))).toEqual([]);
  }
});

test('the accounts of Elastic Load Balancing are those that the CDK knows', () => {
  for (const [region, account] of Object.entries(ELB_ACCOUNTS)) {
    expect([region, RegionInfo.get(region).elbv2Account]).toEqual([region, account]);
  }
  const missing = RegionInfo.regions.filter(({ name, elbv2Account }) => elbv2Account && !ELB_ACCOUNTS[name]);
  expect(missing.map(({ name }) => name)).toEqual([]);
});
