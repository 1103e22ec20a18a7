import type { PseudonymKey } from './actions/pseudonym';
import { DEFAULT_KEPT, label as labelOf, standIn } from './actions/stand-in';
import { Allowed } from './allow';
import type { CompiledPolicy, Counts, RedactionSession, SessionOptions } from './contract';
import { crypto } from './crypto';
import type { DictionaryTable } from './dictionary/table';
import { dictionaryBytes, dictionaryTable, writeDictionary } from './dictionary/table';
import type { Engine } from './engine';
import { hasWasm, wasmEngine } from './engine';
import { PolicyError } from './errors';
import type { FieldHost } from './fields';
import { FieldTransform } from './fields';
import * as ids from './kernel/ids';
import { IMAGE_DIGEST } from './kernel/image';
import * as layout from './kernel/layout';
import type { Kind } from './kinds';
import { KINDS } from './kinds';
import type { PatternTable } from './pattern/table';
import { patternBytes, patternTable, writePatterns } from './pattern/table';
import type { Action, RedactionPolicyDocument } from './policy';
import { typescriptEngine } from './reference-engine';
import type { Plan } from './regions';
import { fewerDigits, plan, planBytes, writePlans } from './regions';
import { labelsEnd, writeLabel } from './static-image';
import { TextTransform } from './text';
import { canonicalJson, validatePolicy } from './validate-policy';

/** Raised when a rule changes in code and not in data: the hash must change with what is found. */
const RULES_VERSION = 4;

const REGION_BITS: Record<string, number> = {
  GB: ids.R_GB,
  DE: ids.R_DE,
  NL: ids.R_NL,
  IN: ids.R_IN,
  BR: ids.R_BR,
  CA: ids.R_CA,
  AU: ids.R_AU,
  US: ids.R_US,
  FR: ids.R_FR,
  PL: ids.R_PL,
  SE: ids.R_SE,
  FI: ids.R_FI,
  KR: ids.R_KR,
  SG: ids.R_SG,
  TR: ids.R_TR,
  ZA: ids.R_ZA,
  CH: ids.R_CH,
};

const ACTION_NUMBERS: Record<Action['type'], number> = {
  keep: layout.KEEP,
  label: layout.LABEL,
  mask: layout.MASK,
  partial: layout.PARTIAL,
  drop: layout.DROP,
  pseudonym: layout.HOSTED,
  generalize: layout.HOSTED,
};

const DEFAULT_ACTION: Action = { type: 'label' };
const LEAST_KEY_BYTES = 16;
/** Trunk prefixes that a pseudonym leaves out of numbers of every region. */
const COMMON_TRUNKS = new Set(['', '0', '1', '8']);
const MAX_KINDS = KINDS.length + 200;

/**
 * Checks a policy and makes it ready.
 * @throws PolicyError naming the property, the value and what is allowed
 */
export function compilePolicy(document: RedactionPolicyDocument): CompiledPolicy {
  return new Compiled(validatePolicy(document));
}

class Session implements RedactionSession {
  /** Counted so far, without what the kernel still holds. */
  public readonly collected: Counts = {};

  constructor(
    private readonly host: Host,
    public readonly pseudonyms: PseudonymKey,
  ) {}

  public get counts(): Counts {
    this.host.collect();
    return this.collected;
  }

  public text(): TextTransform {
    return new TextTransform(this.host, this);
  }

  public fields(): FieldTransform {
    return new FieldTransform(this.host, this);
  }
}

/** What of a policy has to be worked out once, whatever the engine. */
interface Tables {
  readonly document: RedactionPolicyDocument;
  readonly kinds: readonly Kind[];
  readonly dictionary?: DictionaryTable;
  readonly patterns?: PatternTable;
  readonly plans: readonly Plan[];
}

function tablesOf(document: RedactionPolicyDocument): Tables {
  const kinds: Kind[] = [...KINDS];
  const kindNumber = (kind: Kind) => (kinds.includes(kind) ? kinds.indexOf(kind) : kinds.push(kind) - 1);
  const dictionary = document.dictionaries && dictionaryTable(document.dictionaries, kindNumber);
  const patterns = document.patterns && patternTable(document.patterns, kindNumber);
  if (kinds.length > MAX_KINDS) {
    throw new PolicyError(
      `"dictionaries" and "patterns" name ${kinds.length - KINDS.length} kinds, at most 200 are allowed`,
    );
  }
  return { document, kinds, dictionary, patterns, plans: (document.regions ?? []).map(plan) };
}

function aligned(bytes: number): number {
  return (bytes + 3) & ~3;
}

class Compiled implements CompiledPolicy {
  private readonly tables: Tables;
  private digest: string | undefined;
  private readonly hosts = new Map<Engine['name'], Host>();

  constructor(public readonly document: RedactionPolicyDocument) {
    this.tables = tablesOf(document);
  }

  public get hash(): string {
    return (this.digest ??= crypto()
      .createHash('sha256')
      .update(`${RULES_VERSION}\n${IMAGE_DIGEST}\n${canonicalJson(this.document)}`)
      .digest('hex'));
  }

  public session(options: SessionOptions = {}): RedactionSession {
    if (options.pseudonymKey && options.pseudonymKey.length < LEAST_KEY_BYTES) {
      throw new PolicyError(
        `"pseudonymKey" has ${options.pseudonymKey.length} bytes, it must have at least ` +
          `${LEAST_KEY_BYTES}; give a random key`,
      );
    }
    if (!options.pseudonymKey && usesPseudonyms(this.document)) {
      throw new PolicyError(
        '"pseudonymKey" is missing, the policy has a "pseudonym" action; give the session a key of at ' +
          'least 16 random bytes',
      );
    }
    return new Session(this.host(options.engine ?? 'auto'), {
      key: options.pseudonymKey,
      trunks: this.tables.plans.flatMap(({ trunks }) => trunks).filter((trunk) => !COMMON_TRUNKS.has(trunk)),
    });
  }

  private host(wanted: 'auto' | Engine['name']): Host {
    const name = wanted === 'auto' ? (hasWasm() ? 'wasm' : 'typescript') : wanted;
    let host = this.hosts.get(name);
    if (!host) this.hosts.set(name, (host = new Host(this.tables, name)));
    return host;
  }
}

function usesPseudonyms(document: RedactionPolicyDocument): boolean {
  const actions = [
    document.defaultAction,
    ...Object.values(document.kinds ?? {}),
    ...(document.fields ?? []).map((field) => field.action),
  ];
  return actions.some((action) => action?.type === 'pseudonym');
}

/** One kernel with the policy's tables, shared by its sessions. */
class Host implements FieldHost {
  public readonly engine: Engine;
  public readonly free: Uint8Array[] = [];
  public readonly patternWords: readonly number[] = [];
  private readonly kinds: readonly Kind[];
  private readonly actions: Action[] = [];
  private readonly allowed: Allowed | undefined;
  private session: Session | undefined;
  private sum = 0;

  constructor({ document, dictionary, patterns, plans, kinds }: Tables, name: Engine['name']) {
    this.kinds = kinds;
    this.allowed = document.allow && new Allowed(document.allow);
    const planAt = layout.DYNAMIC;
    const dictionaryAt = aligned(planAt + plans.reduce((sum, one) => sum + aligned(planBytes(one)), 0));
    const patternsAt = aligned(dictionaryAt + (dictionary ? dictionaryBytes(dictionary) : 0));
    const end = patternsAt + (patterns ? patternBytes(patterns) : 0);
    const make = name === 'wasm' ? wasmEngine : typescriptEngine;
    this.engine = make(end - layout.DYNAMIC, (kind, start, stop, to, room) =>
      this.replace(kind, start, stop, to, room),
    );
    const { memory, words } = this.engine;
    const view = new DataView(memory.buffer);
    const state = layout.STATE >> 2;
    words[state + (layout.REGIONS >> 2)] = (document.regions ?? []).reduce(
      (mask, region) => mask | (REGION_BITS[region] ?? 0),
      0,
    );
    if (plans.length > 0) {
      writePlans(view, planAt, plans);
      words[state + (layout.PHONE_REGIONS >> 2)] = planAt;
      words[state + (layout.PHONE_FEWER >> 2)] = fewerDigits(plans);
    }
    if (dictionary) {
      writeDictionary(view, dictionaryAt, dictionary);
      words[state + (layout.DICTIONARY >> 2)] = dictionaryAt;
    }
    if (patterns) {
      writePatterns(view, patternsAt, patterns);
      words[state + (layout.PATTERNS >> 2)] = patternsAt;
      this.patternWords = patterns.patterns.map((_, i) => (patternsAt >> 2) + 4 + i * 4 + 3);
    }
    this.writeActions(document);
  }

  public enter(session: object): void {
    if (this.session === session) return;
    this.collect();
    this.session = session as Session;
  }

  public kindName(kind: number): Kind {
    return this.kinds[kind];
  }

  public actionOf(kind: Kind): Action {
    return this.actions[this.kinds.indexOf(kind)];
  }

  public total(): number {
    this.collect();
    return this.sum;
  }

  public apply(kind: Kind, action: Action, value: Uint8Array): Uint8Array | undefined {
    const counts = this.session!.collected;
    if (action.type === 'keep') return undefined;
    counts[kind] = (counts[kind] ?? 0) + 1;
    return standIn(kind, action, value, this.session!.pseudonyms);
  }

  /** Moves the kernel's counters into the session they belong to. */
  public collect(): void {
    const first = layout.COUNTS >> 2;
    const { words } = this.engine;
    for (let i = 0; i < this.kinds.length; i += 1) {
      const n = words[first + i];
      if (n === 0) continue;
      words[first + i] = 0;
      this.sum += n;
      if (this.session) this.session.collected[this.kinds[i]] = (this.session.collected[this.kinds[i]] ?? 0) + n;
    }
  }

  public dropAllowed(): void {
    const { allowed } = this;
    if (allowed === undefined) return;
    const { memory, words } = this.engine;
    const countAt = (layout.STATE + layout.MATCH_COUNT) >> 2;
    const first = layout.MATCHES >> 2;
    let kept = first;
    for (let at = first; at < first + words[countAt] * 4; at += 4) {
      const [start, end, kind, tail] = words.subarray(at, at + 4);
      const value = () => Buffer.from(memory.buffer, memory.byteOffset + start, end - start).toString('utf8');
      // What goes on beyond is not known yet.
      if (tail === layout.TAIL_NONE && allowed.has(this.kinds[kind], value())) continue;
      words.copyWithin(kept, at, at + 4);
      kept += 4;
    }
    words[countAt] = (kept - first) / 4;
  }

  /** Writes what is not as in the image, where each built-in kind has its own label. */
  private writeActions(document: RedactionPolicyDocument): void {
    let free = labelsEnd(this.engine.words);
    for (let i = 0; i < this.kinds.length; i += 1) {
      const action = document.kinds?.[this.kinds[i]] ?? document.defaultAction ?? DEFAULT_ACTION;
      this.actions[i] = action;
      if (action !== DEFAULT_ACTION || i >= KINDS.length) free = this.writeAction(i, action, free);
    }
  }

  /** @returns where the labels end */
  private writeAction(kind: number, action: Action, free: number): number {
    const { memory } = this.engine;
    const entry = layout.ACTIONS + kind * 8;
    memory[layout.KIND_ON + kind] = action.type === 'keep' ? 0 : 1;
    memory[entry] = ACTION_NUMBERS[action.type];
    if (action.type === 'partial') memory[entry + 1] = action.keep ?? DEFAULT_KEPT;
    if (action.type !== 'label') return free;
    const end = writeLabel(memory, kind, action.label ?? labelOf(this.kinds[kind]), free);
    if (end > layout.LABELS_END) {
      throw new PolicyError('"kinds" has labels of more than 8,192 bytes together; shorten them');
    }
    return end;
  }

  /** Called by the kernel for what only the host can make. */
  private replace(kind: number, start: number, end: number, to: number, room: number): number {
    const { memory } = this.engine;
    const bytes = standIn(
      this.kinds[kind],
      this.actions[kind],
      memory.slice(start, end),
      this.session!.pseudonyms,
    ).subarray(0, room);
    memory.set(bytes, to);
    return bytes.length;
  }
}
