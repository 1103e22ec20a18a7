import { PolicyError } from './errors';
import { KINDS } from './kinds';
import type { RedactionPolicyDocument } from './policy';
import { nationalPlan } from './regions';
import { checkPaths } from './structure/path';

const ACTIONS = ['label', 'mask', 'partial', 'pseudonym', 'generalize', 'drop', 'keep'];
const FORMATS = [
  'text',
  'json',
  'ndjson',
  'csv',
  'tsv',
  'xml',
  'log-keyvalue',
  'log-apache',
  'log-s3',
  'log-alb',
  'log-cloudfront',
  'log-vpc-flow',
];
const CHARSETS = ['utf-8', 'utf-16le', 'utf-16be', 'latin1'];
const MAX_LABEL_BYTES = 64;
const MAX_FIELDS = 10_000;
const MAX_PATTERNS = 64;

type Check = (value: unknown, path: string) => void;

function refuse(path: string, value: unknown, allowed: string): never {
  const shown = JSON.stringify(value) ?? String(value);
  throw new PolicyError(
    `"${path}" is ${shown.length > 80 ? `${shown.slice(0, 80)}...` : shown}, it must be ${allowed}`,
  );
}

function oneOf(values: readonly unknown[]): Check {
  return (value, path) => {
    if (!values.includes(value)) {
      refuse(path, value, `one of ${values.map((v) => JSON.stringify(v)).join(', ')}; correct it`);
    }
  };
}

function integer(least: number, most: number): Check {
  return (value, path) => {
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
      refuse(path, value, `a whole number from ${least} to ${most}; correct it`);
    }
  };
}

const flag: Check = (value, path) => {
  if (typeof value !== 'boolean') refuse(path, value, 'true or false; correct it');
};

function text(least: number, most: number): Check {
  return (value, path) => {
    if (typeof value !== 'string' || Buffer.byteLength(value) < least || Buffer.byteLength(value) > most) {
      refuse(path, value, `a text of ${least} to ${most} bytes; correct it`);
    }
  };
}

function list(check: Check, most: number): Check {
  return (value, path) => {
    if (!Array.isArray(value) || value.length > most) refuse(path, value, `a list of at most ${most}; correct it`);
    (value as unknown[]).forEach((item, i) => check(item, `${path}[${i}]`));
  };
}

/** An object with these properties and no others: a misspelt property must not weaken a policy silently. */
function object(properties: Record<string, Check>, required: readonly string[] = []): Check {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      refuse(path, value, 'an object; correct it');
    }
    const prefix = path === 'policy' ? '' : `${path}.`;
    for (const name of required) {
      if ((value as Record<string, unknown>)[name] === undefined) {
        refuse(`${prefix}${name}`, undefined, 'given; add it');
      }
    }
    for (const [name, item] of Object.entries(value as Record<string, unknown>)) {
      if (item === undefined) continue;
      if (!Object.hasOwn(properties, name)) {
        refuse(`${prefix}${name}`, item, `left out; known here are ${Object.keys(properties).join(', ')}`);
      }
      properties[name](item, `${prefix}${name}`);
    }
  };
}

const kind: Check = (value, path) => {
  if (typeof value !== 'string' || !/^[a-z][a-z0-9-]{0,40}$/.test(value)) {
    refuse(path, value, 'small letters, digits and hyphens, at most 41 of them; rename it');
  }
};

const label: Check = (value, path) => {
  text(0, MAX_LABEL_BYTES)(value, path);
  // A label that looks like data would be found again, and would pass for data.
  if (/[0-9@:=]|--/.test(value as string)) {
    refuse(path, value, 'without digits, "@", ":", "=" and "--"; choose a plain word');
  }
};

const action: Check = (value, path) => {
  if (typeof value !== 'object' || value === null) {
    refuse(path, value, 'an object such as { "type": "mask" }; correct it');
  }
  const { type } = value as { type?: unknown };
  oneOf(ACTIONS)(type, `${path}.type`);
  object({
    type: () => undefined,
    ...(type === 'label' ? { label } : {}),
    ...(type === 'partial' ? { keep: integer(1, 8) } : {}),
  })(value, path);
};

const kinds: Check = (value, path) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse(path, value, 'an object of actions by kind; correct it');
  }
  for (const [name, item] of Object.entries(value as object)) {
    kind(name, path);
    if (item !== undefined) action(item, `${path}.${name}`);
  }
};

const region: Check = (value, path) => {
  if (typeof value !== 'string' || !/^[A-Z]{2}$/.test(value) || !nationalPlan(value)) {
    refuse(path, value, 'an ISO 3166 code of two capitals with a phone plan; correct it');
  }
};

const document = object(
  {
    version: oneOf([1]),
    $schema: text(1, 2048),
    name: text(0, 256),
    defaultAction: action,
    kinds,
    regions: list(region, 250),
    allow: object({ values: list(text(2, 256), 10_000), domains: list(text(1, 253), 1000), documentation: flag }),
    dictionaries: list(
      object({ kind, terms: list(text(2, 256), 100_000), caseSensitive: flag, wholeWord: flag }, ['kind', 'terms']),
      100,
    ),
    patterns: list(
      object({ kind, pattern: text(1, 1024), ignoreCase: flag, wholeWord: flag }, ['kind', 'pattern']),
      MAX_PATTERNS,
    ),
    fields: list(object({ path: text(1, 1024), kind, action }, ['path']), MAX_FIELDS),
    format: oneOf(FORMATS),
    charset: oneOf(CHARSETS),
    contentEncoding: oneOf(['preserve', 'identity']),
    onInvalidText: oneOf(['refuse', 'replace']),
    unknownContent: oneOf(['refuse', 'pass', 'drop']),
    limits: object({
      expansionRatio: integer(1, 100_000),
      decodedBytes: integer(1, Number.MAX_SAFE_INTEGER),
      fieldBytes: integer(1024, 2 ** 28),
      depth: integer(1, 10_000),
      fields: integer(1, 1_000_000),
    }),
  },
  ['version'],
);

/**
 * The document as it came, when it is valid.
 * @throws PolicyError naming the property, the value received and what is allowed
 */
export function validatePolicy(value: unknown): RedactionPolicyDocument {
  document(value, 'policy');
  const policy = value as RedactionPolicyDocument;
  // Every kind with an action is one that something can find: a misspelt kind would leave its data as it is.
  const known = new Set<string>([
    ...KINDS,
    ...[policy.dictionaries, policy.patterns, policy.fields].flatMap((rules) =>
      (rules ?? []).map((rule) => rule.kind ?? 'field'),
    ),
  ]);
  for (const name of Object.keys(policy.kinds ?? {})) {
    if (!known.has(name)) {
      refuse(
        `kinds.${name}`,
        policy.kinds![name],
        'for a kind that is built in or that a dictionary, pattern or field names; correct the kind',
      );
    }
  }
  checkPaths(policy.fields);
  return policy;
}

/** JSON with sorted keys: equal documents give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
