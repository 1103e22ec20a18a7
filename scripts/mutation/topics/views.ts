/** Views through S3 Object Lambda, and of a bucket that another door leads to. */
import * as iam from 'aws-cdk-lib/aws-iam';
import { membersOf, NOT_LOGGED, prefixesOf, roleArn, statementsOf, type Topic } from './topic';
import {
  Encryption,
  Guarantee,
  ViewGuarantees,
  RedactingEndpoint,
  RedactingObjectLambda,
  RedactionPolicy,
  SecureBucket,
  Transform,
  View,
} from '../../../src';
import type { BucketModel, Model } from '../../../src/assurance/model/resolve';

export const VIEWS: Topic = {
  subjects: {
    'RedactingObjectLambda with two views': (stack) => {
      const person = (name: string) =>
        new iam.Role(stack, name, { roleName: name, assumedBy: new iam.AccountRootPrincipal() });
      new RedactingObjectLambda(stack, 'Views', {
        bucket: new SecureBucket(stack, 'Docs', {
          bucketName: 'acme-docs',
          encryption: Encryption.s3Managed(),
          accessLogs: NOT_LOGGED,
        }),
        views: [
          View.redacted('analytics', {
            policy: RedactionPolicy.standard(),
            principals: [person('analytics')],
            listing: true,
          }),
          View.transformed('marketing', {
            transform: Transform.xmlToJson(),
            principals: [person('marketing')],
            prefixes: ['orders/'],
          }),
        ],
      });
    },
    RedactingEndpoint: (stack) => {
      new RedactingEndpoint(stack, 'Views', {
        bucket: new SecureBucket(stack, 'Docs', {
          bucketName: 'acme-docs',
          encryption: Encryption.s3Managed(),
          accessLogs: NOT_LOGGED,
        }),
        views: [
          View.redacted('analytics', {
            policy: RedactionPolicy.standard(),
            principals: [iam.Role.fromRoleArn(stack, 'Analytics', roleArn('analytics'))],
          }),
        ],
      });
    },
  },
  broken: {
    // The rest of its policy is that of any bucket.
    RedactingEndpoint: /^DocsPolicy.*StrongboxView/,
    // The key of the function's log decides about no bucket.
    'RedactingObjectLambda with two views': /^(?!ViewsRuntimeKey)/,
  },
  guarantees: promised,
};

/** What each view promises, to the callers and prefixes that its own policies name. */
function promised(bucket: BucketModel, { objectLambdas }: Model): Guarantee[] {
  const shut = bucket.policies
    .flatMap(({ policy }) => statementsOf(policy, /^StrongboxView.*Only$/))
    .flatMap(membersOf);
  if (objectLambdas.length === 0 && shut.length > 0) {
    return [
      ViewGuarantees.readThroughViewOnly({ callers: shut }),
      Guarantee.allowed({ actions: ['s3:GetObject', 's3:ListBucket'], principals: [roleArn('somebody-else')] }),
      Guarantee.allowed({ actions: ['s3:PutObject', 's3:DeleteObject'], principals: shut }),
      Guarantee.allowed({
        actions: ['s3:PutObjectTagging', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        principals: shut,
      }),
    ];
  }
  return objectLambdas.flatMap(({ arn: view, supportingArn, policy }) => {
    const door = bucket.accessPoints.find(({ arn }) => arn === supportingArn);
    const callers = statementsOf(policy, /Read$/).flatMap(membersOf);
    if (!door || callers.length === 0) return [];
    const keys = prefixesOf(statementsOf(door.policy, /Read$/));
    const options = { view, callers, prefixes: keys.length > 0 ? keys : undefined };
    // What shuts the original to them leaves it open to others.
    const others = Guarantee.allowed({
      actions: ['s3:GetObject', 's3:ListBucket'],
      principals: [roleArn('somebody-else')],
    });
    return [
      ViewGuarantees.readThroughViewOnly({ view, callers }),
      ViewGuarantees.callersOnly(options),
      ViewGuarantees.readable(options),
      others,
    ];
  });
}
