import type { TemplateInput } from './assembly';
import { Conditions } from './conditions';
import { openReferences } from './dynamic-reference';
import { evaluate, isFunction, textOf, type Scope } from './intrinsics';
import { expandLoops, isLoop, textsIn } from './loops';
import { macroIn, macrosOf, type Macros } from './macros';
import { allowedValues, typed } from './parameters';
import { PARTITION, partitionOfRegion, PARTITIONS } from './partition';
import { pseudoParameter, type PseudoContext } from './pseudo-parameters';
import { reference } from './references';
import { ACCOUNT, comparable, neverEqual, questioned, REGION, SOME_ACCOUNT, SOME_REGION } from './same-name';
import type { SourceLocation } from './source';
import { repeatedKeyError, TemplateError } from './template-error';
import { isUnknown, isWhollyUnknown, shown, unknown } from './unknown';
import {
  described,
  isList,
  isObject,
  NO_VALUE,
  objectIn,
  own,
  UnknownValue,
  type Json,
  type JsonObject,
  type Value,
} from './value';
import { ImpossibleWorldError, UndecidedError, type World } from './world';

/** What the stacks of one assembly ask each other. */
export interface Siblings {
  readonly world: World;
  /** The same stacks where nothing is decided. */
  readonly undecided: Siblings;
  stack(name: string): StackTemplate | undefined;
  exported(name: string, importer: StackTemplate, depth: number): Value | undefined;
  exportedAcrossRegions(name: string, importer: StackTemplate, depth: number): Value | undefined;
}

/** More references and levels than this go in a circle, or are no template. */
const MAX_DEPTH = 200;
/** A parameter with more allowed values than this is not looked at value by value. */
const MAX_ALLOWED = 12;

/** One template, with its values as they are in one world. */
export class StackTemplate {
  public readonly name: string;
  public readonly account: string;
  public readonly region: string;
  public readonly macros: Macros;
  private readonly template: JsonObject;
  private readonly conditions: Conditions;
  private readonly attributes = new Map<string, Value>();
  private expanded?: { readonly resources: JsonObject; readonly open: readonly string[] };
  private asksPartition = false;
  private readonly world: World;
  private readonly scope: Scope;

  public constructor(
    private readonly siblings: Siblings,
    public readonly input: TemplateInput,
  ) {
    this.name = input.stack;
    const { template } = input;
    if (!isObject(template) || (template.Resources !== undefined && !isObject(template.Resources))) {
      throw new TemplateError(
        `Stack ${this.name}`,
        'is not a CloudFormation template; an object with "Resources" is needed',
      );
    }
    const twice = input.repeated?.find(({ path }) => path[0] !== 'Resources' || path.length < 2);
    if (twice) throw repeatedKeyError(this.name, twice);
    this.template = template;
    this.world = siblings.world;
    this.macros = macrosOf(template);
    this.scope = this.scopeOf(this);
    this.account = /^\d{12}$/.test(input.account ?? '')
      ? input.account!
      : (this.world.literalOf(ACCOUNT) ?? SOME_ACCOUNT);
    const region = input.region ?? this.world.literalOf(REGION);
    this.region = /^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region ?? '') ? region! : SOME_REGION;
    this.conditions = new Conditions({
      error: (place, problem) => this.error(place, problem),
      conditions: template.Conditions,
      value: (raw, place, depth) => this.guessless(() => this.value(raw, place, depth)),
      equal: (left, right, place, condition) => this.equal(left, right, place, condition),
    });
  }

  /** The one that is given, or follows from the Region; for the text of ARNs, `aws` where nothing tells. */
  public get partition(): string {
    return this.knownPartition ?? this.world.literalOf(PARTITION) ?? 'aws';
  }

  /** The resources as the template writes them, loops expanded. */
  public get resources(): JsonObject {
    return this.all.resources;
  }

  /** Loops of which only the deployment knows what they make. */
  public get openLoops(): readonly string[] {
    return this.all.open;
  }

  private get all() {
    this.expanded ??= this.expand('Resources');
    return this.expanded;
  }

  /** Why the template as a whole may be other than it is written. */
  public get touchedBy(): string | undefined {
    const [macro] = this.macros.unknown;
    if (macro !== undefined) return `the macro ${macro}, which may change the template`;
    return this.openLoops.length > 0 ? 'Fn::ForEach over a collection that only the deployment knows' : undefined;
  }

  public output(name: string): JsonObject | undefined {
    return objectIn(this.expand('Outputs').resources, name);
  }

  public exports(): JsonObject[] {
    return Object.values(this.expand('Outputs').resources).filter(
      (output): output is JsonObject => isObject(output) && objectIn(output, 'Export')?.Name !== undefined,
    );
  }

  /** Whether the condition holds. @throws {UndecidedError} if only the deployment knows */
  public holds(condition: Json, place: string): boolean {
    return this.conditions.holds(condition, place);
  }

  /** A value with its functions replaced. */
  public value(raw: Json, place: string, depth: number, inText = false): Value {
    if (depth > MAX_DEPTH) {
      throw this.error(place, `leads through more than ${MAX_DEPTH} references or levels: a circle, or too deep`);
    }
    if (typeof raw === 'string') return openReferences(raw, this.name);
    if (isList(raw)) return raw.map((item) => this.value(item, place, depth + 1)).filter((item) => item !== NO_VALUE);
    // Objects that were made in a program may hold what JSON leaves out.
    if (raw === undefined) return NO_VALUE;
    if (!isObject(raw)) return raw;
    const keys = Object.keys(raw);
    if (keys.length === 1 && isFunction(keys[0]) && keys[0] !== 'Fn::Transform') {
      const result = evaluate(keys[0], raw[keys[0]], this.scope, place, depth + 1, inText);
      // What is put together may be a dynamic reference.
      return typeof result === 'string' ? openReferences(result, this.name) : result;
    }
    const macro = macroIn(raw);
    if (macro !== undefined) return new UnknownValue(`${this.name}.${place} (${macro})`);
    const looped = this.loops(raw, place);
    if (looped === undefined) return new UnknownValue(`${this.name}.${place} (Fn::ForEach)`);
    const out: Record<string, Value> = {};
    for (const key of Object.keys(looped)) {
      const item = this.value(looped[key], `${place}.${key}`, depth + 1);
      if (item !== NO_VALUE) out[key] = item;
    }
    return out;
  }

  /** What `Ref` or `GetAtt` of a resource gives. */
  public attribute(logicalId: string, attribute: string | undefined, place: string, depth: number): Value {
    const key = `${logicalId} ${attribute ?? ''}`;
    const known = this.attributes.get(key);
    if (known !== undefined) return known;
    const found = this.findAttribute(logicalId, attribute, place, depth);
    this.attributes.set(key, found);
    return found;
  }

  private findAttribute(logicalId: string, attribute: string | undefined, place: string, depth: number): Value {
    if (depth > MAX_DEPTH) {
      throw this.error(place, `leads through more than ${MAX_DEPTH} references or levels: a circle, or too deep`);
    }
    const raw = own(this.resources, logicalId);
    const opaque = new UnknownValue(`${this.name}.${logicalId}.${attribute ?? 'Ref'}`);
    if (raw === undefined) {
      // A transform makes resources that are not written.
      if (this.touchedBy !== undefined || this.macros.serverless) return opaque;
      throw this.error(place, `refers to "${logicalId}", which the template does not have`);
    }
    if (!isObject(raw) || typeof raw.Type !== 'string') throw this.error(logicalId, 'has no "Type"');
    if (this.touchedBy !== undefined || macroIn(raw) !== undefined) return opaque;
    const type = raw.Type;
    if (type === 'AWS::CloudFormation::Stack' && attribute?.startsWith('Outputs.')) {
      const child = this.siblings.stack(`${this.name}/${logicalId}`);
      const output = child?.output(attribute.slice('Outputs.'.length));
      return child && output?.Value !== undefined ? child.value(output.Value, place, depth + 1) : opaque;
    }
    if (type === 'Custom::CrossRegionExportReader' && attribute !== undefined) {
      return this.siblings.exportedAcrossRegions(attribute, this, depth) ?? opaque;
    }
    const properties = isObject(raw.Properties) ? raw.Properties : undefined;
    return reference(
      {
        type,
        logicalId,
        id: `{${this.name.replace(/[/:]/g, '.')}.${logicalId}}`,
        partition: this.partition,
        region: this.region,
        account: this.account,
        own: (property) => {
          if (properties && macroIn(properties) !== undefined) return unknown(`${this.name}.${logicalId}.${property}`);
          const written = own(properties, property);
          if (written === undefined) return undefined;
          const value = this.value(written, `${logicalId}.${property}`, depth + 1, true);
          return value === NO_VALUE
            ? undefined
            : textOf(value, () => this.error(`${logicalId}.${property}`, `is ${described(value)}; text is needed`));
        },
      },
      attribute,
    );
  }

  private ref(name: string, place: string, depth: number, inText: boolean): Value {
    if (name.startsWith('AWS::')) return pseudoParameter(name, this.pseudoContext, place);
    const parameter = objectIn(objectIn(this.template, 'Parameters'), name);
    return parameter === undefined
      ? this.attribute(name, undefined, place, depth)
      : this.parameter(name, parameter, place, depth, inText);
  }

  private get pseudoContext(): PseudoContext {
    const { name, account, region, partition, stackName } = this;
    const isPartitionOpen =
      this.asksPartition && this.knownPartition === undefined && this.world.literalOf(PARTITION) === undefined;
    return {
      name,
      account,
      region,
      partition,
      stackName,
      isPartitionOpen,
      error: (place, problem) => this.error(place, problem),
    };
  }

  private get stackName(): Value {
    const { stackName, nestedIn } = this.input;
    if (stackName !== undefined && nestedIn === undefined) return stackName;
    const name = `${this.name}.AWS::StackName`;
    return this.world.literalOf(unknown(name)) ?? new UnknownValue(name);
  }

  private parameter(name: string, parameter: JsonObject, place: string, depth: number, inText: boolean): Value {
    const type = String(parameter.Type);
    const asTyped = (value: Value) => typed(value, type);
    const { nestedIn, parameters } = this.input;
    const parent = nestedIn && this.siblings.stack(nestedIn.stack);
    const nested = parent && objectIn(parent.resources, nestedIn.logicalId);
    const given = parameters && Object.prototype.hasOwnProperty.call(parameters, name) ? parameters[name] : undefined;
    const passed = nested && own(objectIn(objectIn(nested, 'Properties'), 'Parameters'), name);
    const fromStore = type.startsWith('AWS::SSM::');
    if (given !== undefined && !fromStore) return asTyped(given);
    if (parent && passed !== undefined) {
      const value = parent.value(passed, place, depth + 1);
      if (value !== NO_VALUE) return fromStore ? new UnknownValue(`${this.name}.parameter ${name}`) : asTyped(value);
    }
    const open = new UnknownValue(`${this.name}.parameter ${name}`);
    if (fromStore) return open;
    // A nested stack that is not given a value takes the default; whoever deploys another may give any.
    if (parent && parameter.Default !== undefined) return asTyped(this.value(parameter.Default, place, depth));
    const text = unknown(open.name);
    const literal = this.world.literalOf(text);
    if (literal !== undefined) return asTyped(literal);
    const allowed = allowedValues(parameter);
    if (allowed.length === 1) return asTyped(allowed[0]);
    if (inText || allowed.length === 0 || allowed.length > MAX_ALLOWED) return open;
    return asTyped(this.among(text, allowed, allowed) ?? this.refuse(place, `has no value for the parameter ${name}`));
  }

  private among(text: string, literals: readonly string[], domain: readonly string[] | undefined): string | undefined {
    const asked = questioned(text);
    return literals.find((literal) => this.world.same({ left: asked, right: literal }, domain));
  }

  /** @param condition the condition that asks */
  private equal(left: Value, right: Value, place: string, condition: string | undefined): boolean {
    const asked = (value: Value) =>
      questioned(
        comparable(value, () => this.error(place, `compares ${described(value)} in Fn::Equals; text is needed`)),
      );
    const one = asked(left);
    const other = asked(right);
    if (one === other) return true;
    if (!isUnknown(one) && !isUnknown(other)) return false;
    if (neverEqual(one, other)) return false;
    return this.world.same(
      { left: one, right: other, condition: condition && `${this.name}.${condition}` },
      this.domainOf(one) ?? this.domainOf(other),
    );
  }

  /**
   * Texts of ARNs take the partition for `aws` where nothing tells it; a condition that asks for it is answered both
   * ways.
   */
  private guessless<T>(read: () => T): T {
    const before = this.asksPartition;
    this.asksPartition = true;
    try {
      return read();
    } finally {
      this.asksPartition = before;
    }
  }

  private domainOf(text: string): readonly string[] | undefined {
    if (text === PARTITION) return PARTITIONS;
    const prefix = unknown(`${this.name}.parameter `).slice(0, -1);
    if (!isWhollyUnknown(text) || !text.startsWith(prefix)) return undefined;
    const parameter = objectIn(objectIn(this.template, 'Parameters'), text.slice(prefix.length, -1));
    const allowed = parameter ? allowedValues(parameter) : [];
    return allowed.length > 0 ? allowed : undefined;
  }

  private get knownPartition(): string | undefined {
    if (this.input.partition !== undefined) return this.input.partition;
    return this.region === SOME_REGION ? undefined : partitionOfRegion(this.region);
  }

  /** What the functions of this template may ask of it. */
  private scopeOf(self: StackTemplate): Scope {
    return {
      get name() {
        return self.name;
      },
      error: (place, problem) => self.error(place, problem),
      get mappings() {
        return objectIn(self.template, 'Mappings');
      },
      value: (raw, place, depth, inText) => self.value(raw, place, depth, inText),
      ref: (name, place, depth, inText) => self.ref(name, place, depth, inText),
      attribute: (logicalId, attribute, place, depth) => self.attribute(logicalId, attribute, place, depth),
      condition: (name, place) => self.holds(name, place),
      exported: (name, depth) =>
        self.siblings.exported(name, self, depth) ?? new UnknownValue(`export ${shown(name)}${self.where}`),
      among: (text, literals) => self.among(text, literals, undefined),
      impossible: (place, problem) => new ImpossibleWorldError(`${self.name}, ${place} ${problem}`),
    };
  }

  private get where(): string {
    return this.account === SOME_ACCOUNT && this.region === SOME_REGION ? '' : ` of ${this.account} in ${this.region}`;
  }

  private expand(section: 'Resources' | 'Outputs') {
    const raw = objectIn(this.template, section) ?? {};
    const expanded = this.loops(raw, section);
    if (expanded !== undefined) return { resources: expanded, open: [] };
    const others = Object.entries(raw).filter(([key]) => !isLoop(key));
    return { resources: Object.fromEntries(others), open: Object.keys(raw).filter(isLoop) };
  }

  private loops(object: JsonObject, place: string): JsonObject | undefined {
    if (!Object.keys(object).some(isLoop)) return object;
    if (!this.macros.languageExtensions) {
      throw this.error(place, 'has Fn::ForEach without the transform AWS::LanguageExtensions');
    }
    return expandLoops(object, place, {
      error: (at, problem) => this.error(at, problem),
      collection: (raw, at) => textsIn(this.collection(raw, at), (problem) => this.error(at, problem)),
    });
  }

  /** Which resources there are must not depend on the world, so a collection is read where nothing is decided. */
  private collection(raw: Json, place: string): Value {
    const undecided = this.siblings.undecided.stack(this.name) ?? this;
    try {
      return undecided.value(raw, place, 0);
    } catch (error) {
      if (error instanceof UndecidedError) return new UnknownValue(`${this.name}.${place}`);
      throw error;
    }
  }

  private refuse(place: string, problem: string): never {
    throw new ImpossibleWorldError(`${this.name}, ${place} ${problem}`);
  }

  /** Where a part is written, if the template is of a file: a resource by its logical id, or a section. */
  public locate(place: string): SourceLocation | undefined {
    const [first, ...rest] = place.split('.');
    const isResource = own(objectIn(this.template, 'Resources'), first) !== undefined;
    return this.input.source?.at(isResource ? ['Resources', first, ...rest] : [first, ...rest]);
  }

  /** Why a resource cannot be read, whatever is asked of it. */
  public problemOf(logicalId: string): TemplateError | undefined {
    const twice = this.input.repeated?.find(({ path }) => path[0] === 'Resources' && path[1] === logicalId);
    return twice && repeatedKeyError(this.name, twice);
  }

  public error(place: string, problem: string): TemplateError {
    const at = this.locate(place);
    return new TemplateError(`${this.name}, ${place}${at ? ` (${at.file}:${at.line})` : ''}`, problem);
  }
}
