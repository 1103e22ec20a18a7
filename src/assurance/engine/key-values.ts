/** The values that a condition key can have in the requests of a property. */
import { ACCESS_POINT_ACCOUNT_KEY, ACCESS_POINT_ARN_KEY, accessPointArns } from './access-point-arns';
import { encode, keyCandidates } from './candidates';
import { ruleOf } from './key-rules';
import { conditionHolds, isDocumented, UnsupportedError, type KeyReader } from './operators';
import { distinct, type Vocabulary } from './property';
import { displayKey, PRINCIPAL_KEYS, type ContextValue } from './request';
import type { RequestView } from './request-view';
import { captures, hasVariable } from './variables';
import type { Question } from './witnesses';

export class KeyValues {
  private readonly memo = new Map<string, readonly ContextValue[]>();
  /** Keys whose values are being found. */
  private readonly filling = new Set<string>();

  /**
   * @param view the request as far as it is chosen
   * @param used collects the axioms that values rest on
   */
  public constructor(
    private readonly vocabulary: Vocabulary,
    private readonly view: RequestView,
    private readonly used: Set<string>,
  ) {}

  public of(name: string): ReadonlyArray<ContextValue | undefined> {
    if (
      this.vocabulary.property.environment.accessPoints !== undefined ||
      name.startsWith('s3:dataaccesspoint') ||
      name === 's3:accesspointnetworkorigin'
    ) {
      const values = this.accessPointValues(name);
      if (values) return values;
    }
    if (name === 's3:resourceaccount' || name === 'aws:resourceaccount') {
      this.used.add('resource-keys');
      return [this.vocabulary.property.environment.account];
    }
    // Nobody knows its values: whatever reads it is undecided.
    if (!isDocumented(name)) return [undefined];
    const rule = ruleOf(name);
    if (rule) this.used.add(rule.axiom);
    if (rule?.derived) {
      const values = rule.derived(this.view, this.vocabulary.conditions);
      return this.vocabulary.property.expect === 'always' && !this.vocabulary.asked.has(name)
        ? values.slice(0, 1)
        : values;
    }
    // A request of which nothing special is said is an ordinary one.
    if (this.vocabulary.property.expect === 'always' && !this.vocabulary.asked.has(name)) {
      if (name === 'aws:requestedregion' && this.vocabulary.region !== undefined) return [this.vocabulary.region];
      return rule?.ordinary?.(this.view, this.candidates(name)) ?? [undefined];
    }
    const candidates = this.candidates(name);
    return rule ? rule.values(candidates, this.view) : [undefined, ...candidates];
  }

  private candidates(name: string): readonly ContextValue[] {
    const cached = this.memo.get(name);
    if (cached) return cached;
    const conditions = this.vocabulary.conditions.get(name) ?? [];
    const dependent = conditions.some((condition) => condition.variables && condition.values.some(hasVariable));
    const fills = this.vocabulary.variables.get(name);
    const forms = ruleOf(name)?.forms?.(this.view) ?? [undefined];
    if (this.filling.has(name)) {
      throw new UnsupportedError(
        this.vocabulary.property.place,
        `has policy variables that fill each other in a circle, through ${displayKey(name)}`,
      );
    }
    this.filling.add(name);
    const read: KeyReader = dependent ? (key) => this.view.key(key) : () => undefined;
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
    const { accessPoints: doors = [] } = this.vocabulary.property.environment;
    switch (name) {
      case ACCESS_POINT_ARN_KEY: {
        this.used.add('access-point-keys');
        if (this.vocabulary.property.expect === 'always' && !this.vocabulary.asked.has(name)) return [undefined];
        const { through, made = doors.map(({ arn }) => arn) } = this.vocabulary.property;
        if (through !== undefined && through !== 'others') return [through];
        return [undefined, ...(through === undefined ? made : []), ...this.unknownAccessPoints(made)];
      }
      case 's3:dataaccesspointaccount': {
        const arn = this.view.key(ACCESS_POINT_ARN_KEY);
        return [typeof arn === 'string' ? arn.split(':')[4] : undefined];
      }
      case 's3:accesspointnetworkorigin': {
        const arn = this.view.key(ACCESS_POINT_ARN_KEY);
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
    const { accessPoints: doors = [], endpointPolicies = {} } = this.vocabulary.property.environment;
    switch (name) {
      case 'aws:sourcevpc':
        return doors.flatMap(({ vpcId }) => vpcId ?? []);
      case 'aws:sourcevpce':
        return Object.keys(endpointPolicies);
      case 'aws:requestedregion':
        return this.vocabulary.region === undefined ? [] : [this.vocabulary.region];
      default:
        return [];
    }
  }

  /** Access points that the templates do not make. */
  private unknownAccessPoints(made: readonly string[]): readonly string[] {
    const cached = this.memo.get(ACCESS_POINT_ARN_KEY);
    if (cached) return cached as string[];
    const { account } = this.vocabulary.property.environment;
    const known = new Set(made);
    const arns = accessPointArns({
      place: this.vocabulary.property.place,
      partition: this.vocabulary.partition,
      account,
      region: this.vocabulary.region ?? made[0]?.split(':')[3],
      conditions: this.vocabulary.conditions,
      questionsAbout: (key) => this.questionsAbout(key),
    }).filter((arn) => !known.has(arn));
    const about = [ACCESS_POINT_ARN_KEY, ACCESS_POINT_ACCOUNT_KEY].flatMap(
      (key) => this.vocabulary.conditions.get(key) ?? [],
    );
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

  /** Values that fill a variable in a text about the caller, who is known by then; and two that nothing names. */
  private related(key: string): string[] {
    const fields = this.vocabulary.variables.get(key);
    if (!fields) return [];
    const ofCaller = fields
      .filter((field) => PRINCIPAL_KEYS.has(field))
      .flatMap((field) => {
        const actual = this.view.key(field);
        return typeof actual === 'string' ? captures(key, this.vocabulary.fields.get(field)!, actual) : [];
      });
    return [...ofCaller, 'x', 'y'];
  }

  private questionsAbout(key: string): readonly Question[] {
    if (this.vocabulary.variables.has(key)) this.used.add('policy-variables');
    return this.vocabulary.questionsAbout(key);
  }
}
