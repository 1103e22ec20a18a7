import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { BucketReadThroughViewOnly } from '../../controls/bucket-policy/read-through-view-only';
import { validationError } from '../../input/validation-error';
import { pascal } from '../../policy/object-lambda';
import {
  TransformingObjectLambda,
  type TransformingObjectLambdaProps,
} from '../transforming-object-lambda/transforming-object-lambda';
import { bindCallers, FunctionCall } from '../views/view-callers';
import { ownedBucket } from '../views/views';

/**
 * S3 Object Lambda whose callers get their view and nothing else: the bucket's policy denies them the original by every
 * other access path, whatever IAM allows them: the bucket's own name, other access points, the supporting access point
 * itself, versions, copies. Callers whose policies this app writes are also denied to call or change the function, and
 * to make Object Lambda access points.
 *
 * It cannot keep anybody else who has `s3:CreateAccessPointForObjectLambda` in the account from putting another
 * function before the originals.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-policies.html
 *
 * @example
 * declare const documents: SecureBucket;
 * declare const analyticsRole: iam.Role;
 * new RedactingObjectLambda(this, 'Redacted', {
 *   bucket: documents,
 *   views: [View.redacted('analytics', { policy: RedactionPolicy.standard(), principals: [analyticsRole] })],
 * });
 */
export class RedactingObjectLambda extends TransformingObjectLambda {
  public constructor(scope: Construct, id: string, props: TransformingObjectLambdaProps) {
    super(scope, id, props);
    if (!props.views.some(({ _isRedacting }) => _isRedacting)) {
      throw validationError({
        property: 'views',
        actual: props.views.map(({ name }) => name).join(', '),
        expected: 'at least one view that redacts',
        hint: 'use TransformingObjectLambda, whose callers keep what they may read elsewhere',
        scope: this,
      });
    }
    const bucket = ownedBucket(this, props.bucket);
    for (const view of props.views) {
      const { name, principals } = view;
      bucket.with(
        new BucketReadThroughViewOnly(name, principals, { accessPointArn: this.supportingAccessPointArn(name) }),
      );
      const callers = this.node.findChild(`View${pascal(name)}`).node.findChild('Callers') as iam.ManagedPolicy;
      bindCallers(callers, view, this.fn, FunctionCall.OBJECT_LAMBDA);
    }
  }
}
