import type {
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
  PolicyViolation,
} from 'aws-cdk-lib';
import { assess } from './assessment';
import { CLAIM_UNREADABLE } from './claims/checks';
import { readBaseline } from './findings/baseline-file';
import { NOT_CHECKED, type Issue } from './findings/issue';
import { FindingLevel } from './findings/level';
import { headline, review } from './findings/review';
import { selectionOf, type Selection } from './findings/selection';
import type { Guarantee } from './guarantees/guarantee';
import { LINTS } from './lints';
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
   * Findings of this level and worse fail the synthesis; the others are reported as warnings. What cannot be read at
   * all fails in any case.
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
 * A finding is named `Strongbox::<id>`, and tells how bad it is, the request that gets through, and the line of code
 * that ends it. Equal findings of many resources are one. It can be acknowledged where it occurs:
 * `Validations.of(bucket).acknowledge({ id: 'Strongbox::tls-only', reason: '...' })`. An acknowledgement covers the
 * construct that it is recorded on and what is below it.
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
    });
    const templates = new Map(stacks.map(({ input, templatePath }) => [input.stack, templatePath]));
    const failing = new Set(reviewed.failing);
    const violations = together(
      reviewed.open.filter(({ resource }) => resource === undefined || asked.has(resource.stack)),
    ).map((issues) => violation(issues, failing.has(issues[0]), templates, context));
    const notChecked = assessment.unchecked
      .map(({ control, subject, reason }) => `${control} on ${subject.path}: ${reason}`)
      .join('; ');
    const notSeen = assessment.notSeen.map(({ path, what }) => `${path}: ${what}`).join('; ');
    const gone = reviewed.gone.map(({ id, path }) => `${id} on ${path}`).join('; ');
    return {
      success: violations.every(({ severity }) => severity === 'warning' || severity === 'info'),
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

/** Equal findings of several resources. */
function together(issues: readonly Issue[]): Issue[][] {
  const groups = new Map<string, Issue[]>();
  for (const issue of issues) {
    const key = JSON.stringify([issue.id, issue.level, issue.sentence, issue.fix]);
    const same = groups.get(key);
    if (same) same.push(issue);
    else groups.set(key, [issue]);
  }
  return [...groups.values()];
}

function violation(
  [first, ...more]: readonly Issue[],
  isFailing: boolean,
  templates: Templates,
  { appConstruct }: IPolicyValidationContext,
): PolicyViolation {
  const { id, title, status, harm, level, sentence, fix, code, page } = first;
  const of = more.length === 0 ? '' : ` (${more.length + 1} resources)`;
  const violatingResources = [first, ...more].map(({ resource, location }) =>
    resource === undefined
      ? { constructPath: appConstruct.node.path, locations: [] }
      : {
          resourceLogicalId: resource.logicalId,
          templatePath: templates.get(resource.stack),
          locations: location === undefined ? [] : [location],
        },
  );
  return {
    ruleName: ruleName(id),
    description: `${title}: ${status === 'error' ? harm : `${status}, ${harm}`}${of}. ${sentence}.`,
    fix: `${code === undefined ? '' : `${code}. In a template: `}${fix}`,
    // Once anything is acknowledged, aws-cdk-lib lets every severity but these two pass.
    severity: id === NOT_CHECKED ? 'fatal' : isFailing ? 'error' : level === FindingLevel.ADVICE ? 'info' : 'warning',
    ruleMetadata: {
      ...(id !== NOT_CHECKED && { acknowledge: ruleName(id) }),
      level,
      topic: first.topic,
      page,
      ...(first.counterexample !== undefined && { counterexample: first.counterexample }),
    },
    violatingResources,
  };
}
