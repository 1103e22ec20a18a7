/** What is to be shown of requests, and all that its policies and its region mention. */
import type { Condition } from './condition';
import { accessPointAccount, type Environment } from './environment';
import type { Policy, Statement } from './policy';
import { fieldsWithVariables, questionsAbout, variablesOf, type Fields } from './variables';
import type { Question } from './witnesses';

/** A resource that the requests of a property are about. */
export interface Target {
  /** Resource type of the service authorization reference: `bucket`, `object`, `key`. */
  readonly kind: string;
  /** ARN of the one resource, or of what contains it: then `keys` tells which. */
  readonly arn: string;
  /** Patterns (any of them) of what follows `arn/`; absent for the resource itself. */
  readonly keys?: readonly string[];
  /** Whose actions are asked about, where it is not the service of the ARN. */
  readonly service?: string;
}

/** `never`: no request of the region is allowed. `always`: each is. */
export interface Property {
  readonly place: string;
  readonly expect: 'never' | 'always';
  /** Which requests: a statement's actions, principals and conditions; resources come from `targets`. */
  readonly region: Statement;
  readonly targets: readonly Target[];
  readonly environment: Environment;
  /** Axioms that the property itself rests on. */
  readonly axioms?: readonly string[];
  /**
   * Only requests that come by this access point, by its ARN; `others`: by none of those that are `made`, or by none at
   * all.
   */
  readonly through?: string;
  /** The ARNs of all access points of the templates, where the environment has some of them only. */
  readonly made?: readonly string[];
}

export const NO_REQUEST = 'no request is in the region of this guarantee, so it says nothing';

/** Every policy that decides about requests of the property. */
export function policiesOf({ environment: env }: Property): Policy[] {
  return [
    ...env.resourcePolicies,
    ...(env.accessPoints ?? []).flatMap((accessPoint) => (accessPoint.policy ? [accessPoint.policy] : [])),
    ...Object.values(env.endpointPolicies ?? {}),
    ...(env.serviceControlPolicies ?? []),
    ...(env.resourceControlPolicies ?? []),
    ...Object.values(env.identities ?? {}).flatMap(({ policies, boundary }) => [
      ...policies,
      ...(boundary ? [boundary] : []),
    ]),
  ];
}

/** What the policies and the region of a property mention: the prover looks for values that these can tell apart. */
export class Vocabulary {
  public readonly statements: readonly Statement[];
  /** Conditions by the key that they read. */
  public readonly conditions: ReadonlyMap<string, readonly Condition[]>;
  /** Texts of the fields in which policy variables stand. */
  public readonly fields: Fields;
  /** The fields by the key that fills variables in them. */
  public readonly variables: ReadonlyMap<string, readonly string[]>;
  public readonly partition: string;
  /** Region of the resource; undefined where only the deployment knows. */
  public readonly region?: string;
  /** Accounts whose principals need no more than a policy of their own (the bucket, its access points). */
  public readonly owners: readonly string[];
  /** Keys of which the property says something. */
  public readonly asked: ReadonlySet<string>;

  public constructor(public readonly property: Property) {
    const { environment: env, region } = property;
    this.statements = [...policiesOf(property).flatMap((policy) => policy.statements), region];
    const conditions = new Map<string, Condition[]>();
    for (const condition of this.statements.flatMap((statement) => statement.conditions)) {
      const about = conditions.get(condition.key);
      if (about) about.push(condition);
      else conditions.set(condition.key, [condition]);
    }
    this.conditions = conditions;
    this.fields = fieldsWithVariables(this.statements, conditions);
    this.variables = variablesOf(this.fields);
    this.partition = partitionOf(property.targets[0].arn);
    this.region = regionOf(property);
    this.owners = [...new Set([env.account, ...(env.accessPoints ?? []).map(accessPointAccount)])];
    this.asked = new Set(region.conditions.flatMap(({ key }) => [key, ...(IMPLIED[key] ?? [])]));
  }

  /** The keys that policies and region read, in conditions or by variables. */
  public get keys(): readonly string[] {
    return [...new Set([...this.conditions.keys(), ...this.variables.keys()])];
  }

  /** What the texts of all fields ask of a value that fills policy variables in them. */
  public questionsAbout(key: string): readonly Question[] {
    return (this.variables.get(key) ?? []).flatMap((field) =>
      questionsAbout(key, this.fields.get(field)!, this.property.place),
    );
  }
}

/** Keys that are as open as the one that says something about them. */
const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  'aws:sourcevpc': ['aws:sourcevpce'],
  'aws:calledvia': ['aws:viaawsservice'],
  's3:dataaccesspointaccount': ['s3:dataaccesspointarn'],
  's3:accesspointnetworkorigin': ['s3:dataaccesspointarn'],
  's3:x-amz-server-side-encryption-aws-kms-key-id': ['s3:x-amz-server-side-encryption'],
};

function partitionOf(arn: string): string {
  return arn.split(':')[1] ?? 'aws';
}

/** Open in a template that names none. */
function regionOf({ environment, targets }: Property): string | undefined {
  const region = environment.region ?? targets[0].arn.split(':')[3];
  return region === '' || region === undefined || region.startsWith('{') ? undefined : region;
}

/** One item for each combination of answers about it, the first of those that are alike. */
export function distinct<T>(items: readonly T[], answers: (item: T) => string): T[] {
  const seen = new Map<string, T>();
  for (const item of items) {
    const key = answers(item);
    if (!seen.has(key)) seen.set(key, item);
  }
  return [...seen.values()];
}
