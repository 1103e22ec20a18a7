import { RemovalPolicy, Stack, Token, type ResourceEnvironment } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { validationError } from '../../input/validation-error';
import { AlarmTopic } from '../../policy/alarm-topic';
import { claim } from '../../policy/claims';
import { denyKeyDeletion, denyOnKey } from '../../policy/key-policy';
import { arnsOf } from '../../policy/principal-restriction';

/**
 * Properties of `ClientSideKey`. People are roles and users; who is in no list can use the key for nothing, whatever
 * IAM gives him.
 */
export interface ClientSideKeyProps {
  /**
   * What every request to the key must say of the data, as pairs of a name and a value: the encryption context that the
   * client library is given.
   *
   * Case counts, in names and values. It is no secret: CloudTrail shows it.
   */
  readonly context: { [name: string]: string };

  /** Principals that can encrypt. Writers cannot decrypt, even their own objects, unless they are in `readers` too. */
  readonly writers: iam.IGrantable[];

  /** Principals that can decrypt. Readers cannot encrypt, unless they are in `writers` too. */
  readonly readers: iam.IGrantable[];

  /**
   * Names of further pairs that requests may carry, with any value, such as the id of one document.
   *
   * The pairs that client libraries add by themselves (`aws-crypto-public-key`, `aws:x-amz-cek-alg`) are always taken.
   *
   * @default - none: a request with any other pair is denied
   */
  readonly furtherContext?: string[];

  /**
   * Who manages the key and its policy. None of them can use it, but whoever may change the policy could give himself
   * the right: the alarm tells. The role that deploys the stack must be among them, or KMS refuses to make the key.
   *
   * @default - whom IAM lets manage keys of the account
   */
  readonly administrators?: iam.IGrantable[];

  /**
   * A name by which clients find the key, such as `alias/payroll`.
   *
   * @default - none: clients are given the ARN
   */
  readonly alias?: string;
}

/**
 * A key for encryption before upload: Amazon S3 stores what it cannot read. For the AWS Encryption SDK, the S3
 * Encryption Client, and whatever else asks KMS for data keys under an encryption context.
 *
 * Writers encrypt, readers decrypt, both only under the named encryption context; everybody and everything else is
 * denied by explicit statements of the key's policy, which no right in IAM, no later statement and no grant outweighs.
 * Every use through an AWS service is denied, so neither Amazon S3 nor a caller by way of it can decrypt. No grants, no
 * re-encryption, no deletion; the material is rotated every year, older objects stay readable. The key is retained when
 * the stack goes: without it the data is lost.
 *
 * What Amazon S3 cannot do is check that an upload is encrypted: it sees bytes. Let only the writers of the key upload,
 * for example by `BucketWritersOnly`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingClientSideEncryption.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html
 *
 * @example
 * declare const payrollRole: iam.Role;
 * declare const auditRole: iam.Role;
 * const key = new ClientSideKey(this, 'PayrollKey', {
 *   context: { purpose: 'payroll' },
 *   writers: [payrollRole],
 *   readers: [auditRole],
 * });
 */
export class ClientSideKey extends Construct implements kms.IKeyRef {
  /** The L2 key. Its grants give no rights: the policy denies them to all but writers and readers. */
  public readonly key: kms.Key;

  /**
   * Where the alarm goes when somebody touches the policy, the rotation or the life of the key: subscribe those who
   * must know.
   */
  public readonly alarmTopic: sns.Topic;

  /** The context that clients must give, as JSON text for an environment variable. */
  public readonly contextJson: string;

  public constructor(scope: Construct, id: string, props: ClientSideKeyProps) {
    super(scope, id);
    const { writers, readers, furtherContext = [], administrators, alias } = props;
    // Java gives a map in another order at every run, and the policy must not change with it.
    const context = Object.fromEntries(Object.entries(props.context).sort(([a], [b]) => (a < b ? -1 : 1)));
    this.checkContext(context, furtherContext);
    if (writers.length === 0 && readers.length === 0) {
      throw validationError({
        property: 'writers',
        actual: [],
        expected: 'at least one writer or reader',
        hint: 'name the roles that encrypt and those that decrypt',
        scope: this,
      });
    }
    this.contextJson = Stack.of(this).toJsonString(context);

    const policy = new iam.PolicyDocument();
    this.allow(
      policy,
      'StrongboxKeyAdministration',
      administrators?.map(named('administrators')) ?? [new iam.AccountRootPrincipal()],
      MANAGE,
    );
    this.allow(policy, 'StrongboxEncrypt', writers.map(named('writers')), ENCRYPT);
    this.allow(policy, 'StrongboxDecrypt', readers.map(named('readers')), DECRYPT);
    // A service has no aws:PrincipalArn, and a negated operator takes what is absent for another one: services are
    // denied by these, too.
    denyOnKey(policy, 'StrongboxWritersOnly', ENCRYPT, allBut(arnsOf('writers', writers)));
    denyOnKey(policy, 'StrongboxReadersOnly', DECRYPT, allBut(arnsOf('readers', readers)));
    denyOnKey(policy, 'StrongboxOtherUses', OTHER_USES);
    denyOnKey(policy, 'StrongboxNotThroughServices', USES, { Null: { 'kms:ViaService': 'false' } });
    Object.entries(context).forEach(([name, value], i) => {
      // An absent pair is denied like a wrong one.
      denyOnKey(policy, `StrongboxContext${i + 1}`, USES, {
        StringNotEquals: { [`kms:EncryptionContext:${name}`]: value },
      });
    });
    // The names of condition keys have no case, those of pairs do: another spelling is another pair, which no reader
    // would think of.
    denyOnKey(policy, 'StrongboxNoOtherContext', USES, {
      'ForAnyValue:StringNotEquals': {
        'kms:EncryptionContextKeys': [...Object.keys(context), ...furtherContext, ...OF_LIBRARIES],
      },
    });
    denyKeyDeletion(this, policy);

    this.key = new kms.Key(this, 'Resource', {
      description: `Encrypts on the clients of ${this.node.path}; no AWS service may use it`,
      alias,
      policy,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.alarmTopic = this.alarm();
    this.claims(
      context,
      furtherContext,
      arnsOf('writers', writers),
      arnsOf('readers', readers),
      administrators && arnsOf('administrators', administrators),
    );
  }

  /** The policy of the key names all of them already. */
  private claims(
    context: { [name: string]: string },
    further: string[],
    writers: string[],
    readers: string[],
    administrators?: string[],
  ): void {
    const options = {
      context,
      furtherContext: further.length > 0 ? further : undefined,
      writers,
      readers,
      administrators,
    };
    for (const guarantee of CLAIMED) claim(this.key.node.defaultChild as kms.CfnKey, { guarantee, options });
  }

  /** The id and ARN of the key. */
  public get keyRef(): kms.KeyReference {
    return this.key.keyRef;
  }

  /** The account and Region of the key. */
  public get env(): ResourceEnvironment {
    return this.key.env;
  }

  private checkContext(context: { [name: string]: string }, further: string[]): void {
    const refuse = (property: string, received: unknown, allowed: string, fix: string) =>
      validationError({ property, actual: received, expected: allowed, hint: fix, scope: this });
    const names = [...Object.keys(context), ...further];
    if (Object.keys(context).length === 0) {
      throw refuse(
        'context',
        {},
        'at least one pair of a name and a value',
        "say what the data is, for example { purpose: 'payroll' }",
      );
    }
    for (const name of names) {
      if (Token.isUnresolved(name) || !/^[A-Za-z0-9 _.:/=+@-]{1,128}$/.test(name)) {
        throw refuse(
          'context',
          name,
          'literal names of 1 to 128 letters, digits, spaces and _ . : / = + @ -',
          'choose another name',
        );
      }
      if (/^aws[-:]/i.test(name)) {
        throw refuse(
          'context',
          name,
          'names that do not begin with "aws-" or "aws:", which client libraries keep for themselves',
          'choose another name',
        );
      }
      if (names.filter((other) => other.toLowerCase() === name.toLowerCase()).length > 1) {
        throw refuse(
          'context',
          name,
          'names that differ in more than case, since condition keys have none',
          'name each pair once, in "context" or in "furtherContext"',
        );
      }
    }
    for (const [name, value] of Object.entries(context)) {
      if (!Token.isUnresolved(value) && (value === '' || value.includes('${'))) {
        throw refuse(
          `context.${name}`,
          value,
          'text that is not empty and has no "${", which would be a policy variable',
          'choose another value',
        );
      }
    }
  }

  private allow(policy: iam.PolicyDocument, sid: string, principals: iam.IPrincipal[], actions: string[]): void {
    if (principals.length > 0) {
      policy.addStatements(new iam.PolicyStatement({ sid, principals, actions, resources: ['*'] }));
    }
  }

  private alarm(): sns.Topic {
    const home = new Construct(this, 'Alarms');
    const alarms = new AlarmTopic(home);
    alarms.onCalls(home, this.node.path, {
      id: 'KeyAlarm',
      description:
        'somebody changed the policy or the rotation of the key, disabled it, scheduled its deletion, ' +
        'asked for a grant, or tried to',
      service: 'kms',
      eventNames: [
        'PutKeyPolicy',
        'DisableKeyRotation',
        'DisableKey',
        'ScheduleKeyDeletion',
        'DeleteImportedKeyMaterial',
        'CreateGrant',
      ],
      where: { resources: { ARN: [this.key.keyArn] } },
    });
    return alarms.topic;
  }
}

/** Guarantees of the key that its template claims. */
const CLAIMED = [
  'client-key-used-only-by',
  'client-key-context-bound',
  'client-key-not-through-services',
  'client-key-managed-only-by',
  'client-key-works',
  'client-key-kept',
];
const ENCRYPT = ['kms:Encrypt', 'kms:GenerateDataKey'];
const DECRYPT = ['kms:Decrypt'];
const USES = [...ENCRYPT, ...DECRYPT];
/** What a symmetric key can do beside; a grant would hand rights on without the policy's conditions. */
const OTHER_USES = [
  'kms:CreateGrant',
  'kms:GenerateDataKeyPair*',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncrypt*',
];
/** Everything that CloudFormation and an operator need, without use, grants, deletion, and switching rotation off. */
const MANAGE = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];
/**
 * Pairs that the AWS Encryption SDK adds when it signs, and the S3 Encryption Client always.
 * @see https://docs.aws.amazon.com/encryption-sdk/latest/developer-guide/concepts.html#encryption-context
 */
const OF_LIBRARIES = ['aws-crypto-public-key', 'aws:x-amz-cek-alg'];

/** `aws:PrincipalArn` tells people apart one by one, so everybody must have a name. */
function named(property: string): (person: iam.IGrantable) => iam.IPrincipal {
  return (person) => {
    arnsOf(property, [person]);
    return person.grantPrincipal;
  };
}

function allBut(arns: string[]): Record<string, unknown> | undefined {
  return arns.length > 0 ? { ArnNotEquals: { 'aws:PrincipalArn': arns } } : undefined;
}
