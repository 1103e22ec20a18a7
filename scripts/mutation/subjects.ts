/** What is mutated: the constructs as users get them, each in the settings that give it another policy. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccessLogs, Encryption, LoggingBucket, SecureBucket } from '../../src';

export interface MutationSubject {
  readonly name: string;
  readonly template: any;
}

const SUBJECTS: Readonly<Record<string, (stack: Stack) => void>> = {
  'SecureBucket': (stack) => { new SecureBucket(stack, 'Docs'); },
  'SecureBucket with SSE-S3': (stack) => {
    const logs = new LoggingBucket(stack, 'Logs', { bucketName: 'acme-logs', sourceNamePattern: 'acme-*' });
    new SecureBucket(stack, 'Docs', { bucketName: 'acme-docs', encryption: Encryption.s3Managed(), accessLogs: AccessLogs.to(logs) });
  },
};

export function subjects(): MutationSubject[] {
  return Object.entries(SUBJECTS).map(([name, build]) => {
    const stack = new Stack(new App({ analyticsReporting: false }), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
    build(stack);
    // The bootstrap version rule is no part of what is to be secured.
    const { Parameters: _parameters, Rules: _rules, ...template } = Template.fromStack(stack).toJSON();
    return { name, template };
  });
}
