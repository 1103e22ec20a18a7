import { Token, type CfnResource, type IResolvable } from 'aws-cdk-lib';
import { validationError } from './validation-error';

/**
 * A setting that synthesis can read; one that only the deployment knows is an error, since an unknown is never taken
 * for safe.
 */
export function literal<T>(resource: CfnResource, property: string, value: T | IResolvable | undefined): T | undefined {
  if (Token.isUnresolved(value)) {
    throw validationError({
      property,
      actual: 'a token, which only the deployment knows',
      expected: 'a literal value',
      hint: 'set it to a literal before the control is applied, or leave it to the control',
      scope: resource,
    });
  }
  return value as T | undefined;
}
