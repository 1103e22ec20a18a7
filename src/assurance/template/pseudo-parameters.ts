import { textOf } from './intrinsics';
import type { TemplateError } from './template-error';
import { NO_VALUE, UnknownValue, type Value } from './value';

/** What a stack knows of where it is deployed. */
export interface PseudoContext {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly stackName: Value;
  /** Whether a question about the partition is answered both ways. */
  readonly isPartitionOpen: boolean;
  error(place: string, problem: string): TemplateError;
}

/**
 * The value of a pseudo parameter.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
 */
export function pseudoParameter(parameter: string, context: PseudoContext, place: string): Value {
  const { name, account, region, partition, stackName, isPartitionOpen } = context;
  switch (parameter) {
    case 'AWS::AccountId':
      return account;
    case 'AWS::Region':
      return region;
    case 'AWS::Partition':
      return isPartitionOpen ? new UnknownValue('AWS::Partition') : partition;
    case 'AWS::URLSuffix':
      return partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    case 'AWS::StackName':
      return stackName;
    case 'AWS::StackId': {
      const text = textOf(stackName, () => context.error(place, 'has a stack name that is not text'));
      return `arn:${partition}:cloudformation:${region}:${account}:stack/${text}/{id}`;
    }
    case 'AWS::NotificationARNs':
      return new UnknownValue(`${name}.AWS::NotificationARNs`);
    case 'AWS::NoValue':
      return NO_VALUE;
    default:
      throw context.error(place, `refers to "${parameter}", which is not a pseudo parameter`);
  }
}
