import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { principalOf } from '../../src/assurance/ask/question';
import { evaluate } from '../../src/assurance/engine/evaluate';
import { viewOf } from '../../src/assurance/engine/request-view';
import type { KeyModel } from '../../src/assurance/model/resolve';
import { keyEnvironment } from '../../src/assurance/model/subject';

type Pairs = Readonly<Record<string, string>>;

/** One call, as the API takes it. */
interface Call {
  readonly KeyId?: string;
  readonly EncryptionContext?: Pairs;
  readonly NumberOfBytes?: number;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
}

/** What each operation takes; anything else is refused, as is an operation that is not here. */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  GenerateDataKey: ['KeyId', 'NumberOfBytes', 'EncryptionContext'],
  Encrypt: ['KeyId', 'Plaintext', 'EncryptionContext'],
  Decrypt: ['KeyId', 'CiphertextBlob', 'EncryptionContext'],
};

/** An answer of KMS that is an error, under its name. */
class KmsError extends Error {
  public constructor(
    public readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * The part of KMS that client-side encryption needs, with one symmetric key. Each call is allowed or refused by the
 * library's evaluator on the key policy of the template; the encryption context is bound to what is encrypted, as in
 * KMS. Who calls is told by the access key; signatures are not checked.
 */
export class PolicyKms {
  public static async start(key: KeyModel, callers: Readonly<Record<string, string>>): Promise<PolicyKms> {
    const kms = new PolicyKms(key, callers);
    await new Promise<void>((resolve) => {
      kms.server.listen(0, '127.0.0.1', resolve);
    });
    return kms;
  }

  public readonly keyArn: string;
  private readonly material = randomBytes(32);
  private readonly server: Server;

  /** @param callers ARNs of roles by access key */
  private constructor(
    private readonly key: KeyModel,
    private readonly callers: Readonly<Record<string, string>>,
  ) {
    // The template knows the key by a placeholder; clients want an id.
    this.keyArn = key.arn.replace(/key\/.*/, 'key/1234abcd-12ab-34cd-56ef-1234567890ab');
    this.server = createServer(
      (request, response) =>
        void this.answer(request)
          .then(
            (body) => ({ status: 200, body }),
            (error: KmsError) => ({
              status: 400,
              body: { __type: error.type ?? 'KMSInternalException', message: error.message },
            }),
          )
          .then(({ status, body }) =>
            response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body)),
          ),
    );
  }

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  /**
   * One call by a role.
   * @param viaService the AWS service that makes it for the role, e.g. `s3.us-east-1.amazonaws.com`
   */
  public call(caller: string, operation: string, input: Call, viaService?: string): Record<string, string> {
    const fields = OPERATIONS[operation];
    if (!fields) throw new KmsError('UnknownOperationException', operation);
    const unknown = Object.keys(input).find((field) => !fields.includes(field));
    if (unknown) throw new KmsError('ValidationException', `${operation} does not take ${unknown} here`);
    if (input.KeyId !== this.keyArn) throw new KmsError('NotFoundException', `${input.KeyId} is no key`);
    const context = input.EncryptionContext ?? {};
    this.authorize(caller, operation, context, viaService);
    switch (operation) {
      case 'GenerateDataKey': {
        if (input.NumberOfBytes !== 32) throw new KmsError('ValidationException', 'data keys of 32 bytes are made');
        const dataKey = randomBytes(32);
        return {
          KeyId: this.keyArn,
          Plaintext: dataKey.toString('base64'),
          CiphertextBlob: this.seal(dataKey, context),
        };
      }
      case 'Encrypt':
        return { KeyId: this.keyArn, CiphertextBlob: this.seal(Buffer.from(input.Plaintext!, 'base64'), context) };
      default:
        return {
          KeyId: this.keyArn,
          Plaintext: this.open(Buffer.from(input.CiphertextBlob!, 'base64'), context),
          EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        };
    }
  }

  private async answer(request: IncomingMessage): Promise<Record<string, string>> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [, accessKey] = /^AWS4-HMAC-SHA256 Credential=([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
    const caller = this.callers[accessKey];
    if (!caller) throw new KmsError('UnrecognizedClientException', `the access key ${accessKey} is nobody's`);
    const [, operation] = /^TrentService\.(\w+)$/.exec(String(request.headers['x-amz-target'])) ?? [];
    return this.call(caller, operation, JSON.parse(Buffer.concat(chunks).toString()) as Call);
  }

  /**
   * Other policies of the caller are taken to allow everything, as an administrator's do: the key policy alone is
   * asked.
   */
  private authorize(caller: string, operation: string, context: Pairs, viaService: string | undefined): void {
    const principal = principalOf(caller);
    const names = Object.keys(context);
    const request = {
      principal,
      action: `kms:${operation}`,
      resource: this.key.arn,
      context: {
        ...Object.fromEntries(
          Object.entries(context).map(([name, value]) => [`kms:encryptioncontext:${name.toLowerCase()}`, value]),
        ),
        ...(names.length > 0 ? { 'kms:encryptioncontextkeys': names } : {}),
        ...(viaService === undefined ? {} : { 'kms:viaservice': viaService }),
      },
    };
    const [ifDoubted, otherwise] = (['deny', 'allow'] as const).map((lean) =>
      evaluate(viewOf(request), keyEnvironment(this.key), lean),
    );
    if (ifDoubted.allowed !== otherwise.allowed) {
      throw new Error(`the model does not know whether ${caller} may ${operation}`);
    }
    if (!ifDoubted.allowed) {
      throw new KmsError(
        'AccessDeniedException',
        `${caller} is not authorized to perform kms:${operation}: ${ifDoubted.reason}`,
      );
    }
  }

  private seal(plaintext: Buffer, context: Pairs): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.material, iv).setAAD(bound(context));
    const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
  }

  private open(blob: Buffer, context: Pairs): string {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.material, blob.subarray(0, 12))
        .setAAD(bound(context))
        .setAuthTag(blob.subarray(12, 28));
      return Buffer.concat([decipher.update(blob.subarray(28)), decipher.final()]).toString('base64');
    } catch {
      throw new KmsError('InvalidCiphertextException', 'the ciphertext or its encryption context is another one');
    }
  }
}

function bound(context: Pairs): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
}
