import type {
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
  PolicyViolatingResource,
  PolicyViolation,
} from 'aws-cdk-lib';
import { assess } from './assessment';
import { CLAIM_UNREADABLE } from './claims/checks';
import { readBaseline } from './findings/baseline-file';
import { isOfCdk, NOT_CHECKED, type Issue } from './findings/issue';
import { FindingLevel, isAtLeast } from './findings/level';
import { headline, review } from './findings/review';
import { selectionOf, type Selection } from './findings/selection';
import type { Guarantee } from './guarantees/guarantee';
import { LINTS } from './lints';
import { countOf, grouped, type Group } from './output/group';
import { acknowledgedIn, type Acknowledged } from './template/acknowledged';
import { stacksBelow, type StackOfTree } from './template/tree';
import { VERSION } from './version';

/** What `StrongboxChecks` demands. */
export interface StrongboxChecksProps {
  /**
   * Guarantees that every resource to which they apply must hold, beside those that are demanded of every bucket.
   *
   * @default - only what every bucket is held to: HTTPS, no public access, ACLs off, encryption at rest, and what its
   * policy needs for the log deliveries that the templates set up
   */
  readonly guarantees?: Guarantee[];
  /**
   * Whether everything that a guarantee needs must be stated in the template.
   * @default false - Block Public Access, disabled ACLs and SSE-S3 count as what S3 gives new resources
   */
  readonly requireStated?: boolean;
  /**
   * Findings below this level are not reported.
   * @default FindingLevel.ADVICE
   */
  readonly level?: FindingLevel;
  /**
   * Guarantees and rules by id, or topics (`access`, `access-points`, `deliveries`, `encryption`, `keys`, `logs`,
   * `perimeter`, `policy`, `public`, `retention`, `settings`, `transport`, `views`), that alone are reported. What
   * cannot be read at all is reported in any case.
   * @default - all
   */
  readonly only?: string[];
  /**
   * Ids and topics that are not reported.
   * @default - none
   */
  readonly except?: string[];
  /**
   * Findings of this level and worse fail the synthesis; every finding is reported with its own level. What
   * cannot be read at all fails in any case.
   * @default FindingLevel.WARNING
   */
  readonly failOn?: FindingLevel;
  /**
   * Path of a baseline file that `cdk-s3-strongbox prove --write-baseline` wrote: findings that it has are not
   * reported. It must be a baseline of this app.
   * @default - no baseline
   */
  readonly baseline?: string;
}

/**
 * Proves at synth what the templates of an app promise, and fails the synthesis with the request that breaks a
 * guarantee.
 *
 * Judges every bucket, access point, endpoint and key of the app, whoever made it: constructs of this library, plain
 * `aws-cdk-lib`, nested stacks, or an included CloudFormation template. It also reports mistakes that need no proof,
 * such as a misspelt condition key or buckets that log to each other in a circle.
 *
 * A finding is named `Strongbox::<id>`, and says how bad it is, the request that gets through, and the line of code
 * that ends it. Findings that one line of code ends are one, in the levels and the order of `prove`. It can be
 * acknowledged where it occurs: `Validations.of(bucket).acknowledge({ id: 'Strongbox::tls-only', reason: '...' })`. An
 * acknowledgement covers the construct that it is recorded on and what is below it.
 *
 * Stacks of an app that is validated stage by stage are judged within their stage; references to other stacks are
 * followed.
 *
 * @example
 * const app = new App();
 * Validations.of(app).addPlugins(new StrongboxChecks());
 */
export class StrongboxChecks implements IPolicyValidationPlugin {
  public readonly name = 'Strongbox';
  public readonly version?: string = VERSION;
  public readonly ruleIds?: string[] = [...LINTS, CLAIM_UNREADABLE].map(({ id }) => ruleName(id));
  private readonly guarantees: Guarantee[];
  private readonly requireStated: boolean;
  private readonly selection: Selection;
  private readonly baseline?: string;

  /** @throws if `only` or `except` names neither a guarantee, a rule nor a topic */
  public constructor(props: StrongboxChecksProps = {}) {
    this.guarantees = props.guarantees ?? [];
    this.requireStated = props.requireStated ?? false;
    this.selection = selectionOf(props);
    this.baseline = props.baseline;
  }

  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const stacks = stacksBelow(context.appConstruct);
    const asked = judgedStacks(stacks, context);
    const assessment = assess(
      stacks.map(({ input }) => input),
      { guarantees: this.guarantees, requireStated: this.requireStated },
    );
    const reviewed = review(assessment, {
      selection: this.selection,
      baseline: this.baseline === undefined ? undefined : readBaseline(this.baseline),
      inputs: [{ stack: '', template: {}, acknowledged: acknowledgedInTree(context.appConstruct) }],
    });
    const isAsked = ({ resource }: Issue) => resource === undefined || asked.has(resource.stack);
    const templates = new Map(stacks.map(({ input, templatePath }) => [input.stack, templatePath]));
    const failing = reviewed.failing.filter(isAsked);
    const report = { templates, context, failOn: this.selection.failOn };
    const violations = [
      ...groupedByRemedy(reviewed.open.filter(isAsked)).map((group) =>
        violation(group, severityOf(group.first), report),
      ),
      // aws-cdk-lib leaves them out of the report of what is open, and lists them with their reasons.
      ...reviewed.accepted
        .filter(({ issue }) => isAsked(issue))
        .map(({ issue }) => violation(grouped([issue])[0], isFailing(issue, report) ? 'error' : 'info', report)),
      ...failure(failing, report),
    ];
    const notChecked = assessment.unchecked
      .map(({ control, subject, reason }) => `${control} on ${subject.path}: ${reason}`)
      .join('; ');
    const notSeen = assessment.notSeen.map(({ path, what }) => `${path}: ${what}`).join('; ');
    const gone = reviewed.gone.map(({ id, path }) => `${id} on ${path}`).join('; ');
    return {
      success:
        failing.length === 0 && !reviewed.accepted.some(({ issue }) => isAsked(issue) && isFailing(issue, report)),
      violations,
      metadata: {
        summary: headline(reviewed),
        ...(notSeen !== '' && { notSeen }),
        ...(notChecked !== '' && { notChecked }),
        ...(gone !== '' && { gone }),
      },
    };
  }
}

/**
 * The stacks that this call is about: `aws-cdk-lib` hands the whole tree to a plugin of a stage as well. Nested stacks
 * are in none of its lists and belong to their parents.
 */
function judgedStacks(stacks: readonly StackOfTree[], context: IPolicyValidationContext): Set<string> {
  const asked = new Set(context.stackTemplates.map(({ stackConstructPath }) => stackConstructPath));
  return new Set(
    stacks
      .filter(({ stack }) => {
        let top = stack;
        while (top.nestedStackParent) top = top.nestedStackParent;
        return asked.has(top.node.path);
      })
      .map(({ input }) => input.stack),
  );
}

/** Files of the templates by stack, from which aws-cdk-lib finds the construct of a logical id. */
type Templates = ReadonlyMap<string, string>;

const ruleName = (id: string): string => `Strongbox::${id}`;

interface Report {
  readonly templates: Templates;
  readonly context: IPolicyValidationContext;
  readonly failOn?: FindingLevel;
}

/**
 * What `prove` prints as one. aws-cdk-lib knows a block by one id, so that all resources of a block have the same ids
 * open: an acknowledgement of one id hides no other.
 */
function groupedByRemedy(issues: readonly Issue[]): Group[] {
  return grouped(issues).flatMap((group) => {
    const ids = new Map<string, Set<string>>();
    for (const { id, path } of group.issues) ids.set(path, (ids.get(path) ?? new Set()).add(id));
    const parts = new Map<string, Issue[]>();
    for (const issue of group.issues) {
      const key = [...ids.get(issue.path)!].sort().join(' ');
      parts.set(key, [...(parts.get(key) ?? []), issue]);
    }
    return parts.size === 1 ? [group] : [...parts.values()].flatMap(grouped);
  });
}

function isFailing({ id, level }: Issue, { failOn }: Report): boolean {
  return id === NOT_CHECKED || (failOn !== undefined && isAtLeast(level, failOn));
}

/** The same words as in `prove`. */
function severityOf({ id, level }: Issue): string {
  if (id === NOT_CHECKED) return 'fatal';
  return level === FindingLevel.ERROR ? 'error' : level === FindingLevel.WARNING ? 'warning' : 'info';
}

/**
 * Once anything is acknowledged, aws-cdk-lib lets every severity but `error` and `fatal` pass: where only findings of
 * lower levels fail, one line says so, and fails.
 */
function failure(failing: readonly Issue[], { context, failOn }: Report): PolicyViolation[] {
  if (failing.length === 0 || failing.some((issue) => ['error', 'fatal'].includes(severityOf(issue)))) return [];
  return [
    {
      ruleName: ruleName('fail-on'),
      description:
        `${failing.length} ${failing.length === 1 ? 'finding fails' : 'findings fail'} the synthesis, ` +
        `because failOn is "${failOn}"`,
      fix: 'End or acknowledge each, write a baseline with "prove --write-baseline", or set failOn: FindingLevel.ERROR',
      severity: 'fatal',
      violatingResources: [{ constructPath: context.appConstruct.node.path, locations: [] }],
    },
  ];
}

function violation(group: Group, severity: string, { templates, context: { appConstruct } }: Report): PolicyViolation {
  const { first, ids, issues } = group;
  const { id, title, harm, level, sentence, fix, code, page } = first;
  const seen = new Set<string>();
  const violatingResources = issues.flatMap(({ path, resource, location }): PolicyViolatingResource[] => {
    if (seen.has(path)) return [];
    seen.add(path);
    return resource === undefined
      ? [{ constructPath: appConstruct.node.path, locations: [] }]
      : [
          {
            resourceLogicalId: resource.logicalId,
            templatePath: templates.get(resource.stack),
            locations: location === undefined ? [] : [location],
          },
        ];
  });
  const about = first.path === '' ? '' : ` (${ids.join(', ')}), ${countOf(group)}`;
  return {
    ruleName: ruleName(id),
    description: `${harm}: ${title}${about}. ${sentence}.`,
    fix: isOfCdk(first) && code !== undefined ? code : fix,
    severity,
    ruleMetadata: {
      ...(id !== NOT_CHECKED && { acknowledge: ids.map(ruleName).join("', '") }),
      level,
      topic: first.topic,
      page,
      ...(first.counterexample !== undefined && { counterexample: first.counterexample }),
    },
    violatingResources,
  };
}

/** What the app acknowledged, by the path of the construct; an acknowledgement on the app has the empty path. */
function acknowledgedInTree({ node: { root } }: IPolicyValidationContext['appConstruct']) {
  const found: Record<string, Acknowledged> = {};
  for (const { node } of root.node.findAll()) {
    const rules = acknowledgedIn(node.metadata);
    if (rules) found[node.path] = rules;
  }
  return found;
}
