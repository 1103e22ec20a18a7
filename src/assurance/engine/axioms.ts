import type { Condition } from './condition';
import type { RequestView } from './evaluate';
import { conditionHolds, UnsupportedError } from './operators';
import type { ContextValue } from './request';

/** Something that the prover takes for granted and cannot check: named, printed with each verdict that rests on it. */
export interface Axiom {
  readonly id: string;
  readonly words: string;
  /** Page that says so. */
  readonly source: string;
}

const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/';
const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/';
const KEYS_PAGE = `${IAM}reference_policies_condition-keys.html`;
const S3_KEYS_PAGE = 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html';

const ALL: readonly Axiom[] = [
  { id: 'transport-known', source: KEYS_PAGE, words: 'Every request carries aws:SecureTransport, true or false.' },
  { id: 'tls-version-known', source: S3_KEYS_PAGE, words: 'A request over HTTPS carries s3:TlsVersion, one of 1.0, 1.1, 1.2 and 1.3 (an AWS service may leave it out); a request over HTTP does not.' },
  { id: 'principal-keys', source: KEYS_PAGE, words: 'Condition keys about the caller follow from who calls: nobody chooses them. Anonymous callers and AWS services have no organization and no tags.' },
  { id: 'mfa-keys', source: KEYS_PAGE, words: 'A request carries aws:MultiFactorAuthAge exactly if it carries aws:MultiFactorAuthPresent with the value true.' },
  { id: 'source-keys', source: KEYS_PAGE, words: 'aws:SourceArn, aws:SourceAccount and their kin are present only in requests that an AWS service makes under its own name.' },
  { id: 'endpoint-keys', source: KEYS_PAGE, words: 'aws:SourceVpc and aws:SourceVpce are present together, in requests through a VPC endpoint, which carry no aws:SourceIp; callers cannot choose them.' },
  { id: 'sse-values', source: `${S3}UsingServerSideEncryption.html`, words: 'S3 takes AES256, aws:kms and aws:kms:dsse as encryption header, and refuses all else.' },
  { id: 'kms-key-header', source: `${S3}UsingKMSEncryption.html`, words: 'The KMS key condition key is present only beside aws:kms or aws:kms:dsse, or filled from the default encryption: proved for both readings of AWS\'s documentation.' },
  { id: 'sse-exclusive', source: `${S3}ServerSideEncryptionCustomerKeys.html`, words: 'An upload names a customer key (SSE-C) or another encryption, never both; the algorithm is AES256.' },
  { id: 'sse-c-disabled', source: `${S3}blocking-unblocking-s3-c-encryption-gpb.html`, words: 'S3 refuses uploads with a customer key where the bucket blocks SSE-C.' },
  { id: 'signature-keys', source: `${S3}bucket-policy-s3-sigv4-conditions.html`, words: 'Signed requests carry s3:authType (REST-HEADER, REST-QUERY-STRING or POST), s3:signatureversion and s3:signatureAge (0 or more milliseconds).' },
  { id: 'lock-values', source: `${S3}object-lock.html`, words: 'Object Lock modes are GOVERNANCE and COMPLIANCE, legal and event holds ON and OFF, retention and event hold whole numbers of days.' },
  { id: 'access-point-keys', source: `${S3}access-points-policies.html`, words: 'A request through an access point carries its ARN, account and network origin, and others carry none of them; only the account\'s own access points lead to the bucket without its consent.' },
  { id: 'object-lambda-keys', source: `${S3}olap-policies.html`, words: 'A request that S3 Object Lambda makes for a caller, the presigned one of its function included, carries s3-object-lambda.amazonaws.com in aws:CalledVia, and no other request does; only the Object Lambda access points of the templates lead to their supporting access points.' },
  { id: 'resource-keys', source: S3_KEYS_PAGE, words: 's3:ResourceAccount and aws:ResourceAccount are the bucket owner\'s account.' },
  { id: 'action-table', source: S3_KEYS_PAGE, words: 'The actions are those of the service authorization reference that the library was built with.' },
  { id: 'policy-variables', source: `${IAM}reference_policies_variables.html`, words: 'A value that fills a policy variable is represented by those that the other patterns can tell apart, and by a fresh one.' },
  { id: 'generated-names', source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html', words: 'A name that CloudFormation generates is none that a pattern of the policies spells out.' },
  { id: 'root-policy', source: `${S3}bucket-policies.html`, words: 'The account\'s root user can always read, put and delete the bucket policy (and sts:AssumeRoot with S3UnlockBucketPolicy can delete it); only Organizations policies stop that.' },
  { id: 'service-writers', source: `${IAM}reference_policies_condition-keys.html`, words: 'AWS services that write under their own name (CloudTrail, log delivery) choose the encryption they name.' },
  { id: 'template-identities', source: `${IAM}access_policies_identity-vs-resource.html`, words: 'Roles and users of the templates have the policies that the templates give them, and no others.' },
  { id: 'encryption-context', source: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html', words: 'kms:EncryptionContextKeys lists the names of all pairs of the request\'s encryption context as they are spelled; kms:EncryptionContext:NAME is the value of a pair, whatever the case of its name.' },
  { id: 'multipart-parts', source: `${S3}mpuoverview.html`, words: 'Whether the parts of a multipart upload carry the upload\'s encryption in the condition keys is not documented; the guarantee is about requests as they carry it.' },
];

/** The trust base, by id. */
export const AXIOMS: Readonly<Record<string, Axiom>> = Object.fromEntries(ALL.map((axiom) => [axiom.id, axiom]));

type Value = ContextValue | undefined;

/** What is known about a condition key beyond its name: the values it can have in a request, in the order of how ordinary they are. */
export interface KeyRule {
  readonly axiom: string;
  /** @param candidates values that the policies can tell apart, absence not among them */
  readonly values: (candidates: readonly ContextValue[], view: RequestView) => readonly Value[];
  /** Instead of `values`, where they follow from those of other keys. @param conditions what policies and property say of each key */
  readonly derived?: (view: RequestView, conditions: ReadonlyMap<string, readonly Condition[]>) => readonly Value[];
  /** Values in a request of which nothing special is said; absent if not given. */
  readonly ordinary?: (view: RequestView) => readonly Value[];
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

/**
 * The names of an encryption context, in each spelling that the conditions can tell from others, with and without each name that is only spelled out.
 * The most ordinary comes first.
 */
function namesOfContext(view: RequestView, conditions: ReadonlyMap<string, readonly Condition[]>): Value[] {
  const pairs = [...conditions.keys()].filter((key) => key.startsWith(CONTEXT_PAIR)).map((key) => key.slice(CONTEXT_PAIR.length));
  const about = conditions.get(CONTEXT_NAMES) ?? [];
  const spelled = [...new Set(about.flatMap(({ values, place }) => {
    const pattern = values.find((value) => /[*?]/.test(value));
    if (pattern !== undefined) throw new UnsupportedError(place, `compares kms:EncryptionContextKeys with "${pattern}"; names without wildcards are evaluated`);
    return values;
  }))];
  let sets: string[][] = [[]];
  for (const pair of pairs.filter((each) => view.key(CONTEXT_PAIR + each) !== undefined)) {
    // One more spelling stands for all that nobody spells out.
    const spellings = new Set([...spelled.filter((name) => name.toLowerCase() === pair), pair, pair.toUpperCase()]);
    sets = sets.flatMap((set) => [...spellings].map((name) => [...set, name]));
  }
  for (const name of [...spelled.filter((each) => !pairs.includes(each.toLowerCase())), 'x']) sets = [...sets, ...sets.map((set) => [...set, name])];
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
  values: (candidates) => [undefined, ...candidates.filter((value) => typeof value === 'string' && /^\d+$/.test(value))],
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
  'aws:principalorgid': aboutCaller,
  'aws:principalorgpaths': aboutCaller,
  'aws:userid': aboutCaller,
  'aws:viaawsservice': {
    axiom: 'principal-keys',
    values: (_, view) => (hasIdentity(view) ? ['false', 'true', undefined] : ['false', undefined]),
    ordinary: (view) => (signed(view) ? ['false'] : ['false', undefined]),
  },
  'aws:calledvia': aboutCaller,
  'aws:calledviafirst': aboutCaller,
  'aws:calledvialast': aboutCaller,
  'aws:multifactorauthpresent': { axiom: 'mfa-keys', values: (_, view) => (hasIdentity(view) ? [undefined, 'true', 'false'] : [undefined]) },
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
  },
  's3:x-amz-server-side-encryption': chosen('sse-values', 'AES256', 'aws:kms', 'aws:kms:dsse'),
  's3:x-amz-server-side-encryption-aws-kms-key-id': {
    axiom: 'kms-key-header',
    values: (candidates, view) => (view.key('s3:x-amz-server-side-encryption') === 'AES256' ? [undefined] : [undefined, ...candidates]),
  },
  's3:x-amz-server-side-encryption-customer-algorithm': {
    axiom: 'sse-exclusive',
    values: (_, view) => (view.key('s3:x-amz-server-side-encryption') === undefined ? [undefined, 'AES256'] : [undefined]),
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
