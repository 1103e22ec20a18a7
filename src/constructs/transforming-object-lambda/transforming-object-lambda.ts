import { createHash } from 'node:crypto';
import { Duration, Names, Stack, Token, TokenComparison, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as objectLambda from 'aws-cdk-lib/aws-s3objectlambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { stoppedCallers } from './stopped-callers';
import { AccessPointPublicAccessBlocked } from '../../controls/access-point/access-point-public-access-blocked';
import { validationError } from '../../input/validation-error';
import type { View } from '../../model/view';
import type { ViewSourceProps } from '../../model/view-function-options';
import { PolicyOfAccessPoint } from '../../policy/access-point-policy';
import { PolicyOfBucket } from '../../policy/bucket-policy';
import { claim } from '../../policy/claims';
import { OBJECT_LAMBDA_SERVICE, pascal, viewSid } from '../../policy/object-lambda';
import { arnsOf } from '../../policy/principal-restriction';
import { ViewHandler, type ObjectLambdaPayload } from '../../runtime/object-views/contract';
import { equipCallers } from '../views/view-callers';
import { ViewFunction, warnOfIsolation } from '../views/view-function';
import { usingKey } from '../views/view-source';
import {
  bucketIdentity,
  KNOWN_TO_IAM,
  keyArnOf,
  MAX_NAME,
  ownedBucket,
  requireKnownCallers,
  requirePrincipals,
  requireViews,
} from '../views/views';

/** Properties of `TransformingObjectLambda` and `RedactingObjectLambda`. */
export interface TransformingObjectLambdaProps extends ViewSourceProps {
  /** How its objects look, and to whom. Each view has an access point of its own. */
  readonly views: View[];
}

/** S3 Object Lambda gives a function 60 seconds to answer. */
const TIMEOUT = Duration.seconds(60);
const READS = ['GetObject', 'GetObjectVersion'];
/**
 * What a request to an access point can do with objects; a deny of more would stop its owner from changing its policy.
 */
const DATA = [
  's3:GetObject*',
  's3:ListBucket*',
  's3:PutObject*',
  's3:DeleteObject*',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
  's3:RestoreObject',
];
const VIA_OBJECT_LAMBDA = { 'ForAnyValue:StringEquals': { 'aws:CalledVia': OBJECT_LAMBDA_SERVICE } };

/** One view and the doors that lead to it. */
interface Doors {
  readonly view: View;
  readonly supporting: s3.CfnAccessPoint;
  readonly accessPoint: objectLambda.CfnAccessPoint;
}

/**
 * S3 Object Lambda over a bucket: each view is an access point by which its callers, and nobody else, read objects as
 * the view's transforms make them, with the S3 clients that they have.
 *
 * What the callers may read elsewhere stays as it is: for data that they must not see use `RedactingObjectLambda`. AWS
 * has closed S3 Object Lambda to new customers on 7 November 2025; a warning says so, and `RedactingEndpoint` serves
 * the same views to everyone.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/transforming-objects.html
 *
 * @example
 * declare const orders: SecureBucket;
 * declare const partnerRole: iam.Role;
 * const views = new TransformingObjectLambda(this, 'Views', {
 *   bucket: orders,
 *   views: [View.transformed('partner', { transform: Transform.xmlToJson(), principals: [partnerRole] })],
 * });
 * views.accessPointArn('partner');
 */
export class TransformingObjectLambda extends Construct {
  /** The function that makes the views. */
  public readonly fn: lambda.Function;

  /** Where the alarms go: subscribe those who must know. */
  public readonly alarmTopic: sns.Topic;

  private readonly doors = new Map<string, Doors>();

  public constructor(scope: Construct, id: string, props: TransformingObjectLambdaProps) {
    super(scope, id);
    requireViews(this, props.views);
    requirePrincipals(this, props.views);
    requireKnownCallers(this, props.views, KNOWN_TO_IAM);
    const bucket = ownedBucket(this, props.bucket);
    this.refuseElsewhere(bucket);

    const fn = new ViewFunction(this, 'Runtime', {
      handler: ViewHandler.OBJECT_LAMBDA,
      says: `Makes the views of ${this.node.path}`,
      views: props.views,
      timeout: TIMEOUT,
      keySecret: props.keySecret,
      options: props.functions,
      noDeadLetters: 'S3 calls it and waits for the answer: the caller hears of a failure at once',
    });
    this.fn = fn.fn;
    this.alarmTopic = fn.alarmTopic;
    for (const view of props.views) this.doors.set(view.name, this.open(view, bucket));
    fn.allow({
      actions: ['s3-object-lambda:WriteGetObjectResponse'],
      resources: [...this.doors.values()].map(({ accessPoint }) => this.arn('s3-object-lambda', accessPoint.name!)),
    });

    this.node.addValidation({ validate: () => stoppedCallers(this, bucket, props.views) });
    warnOfIsolation(this, props.functions);
    Validations.of(this).addWarning(
      '@strongbox/object-lambda-closed',
      'AWS has closed S3 Object Lambda to new customers on 7 November 2025: an account that has not used ' +
        `it cannot deploy ${this.node.path}. RedactingEndpoint` +
        ' serves the same views to everyone; acknowledge this warning where the account is an existing customer.',
    );
  }

  /** The ARN by which the callers of a view read, as the bucket's name in an S3 client. */
  public accessPointArn(view: string): string {
    return this.doorsOf(view).accessPoint.attrArn;
  }

  /** The alias of the same access point, for clients that take no ARN for a bucket. */
  public accessPointAlias(view: string): string {
    return this.doorsOf(view).accessPoint.getAtt('Alias.Value').toString();
  }

  /** The ARN of the access point between a view and the bucket. Callers never use it directly. */
  public supportingAccessPointArn(view: string): string {
    return this.arn('s3', this.doorsOf(view).supporting.name!);
  }

  private doorsOf(view: string): Doors {
    const doors = this.doors.get(view);
    if (!doors) {
      throw validationError({
        property: 'view',
        actual: view,
        expected: `one of ${[...this.doors.keys()].join(', ')}`,
        hint: 'name a view of this construct',
        scope: this,
      });
    }
    return doors;
  }

  /** Function, access points and bucket must be in one account and Region. */
  private refuseElsewhere(bucket: s3.CfnBucket): void {
    const here = Stack.of(this);
    for (const [property, mine, theirs] of [
      ['account', here.account, bucket.stack.account],
      ['region', here.region, bucket.stack.region],
    ] as const) {
      if (Token.compareStrings(mine, theirs) !== TokenComparison.DIFFERENT) continue;
      throw validationError({
        property,
        actual: `${mine}, and ${theirs} for the bucket`,
        expected: 'one account and Region for the bucket and its views',
        hint: 'put the views into the stack of the bucket',
        scope: this,
      });
    }
  }

  private open(view: View, bucket: s3.CfnBucket): Doors {
    const place = createHash('sha256').update(bucketIdentity(bucket)).digest('hex').slice(0, 6);
    const maxLength = MAX_NAME - view.name.length - place.length - 2;
    const name = `${view.name}-${Names.uniqueResourceName(this, { maxLength, separator: '-' }).toLowerCase()}-${place}`;
    const scope = new Construct(this, `View${pascal(view.name)}`);
    const supporting = new s3.CfnAccessPoint(scope, 'SupportingAccessPoint', { name, bucket: bucket.ref });
    supporting.with(new AccessPointPublicAccessBlocked());
    const callers = view.principals.map(({ grantPrincipal }) => grantPrincipal);
    this.guardSupporting(view, supporting, callers);
    this.delegate(view, bucket, callers);

    const accessPoint = new objectLambda.CfnAccessPoint(scope, 'AccessPoint', {
      name,
      objectLambdaConfiguration: {
        supportingAccessPoint: this.arn('s3', name),
        cloudWatchMetricsEnabled: true,
        allowedFeatures: ['GetObject-Range', 'GetObject-PartNumber', 'HeadObject-Range', 'HeadObject-PartNumber'],
        transformationConfigurations: [
          {
            actions: ['GetObject', 'HeadObject', ...(view._options.listing ? ['ListObjects', 'ListObjectsV2'] : [])],
            contentTransformation: {
              AwsLambda: {
                FunctionArn: this.fn.currentVersion.functionArn,
                FunctionPayload: JSON.stringify({ view: view.name } satisfies ObjectLambdaPayload),
              },
            },
          },
        ],
      },
    });
    accessPoint.addResourceDependency(supporting);
    this.guardView(scope, view, accessPoint, callers);
    this.equip(scope, view, bucket, name);
    return { view, supporting, accessPoint };
  }

  /** The access point behind the view serves S3 Object Lambda, on behalf of the view's callers, and nothing else. */
  private guardSupporting(view: View, supporting: s3.CfnAccessPoint, callers: iam.IPrincipal[]): void {
    const policy = PolicyOfAccessPoint.of(supporting);
    const sid = viewSid(view.name);
    const everything = [policy.arn, policy.objects()];
    policy.add(`${sid}Read`, {
      principals: callers,
      actions: s3Actions(READS),
      resources: this.prefixes(view).map((prefix) => policy.objects(prefix)),
      conditions: VIA_OBJECT_LAMBDA,
    });
    if (view._options.listing) {
      policy.add(`${sid}List`, {
        principals: callers,
        actions: ['s3:ListBucket'],
        resources: [policy.arn],
        conditions: { ...VIA_OBJECT_LAMBDA, ...listed(view) },
      });
    }
    policy.deny(`${sid}Via`, {
      actions: DATA,
      resources: everything,
      conditions: { 'ForAllValues:StringNotEquals': { 'aws:CalledVia': OBJECT_LAMBDA_SERVICE } },
    });
    policy.deny(`${sid}CallersOnly`, {
      actions: DATA,
      resources: everything,
      conditions: { ArnNotEquals: { 'aws:PrincipalArn': arnsOf('principals', view.principals) } },
    });
    // The function knows only its prefixes, too. Rights that IAM gives a caller elsewhere reach no further than either.
    const { prefixes, listing } = view._options;
    if (prefixes) {
      policy.deny(`${sid}Prefixes`, {
        actions: ['s3:GetObject*'],
        notResources: prefixes.map((prefix) => policy.objects(prefix)),
      });
    }
    if (!listing) policy.deny(`${sid}Listings`, { actions: ['s3:ListBucket*'], resources: [policy.arn] });
    if (listing && prefixes) {
      policy.deny(`${sid}Listings`, {
        actions: ['s3:ListBucket', 's3:ListBucketVersions'],
        resources: [policy.arn],
        conditions: { StringNotLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } },
      });
      // Their requests carry no s3:prefix.
      policy.deny(`${sid}Uploads`, { actions: ['s3:ListBucketMultipartUploads'], resources: [policy.arn] });
    }
  }

  /** Lets what comes by the view's access point on to the bucket, for the same people and actions. */
  private delegate(view: View, bucket: s3.CfnBucket, callers: iam.IPrincipal[]): void {
    const policy = PolicyOfBucket.of(bucket);
    const sid = viewSid(view.name);
    const conditions = { StringEquals: { 's3:DataAccessPointArn': this.arn('s3', this.nameOf(view)) } };
    policy.add(`${sid}Read`, {
      principals: callers,
      actions: s3Actions(READS),
      resources: this.prefixes(view).map((prefix) => `${policy.bucketArn}/${prefix}*`),
      conditions,
    });
    if (view._options.listing) {
      policy.add(`${sid}List`, {
        principals: callers,
        actions: ['s3:ListBucket'],
        resources: [policy.bucketArn],
        conditions: { ...conditions, ...listed(view) },
      });
    }
  }

  /**
   * The view is read by its callers, and neither written nor asked for anything that S3 would hand out unchanged, tags
   * for example.
   */
  private guardView(
    scope: Construct,
    view: View,
    accessPoint: objectLambda.CfnAccessPoint,
    callers: iam.IPrincipal[],
  ): void {
    const arn = this.arn('s3-object-lambda', this.nameOf(view));
    const sid = viewSid(view.name);
    const actions = viewActions(view);
    const everybody = { effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], resources: [arn] };
    const policy = new objectLambda.CfnAccessPointPolicy(scope, 'Policy', {
      objectLambdaAccessPoint: accessPoint.ref,
      policyDocument: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({ sid: `${sid}Read`, principals: callers, actions, resources: [arn] }),
          new iam.PolicyStatement({ sid: `${sid}ReadOnly`, ...everybody, actions: viewActions(view, false) }),
          new iam.PolicyStatement({
            sid: `${sid}CallersOnly`,
            ...everybody,
            actions,
            conditions: { ArnNotEquals: { 'aws:PrincipalArn': arnsOf('principals', view.principals) } },
          }),
        ],
      }),
    });
    const options = {
      view: accessPoint.attrArn,
      callers: arnsOf('principals', view.principals),
      prefixes: view._options.prefixes,
    };
    for (const guarantee of ['view-callers-only', 'view-readable']) claim(policy, { guarantee, options });
  }

  /**
   * What of a caller's rights no policy of a resource can say with its conditions: those on the function and the key.
   */
  private equip(scope: Construct, view: View, bucket: s3.CfnBucket, name: string): void {
    const supporting = this.arn('s3', name);
    equipCallers(scope, view, [
      { actions: viewActions(view), resources: [this.arn('s3-object-lambda', name)] },
      {
        actions: s3Actions(READS),
        resources: this.prefixes(view).map((prefix) => `${supporting}/object/${prefix}*`),
        conditions: VIA_OBJECT_LAMBDA,
      },
      ...(view._options.listing
        ? [
            {
              actions: ['s3:ListBucket'],
              resources: [supporting],
              conditions: { ...VIA_OBJECT_LAMBDA, ...listed(view) },
            },
          ]
        : []),
      // Every version: a caller is served by the old one until the access point has the new one.
      { actions: ['lambda:InvokeFunction'], resources: [`${this.fn.functionArn}:*`], conditions: VIA_OBJECT_LAMBDA },
      ...usingKey(bucket, keyArnOf(bucket), ['kms:Decrypt']),
    ]);
  }

  private prefixes(view: View): string[] {
    return view._options.prefixes ?? [''];
  }

  private nameOf(view: View): string {
    return (
      this.node.findChild(`View${pascal(view.name)}`).node.findChild('SupportingAccessPoint') as s3.CfnAccessPoint
    ).name!;
  }

  private arn(service: string, name: string): string {
    return Stack.of(this).formatArn({ service, resource: 'accesspoint', resourceName: name });
  }
}

function s3Actions(names: string[]): string[] {
  return names.map((name) => `s3:${name}`);
}

/** A view with prefixes is listed within them alone; the function refuses a listing that asks for more. */
function listed({ _options: { prefixes } }: View): Record<string, Record<string, string[]>> {
  return prefixes ? { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } } : {};
}

/**
 * What else there is to ask of a view: spelled out, since a deny of all but reading would deny its administration as
 * well.
 */
const NO_READS = [
  'AbortMultipartUpload',
  'Delete*',
  'GetObjectA*',
  'GetObjectL*',
  'GetObjectR*',
  'GetObjectT*',
  'GetObjectVersionA*',
  'GetObjectVersionT*',
  'ListBucketM*',
  'ListBucketV*',
  'ListMultipart*',
  'Put*',
  'RestoreObject',
];

/** What the callers of a view may ask of it; or what nobody may. */
function viewActions(view: View, allowed = true): string[] {
  const list = (view._options.listing ?? false) === allowed ? ['ListBucket'] : [];
  return [...(allowed ? READS : NO_READS), ...list].map((name) => `s3-object-lambda:${name}`);
}
