import type { Stack } from 'aws-cdk-lib';
import { PresignCallers, PresignedOperation, PresignedUrls, SecureBucket } from '../../src';
import { ACCOUNT, newStack, REGION } from '../support/app';

const inRegion = (region: string | undefined, callers: PresignCallers) => (): Stack => {
  const stack = newStack({ env: { account: ACCOUNT, region } });
  new PresignedUrls(stack, 'Urls', {
    bucket: new SecureBucket(stack, 'Bucket').bucket,
    prefix: 'u/',
    operations: [PresignedOperation.download()],
    callers,
  });
  return stack;
};

describe('presigned URLs where Lambda has no function URLs', () => {
  test.each(['cn-north-1', 'us-gov-west-1', 'eu-south-2'])('%s is refused, with the way out', (region) => {
    expect(inRegion(region, PresignCallers.iam())).toThrow(
      new RegExp(`"region" must be a Region that has Lambda function URLs.*got "${region}".*PresignCallers.claim`, 's'),
    );
    expect(inRegion(region, PresignCallers.claim('sub'))).not.toThrow();
  });

  test.each([REGION, undefined])('%s is not', (region) => {
    expect(inRegion(region, PresignCallers.iam())).not.toThrow();
  });
});
