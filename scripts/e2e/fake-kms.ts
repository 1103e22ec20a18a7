import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { evaluate, viewOf, type Environment } from '../../src/assurance/evaluate';

/** Who calls, by access key. */
export type Callers = Readonly<Record<string, string>>;

/**
 * The three calls of KMS that client libraries make, for one key. Who may do what is decided by the key's policy from the template, as the model of
 * policies evaluates it, for callers whose own policies allow nothing; a ciphertext opens in its own encryption context alone.
 */
export class FakeKms {
  public static async start(keyArn: string, environment: Environment, callers: Callers): Promise<FakeKms> {
    const kms = new FakeKms(keyArn, { ...environment, otherIdentities: 'nothing' }, callers);
    await new Promise<void>((resolve) => kms.server.listen(0, '127.0.0.1', resolve));
    return kms;
  }

  private readonly server: Server;
  private readonly secret = randomBytes(32);

  private constructor(private readonly keyArn: string, private readonly environment: Environment, private readonly callers: Callers) {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const [, accessKey] = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
        const call = String(request.headers['x-amz-target']).replace('TrentService.', '');
        try {
          response.setHeader('content-type', 'application/x-amz-json-1.1');
          response.end(JSON.stringify(this.answer(call, JSON.parse(Buffer.concat(chunks).toString()), accessKey)));
        } catch (error) {
          response.statusCode = 400;
          response.end(JSON.stringify({ __type: (error as Error).name, message: (error as Error).message }));
        }
      });
    });
  }

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(call: string, input: any, accessKey: string | undefined): unknown {
    const context: Record<string, string> = input.EncryptionContext ?? {};
    if (input.KeyId !== undefined && input.KeyId !== this.keyArn) throw named('NotFoundException', `no key ${input.KeyId}`);
    this.authorize(`kms:${call}`, context, accessKey);
    switch (call) {
      case 'GenerateDataKey': {
        const length = input.NumberOfBytes ?? 32;
        if (!Number.isInteger(length)) throw named('ValidationException', 'NumberOfBytes');
        const key = randomBytes(length);
        return { KeyId: this.keyArn, Plaintext: key.toString('base64'), CiphertextBlob: this.seal(key, context) };
      }
      case 'Encrypt': return { KeyId: this.keyArn, CiphertextBlob: this.seal(Buffer.from(input.Plaintext, 'base64'), context) };
      case 'Decrypt': return { KeyId: this.keyArn, Plaintext: this.unseal(input.CiphertextBlob, context) };
      default: throw named('UnknownOperationException', call);
    }
  }

  private authorize(action: string, context: Record<string, string>, accessKey: string | undefined): void {
    const arn = this.callers[accessKey ?? ''];
    if (arn === undefined) throw named('UnrecognizedClientException', 'who is that?');
    const pairs = Object.entries(context).map(([name, value]) => [`kms:encryptioncontext:${name.toLowerCase()}`, value]);
    const [, account] = /:iam::(\d{12}):/.exec(arn)!;
    const { allowed, reason } = evaluate(viewOf({
      principal: { kind: 'role', arn, account }, action, resource: this.keyArn, context: { 'aws:securetransport': 'true', ...Object.fromEntries(pairs) },
    }), this.environment, 'deny');
    if (!allowed) throw named('AccessDeniedException', reason);
  }

  private seal(plaintext: Buffer, context: Record<string, string>): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.secret, iv).setAAD(canonical(context));
    return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]).toString('base64');
  }

  private unseal(blob: string, context: Record<string, string>): string {
    const bytes = Buffer.from(blob, 'base64');
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.secret, bytes.subarray(0, 12)).setAAD(canonical(context)).setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('base64');
    } catch {
      throw named('InvalidCiphertextException', 'not encrypted here, or in another context');
    }
  }
}

function canonical(context: Record<string, string>): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
