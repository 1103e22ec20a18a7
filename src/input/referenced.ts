import { Token, Tokenization } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The construct behind `Ref` or `Fn::GetAtt`, if that is what the value is. */
export function referenced(value: unknown): IConstruct | undefined {
  if (!Token.isUnresolved(value)) return undefined;
  const token = typeof value === 'string' ? Tokenization.reverseString(value).firstToken : value;
  return (token as { target?: IConstruct } | undefined)?.target;
}
