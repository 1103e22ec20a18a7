import { isProved } from '../assessment';
import type { Issue } from '../findings/issue';
import { headline, type Review } from '../findings/review';

/** The version of the shape; it changes when something is renamed, removed or means something else. */
const JSON_VERSION = 1;

/** What scripts may rely on; `schema/prove.schema.json` describes it. */
export function renderJson(review: Review): string {
  const { assessment, open, failing, accepted, known, gone } = review;
  const { judgements, findings, unchecked, decisions, problems } = assessment;
  return JSON.stringify(
    {
      version: JSON_VERSION,
      summary: headline(review),
      proved: judgements.filter(isProved).length,
      counts: {
        guarantees: judgements.length,
        proved: judgements.filter(isProved).length,
        findings: open.length,
        failing: failing.length,
        accepted: accepted.length,
        known: known.length,
        gone: gone.length,
        notChecked: unchecked.length,
      },
      findings: open.map((issue) => ({ ...findingOf(issue), failing: failing.includes(issue) })),
      accepted: accepted.map(({ issue, reason, at }) => ({ ...findingOf(issue), reason, acknowledgedOn: at })),
      known: known.map(findingOf),
      gone: gone.map(({ id, path, level, count }) => ({ id, subject: path, level, count })),
      guarantees: judgements.map(({ verdict, claim }) => ({
        guarantee: verdict.guarantee,
        title: verdict.title,
        subject: verdict.subject,
        controls: claim.controls ?? [],
        status: verdict.status,
        stated: verdict.stated,
        requestClasses: verdict.requestClasses,
        axioms: verdict.axioms,
        reason: verdict.reason,
        counterexample: parsed(verdict.counterexample),
        source: verdict.location,
        fix: claim.guarantee.fix,
      })),
      mistakes: findings.map(({ lint, resource, location, source, message }) => ({
        id: lint.id,
        subject: resource.path,
        location,
        source,
        message,
        fix: lint.fix,
      })),
      notChecked: unchecked.map(({ control, subject, reason }) => ({ control, subject: subject.path, reason })),
      decisions: decisions.map(({ guarantee, control, subject, reason }) => ({
        guarantee,
        control,
        subject: subject.path,
        reason,
      })),
      notJudged: problems,
      notSeen: assessment.notSeen.map(({ path, what, source }) => ({ subject: path, what, source })),
    },
    undefined,
    2,
  );
}

function findingOf(issue: Issue) {
  const { id, level, harm, topic, title, status, resource, path, location, source, madeAt } = issue;
  return {
    id,
    level,
    harm,
    topic,
    title,
    status,
    subject: path === '' ? undefined : path,
    stack: resource?.stack,
    logicalId: resource?.logicalId,
    location,
    source,
    madeAt,
    message: issue.sentence,
    detail: issue.detail,
    counterexample: parsed(issue.counterexample),
    code: issue.code,
    fix: issue.fix,
    page: issue.page,
  };
}

function parsed(counterexample: string | undefined): unknown {
  return counterexample === undefined ? undefined : JSON.parse(counterexample);
}
