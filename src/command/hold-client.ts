import { projectSdk } from './project-sdk';

/** What S3 says of a version. */
export type HoldStatus = 'ON' | 'OFF';

export interface Version {
  readonly key: string;
  readonly versionId: string;
}

/** The three things that the tool asks of S3. */
export interface HoldClient {
  /** Every version below the prefix, without delete markers, which cannot be held. */
  versions(prefix: string): AsyncIterable<Version>;
  /** A version that was never held is `OFF`. */
  status(version: Version): Promise<HoldStatus>;
  set(version: Version, status: HoldStatus): Promise<void>;
}

/** The part of `@aws-sdk/client-s3` that is used; the library itself depends on no SDK. */
interface Sdk {
  readonly S3Client: new (config: object) => SdkClient;
  readonly ListObjectVersionsCommand: SdkCommand;
  readonly GetObjectLegalHoldCommand: SdkCommand;
  readonly PutObjectLegalHoldCommand: SdkCommand;
}
type SdkCommand = new (input: any) => unknown;
interface SdkClient {
  send(command: any): Promise<any>;
}

const ATTEMPTS = 10;
/** How Amazon S3, and Ceph, say that a version was never held. */
const NEVER_HELD = ['NoSuchObjectLockConfiguration', 'ObjectLockConfigurationNotFoundError'];

/** Amazon S3, by the AWS SDK of the project in which the command is run. */
export function connect({ bucket, region }: { bucket: string; region?: string }): HoldClient {
  const sdk = load([process.cwd(), __dirname]);
  return holdClient(sdk, new sdk.S3Client({ region, maxAttempts: ATTEMPTS, retryMode: 'adaptive' }), bucket);
}

/** Finds the SDK. @throws saying how to get it */
export function load(paths: string[]): Sdk {
  return projectSdk(['@aws-sdk/client-s3'], 'talks to S3 with', paths);
}

/** A bucket behind a client of the SDK. */
export function holdClient(sdk: Omit<Sdk, 'S3Client'>, client: SdkClient, bucket: string): HoldClient {
  return {
    async *versions(prefix) {
      let page: any = {};
      do {
        page = await client.send(
          new sdk.ListObjectVersionsCommand({
            Bucket: bucket,
            Prefix: prefix,
            KeyMarker: page.NextKeyMarker,
            VersionIdMarker: page.NextVersionIdMarker,
          }),
        );
        for (const { Key, VersionId } of page.Versions ?? []) yield { key: Key, versionId: VersionId };
      } while (page.IsTruncated);
    },
    async status({ key, versionId }) {
      try {
        const { LegalHold } = await client.send(
          new sdk.GetObjectLegalHoldCommand({ Bucket: bucket, Key: key, VersionId: versionId }),
        );
        return LegalHold?.Status === 'ON' ? 'ON' : 'OFF';
      } catch (error) {
        if (NEVER_HELD.includes((error as Error).name)) return 'OFF';
        throw error;
      }
    },
    async set({ key, versionId }, status) {
      await client.send(
        new sdk.PutObjectLegalHoldCommand({
          Bucket: bucket,
          Key: key,
          VersionId: versionId,
          LegalHold: { Status: status },
        }),
      );
    },
  };
}
