import { macroIn } from './macros';
import { shaped } from './shaped';
import type { SourceLocation } from './source';
import type { StackTemplate } from './stack-template';
import { isUnknown, unknown, UnknownValueError } from './unknown';
import { described, isObject, isValueList, NO_VALUE, UnknownValue, type Json, type JsonObject } from './value';
import { shapeOf } from '../data/resource-types';

type Properties = Readonly<Record<string, unknown>>;

/** One resource of a template; each property is resolved when it is first read. */
export class TemplateResource {
  public readonly path: string;
  public readonly stack: string;
  public readonly type: string;
  public readonly controls: readonly string[];
  public readonly account: string;
  public readonly region: string;
  public readonly partition: string;
  private resolved?: Properties;

  public constructor(
    private readonly template: StackTemplate,
    public readonly logicalId: string,
    private readonly raw: JsonObject,
  ) {
    const { input } = template;
    const metadata = isObject(raw.Metadata) ? raw.Metadata['aws:cdk:path'] : undefined;
    const path = input.paths?.[logicalId] ?? metadata;
    this.stack = template.name;
    this.path = typeof path === 'string' ? path.replace(/\/Resource$/, '') : `${this.stack}/${logicalId}`;
    this.type = String(raw.Type);
    this.controls = input.controls?.[logicalId] ?? [];
    this.account = template.account;
    this.region = template.region;
    this.partition = template.partition;
  }

  /** Whether the deployment makes it. @throws {UndecidedError} if only the deployment knows */
  public get exists(): boolean {
    return this.raw.Condition === undefined || this.template.holds(this.raw.Condition, this.logicalId);
  }

  /**
   * @throws {TemplateError} naming the place of what is not understood; {UnknownValueError} where a macro may change it
   */
  public get properties(): Properties {
    this.resolved ??= this.resolve();
    return this.resolved;
  }

  /** Where the resource is written, or a part of it such as `Properties.Tags.0`; undefined without a file. */
  public sourceOf(part?: string): SourceLocation | undefined {
    return this.template.locate(part === undefined ? this.logicalId : `${this.logicalId}.${part}`);
  }

  /** What the metadata has under the key, resolved. @throws as `properties` */
  public metadata(key: string): unknown {
    const written = isObject(this.raw.Metadata) ? this.raw.Metadata[key] : undefined;
    if (written === undefined) return undefined;
    const place = `${this.logicalId}.Metadata.${key}`;
    return shaped(this.template.value(written, place, 0), undefined, place, this.template);
  }

  public get arn(): string {
    return this.self('Arn');
  }

  public get deletionPolicy(): string | undefined {
    return this.attributeOf('DeletionPolicy');
  }

  public get updateReplacePolicy(): string | undefined {
    return this.attributeOf('UpdateReplacePolicy');
  }

  /** What `Ref` or `GetAtt` of the resource gives. */
  public self(attribute?: string): string {
    const value = this.template.attribute(this.logicalId, attribute, this.logicalId, 0);
    return value instanceof UnknownValue ? unknown(value.name) : String(value);
  }

  /** The logical id of the resource of the same template that a property is nothing but a `Ref` to. */
  public refIn(property: string, index?: number): string | undefined {
    const properties = isObject(this.raw.Properties) ? this.raw.Properties : {};
    return this.referent(properties[property], index);
  }

  /** The logical id in `{ "Ref": ... }`, if it names a resource of this template. */
  public referent(raw: Json | undefined, index?: number): string | undefined {
    const item = index !== undefined && Array.isArray(raw) ? (raw[index] as Json) : raw;
    if (!isObject(item) || Object.keys(item).length !== 1 || typeof item.Ref !== 'string') return undefined;
    return Object.prototype.hasOwnProperty.call(this.template.resources, item.Ref) ? item.Ref : undefined;
  }

  public get axioms(): readonly string[] {
    return this.template.macros.serverless ? ['sam-transform'] : [];
  }

  /** The properties as the template writes them. */
  public get written(): JsonObject {
    return isObject(this.raw.Properties) ? this.raw.Properties : {};
  }

  private resolve(): Properties {
    const problem = this.template.problemOf(this.logicalId);
    if (problem) throw problem;
    const reason =
      this.template.touchedBy ?? (macroIn(this.raw) === undefined ? undefined : `the macro ${macroIn(this.raw)}`);
    if (reason !== undefined) return this.unreadable(reason);
    const { Properties: written = {} } = this.raw;
    if (!isObject(written)) {
      throw this.template.error(this.logicalId, `has "Properties" ${described(written)}; an object is needed`);
    }
    // A function instead of the properties: one value for all of them.
    const keys = Object.keys(written);
    if (keys.some((key) => key.startsWith('Fn::') || (key === 'Ref' && keys.length === 1))) return this.atOnce(written);
    const shape = shapeOf(this.type);
    const out: Record<string, unknown> = {};
    for (const key of keys) {
      Object.defineProperty(out, key, {
        enumerable: true,
        configurable: true,
        get: () => {
          const place = `${this.logicalId}.Properties.${key}`;
          const value = shaped(this.template.value(written[key], place, 0), shape?.[key], place, this.template);
          Object.defineProperty(out, key, { enumerable: true, value });
          return value;
        },
      });
    }
    return out;
  }

  private atOnce(written: Json): Properties {
    const value = this.template.value(written, `${this.logicalId}.Properties`, 0);
    if (value === NO_VALUE) return {};
    if (value instanceof UnknownValue) return this.unreadable(value.name);
    if (isValueList(value) || typeof value !== 'object' || value === null) {
      throw this.template.error(this.logicalId, `has "Properties" ${described(value)}; an object is needed`);
    }
    return shaped(value, shapeOf(this.type), `${this.logicalId}.Properties`, this.template) as Properties;
  }

  private unreadable(reason: string): Properties {
    const refuse = (): never => {
      throw new UnknownValueError(
        `the properties of ${this.path} depend on ${isUnknown(reason) ? reason : `<${reason}>`}`,
      );
    };
    return new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse });
  }

  private attributeOf(name: 'DeletionPolicy' | 'UpdateReplacePolicy'): string | undefined {
    const written = this.raw[name];
    if (written === undefined) return undefined;
    const value = this.template.value(written, `${this.logicalId}.${name}`, 0);
    if (value instanceof UnknownValue) return unknown(value.name);
    return typeof value === 'string' ? value : undefined;
  }
}
