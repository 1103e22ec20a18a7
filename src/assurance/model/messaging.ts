import type { BucketModel, Model, ResolvedResource } from './model';
import { policyIn } from './policies';
import { sameName } from '../template/same-name';

/** The resources that hold the policy of a topic or queue, with the property that names whose policy it is. */
const HOLDERS: Readonly<Record<string, ReadonlyArray<readonly [type: string, property: string]>>> = {
  'AWS::SNS::Topic': [
    ['AWS::SNS::TopicPolicy', 'Topics'],
    ['AWS::SNS::TopicInlinePolicy', 'TopicArn'],
  ],
  'AWS::SQS::Queue': [
    ['AWS::SQS::QueuePolicy', 'Queues'],
    ['AWS::SQS::QueueInlinePolicy', 'Queue'],
  ],
};

/** The types of resources that messages go to. */
export const MESSAGING = Object.keys(HOLDERS);

/** Topics or queues, each looked at as a bucket of which only the policy matters. */
export function messagingSubjects(model: Model, type: string): BucketModel[] {
  return model.resources
    .filter((resource) => resource.type === type)
    .map((resource): BucketModel => {
      let found: BucketModel['policies'] | undefined;
      return {
        resource,
        get name() {
          return resource.arn.split(':').slice(5).join(':');
        },
        get arn() {
          return resource.arn;
        },
        get policies() {
          found ??= policiesOf(model, resource);
          return found;
        },
        accessPoints: [],
        logSources: [],
      };
    });
}

function policiesOf(model: Model, target: ResolvedResource): BucketModel['policies'] {
  return HOLDERS[target.type].flatMap(([type, property]) =>
    model
      .ofType(type)
      .filter(({ properties }) =>
        [properties[property]]
          .flat()
          .some(
            (name) =>
              typeof name === 'string' && [target.arn, target.self()].some((each) => sameName(name, each, model.world)),
          ),
      )
      .map((resource) => ({ resource, policy: policyIn(resource, 'PolicyDocument')! })),
  );
}
