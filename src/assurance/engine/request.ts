import { conditionKey } from '../data/iam';
import { shown } from '../template/unknown';

/**
 * Who makes a request. `role` is a session of the role, whether assumed, federated (`provider`) or chained: `arn` is
 * the role's ARN, as `aws:PrincipalArn` gives it. `canonical-user` is a CloudFront origin access identity or an account
 * named by its canonical id.
 */
type PrincipalKind = 'anonymous' | 'root' | 'user' | 'role' | 'federated-user' | 'canonical-user' | 'service';

export interface Principal {
  readonly kind: PrincipalKind;
  /** Value of `aws:PrincipalArn` (for a canonical user its id); absent for anonymous callers and services. */
  readonly arn?: string;
  /** Twelve digits, or the placeholder of an account known only by name; absent for anonymous callers and services. */
  readonly account?: string;
  /** Role session name, for a `role`; the session's ARN is derived from it. */
  readonly session?: string;
  /** Service principal name, e.g. `logging.s3.amazonaws.com`. */
  readonly service?: string;
  /** Identity provider (ARN or domain) of a federated role session. */
  readonly provider?: string;
  /** Canonical id of the caller's account, where a policy names it; of a `canonical-user` its own. */
  readonly canonicalId?: string;
}

/**
 * Values of one condition key: a string, or the strings of a multivalued key. A key that is not in the context is
 * absent.
 */
export type ContextValue = string | readonly string[];

/** Condition keys in lower case (AWS compares them so) to their values. */
export type Context = Readonly<Record<string, ContextValue>>;

/**
 * One authorization question: may this principal do this one action on this one resource? What an API call asks is one
 * or several of these (see calls.ts).
 */
export interface Request {
  readonly principal: Principal;
  /** As AWS spells it, e.g. `s3:PutObject`. */
  readonly action: string;
  /**
   * The ARN that the resource's own policy sees: the bucket or object, even when the request comes through an access
   * point.
   */
  readonly resource: string;
  readonly context: Context;
}

/** A request in one sentence, for people. */
export function describeRequest(request: Request): string {
  const { principal, action, resource, context } = request;
  const conditions = Object.keys(context)
    .sort()
    .map((key) => {
      const value = context[key];
      return `${displayKey(key)} = ${typeof value === 'string' ? value : `[${value.join(', ')}]`}`;
    });
  const ending = conditions.length > 0 ? `, with ${conditions.join(', ')}` : '';
  return shown(`${describePrincipal(principal)} calls ${action} on ${resource}${ending}`);
}

function describePrincipal(principal: Principal): string {
  switch (principal.kind) {
    case 'anonymous':
      return 'An anonymous caller';
    case 'service':
      return `The AWS service ${principal.service}`;
    case 'root':
      return shown(`The root user of account ${principal.account}`);
    case 'canonical-user':
      return shown(`The canonical user ${principal.arn}`);
    default: {
      const session = principal.session === undefined ? '' : ` (session ${principal.session})`;
      const provider = principal.provider === undefined ? '' : `, federated by ${principal.provider}`;
      const canonical =
        principal.canonicalId === undefined ? '' : `, of the account with the canonical id ${principal.canonicalId}`;
      return shown(`${principal.arn}${session}${provider}${canonical}`);
    }
  }
}

/** Condition keys are compared without regard to case. */
export function canonicalKey(key: string): string {
  return key.toLowerCase();
}

/** The key as AWS spells it: `aws:SecureTransport`, not its lower case. */
export function displayKey(lower: string): string {
  const documented = conditionKey(lower)?.name;
  if (documented === undefined) return lower;
  const placeholder = documented.indexOf('${}');
  return placeholder === -1 ? documented : documented.slice(0, placeholder) + lower.slice(placeholder);
}

/** The request as JSON text, condition keys in AWS's spelling. */
export function requestJson(request: Request): string {
  const context = Object.fromEntries(Object.entries(request.context).map(([key, value]) => [displayKey(key), value]));
  return JSON.stringify({ ...request, context }, (_, value: unknown) =>
    typeof value === 'string' ? shown(value) : value,
  );
}

const PRINCIPAL_TYPE: Readonly<Record<PrincipalKind, string | undefined>> = {
  anonymous: 'Anonymous',
  root: 'Account',
  user: 'User',
  role: 'AssumedRole',
  'federated-user': 'FederatedUser',
  'canonical-user': undefined,
  service: undefined,
};

/** Condition keys that follow from who the caller is. */
export const PRINCIPAL_KEYS: ReadonlySet<string> = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principaltype',
  'aws:username',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'aws:federatedprovider',
  'kms:calleraccount',
  'strongbox:principalkind',
]);

/** Values of a key of the caller that AWS documents in two ways; undefined if there is one reading. */
export function principalKeyReadings(
  { kind }: Principal,
  key: string,
): ReadonlyArray<ContextValue | undefined> | undefined {
  return kind === 'anonymous' && (key === 'aws:principalaccount' || key === 'kms:calleraccount')
    ? [undefined, 'anonymous']
    : undefined;
}

/** Value of one of PRINCIPAL_KEYS. */
export function principalKey(principal: Principal, key: string): ContextValue | undefined {
  const { kind } = principal;
  switch (key) {
    case 'aws:principalarn':
      return kind === 'canonical-user' ? undefined : principal.arn;
    case 'kms:calleraccount':
    case 'aws:principalaccount':
      return principal.account;
    // Not AWS's: lets the region of a guarantee speak of kinds of callers.
    case 'strongbox:principalkind':
      return kind;
    case 'aws:principaltype':
      return PRINCIPAL_TYPE[kind];
    case 'aws:username':
      return kind === 'user' ? principal.arn!.split('/').pop() : undefined;
    // Only signed requests carry it: an anonymous one has no such key.
    case 'aws:principalisawsservice':
      return kind === 'anonymous' || kind === 'canonical-user' ? undefined : String(kind === 'service');
    case 'aws:principalservicename':
      return principal.service;
    case 'aws:principalservicenameslist':
      return principal.service === undefined ? undefined : [principal.service];
    case 'aws:federatedprovider':
      return principal.provider;
    default:
      return undefined;
  }
}
