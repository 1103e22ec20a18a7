import { ruleOf } from './axioms';
import { encode, keyCandidates, variableCandidates } from './candidates';
import type { Condition } from './condition';
import {
  accessPointAccount, accessPointResourceArn, accountOfPrincipal, ACL_ACTIONS, actionMatches, evaluate, identityOf, principalHit,
  principalMatches, resourceMatches,
  statementApplies, type Decision, type Environment, type UnknownsResolveTo, type RequestView,
} from './evaluate';
import { arnPattern, glob, literal, witnesses, type Pattern, type Question } from './glob';
import { compile, conditionHolds, operatorOf, UnsupportedError, variablesIn, type KeyReader } from './operators';
import type { Policy, Statement } from './policy';
import { displayKey, PRINCIPAL_KEYS, principalKey, type ContextValue, type Principal, type Request } from './request';
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
  /** Only requests that come by this access point, by its ARN; `others`: by none of those that are `made`, or by none at all. */
  readonly through?: string;
  /** The ARNs of all access points of the templates, where the environment has some of them only. */
  readonly made?: readonly string[];
}

export interface Outcome {
  readonly status: 'proved' | 'violated' | 'unknown';
  /** Representative requests of the region that were evaluated. */
  readonly requestClasses: number;
  readonly axioms: readonly string[];
  readonly counterexample?: Request;
  /** What allowed or refused the counterexample, or what is unknown. */
  readonly reason?: string;
}

/** More classes than this: a policy that nobody can review either. */
export const MAX_CLASSES = 300_000;

/**
 * Proves a property for all requests: it evaluates one representative of every class of requests that the policies and the
 * property can tell apart, with the ordinary evaluator, choosing a field only when the evaluator reads it.
 * @throws if the region holds no request at all, if something is unsupported, or past a cap
 */
export function prove(property: Property): Outcome {
  const outcome = (property.environment.accessPoints?.length ?? 0) > 1 ? proveByAccessPoint(property) : proveAtOnce(property);
  if (outcome === undefined) throw new Error(`${property.place}: ${NOTHING}`);
  return outcome;
}

/**
 * With many access points: an access point can only take away, so what holds as if all of them were open holds. Otherwise each is looked at with its
 * own policy alone, and what comes by none of them once: a request comes by one.
 */
function proveByAccessPoint(property: Property): Outcome | undefined {
  const doors = property.environment.accessPoints!;
  const fixing = property.region.conditions.filter(({ key }) => key === DOOR_KEY);
  if (property.expect === 'never' || fixing.length === 0) {
    const asIfOpen = proveAtOnce({ ...property, environment: { ...property.environment, accessPoints: undefined } });
    // An ordinary request comes by none, and is answered with that.
    if (asIfOpen === undefined || asIfOpen.status === 'proved' || property.expect === 'always') return asIfOpen;
  }
  const isAsked = (arn: string) => fixing.every((condition) => conditionHolds(condition, () => arn) !== false);
  const made = doors.map(({ arn }) => arn);
  let total: Outcome | undefined;
  for (const door of [undefined, ...doors.filter(({ arn }) => isAsked(arn))]) {
    const through = { ...property, through: door?.arn ?? 'others', made, environment: { ...property.environment, doors: door ? [door] : [] } };
    const found = proveAtOnce(through);
    if (found === undefined) continue;
    const sum = {
      requestClasses: found.requestClasses + (total?.requestClasses ?? 0),
      axioms: [...new Set([...found.axioms, ...total?.axioms ?? []])].sort(),
    };
    if (found.status === 'violated') return { ...found, ...sum };
    total = { ...total?.status === 'unknown' ? total : found, ...sum };
  }
  return total;
}

/** Undefined: no request is in the region. */
function proveAtOnce(property: Property): Outcome | undefined {
  const lean = leanOf(property);
  const search = new RequestEnumerator(property);
  let requestClasses = 0;
  let open: Outcome | undefined;
  for (const decision of decisions(property, search)) {
    requestClasses += 1;
    if (decision.allowed === (property.expect === 'always')) continue;
    const certain = decision.doubts.length === 0 ? decision : evaluate(search, property.environment, lean === 'allow' ? 'deny' : 'allow');
    const outcome = { requestClasses, axioms: search.axioms(), counterexample: search.request() };
    if (certain.allowed === decision.allowed) return { ...outcome, status: 'violated', reason: certain.reason };
    open ??= { ...outcome, status: 'unknown', reason: decision.doubts.join('; ') };
  }
  if (requestClasses === 0) return undefined;
  return open ? { ...open, requestClasses } : { status: 'proved', requestClasses, axioms: search.axioms() };
}

/** Every class of requests of the property with its decision: what a second opinion can be asked about. */
export function* representatives(property: Property): Generator<{ readonly request: Request; readonly decision: Decision }> {
  const search = new RequestEnumerator(property);
  for (const decision of decisions(property, search)) yield { request: search.request(), decision };
}

/** How each class of the region is decided; the search stands at the class while its decision is looked at. */
function* decisions(property: Property, search: RequestEnumerator): Generator<Decision> {
  const lean = leanOf(property);
  let classes = 0;
  do {
    search.restart();
    if (statementApplies(property.region, search, search.resource(), 'Allow') === false) continue;
    classes += 1;
    if (classes > MAX_CLASSES) throw new Error(`${property.place}: more than ${MAX_CLASSES} classes of requests; simplify the policies`);
    yield evaluate(search, property.environment, lean);
  } while (search.next());
}

function leanOf(property: Property): UnknownsResolveTo {
  return property.expect === 'never' ? 'allow' : 'deny';
}

const NOTHING = 'no request is in the region of this guarantee, so it says nothing';

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
  /** Texts with policy variables, by the key that fills them. */
  private readonly variables = new Map<string, string[]>();
  private readonly principals: readonly Principal[];
  private readonly named: ReadonlySet<string>;
  private readonly fixedTargets?: readonly ActionOn[];
  private readonly memo = new Map<string, readonly ContextValue[]>();
  /** Keys whose values are being found. */
  private readonly filling = new Set<string>();
  /** Accounts whose principals need no more than a policy of their own: the bucket's, and those of its access points. */
  private readonly owners: readonly string[];

  public constructor(private readonly property: Property) {
    const { environment: env, region } = property;
    const policies: Policy[] = [
      ...env.resourcePolicies,
      ...(env.accessPoints ?? []).flatMap((door) => (door.policy ? [door.policy] : [])),
      ...Object.values(env.endpointPolicies ?? {}),
      ...(env.serviceControlPolicies ?? []),
      ...(env.resourceControlPolicies ?? []),
      ...Object.values(env.identities ?? {}).flatMap(({ policies: own, boundary }) => [...own, ...(boundary ? [boundary] : [])]),
    ];
    this.statements = [...policies.flatMap((policy) => policy.statements), region];
    for (const statement of this.statements) {
      for (const condition of statement.conditions) {
        this.conditions.set(condition.key, [...(this.conditions.get(condition.key) ?? []), condition]);
        if (condition.variables) this.noteVariables(condition.values, condition.key);
      }
      if (statement.variables) this.noteVariables(statement.resources, undefined);
    }
    this.owners = [...new Set([env.account, ...(env.accessPoints ?? []).map(accessPointAccount)])];
    this.named = new Set(region.conditions.flatMap(({ key }) => [key, ...(IMPLIED[key] ?? [])]));
    this.principals = this.findPrincipals();
    const relational = this.statements.some(({ variables, resources }) => variables && resources.some(hasVariable));
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
      return principalKey(this.principal(), name);
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
      if (options.length === 0) throw new Error(`${this.property.place}: ${NOTHING}`);
    }
    const choice = this.trail[this.cursor];
    if (choice !== undefined) {
      if (choice.field !== field) throw new Error(`${this.property.place}: fields were read in another order (${field} for ${choice.field})`);
    } else {
      this.trail.push({ field, options: options!, at: 0 });
    }
    const { options: all, at } = this.trail[this.cursor];
    this.cursor += 1;
    this.chosen.set(field, all[at]);
    return all[at] as T;
  }

  private valuesOf(name: string): ReadonlyArray<ContextValue | undefined> {
    if (this.property.environment.accessPoints !== undefined || name.startsWith('s3:dataaccesspoint') || name === 's3:accesspointnetworkorigin') {
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
      return this.property.expect === 'always' && !this.named.has(name) ? values.slice(0, 1) : values;
    }
    // A request of which nothing special is said is an ordinary one.
    if (this.property.expect === 'always' && !this.named.has(name)) return rule?.ordinary?.(this) ?? [undefined];
    const candidates = this.candidates(name);
    return rule ? rule.values(candidates, this) : [undefined, ...candidates];
  }

  private candidates(name: string): readonly ContextValue[] {
    const cached = this.memo.get(name);
    if (cached) return cached;
    const conditions = this.conditions.get(name) ?? [];
    const texts = this.variables.get(name);
    if (texts) this.used.add('policy-variables');
    const related = texts ? variableCandidates(name, texts) : [];
    const dependent = conditions.some((condition) => condition.variables && condition.values.some(hasVariable));
    if (this.filling.has(name)) {
      throw new UnsupportedError(this.property.place, `has policy variables that fill each other in a circle, through ${displayKey(name)}`);
    }
    this.filling.add(name);
    const values = [...new Set([
      ...keyCandidates(name, conditions, dependent ? (key) => this.key(key) : () => undefined, related), ...this.networksNamed(name),
    ])];
    this.filling.delete(name);
    if (!dependent) this.memo.set(name, values);
    return values;
  }

  /** Keys of a request that comes by an access point: all follow from which one it is. */
  private accessPointValues(name: string): ReadonlyArray<ContextValue | undefined> | undefined {
    const { accessPoints: doors = [], account } = this.property.environment;
    switch (name) {
      case DOOR_KEY: {
        this.used.add('access-point-keys');
        if (this.property.expect === 'always' && !this.named.has(name)) return [undefined];
        const { through, made = doors.map(({ arn }) => arn) } = this.property;
        if (through !== undefined && through !== 'others') return [through];
        return [undefined, ...(through === undefined ? made : []), ...this.unknownAccessPoints(account, made)];
      }
      case 's3:dataaccesspointaccount': {
        const arn = this.key(DOOR_KEY);
        return [typeof arn === 'string' ? arn.split(':')[4] : undefined];
      }
      case 's3:accesspointnetworkorigin': {
        const arn = this.key(DOOR_KEY);
        if (arn === undefined) return [undefined];
        const door = doors.find((candidate) => candidate.arn === arn);
        return door ? [door.vpcId === undefined ? 'Internet' : 'VPC'] : ['Internet', 'VPC'];
      }
      default: return undefined;
    }
  }

  /** What the evaluator compares with beside the policies: the VPCs of access points, and the endpoints that have a policy. */
  private networksNamed(name: string): readonly string[] {
    const { accessPoints: doors = [], endpointPolicies = {} } = this.property.environment;
    switch (name) {
      case 'aws:sourcevpc': return doors.flatMap(({ vpcId }) => vpcId ?? []);
      case 'aws:sourcevpce': return Object.keys(endpointPolicies);
      default: return [];
    }
  }

  /**
   * Access points that the templates do not make: in this account, in those that the policies name and in one more, with a name for each
   * combination of answers that the policies can give. Names that are spelled out stand for themselves, which keeps the work linear in their number.
   */
  private unknownAccessPoints(account: string, made: readonly string[]): string[] {
    const cached = this.memo.get(DOOR_KEY);
    if (cached) return cached as string[];
    const conditions = this.conditions.get(DOOR_KEY) ?? [];
    const read: KeyReader = () => undefined;
    const patterns = new Map<string, Pattern>();
    const literals = new Set<string>();
    for (const condition of conditions) {
      const mode = operatorOf(condition).mode;
      for (const value of mode ? condition.values.filter((text) => !isUnknown(text)) : []) {
        const name = /accesspoint\/([^/*?]+)$/.exec(value)?.[1];
        const compiled = compile(value, mode!, condition.variables, read);
        if (name !== undefined) literals.add(name);
        else if ('pattern' in compiled) patterns.set(`${mode} ${value}`, compiled.pattern);
      }
    }
    const texts = conditions.flatMap(({ values }) => values);
    const owners = (this.conditions.get('s3:dataaccesspointaccount') ?? []).flatMap(({ values }) => values);
    const accountsNamed = [...texts, ...owners]
      .flatMap((text) => text.match(/(?<!\d)\d{12}(?!\d)/g) ?? []);
    const patternsOfAccounts = [...texts.map((text) => text.split(':')[4] ?? ''), ...owners].filter((text) => /^(?=.*\d)[\d*?]*[*?][\d*?]*$/.test(text));
    const accounts = new Set([account, ...accountsNamed, ...patternsOfAccounts.map(accountLike)]);
    accounts.add(fresh(accounts, '999999999999'));
    const region = [...made, ...texts].map((arn) => arn.split(':')[3]).find((part) => part !== undefined && /^[a-z{][^*?]*$/.test(part));

    const found: string[] = [];
    const known = new Set(made);
    const partition = partitionOf(this.property.targets[0].arn);
    const answers = (arn: string) =>
      conditions.map((condition) => encode(conditionHolds(condition, (key) => (key === DOOR_KEY ? arn : undefined)))).join();
    for (const owner of accounts) {
      const before = `arn:${partition}:s3:${region ?? 'us-east-1'}:${owner}:accesspoint/`;
      const kinds = witnesses([...patterns.values()].map((pattern) => ({ pattern, after: before })), [glob('?*')], this.property.place)
        // A name that is spelled out somewhere is not what the pattern alone takes in.
        .flatMap((name) => [name, `${name}x`, `${name}-x-`, `x${name}`]).filter((name) => /^[a-z0-9-]+$/.test(name) && !literals.has(name));
      // Those of several Regions have no Region in their ARN, and an alias that nobody chooses.
      const everywhere = `arn:${partition}:s3::${owner}:`;
      const global = [...texts.filter((text) => !/[*?]/.test(text) && text.startsWith(everywhere)), `${everywhere}accesspoint/x.mrap`];
      const arns = [...[...kinds, ...literals].map((name) => before + name), ...global].filter((arn) => !known.has(arn));
      found.push(...distinct(arns, answers));
    }
    this.memo.set(DOOR_KEY, found);
    return found;
  }

  private noteVariables(texts: readonly string[], field: string | undefined): void {
    for (const text of texts) {
      for (const key of variablesIn(text)) {
        const siblings = this.statements.flatMap((statement) => (field === undefined
          ? statement.resources : statement.conditions.filter((other) => other.key === field).flatMap((other) => other.values)));
        this.variables.set(key, [...(this.variables.get(key) ?? []), ...siblings]);
      }
    }
  }

  // ---- who ------------------------------------------------------------------------------------------------------------

  /** One principal for each combination of answers that the policies can give about a caller. */
  private findPrincipals(): Principal[] {
    const { environment: env } = this.property;
    const patterns = this.statements.flatMap((statement) => statement.principals ?? []).filter((pattern) => !isUnknown(pattern.value));
    const none: KeyReader = () => undefined;
    const arnConditions = this.conditions.get('aws:principalarn') ?? [];
    const accountConditions = [...(this.conditions.get('aws:principalaccount') ?? []), ...(this.conditions.get('kms:calleraccount') ?? [])];
    const named = [...patterns.filter((pattern) => pattern.type === 'AWS').map((pattern) => pattern.value), ...Object.keys(env.identities ?? {})];
    const arnTexts = [...named, ...arnConditions.flatMap((condition) => condition.values)].filter((text) => !isUnknown(text));
    const partition = env.resourcePolicies.length > 0 ? partitionOf(this.property.targets[0].arn) : 'aws';

    const accounts = new Set(this.owners);
    for (const text of arnTexts.flatMap(withoutVariables)) {
      const account = accountOfPrincipal(text) ?? text.split(':')[4];
      if (account !== undefined && account !== '' && !/^\*$|\$/.test(account)) accounts.add(accountLike(account));
    }
    for (const account of keyCandidates('aws:principalaccount', accountConditions, none)) {
      if (typeof account === 'string' && account !== 'x') accounts.add(account);
    }
    accounts.add(fresh(accounts, '999999999999'));

    const questions: Question[] = [];
    for (const text of new Set(named)) questions.push({ pattern: literal(text) });
    for (const condition of arnConditions) {
      for (const value of condition.values.filter((text) => !isUnknown(text)).flatMap(withoutVariables)) {
        const mode = operatorOf(condition).mode;
        const compiled = mode && compile(value, mode, false, none);
        if (compiled && 'pattern' in compiled) questions.push({ pattern: compiled.pattern });
      }
    }
    const found: Principal[] = [];
    const sessions = patterns.map((pattern) => /:assumed-role\/([^/]+)\/(.+)$/.exec(pattern.value)).filter((match) => match !== null);
    const providers = patterns.filter((pattern) => pattern.type === 'Federated').map((pattern) => pattern.value);
    for (const account of accounts) {
      for (const arn of witnesses(questions, [arnPattern(glob(`arn:${partition}:iam::${account}:role/?*`))], this.property.place)) {
        const name = arn.split('/').pop();
        for (const session of [undefined, ...sessions.filter((match) => match[1] === name).map((match) => match[2])]) {
          for (const provider of [undefined, ...providers]) found.push({ kind: 'role', arn, account, session, provider });
        }
      }
      // A session's role may be known by its name alone.
      for (const match of sessions) {
        found.push({ kind: 'role', arn: `arn:${partition}:iam::${account}:role/${match[1]}`, account, session: match[2] });
      }
      for (const arn of witnesses(questions, [arnPattern(glob(`arn:${partition}:iam::${account}:user/?*`))], this.property.place)) {
        found.push({ kind: 'user', arn, account });
      }
      found.push({ kind: 'root', arn: `arn:${partition}:iam::${account}:root`, account });
      for (const arn of witnesses(questions, [arnPattern(glob(`arn:${partition}:sts::${account}:federated-user/?*`))], this.property.place)) {
        found.push({ kind: 'federated-user', arn, account });
      }
    }
    const serviceNames = new Set(patterns.filter((pattern) => pattern.type === 'Service' && pattern.value !== '*').map((pattern) => pattern.value));
    for (const key of ['aws:principalservicename', 'aws:principalservicenameslist']) {
      for (const value of keyCandidates(key, this.conditions.get(key) ?? [], none)) {
        const service = typeof value === 'string' ? value : value[0];
        if (service !== 'x') serviceNames.add(service);
      }
    }
    for (const service of [...serviceNames, 'service.amazonaws.com']) found.push({ kind: 'service', service });
    for (const pattern of patterns) if (pattern.type === 'CanonicalUser') found.push({ kind: 'canonical-user', arn: pattern.value });
    found.push({ kind: 'anonymous' });
    return distinct(found, (principal) => this.principalAnswers(principal));
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
      ...this.statements.map((statement) => [
        statement.principals === undefined ? '' : encode(principalMatches(statement, principal, statement.effect)),
        statement.effect === 'Allow' ? (statement.principals ?? []).map((pattern) => (isUnknown(pattern.value) ? '' : principalHit(pattern, principal))).sort().join('+') : '',
        ...statement.conditions.filter(({ key }) => PRINCIPAL_KEYS.has(key)).map((condition) =>
          (condition.variables && condition.values.some(hasVariable) ? JSON.stringify(principal) : encode(conditionHolds(condition, read)))),
      ].join()),
    ].join('|');
  }

  // ---- what -----------------------------------------------------------------------------------------------------------

  /** One action on one resource for each combination of answers that the policies can give about them. */
  private findTargets(read: KeyReader): ActionOn[] {
    const { environment: env, region, targets } = this.property;
    const doors = env.accessPoints ?? [];
    const view = { key: read };
    const found: ActionOn[] = [];
    for (const target of targets) {
      const service = `${target.service ?? target.arn.split(':')[2]}:`;
      const possible = ACTIONS.filter(({ name, on }) => (
        name.startsWith(service) && on.includes(target.kind) && actionMatches(region, name) !== false));
      for (const resource of this.resourcesOf(target, read)) {
        for (const { name } of possible) found.push({ action: name, resource });
      }
    }
    // Answers by action and by resource are computed once each: they meet in the pair.
    const byAction = new Map<string, string[]>();
    const byResource = new Map<string, string[]>();
    const answers = ({ action, resource }: ActionOn): string => {
      let ofAction = byAction.get(action);
      if (!ofAction) byAction.set(action, ofAction = this.statements.map((statement) => encode(actionMatches(statement, action))));
      let ofResource = byResource.get(resource);
      if (!ofResource) {
        const names = [resource, ...doors.map((door) => accessPointResourceArn(door, resource))];
        byResource.set(resource, ofResource = this.statements.map((statement) => names.map((arn) => encode(resourceMatches(statement, arn, view))).join('')));
      }
      const acl = env.aclsMayGrant && ACL_ACTIONS.has(action.toLowerCase());
      return `${acl} ${this.statements.map((_, i) => (ofAction![i] === '0' ? '0' : `${ofAction![i]}${ofResource![i]}`)).join()}`;
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
        if (isUnknown(text) || text === '*' || seen.has(text)) continue;
        seen.add(text);
        const compiled = compile(text, 'arn', statement.variables, read);
        if ('pattern' in compiled) befores.forEach((after) => questions.push({ pattern: compiled.pattern, after }));
      }
    }
    const keys = target.keys.flatMap((pattern) => witnesses(questions, [glob('?*'), glob(pattern)], this.property.place));
    return [...new Set(keys)].map((key) => `${target.arn}/${key}`);
  }
}

/** Tells by which access point a request comes. */
const DOOR_KEY = 's3:dataaccesspointarn';

/** Keys that are as open as the one that says something about them. */
const IMPLIED: Readonly<Record<string, readonly string[]>> = {
  'aws:sourcevpc': ['aws:sourcevpce'],
  'aws:calledvia': ['aws:viaawsservice'],
  's3:dataaccesspointaccount': ['s3:dataaccesspointarn'],
  's3:accesspointnetworkorigin': ['s3:dataaccesspointarn'],
  's3:x-amz-server-side-encryption-aws-kms-key-id': ['s3:x-amz-server-side-encryption'],
};

function hasVariable(text: string): boolean {
  return variablesIn(text).length > 0;
}

/** A text with the values in it that its policy variables have where nothing is known of them (see `variableCandidates`). */
function withoutVariables(text: string): string[] {
  return hasVariable(text) ? ['x', 'y'].map((value) => text.replace(/\$\{[^}]{2,}\}/g, value)) : [text];
}

/** An account that a pattern of accounts takes in. */
function accountLike(pattern: string): string {
  const [first, ...others] = pattern.replace(/\?/g, '0').split('*');
  const rest = others.join('');
  return pattern.includes('*') ? first.padEnd(12 - rest.length, '0') + rest : first;
}

function partitionOf(arn: string): string {
  return arn.split(':')[1] ?? 'aws';
}

function fresh(taken: ReadonlySet<string>, wish: string): string {
  let candidate = wish;
  while (taken.has(candidate)) candidate = String(Number(candidate) - 1);
  return candidate;
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
const TYPICAL = ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 's3:DeleteObject', 's3:GetObjectVersion', 's3:DeleteObjectVersion', 's3:PutBucketPolicy'];
/** Who makes a bucket decides nothing about an existing one. */
const ACTIONS = actions().filter(({ name }) => name !== 's3:CreateBucket').sort((a, b) => rank(a.name) - rank(b.name));

function rank(name: string): number {
  const at = TYPICAL.indexOf(name);
  return at === -1 ? TYPICAL.length : at;
}
