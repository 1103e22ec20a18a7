/** What is mutated: the constructs as users get them, each in the settings that give it another policy. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { DOOR_SUBJECTS } from './doors';
import { OF_THE_APP } from './mutators';
import {
  Acceptance, AccessLogs, ArchiveStorage, BucketEventNotifications, BucketPublicRead, BucketRecentMfa, BucketReplication, ClientSideKey, CorsPolicy,
  DirectAccess, Encryption, GlacierVault, HttpMethod, Lifecycle, LoggingBucket, MfaDelete, NetworkOrigin, PermissionSetPrincipal, PlatformBuckets,
  PublicRead, RedactingObjectLambda, RedactionPolicy, Replication, Retention, S3Endpoint, SecureBucket, Team, TeamAccessPoints, Transform, UploadEncryption,
  VaultLock, VaultLockPolicy, View, WormArchive,
} from '../../src';

export interface MutationSubject {
  readonly name: string;
  readonly template: any;
  /** Which mutants are made, by their names: what other subjects have as well is broken there. */
  readonly broken?: RegExp;
}

const BROKEN: Readonly<Record<string, RegExp>> = {
  'WormArchive in compliance mode': /^Records(Policy|Key|Alarms\w+Alarm)?[0-9A-F]{8}:|InventoryDelivery/,
  'WormArchive in governance mode with event holds': /^Records[0-9A-F]{8}:|^RecordsPolicy.*(EventHold|Bypass|Replicas|RetentionOfficers|RetentionSh|RetentionMode)/,
  'SecureBucket with MFA delete and recent MFA': /^DocsPolicy.*RecentMfa/,
  // The key of the function's log decides about no bucket.
  'RedactingObjectLambda with two views': /^(?!ViewsRuntimeKey)/,
  ...Object.fromEntries(['ClientSideKey', 'ClientSideKey whose account was let in later'].map((name) => [name, /^(?!ClientKeyAlarms)/])),
};

export const roleArn = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;

/** What the client-side keys promise. */
export const CLIENT_SIDE = { writers: [roleArn('payroll')], readers: [roleArn('audit')], context: { purpose: 'payroll' }, furtherContext: ['document'] };

/** Of log targets the first two have enough. */
const NOT_LOGGED = AccessLogs.none('The mutants of log targets are made of others');

/** The people of an archive, by the names that the guarantees in proof.ts know. */
const person = (stack: Stack, name: string) => iam.Role.fromRoleArn(stack, name, roleArn(name));
const people = (stack: Stack) => ({
  archivists: [person(stack, 'ingest')],
  readers: [person(stack, 'audit')],
  retentionOfficers: [person(stack, 'records')],
  legalOfficers: [person(stack, 'legal')],
  policyAdministrators: [person(stack, 'deploy')],
});

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
  'RedactingObjectLambda with two views': (stack) => {
    const caller = (name: string) => new iam.Role(stack, name, { roleName: name, assumedBy: new iam.AccountRootPrincipal() });
    new RedactingObjectLambda(stack, 'Views', {
      bucket: new SecureBucket(stack, 'Docs', { bucketName: 'acme-docs', encryption: Encryption.s3Managed(), accessLogs: NOT_LOGGED }),
      views: [
        View.redacted('analytics', { policy: RedactionPolicy.standard(), principals: [caller('analytics')], listing: true }),
        View.transformed('marketing', { transform: Transform.xmlToJson(), principals: [caller('marketing')], prefixes: ['orders/'] }),
      ],
    });
  },
  'ClientSideKey': (stack) => { clientSideKey(stack); },
  'ClientSideKey whose account was let in later': (stack) => {
    clientSideKey(stack).key.addToResourcePolicy(new iam.PolicyStatement({
      sid: `${OF_THE_APP}Account`, principals: [new iam.AccountRootPrincipal()], actions: ['kms:*'], resources: ['*'],
    }));
  },
  'SecureBucket with a copy': (stack) => {
    const copies = new SecureBucket(stack, 'Copies', { accessLogs: NOT_LOGGED });
    new SecureBucket(stack, 'Docs', { accessLogs: NOT_LOGGED }).with(new BucketReplication(Replication.to(copies)));
  },
  'WormArchive in compliance mode': (stack) => {
    new WormArchive(stack, 'Records', {
      ...people(stack),
      retention: Retention.compliance(Duration.days(2557), Acceptance.irreversible('Nothing is ever deployed of this')),
      storage: ArchiveStorage.standard().thenInstantRetrieval(Duration.days(30)).thenDeepArchive(Duration.days(365)).expireAfter(Duration.days(3000)),
    });
  },
  'WormArchive in governance mode with event holds': (stack) => {
    new WormArchive(stack, 'Records', {
      ...people(stack),
      encryption: Encryption.s3Managed(),
      retention: Retention.governance(Duration.days(30), { eventHold: Duration.days(365), maximum: Duration.days(3650) }),
      replicasFrom: '444455556666',
    });
  },
  'SecureBucket with MFA delete and recent MFA': (stack) => {
    const bucket = new SecureBucket(stack, 'Docs', { accessLogs: NOT_LOGGED, lifecycle: Lifecycle.none('MFA delete allows none') });
    bucket.with(new BucketRecentMfa({ maxAge: Duration.minutes(15), exempt: [person(stack, 'records')] }));
    new MfaDelete(stack, 'MfaDelete', { bucket });
  },
  'GlacierVault with a complete lock': (stack) => {
    const policy = VaultLockPolicy.denyDeletesBefore(Duration.days(2557)).and(VaultLockPolicy.denyDeletesUnderLegalHold());
    new GlacierVault(stack, 'Ledgers', {
      vaultName: 'ledgers',
      lock: VaultLock.complete('AE863rKkWZU53SLW5be4DUcW', Acceptance.irreversible('Nothing is ever deployed of this'), policy),
      legalOfficers: [person(stack, 'legal')],
    });
  },
  'TeamAccessPoints in a VPC': (stack) => {
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 1, natGateways: 0, subnetConfiguration: [{ name: 'Data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
    const bucket = new SecureBucket(stack, 'Docs', { accessLogs: NOT_LOGGED });
    new TeamAccessPoints(stack, 'Lake', {
      bucket,
      origin: NetworkOrigin.vpc(vpc),
      directAccess: DirectAccess.ended({ except: [member('admin')] }),
      teams: [
        Team.readWrite('finance', { prefixes: ['finance/', 'close/'], principals: [member('finance')], mayDelete: true }),
        Team.readOnly('analytics', { prefixes: ['finance/'], principals: [member('analytics')] }),
      ],
    });
    new S3Endpoint(stack, 'S3', { vpc, buckets: [bucket], platform: [PlatformBuckets.amazonLinux()] });
  },
  'TeamAccessPoints for another account and Identity Center': (stack) => {
    const account = '444455556666';
    new TeamAccessPoints(stack, 'Lake', {
      bucket: new SecureBucket(stack, 'Docs', { accessLogs: NOT_LOGGED }),
      teams: [
        Team.writeOnly('inbox', { prefixes: ['inbox/'], principals: [new PermissionSetPrincipal('Partner', { account })] }),
        Team.listOnly('catalog', { prefixes: ['inbox/'], principals: [member('catalog', account)] }),
      ],
    });
  },
};

function member(name: string, account = '111122223333'): iam.IPrincipal {
  return new iam.ArnPrincipal(`arn:aws:iam::${account}:role/${name}`);
}

/** Its promises are in `proof.ts`, since no template can tell who was meant. */
function clientSideKey(stack: Stack): ClientSideKey {
  const who = (name: string) => [iam.Role.fromRoleArn(stack, name, roleArn(name))];
  const { context, furtherContext } = CLIENT_SIDE;
  return new ClientSideKey(stack, 'ClientKey', { context, furtherContext, writers: who('payroll'), readers: who('audit') });
}

export function subjects(): MutationSubject[] {
  return Object.entries({ ...SUBJECTS, ...DOOR_SUBJECTS }).map(([name, build]) => {
    const stack = new Stack(new App({ analyticsReporting: false }), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
    build(stack);
    // The bootstrap version rule is no part of what is to be secured.
    const { Parameters: _parameters, Rules: _rules, ...template } = Template.fromStack(stack).toJSON();
    return { name, template, broken: BROKEN[name] };
  });
}
