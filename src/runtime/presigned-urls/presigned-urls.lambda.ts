import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
// eslint-disable-next-line import/no-extraneous-dependencies -- bundled
import { SignatureV4 } from '@smithy/signature-v4';
import { SETTINGS_VARIABLE, SIGNER_SESSION_SECONDS, type IssuerSettings } from './contract';
import { answer, encoded, type IssuerEvent, type IssuerResponse, type Signer } from './issue';

/** Temporary credentials, or those of a test. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** SHA-256 of Node, in the shape that the signer takes. */
class Sha256 {
  private state: Hash | Hmac;

  public constructor(private readonly secret?: Parameters<typeof createHmac>[1]) {
    this.state = this.fresh();
  }

  public update(data: string | Uint8Array): void {
    this.state.update(data);
  }

  public async digest(): Promise<Uint8Array> {
    return this.state.digest();
  }

  public reset(): void {
    this.state = this.fresh();
  }

  private fresh(): Hash | Hmac {
    return this.secret === undefined ? createHash('sha256') : createHmac('sha256', this.secret);
  }
}

const PAYLOAD_HASH = 'x-amz-content-sha256';

/** Signature version 4 for S3, which encodes a path once. */
export function signerWith(credentials: Credentials, region: string): Signer {
  const v4 = new SignatureV4({
    service: 's3',
    region,
    credentials,
    sha256: Sha256 as never,
    uriEscapePath: false,
    applyChecksum: false,
  });
  return {
    accessKeyId: credentials.accessKeyId,
    sessionToken: credentials.sessionToken,
    expiration: credentials.expiration,
    async presign({ method, host, path, query, headers }, at, seconds) {
      const names = ['host', ...Object.keys(headers)];
      const { query: signed } = await v4.presign(
        {
          method,
          protocol: 'https:',
          hostname: host,
          path,
          query: { ...query },
          // Says how the payload is hashed, and is not sent.
          headers: { host, ...headers, [PAYLOAD_HASH]: 'UNSIGNED-PAYLOAD' },
        },
        {
          signingDate: at,
          expiresIn: seconds,
          signableHeaders: new Set(names),
          // What is hoisted into the query would be no header that the sender has to send.
          unhoistableHeaders: new Set([...names, PAYLOAD_HASH]),
          unsignableHeaders: new Set([PAYLOAD_HASH]),
        },
      );
      const pairs = Object.entries(signed ?? {}).map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`);
      return `https://${host}${path}?${pairs.join('&')}`;
    },
    signPolicy: (policy, at) => v4.sign(policy, { signingDate: at }),
  };
}

/** Of a session that is about to end no more is signed. */
const SLACK_SECONDS = 5;

/** The part of `@aws-sdk/client-sts` that is used; the Lambda runtime brings it. */
interface Sts {
  readonly STSClient: new (config: object) => { send(command: unknown): Promise<{ Credentials?: Session }> };
  readonly AssumeRoleCommand: new (input: {
    RoleArn: string;
    RoleSessionName: string;
    DurationSeconds: number;
  }) => unknown;
}
interface Session {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  readonly Expiration: Date;
}

let current: Signer | undefined;

/** Sessions of the signing role are shared by calls: who asked is in the audit log, and so is the session's key id. */
async function signerFor({ signerRoleArn, region }: IssuerSettings, seconds: number): Promise<Signer> {
  const left = ((current?.expiration?.getTime() ?? 0) - Date.now()) / 1000;
  if (current && left > seconds + SLACK_SECONDS) return current;
  // eslint-disable-next-line @typescript-eslint/no-require-imports, import/no-extraneous-dependencies -- Lambda has it; loaded when first needed
  const { AssumeRoleCommand, STSClient } = require('@aws-sdk/client-sts') as Sts;
  const { Credentials: made } = await new STSClient({}).send(
    new AssumeRoleCommand({
      RoleArn: signerRoleArn,
      RoleSessionName: 'presigned-urls',
      DurationSeconds: SIGNER_SESSION_SECONDS,
    }),
  );
  if (!made) throw new Error(`STS gave no credentials for ${signerRoleArn}`);
  current = signerWith(
    {
      accessKeyId: made.AccessKeyId,
      secretAccessKey: made.SecretAccessKey,
      sessionToken: made.SessionToken,
      expiration: made.Expiration,
    },
    region,
  );
  return current;
}

export async function handler(event: IssuerEvent): Promise<IssuerResponse> {
  const settings = JSON.parse(process.env[SETTINGS_VARIABLE]!) as IssuerSettings;
  return answer(event, settings, {
    now: () => new Date(),
    signer: (seconds) => signerFor(settings, seconds),
    // One object, which Lambda's JSON log format leaves as it is.
    audit: (record) => console.log(record),
  });
}
