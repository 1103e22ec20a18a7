import { Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { validationError } from '../../input/validation-error';
import type { Delivery } from '../../model/delivery/delivery';
import { admit } from '../../policy/admissions';
import { onFinalize, PolicyOfBucket, resolved } from '../../policy/bucket-policy';
import { requireFit } from '../../policy/delivery-fit';
import { openKey } from '../../policy/delivery-key';
import { boundForeignStatements } from '../../policy/delivery-merge';
import {
  accountsOf,
  regionsOf,
  bucketStatements,
  elbAccountFor,
  isBounded,
  keyStatement,
  type DeliveryTarget,
} from '../../policy/delivery-statements';
import { sourcesOf } from '../../policy/service-sources';
import { BucketControl } from '../bucket-control';

/**
 * Lets an AWS service deliver to the bucket, or read from it: one statement for the bucket, one for its objects and one
 * for its KMS key, each bounded to the resources of the account.
 *
 * Stops: logs, reports and lists that never arrive because the bucket or its key refuses them; and a service that
 * anybody's resource makes write or read here (the confused deputy). Sets: statements of the bucket policy and of the
 * policy of the KMS key. The service is exempt, by its name, from those restrictions of this library that would stop it
 * (`BucketWritersOnly`, `BucketReadersOnly`, `BucketPerimeter`). Merges: the same delivery changes nothing. A statement
 * that an L2 construct wrote for the same service without a source condition gets it. Limits: a delivery that cannot
 * work with the encryption, the ACLs or the Object Lock of the bucket is an error, as is a KMS key whose policy this
 * app does not write. Where no page of AWS says whether it works, a warning says so.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 *
 * @example
 * declare const existing: s3.Bucket;
 * existing.with(new BucketDelivery(Delivery.vpcFlowLogs()));
 */
export class BucketDelivery extends BucketControl {
  public constructor(public readonly delivery: Delivery) {
    super('delivery');
  }

  /**
   * An imported bucket is an error: its policy must be extended by its owner, with the statements that the error spells
   * out.
   */
  protected skip(imported: s3.IBucket): void {
    const { account, region } = imported.env;
    const statements = bucketStatements(this.delivery, { arn: imported.bucketArn, account, region });
    throw validationError({
      property: 'bucket',
      actual: imported.node.path,
      expected: 'a bucket that this app creates',
      hint: `let the owner of the bucket add: ${spell(
        imported,
        statements.map(({ props }) => new iam.PolicyStatement(props)),
      )}`,
    });
  }

  protected harden(bucket: s3.CfnBucket): void {
    const { delivery } = this;
    const target: DeliveryTarget = { arn: bucket.attrArn, account: bucket.stack.account, region: bucket.stack.region };
    for (const { suffix, props } of bucketStatements(delivery, target)) {
      add(bucket, `Strongbox${pascal(delivery.id)}${suffix}`, props);
    }
    this.exempt(bucket, target);
    const sources = sourcesOf(bucket);
    sources.add(accountsOf(delivery, target));
    // One claim for all deliveries of the bucket: each alone would be violated by the accounts of the others.
    this._claimInPolicy(bucket, 'delivery-only-from-here', () => sources.asOptions, 'delivery-only-from-here');
    if (delivery._row.caller === 'service') {
      const { prefix, organizationId } = delivery._options;
      this._claimInPolicy(bucket, 'delivery-works', {
        delivery: delivery.id,
        prefix,
        accounts: accountsOf(delivery, target),
        regions: regionsOf(delivery, target),
        organization: organizationId,
        names: Object.keys(delivery._names).length > 0 ? delivery._names : undefined,
      });
    }
    if (!isBounded(delivery)) {
      Validations.of(bucket).addWarning(
        '@strongbox/delivery-source-unknown',
        `${delivery.title} to ${bucket.node.path}: AWS documents no source condition for ` +
          `${delivery._row.principal}, so only the key pattern of the` +
          ' account bounds the permission.',
      );
    }
    onFinalize(bucket, () => {
      requireFit(bucket, delivery);
      const statement = keyStatement(delivery, target);
      if (statement) openKey(bucket, delivery, `Strongbox${pascal(delivery.id)}`, statement);
      boundForeignStatements(bucket);
    });
  }

  private exempt(bucket: s3.CfnBucket, target: DeliveryTarget): void {
    const { delivery } = this;
    const { caller, direction, principal, optInPrincipal } = delivery._row;
    const does = { reads: direction !== 'write', writes: direction !== 'read' };
    const account = elbAccountFor(delivery, target.region);
    if (account) {
      admit(bucket, { ...does, account });
    } else if (caller === 'service') {
      const services = [principal, ...(optInPrincipal ? [optInPrincipal] : [])].map((each) =>
        each.replace('{region}', target.region),
      );
      const distribution = delivery._names.distribution;
      admit(bucket, {
        ...does,
        services,
        sourceAccounts: accountsOf(delivery, target),
        distributionArn:
          distribution === undefined
            ? undefined
            : Stack.of(bucket).formatArn({
                service: 'cloudfront',
                region: '',
                resource: 'distribution',
                resourceName: distribution,
              }),
      });
    } else {
      for (const each of accountsOf(delivery, target)) {
        admit(bucket, {
          ...does,
          roleArn: Stack.of(bucket).formatArn({
            service: 'iam',
            region: '',
            account: each,
            resource: 'role',
            resourceName: `aws-service-role/${principal}`,
          }),
        });
      }
    }
  }
}

/** The same statement is not added again; that of another delivery with other keys or sources stands beside it. */
function add(bucket: s3.CfnBucket, sid: string, props: iam.PolicyStatementProps): void {
  const policy = PolicyOfBucket.of(bucket);
  const content = (statement: iam.PolicyStatement) => {
    const { Sid: _sid, ...rest } = resolved<Record<string, unknown>>(bucket, statement.toStatementJson())!;
    return JSON.stringify(rest);
  };
  const added = content(new iam.PolicyStatement(props));
  if ([...policy.all.values()].some((statement) => content(statement) === added)) return;
  let name = sid;
  for (let i = 2; policy.find(name); i++) name = `${sid}${i}`;
  policy.add(name, props);
}

function pascal(id: string): string {
  return id
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}

function spell(scope: IConstruct, statements: iam.PolicyStatement[]): string {
  return JSON.stringify(Stack.of(scope).resolve(statements.map((statement) => statement.toStatementJson())));
}
