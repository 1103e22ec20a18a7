import { createHash } from 'node:crypto';
import { standIn } from './actions/stand-in';
import type { CompiledPolicy, Counts, RedactionSession, SessionOptions } from './contract';
import type { Engine } from './engine';
import { hasWasm, typescriptEngine, wasmEngine } from './engine';
import { PolicyError } from './errors';
import type { FieldHost } from './fields';
import { FieldTransform } from './fields';
import * as ids from './kernel/ids';
import * as layout from './kernel/layout';
import type { Kind } from './kinds';
import { KINDS } from './kinds';
import type { Action, RedactionPolicyDocument } from './policy';
import { canonicalJson, validatePolicy } from './policy';
import { imageDigest, staticImage } from './tables';
import { TextTransform } from './text';

/** Raised when a rule changes in code and not in data: the hash must change with what is found. */
const RULES_VERSION = 1;

const REGION_BITS: Record<string, number> = {
  GB: ids.R_GB, DE: ids.R_DE, NL: ids.R_NL, IN: ids.R_IN, BR: ids.R_BR, CA: ids.R_CA, AU: ids.R_AU, US: ids.R_US, FR: ids.R_FR,
};

const ACTION_NUMBERS: Record<Action['type'], number> = {
  keep: layout.KEEP, label: layout.LABEL, mask: layout.MASK, partial: layout.PARTIAL, drop: layout.DROP, pseudonym: layout.HOSTED, generalize: layout.HOSTED,
};

const DEFAULT_ACTION: Action = { type: 'label' };
const DEFAULT_KEPT = 4;
const LEAST_KEY_BYTES = 16;

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

  constructor(private readonly host: Host, public readonly key: Uint8Array | undefined) {}

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

class Compiled implements CompiledPolicy {
  public readonly hash: string;
  private readonly hosts = new Map<Engine['name'], Host>();

  constructor(public readonly document: RedactionPolicyDocument) {
    this.hash = createHash('sha256').update(`${RULES_VERSION}\n${imageDigest()}\n${canonicalJson(document)}`).digest('hex');
  }

  public session(options: SessionOptions = {}): RedactionSession {
    if (options.pseudonymKey && options.pseudonymKey.length < LEAST_KEY_BYTES) {
      throw new PolicyError(`"pseudonymKey" has ${options.pseudonymKey.length} bytes, it must have at least ${LEAST_KEY_BYTES}; give a random key`);
    }
    if (!options.pseudonymKey && usesPseudonyms(this.document)) {
      throw new PolicyError('"pseudonymKey" is missing, the policy has a "pseudonym" action; give the session a key of at least 16 random bytes');
    }
    return new Session(this.host(options.engine ?? 'auto'), options.pseudonymKey);
  }

  private host(wanted: 'auto' | Engine['name']): Host {
    const name = wanted === 'auto' ? (hasWasm() ? 'wasm' : 'typescript') : wanted;
    let host = this.hosts.get(name);
    if (!host) this.hosts.set(name, host = new Host(this.document, name));
    return host;
  }
}

function usesPseudonyms(document: RedactionPolicyDocument): boolean {
  const actions = [document.defaultAction, ...Object.values(document.kinds ?? {}), ...(document.fields ?? []).map((field) => field.action)];
  return actions.some((action) => action?.type === 'pseudonym');
}

/** One kernel with the policy's tables, shared by its sessions. */
class Host implements FieldHost {
  public readonly engine: Engine;
  public readonly free: Uint8Array[] = [];
  private readonly kinds: Kind[] = [...KINDS];
  private readonly actions: Action[] = [];
  private session: Session | undefined;
  private sum = 0;

  constructor(document: RedactionPolicyDocument, name: Engine['name']) {
    const make = name === 'wasm' ? wasmEngine : typescriptEngine;
    this.engine = make(0, (kind, start, end, to, room) => this.replace(kind, start, end, to, room));
    this.engine.memory.set(staticImage());
    this.writeActions(document);
    this.engine.words[layout.STATE + layout.REGIONS >> 2] = (document.regions ?? []).reduce((mask, region) => mask | (REGION_BITS[region] ?? 0), 0);
  }

  public enter(session: object): void {
    if (this.session === session) return;
    this.collect();
    this.session = session as Session;
  }

  public kindName(kind: number): Kind {
    return this.kinds[kind];
  }

  public total(): number {
    this.collect();
    return this.sum;
  }

  public apply(kind: Kind, action: Action, value: Uint8Array): Uint8Array | undefined {
    const counts = this.session!.collected;
    if (action.type === 'keep') return undefined;
    counts[kind] = (counts[kind] ?? 0) + 1;
    return standIn(kind, action, value, this.session!.key);
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

  private writeActions(document: RedactionPolicyDocument): void {
    const { memory } = this.engine;
    const view = new DataView(memory.buffer);
    let label = layout.LABELS;
    this.kinds.forEach((kind, i) => {
      const action = document.kinds?.[kind] ?? document.defaultAction ?? DEFAULT_ACTION;
      this.actions[i] = action;
      memory[layout.KIND_ON + i] = action.type === 'keep' ? 0 : 1;
      const entry = layout.ACTIONS + i * 8;
      memory[entry] = ACTION_NUMBERS[action.type];
      if (action.type === 'partial') memory[entry + 1] = action.keep ?? DEFAULT_KEPT;
      if (action.type !== 'label') return;
      const bytes = Buffer.from(action.label ?? `[${kind.toUpperCase()}]`, 'utf8');
      if (label + bytes.length > layout.LABELS_END) throw new PolicyError('"kinds" has labels of more than 8,192 bytes together; shorten them');
      memory.set(bytes, label);
      view.setUint16(entry + 2, bytes.length, true);
      view.setInt32(entry + 4, label, true);
      label += bytes.length;
    });
  }

  /** Called by the kernel for what only the host can make. */
  private replace(kind: number, start: number, end: number, to: number, room: number): number {
    const { memory } = this.engine;
    const bytes = standIn(this.kinds[kind], this.actions[kind], memory.slice(start, end), this.session!.key).subarray(0, room);
    memory.set(bytes, to);
    return bytes.length;
  }
}
