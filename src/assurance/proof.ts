import type { CfnResource, Stack, Stage } from 'aws-cdk-lib';
import type { RequestOptions } from './ask/request-options';
import { requireDecision } from './ask/requirement';
import { judged } from './diff/allowed';
import { compareModels, type Entry } from './diff/compare';
import { parsePolicy } from './engine/policy';
import type { Guarantee } from './guarantees/guarantee';
import { resolveTemplates, type BucketModel, type Model } from './model/resolve';
import { ResourceUnderTest, subjectsOf } from './model/subject';
import { readAssembly, type TemplateInput } from './template/assembly';
import { VerdictStatus, type Verdict } from './verdict';
import { verifyClaims } from './verify';

/** What stands in no template of the app and decides as well. */
export interface ProofOptions {
  /**
   * Service control policies over the account of the templates, as objects: each of the levels, AWS's own full access
   * included, must allow a request.
   * @default - none: the account is not limited by its organization
   */
  readonly serviceControlPolicies?: any[];
  /**
   * Resource control policies over the resources of the templates, as objects. AWS's own full access need not be among
   * them.
   * @default - none
   */
  readonly resourceControlPolicies?: any[];
  /**
   * Whether a guarantee that holds only by S3's defaults for new resources, without being stated in the template, is
   * violated.
   * @default false - it is proved, `Verdict.stated` is false, and it rests on the axiom `new-resource-defaults`
   */
  readonly requireStated?: boolean;
}

/** Where a template is deployed. */
export interface TemplateProofOptions extends ProofOptions {
  /**
   * Account id of twelve digits.
   * @default - open: a verdict must not depend on it
   */
  readonly account?: string;
  /**
   * e.g. `eu-west-1`.
   * @default - open
   */
  readonly region?: string;
  /**
   * What `AWS::StackName` gives.
   * @default - open
   */
  readonly stackName?: string;
  /**
   * Values of parameters, by name.
   * @default - open: a verdict must not depend on them, whatever their defaults are
   */
  readonly parameters?: { [name: string]: string };
}

/** Which resources a guarantee is asked of. */
export interface HoldsOptions {
  /**
   * Logical id, construct path or name of the one resource to ask.
   * @default - every resource to which the guarantee applies
   */
  readonly subject?: string;
}

/**
 * Proves guarantees about synthesized templates, whoever wrote the constructs.
 *
 * A test says `Proof.ofStack(stack).holds(Guarantee.tlsOnly())` and fails with the request that breaks the guarantee.
 * Settings and policies are read from the template alone; what only the deployment knows is never taken to be safe.
 */
export class Proof {
  /**
   * All that the templates of the stack's app say, asked of the stack's own resources (and its nested stacks').
   * Synthesizes the app.
   */
  public static ofStack(stack: Stack, options: ProofOptions = {}): Proof {
    const assembly = (stack.node.root as Stage).synth();
    const inputs = readAssembly(assembly.directory);
    // A nested stack is known by its parent and by its logical id there.
    const chain: string[] = [];
    let top = stack;
    while (top.nestedStackParent !== undefined) {
      chain.unshift(top.nestedStackParent.resolve((top.nestedStackResource as CfnResource).logicalId));
      top = top.nestedStackParent;
    }
    const name = [top.artifactId, ...chain].join('/');
    return new Proof(inputs, (asked) => asked === name || asked.startsWith(`${name}/`), options);
  }

  /** A template as an object. */
  public static ofTemplate(template: { [key: string]: any }, options: TemplateProofOptions = {}): Proof {
    return new Proof(
      [
        {
          stack: 'Template',
          template,
          account: options.account,
          region: options.region,
          stackName: options.stackName,
          parameters: options.parameters,
        },
      ],
      () => true,
      options,
    );
  }

  /** Every stack of the app or stage. Synthesizes it. */
  public static ofApp(app: Stage, options: ProofOptions = {}): Proof {
    return new Proof(readAssembly(app.synth().directory), () => true, options);
  }

  private readonly model: Model;

  private constructor(
    inputs: TemplateInput[],
    private readonly asked: (stack: string) => boolean,
    options: ProofOptions,
  ) {
    const parsed = (property: 'serviceControlPolicies' | 'resourceControlPolicies', name: string) =>
      options[property]?.map((document, i) => parsePolicy(document, `${name} ${i + 1}`));
    this.model = resolveTemplates(inputs, {
      requireStated: options.requireStated,
      serviceControlPolicies: parsed('serviceControlPolicies', 'service control policy'),
      resourceControlPolicies: parsed('resourceControlPolicies', 'resource control policy'),
    });
  }

  /**
   * Proves the guarantee.
   * @returns one verdict a resource, all proved
   * @throws with the counterexample in words and as JSON if it is broken or unknown, or if no resource is there to ask
   */
  public holds(guarantee: Guarantee, options: HoldsOptions = {}): Verdict[] {
    const verdicts = this.verdicts(guarantee, options);
    const failed = verdicts.filter((verdict) => verdict.status !== VerdictStatus.PROVED);
    if (failed.length > 0) {
      throw new Error(
        failed
          .map((verdict) =>
            [
              verdict.toString(),
              ...(verdict.counterexample === undefined ? [] : [`  request: ${verdict.counterexample}`]),
              `  fix: ${guarantee.fix}`,
            ].join('\n'),
          )
          .join('\n'),
      );
    }
    return verdicts;
  }

  /**
   * Like `holds`, without throwing for what is broken or unknown.
   * @throws if no resource is there to ask, or the template is not understood
   */
  public verdicts(guarantee: Guarantee, options: HoldsOptions = {}): Verdict[] {
    const all = subjectsOf(this.model, guarantee.resourceType);
    const candidates =
      options.subject === undefined
        ? all.filter(({ resource }) => this.asked(resource.stack))
        : [this.named(options.subject, all, guarantee.resourceType)];
    const applicable = candidates.filter((candidate) =>
      guarantee._appliesTo(new ResourceUnderTest(this.model, candidate)),
    );
    if (applicable.length === 0) {
      throw new Error(`"${guarantee.id}" has no ${guarantee.resourceType} to speak of; add one, or ask another stack`);
    }
    return verifyClaims(
      this.model,
      applicable.map(({ resource }) => ({ guarantee, subject: resource })),
    );
  }

  /**
   * No request to a bucket, access point or key of these templates is allowed that the old ones do not allow: every
   * class of requests is looked at that the policies of both together can tell apart. Resources are matched by logical
   * id, construct path or name; a new one may be used by its own account.
   * @param old an earlier version of the same app, e.g. `Proof.ofTemplate` of the deployed template
   * @throws with the requests that are opened, or of which only the deployment knows
   */
  public opensNothingSince(old: Proof): void {
    const { opening, unknown } = judged(compareModels(old.model, this.model, this.asked));
    if (opening.length + unknown.length === 0) return;
    const told = ({ path, sentence, before, after, request }: Entry) =>
      `${path}: ${sentence}. Before: ${before}. Now: ${after}.` +
      (request === undefined ? '' : `\n  request: ${request}`);
    throw new Error(
      [
        ...opening.map((entry) => `Opens ${told(entry)}`),
        ...unknown.map((entry) => `Only the deployment knows whether this opens: ${told(entry)}`),
      ].join('\n'),
    );
  }

  /** @throws if the request is not allowed, or naming what is unknown if nobody can tell before deployment */
  public allows(request: RequestOptions): void {
    requireDecision(this.model, request, this.asked, true);
  }

  /** @throws if the request is allowed, or naming what is unknown if nobody can tell before deployment */
  public denies(request: RequestOptions): void {
    requireDecision(this.model, request, this.asked, false);
  }

  private named(name: string, all: readonly BucketModel[], type: string): BucketModel {
    const byId = all.filter(({ resource }) => [resource.logicalId, resource.path].includes(name));
    // A name may be open where the logical id is not.
    const found = byId.length > 0 ? byId : all.filter(({ name: own }) => own === name);
    const near = found.length > 1 ? found.filter(({ resource }) => this.asked(resource.stack)) : found;
    if (near.length !== 1) {
      throw new Error(
        `"subject" is "${name}"; it names ${near.length} ` +
          `${type === 'AWS::S3::Bucket' ? 'buckets' : `resources of type ${type}`}: give the logical id, ` +
          'construct path or name of one',
      );
    }
    return near[0];
  }
}
