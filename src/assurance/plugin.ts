import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
  PolicyViolation,
} from 'aws-cdk-lib';
import { assess, isProved, summary, type CheckResult } from './assessment';
import { CLAIM_UNREADABLE } from './claims/checks';
import type { Guarantee } from './guarantees/guarantee';
import { LINTS, type Finding } from './lints';
import type { ResolvedResource } from './model/resolve';
import { stacksBelow, type StackOfTree } from './template/tree';
import { VerdictStatus } from './verdict';

const VERSION = (JSON.parse(readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8')) as { version: string })
  .version;

/** What `StrongboxChecks` demands. */
export interface StrongboxChecksProps {
  /**
   * Guarantees that every resource to which they apply must hold, beside those that are demanded of every bucket.
   *
   * @default - only what every bucket is held to: HTTPS, no public access, ACLs off, encryption at rest, and what its
   * policy needs
   * for the log deliveries that the templates set up
   */
  readonly guarantees?: Guarantee[];
}

/**
 * Proves at synth what the templates of an app promise, and fails the synthesis with the request that breaks a
 * guarantee.
 *
 * Judges every bucket, access point, endpoint and key of the app, whoever made it: constructs of this library, plain
 * `aws-cdk-lib`, nested stacks, or an included CloudFormation template. It also reports mistakes that need no proof,
 * such as a
 * misspelt condition key or buckets that log to each other in a circle.
 *
 * A finding is named `Strongbox::<id>`, has the severity `error`, and tells the counterexample and the fix. It can be
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

  public constructor(props: StrongboxChecksProps = {}) {
    this.guarantees = props.guarantees ?? [];
  }

  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const stacks = stacksBelow(context.appConstruct);
    const asked = judgedStacks(stacks, context);
    const assessment = assess(
      stacks.map(({ input }) => input),
      { guarantees: this.guarantees },
    );
    const { judgements, findings, unchecked, problems } = assessment;
    const templates = new Map(stacks.map(({ input, templatePath }) => [input.stack, templatePath]));
    const violations = [
      ...problems.map((problem) => notJudged(problem, context)),
      ...judgements
        .filter((each) => !isProved(each) && asked.has(each.claim.subject.stack))
        .map((each) => ofVerdict(each, templates)),
      ...findings
        .filter((finding) => asked.has(finding.resource.stack))
        .map((finding) => ofFinding(finding, templates)),
    ];
    const notChecked = unchecked
      .map(({ control, subject, reason }) => `${control} on ${subject.path}: ${reason}`)
      .join('; ');
    return {
      success: violations.length === 0,
      violations,
      metadata: { summary: summary(assessment), ...(notChecked !== '' && { notChecked }) },
    };
  }
}

/**
 * The stacks that this call is about: `aws-cdk-lib` hands the whole tree to a plugin of a stage as well. Nested stacks
 * are in none of
 * its lists and belong to their parents.
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

function ofVerdict({ claim, verdict }: CheckResult, templates: Templates): PolicyViolation {
  return violation(verdict.guarantee, claim.subject, templates, {
    description:
      verdict.status === VerdictStatus.UNKNOWN
        ? `"${verdict.title}" rests on what only the deployment knows: ${verdict.reason}`
        : `"${verdict.title}" is violated: ${verdict.reason}`,
    fix: claim.guarantee.fix,
    locations: [],
    metadata: {
      status: verdict.status,
      requestClasses: String(verdict.requestClasses),
      ...(verdict.axioms.length > 0 && { axioms: verdict.axioms.join(', ') }),
      ...(verdict.counterexample !== undefined && { counterexample: verdict.counterexample }),
    },
  });
}

function ofFinding({ lint, message, location, resource }: Finding, templates: Templates): PolicyViolation {
  return violation(lint.id, resource, templates, {
    description: `${lint.title}. ${message}`,
    fix: lint.fix,
    locations: [location],
    metadata: { wrong: lint.example.wrong, right: lint.example.right },
  });
}

function notJudged(problem: string, { appConstruct }: IPolicyValidationContext): PolicyViolation {
  return {
    ruleName: ruleName('not-judged'),
    description: `The templates cannot be judged: ${problem}`,
    fix: 'Correct what is named; what cannot be read is never taken for safe.',
    // Not to be acknowledged: it would hide whatever stands there.
    severity: 'fatal',
    violatingResources: [{ constructPath: appConstruct.node.path, locations: [] }],
  };
}

interface Detail {
  readonly description: string;
  readonly fix: string;
  readonly locations: string[];
  readonly metadata: { [key: string]: string };
}

function violation(id: string, resource: ResolvedResource, templates: Templates, detail: Detail): PolicyViolation {
  return {
    ruleName: ruleName(id),
    description: detail.description,
    fix: detail.fix,
    // Once anything is acknowledged, aws-cdk-lib lets every other severity pass.
    severity: 'error',
    ruleMetadata: { acknowledge: ruleName(id), ...detail.metadata },
    violatingResources: [
      {
        resourceLogicalId: resource.logicalId,
        templatePath: templates.get(resource.stack),
        locations: detail.locations,
      },
    ],
  };
}
