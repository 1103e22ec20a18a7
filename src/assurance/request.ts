import { shown } from './unknown';

/** Who makes a request. `role` covers every session of the role: `arn` is the role's ARN, as `aws:PrincipalArn` gives it. */
export type PrincipalKind =
  | 'anonymous' | 'root' | 'user' | 'role' | 'federated-user' | 'web-identity' | 'saml' | 'service';

export interface Principal {
  readonly kind: PrincipalKind;
  /** Value of `aws:PrincipalArn`; absent for anonymous callers and services. */
  readonly arn?: string;
  /** Twelve digits, or the placeholder of an account known only by name; absent for anonymous callers and services. */
  readonly account?: string;
  /** Role session name, for a `role`; the session's ARN is derived from it. */
  readonly session?: string;
  /** Service principal name, e.g. `logging.s3.amazonaws.com`. */
  readonly service?: string;
  /** Identity provider (ARN or domain), for `web-identity` and `saml`. */
  readonly provider?: string;
}

/** Values of one condition key: a string, or the strings of a multivalued key. A key that is not in the context is absent. */
export type ContextValue = string | readonly string[];

/** Condition keys in lower case (AWS compares them so) to their values. */
export type Context = Readonly<Record<string, ContextValue>>;

/**
 * One authorization question: may this principal do this one action on this one resource?
 * What an API call asks is one or several of these (see calls.ts).
 */
export interface Request {
  readonly principal: Principal;
  /** As AWS spells it, e.g. `s3:PutObject`. */
  readonly action: string;
  /** The ARN that the resource's own policy sees: the bucket or object, even when the request comes through an access point. */
  readonly resource: string;
  readonly context: Context;
}

/** A request in one sentence, for people. */
export function describeRequest(request: Request): string {
  const { principal, action, resource, context } = request;
  const conditions = Object.keys(context).sort().map((key) => {
    const value = context[key];
    return `${displayKey(key)} = ${typeof value === 'string' ? value : `[${value.join(', ')}]`}`;
  });
  const ending = conditions.length > 0 ? `, with ${conditions.join(', ')}` : '';
  return shown(`${describePrincipal(principal)} calls ${action} on ${resource}${ending}`);
}

export function describePrincipal(principal: Principal): string {
  switch (principal.kind) {
    case 'anonymous': return 'An anonymous caller';
    case 'service': return `The AWS service ${principal.service}`;
    case 'root': return `The root user of account ${principal.account}`;
    case 'web-identity':
    case 'saml': return `A caller federated by ${principal.provider} as ${principal.arn}`;
    default: return shown(principal.arn ?? principal.kind);
  }
}

const SPELLING = new Map<string, string>();

/** Remembers how a policy spells a key, so that reports show `aws:SecureTransport` and not its lower case. */
export function canonicalKey(key: string): string {
  const lower = key.toLowerCase();
  if (!SPELLING.has(lower)) SPELLING.set(lower, key);
  return lower;
}

export function displayKey(lower: string): string {
  return SPELLING.get(lower) ?? lower;
}
