import { BucketTlsOnly, Guarantee } from '../../../src';
import { controlContract } from '../../support/control-contract';

controlContract({
  guarantee: Guarantee.tlsOnly(),
  make: () => new BucketTlsOnly(),
  effect: (_bucket, statements) => {
    expect(statements).toContainEqual({
      Sid: 'StrongboxTlsOnly',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:*',
      Resource: [
        { 'Fn::GetAtt': [expect.stringMatching(/^Bucket/), 'Arn'] },
        { 'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringMatching(/^Bucket/), 'Arn'] }, '/*']] },
      ],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  },
});
