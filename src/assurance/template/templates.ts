import type { TemplateInput } from './assembly';
import { TemplateResource } from './resource';
import type { SourceLocation } from './source';
import { StackTemplate, type Siblings } from './stack-template';
import { TemplateError } from './template-error';
import { UnknownValueError } from './unknown';
import { isList, isObject, NO_VALUE, objectIn, own, type Json, type Value } from './value';
import { ImpossibleWorldError, UndecidedError, World } from './world';

/** A part of what is deployed that is not looked at. */
export interface NotSeen {
  readonly path: string;
  readonly what: string;
  readonly source?: SourceLocation;
}

/** Resources that hold data as buckets do, and are not judged. */
const NOT_JUDGED: Readonly<Record<string, string>> = {
  'AWS::S3Express::DirectoryBucket': 'a directory bucket of S3 Express: seen, not judged',
  'AWS::S3Express::BucketPolicy': 'the policy of a directory bucket: seen, not judged',
  'AWS::S3Express::AccessPoint': 'an access point of a directory bucket: seen, not judged',
  'AWS::S3Tables::TableBucket': 'a table bucket: seen, not judged',
  'AWS::S3Tables::TableBucketPolicy': 'the policy of a table bucket: seen, not judged',
  'AWS::S3Tables::TablePolicy': 'the policy of a table: seen, not judged',
  'AWS::S3Vectors::VectorBucket': 'a vector bucket: seen, not judged',
  'AWS::S3Vectors::VectorBucketPolicy': 'the policy of a vector bucket: seen, not judged',
  'AWS::S3Outposts::Bucket': 'a bucket on Outposts: seen, not judged',
  'AWS::S3Outposts::BucketPolicy': 'the policy of a bucket on Outposts: seen, not judged',
  'AWS::Serverless::Application': 'a nested application, whose template is elsewhere: not seen',
  'AWS::Serverless::Connector': 'a connector, which gives its ends rights and policies: not seen',
  'AWS::S3::MultiRegionAccessPoint': 'a Multi-Region access point: seen, not judged',
};

/** What AWS SAM makes a role for, where none is given. */
const SERVERLESS_WORKERS = new Set(['AWS::Serverless::Function', 'AWS::Serverless::StateMachine']);

/** All templates of one cloud assembly together, so that references between stacks resolve, in one world. */
export class Templates implements Siblings {
  public readonly stacks = new Map<string, StackTemplate>();
  /** Every resource that some deployment may have. */
  public readonly resources: readonly TemplateResource[];
  /** What cannot be read at all, each with its place. */
  public readonly problems: string[] = [];
  private open?: Templates;

  /** @throws if a template is no template, or two have one name */
  public constructor(
    public readonly inputs: readonly TemplateInput[],
    public readonly world: World,
  ) {
    for (const input of inputs) {
      if (this.stacks.has(input.stack)) {
        throw new TemplateError(`Stack ${input.stack}`, 'is there twice; stack names must differ within one app');
      }
      this.stacks.set(input.stack, new StackTemplate(this, input));
    }
    this.resources = [...this.stacks.values()].flatMap((stack) => this.resourcesOf(stack));
  }

  public get undecided(): Templates {
    if (this.world === World.OPEN) return this;
    this.open ??= new Templates(this.inputs, World.OPEN);
    return this.open;
  }

  public stack(name: string): StackTemplate | undefined {
    return this.stacks.get(name);
  }

  /** The value of an export; exports belong to an account and Region. */
  public exported(name: string, importer: StackTemplate, depth: number): Value | undefined {
    for (const stack of this.stacks.values()) {
      if (stack.account !== importer.account || stack.region !== importer.region) continue;
      for (const output of stack.exports()) {
        const exportName = objectIn(output, 'Export')!.Name;
        if (stack.value(exportName, 'Outputs', depth + 1, true) !== name || output.Value === undefined) continue;
        const value = stack.value(output.Value, 'Outputs', depth + 1);
        return value === NO_VALUE ? undefined : value;
      }
    }
    return undefined;
  }

  /**
   * What a stack reads of one in another Region of the account, which a custom resource of the CDK writes there.
   * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib-readme.html#accessing-resources-in-a-different-stack-and-region
   */
  public exportedAcrossRegions(name: string, importer: StackTemplate, depth: number): Value | undefined {
    for (const stack of this.stacks.values()) {
      if (stack.account !== importer.account) continue;
      for (const resource of Object.values(stack.resources)) {
        if (!isObject(resource) || resource.Type !== 'Custom::CrossRegionExportWriter') continue;
        const written = own(objectIn(objectIn(objectIn(resource, 'Properties'), 'WriterProps'), 'exports'), name);
        if (written === undefined) continue;
        const value = stack.value(written, 'WriterProps', depth + 1);
        return value === NO_VALUE ? undefined : value;
      }
    }
    return undefined;
  }

  /** Stacks whose templates are elsewhere, modules, imports of other stacks, and storage that is not judged. */
  public get notSeen(): readonly NotSeen[] {
    return [...this.resources.flatMap((resource) => this.notSeenOf(resource)), ...this.loops(), ...this.imports()];
  }

  private notSeenOf(resource: TemplateResource): NotSeen[] {
    const { path, type, stack, logicalId } = resource;
    const said = (what: string): NotSeen[] => [{ path, what, source: resource.sourceOf() }];
    if (type.endsWith('::MODULE')) return said('a module, whose resources are registered elsewhere: not seen');
    if (SERVERLESS_WORKERS.has(type) && resource.written.Role === undefined) {
      return said('its role, which AWS SAM makes with the policies that are listed: not seen');
    }
    if (type === 'AWS::CloudFormation::StackSet') return said('a stack set, whose template is elsewhere: not seen');
    if (type === 'AWS::CloudFormation::Stack' && !this.stacks.has(`${stack}/${logicalId}`)) {
      return said('a nested stack, whose template is elsewhere: not seen');
    }
    return Object.prototype.hasOwnProperty.call(NOT_JUDGED, type) ? said(NOT_JUDGED[type]) : [];
  }

  private loops(): NotSeen[] {
    return [...this.stacks.values()].flatMap((stack) =>
      stack.openLoops.map((loop) => ({
        path: `${stack.name}/${loop}`,
        what:
          'runs over a collection that only the deployment knows, so nothing of the stack can be known: give its ' +
          'parameters, and its Region',
        source: stack.locate(loop),
      })),
    );
  }

  /** What policies, buckets and keys import of stacks that are not here. */
  private imports(): NotSeen[] {
    const exports = [...this.stacks.values()].flatMap((stack) =>
      stack.exports().map((output) => JSON.stringify(objectIn(output, 'Export')!.Name)),
    );
    return this.resources
      .filter(({ type }) => IMPORTERS.test(type))
      .flatMap((resource) =>
        importsIn(resource.written)
          .filter((name) => !exports.includes(name))
          .map((name) => ({
            path: resource.path,
            what: `imports ${name} of a stack that is not among the templates`,
            source: resource.sourceOf(),
          })),
      );
  }

  private resourcesOf(stack: StackTemplate): TemplateResource[] {
    try {
      return Object.entries(stack.resources).flatMap(([logicalId, raw]) => {
        if (logicalId === 'Fn::Transform') return [];
        if (!isObject(raw) || typeof raw.Type !== 'string') {
          this.problems.push(stack.error(logicalId, 'has no "Type"').message);
          return [];
        }
        const problem = stack.problemOf(logicalId);
        if (problem) this.problems.push(problem.message);
        return [new TemplateResource(stack, logicalId, raw)];
      });
    } catch (error) {
      if (
        error instanceof UndecidedError ||
        error instanceof ImpossibleWorldError ||
        error instanceof UnknownValueError
      ) {
        throw error;
      }
      this.problems.push((error as Error).message);
      return [];
    }
  }
}

/** Types whose imports may be of what is judged. */
const IMPORTERS = /^AWS::(S3|KMS|IAM|CloudTrail|CloudFront)::/;

/** The names that are imported, each as it is written. */
function importsIn(raw: Json, depth = 0): string[] {
  if (typeof raw !== 'object' || raw === null || depth > MAX_DEPTH) return [];
  if (isList(raw)) return raw.flatMap((item) => importsIn(item, depth + 1));
  const name = own(raw, 'Fn::ImportValue');
  const found = name === undefined ? [] : [JSON.stringify(name)];
  return [...new Set([...found, ...Object.values(raw).flatMap((item) => importsIn(item, depth + 1))])];
}

/** Deeper levels are no template. */
const MAX_DEPTH = 200;
