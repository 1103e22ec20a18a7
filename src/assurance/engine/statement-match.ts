import type { Condition } from './condition';
import { matches } from './glob';
import { afterSharedUnknown } from './holes';
import {
  any,
  compile,
  conditionHolds,
  isDocumented,
  matchesText,
  not,
  undocumentedVariable,
  type Ternary,
} from './operators';
import type { PrincipalPattern, Statement } from './policy';
import type { Principal } from './request';
import type { RequestView } from './request-view';
import { isUnknown, shown } from '../template/unknown';

/** How far a grant of a resource policy carries for a principal of the same account. */
export type PrincipalMatch = 'account' | 'role' | 'exact';

export const REACHES: readonly PrincipalMatch[] = ['account', 'role', 'exact'];

/** Whether a statement is about this request. */
export function statementApplies(
  statement: Statement,
  view: RequestView,
  resource: string,
  effect: 'Allow' | 'Deny',
): Ternary {
  const parts: Array<() => Ternary> = [
    () => actionMatches(statement, view.action()),
    () => resourceMatches(statement, resource, view),
    () => (statement.principals === undefined ? true : principalMatches(statement, view.principal(), effect)),
    ...statement.conditions.map((condition) => () => conditionHolds(condition, (key) => view.key(key))),
  ];
  let open: Ternary = true;
  for (const part of parts) {
    const truth = part();
    if (truth === false) return false;
    if (truth !== true) open = truth;
  }
  return open;
}

/**
 * The conditions for which alone a statement is not about this request; none if it is, or if action, resource or
 * principal are others.
 */
export function unmetConditions(statement: Statement, view: RequestView, resource: string): Condition[] {
  if (statementApplies({ ...statement, conditions: [] }, view, resource, statement.effect) === false) return [];
  return statement.conditions.filter((condition) => conditionHolds(condition, (key) => view.key(key)) === false);
}

/** Answers about a statement that rest on one text alone are asked for every class of requests again. */
class Memo {
  private readonly answers = new WeakMap<Statement, Map<string, Ternary>>();

  public of(statement: Statement, text: string, answer: () => Ternary): Ternary {
    let known = this.answers.get(statement);
    if (known === undefined) this.answers.set(statement, (known = new Map()));
    let found = known.get(text);
    if (found === undefined) known.set(text, (found = answer()));
    return found;
  }
}
const ACTION_ANSWERS = new Memo();
const RESOURCE_ANSWERS = new Memo();

export function actionMatches(statement: Statement, action: string): Ternary {
  return ACTION_ANSWERS.of(statement, action, () => actionAnswer(statement, action));
}

function actionAnswer(statement: Statement, action: string): Ternary {
  const lower = action.toLowerCase();
  const hit = any(
    statement.actions.map((pattern): Ternary => {
      if (isUnknown(pattern)) return { doubt: `${statement.place} names the action ${shown(pattern)}` };
      return matches(patternOf(pattern, 'action'), lower);
    }),
  );
  return statement.notAction ? not(hit) : hit;
}

export function resourceMatches(statement: Statement, resource: string, view: Pick<RequestView, 'key'>): Ternary {
  const fixed = !statement.variables || statement.resources.every((pattern) => !pattern.includes('${'));
  return fixed
    ? RESOURCE_ANSWERS.of(statement, resource, () => resourceAnswer(statement, resource, view))
    : resourceAnswer(statement, resource, view);
}

function resourceAnswer(statement: Statement, resource: string, view: Pick<RequestView, 'key'>): Ternary {
  const hit = any(
    statement.resources.map((pattern): Ternary => {
      const rest = isUnknown(pattern) ? afterSharedUnknown(pattern, resource) : { pattern, text: resource };
      if (rest === undefined) return { doubt: `${statement.place} names the resource ${shown(pattern)}` };
      const compiled = compile(rest.pattern, rest.pattern === pattern ? 'arn' : 'glob', statement.variables, (key) =>
        view.key(key),
      );
      if ('pattern' in compiled) {
        const within = matchesText(compiled.pattern, rest.text, statement.place);
        if (!crossesColons(pattern)) return within;
        // AWS says that a wildcard stands within a part of the ARN, and that it may take in anything: both readings
        // count.
        const across = compile(pattern, 'glob', statement.variables, (key) => view.key(key));
        return !('pattern' in across) || matches(across.pattern, resource) === within
          ? within
          : { doubt: `${statement.place} names the resource ${pattern}, in which a wildcard takes in colons or not` };
      }
      // AWS: a statement with an absent variable in its resource matches nothing; with NotResource that would be
      // everything.
      if (!isDocumented(compiled.missing)) return undocumentedVariable(statement.place, compiled.missing);
      return statement.notResource
        ? { doubt: `${statement.place} uses the absent policy variable ${compiled.missing} in NotResource` }
        : false;
    }),
  );
  return statement.notResource ? not(hit) : hit;
}

/** Whether a wildcard stands before the last part of an ARN. */
export function crossesColons(pattern: string): boolean {
  return pattern !== '*' && /[*?]/.test(pattern.split(':').slice(0, 5).join(':'));
}

function patternOf(text: string, mode: 'action') {
  const compiled = compile(text, mode, false, () => undefined);
  return 'pattern' in compiled ? compiled.pattern : [];
}

/** Whether the statement's Principal or NotPrincipal takes in this principal. */
export function principalMatches(statement: Statement, principal: Principal, effect: 'Allow' | 'Deny'): Ternary {
  const patterns = statement.principals!;
  const hits = patterns.map((pattern): Ternary => {
    if (isUnknown(pattern.value)) {
      if (isAnother(pattern.value, principal)) return false;
      return { doubt: `${statement.place} names the principal ${shown(pattern.value)}` };
    }
    if (principalHit(pattern, principal) !== undefined) return true;
    if (pattern.type === 'AWS' && !isWellFormed(pattern.value)) {
      return { doubt: `${statement.place} names the principal ${pattern.value}, which AWS does not know` };
    }
    const open = principal.arn !== undefined && isUnknown(principal.arn) && pattern.value.startsWith('arn:');
    return open && { doubt: `${statement.place} may or may not mean ${shown(principal.arn)}` };
  });
  if (!statement.notPrincipal) return any(hits);
  const excepted = any(hits);
  const needed = NEEDED_IN_NOT_PRINCIPAL[principal.kind];
  if (excepted !== true || effect === 'Allow' || needed === undefined) return not(excepted);
  // AWS asks for the account as well, and for a session also for its role; whether fewer are enough is not documented.
  const reaches = new Set(patterns.map((pattern) => principalHit(pattern, principal)));
  return needed.every((reach) => reaches.has(reach))
    ? false
    : {
        doubt:
          `${statement.place} excepts a ${principal.kind} by NotPrincipal without naming its account and all ` +
          'that it is',
      };
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html */
const NEEDED_IN_NOT_PRINCIPAL: Readonly<Partial<Record<Principal['kind'], readonly PrincipalMatch[]>>> = {
  role: ['account', 'role', 'exact'],
  user: ['account', 'exact'],
  'federated-user': ['account', 'exact'],
};

export function reachOf(statement: Statement, principal: Principal): PrincipalMatch {
  if (statement.notPrincipal) return 'role';
  const reaches = statement.principals!.map((pattern) => principalHit(pattern, principal));
  // Without a certain hit the statement was leant on: credit it with the widest reach it might have.
  return [...REACHES].reverse().find((reach) => reaches.includes(reach)) ?? 'exact';
}

/** How a principal element names this principal, or undefined if it does not. */
export function principalHit(pattern: PrincipalPattern, principal: Principal): PrincipalMatch | undefined {
  const { type, value } = pattern;
  switch (type) {
    case '*':
      return 'role';
    case 'Service':
      return principal.kind === 'service' && (value === '*' || principal.service === value) ? 'exact' : undefined;
    case 'Federated':
      return principal.provider !== undefined && (value === '*' || principal.provider === value) ? 'exact' : undefined;
    case 'CanonicalUser':
      if (principal.canonicalId === undefined || (value !== '*' && principal.canonicalId !== value)) return undefined;
      return principal.kind === 'canonical-user' || principal.kind === 'root' ? 'exact' : 'account';
    default:
      break;
  }
  const account = accountOfPrincipal(value);
  if (account !== undefined) {
    if (principal.account !== account) return undefined;
    return principal.kind === 'root' ? 'exact' : 'account';
  }
  const assumed = /^arn:[^:]*:sts::([^:]*):assumed-role\/([^/]+)\/(.+)$/.exec(value);
  if (assumed) {
    return principal.kind === 'role' &&
      principal.account === assumed[1] &&
      principal.session === assumed[3] &&
      principal.arn!.split('/').pop() === assumed[2]
      ? 'exact'
      : undefined;
  }
  if (principal.arn !== value) return undefined;
  return principal.kind === 'role' ? 'role' : 'exact';
}

/**
 * Whether a principal with an unknown part is another than this one: the account is written before the first unknown
 * part and differs, or it is an ARN, which no anonymous caller and no service has.
 */
function isAnother(value: string, principal: Principal): boolean {
  if (value.startsWith('arn:') && (principal.kind === 'anonymous' || principal.kind === 'service')) return true;
  const account = /^arn:[^:]*:(?:iam|sts)::([^:]+):/.exec(value)?.[1];
  return account !== undefined && !isUnknown(account) && principal.account !== account;
}

/** Everybody, an account, an ARN, or the unique id of an identity that is gone, which nobody has any more. */
function isWellFormed(value: string): boolean {
  return (
    value === '*' ||
    value.startsWith('arn:') ||
    /^A[A-Z0-9]{15,}$/.test(value) ||
    accountOfPrincipal(value) !== undefined
  );
}

/** The account that a principal value stands for as a whole: twelve digits, or the ARN of its root. */
export function accountOfPrincipal(value: string): string | undefined {
  return /^(?:arn:[^:]*:iam::([^:]+):root|(\d{12}|\{AccountId\}))$/
    .exec(value)
    ?.slice(1)
    .find((part) => part !== undefined);
}
