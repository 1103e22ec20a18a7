import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Deployed } from '../runtime/object-views/contract';

/**
 * What a function offers to the transforms that it runs.
 *
 * @internal
 */
export interface TransformHost {
  /** A literal as it is; of a value that only the deployment knows the variable that has it. */
  deployed(value: string): Deployed;
  /** Gives the function a right. */
  allow(statement: iam.PolicyStatementProps): void;
  /** Puts code into a layer of the function. @returns what changes whenever the code does */
  layer(code: lambda.Code): Deployed;
}
