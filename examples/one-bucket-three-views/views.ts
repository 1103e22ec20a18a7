import { Stack, Validations, type StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import {
  BucketObjectLock,
  BucketReplication,
  ExistingProperty,
  LoggingBucket,
  Lookup,
  ObjectLock,
  RedactingEndpoint,
  RedactingObjectLambda,
  RedactionAction,
  RedactionPolicy,
  Replication,
  SecureBucket,
  Transform,
  View,
  Watermark,
} from 'cdk-s3-strongbox';
import type { Construct } from 'constructs';

/** How the callers of a view reach it. */
export enum Door {
  OBJECT_LAMBDA,
  ENDPOINT,
}

/** What analytics may see of a customer: nothing that identifies a person. */
const WITHOUT_CUSTOMERS = RedactionPolicy.standard({
  name: 'orders for analytics',
  kinds: { card: RedactionAction.partial() },
  fields: [{ path: '$..name', kind: 'name' }],
});

/** Who writes to customers needs to know them, but not what they pay with. */
const WITHOUT_CARDS = RedactionPolicy.standard({
  name: 'orders for marketing',
  defaultAction: RedactionAction.keep(),
  kinds: { card: RedactionAction.partial() },
});

/** Orders come as XML; every view but the shop's has them as JSON. */
const ORDERS_AS_JSON = Transform.xmlToJson({ arrays: ['orders/order'], numbers: ['//amount'] });

/** The orders of a shop and the pictures of its goods. The shop has them as they are; three others have a view each. */
export class OrdersStack extends Stack {
  public readonly orders: SecureBucket;
  public readonly shop: iam.Role;
  public readonly analytics: iam.Role;
  public readonly marketing: iam.Role;
  public readonly press: iam.Role;

  public constructor(
    scope: Construct,
    id: string,
    props: StackProps & { readonly door: Door; readonly onCall: string },
  ) {
    super(scope, id, props);
    this.orders = new SecureBucket(this, 'Orders');
    const segments = new SecureBucket(this, 'Segments');
    this.shop = role(this, 'Shop', 'Takes orders, and has them as they are');
    this.analytics = role(this, 'Analytics', 'Counts what is sold');
    this.marketing = role(this, 'Marketing', 'Writes to segments of customers');
    this.press = role(this, 'Press', 'Prints the pictures, each copy with the name of who took it');
    this.letShopWork();

    const views = [
      View.redacted('analytics', {
        policy: WITHOUT_CUSTOMERS,
        before: ORDERS_AS_JSON,
        prefixes: ['orders/'],
        listing: true,
        principals: [this.analytics],
      }),
      View.enriched('marketing', {
        transform: Transform.chain(
          ORDERS_AS_JSON,
          Transform.redact(WITHOUT_CARDS),
          Transform.enrich(Lookup.object(segments.bucket, 'segments.json'), {
            records: 'orders.order',
            key: 'customer',
            add: { segment: 'segment' },
            existing: ExistingProperty.REFUSE,
          }),
        ),
        prefixes: ['orders/'],
        principals: [this.marketing],
      }),
      View.transformed('press', {
        transform: Transform.image({
          width: 640,
          watermark: Watermark.text('{claim:role} {claim:session}', { size: 0.1 }),
        }),
        prefixes: ['pictures/'],
        principals: [this.press],
      }),
    ];
    const door =
      props.door === Door.OBJECT_LAMBDA
        ? new RedactingObjectLambda(this, 'Views', { bucket: this.orders, views })
        : new RedactingEndpoint(this, 'Views', { bucket: this.orders, views });

    if (props.door === Door.OBJECT_LAMBDA) {
      Validations.of(door).acknowledge({
        id: '@strongbox/object-lambda-closed',
        reason: 'The account has used S3 Object Lambda since 2021, Platform team',
      });
    }
    tell(door.alarmTopic, props.onCall);
    for (const bucket of [this.orders, segments]) {
      bucket.bucket.with(
        new BucketReplication(Replication.none('Orders are in the ledger as well, approved by Finance')),
        new BucketObjectLock(ObjectLock.none('The ledger is the record, approved by Finance')),
      );
    }
    LoggingBucket.of(this).with(
      new BucketReplication(
        Replication.none('Logs are copied to the security account every night, approved by Security'),
      ),
    );
  }

  private letShopWork(): void {
    const permissions = new iam.ManagedPolicy(this, 'ShopPermissions', {
      roles: [this.shop],
      description: 'Reads and writes orders',
    });
    this.orders.grantReadWrite(permissions, { prefixes: ['orders/', 'pictures/'] });
    const logicalId = this.getLogicalId(this.orders.bucket.node.defaultChild as CfnBucket);
    Validations.of(permissions).acknowledge(
      ...['orders/*', 'pictures/*', '*'].map((below) => ({
        id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${below}]`,
        reason: 'The shop works on every order and picture',
      })),
    );
  }
}

function role(scope: Construct, id: string, description: string): iam.Role {
  return new iam.Role(scope, id, { assumedBy: new iam.AccountRootPrincipal(), description });
}

function tell(topic: sns.Topic, onCall: string): void {
  topic.addSubscription(new subscriptions.EmailSubscription(onCall));
  Validations.of(topic).acknowledge({
    id: 'Serverless::Serverless-SNSRedrivePolicy',
    reason: 'SNS keeps no dead letters of e-mail; the on-call mailbox is watched',
  });
}
