/** What is mutated: the constructs as users get them, each in the settings that give it another policy. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { DOOR_SUBJECTS } from './doors';
import { OF_THE_APP } from './mutators';
import {
  AccessLogs, BucketEventNotifications, BucketPublicRead, BucketReplication, CorsPolicy, Encryption, HttpMethod, Lifecycle, LoggingBucket,
  PublicRead, Replication, SecureBucket, UploadEncryption,
} from '../../src';

export interface MutationSubject {
  readonly name: string;
  readonly template: any;
}

/** Of log targets the first two have enough. */
const NOT_LOGGED = AccessLogs.none('The mutants of log targets are made of others');

const SUBJECTS: Readonly<Record<string, (stack: Stack) => void>> = {
  'SecureBucket': (stack) => { new SecureBucket(stack, 'Docs'); },
  'SecureBucket with SSE-S3': (stack) => {
    const logs = new LoggingBucket(stack, 'Logs', { bucketName: 'acme-logs', sourceNamePattern: 'acme-*' });
    new SecureBucket(stack, 'Docs', { bucketName: 'acme-docs', encryption: Encryption.s3Managed(), accessLogs: AccessLogs.to(logs) });
  },
  'SecureBucket with DSSE-KMS and required headers': (stack) => {
    const { bucket } = new SecureBucket(stack, 'Docs', {
      encryption: Encryption.dualLayerKms(), uploadEncryption: UploadEncryption.explicitHeader(), accessLogs: NOT_LOGGED,
    });
    // One service that names an encryption of its own choice, and one that names none.
    for (const service of ['cloudtrail.amazonaws.com', 'logging.s3.amazonaws.com']) {
      bucket.addToResourcePolicy(new iam.PolicyStatement({
        sid: `${OF_THE_APP}${service.split('.')[0]}`,
        principals: [new iam.ServicePrincipal(service)],
        actions: ['s3:PutObject', 's3:GetBucketAcl'],
        resources: [bucket.bucketArn, bucket.arnForObjects('*')],
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }));
    }
  },
  'SecureBucket with SSE-C': (stack) => {
    new SecureBucket(stack, 'Docs', { encryption: Encryption.customerProvided(), accessLogs: NOT_LOGGED });
  },
  'SecureBucket with a public folder, CORS, events and expiry': (stack) => {
    new SecureBucket(stack, 'Docs', {
      encryption: Encryption.s3Managed(),
      accessLogs: NOT_LOGGED,
      cors: CorsPolicy.forOrigins('https://www.example.com').allow(HttpMethod.GET),
      lifecycle: Lifecycle.keepEverything().expireNoncurrentVersionsAfter(Duration.days(30)),
    }).with(
      new BucketPublicRead(PublicRead.because('Press kit, published by Communications', { prefixes: ['press/'] })),
      new BucketEventNotifications(),
    );
  },
  'SecureBucket with a copy': (stack) => {
    const copies = new SecureBucket(stack, 'Copies', { accessLogs: NOT_LOGGED });
    new SecureBucket(stack, 'Docs', { accessLogs: NOT_LOGGED }).with(new BucketReplication(Replication.to(copies)));
  },
};

export function subjects(): MutationSubject[] {
  return Object.entries({ ...SUBJECTS, ...DOOR_SUBJECTS }).map(([name, build]) => {
    const stack = new Stack(new App({ analyticsReporting: false }), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
    build(stack);
    // The bootstrap version rule is no part of what is to be secured.
    const { Parameters: _parameters, Rules: _rules, ...template } = Template.fromStack(stack).toJSON();
    return { name, template };
  });
}
