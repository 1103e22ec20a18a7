import type { Request } from '../engine/request';

/** The account that stands for all that nothing names. */
const ANY_OTHER_ACCOUNT = '999999999999';

/** The owner of the resource that a request is about. */
export interface Owned {
  readonly account: string;
}

/**
 * What gets through (or does not), in one sentence without generated names: equal for equal findings of several
 * resources.
 */
export function requestSentence(request: Request, isAllowed: boolean, owner: Owned): string {
  const may = isAllowed ? 'can' : 'cannot';
  return `${caller(request.principal, owner)} ${may} call ${request.action} ${target(request)}${conditions(request)}`;
}

function caller(principal: Request['principal'], owner: Owned): string {
  const { kind, arn, account } = principal;
  switch (kind) {
    case 'anonymous':
      return 'Anyone, without credentials,';
    case 'service':
      return `The AWS service ${principal.service}`;
    case 'canonical-user':
      return `The canonical user ${arn}`;
    default: {
      const where =
        account === owner.account
          ? 'of the account'
          : account === ANY_OTHER_ACCOUNT
            ? 'of any other account'
            : `of account ${account}`;
      if (kind === 'root') return `The root user ${where}`;
      const name = (arn ?? '').split('/').slice(1).join('/');
      // One letter is the stand-in for every name that no policy tells from others.
      const who = name.length <= 1 ? `Any ${kind}` : `The ${kind} ${name}`;
      return `${who} ${where}${principal.session === undefined ? '' : `, in session ${principal.session},`}`;
    }
  }
}

function target({ resource, action }: Request): string {
  if (/^arn:[^:]*:kms:/.test(resource)) return 'with the key';
  if (action.startsWith('glacier:')) return 'on the vault';
  const slash = resource.indexOf('/');
  if (slash === -1) return 'on the bucket';
  const key = resource.slice(slash + 1);
  return key.length <= 1 ? 'on any object' : `on objects such as "${key}"`;
}

/** Conditions named in a sentence; the request itself has all of them. */
const NAMED = 2;

function conditions({ context }: Request): string {
  const keys = Object.keys(context).filter(
    (key) => !(key.toLowerCase() === 'aws:securetransport' && context[key] === 'true'),
  );
  const texts = keys.sort().map((key) => {
    const value = [context[key]].flat().join(', ');
    switch (key.toLowerCase()) {
      case 'aws:securetransport':
        return 'over HTTP';
      case 's3:tlsversion':
        return `over TLS ${value}`;
      default:
        return `with ${key} ${value}`;
    }
  });
  if (texts.length === 0) return '';
  const more = texts.length - NAMED;
  return ` ${texts.slice(0, NAMED).join(' and ')}${more > 0 ? ` and ${more} more condition keys` : ''}`;
}
