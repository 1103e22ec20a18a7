import { KEY_SETS, KEYS, SERVICES } from './iam-table';

export type KeyType = 'String' | 'ARN' | 'Bool' | 'Numeric' | 'Date' | 'IPAddress' | 'Binary';

/** A condition key as AWS documents it. */
export interface ConditionKey {
  /** In AWS's spelling; `${}` stands for any text, as in `aws:PrincipalTag/${}`. */
  readonly name: string;
  readonly type: KeyType;
  readonly multivalued: boolean;
}

export interface Action {
  /** With its service, e.g. `s3:GetObject`. */
  readonly name: string;
  readonly level: 'Read' | 'Write' | 'List' | 'Tagging' | 'Permissions management';
  /**
   * Kinds of resource it can be asked about, e.g. `object`; empty for an action on the account, which takes `*` alone.
   */
  readonly on: readonly string[];
  /** Service-specific condition keys that a request of this action can carry, in AWS's spelling. */
  readonly keys: readonly string[];
}

const PLACEHOLDER = '${}';

const keysByName = new Map<string, ConditionKey>();
const keysByPrefix: Array<readonly [prefix: string, key: ConditionKey]> = [];
for (const [name, type] of Object.entries(KEYS)) {
  const key: ConditionKey = {
    name,
    type: type.replace(/^ArrayOf/, '') as KeyType,
    multivalued: type.startsWith('ArrayOf'),
  };
  if (name.includes(PLACEHOLDER)) {
    keysByPrefix.push([name.split(PLACEHOLDER)[0].toLowerCase(), key]);
  } else {
    keysByName.set(name.toLowerCase(), key);
  }
}

/** The condition key of that name, in whatever case; undefined if AWS documents none. */
export function conditionKey(name: string): ConditionKey | undefined {
  const lower = name.toLowerCase();
  return (
    keysByName.get(lower) ??
    keysByPrefix.find(([prefix]) => lower.startsWith(prefix) && lower.length > prefix.length)?.[1]
  );
}

/** Every documented condition key of the services that the table covers. */
export function conditionKeys(): ConditionKey[] {
  return [...keysByName.values(), ...keysByPrefix.map(([, key]) => key)];
}

/**
 * Services whose actions and keys are all known here, so that an unknown one is a mistake. Policies of topics and
 * queues may name actions that no reference has: the default policy of a topic allows `SNS:Receive`. What policies say
 * of IAM itself is not looked at.
 */
export function isCoveredService(service: string): boolean {
  return service.toLowerCase() in SERVICES && !UNLISTED.has(service.toLowerCase());
}

const UNLISTED = new Set(['sns', 'sqs', 'iam']);

export function services(): string[] {
  return Object.keys(SERVICES);
}

const actionsByName = new Map<string, Action>();
for (const [service, table] of Object.entries(SERVICES)) {
  for (const [name, [level, on, keySet]] of Object.entries(table.actions)) {
    actionsByName.set(`${service}:${name}`.toLowerCase(), {
      name: `${service}:${name}`,
      level: level as Action['level'],
      on: on === '' ? [] : on.split(' '),
      keys: KEY_SETS[keySet] === '' ? [] : KEY_SETS[keySet].split(' '),
    });
  }
}

/** The documented actions that a policy's pattern (`*` and `?` are wildcards, case does not matter) stands for. */
export function actionsMatching(pattern: string): readonly Action[] {
  let found = actionsByPattern.get(pattern);
  if (found === undefined) {
    // Policies repeat the same few patterns; generated ones must not fill the memory.
    if (actionsByPattern.size >= MAX_PATTERNS) actionsByPattern.clear();
    actionsByPattern.set(pattern, (found = findActions(pattern)));
  }
  return found;
}

const MAX_PATTERNS = 1000;
const actionsByPattern = new Map<string, readonly Action[]>();

function findActions(pattern: string): Action[] {
  const lower = pattern.toLowerCase();
  if (!/[*?]/.test(lower)) {
    const exact = actionsByName.get(lower);
    return exact ? [exact] : [];
  }
  const source = lower
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const regExp = new RegExp(`^${source}$`);
  return [...actionsByName].filter(([name]) => regExp.test(name)).map(([, action]) => action);
}

export function actions(): Action[] {
  return [...actionsByName.values()];
}

/** Whether AWS ever puts the condition key into a request of that action. */
export function carries(action: Action, key: ConditionKey): boolean {
  const service = key.name.split(':')[0];
  // Only a key of the action's own service is bound to certain actions; global keys and those of credentials go
  // everywhere.
  if (service !== action.name.split(':')[0]) return true;
  return action.keys.includes(key.name);
}
