import type { GuaranteeProps } from './guarantee-props';
import { possible } from './possible';
import { never, PRINCIPAL_KIND_KEY } from './proof-obligation';

export function policyChangeable(): GuaranteeProps {
  return {
    id: 'policy-changeable',
    title: 'Policy can be changed',
    description:
      'A role or user of the account can change the policy of the bucket, without a VPC endpoint, as a ' +
      'deployment does.',
    fix: 'Leave s3:PutBucketPolicy out of the Deny, or exempt the roles of deployments by aws:PrincipalArn.',
    parts: (subject) => [
      possible(
        'Whether a principal can change the policy',
        never(subject, {
          actions: ['s3:PutBucketPolicy'],
          when: {
            StringEquals: {
              'aws:PrincipalAccount': subject.bucket.resource.account,
              [PRINCIPAL_KIND_KEY]: ['role', 'user'],
            },
            Null: { 'aws:SourceVpce': 'true', 'aws:SourceVpc': 'true' },
          },
        }),
      ),
    ],
  };
}
