import { join } from 'node:path';
import { Aws, Duration, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { PresignedUrlsProps } from './presigned-urls-props';
import { requireOrigin } from '../../input/origin';
import { requirePrefix } from '../../input/prefix';
import { explain, validationError } from '../../input/validation-error';
import { literalSeconds } from '../../input/whole-seconds';
import type { PresignCallers } from '../../model/presign-callers';
import type { PresignedOperation } from '../../model/presigned-operation';
import { acknowledgeRule, acknowledgeWildcards } from '../../policy/acknowledge';
import { PolicyOfBucket } from '../../policy/bucket-policy';
import { defaultEncryption } from '../../policy/encryption-setting';
import {
  MAX_ISSUED_SECONDS,
  MAX_SECONDS,
  SETTINGS_VARIABLE,
  type CallerRule,
  type IssuerSettings,
} from '../../runtime/presigned-urls/contract';
import { requireFunctionUrls } from '../views/function-urls';
import { keyArnOf } from '../views/views';

/** What names principals to whom it does not apply, and how the signer becomes one of them. */
const RESTRICTIONS = [
  [
    'StrongboxDirectObjects',
    'objects are reached through access points only',
    'create the TeamAccessPoints after these URLs, with DirectAccess.denied({ except: [urls.signer] })',
  ],
  ['StrongboxWritersOnly', 'only named principals upload', 'use another bucket, from which a named writer copies'],
  [
    'StrongboxReadersOnly',
    'only named principals read',
    'use another bucket, or a construct that reads for its callers',
  ],
  [
    'StrongboxPresignedBy',
    'other principals sign, or none',
    'apply BucketPresignedLimits with PresignedRequests.onlyBy(urls.signer)',
  ],
] as const;

const SHARED_WARNING = '@strongbox/presigned-urls-shared-prefix';
/** src/ and lib/ have the same depth. */
const CODE = join(__dirname, '..', '..', '..', 'assets', 'presigned-urls');

/**
 * A function that issues presigned URLs and forms for one prefix of a bucket, so that browsers and partners load and
 * store objects by themselves.
 *
 * Signed in are the exact key, which is below the caller's own folder, the type, the size, the SHA-256 and the
 * encryption; the URL ends after `maximumExpiry` at the latest. URLs have the rights of `signer`, a role that may do
 * just these operations below the prefix, and that only by presigned requests of signature version 4 that are young
 * enough. Each issue, and each refusal, is one line of `logGroup`, without the signature.
 *
 * With `PresignCallers.iam()` or `.shared(...)` it has a function URL, to be called with IAM; with a claim you put `fn`
 * behind your API.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 *
 * @example
 * declare const documents: SecureBucket;
 * declare const portalRole: iam.Role;
 * const uploads = new PresignedUrls(this, 'Uploads', {
 *   bucket: documents.bucket,
 *   prefix: 'uploads/',
 *   operations: [PresignedOperation.upload({ contentTypes: ['application/pdf'], maximumSize: Size.mebibytes(10) })],
 *   callers: PresignCallers.iam(),
 * });
 * uploads.grantIssue(portalRole);
 * documents.bucket.with(new BucketPresignedLimits(PresignedRequests.onlyBy(uploads.signer)));
 */
export class PresignedUrls extends Construct {
  /**
   * The issuer. A principal that can invoke it directly chooses the caller that it sees, so grant
   * `lambda:InvokeFunction` to nobody else.
   */
  public readonly fn: lambda.Function;

  /** The role whose rights the URLs have; name it in `PresignedRequests.onlyBy(...)`. */
  public readonly signer: iam.Role;

  /** The audit log. */
  public readonly logGroup: logs.LogGroup;

  /** The function URL for callers with IAM credentials; none with `PresignCallers.claim(...)`. */
  public readonly functionUrl?: lambda.FunctionUrl;

  public constructor(scope: Construct, id: string, props: PresignedUrlsProps) {
    super(scope, id);
    const { bucket, callers, operations, origins = [] } = props;
    requirePrefix('prefix', props.prefix);
    this.checkOperations(operations);
    origins.forEach(requireExactOrigin);
    const maximumSeconds = this.secondsOf(props.maximumExpiry ?? Duration.minutes(15));
    const uploads = operations.some(({ name }) => name !== 'get');
    const encryptionHeaders = uploads ? this.encryptionOf(bucket) : {};

    this.logGroup = this.auditLog();
    const role = new iam.Role(this, 'Role', {
      description: `Runs the issuer ${this.node.path}`,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    this.signer = new iam.Role(this, 'Signer', {
      description: `Has the rights of the URLs that ${this.node.path} issues`,
      assumedBy: new iam.ArnPrincipal(role.roleArn),
    });
    this.allowSigner(props, maximumSeconds);
    const settings: IssuerSettings = {
      bucket: bucket.bucketName,
      region: bucket.env.region,
      urlSuffix: Aws.URL_SUFFIX,
      prefix: props.prefix,
      operations: Object.fromEntries(operations.map(({ name, _rule }) => [name, _rule ?? {}])),
      caller: { kind: callers.kind, ...(callers.claimName ? { claim: callers.claimName } : {}) } as CallerRule,
      maximumSeconds,
      signerRoleArn: this.signer.roleArn,
      encryptionHeaders,
    };
    this.fn = new lambda.Function(this, 'Resource', {
      description: `Issues presigned URLs below ${props.prefix}`,
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(CODE),
      role,
      memorySize: 256,
      timeout: Duration.seconds(10),
      logGroup: this.logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      environment: { [SETTINGS_VARIABLE]: Stack.of(this).toJsonString(settings), NODE_OPTIONS: '--enable-source-maps' },
    });
    this.allowFunction(role);
    this.functionUrl = this.door(callers, origins);
    this.explainToAuditors(callers);
    const irrelevant = [
      ...(uploads ? [] : ['StrongboxWritersOnly']),
      ...(operations.some(({ name }) => name === 'get') ? [] : ['StrongboxReadersOnly']),
    ];
    this.node.addValidation({ validate: () => this.stoppedBy(bucket, irrelevant) });
  }

  /**
   * A restriction of the bucket that denies what the URLs are for: they are requests of the signer, by the bucket's own
   * name.
   */
  private stoppedBy(bucket: s3.IBucket, irrelevant: string[]): string[] {
    const resource = bucket.node.defaultChild;
    if (!resource || !s3.CfnBucket.isCfnBucket(resource)) return [];
    const policy = PolicyOfBucket.of(resource);
    const spelled = (arn: string) => JSON.stringify(Stack.of(this).resolve(arn));
    return RESTRICTIONS.flatMap(([sid, restriction, hint]) => {
      const statement = policy.find(sid);
      if (!statement || irrelevant.includes(sid)) return [];
      const named = [statement.conditions.ArnNotEquals?.['aws:PrincipalArn'] ?? []].flat() as string[];
      if (named.map(spelled).includes(spelled(this.signer.roleArn))) return [];
      return [
        explain({
          property: 'bucket',
          actual: `${bucket.node.path}, where ${restriction}`,
          expected: 'a bucket that takes presigned requests of "signer"',
          hint,
          scope: this,
        }),
      ];
    });
  }

  /**
   * Lets a principal ask for URLs, by the function URL.
   * @throws with `PresignCallers.claim(...)`, where your API lets callers in
   */
  public grantIssue(grantee: iam.IGrantable): iam.Grant {
    if (!this.functionUrl) {
      throw validationError({
        property: 'callers',
        actual: 'a claim',
        expected: 'PresignCallers.iam() or .shared(...) for callers with IAM credentials',
        hint: 'let your API authorize the callers, and integrate "fn" there',
        scope: this,
      });
    }
    return this.functionUrl.grantInvokeUrl(grantee);
  }

  private checkOperations(operations: PresignedOperation[]): void {
    const names = operations.map(({ name }) => name);
    if (names.length === 0 || new Set(names).size < names.length) {
      throw validationError({
        property: 'operations',
        actual: `[${names.join(', ')}]`,
        expected: 'one or more of download(), upload() and form(), each once',
        hint: 'make another PresignedUrls for another kind of upload',
        scope: this,
      });
    }
  }

  private secondsOf(maximumExpiry: Duration): number {
    const seconds = literalSeconds('maximumExpiry', maximumExpiry, MAX_SECONDS);
    if (seconds > MAX_ISSUED_SECONDS) {
      throw validationError({
        property: 'maximumExpiry',
        actual: maximumExpiry.toHumanString(),
        expected:
          '59 minutes at most, since a URL dies with the credentials that signed it, and a role that ' +
          'another role assumed has them for an hour' +
          ' (signature version 4 itself allows 7 days, the console gives 12 hours)',
        hint: 'pass Duration.minutes(59) or less, and let clients ask again',
        scope: this,
      });
    }
    return seconds;
  }

  /** An upload that states the default passes whatever the bucket demands. */
  private encryptionOf(bucket: s3.IBucket): Record<string, string> {
    const resource = bucket.node.defaultChild;
    if (!resource || !s3.CfnBucket.isCfnBucket(resource)) {
      throw validationError({
        property: 'bucket',
        actual: bucket.node.path,
        expected: 'a bucket that this app creates, since an upload states the encryption of the bucket',
        hint: 'use PresignedUrls in the app that owns the bucket',
        scope: this,
      });
    }
    if (PolicyOfBucket.of(resource).find('StrongboxSseCRequired')) {
      throw validationError({
        property: 'bucket',
        actual: `${bucket.node.path}, which takes uploads with a key of the customer only (SSE-C)`,
        expected: 'a bucket whose key S3 or KMS holds, since the sender of a presigned upload would need the key',
        hint: 'use another bucket, or PresignedOperation.download() for none of its objects',
        scope: this,
      });
    }
    const { sseAlgorithm, kmsMasterKeyId } = defaultEncryption(resource) ?? { sseAlgorithm: 'AES256' };
    return {
      'x-amz-server-side-encryption': String(sseAlgorithm),
      ...(kmsMasterKeyId ? { 'x-amz-server-side-encryption-aws-kms-key-id': String(kmsMasterKeyId) } : {}),
    };
  }

  private auditLog(): logs.LogGroup {
    const { partition, region, account } = Stack.of(this);
    const key = new kms.Key(this, 'LogKey', {
      description: `Encrypts the audit log of ${this.node.path}`,
      enableKeyRotation: true,
    });
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal(`logs.${region}.amazonaws.com`)],
        actions: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
          'kms:GenerateDataKey',
          'kms:DescribeKey',
        ],
        resources: ['*'],
        conditions: {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` },
        },
      }),
    );
    return new logs.LogGroup(this, 'Log', { encryptionKey: key, retention: logs.RetentionDays.ONE_YEAR });
  }

  /**
   * Presigned requests of the operations below the prefix: as anything else the role's credentials are worth nothing.
   */
  private allowSigner({ bucket, prefix, operations }: PresignedUrlsProps, maximumSeconds: number): void {
    const policy = new iam.ManagedPolicy(this, 'SignerPolicy', { roles: [this.signer] });
    const allow = (actions: string[], authTypes: string[]) =>
      policy.addStatements(
        new iam.PolicyStatement({
          actions,
          resources: [bucket.arnForObjects(`${prefix}*`)],
          conditions: {
            StringEquals: { 's3:authType': authTypes, 's3:signatureversion': 'AWS4-HMAC-SHA256' },
            NumericLessThanEquals: { 's3:signatureAge': String(maximumSeconds * 1000) },
          },
        }),
      );
    const has = (name: string) => operations.some((operation) => operation.name === name);
    const uploading = [...(has('put') ? ['REST-QUERY-STRING'] : []), ...(has('post') ? ['POST'] : [])];
    if (has('get')) allow(['s3:GetObject'], ['REST-QUERY-STRING']);
    if (uploading.length > 0) allow(['s3:PutObject'], uploading);
    const resource = bucket.node.defaultChild;
    // A control may have named the key behind the back of the L2.
    const keyArn =
      bucket.encryptionKey?.keyArn ?? (resource && s3.CfnBucket.isCfnBucket(resource) ? keyArnOf(resource) : undefined);
    if (keyArn !== undefined) {
      policy.addStatements(
        new iam.PolicyStatement({
          actions: [...(has('get') ? ['kms:Decrypt'] : []), ...(uploading.length > 0 ? ['kms:GenerateDataKey'] : [])],
          resources: [keyArn],
          conditions: {
            StringEquals: { 'kms:ViaService': `s3.${bucket.env.region}.amazonaws.com` },
            ArnLike: { 'kms:EncryptionContext:aws:s3:arn': [bucket.bucketArn, bucket.arnForObjects(`${prefix}*`)] },
          },
        }),
      );
    }
    acknowledgeWildcards(policy, `The keys below ${prefix} are made by the callers`);
  }

  private allowFunction(role: iam.Role): void {
    const policy = new iam.ManagedPolicy(this, 'Policy', {
      roles: [role],
      statements: [
        new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [this.signer.roleArn] }),
        new iam.PolicyStatement({
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [this.logGroup.logGroupArn],
        }),
      ],
    });
    acknowledgeWildcards(policy, 'Lambda names the log streams');
    this.fn.node.addDependency(policy);
  }

  private door(callers: PresignCallers, origins: string[]): lambda.FunctionUrl | undefined {
    if (callers.kind === 'claim') {
      if (origins.length === 0) return undefined;
      throw validationError({
        property: 'origins',
        actual: origins.join(', '),
        expected: 'none with PresignCallers.claim(...), since your API answers the browser',
        hint: 'set the CORS of the API',
        scope: this,
      });
    }
    requireFunctionUrls(this, 'or put `fn` behind an API of yours, with PresignCallers.claim(...)');
    return this.fn.addFunctionUrl({
      authType: lambda.FunctionUrlAuthType.AWS_IAM,
      ...(origins.length > 0
        ? {
            cors: {
              allowedOrigins: origins,
              allowedMethods: [lambda.HttpMethod.POST],
              allowedHeaders: [
                'authorization',
                'content-type',
                'x-amz-content-sha256',
                'x-amz-date',
                'x-amz-security-token',
              ],
              maxAge: Duration.hours(1),
            },
          }
        : {}),
    });
  }

  private explainToAuditors({ reasonForShared }: PresignCallers): void {
    const answers: Record<string, string> = {
      LambdaConcurrency:
        'What it does costs milliseconds; a reserve would take the concurrency from the other functions of the account',
      LambdaDLQ: 'It is called synchronously: a failure is answered to the caller, and there is no event to keep',
      LambdaInsideVPC: 'It calls nothing but STS, and holds no data',
      LambdaTracing: 'Its audit log has one line for each call',
    };
    for (const [rule, reason] of Object.entries(answers)) acknowledgeRule(this.fn, rule, reason);
    if (reasonForShared) {
      Validations.of(this).addWarning(
        SHARED_WARNING,
        `The callers of ${this.node.path} share one prefix: each reads and overwrites what the others ` +
          'uploaded; tell them apart by PresignCallers.iam()' +
          ' or .claim(...).',
      );
      Validations.of(this).acknowledge({ id: SHARED_WARNING, reason: reasonForShared });
    }
  }
}

/** For a caller with credentials there is no use for whole domains. */
function requireExactOrigin(origin: string): void {
  if (origin.includes('*')) {
    throw validationError({
      property: 'origins',
      actual: origin,
      expected: 'origins by their full names',
      hint: 'write each as for example "https://portal.example.com"',
    });
  }
  requireOrigin('origins', origin);
}
