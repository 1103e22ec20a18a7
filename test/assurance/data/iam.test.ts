import { readFileSync } from 'node:fs';
import { renderTable, TABLE_FILE } from '../../../scripts/iam-table';
import { actionsMatching, carries, conditionKey, isCoveredService } from '../../../src/assurance/data/iam';

test('the committed table is what the generator makes of the pinned data', async () => {
  expect(readFileSync(TABLE_FILE, 'utf8')).toBe(await renderTable());
});

// More is a reason to look at what grew: the actions of AWS Lambda are the last that came.
test('the table stays small enough to ship', () => {
  expect(readFileSync(TABLE_FILE).length).toBeLessThan(72 * 1024);
});

test.each([
  ['aws:SecureTransport', 'Bool', false],
  ['AWS:securetransport', 'Bool', false],
  ['s3:TlsVersion', 'Numeric', false],
  ['aws:CalledVia', 'String', true],
  ['aws:PrincipalTag/team', 'String', false],
  ['s3:ExistingObjectTag/class', 'String', false],
  ['kms:EncryptionContext:aws:s3:arn', 'String', false],
  ['s3:object-lock-retain-until-date', 'Date', false],
  ['aws:SourceIp', 'IPAddress', false],
  ['aws:PrincipalArn', 'ARN', false],
])('%s is a %s', (name, type, multivalued) => {
  expect(conditionKey(name)).toMatchObject({ type, multivalued });
});

test.each(['aws:SecureTransprt', 'aws:PrincipalTag/', 's3:TlsVersio', 'nothing'])('%s is no condition key', (name) => {
  expect(conditionKey(name)).toBeUndefined();
});

describe('corrections of the source', () => {
  test('the archive age of a vault is a number', () => {
    expect(conditionKey('glacier:ArchiveAgeInDays')?.type).toBe('Numeric');
  });

  test('a bucket policy sees through which access point a request came', () => {
    for (const name of ['s3:GetObject', 's3:ListBucket', 's3:PutObject']) {
      const [action] = actionsMatching(name);
      expect(action.keys).toEqual(
        expect.arrayContaining(['s3:DataAccessPointArn', 's3:DataAccessPointAccount', 's3:AccessPointNetworkOrigin']),
      );
    }
  });

  test('a vault can be told apart by its tags', () => {
    expect(conditionKey('glacier:ResourceTag/class')?.type).toBe('String');
  });
});

test('patterns of actions', () => {
  expect(actionsMatching('s3:GetObjekt')).toEqual([]);
  expect(actionsMatching('S3:getobject').map((action) => action.name)).toEqual(['s3:GetObject']);
  expect(actionsMatching('s3:GetObject*').map((action) => action.name)).toContain('s3:GetObjectVersion');
  expect(actionsMatching('s3:?etObject').map((action) => action.name)).toEqual(['s3:GetObject']);
  expect(actionsMatching('s3:*').length).toBeGreaterThan(150);
  expect(actionsMatching('s3.*')).toEqual([]);
});

test('which requests carry a key', () => {
  const [put] = actionsMatching('s3:PutObject');
  const [get] = actionsMatching('s3:GetObject');
  const encryption = conditionKey('s3:x-amz-server-side-encryption')!;
  expect(carries(put, encryption)).toBe(true);
  expect(carries(get, encryption)).toBe(false);
  expect(carries(get, conditionKey('aws:SecureTransport')!)).toBe(true);
});

test('other services are not judged', () => {
  expect(isCoveredService('s3')).toBe(true);
  expect(isCoveredService('dynamodb')).toBe(false);
});
