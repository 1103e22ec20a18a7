import type { CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { actionsOfCall, callUsesKey } from './engine/calls';
import { evaluate, type Decision, type UnknownsResolveTo } from './engine/evaluate';
import { parsePolicy } from './engine/policy';
import {
  canonicalKey,
  describeRequest,
  requestJson,
  type Context,
  type Principal,
  type Request,
} from './engine/request';
import { viewOf } from './engine/request-view';
import type { Guarantee } from './guarantees/guarantee';
import { encryptionRule, resolveTemplates, type BucketModel, type Model } from './model/resolve';
import { environmentOf, keyEnvironment, policiesOf, s3Endpoints, ResourceUnderTest, subjectsOf } from './model/subject';
import { readAssembly, type TemplateInput } from './template/assembly';
import { VerdictStatus, type Verdict } from './verdict';
import { verifyClaims } from './verify';

/** A request in a test. */
export interface RequestOptions {
  /**
   * One action, e.g. `s3:PutObject`.
   * @default - the actions that `call` needs
   */
  readonly action?: string;
  /**
   * An S3 API call, e.g. `PutObject`: allowed if all the actions that it needs are, the use of the bucket's own KMS key
   * included.
   * @default - `action` alone
   */
  readonly call?: string;
  /**
   * What the call carries beyond its plain form: `version`, `acl`, `tagging`, `retention`, `legal-hold`, `bypass`.
   * @default - nothing
   */
  readonly features?: string[];
  /**
   * An ARN; or a bucket by logical id, construct path or name; or one of its objects, as the bucket with `/` and the
   * key.
   * @default - the only bucket (or all of its objects' stand-in `x`, if the action is on objects)
   */
  readonly resource?: string;
  /**
   * `anonymous`, an IAM ARN, or a service principal such as `logging.s3.amazonaws.com`.
   * @default - a role of the bucket's account
   */
  readonly principal?: string;
  /**
   * Condition keys and their values. What is left out is as in an ordinary request: HTTPS, TLS 1.2, a SigV4 header, no
   * optional header.
   * @default - an ordinary request
   */
  readonly context?: { [key: string]: string };
  /**
   * Name, ARN, construct path or logical id of the access point through which the request comes.
   * @default - none: the request names the bucket
   */
  readonly accessPoint?: string;
  /**
   * Construct path or logical id of the VPC endpoint through which the request comes, whose policy then counts.
   * @default - none, or one that `context` names and that no template makes
   */
  readonly vpcEndpoint?: string;
  /**
   * Whether the caller's own policies are taken to allow the request.
   * @default true
   */
  readonly identityAllows?: boolean;
}

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
 * Settings and
 * policies are read from the template alone; what only the deployment knows is never taken to be safe.
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

  /** @throws if the request is not allowed, or nobody can know */
  public allows(request: RequestOptions): void {
    const refused = this.ask(request, 'deny').find(({ decision }) => !decision.allowed);
    if (refused) throw new Error(`Not allowed: ${described(refused)}`);
  }

  /** @throws if the request is allowed, or nobody can know */
  public denies(request: RequestOptions): void {
    const asked = this.ask(request, 'allow');
    if (asked.every(({ decision }) => decision.allowed)) throw new Error(`Allowed: ${asked.map(described).join('\n')}`);
  }

  /** Every action that the request needs, decided. */
  private ask(options: RequestOptions, lean: UnknownsResolveTo): Asked[] {
    if ((options.action === undefined) === (options.call === undefined)) {
      throw new Error(`"action" is ${options.action} and "call" is ${options.call}; give one of them`);
    }
    const [bucket, resource] = this.resource(options);
    const subject = new ResourceUnderTest(this.model, bucket);
    const principal = principalOf(
      options.principal ?? `arn:${bucket.resource.partition}:iam::${bucket.resource.account}:role/x`,
    );
    const context: Record<string, string> = {
      ...ordinary(principal),
      ...this.door(bucket, options.accessPoint),
      ...this.network(options.vpcEndpoint),
    };
    for (const [key, value] of Object.entries(options.context ?? {})) context[canonicalKey(key)] = value;
    if (context['aws:securetransport'] === 'false') delete context['s3:tlsversion'];
    const otherIdentities = options.identityAllows === false ? ('nothing' as const) : ('everything' as const);

    const withKey = options.call !== undefined && callUsesKey(options.call) && bucket.key !== undefined;
    const needed =
      options.call === undefined
        ? [{ action: options.action!, on: 'object' as const }]
        : actionsOfCall(options.call, [...(options.features ?? []), ...(withKey ? ['kms'] : [])]);
    return needed
      .filter(({ on }) => on !== 'source')
      .map(({ action, on }) => {
        const request: Request =
          on === 'key'
            ? { principal, action, resource: bucket.key!.arn, context: keyContext(bucket, resource, principal) }
            : { principal, action, resource: on === 'bucket' ? bucket.arn : resource, context };
        const environment = {
          ...(on === 'key'
            ? keyEnvironment(bucket.key!, this.model.organization)
            : { ...environmentOf(subject), endpointPolicies: policiesOf(s3Endpoints(this.model)) }),
          otherIdentities,
        };
        return { request, decision: evaluate(viewOf(request), environment, lean) };
      });
  }

  /** The condition keys of a request that comes by an access point. */
  private door({ accessPoints }: BucketModel, name: string | undefined): Record<string, string> {
    if (name === undefined) return {};
    const found = accessPoints.find((door) =>
      [door.name, door.arn, door.resource.path, door.resource.logicalId].includes(name),
    );
    if (!found) {
      throw new Error(
        `"accessPoint" is "${name}"; the bucket has ` +
          `${accessPoints.map((door) => door.name).join(', ') || 'no access points'}`,
      );
    }
    return {
      's3:dataaccesspointarn': found.arn,
      's3:dataaccesspointaccount': found.resource.account,
      's3:accesspointnetworkorigin': found.vpcId === undefined ? 'Internet' : 'VPC',
    };
  }

  /** The condition keys of a request that comes by a VPC endpoint. */
  private network(name: string | undefined): Record<string, string> {
    if (name === undefined) return {};
    const endpoints = s3Endpoints(this.model);
    const found = endpoints.find(({ id, resource }) =>
      [id, resource.path, resource.path.replace(/\/Resource$/, ''), resource.logicalId].includes(name),
    );
    if (!found) {
      throw new Error(
        `"vpcEndpoint" is "${name}"; the templates have ` +
          `${endpoints.map(({ resource }) => resource.path.replace(/\/Resource$/, '')).join(', ') || 'none of S3'}`,
      );
    }
    return { 'aws:sourcevpce': found.id, 'aws:sourcevpc': found.vpcId };
  }

  private resource({ action, call, resource }: RequestOptions): [BucketModel, string] {
    if (resource === undefined) {
      const mine = this.model.buckets.filter((bucket) => this.asked(bucket.resource.stack));
      if (mine.length !== 1) throw new Error(`"resource" is missing, and there are ${mine.length} buckets: name one`);
      const onObject =
        call === undefined ? /object/i.test(action!) : actionsOfCall(call).some(({ on }) => on === 'object');
      return [mine[0], onObject ? `${mine[0].arn}/x` : mine[0].arn];
    }
    for (const bucket of this.model.buckets) {
      for (const name of [bucket.arn, bucket.name, bucket.resource.path, bucket.resource.logicalId]) {
        if (resource === name) return [bucket, bucket.arn];
        if (resource.startsWith(`${name}/`)) return [bucket, bucket.arn + resource.slice(name.length)];
      }
    }
    throw new Error(
      `"resource" is "${resource}"; none of the ${this.model.buckets.length} buckets has this logical id, ` +
        'path, name or ARN',
    );
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

interface Asked {
  readonly request: Request;
  readonly decision: Decision;
}

function described({ request, decision }: Asked): string {
  return (
    `${describeRequest(request)}: ${[decision.reason, ...decision.doubts].join('; ')}\n  request: ` +
    `${requestJson(request)}`
  );
}

/** What S3 tells KMS when it uses the key for a request: with a bucket key the bucket, else the object. */
function keyContext(bucket: BucketModel, resource: string, principal: Principal): Context {
  return {
    'kms:viaservice': `s3.${bucket.resource.region}.amazonaws.com`,
    'kms:encryptioncontext:aws:s3:arn':
      encryptionRule(bucket.resource)?.BucketKeyEnabled === true ? bucket.arn : resource,
    ...(principal.account === undefined ? {} : { 'kms:calleraccount': principal.account }),
  };
}

function ordinary(principal: Principal): Record<string, string> {
  const all = { 'aws:securetransport': 'true', 's3:tlsversion': '1.2', 'aws:viaawsservice': 'false' };
  return principal.kind === 'anonymous'
    ? all
    : { ...all, 's3:authtype': 'REST-HEADER', 's3:signatureversion': 'AWS4-HMAC-SHA256', 's3:signatureage': '0' };
}

/** Who a text names: `anonymous`, the ARN of a role, session, user or root, or a service principal. */
export function principalOf(text: string): Principal {
  if (text === 'anonymous') return { kind: 'anonymous' };
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(text)) return { kind: 'service', service: text };
  const session = /^(arn:[^:]*):sts::([^:]*):assumed-role\/([^/]+)\/(.+)$/.exec(text);
  if (session) {
    return {
      kind: 'role',
      arn: `${session[1]}:iam::${session[2]}:role/${session[3]}`,
      account: session[2],
      session: session[4],
    };
  }
  const iam = /^arn:[^:]*:iam::([^:]+):(role|user|root)(\/.+)?$/.exec(text);
  if (!iam) {
    throw new Error(
      `"principal" is "${text}"; "anonymous", the ARN of a role, session, user or root, or a service ` +
        'principal is needed',
    );
  }
  return { kind: iam[2] as 'role' | 'user' | 'root', arn: text, account: iam[1] };
}
