/** What is mutated, and what is asked of it. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ACCESS_POINTS } from './topics/access-points';
import { ARCHIVES } from './topics/archives';
import { BUCKETS } from './topics/buckets';
import { CLIENT_KEYS } from './topics/client-keys';
import { PERIMETERS } from './topics/perimeters';
import { ACCOUNT, REGION } from './topics/topic';
import { VIEWS } from './topics/views';
import type { Guarantee } from '../../src/assurance/guarantees/guarantee';
import type { BucketModel, Model } from '../../src/assurance/model/resolve';

export interface MutationSubject {
  readonly name: string;
  readonly template: any;
  /** Which mutants are made, by their names. */
  readonly broken?: RegExp;
}

const TOPICS = [BUCKETS, ARCHIVES, ACCESS_POINTS, VIEWS, CLIENT_KEYS, PERIMETERS];

/** @param names only these; by default all */
export function subjects(names?: readonly string[]): MutationSubject[] {
  return TOPICS.flatMap(({ subjects: of, broken }) =>
    Object.entries(of)
      .filter(([name]) => names === undefined || names.includes(name))
      .map(([name, build]) => {
        const stack = new Stack(new App({ analyticsReporting: false }), 'Stack', {
          env: { account: ACCOUNT, region: REGION },
        });
        build(stack);
        // The bootstrap version rule is no part of what is to be secured.
        const { Parameters: _parameters, Rules: _rules, ...template } = Template.fromStack(stack).toJSON();
        return { name, template, broken: broken?.[name] };
      }),
  );
}

/** What is asked of a bucket or key of a subject. */
export function guaranteesFor(candidate: BucketModel, model: Model): Guarantee[] {
  return TOPICS.flatMap(({ guarantees }) => guarantees(candidate, model));
}
