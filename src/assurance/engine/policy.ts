import type { Condition } from './condition';
import { isOperator } from './operators';
import { canonicalKey } from './request';
import { isUnknown, shown, unknown } from '../template/unknown';

/** A parsed policy document: strings resolved, lists made of single values, operators taken apart. */
export interface Policy {
  /** Where it stands, for people: `Stack/Bucket/Policy` or a name given by the caller. */
  readonly place: string;
  readonly statements: readonly Statement[];
}

/** `*` stands for `"Principal": "*"`; `{"AWS": "*"}` means the same to AWS and is parsed to the same. */
type PrincipalType = 'AWS' | 'Service' | 'Federated' | 'CanonicalUser' | '*';

export interface PrincipalPattern {
  readonly type: PrincipalType;
  readonly value: string;
}

export interface Statement {
  /** `policy place, statement N (sid)`, for error messages and counterexamples. */
  readonly place: string;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  /** Absent in identity policies, boundaries and service control policies. */
  readonly principals?: readonly PrincipalPattern[];
  readonly notPrincipal: boolean;
  readonly actions: readonly string[];
  readonly notAction: boolean;
  readonly resources: readonly string[];
  readonly notResource: boolean;
  readonly conditions: readonly Condition[];
  /** Whether `${...}` is a policy variable: only in documents of version 2012-10-17. */
  readonly variables: boolean;
}

/** Policies of this size (characters of JSON) are far beyond what any AWS service takes. */
const MAX_LENGTH = 200_000;
const ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);
const PRINCIPAL_TYPES = new Set<string>(['AWS', 'Service', 'Federated', 'CanonicalUser']);

/**
 * Parses a policy document (object or JSON text).
 * @param place where it stands, for errors
 * @param label what to call it in answers
 * @throws naming the place of what is malformed or cannot be known
 */
export function parsePolicy(document: any, place: string, label = place): Policy {
  if (typeof document === 'string') {
    if (isUnknown(document)) {
      throw new PolicyError(place, `is "${shown(document)}"; a document known at synth is needed`);
    }
    try {
      document = JSON.parse(document);
    } catch (e) {
      throw new PolicyError(place, `is not JSON: ${(e as Error).message}`);
    }
  }
  if (!isObject(document)) {
    throw new PolicyError(place, `is ${describe(document)}; an object with "Version" and "Statement" is needed`);
  }
  const length = JSON.stringify(document).length;
  if (length > MAX_LENGTH) {
    throw new PolicyError(place, `has ${length} characters; at most ${MAX_LENGTH} are looked at`);
  }
  for (const element of Object.keys(document)) {
    if (!['Version', 'Id', 'Statement'].includes(element)) {
      throw new PolicyError(place, `has the element "${element}"; only "Version", "Id" and "Statement" exist`);
    }
  }
  const version = document.Version ?? '2008-10-17';
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    throw new PolicyError(place, `has "Version" ${describe(version)}; only "2012-10-17" and "2008-10-17" exist`);
  }
  if (document.Statement === undefined) throw new PolicyError(place, 'has no "Statement"');
  return {
    place: label,
    statements: list(document.Statement).map((statement, index) =>
      parseStatement(statement, [place, label], index, version === '2012-10-17'),
    ),
  };
}

function parseStatement(
  statement: any,
  names: readonly [string, string],
  index: number,
  variables: boolean,
): Statement {
  const [policyPlace, policyLabel] = names;
  let place = `${policyPlace}, statement ${index + 1}`;
  if (!isObject(statement)) throw new PolicyError(place, `is ${describe(statement)}; an object is needed`);
  if (typeof statement.Sid === 'string' && statement.Sid !== '') place += ` (${statement.Sid})`;
  const label = policyLabel + place.slice(policyPlace.length);
  for (const element of Object.keys(statement)) {
    if (!ELEMENTS.has(element)) {
      throw new PolicyError(place, `has the element "${element}"; it must be one of ${[...ELEMENTS].join(', ')}`);
    }
  }
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw new PolicyError(place, `has "Effect" ${describe(statement.Effect)}; it must be "Allow" or "Deny"`);
  }
  const one = (a: string, b: string): [any, boolean] => {
    if (statement[a] !== undefined && statement[b] !== undefined) {
      throw new PolicyError(place, `has both "${a}" and "${b}"; keep one`);
    }
    return statement[b] === undefined ? [statement[a], false] : [statement[b], true];
  };
  const [principal, notPrincipal] = one('Principal', 'NotPrincipal');
  const [action, notAction] = one('Action', 'NotAction');
  const [resource, notResource] = one('Resource', 'NotResource');
  if (action === undefined) throw new PolicyError(place, 'has neither "Action" nor "NotAction"');
  return {
    place: label,
    sid: statement.Sid,
    effect: statement.Effect,
    principals: principal === undefined ? undefined : parsePrincipals(principal, place),
    notPrincipal,
    actions: strings(action, 'Action', place),
    notAction,
    // A role's trust policy has no resource: it is about the role itself.
    resources: resource === undefined ? ['*'] : strings(resource, 'Resource', place),
    notResource,
    conditions: statement.Condition === undefined ? [] : parseConditions(statement.Condition, place, label, variables),
    variables,
  };
}

function parsePrincipals(principal: any, place: string): PrincipalPattern[] {
  if (principal === '*') return [{ type: '*', value: '*' }];
  if (!isObject(principal)) {
    throw new PolicyError(place, `has "Principal" ${describe(principal)}; "*" or an object is needed`);
  }
  return Object.entries(principal).flatMap(([type, values]) => {
    if (!PRINCIPAL_TYPES.has(type)) {
      throw new PolicyError(
        place,
        `has the principal type "${type}"; it must be one of ${[...PRINCIPAL_TYPES].join(', ')}`,
      );
    }
    return strings(values, `Principal.${type}`, place).map((value): PrincipalPattern => {
      if (value === '*' && type === 'AWS') return { type: '*', value };
      if (value !== '*' && /[*?]/.test(value)) {
        throw new PolicyError(
          place,
          `has the principal "${shown(value)}"; AWS takes no wildcards inside a principal: use a condition ` +
            'on aws:PrincipalArn',
        );
      }
      // A unique id (AROA...) is somebody of an account that it does not tell.
      return {
        type: type as PrincipalType,
        value: type === 'AWS' && /^A[A-Z]{3}[A-Z0-9]{12,}$/.test(value) ? unknown(value) : value,
      };
    });
  });
}

function parseConditions(block: any, place: string, label: string, variables: boolean): Condition[] {
  if (!isObject(block)) throw new PolicyError(place, `has "Condition" ${describe(block)}; an object is needed`);
  return Object.entries(block).flatMap(([name, keys]) => {
    const match = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/i.exec(name);
    const operator = match && isOperator(match[2]);
    if (!match || !operator || (operator === 'Null' && match[3])) {
      throw new PolicyError(place, `has the condition operator "${name}", which AWS does not have`);
    }
    if (!isObject(keys)) {
      throw new PolicyError(place, `has ${describe(keys)} under "${name}"; an object of condition keys is needed`);
    }
    return Object.entries(keys).map(([key, values]): Condition => {
      if (isUnknown(key)) {
        throw new PolicyError(place, `has the condition key "${shown(key)}"; a key known at synth is needed`);
      }
      return {
        set: match[1] === undefined ? undefined : /any/i.test(match[1]) ? 'ForAnyValue' : 'ForAllValues',
        operator,
        ifExists: match[3] !== undefined,
        key: canonicalKey(key),
        values: strings(values, `Condition.${name}.${key}`, place),
        place: `${label}, condition ${name} ${key}`,
        variables,
      };
    });
  });
}

/** Something in a policy that AWS would not take, or that cannot be known. */
export class PolicyError extends Error {
  public constructor(place: string, problem: string) {
    super(`${place} ${problem}`);
    this.name = 'PolicyError';
  }
}

function strings(value: any, element: string, place: string): string[] {
  const all = list(value).map((item) => {
    if (typeof item === 'boolean' || typeof item === 'number') return String(item);
    if (typeof item === 'string') return item;
    throw new PolicyError(place, `has ${describe(item)} in "${element}"; text is needed`);
  });
  if (all.length === 0) throw new PolicyError(place, `has an empty "${element}"`);
  return all;
}

function list(value: any): any[] {
  return Array.isArray(value) ? value : [value];
}

function isObject(value: any): value is Record<string, any> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: any): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return shown(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}
