import { readFileSync } from 'node:fs';
import { renderTable, TABLE_FILE } from '../../../scripts/resource-table';
import { resourceType, shapeOf } from '../../../src/assurance/data/resource-types';

test('the committed table is what its source makes', () => {
  expect(readFileSync(TABLE_FILE, 'utf8')).toBe(renderTable());
});

test('tells what Ref gives, and nothing of a type that AWS does not document', () => {
  expect(resourceType('AWS::SNS::Topic')).toMatchObject({
    ref: ['TopicArn'],
    arn: 'sns:${Region}:${Account}:${TopicName}',
  });
  expect(resourceType('AWS::EC2::VPC')!.lists).toContain('CidrBlockAssociations');
  expect(resourceType('Acme::No::Type')).toBeUndefined();
  expect(shapeOf('AWS::S3::Bucket')!.PublicAccessBlockConfiguration).toMatchObject({ BlockPublicAcls: 'b' });
  expect(shapeOf('AWS::SNS::Topic')).toBeUndefined();
});
