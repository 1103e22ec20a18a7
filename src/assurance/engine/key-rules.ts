import type { Condition } from './condition';
import { glob, literal, type Pattern } from './glob';
import { conditionHolds, UnsupportedError } from './operators';
import type { ContextValue, Principal } from './request';
import type { RequestView } from './request-view';

type Value = ContextValue | undefined;

/**
 * What is known about a condition key beyond its name: the values it can have in a request, in the order of how
 * ordinary they are.
 */
export interface KeyRule {
  readonly axiom: string;
  /** @param candidates values that the policies can tell apart, absence not among them */
  readonly values: (candidates: readonly ContextValue[], view: RequestView) => readonly Value[];
  /**
   * Instead of `values`, where they follow from those of other keys.
   * @param conditions what policies and property say of each key
   */
  readonly derived?: (view: RequestView, conditions: ReadonlyMap<string, readonly Condition[]>) => readonly Value[];
  /** Values in a request of which nothing special is said; absent if not given. */
  readonly ordinary?: (view: RequestView, candidates: readonly ContextValue[]) => readonly Value[];
  /** What of the action decides about its values: actions that differ in it are not alike. */
  readonly ofAction?: (action: string) => string | boolean;
  /** What of a caller with an identity decides about its values: callers that differ in it are not alike. */
  readonly ofCaller?: (principal: Principal) => string | boolean;
  /** The forms that its texts have; any text if not given. */
  readonly forms?: (view: RequestView) => readonly Pattern[];
}

const CONTEXT_PAIR = 'kms:encryptioncontext:';
const CONTEXT_NAMES = 'kms:encryptioncontextkeys';
const TLS_VERSIONS = ['1.2', '1.3', '1.1', '1.0'];
const signed = (view: RequestView) => view.principal().kind !== 'anonymous';
const hasIdentity = (view: RequestView) => ['root', 'user', 'role', 'federated-user'].includes(view.principal().kind);

const transport: KeyRule = { axiom: 'transport-known', values: () => ['true', 'false'], ordinary: () => ['true'] };
const aboutCaller: KeyRule = {
  axiom: 'principal-keys',
  values: (candidates, view) => (hasIdentity(view) ? [undefined, ...candidates] : [undefined]),
};
const aboutSource: KeyRule = {
  axiom: 'source-keys',
  values: (candidates, view) => (view.principal().kind === 'service' ? [undefined, ...candidates] : [undefined]),
};
const chosen = (axiom: string, ...values: string[]): KeyRule => ({ axiom, values: () => [undefined, ...values] });
const fixed = (axiom: string): KeyRule => ({ axiom, values: (candidates) => [undefined, ...candidates] });
/** Never absent: an ordinary request has any of the values. */
const present = (...examples: string[]): KeyRule => {
  const values = (candidates: readonly ContextValue[]) => (candidates.length > 0 ? candidates : examples);
  return { axiom: 'always-present', values, ordinary: (_, candidates) => values(candidates) };
};
/** May be there in an ordinary request, with any value. */
const perhaps = (rule: KeyRule): KeyRule => ({
  ...rule,
  ordinary: (view, candidates) => rule.values(candidates, view),
});
const throughEndpoint: KeyRule = {
  axiom: 'endpoint-keys',
  values: (candidates, view) => (view.key('aws:sourcevpce') === undefined ? [undefined] : [undefined, ...candidates]),
};
/** What a key tells of itself in every request to it. */
const ofKmsKey: KeyRule = {
  axiom: 'kms-key-keys',
  values: (candidates) => [undefined, ...candidates],
  ofAction: (action) => action.startsWith('kms:'),
  ordinary: (view, candidates) => (view.action().startsWith('kms:') ? [undefined, ...candidates] : [undefined]),
};
const isTemporary = ({ kind }: Principal) => kind === 'role' || kind === 'federated-user';
const isUpload = (action: string) => action === 's3:PutObject';
const isOfVersion = (action: string) => action.includes('Version');

const nameOf = (arn: string | undefined): string => arn?.split('/').pop() ?? '';

/** AWS's pages differ on whether an anonymous request has one, and are silent on services. */
function userIds(candidates: readonly ContextValue[], view: RequestView): readonly Value[] {
  switch (view.principal().kind) {
    case 'anonymous':
      return [undefined, 'anonymous'];
    case 'canonical-user':
    case 'service':
      return [undefined, ...candidates];
    default:
      return candidates.length > 0 ? candidates : [undefined];
  }
}

/**
 * The names of an encryption context, in each spelling that the conditions can tell from others, with and without each
 * name that is only spelled out. The most ordinary comes first.
 */
function namesOfContext(view: RequestView, conditions: ReadonlyMap<string, readonly Condition[]>): Value[] {
  const pairs = [...conditions.keys()]
    .filter((key) => key.startsWith(CONTEXT_PAIR))
    .map((key) => key.slice(CONTEXT_PAIR.length));
  const about = conditions.get(CONTEXT_NAMES) ?? [];
  const spelled = [
    ...new Set(
      about.flatMap(({ values, place }) => {
        const pattern = values.find((value) => /[*?]/.test(value));
        if (pattern !== undefined) {
          throw new UnsupportedError(
            place,
            `compares kms:EncryptionContextKeys with "${pattern}"; names without wildcards are evaluated`,
          );
        }
        return values;
      }),
    ),
  ];
  let sets: string[][] = [[]];
  for (const pair of pairs.filter((each) => view.key(CONTEXT_PAIR + each) !== undefined)) {
    // One more spelling stands for all that nobody spells out.
    const spellings = new Set([...spelled.filter((name) => name.toLowerCase() === pair), pair, pair.toUpperCase()]);
    sets = sets.flatMap((set) => [...spellings].map((name) => [...set, name]));
  }
  for (const name of [...spelled.filter((each) => !pairs.includes(each.toLowerCase())), 'x']) {
    sets = [...sets, ...sets.map((set) => [...set, name])];
  }
  const byAnswers = new Map<string, Value>();
  for (const set of sets) {
    const value = set.length > 0 ? set : undefined;
    const answers = JSON.stringify(about.map((condition) => conditionHolds(condition, () => value)));
    if (!byAnswers.has(answers)) byAnswers.set(answers, value);
  }
  return [...byAnswers.values()];
}
const wholeDays: KeyRule = {
  axiom: 'lock-values',
  values: (candidates) => {
    const days = candidates.filter((value) => typeof value === 'string' && /^\d+$/.test(value));
    // Where policies ask only whether it is there, one number stands for all.
    return [undefined, ...(days.length > 0 ? days : ['1'])];
  },
};

const RULES: Readonly<Record<string, KeyRule>> = {
  'aws:securetransport': transport,
  's3:tlsversion': {
    axiom: 'tls-version-known',
    values: (_, view) => {
      if (view.key('aws:securetransport') !== 'true') return [undefined];
      return view.principal().kind === 'service' ? [undefined, ...TLS_VERSIONS] : TLS_VERSIONS;
    },
    ordinary: (view) => (view.principal().kind === 'service' ? [undefined, '1.2', '1.3'] : ['1.2', '1.3']),
  },
  'aws:sourcearn': aboutSource,
  'aws:sourceaccount': aboutSource,
  'aws:sourceowner': aboutSource,
  'aws:sourceorgid': aboutSource,
  'aws:sourceorgpaths': aboutSource,
  'aws:principalorgid': perhaps(aboutCaller),
  'aws:principalorgpaths': perhaps(aboutCaller),
  'aws:resourceorgid': perhaps(fixed('resource-keys')),
  'aws:resourceorgpaths': perhaps(fixed('resource-keys')),
  'aws:sourceidentity': aboutCaller,
  'aws:userid': {
    axiom: 'principal-keys',
    values: userIds,
    ofCaller: ({ kind, account, arn, session = '' }) =>
      kind === 'root' ? account! : kind === 'federated-user' ? `${account}:${nameOf(arn)}` : `:${session}`,
    ordinary: (view, candidates) => userIds(candidates, view),
    forms: (view) => {
      const { kind, account = '', arn, session } = view.principal();
      if (kind === 'root') return [literal(account)];
      if (kind === 'federated-user') return [literal(`${account}:${nameOf(arn)}`)];
      // Of a session that is named, the end is known.
      return [session === undefined ? glob('?*') : [...glob('?*'), ...literal(`:${session}`)]];
    },
  },
  'aws:tokenissuetime': {
    axiom: 'principal-keys',
    values: (candidates, view) => (hasIdentity(view) ? [undefined, ...candidates] : [undefined]),
    ofCaller: isTemporary,
    ordinary: (view, candidates) => (isTemporary(view.principal()) && candidates.length > 0 ? candidates : [undefined]),
  },
  'aws:currenttime': present('2026-01-01T00:00:00Z'),
  'aws:epochtime': present('1767225600'),
  'aws:requestedregion': present('us-east-1'),
  'aws:useragent': perhaps(fixed('always-present')),
  'aws:viaawsservice': {
    axiom: 'principal-keys',
    values: (_, view) => (hasIdentity(view) ? ['false', 'true', undefined] : ['false', undefined]),
    ordinary: (view) => (signed(view) ? ['false'] : ['false', undefined]),
  },
  'aws:calledvia': aboutCaller,
  'aws:calledviafirst': aboutCaller,
  'aws:calledvialast': aboutCaller,
  'aws:multifactorauthpresent': {
    axiom: 'mfa-keys',
    values: (_, view) => (hasIdentity(view) ? [undefined, 'true', 'false'] : [undefined]),
    ofCaller: isTemporary,
    ordinary: (view) => (isTemporary(view.principal()) ? [undefined, 'false'] : [undefined]),
  },
  'aws:multifactorauthage': {
    axiom: 'mfa-keys',
    values: (candidates, view) => {
      if (view.key('aws:multifactorauthpresent') !== 'true') return [undefined];
      return candidates.length > 0 ? candidates : ['0'];
    },
  },
  'aws:sourcevpc': {
    axiom: 'endpoint-keys',
    values: (candidates, view) => {
      if (view.key('aws:sourcevpce') === undefined) return [undefined];
      return candidates.length > 0 ? candidates : ['vpc-x'];
    },
  },
  'aws:sourcevpce': fixed('endpoint-keys'),
  'aws:sourceip': {
    axiom: 'endpoint-keys',
    values: (candidates, view) => (view.key('aws:sourcevpce') === undefined ? [undefined, ...candidates] : [undefined]),
    ordinary: (view, candidates) => {
      if (view.key('aws:sourcevpce') !== undefined || candidates.length === 0) return [undefined];
      // Whether an AWS service that comes under its own name has an address is not documented.
      return view.principal().kind === 'service' ? [undefined, ...candidates] : candidates;
    },
  },
  'aws:vpcsourceip': { ...throughEndpoint, ordinary: (view, candidates) => throughEndpoint.values(candidates, view) },
  'aws:sourcevpcarn': throughEndpoint,
  'aws:vpceaccount': throughEndpoint,
  'aws:vpceorgid': throughEndpoint,
  'aws:vpceorgpaths': throughEndpoint,
  's3:x-amz-server-side-encryption': chosen('sse-values', 'AES256', 'aws:kms', 'aws:kms:dsse'),
  's3:x-amz-server-side-encryption-aws-kms-key-id': {
    axiom: 'kms-key-header',
    values: (candidates, view) =>
      view.key('s3:x-amz-server-side-encryption') === 'AES256' ? [undefined] : [undefined, ...candidates],
  },
  's3:x-amz-server-side-encryption-customer-algorithm': {
    axiom: 'sse-exclusive',
    values: (_, view) =>
      view.key('s3:x-amz-server-side-encryption') === undefined ? [undefined, 'AES256'] : [undefined],
  },
  's3:authtype': {
    axiom: 'signature-keys',
    values: (_, view) => (signed(view) ? ['REST-HEADER', 'REST-QUERY-STRING', 'POST'] : [undefined, 'POST']),
    ordinary: (view) => [signed(view) ? 'REST-HEADER' : undefined],
  },
  's3:signatureversion': {
    axiom: 'signature-keys',
    values: (_, view) => (signed(view) ? ['AWS4-HMAC-SHA256', 'AWS', 'AWS4-ECDSA-P256-SHA256'] : [undefined]),
    ordinary: (view) => (signed(view) ? ['AWS4-HMAC-SHA256'] : [undefined]),
  },
  's3:signatureage': {
    axiom: 'signature-keys',
    // Under version 2 the age is always 0.
    values: (candidates, view) => {
      if (!signed(view)) return [undefined];
      if (view.key('s3:signatureversion') === 'AWS') return ['0'];
      return ['0', ...candidates.filter((value) => typeof value === 'string' && Number(value) > 0)];
    },
    ordinary: (view) => (signed(view) ? ['0'] : [undefined]),
  },
  's3:x-amz-content-sha256': {
    ...fixed('signature-keys'),
    ordinary: (view, candidates) => (signed(view) && candidates.length > 0 ? candidates : [undefined]),
  },
  's3:objectcreationoperation': {
    axiom: 'object-creation',
    values: () => [undefined, 'true', 'false'],
    ofAction: isUpload,
    ordinary: (view) => (isUpload(view.action()) ? ['true', 'false'] : [undefined]),
  },
  's3:versionid': {
    ...fixed('signature-keys'),
    ofAction: isOfVersion,
    ordinary: (view, candidates) => (isOfVersion(view.action()) && candidates.length > 0 ? candidates : [undefined]),
  },
  'kms:keyorigin': ofKmsKey,
  'kms:keyspec': ofKmsKey,
  'kms:keyusage': ofKmsKey,
  'kms:multiregion': ofKmsKey,
  'kms:multiregionkeytype': ofKmsKey,
  'kms:resourcealiases': ofKmsKey,
  [CONTEXT_NAMES]: { ...fixed('encryption-context'), derived: namesOfContext },
  's3:object-lock-mode': chosen('lock-values', 'GOVERNANCE', 'COMPLIANCE'),
  's3:object-lock-legal-hold': chosen('lock-values', 'ON', 'OFF'),
  's3:object-lock-remaining-retention-days': wholeDays,
  's3:object-lock-event-hold': chosen('lock-values', 'ON', 'OFF'),
  's3:object-lock-event-hold-duration-days': wholeDays,
};

/** What is known of a condition key, if anything is. */
export function ruleOf(key: string): KeyRule | undefined {
  return RULES[key] ?? (key.startsWith('aws:principaltag/') ? aboutCaller : undefined);
}
