import { distinctCallers } from './distinct-callers';
import { KeyValues } from './key-values';
import { NO_REQUEST, Vocabulary, type Property } from './property';
import {
  PRINCIPAL_KEYS,
  principalKey,
  principalKeyReadings,
  type ContextValue,
  type Principal,
  type Request,
} from './request';
import type { RequestView } from './request-view';
import { findTargets, type ActionOn } from './targets';
import { RESOURCE_FIELD } from './variables';

interface Choice {
  readonly field: string;
  readonly options: readonly unknown[];
  at: number;
}
/** All requests of a property, as a tree of choices that grows where the evaluator looks. */
export class RequestEnumerator implements RequestView {
  private readonly trail: Choice[] = [];
  private cursor = 0;
  private chosen = new Map<string, unknown>();
  private readonly used: Set<string>;
  private readonly vocabulary: Vocabulary;
  private readonly principals: readonly Principal[];
  private readonly fixedTargets?: readonly ActionOn[];
  private readonly values: KeyValues;

  public constructor(private readonly property: Property) {
    this.vocabulary = new Vocabulary(property);
    this.used = new Set(['action-table', ...(property.axioms ?? [])]);
    this.values = new KeyValues(this.vocabulary, this, this.used);
    this.principals = distinctCallers(this.vocabulary);
    // Where no resource has a policy variable, the targets are the same for every request.
    if (!this.vocabulary.fields.has(RESOURCE_FIELD)) this.fixedTargets = findTargets(this.vocabulary, () => undefined);
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
    return this.choose(`key ${name}`, () => this.values.of(name));
  }

  private target(): ActionOn {
    return this.choose('target', () => this.fixedTargets ?? findTargets(this.vocabulary, (name) => this.key(name)));
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
}
