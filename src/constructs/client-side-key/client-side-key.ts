import { RemovalPolicy, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { badInput } from '../../private/bad-input';
import { arnsOf } from '../../private/people';

/** Properties of `ClientSideKey`. People are roles and users, named one by one. */
export interface ClientSideKeyProps {
  /**
   * The encryption context that every use of the key must name, at least one pair, such as `{ dataset: 'claims' }`. It is no secret: it lies beside
   * the object and in CloudTrail.
   */
  readonly context: { [name: string]: string };

  /**
   * Who encrypts. They cannot decrypt, not even what they wrote.
   *
   * @default - nobody
   */
  readonly writers?: iam.IGrantable[];

  /**
   * Who decrypts. They cannot encrypt.
   *
   * @default - nobody
   */
  readonly readers?: iam.IGrantable[];

  /**
   * What becomes of the key when the stack is deleted. Without the key nothing that it encrypted can be read again.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

const ENCRYPTING = ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext'];
const DECRYPTING = ['kms:Decrypt'];
const REENCRYPTING = ['kms:ReEncryptFrom', 'kms:ReEncryptTo'];
const PAIRS = ['kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext'];

/**
 * A KMS key for encryption on the client, by the AWS Encryption SDK or an Amazon S3 Encryption Client: S3 gets ciphertext, and neither it nor
 * any other AWS service can use the key.
 *
 * Stops: a reader of the bucket, a copy of it, or somebody with rights on S3 alone, who would have S3 decrypt. Explicit denies of the key's policy
 * keep everybody but `writers` from encrypting and everybody but `readers` from decrypting, administrators of the account included; each use must
 * name the context; nobody uses the key through a service, re-encrypts, or makes a grant.
 * Limits: whoever may `kms:PutKeyPolicy` can change that. The clients need rights on the bucket as well; of another account, rights of their own
 * account too. Objects are found by their keys, so put nothing into a key that must stay secret.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingClientSideEncryption.html
 *
 * @example
 * declare const intakeRole: iam.Role;
 * declare const auditRole: iam.Role;
 * new ClientSideKey(this, 'ClaimsKey', { context: { dataset: 'claims' }, writers: [intakeRole], readers: [auditRole] });
 */
export class ClientSideKey extends Construct {
  /** The key. Clients name it by `key.keyArn`. */
  public readonly key: kms.Key;

  public constructor(scope: Construct, id: string, props: ClientSideKeyProps) {
    super(scope, id);
    const { context, writers = [], readers = [] } = props;
    this.checkContext(context);
    const [writing, reading] = [arnsOf('writers', writers), arnsOf('readers', readers)];
    const both = writing.find((arn) => reading.includes(arn));
    if (both !== undefined) {
      throw badInput({
        property: 'readers',
        received: Token.isUnresolved(both) ? 'a role that is a writer as well' : both,
        allowed: 'others than the writers, who cannot decrypt',
        fix: 'give the two tasks two roles',
        at: this,
      });
    }
    this.key = new kms.Key(this, 'Resource', {
      description: `Clients encrypt with it: ${Object.entries(context).map(([name, value]) => `${name}=${value}`).join(', ')}`.slice(0, 8192),
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    this.allow('StrongboxWriters', writers, ENCRYPTING, context);
    this.allow('StrongboxReaders', readers, DECRYPTING, context);
    this.deny('StrongboxWritersOnly', ENCRYPTING, butFor(writing));
    this.deny('StrongboxReadersOnly', DECRYPTING, butFor(reading));
    for (const [i, [name, value]] of Object.entries(context).entries()) {
      // One statement a pair: of several pairs in one condition all would have to be wrong.
      this.deny(`StrongboxContext${i + 1}`, [...ENCRYPTING, ...DECRYPTING], { StringNotEquals: { [contextKey(name)]: value } });
    }
    this.deny('StrongboxNoService', [...ENCRYPTING, ...DECRYPTING], { Null: { 'kms:ViaService': 'false' } });
    this.deny('StrongboxNoOtherUse', [...REENCRYPTING, ...PAIRS, 'kms:CreateGrant']);
  }

  /** What a pair must be for KMS and for the client libraries. */
  private checkContext(context: { [name: string]: string }): void {
    const refuse = (received: string, allowed: string, fix: string) => badInput({ property: 'context', received, allowed, fix, at: this });
    if (Object.keys(context).length === 0) throw refuse('{}', 'at least one pair, which binds writers and readers to one kind of data', 'pass for example { dataset: \'claims\' }');
    for (const [name, value] of Object.entries(context)) {
      if (/^aws(-crypto-|:)/i.test(name)) throw refuse(name, 'names that do not begin with "aws-crypto-" or "aws:", which are AWS\'s own', 'choose another name');
      // A name with a wildcard or a slash would be no condition key; a value with "${" a policy variable.
      if (!/^[\w.-]{1,128}$/.test(name)) throw refuse(name, 'names of letters, digits, ".", "_" and "-"', 'write for example "dataset"');
      if (Token.isUnresolved(value) || !/^[^${}\p{Cc}]{1,512}$/u.test(value)) {
        throw refuse(value, 'literal values without "$", "{" and "}", which clients can name as well', 'write for example "claims"');
      }
    }
  }

  private allow(sid: string, people: iam.IGrantable[], actions: string[], context: { [name: string]: string }): void {
    if (people.length === 0) return;
    const pairs = Object.entries(context).map(([name, value]) => [contextKey(name), value]);
    this.key.addToResourcePolicy(new iam.PolicyStatement({
      sid,
      principals: people.map(({ grantPrincipal }) => grantPrincipal),
      actions,
      resources: ['*'],
      conditions: { StringEquals: Object.fromEntries(pairs) },
    }));
  }

  private deny(sid: string, actions: string[], conditions: Record<string, Record<string, unknown>> = {}): void {
    this.key.addToResourcePolicy(new iam.PolicyStatement({
      sid, effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions, resources: ['*'], conditions,
    }));
  }
}

function butFor(arns: string[]): Record<string, Record<string, unknown>> {
  return arns.length > 0 ? { ArnNotEquals: { 'aws:PrincipalArn': arns } } : {};
}

function contextKey(name: string): string {
  return `kms:EncryptionContext:${name}`;
}
