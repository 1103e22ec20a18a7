import { parsePolicy, type Statement } from './policy';

/** A condition block as a policy writes it. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Requests as a statement describes them: any caller, any resource of the property's targets. */
export function region(options: {
  readonly actions: readonly string[];
  readonly notActions?: boolean;
  readonly notResources?: readonly string[];
  readonly when: Conditions;
}): Statement {
  const statement = {
    Effect: 'Allow',
    [options.notActions ? 'NotAction' : 'Action']: options.actions,
    [options.notResources ? 'NotResource' : 'Resource']: options.notResources ?? '*',
    Condition: options.when,
  };
  return parsePolicy({ Version: '2012-10-17', Statement: statement }, 'guarantee').statements[0];
}
