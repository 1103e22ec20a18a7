import { ACCESS_POINT_ACCOUNT_KEY, ACCESS_POINT_ARN_KEY, accessPointArns } from './access-point-arns';
import { callersOf } from './callers';
import { encode, keyCandidates } from './candidates';
import type { Condition } from './condition';
import {
  accessPointAccount,
  accessPointResourceArn,
  ACL_ACTIONS,
  actionMatches,
  crossesColons,
  identityOf,
  principalHit,
  principalMatches,
  resourceMatches,
  type Environment,
  type RequestView,
} from './evaluate';
import { glob } from './glob';
import { afterSharedUnknown } from './holes';
import { ruleOf } from './key-rules';
import { compile, conditionHolds, UnsupportedError, type KeyReader } from './operators';
import { policiesOf } from './placements';
import type { Statement } from './policy';
import {
  displayKey,
  PRINCIPAL_KEYS,
  principalKey,
  principalKeyReadings,
  type ContextValue,
  type Principal,
  type Request,
} from './request';
import {
  captures,
  fieldsWithVariables,
  hasVariable,
  questionsAbout,
  RESOURCE_FIELD,
  variablesOf,
  type Fields,
} from './variables';
import { witnesses, type Question } from './witnesses';
import { actions } from '../data/iam';
import { isUnknown } from '../template/unknown';

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

interface Choice {
  readonly field: string;
  readonly options: readonly unknown[];
  at: number;
}

interface ActionOn {
  readonly action: string;
  readonly resource: string;
}

/** All requests of a property, as a tree of choices that grows where the evaluator looks. */
export class RequestEnumerator implements RequestView {
  private readonly trail: Choice[] = [];
  private cursor = 0;
  private chosen = new Map<string, unknown>();
  private readonly used = new Set<string>();
  private readonly statements: readonly Statement[];
  private readonly conditions = new Map<string, Condition[]>();
  /** Texts of the fields in which policy variables stand, and the fields by the key that fills the variables. */
  private readonly fields: Fields;
  private readonly variables: ReadonlyMap<string, readonly string[]>;
  private readonly partition: string;
  private readonly region?: string;
  private readonly principals: readonly Principal[];
  /** Keys of which the property says something. */
  private readonly asked: ReadonlySet<string>;
  private readonly fixedTargets?: readonly ActionOn[];
  private readonly memo = new Map<string, readonly ContextValue[]>();
  /** Keys whose values are being found. */
  private readonly filling = new Set<string>();
  /**
   * Accounts whose principals need no more than a policy of their own: the bucket's, and those of its access points.
   */
  private readonly owners: readonly string[];

  public constructor(private readonly property: Property) {
    const { environment: env, region } = property;
    this.statements = [...policiesOf(property).flatMap((policy) => policy.statements), region];
    for (const statement of this.statements) {
      for (const condition of statement.conditions) {
        this.conditions.set(condition.key, [...(this.conditions.get(condition.key) ?? []), condition]);
      }
    }
    this.fields = fieldsWithVariables(this.statements, this.conditions);
    this.variables = variablesOf(this.fields);
    this.partition = partitionOf(property.targets[0].arn);
    this.region = regionOf(property);
    this.owners = [...new Set([env.account, ...(env.accessPoints ?? []).map(accessPointAccount)])];
    this.asked = new Set(region.conditions.flatMap(({ key }) => [key, ...(IMPLIED[key] ?? [])]));
    this.principals = this.findPrincipals();
    const relational = this.fields.has(RESOURCE_FIELD);
    if (!relational) this.fixedTargets = this.findTargets(() => undefined);
    (property.axioms ?? []).forEach((axiom) => this.used.add(axiom));
    this.used.add('action-table');
  }

  public restart(): void {
    this.cursor = 0;
    this.chosen = new Map();
  }

  /** Moves to the next class; false when there is none. */
  public next(): boolean {
    for (let last = this.trail.pop(); last; last = this.trail.pop()) {
      if (last.at + 1 < last.options.length) {
        this.trail.push({ ...last, at: last.at + 1 });
        return true;
      }
    }
    return false;
  }

  public axioms(): string[] {
    return [...this.used].sort();
  }

  /** The request of the current class; fields that nothing read are left out, they do not matter. */
  public request(): Request {
    const context: Record<string, ContextValue> = {};
    for (const [field, value] of this.chosen) {
      if (field.startsWith('key ') && value !== undefined) context[field.slice(4)] = value as ContextValue;
    }
    for (const condition of this.property.region.conditions) {
      const value = PRINCIPAL_KEYS.has(condition.key) ? undefined : this.key(condition.key);
      if (value !== undefined) context[condition.key] = value;
    }
    return { principal: this.principal(), action: this.action(), resource: this.resource(), context };
  }

  public principal(): Principal {
    return this.choose('principal', () => this.principals);
  }

  public action(): string {
    return this.target().action;
  }

  public resource(): string {
    return this.target().resource;
  }

  public key(name: string): ContextValue | undefined {
    if (PRINCIPAL_KEYS.has(name)) {
      this.used.add('principal-keys');
      const principal = this.principal();
      const readings = principalKeyReadings(principal, name);
      if (readings) this.used.add('caller-readings');
      return readings ? this.choose(`key ${name}`, () => readings) : principalKey(principal, name);
    }
    return this.choose(`key ${name}`, () => this.valuesOf(name));
  }

  private target(): ActionOn {
    return this.choose('target', () => this.fixedTargets ?? this.findTargets((name) => this.key(name)));
  }

  private choose<T>(field: string, optionsOf: () => readonly T[]): T {
    if (this.chosen.has(field)) return this.chosen.get(field) as T;
    // Options may depend on other fields, which are then chosen first.
    let options: readonly T[] | undefined;
    const known = this.trail[this.cursor];
    if (known?.field !== field) {
      options = optionsOf();
      if (options.length === 0) throw new Error(`${this.property.place}: ${NO_REQUEST}`);
    }
    const choice = this.trail[this.cursor];
    if (choice !== undefined) {
      if (choice.field !== field) {
        throw new Error(`${this.property.place}: fields were read in another order (${field} for ${choice.field})`);
      }
    } else {
      this.trail.push({ field, options: options!, at: 0 });
    }
    const { options: all, at } = this.trail[this.cursor];
    this.cursor += 1;
    this.chosen.set(field, all[at]);
    return all[at] as T;
  }

  private valuesOf(name: string): ReadonlyArray<ContextValue | undefined> {
    if (
      this.property.environment.accessPoints !== undefined ||
      name.startsWith('s3:dataaccesspoint') ||
      name === 's3:accesspointnetworkorigin'
    ) {
      const values = this.accessPointValues(name);
      if (values) return values;
    }
    if (name === 's3:resourceaccount' || name === 'aws:resourceaccount') {
      this.used.add('resource-keys');
      return [this.property.environment.account];
    }
    const rule = ruleOf(name);
    if (rule) this.used.add(rule.axiom);
    if (rule?.derived) {
      const values = rule.derived(this, this.conditions);
      return this.property.expect === 'always' && !this.asked.has(name) ? values.slice(0, 1) : values;
    }
    // A request of which nothing special is said is an ordinary one.
    if (this.property.expect === 'always' && !this.asked.has(name)) {
      if (name === 'aws:requestedregion' && this.region !== undefined) return [this.region];
      return rule?.ordinary?.(this, this.candidates(name)) ?? [undefined];
    }
    const candidates = this.candidates(name);
    return rule ? rule.values(candidates, this) : [undefined, ...candidates];
  }

  private candidates(name: string): readonly ContextValue[] {
    const cached = this.memo.get(name);
    if (cached) return cached;
    const conditions = this.conditions.get(name) ?? [];
    const dependent = conditions.some((condition) => condition.variables && condition.values.some(hasVariable));
    const fills = this.variables.get(name);
    const forms = ruleOf(name)?.forms?.(this) ?? [undefined];
    if (this.filling.has(name)) {
      throw new UnsupportedError(
        this.property.place,
        `has policy variables that fill each other in a circle, through ${displayKey(name)}`,
      );
    }
    this.filling.add(name);
    const read: KeyReader = dependent ? (key) => this.key(key) : () => undefined;
    const questions = this.questionsAbout(name);
    const related = this.related(name);
    const values = [
      ...new Set([
        ...forms.flatMap((form) => keyCandidates(name, conditions, read, { questions, related, form })),
        ...this.named(name),
      ]),
    ];
    this.filling.delete(name);
    // What depends on other fields of the request is another one for each.
    const ofCaller = forms[0] !== undefined || fills?.some((field) => PRINCIPAL_KEYS.has(field));
    if (!dependent && ofCaller !== true) this.memo.set(name, values);
    return values;
  }

  /** Keys of a request that comes by an access point: all follow from which one it is. */
  private accessPointValues(name: string): ReadonlyArray<ContextValue | undefined> | undefined {
    const { accessPoints: doors = [] } = this.property.environment;
    switch (name) {
      case ACCESS_POINT_ARN_KEY: {
        this.used.add('access-point-keys');
        if (this.property.expect === 'always' && !this.asked.has(name)) return [undefined];
        const { through, made = doors.map(({ arn }) => arn) } = this.property;
        if (through !== undefined && through !== 'others') return [through];
        return [undefined, ...(through === undefined ? made : []), ...this.unknownAccessPoints(made)];
      }
      case 's3:dataaccesspointaccount': {
        const arn = this.key(ACCESS_POINT_ARN_KEY);
        return [typeof arn === 'string' ? arn.split(':')[4] : undefined];
      }
      case 's3:accesspointnetworkorigin': {
        const arn = this.key(ACCESS_POINT_ARN_KEY);
        if (arn === undefined) return [undefined];
        const door = doors.find((candidate) => candidate.arn === arn);
        return door ? [door.vpcId === undefined ? 'Internet' : 'VPC'] : ['Internet', 'VPC'];
      }
      default:
        return undefined;
    }
  }

  /**
   * What counts beside the conditions: the VPCs of access points, the endpoints that have a policy, the Region of the
   * resource.
   */
  private named(name: string): readonly string[] {
    const { accessPoints: doors = [], endpointPolicies = {} } = this.property.environment;
    switch (name) {
      case 'aws:sourcevpc':
        return doors.flatMap(({ vpcId }) => vpcId ?? []);
      case 'aws:sourcevpce':
        return Object.keys(endpointPolicies);
      case 'aws:requestedregion':
        return this.region === undefined ? [] : [this.region];
      default:
        return [];
    }
  }

  /** Access points that the templates do not make. */
  private unknownAccessPoints(made: readonly string[]): readonly string[] {
    const cached = this.memo.get(ACCESS_POINT_ARN_KEY);
    if (cached) return cached as string[];
    const { account } = this.property.environment;
    const known = new Set(made);
    const arns = accessPointArns({
      place: this.property.place,
      partition: this.partition,
      account,
      region: this.region ?? made[0]?.split(':')[3],
      conditions: this.conditions,
      questionsAbout: (key) => this.questionsAbout(key),
    }).filter((arn) => !known.has(arn));
    const about = [ACCESS_POINT_ARN_KEY, ACCESS_POINT_ACCOUNT_KEY].flatMap((key) => this.conditions.get(key) ?? []);
    const withVariables = about.some((condition) => condition.variables && condition.values.some(hasVariable));
    const found = withVariables
      ? arns
      : distinct(arns, (arn) => {
          const read: KeyReader = (key) =>
            key === ACCESS_POINT_ARN_KEY ? arn : key === ACCESS_POINT_ACCOUNT_KEY ? arn.split(':')[4] : undefined;
          return about.map((condition) => encode(conditionHolds(condition, read))).join();
        });
    this.memo.set(ACCESS_POINT_ARN_KEY, found);
    return found;
  }

  // ---- policy variables
  // -----------------------------------------------------------------------------------------------

  /** What the texts of all fields ask of a value that fills policy variables in them. */
  private questionsAbout(key: string): readonly Question[] {
    const fields = this.variables.get(key);
    if (!fields) return [];
    this.used.add('policy-variables');
    return fields.flatMap((field) => questionsAbout(key, this.fields.get(field)!, this.property.place));
  }

  /** Values that fill a variable in a text about the caller, who is known by then; and two that nothing names. */
  private related(key: string): string[] {
    const fields = this.variables.get(key);
    if (!fields) return [];
    const ofCaller = fields
      .filter((field) => PRINCIPAL_KEYS.has(field))
      .flatMap((field) => {
        const actual = this.key(field);
        return typeof actual === 'string' ? captures(key, this.fields.get(field)!, actual) : [];
      });
    return [...ofCaller, 'x', 'y'];
  }

  // ---- who
  // ------------------------------------------------------------------------------------------------------------

  /** One principal for each combination of answers that the policies can give about a caller. */
  private findPrincipals(): Principal[] {
    const { environment, place } = this.property;
    const { partition, statements, conditions, owners } = this;
    return distinct(
      callersOf({
        place,
        partition,
        environment,
        statements,
        conditions,
        owners,
        questionsAbout: (key) => this.questionsAbout(key),
      }),
      (principal) => this.principalAnswers(principal),
    );
  }

  private principalAnswers(principal: Principal): string {
    const { environment: env } = this.property;
    const read: KeyReader = (key) => principalKey(principal, key);
    const kind = ['role', 'user', 'federated-user'].includes(principal.kind) ? 'iam' : principal.kind;
    const variable = [...PRINCIPAL_KEYS].some((key) => this.variables.has(key));
    return [
      kind,
      this.owners.indexOf(principal.account ?? ''),
      Object.values(env.identities ?? {}).indexOf(identityOf(env, principal)!),
      variable ? JSON.stringify(principal) : '',
      ...this.statements.map((statement) =>
        [
          statement.principals === undefined ? '' : encode(principalMatches(statement, principal, statement.effect)),
          statement.effect === 'Allow'
            ? (statement.principals ?? [])
                .map((pattern) => (isUnknown(pattern.value) ? '' : principalHit(pattern, principal)))
                .sort()
                .join('+')
            : '',
          ...statement.conditions
            .filter(({ key }) => PRINCIPAL_KEYS.has(key))
            .map((condition) =>
              condition.variables && condition.values.some(hasVariable)
                ? JSON.stringify(principal)
                : encode(conditionHolds(condition, read)),
            ),
        ].join(),
      ),
    ].join('|');
  }

  // ---- what
  // -----------------------------------------------------------------------------------------------------------

  /** One action on one resource for each combination of answers that the policies can give about them. */
  private findTargets(read: KeyReader): ActionOn[] {
    const { environment: env, region, targets } = this.property;
    const doors = env.accessPoints ?? [];
    const view = { key: read };
    const found: ActionOn[] = [];
    for (const target of targets) {
      const service = `${target.service ?? target.arn.split(':')[2]}:`;
      const possible = ACTIONS.filter(
        ({ name, on }) => name.startsWith(service) && on.includes(target.kind) && actionMatches(region, name) !== false,
      );
      for (const resource of this.resourcesOf(target, read)) {
        for (const { name } of possible) found.push({ action: name, resource });
      }
    }
    // Answers by action and by resource are computed once each: they meet in the pair.
    const byAction = new Map<string, string[]>();
    const byResource = new Map<string, string[]>();
    const answers = ({ action, resource }: ActionOn): string => {
      let ofAction = byAction.get(action);
      if (!ofAction) {
        byAction.set(action, (ofAction = this.statements.map((statement) => encode(actionMatches(statement, action)))));
      }
      let ofResource = byResource.get(resource);
      if (!ofResource) {
        const names = [resource, ...doors.map((door) => accessPointResourceArn(door, resource))];
        byResource.set(
          resource,
          (ofResource = this.statements.map((statement) =>
            names.map((arn) => encode(resourceMatches(statement, arn, view))).join(''),
          )),
        );
      }
      const acl = env.aclsMayGrant && ACL_ACTIONS.has(action.toLowerCase());
      return (
        `${acl} ` +
        `${this.statements.map((_, i) => (ofAction![i] === '0' ? '0' : `${ofAction![i]}${ofResource![i]}`)).join()}`
      );
    };
    return distinct(found, answers);
  }

  private resourcesOf(target: Target, read: KeyReader): string[] {
    if (target.keys === undefined) return [target.arn];
    const doors = this.property.environment.accessPoints ?? [];
    const befores = [`${target.arn}/`, ...doors.map((door) => `${door.arn}/object/`)];
    const questions: Question[] = [];
    const seen = new Set<string>();
    for (const statement of this.statements) {
      for (const text of statement.resources) {
        if ((isUnknown(text) && !afterSharedUnknown(text, target.arn)) || text === '*' || seen.has(text)) continue;
        seen.add(text);
        const compiled = compile(text, 'arn', statement.variables, read);
        const across = crossesColons(text) ? compile(text, 'glob', statement.variables, read) : { missing: '' };
        for (const each of [compiled, across]) {
          if ('pattern' in each) befores.forEach((after) => questions.push({ pattern: each.pattern, after }));
        }
      }
    }
    const keys = target.keys.flatMap((pattern) =>
      witnesses(questions, [glob('?*'), glob(pattern)], this.property.place),
    );
    return [...new Set(keys)].map((key) => `${target.arn}/${key}`);
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

function distinct<T>(items: readonly T[], answers: (item: T) => string): T[] {
  const seen = new Map<string, T>();
  for (const item of items) {
    const key = answers(item);
    if (!seen.has(key)) seen.set(key, item);
  }
  return [...seen.values()];
}

/** Actions that make good examples come first: of those that nothing tells apart, the first stands for all. */
const TYPICAL = [
  's3:GetObject',
  's3:PutObject',
  's3:ListBucket',
  's3:DeleteObject',
  's3:GetObjectVersion',
  's3:DeleteObjectVersion',
  's3:PutBucketPolicy',
];
/** Who makes a bucket decides nothing about an existing one. */
const ACTIONS = actions()
  .filter(({ name }) => name !== 's3:CreateBucket')
  .sort((a, b) => rank(a.name) - rank(b.name));

function rank(name: string): number {
  const at = TYPICAL.indexOf(name);
  return at === -1 ? TYPICAL.length : at;
}
