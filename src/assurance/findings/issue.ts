import { FindingLevel, type Topic } from './level';
import { remedyOf } from './remedies';
import { levelOfRule, remedyOfRule } from './rules';
import { requestSentence } from './sentence';
import type { Assessment, CheckResult } from '../assessment';
import type { Request } from '../engine/request';
import type { Finding } from '../lints';
import type { ResolvedResource } from '../model/resolve';
import type { SourceLocation } from '../template/source';
import { VerdictStatus } from '../verdict';

const { ERROR, WARNING, ADVICE } = FindingLevel;

/** One thing that is wrong with one resource, with everything that is said about it. */
export interface Issue {
  /** Users acknowledge `Strongbox::<id>`. */
  readonly id: string;
  readonly level: FindingLevel;
  /** What kind of harm it does, e.g. `open over HTTP`. */
  readonly harm: string;
  /** The worst harm has the lowest. */
  readonly rank: number;
  readonly topic: Topic;
  readonly title: string;
  /** `violated`, `unknown`, `proved` for what only S3's defaults give, or `error` for what needed no proof. */
  readonly status: 'violated' | 'unknown' | 'proved' | 'error';
  /** Absent for what cannot be read at all. */
  readonly resource?: ResolvedResource;
  /** Construct path, or stack and logical id. */
  readonly path: string;
  /** Place below the resource, e.g. `Properties.PolicyDocument.Statement.0`. */
  readonly location?: string;
  /** Where it is written in the template; absent if the template is of no file. */
  readonly source?: SourceLocation;
  /** File and line of the app that makes it, where synth recorded them. */
  readonly madeAt?: string;
  /** What is wrong, equal for equal findings of several resources. */
  readonly sentence: string;
  /** What is wrong with this resource, with all names. */
  readonly detail: string;
  /** The request as JSON. */
  readonly counterexample?: string;
  /** What to change in the template. */
  readonly fix: string;
  /** The line of CDK code that ends it. */
  readonly code?: string;
  readonly page: string;
}

/** The harms from the worst on. */
const HARMS = [
  'not checked',
  'open to the internet',
  'open to another account',
  'open over HTTP',
  'open',
  'denied',
  'set otherwise',
  'policy error',
  'not known',
  'not stated',
] as const;
type Harm = (typeof HARMS)[number];

/** Everything that is wrong, the worst first. */
export function issuesOf({ judgements, findings, problems }: Assessment): Issue[] {
  return [
    ...problems.map(ofProblem),
    ...judgements.filter(({ verdict }) => verdict.status !== VerdictStatus.PROVED || !verdict.stated).map(ofResult),
    ...findings.map(ofFinding),
  ]
    .map((issue, index) => ({ issue, index }))
    .sort((a, b) => byLevel(a.issue) - byLevel(b.issue) || a.issue.rank - b.issue.rank || a.index - b.index)
    .map(({ issue }) => issue);
}

function byLevel({ level }: Issue): number {
  return level === ERROR ? 0 : level === WARNING ? 1 : 2;
}

/** What cannot be read is never taken for safe, and cannot be accepted: it would hide whatever stands there. */
export const NOT_CHECKED = 'not-judged';

/** A construct made it, so that code can be changed. */
export function isOfCdk({ resource }: Issue): boolean {
  return resource !== undefined && resource.path !== `${resource.stack}/${resource.logicalId}`;
}

function ofProblem(problem: string): Issue {
  return {
    id: NOT_CHECKED,
    level: ERROR,
    harm: 'not checked',
    rank: HARMS.indexOf('not checked'),
    topic: 'policy',
    title: 'Part of the templates cannot be checked',
    status: 'error',
    path: '',
    sentence: problem,
    detail: problem,
    fix: 'Correct what is named; what cannot be read is never taken for safe.',
    page: remedyOf('policy-changeable').page,
  };
}

function ofFinding({ lint, resource, location, source, message }: Finding): Issue {
  return {
    id: lint.id,
    level: levelOfRule(lint.id),
    harm: 'policy error',
    rank: HARMS.indexOf('policy error'),
    ...remedyOfRule(lint.id),
    ...(lint.page !== undefined && { page: lint.page }),
    title: lint.title,
    status: 'error',
    resource,
    path: resource.path,
    location,
    source,
    // Whoever shows a sentence ends it.
    sentence: message.replace(/\.$/, ''),
    detail: message,
    fix: lint.fix,
  };
}

const ACLS_IN_FORCE = 'ACLs are in force, and one may grant this';

function ofResult({ claim, verdict }: CheckResult): Issue {
  const reason = verdict.reason ?? '';
  const harm = harmOf({ claim, verdict });
  const isByDefault = verdict.status === VerdictStatus.PROVED;
  const byAcls = reason.endsWith(isByDefault ? 'in the template: OwnershipControls' : ACLS_IN_FORCE);
  // What an ACL may grant ends with the ACLs, whatever else was asked.
  const remedy = remedyOf(byAcls ? 'acls-disabled' : verdict.guarantee);
  return {
    id: verdict.guarantee,
    level: verdict.status === VerdictStatus.PROVED ? ADVICE : levelOf(harm, claim.controls ?? [], verdict.guarantee),
    harm,
    rank: HARMS.indexOf(harm),
    ...remedy,
    topic: remedyOf(verdict.guarantee).topic,
    title: verdict.title,
    status: verdict.status,
    resource: claim.subject,
    path: verdict.subject,
    source: verdict.location,
    sentence:
      byAcls && !isByDefault
        ? 'The template does not disable ACLs, and an ACL may grant access to another account'
        : sentenceOf({ claim, verdict }),
    detail: reason,
    counterexample: verdict.counterexample,
    fix: byAcls ? 'Set OwnershipControls to BucketOwnerEnforced.' : claim.guarantee.fix,
  };
}

const UNKNOWN_OF_ACLS = /ACLs are in force/;
/** The conditions of the template under which it is so. */
const WORLD = /^(when .*?): /;
const REQUEST_ANSWER =
  /: is (?<answer>allowed|refused) \((?<by>.*?)\)(?:; give the stack its account and Region|; advice: (?<advice>.*))?$/s;

function harmOf({ claim, verdict }: CheckResult): Harm {
  const { status, reason = '', counterexample } = verdict;
  if (status === VerdictStatus.PROVED) return 'not stated';
  if (status === VerdictStatus.UNKNOWN) return UNKNOWN_OF_ACLS.test(reason) ? 'not stated' : 'not known';
  if (counterexample === undefined) return /\bis not set$/.test(reason) ? 'not stated' : 'set otherwise';
  if (REQUEST_ANSWER.exec(reason)?.groups?.answer === 'refused') return 'denied';
  const { principal, context } = JSON.parse(counterexample) as Request;
  if (principal.kind === 'anonymous') return 'open to the internet';
  if (principal.kind !== 'service' && principal.account !== claim.subject.account) return 'open to another account';
  return context['aws:SecureTransport'] === 'false' ? 'open over HTTP' : 'open';
}

function levelOf(harm: Harm, controls: readonly string[], guarantee: string): FindingLevel {
  if (harm === 'not known') return WARNING;
  // A control that is claimed must do what it says.
  if (controls.length > 0) return ERROR;
  // Endpoints of AWS refuse older versions; the policy states it.
  if (harm === 'not stated' || guarantee === 'tls-minimum-version') return WARNING;
  return ERROR;
}

function sentenceOf({ claim, verdict }: CheckResult): string {
  const { reason = '', counterexample, status } = verdict;
  if (counterexample === undefined) return reason;
  const request = JSON.parse(counterexample) as Request;
  if (status === VerdictStatus.UNKNOWN) {
    const why = /cannot be known: (.*)$/s.exec(reason)?.[1] ?? REQUEST_ANSWER.exec(reason)?.groups?.by ?? reason;
    return `${requestSentence(request, true, claim.subject).replace(' can call ', ' may be able to call ')}: ${why}`;
  }
  const { answer = 'allowed', by = '', advice } = REQUEST_ANSWER.exec(reason)?.groups ?? {};
  const why = by === '' || by.startsWith('a policy of the caller') ? '' : `: ${by}`;
  const what = requestSentence(request, answer === 'allowed', claim.subject);
  const world = WORLD.exec(reason)?.[1];
  return `${what}${why}${world === undefined ? '' : `, ${world}`}${advice === undefined ? '' : `; ${advice}`}`;
}
