import { compare, type Baseline, type KnownFinding } from './baseline-file';
import { issuesOf, NOT_CHECKED, type Issue } from './issue';
import { isAtLeast } from './level';
import { remedyOf } from './remedies';
import { remedyOfRule } from './rules';
import { selects, type Selection } from './selection';
import { isProved, type Assessment } from '../assessment';
import type { TemplateInput } from '../template/assembly';

/** A finding that the app acknowledged. */
interface Accepted {
  readonly issue: Issue;
  readonly reason: string;
  /** Path of the construct on which it is acknowledged. */
  readonly at: string;
}

/** An assessment as the one who asked wants to see it. */
export interface Review {
  /** Of the selected guarantees and rules. */
  readonly assessment: Assessment;
  readonly selection: Selection;
  /** What is neither accepted nor known, the worst first. */
  readonly open: readonly Issue[];
  /** Those of `open` that fail. */
  readonly failing: readonly Issue[];
  readonly accepted: readonly Accepted[];
  /** What the baseline has. */
  readonly known: readonly Issue[];
  /** What the baseline has and the templates no longer. */
  readonly gone: readonly KnownFinding[];
  readonly baseline?: Baseline;
}

export interface ReviewOptions {
  readonly selection: Selection;
  readonly baseline?: Baseline;
  /** The templates, for what the app acknowledged; a plugin of synth leaves that to aws-cdk-lib. */
  readonly inputs?: readonly TemplateInput[];
}

/** @throws if the baseline is about other templates */
export function review(whole: Assessment, { selection, baseline, inputs = [] }: ReviewOptions): Review {
  const assessment = selected(whole, selection);
  const acknowledged = acknowledgements(inputs);
  const accepted: Accepted[] = [];
  const unanswered: Issue[] = [];
  for (const each of issuesOf(assessment)) {
    const issue = { ...each, madeAt: madeAtOf(inputs, each.path) };
    const found = issue.id === NOT_CHECKED ? undefined : acknowledged(issue);
    if (found) accepted.push({ issue, ...found });
    else unanswered.push(issue);
  }
  const isShown = ({ level }: Issue) => isAtLeast(level, selection.level);
  const compared = baseline && compare(baseline, unanswered, pathsOf(whole), (id) => isSelected(selection, id));
  const open = withoutRepeated(compared?.fresh ?? unanswered).filter(isShown);
  const { failOn } = selection;
  return {
    assessment,
    selection,
    open,
    failing: open.filter(({ id, level }) => id === NOT_CHECKED || (failOn !== undefined && isAtLeast(level, failOn))),
    accepted,
    known: compared?.known ?? [],
    gone: compared?.gone ?? [],
    baseline,
  };
}

/** Guarantees about policies by themselves, of which the lint names each statement that allows everyone. */
const TOLD_BY: Readonly<Record<string, string>> = {
  'key-not-public': 'open-to-everyone',
  'policy-not-public': 'open-to-everyone',
  'policy-only-account': 'open-to-everyone',
  'access-point-not-public': 'open-to-everyone',
  'access-point-only-account': 'open-to-everyone',
};

/** One finding a statement: a request that a statement lets through is not told where the lint names that statement. */
function withoutRepeated(issues: readonly Issue[]): Issue[] {
  const placeOf = (id: string, { path, resource }: Issue, statement: string) =>
    `${id} ${path} ${resource?.logicalId} ${statement}`;
  const told = new Set(
    issues
      .filter(({ status }) => status === 'error')
      // Policies count their statements from 1; a single one need not be in a list.
      .map((issue) =>
        placeOf(issue.id, issue, `${Number(/\.Statement\.(\d+)/.exec(issue.location ?? '')?.[1] ?? 0) + 1}`),
      ),
  );
  return issues.filter((issue) => {
    const lint = TOLD_BY[issue.id];
    const statement = /, statement (\d+)/.exec(issue.detail)?.[1];
    const isTold = lint !== undefined && statement !== undefined && told.has(placeOf(lint, issue, statement));
    return issue.status !== 'violated' || !isTold;
  });
}

function madeAtOf(inputs: readonly TemplateInput[], path: string): string | undefined {
  for (const { madeAt } of inputs) {
    const found = madeAt?.[`${path}/Resource`] ?? madeAt?.[path];
    if (found !== undefined) return found;
  }
  return undefined;
}

function isSelected(selection: Selection, id: string): boolean {
  return selects(selection, id, remedyOf(id).topic) || selects(selection, id, remedyOfRule(id).topic);
}

/** What cannot be checked is told whatever was selected. */
function selected(assessment: Assessment, selection: Selection): Assessment {
  return {
    ...assessment,
    judgements: assessment.judgements.filter(({ verdict: { guarantee } }) =>
      selects(selection, guarantee, remedyOf(guarantee).topic),
    ),
    findings: assessment.findings.filter(({ lint: { id } }) => selects(selection, id, remedyOfRule(id).topic)),
  };
}

function pathsOf({ model, judgements }: Assessment): Set<string> {
  const paths = new Set<string>();
  for (const { path, stack } of [...model.resources, ...judgements.map(({ claim }) => claim.subject)]) {
    paths.add(path);
    paths.add(stack);
    paths.add(path.split('/')[0]);
  }
  return paths;
}

/** Finds the nearest construct above a resource on which the app acknowledged a finding. */
function acknowledgements(inputs: readonly TemplateInput[]) {
  const byPath = new Map<string, Readonly<Record<string, string>>>();
  for (const input of inputs) {
    for (const [path, rules] of Object.entries(input.acknowledged ?? {})) {
      byPath.set(path, { ...byPath.get(path), ...rules });
    }
  }
  return ({ id, path }: Issue): { reason: string; at: string } | undefined => {
    if (byPath.size === 0) return undefined;
    // The path of a resource is told without its last part; what is acknowledged on the resource itself counts.
    for (let at = `${path}/Resource`; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      const reason = byPath.get(at)?.[`Strongbox::${id}`];
      if (reason !== undefined) return { reason, at };
      if (at === '') return undefined;
    }
  };
}

/** How much is proved and what is not checked, in one line: the first of every output. */
export function headline({ assessment, open, failing, known, accepted }: Review): string {
  const { judgements, unchecked, notSeen } = assessment;
  const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  return [
    `${judgements.filter(isProved).length} of ${judgements.length} guarantees proved`,
    `${counted(open.length, 'finding')}${open.length > 0 ? ` (${failing.length} failing)` : ''}`,
    ...(accepted.length > 0 ? [`${accepted.length} accepted`] : []),
    ...(known.length > 0 ? [`${known.length} known`] : []),
    ...(unchecked.length > 0 ? [`${counted(unchecked.length, 'control')} not checked`] : []),
    ...(notSeen.length > 0 ? [`${notSeen.length} not seen`] : []),
  ].join(', ');
}
