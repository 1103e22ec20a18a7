import { isIP } from 'node:net';
import type { LooseCondition } from './documents';
import type { Lint } from './lint';
import { OPERATORS } from './operators';
import { OPERATORS_PAGE } from './pages';
import { conditionKey, type ConditionKey, type KeyType } from '../data/iam';
import { isUnknown } from '../template/unknown';

/** Families of operators that compare a type of key; the first is the one to suggest. */
const FITTING: Readonly<Record<KeyType, readonly KeyType[]>> = {
  String: ['String'],
  ARN: ['ARN', 'String'],
  Bool: ['Bool'],
  Numeric: ['Numeric'],
  Date: ['Date'],
  IPAddress: ['IPAddress'],
  Binary: ['Binary'],
};

/** An operator applied to the wrong type of key or value never matches, or always does. */
export const operatorType: Lint = {
  id: 'operator-type',
  title: 'A condition operator does not fit the type of its key or value',
  fix: "Use an operator of the key's documented type, and values that the operator can read.",
  page: OPERATORS_PAGE,
  example: {
    wrong: '"StringEquals": { "s3:TlsVersion": "1.2" }',
    right: '"NumericLessThan": { "s3:TlsVersion": "1.2" }',
  },
  *find(template) {
    for (const { conditions, document } of template.statements) {
      for (const condition of conditions) {
        const message = judge(condition);
        if (message) yield { resource: document.resource, location: condition.location, message };
      }
    }
  },
};

function judge(condition: LooseCondition): string | undefined {
  const operator = OPERATORS.get(condition.operator.toLowerCase());
  const key = conditionKey(condition.key);
  if (operator === undefined) return undefined;
  if (key !== undefined && operator.family !== undefined && !fits(key, operator.family, condition)) {
    const wanted = FITTING[key.type][0];
    return (
      `"${operator.name}" compares ${PLURAL[operator.family]}, but "${key.name}" is ${SINGULAR[key.type]}: ` +
      `use ${wanted === 'ARN' ? 'ArnLike' : wanted === 'Bool' ? 'Bool' : `a ${wanted} operator`}.`
    );
  }
  const bad = condition.values.find(
    (value) => !isUnknown(value) && !value.includes('${') && !readable(value, operator.family),
  );
  if (bad !== undefined) {
    return (
      `"${bad}" is nothing that "${operator.name}" can read: it takes ` +
      `${operator.family ? PLURAL[operator.family] : '"true" or "false"'}.`
    );
  }
  return undefined;
}

function fits(key: ConditionKey, family: KeyType, { values }: LooseCondition): boolean {
  if (FITTING[key.type].includes(family)) return true;
  // AWS documents it with both; the encryption context and some keys typed as strings hold ARNs.
  if (key.name === 'aws:EpochTime') return family === 'Numeric';
  return (
    key.type === 'String' && family === 'ARN' && values.every((value) => isUnknown(value) || value.startsWith('arn:'))
  );
}

function readable(value: string, family: KeyType | undefined): boolean {
  switch (family) {
    case undefined:
    case 'Bool':
      return /^(true|false)$/i.test(value);
    case 'Numeric':
      return value.trim() !== '' && Number.isFinite(Number(value));
    case 'Date':
      return /^\d+$/.test(value) || (/^\d{4}(-\d\d){0,2}/.test(value) && !Number.isNaN(Date.parse(value)));
    case 'IPAddress': {
      const [address, prefix, ...rest] = value.split('/');
      const version = isIP(address);
      return (
        version !== 0 &&
        rest.length === 0 &&
        (prefix === undefined || (/^\d+$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128)))
      );
    }
    case 'ARN':
      return value === '*' || value.split(':').length >= 6;
    case 'Binary':
      return /^[A-Za-z0-9+/]*={0,2}$/.test(value);
    default:
      return true;
  }
}

const SINGULAR: Readonly<Record<KeyType, string>> = {
  String: 'a string',
  ARN: 'an ARN',
  Bool: 'true or false',
  Numeric: 'a number',
  Date: 'a date',
  IPAddress: 'an IP address',
  Binary: 'binary',
};

const PLURAL: Readonly<Record<KeyType, string>> = {
  String: 'strings',
  ARN: 'ARNs of six parts',
  Bool: '"true" or "false"',
  Numeric: 'numbers',
  Date: 'dates (ISO 8601 or seconds since 1970)',
  IPAddress: 'addresses or CIDR ranges',
  Binary: 'base64',
};
