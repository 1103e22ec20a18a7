import { Token, type CfnResource, type IResolvable } from 'aws-cdk-lib';
import { badInput } from './bad-input';

/** A setting that synthesis can read; one that only the deployment knows is an error, since an unknown is never taken for safe. */
export function literal<T>(resource: CfnResource, property: string, value: T | IResolvable | undefined): T | undefined {
  if (Token.isUnresolved(value)) {
    throw badInput({
      property,
      received: 'a token, which only the deployment knows',
      allowed: 'a literal value',
      fix: 'set it to a literal before the control is applied, or leave it to the control',
      at: resource,
    });
  }
  return value as T | undefined;
}
