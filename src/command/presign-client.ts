import { projectSdk } from './project-sdk';

/** What the AWS SDK of the user's project signs for the tool. */
export interface PresignClient {
  /** @throws saying what to do where there are no credentials, or no Region */
  credentials(): Promise<CredentialsLife>;
  get(place: Place, seconds: number): Promise<string>;
  put(place: Place, upload: UploadHeaders, seconds: number): Promise<string>;
  post(
    place: Place,
    form: FormRules,
    seconds: number,
  ): Promise<{ readonly url: string; readonly fields: Readonly<Record<string, string>> }>;
}

/** How long what signs is good for. */
export interface CredentialsLife {
  /** Those of a session end; without a session they go on until somebody takes them away. */
  readonly isSession: boolean;
  /** When they end, if it is known: not where a session came by environment variables. */
  readonly ends?: Date;
}

interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** Headers that the upload must then send. */
interface UploadHeaders {
  readonly contentType?: string;
  readonly checksumSha256?: string;
}

interface FormRules extends UploadHeaders {
  readonly maximumBytes: number;
}

/** The parts of the three packages that are used; the library itself depends on no SDK. */
export interface PresignSdk {
  readonly GetObjectCommand: new (input: any) => any;
  readonly PutObjectCommand: new (input: any) => any;
  readonly getSignedUrl: (client: any, command: any, options: any) => Promise<string>;
  readonly createPresignedPost: (client: any, options: any) => Promise<{ url: string; fields: Record<string, string> }>;
}

/** Amazon S3, by the AWS SDK of the project in which the command is run. */
export function connectPresign(region: string | undefined): PresignClient {
  const sdk = loadPresign([process.cwd(), __dirname]);
  // A checksum that the SDK would compute of the empty body it knows would be signed in, and no upload would match it.
  return presignClient(
    sdk,
    new sdk.S3Client({
      region,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    }),
  );
}

/** Finds the SDK. @throws saying how to get it */
export function loadPresign(paths: string[]): PresignSdk & { readonly S3Client: new (config: object) => any } {
  return projectSdk(
    ['@aws-sdk/client-s3', '@aws-sdk/s3-request-presigner', '@aws-sdk/s3-presigned-post'],
    'signs with',
    paths,
  );
}

/** A client of the SDK. */
export function presignClient(sdk: PresignSdk, client: any): PresignClient {
  return {
    async credentials() {
      const { sessionToken, expiration } = await client.config.credentials().catch((error: Error) => {
        throw new Error(
          `No credentials to sign with: sign in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID (${error.message}).`,
        );
      });
      await client.config.region().catch(() => {
        throw new Error('The Region of the bucket is not known: name it by --region, or set AWS_REGION.');
      });
      return { isSession: sessionToken !== undefined, ends: expiration };
    },
    get: ({ bucket, key }, expiresIn) =>
      sdk.getSignedUrl(client, new sdk.GetObjectCommand({ Bucket: bucket, Key: key }), { expiresIn }),
    put({ bucket, key }, { contentType, checksumSha256 }, expiresIn) {
      const command = new sdk.PutObjectCommand({
        Bucket: bucket,
        Key: key,
        ContentType: contentType,
        ChecksumSHA256: checksumSha256,
      });
      // The SDK has a content type of its own where none is given.
      const headers = [
        ...(contentType === undefined ? [] : ['content-type']),
        ...(checksumSha256 === undefined ? [] : ['x-amz-checksum-sha256']),
      ];
      return sdk.getSignedUrl(client, command, {
        expiresIn,
        signableHeaders: new Set(['host', ...headers]),
        unhoistableHeaders: new Set(headers),
      });
    },
    post({ bucket, key }, { contentType, checksumSha256, maximumBytes }, expiresIn) {
      const fields = {
        ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
        ...(checksumSha256 === undefined ? {} : { 'x-amz-checksum-sha256': checksumSha256 }),
      };
      const Conditions = [
        ['content-length-range', 0, maximumBytes],
        ...Object.entries(fields).map(([name, value]) => ['eq', `$${name}`, value]),
      ];
      return sdk.createPresignedPost(client, {
        Bucket: bucket,
        Key: key,
        Expires: expiresIn,
        Fields: fields,
        Conditions,
      });
    },
  };
}
