import { Duration, Names, Stack, Validations } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { READING_METHODS, READING_HEADERS, PREFLIGHT_SECONDS, preflight } from './preflight';
import { RedactingEndpointProps } from './redacting-endpoint-props';
import { BucketReadThroughViewOnly } from '../../controls/bucket-policy/read-through-view-only';
import { validationError } from '../../input/validation-error';
import { EndpointAuthorization } from '../../model/endpoint-authorization';
import type { TransformHost } from '../../model/transform-host';
import type { View } from '../../model/view';
import { admit } from '../../policy/admissions';
import { pascal } from '../../policy/object-lambda';
import { arnsOf } from '../../policy/principal-restriction';
import { ViewHandler, type CallerRules } from '../../runtime/object-views/contract';
import type { RedactedCopy } from '../redacted-copy/redacted-copy';
import { boundFunctionPolicy, requireFunctionUrls } from '../views/function-urls';
import { bindCallers, equipCallers, FunctionCall } from '../views/view-callers';
import { ViewFunction, warnOfIsolation } from '../views/view-function';
import { readingOriginals, usingKey } from '../views/view-source';
import { KNOWN_TO_IAM, ownedBucket, requireKnownCallers, requirePrincipals, requireViews } from '../views/views';

/** What Lambda streams at most, at full speed first and then slowly. */
const MAX_BYTES = 200_000_000;
const FAST_BYTES = 6_000_000;
const SLOW_BYTES_PER_SECOND = 2_000_000;
/** To begin an answer, and for what the clock is not exact in. */
const HEADWAY_SECONDS = 60;

const TOKEN_HEADER = 'x-strongbox-token';
const VIEWS_HEADER = 'x-strongbox-views';

/**
 * Views of a bucket over HTTPS, for every account: a function that streams its answers, called by its own URL with IAM,
 * or by tokens (JWT) behind CloudFront, whose origin access control is then the only way to the function.
 *
 * Callers that IAM knows are denied the original by the bucket's policy, as with `RedactingObjectLambda`. An answer is
 * 200 MB at most, and Lambda streams 2 MB/s after the first 6 MB.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 *
 * @example
 * declare const documents: SecureBucket;
 * declare const analyticsRole: iam.Role;
 * new RedactingEndpoint(this, 'Redacted', {
 *   bucket: documents,
 *   views: [View.redacted('analytics', { policy: RedactionPolicy.standard(), principals: [analyticsRole] })],
 * });
 */
export class RedactingEndpoint extends Construct {
  /** The address below which a view's objects are: `url` + `analytics/` + key. Ends in a slash. */
  public readonly url: string;

  /** The function that makes the views. */
  public readonly fn: lambda.Function;

  /** The distribution; none with IAM. */
  public readonly distribution?: cloudfront.Distribution;

  /** Where the alarms go: subscribe those who must know. */
  public readonly alarmTopic: sns.Topic;

  public constructor(scope: Construct, id: string, props: RedactingEndpointProps) {
    super(scope, id);
    const authorization = props.authorization ?? EndpointAuthorization.iam();
    const { copies, maxBytes = MAX_BYTES } = props;
    requireFunctionUrls(
      this,
      'serve the view by RedactedCopy, or by RedactingObjectLambda where the account has S3 Object Lambda',
    );
    requireViews(this, props.views);
    this.refuseMisfits(props, authorization, maxBytes);
    const bucket = ownedBucket(this, props.bucket);

    const fn = new ViewFunction(this, 'Runtime', {
      handler: ViewHandler.ENDPOINT,
      says: `Makes the views of ${this.node.path}`,
      views: props.views,
      timeout: Duration.seconds(
        HEADWAY_SECONDS + Math.ceil(Math.max(0, maxBytes - FAST_BYTES) / SLOW_BYTES_PER_SECOND),
      ),
      document: (host) => ({
        bucket: host.deployed(bucket.ref),
        limits: { responseBytes: maxBytes },
        copy: copies && {
          view: copies.view.name,
          bucket: host.deployed(copies.destination.bucket.bucketName),
          prefix: copies.destinationPrefix,
        },
      }),
      viewDocument: (view, host) => ({
        callers: callersOf(view, authorization, host),
        cacheSeconds: props.cacheFor?.toSeconds(),
      }),
      rights: [...readingOriginals(bucket, props.views), ...(copies ? readingCopies(copies) : [])],
      // A copy is told by its ETag, which both must key alike.
      keySecret: props.keySecret ?? copies?._keySecret,
      options: props.functions,
      noDeadLetters: 'Its caller waits for the answer and hears of a failure at once',
    });
    this.fn = fn.fn;
    this.alarmTopic = fn.alarmTopic;
    admit(bucket, { role: fn.role, reads: true, writes: false });
    if (copies) {
      admit(copies.destination.bucket.node.defaultChild as s3.CfnBucket, { role: fn.role, reads: true, writes: false });
    }
    const functionUrl = this.fn.addFunctionUrl({
      authType: lambda.FunctionUrlAuthType.AWS_IAM,
      invokeMode: lambda.InvokeMode.RESPONSE_STREAM,
    });
    if (authorization.jwtOptions) {
      this.distribution = this.distribute(functionUrl, props, fn.digest, authorization.jwtOptions.allowedOrigins ?? []);
      this.url = `https://${props.domain?.names[0] ?? this.distribution.distributionDomainName}/`;
    } else {
      this.url = functionUrl.url;
      this.admit(props.views);
      boundFunctionPolicy(
        this,
        this.fn,
        'Let the callers of a view assume one role, or put the views into several RedactingEndpoints',
      );
    }
    for (const { name, principals } of props.views.filter((view) => view.principals.length > 0)) {
      bucket.with(new BucketReadThroughViewOnly(name, principals));
    }
    warnOfIsolation(this, props.functions);
  }

  private refuseMisfits(
    { views, cacheFor, domain, copies, keySecret }: RedactingEndpointProps,
    { jwtOptions }: EndpointAuthorization,
    maxBytes: number,
  ): void {
    const refuse = (property: string, received: unknown, allowed: string, fix: string) =>
      validationError({ property, actual: received, expected: allowed, hint: fix, scope: this });
    if (!Number.isInteger(maxBytes) || maxBytes < 1 || maxBytes > MAX_BYTES) {
      throw refuse(
        'maxBytes',
        maxBytes,
        `a whole number from 1 to ${MAX_BYTES}, what Lambda streams in one answer`,
        'make a RedactedCopy for larger objects',
      );
    }
    const large = views.find(({ transform }) => (transform._facts.image?.bytes ?? 0) > maxBytes);
    if (large) {
      throw refuse(
        'maxBytes of Transform.image',
        `${large.transform._facts.image!.bytes} in the view ${large.name}`,
        `no picture larger than an answer, ${maxBytes} bytes`,
        'lower it, or make a RedactedCopy of large pictures',
      );
    }
    if (copies && !views.includes(copies.view)) {
      throw refuse(
        'copies',
        `copies of the view ${copies.view.name}`,
        `copies of one of ${views.map(({ name }) => name).join(', ')}`,
        'give both constructs the same View object',
      );
    }
    if (copies && keySecret && keySecret !== copies._keySecret) {
      throw refuse(
        'keySecret',
        'another secret than that of "copies"',
        'the secret of the copies, or no copy would be known as one',
        'leave "keySecret" out, or give both constructs the same',
      );
    }
    if (!jwtOptions) {
      requirePrincipals(this, views);
      requireKnownCallers(this, views, KNOWN_TO_IAM);
      const claiming = views.find(({ _options }) => _options.claims);
      if (claiming) {
        throw refuse(
          'claims',
          `those of the view ${claiming.name}`,
          'no claims with EndpointAuthorization.iam(), whose callers have none',
          'use EndpointAuthorization.jwt, or name principals',
        );
      }
      if (cacheFor) {
        throw refuse(
          'cacheFor',
          `${cacheFor.toSeconds()} s`,
          'no cache with EndpointAuthorization.iam(), since CloudFront checks no signatures',
          'leave "cacheFor" out, or use EndpointAuthorization.jwt',
        );
      }
      if (domain) {
        throw refuse(
          'domain',
          domain.names.join(', '),
          'no domain with EndpointAuthorization.iam(), since a function URL has none',
          'leave "domain" out, or use EndpointAuthorization.jwt',
        );
      }
      return;
    }
    const open = views.find(({ _options }) => Object.keys(_options.claims ?? {}).length === 0);
    if (open && views.length > 1) {
      throw refuse(
        'claims',
        `none for the view ${open.name}`,
        'claims for every view where there are several, or every token would open each of them',
        "name what the tokens of its callers say: { claims: { groups: ['analytics'] } }",
      );
    }
    const named = views.find(({ principals }) => principals.length > 0);
    if (named) {
      throw refuse(
        'principals',
        `those of the view ${named.name}`,
        'no principals with EndpointAuthorization.jwt, whose callers IAM does not know',
        'name claims instead',
      );
    }
    if (cacheFor && (cacheFor.toSeconds() < 1 || cacheFor.toSeconds() > 86_400)) {
      throw refuse(
        'cacheFor',
        `${cacheFor.toSeconds()} s`,
        'one second to one day: within it a caller keeps what its token once opened',
        'correct it, or leave it out',
      );
    }
  }

  /** Each caller may use the URL, and may call the function by it alone. */
  private admit(views: View[]): void {
    views.forEach(({ name, principals }) =>
      arnsOf('principals', principals).forEach((principal, index) => {
        const id = `${pascal(name)}Caller${index + 1}`;
        const common = { functionName: this.fn.functionArn, principal };
        new lambda.CfnPermission(this, `${id}Url`, {
          ...common,
          action: 'lambda:InvokeFunctionUrl',
          functionUrlAuthType: 'AWS_IAM',
        });
        new lambda.CfnPermission(this, id, { ...common, action: 'lambda:InvokeFunction', invokedViaFunctionUrl: true });
      }),
    );
    for (const view of views) {
      const policy = equipCallers(new Construct(this, `View${pascal(view.name)}`), view, [
        {
          actions: ['lambda:InvokeFunctionUrl'],
          resources: [this.fn.functionArn],
          conditions: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
        },
        {
          actions: ['lambda:InvokeFunction'],
          resources: [this.fn.functionArn],
          conditions: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
        },
      ]);
      // A principal that invokes it directly writes the event, and with it the name of the caller.
      bindCallers(policy, view, this.fn, FunctionCall.URL);
    }
  }

  private distribute(
    functionUrl: lambda.FunctionUrl,
    { cacheFor, domain }: RedactingEndpointProps,
    digest: string,
    allowedOrigins: string[],
  ): cloudfront.Distribution {
    // Origin access control signs with the header Authorization, so the token travels in another one; what a caller
    // puts there is dropped.
    const code = [
      'function handler(event) {',
      '  var headers = event.request.headers;',
      ...preflight(allowedOrigins),
      `  delete headers['${TOKEN_HEADER}'];`,
      `  if (headers.authorization) headers['${TOKEN_HEADER}'] = { value: headers.authorization.value };`,
      `  headers['${VIEWS_HEADER}'] = { value: '${digest}' };`,
      '  return event.request;',
      '}',
    ].join('\n');
    const request = new cloudfront.Function(this, 'Request', {
      comment: `Hands the token of a caller of ${this.node.path} on`,
      code: cloudfront.FunctionCode.fromInline(code),
      runtime: cloudfront.FunctionRuntime.JS_2_0,
    });
    const distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: `The views of ${this.node.path}`,
      domainNames: domain?.names,
      certificate: domain?.certificate,
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        origin: origins.FunctionUrlOrigin.withOriginAccessControl(functionUrl, {
          readTimeout: Duration.seconds(60),
          originAccessControl: new cloudfront.FunctionUrlOriginAccessControl(this, 'OriginAccess', {
            originAccessControlName: this.globalName('OriginAccess'),
          }),
        }),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        allowedMethods:
          allowedOrigins.length > 0
            ? cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS
            : cloudfront.AllowedMethods.ALLOW_GET_HEAD,
        responseHeadersPolicy: allowedOrigins.length > 0 ? this.corsHeaders(allowedOrigins) : undefined,
        functionAssociations: [{ eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: request }],
        ...(cacheFor
          ? {
              cachePolicy: new cloudfront.CachePolicy(this, 'Cache', {
                comment: 'One answer for each object, token and set of policies',
                minTtl: Duration.seconds(0),
                defaultTtl: Duration.seconds(0),
                maxTtl: cacheFor,
                headerBehavior: cloudfront.CacheHeaderBehavior.allowList(TOKEN_HEADER, VIEWS_HEADER),
                queryStringBehavior: cloudfront.CacheQueryStringBehavior.all(),
              }),
            }
          : {
              cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
              originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            }),
      },
    });
    const reasons: Record<string, string> = {
      CFR1: 'Callers are known by their tokens, wherever they are',
      CFR2:
        'Callers without a valid token reach nothing but the check of the token; a web ACL can be associated ' +
        'by its own stack',
      CFR3: "The function logs every answer that it makes; CloudFront's own logs would need a bucket with ACLs",
      ...(domain
        ? {}
        : {
            CFR4:
              "Without a domain of its own a distribution has CloudFront's certificate, whose TLS versions " +
              'nobody can choose',
          }),
    };
    Validations.of(distribution).acknowledge(
      ...Object.entries(reasons).map(([rule, reason]) => ({ id: `AwsSolutions::AwsSolutions-${rule}`, reason })),
    );
    return distribution;
  }

  /**
   * CloudFront's names hold for an account in all Regions: without the Region a second stack of the same app would
   * clash.
   */
  private globalName(part: string): string {
    return `${Names.uniqueResourceName(this, { maxLength: 34, separator: '-' })}-${part}-${Stack.of(this).region}`;
  }

  private corsHeaders(allowedOrigins: string[]): cloudfront.ResponseHeadersPolicy {
    return new cloudfront.ResponseHeadersPolicy(this, 'Cors', {
      responseHeadersPolicyName: this.globalName('Cors'),
      comment: `Pages that may read ${this.node.path}`,
      corsBehavior: {
        accessControlAllowCredentials: false,
        accessControlAllowHeaders: READING_HEADERS,
        accessControlAllowMethods: READING_METHODS,
        accessControlAllowOrigins: allowedOrigins,
        accessControlExposeHeaders: ['Accept-Ranges', 'Content-Range', 'ETag', 'Last-Modified'],
        accessControlMaxAge: Duration.seconds(PREFLIGHT_SECONDS),
        originOverride: true,
      },
    });
  }
}

/** The redirection is signed by the function's role, which must be able to read what it points at. */
function readingCopies({ destination, destinationPrefix }: RedactedCopy): iam.PolicyStatementProps[] {
  const bucket = destination.bucket.node.defaultChild as s3.CfnBucket;
  return [
    { actions: ['s3:GetObject'], resources: [`${bucket.attrArn}/${destinationPrefix}*`] },
    { actions: ['s3:ListBucket'], resources: [bucket.attrArn] },
    ...usingKey(bucket, destination.key?.keyArn, ['kms:Decrypt']),
  ];
}

function callersOf(view: View, { jwtOptions }: EndpointAuthorization, host: TransformHost): CallerRules {
  if (!jwtOptions) return { iam: arnsOf('principals', view.principals).map((arn) => host.deployed(arn)) };
  return {
    jwt: {
      issuer: host.deployed(jwtOptions.issuer),
      audience: jwtOptions.audiences.map((audience) => host.deployed(audience)),
      jwksUri: jwtOptions.jwksUri === undefined ? undefined : host.deployed(jwtOptions.jwksUri),
      claims: view._options.claims,
      header: TOKEN_HEADER,
    },
  };
}
