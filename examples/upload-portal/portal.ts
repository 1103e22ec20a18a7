import { CfnOutput, Duration, RemovalPolicy, Size, Stack, Validations, type StackProps } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import {
  BucketObjectLock,
  BucketPresignedLimits,
  BucketReplication,
  CorsPolicy,
  HttpMethod,
  LoggingBucket,
  ObjectLock,
  PresignCallers,
  PresignedOperation,
  PresignedRequests,
  PresignedUrls,
  Replication,
  SecureBucket,
} from 'cdk-s3-strongbox';
import type { Construct } from 'constructs';

export interface UploadPortalProps extends StackProps {
  /** Where the page is served, e.g. `https://portal.example.com`. */
  readonly origin: string;
}

const DOCUMENTS = { contentTypes: ['application/pdf', 'image/png', 'image/jpeg'], maximumSize: Size.mebibytes(20) };
const LIFE = Duration.minutes(5);

/**
 * Customers sign in on a page, and put and get documents of their own: the bucket never sees their credentials, the
 * page never sees AWS's.
 */
export class UploadPortalStack extends Stack {
  public constructor(scope: Construct, id: string, { origin, ...props }: UploadPortalProps) {
    super(scope, id, props);
    const documents = new SecureBucket(this, 'Documents', {
      cors: CorsPolicy.forOrigins(origin).allow(HttpMethod.GET, HttpMethod.PUT, HttpMethod.POST),
    });
    const urls = new PresignedUrls(this, 'Urls', {
      bucket: documents.bucket,
      prefix: 'customers/',
      operations: [
        PresignedOperation.download(),
        PresignedOperation.upload(DOCUMENTS),
        PresignedOperation.form(DOCUMENTS),
      ],
      // Cognito's id of the user: nobody chooses it, and it never changes.
      callers: PresignCallers.claim('sub'),
      maximumExpiry: LIFE,
    });
    documents.bucket.with(
      new BucketPresignedLimits(PresignedRequests.onlyBy(urls.signer).notOlderThan(LIFE)),
      new BucketReplication(Replication.none('Customers keep their originals, approved by Customer Care')),
      new BucketObjectLock(ObjectLock.none('Customers may replace what they sent, approved by Customer Care')),
    );
    LoggingBucket.of(this).bucket.with(
      new BucketReplication(
        Replication.none('Logs are copied to the security account every night, approved by Security'),
      ),
    );

    // Somebody has to read what the customers send.
    const clerks = new iam.Role(this, 'Clerks', {
      assumedBy: new iam.AccountRootPrincipal(),
      description: 'Read what customers sent',
    });
    const reading = new iam.ManagedPolicy(this, 'Reading', { roles: [clerks] });
    documents.grantRead(reading, { prefixes: ['customers/'] });
    const bucketId = this.getLogicalId(documents.bucket.node.defaultChild as CfnBucket);
    Validations.of(reading).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/customers/*]`,
      reason: 'Clerks read whatever any customer sends',
    });

    const { pool, client } = this.users(origin);
    this.api(origin, urls, pool, client);
  }

  private users(origin: string): { pool: cognito.UserPool; client: cognito.UserPoolClient } {
    const pool = new cognito.UserPool(this, 'Users', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      mfa: cognito.Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireSymbols: true,
        requireUppercase: true,
      },
      featurePlan: cognito.FeaturePlan.PLUS,
      standardThreatProtectionMode: cognito.StandardThreatProtectionMode.FULL_FUNCTION,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const domain = pool.addDomain('SignIn', { cognitoDomain: { domainPrefix: `upload-portal-${this.account}` } });
    const client = pool.addClient('Page', {
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [cognito.OAuthScope.OPENID],
        callbackUrls: [`${origin}/`],
      },
      accessTokenValidity: Duration.minutes(30),
      preventUserExistenceErrors: true,
    });
    new CfnOutput(this, 'SignInUrl', { value: domain.baseUrl() });
    new CfnOutput(this, 'ClientId', { value: client.userPoolClientId });
    return { pool, client };
  }

  private api(origin: string, urls: PresignedUrls, pool: cognito.UserPool, client: cognito.UserPoolClient): void {
    const key = new kms.Key(this, 'ApiLogKey', {
      enableKeyRotation: true,
      description: 'Encrypts the access log of the API',
    });
    key.grantEncryptDecrypt(
      new iam.ServicePrincipal(`logs.${this.region}.amazonaws.com`, {
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': `arn:${this.partition}:logs:${this.region}:${this.account}:log-group:*`,
          },
        },
      }),
    );
    const log = new logs.LogGroup(this, 'ApiLog', { encryptionKey: key, retention: logs.RetentionDays.ONE_YEAR });
    const api = new apigateway.HttpApi(this, 'Api', {
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: [origin],
        allowMethods: [apigateway.CorsHttpMethod.POST],
        allowHeaders: ['authorization', 'content-type'],
        maxAge: Duration.hours(1),
      },
    });
    api.addRoutes({
      path: '/urls',
      methods: [apigateway.HttpMethod.POST],
      integration: new HttpLambdaIntegration('Issue', urls.fn),
      authorizer: new HttpJwtAuthorizer('Customers', pool.userPoolProviderUrl, {
        jwtAudience: [client.userPoolClientId],
      }),
    });
    new apigateway.HttpStage(this, 'Stage', {
      httpApi: api,
      autoDeploy: true,
      throttle: { rateLimit: 50, burstLimit: 100 },
      accessLogSettings: {
        destination: new apigateway.LogGroupLogDestination(log),
        format: AccessLogFormat.jsonWithStandardFields(),
      },
    });
    new CfnOutput(this, 'UrlsEndpoint', { value: `${api.apiEndpoint}/urls` });
  }
}
