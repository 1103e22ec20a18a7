import { parsePolicy, type Policy } from '../engine/policy';
import type { TemplateInput } from '../template/assembly';
import { TemplateError } from '../template/template-error';
import { isUnknown, shown, unknown } from '../template/unknown';

/** One resource of a template, intrinsics replaced by values; unknown parts stay marked (unknown.ts). */
export interface ResolvedResource {
  readonly stack: string;
  readonly logicalId: string;
  /** Construct path from the template's metadata, or `stack/logicalId`. */
  readonly path: string;
  readonly type: string;
  /** Ids of the controls that say they were applied. */
  readonly controls: readonly string[];
  /** Resolved when first read. @throws naming the place of an intrinsic that is not understood */
  readonly properties: any;
  /** What `GetAtt` of `Arn` gives. */
  readonly arn: string;
  readonly deletionPolicy?: string;
  readonly updateReplacePolicy?: string;
  /** Name of a condition of the template that only the deployment decides: the resource may not exist. */
  readonly condition?: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

export interface BucketModel {
  readonly resource: ResolvedResource;
  /** Literal name, or a placeholder such as `{Stack.Bucket83908E77}` for a generated one. */
  readonly name: string;
  readonly arn: string;
  /** The bucket policies that name this bucket. S3 keeps one: more is an error of the template. */
  readonly policies: readonly PolicyOfResource[];
  readonly accessPoints: readonly AccessPointModel[];
  /** The key of the default encryption, if it is made in the same assembly. */
  readonly key?: KeyModel;
}

export interface PolicyOfResource {
  readonly resource: ResolvedResource;
  readonly policy: Policy;
}

export interface AccessPointModel {
  readonly resource: ResolvedResource;
  readonly name: string;
  readonly arn: string;
  readonly bucketName: string;
  readonly vpcId?: string;
  readonly policy?: Policy;
}

/** An Object Lambda access point: a view of the objects behind its supporting access point. */
export interface ObjectLambdaModel {
  readonly resource: ResolvedResource;
  readonly name: string;
  readonly arn: string;
  readonly supportingArn: string;
  /** What S3 may call, with the version it is called in. */
  readonly functionArns: readonly string[];
  readonly policy?: Policy;
}

export interface KeyModel {
  readonly resource: ResolvedResource;
  readonly arn: string;
  readonly policy?: Policy;
}

export interface EndpointModel {
  readonly resource: ResolvedResource;
  readonly id: string;
  readonly vpcId: string;
  readonly serviceName: string;
  readonly kind: 'Gateway' | 'Interface';
  /** Absent: the default policy, which allows everything. */
  readonly policy?: Policy;
}

/** An IAM role or user with the policies that the templates attach to it. */
export interface IdentityModel {
  readonly resource: ResolvedResource;
  readonly kind: 'role' | 'user';
  readonly arn: string;
  readonly policies: readonly Policy[];
  /** Policies attached by an ARN from outside the templates: what they grant is unknown. */
  readonly foreignPolicies: readonly string[];
  readonly boundary?: Policy;
}

export interface LogSource {
  readonly arn: string;
  readonly prefix: string;
}

/** The custom resource of `GlacierVault`; the name is in deployed templates. */
export const VAULT = 'Custom::StrongboxGlacierVault';

/** All templates of one cloud assembly together, so that references between stacks resolve. Parts are parsed when first read. */
export interface Model {
  readonly resources: readonly ResolvedResource[];
  readonly buckets: readonly BucketModel[];
  /** Vaults of Glacier, which have no resources of their own for policies, doors and keys. */
  readonly vaults: readonly BucketModel[];
  readonly accessPoints: readonly AccessPointModel[];
  readonly objectLambdas: readonly ObjectLambdaModel[];
  readonly keys: readonly KeyModel[];
  readonly endpoints: readonly EndpointModel[];
  readonly identities: readonly IdentityModel[];
  /** Buckets that send their access logs somewhere, by the name of their target. */
  readonly logSources: ReadonlyMap<string, readonly LogSource[]>;
  /** What the organization says about the accounts of the templates. */
  readonly organization: OrganizationModel;
  /** The same templates with a number for the account that they leave open. */
  inAccount(account: string): Model;
}

/** Policies of AWS Organizations, which stand in no template of the app. */
export interface OrganizationModel {
  readonly serviceControlPolicies?: readonly Policy[];
  readonly resourceControlPolicies?: readonly Policy[];
}

/** How an account and a region that only the deployment knows are written; all stacks of an assembly that name none share them. */
export const SOME_ACCOUNT = '{AccountId}';
export const SOME_REGION = '{Region}';

/** References that lead through more steps than this go in a circle. */
const MAX_DEPTH = 100;
const NO_VALUE = Symbol('AWS::NoValue');

/**
 * Resolves templates together.
 * @throws naming the place of an intrinsic, policy or shape that is not understood
 */
export function resolveTemplates(inputs: readonly TemplateInput[], organization: OrganizationModel = {}): Model {
  const assembly = new Assembly();
  for (const input of inputs) assembly.add(input);
  return new ResolvedModel([...assembly.stacks.values()].flatMap((stack) => stack.resources()), inputs, organization);
}

class Assembly {
  public readonly stacks = new Map<string, StackTemplate>();

  public add(input: TemplateInput): void {
    if (this.stacks.has(input.stack)) throw new TemplateError(`Stack ${input.stack}`, 'is there twice; stack names must differ within one app');
    this.stacks.set(input.stack, new StackTemplate(this, input));
  }

  /** The value of an export; exports belong to an account and region. */
  public exported(name: string, importer: StackTemplate, depth: number): any {
    for (const stack of this.stacks.values()) {
      if (stack.account !== importer.account || stack.region !== importer.region) continue;
      for (const output of stack.exports()) {
        if (stack.value(output.Export.Name, 'Outputs', depth + 1) === name) return stack.value(output.Value, 'Outputs', depth + 1);
      }
    }
    return undefined;
  }
}

class StackTemplate {
  private readonly name: string;
  private readonly template: any;
  public readonly account: string;
  public readonly region: string;
  public readonly partition: string;
  private exportsFound?: any[];

  public constructor(private readonly assembly: Assembly, public readonly input: TemplateInput) {
    this.name = input.stack;
    this.template = input.template;
    if (!isObject(this.template) || !isObject(this.template.Resources ?? {})) {
      throw new TemplateError(`Stack ${this.name}`, 'is no CloudFormation template; an object with "Resources" is needed');
    }
    this.account = isAccount(input.account) ? input.account : SOME_ACCOUNT;
    this.region = /^[a-z]{2}(-[a-z]+)+-\d$/.test(input.region ?? '') ? input.region! : SOME_REGION;
    this.partition = input.partition ?? (this.region.startsWith('cn-') ? 'aws-cn' : this.region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws');
  }

  public exports(): any[] {
    this.exportsFound ??= Object.values<any>(this.template.Outputs ?? {}).filter((output) => output?.Export?.Name !== undefined);
    return this.exportsFound;
  }

  public resources(): LazyResource[] {
    return Object.entries<any>(this.template.Resources ?? {}).flatMap(([logicalId, raw]) => {
      if (!isObject(raw) || typeof raw.Type !== 'string') throw new TemplateError(`${this.name}/${logicalId}`, 'has no "Type"');
      const exists = raw.Condition === undefined ? true : this.condition(raw.Condition, `${this.name}/${logicalId}`, 0);
      return exists === false ? [] : [new LazyResource(this, this.name, logicalId, raw, exists === undefined ? raw.Condition : undefined)];
    });
  }

  /** A value with its intrinsics replaced. */
  public value(raw: any, place: string, depth: number): any {
    if (depth > MAX_DEPTH) throw new TemplateError(`${this.name}, ${place}`, `leads through more than ${MAX_DEPTH} references: a circle`);
    if (Array.isArray(raw)) return raw.map((item) => this.value(item, place, depth)).filter((item) => item !== NO_VALUE);
    if (typeof raw === 'string') return opened(raw);
    if (!isObject(raw)) return raw;
    const keys = Object.keys(raw);
    if (keys.length === 1 && (keys[0] === 'Ref' || keys[0].startsWith('Fn::'))) return this.intrinsic(keys[0], raw[keys[0]], place, depth + 1);
    const out: Record<string, any> = {};
    for (const key of keys) {
      const item = this.value(raw[key], `${place}.${key}`, depth);
      if (item !== NO_VALUE) out[key] = item;
    }
    return out;
  }

  private intrinsic(name: string, argument: any, place: string, depth: number): any {
    const text = (raw: any): string => {
      const value = this.value(raw, place, depth);
      if (typeof value === 'number' || typeof value === 'boolean') return String(value);
      if (typeof value !== 'string') throw new TemplateError(`${this.name}, ${place}`, `has ${name} over ${JSON.stringify(value)}; text is needed`);
      return value;
    };
    const items = (raw: any): any[] | string => {
      const value = this.value(raw, place, depth);
      if (Array.isArray(value) || typeof value === 'string' && isUnknown(value)) return value;
      throw new TemplateError(`${this.name}, ${place}`, `has ${name} over ${JSON.stringify(value)}; a list is needed`);
    };
    switch (name) {
      case 'Ref': return this.ref(argument, place, depth);
      case 'Fn::GetAtt': {
        const [logicalId, attribute] = typeof argument === 'string' ? argument.split(/\.(.*)/s) : argument;
        return this.attribute(logicalId, text(attribute), place, depth);
      }
      case 'Fn::Join': {
        const parts = items(argument[1]);
        if (typeof parts === 'string') return parts;
        return opened(parts.map((part) => {
          if (typeof part === 'object') throw new TemplateError(`${this.name}, ${place}`, `joins ${JSON.stringify(part)}; text is needed`);
          return String(part);
        }).join(argument[0]));
      }
      case 'Fn::Sub': {
        const [template, own] = Array.isArray(argument) ? argument : [argument, {}];
        return opened(template.replace(/\$\{([^}]*)\}/g, (whole: string, reference: string) => {
          if (reference.startsWith('!')) return `\${${reference.slice(1)}}`;
          const key = reference.trim();
          if (Object.prototype.hasOwnProperty.call(own, key)) return text(own[key]);
          const [logicalId, attribute] = key.split(/\.(.*)/s);
          const value = attribute === undefined ? this.ref(key, place, depth) : this.attribute(logicalId, attribute, place, depth);
          if (typeof value !== 'string') throw new TemplateError(`${this.name}, ${place}`, `has ${whole} in Fn::Sub, which is no text`);
          return value;
        }));
      }
      case 'Fn::Select': {
        const list = items(argument[1]);
        if (typeof list === 'string') return list;
        const index = Number(text(argument[0]));
        if (!(index in list)) throw new TemplateError(`${this.name}, ${place}`, `selects item ${index} of ${list.length}`);
        return list[index];
      }
      case 'Fn::Split': {
        const whole = text(argument[1]);
        return isUnknown(whole) ? whole : whole.split(argument[0]);
      }
      case 'Fn::If': {
        const truth = this.condition(argument[0], place, depth);
        if (truth === undefined) return unknown(`${this.name}.condition ${argument[0]}`);
        return this.value(argument[truth ? 1 : 2], place, depth);
      }
      case 'Fn::FindInMap': {
        const [map, first, second] = argument.slice(0, 3).map(text);
        const found = this.template.Mappings?.[map]?.[first]?.[second];
        if (found !== undefined) return found;
        if ([map, first, second].some((part) => isUnknown(part) || part.includes('{'))) return unknown(`${this.name}.mapping ${map}`);
        if (argument[3]?.DefaultValue !== undefined) return this.value(argument[3].DefaultValue, place, depth);
        throw new TemplateError(`${this.name}, ${place}`, `looks for ${map}/${first}/${second}, which "Mappings" does not have`);
      }
      case 'Fn::ImportValue': {
        const exportName = text(argument);
        return this.assembly.exported(exportName, this, depth) ?? unknown(`export ${shown(exportName)}`);
      }
      case 'Fn::GetStackOutput': return unknown(`${this.name}.stack output ${JSON.stringify(argument)}`);
      case 'Fn::Base64': return Buffer.from(text(argument)).toString('base64');
      case 'Fn::GetAZs': return unknown(`${this.name}.availability zones`);
      case 'Fn::Cidr': return unknown(`${this.name}.Fn::Cidr`);
      case 'Fn::ToJsonString': return JSON.stringify(this.value(argument, place, depth));
      case 'Fn::Length': {
        const list = items(argument);
        return typeof list === 'string' ? list : list.length;
      }
      default: throw new TemplateError(`${this.name}, ${place}`, `uses ${name}, which is not understood`);
    }
  }

  /** True, false, or undefined if only the deployment knows. */
  private condition(raw: any, place: string, depth: number): boolean | undefined {
    if (depth > MAX_DEPTH) throw new TemplateError(`${this.name}, ${place}`, `leads through more than ${MAX_DEPTH} conditions: a circle`);
    if (typeof raw === 'string') {
      const definition = this.template.Conditions?.[raw];
      if (definition === undefined) throw new TemplateError(`${this.name}, ${place}`, `names the condition "${raw}", which "Conditions" does not have`);
      return this.condition(definition, `Conditions.${raw}`, depth + 1);
    }
    const [name] = Object.keys(raw ?? {});
    const all = (): Array<boolean | undefined> => raw[name].map((item: any) => this.condition(item, place, depth + 1));
    switch (name) {
      case 'Condition': return this.condition(raw.Condition, place, depth + 1);
      case 'Fn::Not': {
        const [truth] = all();
        return truth === undefined ? undefined : !truth;
      }
      case 'Fn::And': {
        const truths = all();
        return truths.includes(false) ? false : truths.includes(undefined) ? undefined : true;
      }
      case 'Fn::Or': {
        const truths = all();
        return truths.includes(true) ? true : truths.includes(undefined) ? undefined : false;
      }
      case 'Fn::Equals': {
        const [left, right] = raw['Fn::Equals'].map((item: any) => String(this.value(item, place, depth + 1)));
        const open = (value: string) => isUnknown(value) || value.includes('{');
        return left === right && !isUnknown(left) ? true : open(left) || open(right) ? undefined : false;
      }
      default: throw new TemplateError(`${this.name}, ${place}`, `has the condition ${JSON.stringify(raw)}, which is not understood`);
    }
  }

  private ref(name: string, place: string, depth: number): any {
    switch (name) {
      case 'AWS::AccountId': return this.account;
      case 'AWS::Region': return this.region;
      case 'AWS::Partition': return this.partition;
      case 'AWS::URLSuffix': return this.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
      case 'AWS::StackName': return this.input.stackName ?? this.name;
      case 'AWS::StackId': return `arn:${this.partition}:cloudformation:${this.region}:${this.account}:stack/${this.name}/{id}`;
      case 'AWS::NotificationARNs': return unknown(`${this.name}.AWS::NotificationARNs`);
      case 'AWS::NoValue': return NO_VALUE;
      default: break;
    }
    const parameter = this.template.Parameters?.[name];
    if (parameter !== undefined) return this.parameter(name, parameter, place, depth);
    return this.attribute(name, undefined, place, depth);
  }

  private parameter(name: string, parameter: any, place: string, depth: number): any {
    const { nestedIn } = this.input;
    const parent = nestedIn && this.assembly.stacks.get(nestedIn.stack);
    if (parent) {
      const given = parent.template.Resources[nestedIn.logicalId].Properties?.Parameters?.[name];
      if (given !== undefined) return parent.value(given, place, depth + 1);
    }
    const fromStore = String(parameter.Type).startsWith('AWS::SSM::');
    // Whoever deploys may give another value: a default is no knowledge.
    if (parameter.Default === undefined || fromStore || parent === undefined && (parameter.AllowedValues ?? []).length !== 1) {
      return unknown(`${this.name}.parameter ${name}`);
    }
    return /^(List<|CommaDelimitedList)/.test(parameter.Type) ? String(parameter.Default).split(',') : parameter.Default;
  }

  /** What `Ref` (no attribute) or `GetAtt` gives: the known form of names and ARNs, with a placeholder for what is generated. */
  private attribute(logicalId: string, attribute: string | undefined, place: string, depth: number): any {
    const raw = this.template.Resources?.[logicalId];
    if (raw === undefined) throw new TemplateError(`${this.name}, ${place}`, `refers to "${logicalId}", which the template does not have`);
    const type: string = raw.Type;
    const own = (property: string) => (raw.Properties?.[property] === undefined ? undefined
      : this.value(raw.Properties[property], `${logicalId}.${property}`, depth + 1));
    const id = `{${this.name.replace(/[/:]/g, '.')}.${logicalId}}`;
    const arn = (service: string, resource: string, region = this.region, account = this.account) =>
      `arn:${this.partition}:${service}:${region}:${account}:${resource}`;
    const global = (resource: string) => arn('iam', resource, '');
    if (type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::')) {
      return attribute === undefined ? id : unknown(`${this.name}.${logicalId}.${attribute}`);
    }
    if (type === 'AWS::CloudFormation::Stack' && attribute?.startsWith('Outputs.')) {
      const child = this.assembly.stacks.get(`${this.name}/${logicalId}`);
      const output = child?.template.Outputs?.[attribute.slice('Outputs.'.length)];
      return child && output ? child.value(output.Value, place, depth + 1) : unknown(`${this.name}.${logicalId}.${attribute}`);
    }
    switch (type) {
      case 'AWS::S3::Bucket': {
        const name = own('BucketName') ?? id;
        return attribute === undefined ? name : attribute === 'Arn' ? arn('s3', name, '', '') : `{${id.slice(1, -1)}.${attribute}}`;
      }
      case 'AWS::KMS::Key': return attribute === 'Arn' ? arn('kms', `key/${id}`) : id;
      case 'AWS::KMS::Alias': return own('AliasName') ?? id;
      case 'AWS::IAM::Role': return attribute === 'Arn' ? global(`role${own('Path') ?? '/'}${own('RoleName') ?? id}`)
        : attribute === undefined ? own('RoleName') ?? id : `{${id.slice(1, -1)}.${attribute}}`;
      case 'AWS::IAM::User': return attribute === 'Arn' ? global(`user${own('Path') ?? '/'}${own('UserName') ?? id}`) : own('UserName') ?? id;
      case 'AWS::IAM::ManagedPolicy': return global(`policy${own('Path') ?? '/'}${own('ManagedPolicyName') ?? id}`);
      case 'AWS::S3::AccessPoint': {
        const name = own('Name') ?? id;
        return attribute === 'Arn' ? arn('s3', `accesspoint/${name}`) : attribute === undefined || attribute === 'Name' ? name : `{${id.slice(1, -1)}.${attribute}}`;
      }
      case 'AWS::S3ObjectLambda::AccessPoint': {
        const name = own('Name') ?? id;
        return attribute === 'Arn' ? arn('s3-object-lambda', `accesspoint/${name}`) : name;
      }
      case 'AWS::Lambda::Version': {
        const fn = own('FunctionName');
        const number = `{${id.slice(1, -1)}.Version}`;
        return attribute === 'Version' ? number : `${fn.startsWith('arn:') ? fn : arn('lambda', `function:${fn}`)}:${number}`;
      }
      case 'AWS::Lambda::Function': return attribute === 'Arn' ? arn('lambda', `function:${own('FunctionName') ?? id}`) : own('FunctionName') ?? id;
      case 'AWS::Lambda::Url': {
        const fn = own('TargetFunctionArn');
        return attribute === 'FunctionUrl' ? `{${id.slice(1, -1)}.FunctionUrl}` : fn.startsWith('arn:') ? fn : arn('lambda', `function:${fn}`);
      }
      case 'AWS::CloudFront::Distribution': return attribute === 'Arn' ? arn('cloudfront', `distribution/${id}`, '') : attribute === undefined || attribute === 'Id' ? id : `{${id.slice(1, -1)}.${attribute}}`;
      case 'AWS::SecretsManager::Secret': return arn('secretsmanager', `secret:${own('Name') ?? id}`);
      default: break;
    }
    if (attribute === undefined) return id;
    const name = `{${id.slice(1, -1)}.${attribute}}`;
    return /Arn$/.test(attribute) ? arn(type.split('::')[1].toLowerCase(), name) : name;
  }
}

/** What CloudFormation fetches from elsewhere is known at deployment only. */
function opened(text: string): string {
  return text.replace(/\{\{resolve:[^}]*\}\}/g, (reference) => unknown(reference.slice(2, -2)));
}

class LazyResource implements ResolvedResource {
  public readonly path: string;
  public readonly controls: readonly string[];
  public readonly type: string;
  public readonly deletionPolicy?: string;
  public readonly updateReplacePolicy?: string;
  public readonly account: string;
  public readonly region: string;
  public readonly partition: string;
  private resolved?: any;

  public constructor(
    private readonly template: StackTemplate,
    public readonly stack: string,
    public readonly logicalId: string,
    private readonly raw: any,
    public readonly condition?: string,
  ) {
    const path = template.input.paths?.[logicalId] ?? raw.Metadata?.['aws:cdk:path'];
    this.path = typeof path === 'string' ? path.replace(/\/Resource$/, '') : `${stack}/${logicalId}`;
    this.type = raw.Type;
    this.controls = template.input.controls?.[logicalId] ?? [];
    this.deletionPolicy = raw.DeletionPolicy;
    this.updateReplacePolicy = raw.UpdateReplacePolicy;
    this.account = template.account;
    this.region = template.region;
    this.partition = template.partition;
  }

  public get properties(): any {
    this.resolved ??= this.template.value(this.raw.Properties ?? {}, `${this.logicalId}.Properties`, 0);
    return this.resolved;
  }

  public get arn(): string {
    return this.self('Arn');
  }

  /** What `Ref` or `GetAtt` of the resource gives. */
  public self(attribute?: string): string {
    const reference = attribute === undefined ? { Ref: this.logicalId } : { 'Fn::GetAtt': [this.logicalId, attribute] };
    return this.template.value(reference, this.logicalId, 0);
  }
}

class ResolvedModel implements Model {
  private readonly byType: ReadonlyMap<string, readonly LazyResource[]>;
  private readonly parts = new Map<string, readonly any[]>();
  private readonly inAccounts = new Map<string, Model>();
  private bucketsFound?: readonly BucketModel[];
  private logSourcesFound?: ReadonlyMap<string, readonly LogSource[]>;

  public constructor(
    public readonly resources: readonly LazyResource[],
    private readonly inputs: readonly TemplateInput[],
    public readonly organization: OrganizationModel,
  ) {
    this.byType = group(resources, ({ type }) => type, (resource) => resource);
  }

  public inAccount(account: string): Model {
    let model = this.inAccounts.get(account);
    if (!model) {
      const named = (input: TemplateInput) => (isAccount(input.account) ? input : { ...input, account });
      this.inAccounts.set(account, model = resolveTemplates(this.inputs.map(named), this.organization));
    }
    return model;
  }

  public get keys(): readonly KeyModel[] {
    return this.part('AWS::KMS::Key', (resource) => ({
      resource,
      arn: resource.self('Arn'),
      policy: policyIn(resource, 'KeyPolicy'),
    }));
  }

  public get accessPoints(): readonly AccessPointModel[] {
    return this.part('AWS::S3::AccessPoint', (resource) => {
      const separate = this.of('AWS::S3::AccessPointPolicy').find((policy) => policy.properties.AccessPointName === resource.self());
      return {
        resource,
        name: resource.self(),
        arn: resource.self('Arn'),
        bucketName: resource.properties.Bucket,
        vpcId: resource.properties.VpcConfiguration?.VpcId,
        policy: policyIn(resource, 'Policy') ?? (separate && policyIn(separate, 'Policy')),
      };
    });
  }

  public get objectLambdas(): readonly ObjectLambdaModel[] {
    return this.part('AWS::S3ObjectLambda::AccessPoint', (resource) => {
      const { SupportingAccessPoint, TransformationConfigurations = [] } = resource.properties.ObjectLambdaConfiguration ?? {};
      const separate = this.of('AWS::S3ObjectLambda::AccessPointPolicy').find(({ properties }) => properties.ObjectLambdaAccessPoint === resource.self());
      return {
        resource,
        name: resource.self(),
        arn: resource.self('Arn'),
        supportingArn: SupportingAccessPoint,
        functionArns: [...new Set<string>(TransformationConfigurations.map((one: any) => one.ContentTransformation?.AwsLambda?.FunctionArn))],
        policy: separate && policyIn(separate, 'PolicyDocument'),
      };
    });
  }

  public get endpoints(): readonly EndpointModel[] {
    return this.part('AWS::EC2::VPCEndpoint', (resource) => ({
      resource,
      id: resource.self(),
      vpcId: resource.properties.VpcId,
      serviceName: resource.properties.ServiceName,
      kind: resource.properties.VpcEndpointType === 'Interface' ? 'Interface' : 'Gateway',
      policy: policyIn(resource, 'PolicyDocument'),
    }));
  }

  public get logSources(): ReadonlyMap<string, readonly LogSource[]> {
    this.logSourcesFound ??= group(
      this.buckets.filter(({ resource }) => resource.properties.LoggingConfiguration !== undefined),
      ({ name, resource }) => resource.properties.LoggingConfiguration.DestinationBucketName ?? name,
      ({ arn, resource }): LogSource => ({ arn, prefix: resource.properties.LoggingConfiguration.LogFilePrefix ?? '' }),
    );
    return this.logSourcesFound;
  }

  public get identities(): readonly IdentityModel[] {
    const managed = new Map(this.of('AWS::IAM::ManagedPolicy').map((resource) => [resource.self(), resource]));
    const groups = new Map(this.of('AWS::IAM::Group').map((resource) => [resource.self(), resource]));
    const attached = this.attachedPolicies();
    type Own = Pick<IdentityModel, 'policies' | 'foreignPolicies'>;
    const own = (resource: LazyResource): Own => {
      const { Policies = [], ManagedPolicyArns = [] } = resource.properties;
      const inline = (Policies as any[]).map((policy, i) => parsePolicy(policy.PolicyDocument, `${resource.path}, inline policy ${i + 1}`));
      const arns: string[] = typeof ManagedPolicyArns === 'string' ? [ManagedPolicyArns] : ManagedPolicyArns;
      const ofTemplates = arns.flatMap((arn) => managed.get(arn) ?? []).map((policy) => policyIn(policy, 'PolicyDocument')!);
      return {
        policies: [...inline, ...(attached.get(`${resource.type} ${resource.self()}`) ?? []), ...ofTemplates],
        foreignPolicies: arns.filter((arn) => !managed.has(arn)),
      };
    };
    const groupsOf = (user: LazyResource): Own[] => {
      const added = this.of('AWS::IAM::UserToGroupAddition').filter(({ properties }) => properties.Users?.includes(user.self()));
      const names: string[] = [...(user.properties.Groups ?? []), ...added.map(({ properties }) => properties.GroupName)];
      return names.map((name) => (groups.has(name) ? own(groups.get(name)!) : { policies: [], foreignPolicies: [`those of the group ${name}`] }));
    };
    return (['role', 'user'] as const).flatMap((kind) => this.part(kind === 'role' ? 'AWS::IAM::Role' : 'AWS::IAM::User', (resource): IdentityModel => {
      const all = [own(resource), ...(kind === 'user' ? groupsOf(resource) : [])];
      const boundary = managed.get(resource.properties.PermissionsBoundary);
      return {
        resource,
        kind,
        arn: resource.self('Arn'),
        policies: all.flatMap(({ policies }) => policies),
        foreignPolicies: all.flatMap(({ foreignPolicies }) => foreignPolicies),
        boundary: boundary && policyIn(boundary, 'PolicyDocument'),
      };
    }));
  }

  /** Policies that are resources of their own, by the type and name of whom they are attached to. */
  private attachedPolicies(): ReadonlyMap<string, readonly Policy[]> {
    const attached: Array<[string, LazyResource]> = [];
    for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']) {
      for (const resource of this.of(type)) {
        for (const kind of ['Role', 'User', 'Group']) {
          for (const name of resource.properties[`${kind}s`] ?? []) attached.push([`AWS::IAM::${kind} ${name}`, resource]);
        }
      }
    }
    for (const kind of ['Role', 'User', 'Group']) {
      for (const resource of this.of(`AWS::IAM::${kind}Policy`)) attached.push([`AWS::IAM::${kind} ${resource.properties[`${kind}Name`]}`, resource]);
    }
    return group(attached, ([name]) => name, ([, resource]) => policyIn(resource, 'PolicyDocument')!);
  }

  public get buckets(): readonly BucketModel[] {
    this.bucketsFound ??= this.findBuckets();
    return this.bucketsFound;
  }

  public get vaults(): readonly BucketModel[] {
    return this.part(VAULT, (resource) => {
      const name: string = resource.properties.vaultName;
      const { partition, region, account } = resource;
      return { resource, name, arn: `arn:${partition}:glacier:${region}:${account}:vaults/${name}`, policies: [], accessPoints: [] };
    });
  }

  private findBuckets(): readonly BucketModel[] {
    const policiesOf = group(this.of('AWS::S3::BucketPolicy'), (policy) => policy.properties.Bucket, (policy) => policy);
    const doorsOf = group(this.accessPoints, ({ bucketName }) => bucketName, (door) => door);
    const keyOf = new Map<string, KeyModel>();
    for (const key of this.keys) keyOf.set(key.arn, key).set(key.arn.split('/').pop()!, key);
    return this.of('AWS::S3::Bucket').map((resource) => {
      const name = resource.self();
      const key = encryptionRule(resource)?.ServerSideEncryptionByDefault?.KMSMasterKeyID;
      return {
        resource,
        name,
        arn: resource.self('Arn'),
        policies: (policiesOf.get(name) ?? []).map((policy) => ({ resource: policy, policy: policyIn(policy, 'PolicyDocument')! })),
        accessPoints: doorsOf.get(name) ?? [],
        key: keyOf.get(key),
      };
    });
  }

  private of(type: string): readonly LazyResource[] {
    return this.byType.get(type) ?? [];
  }

  private part<T>(type: string, make: (resource: LazyResource) => T): readonly T[] {
    let made = this.parts.get(type);
    if (!made) this.parts.set(type, made = this.of(type).map(make));
    return made as readonly T[];
  }
}

/** The rule of the bucket's default encryption. */
export function encryptionRule(bucket: ResolvedResource): any {
  const rules = bucket.properties.BucketEncryption?.ServerSideEncryptionConfiguration;
  return Array.isArray(rules) ? rules[0] : undefined;
}

function policyIn(resource: ResolvedResource, property: string): Policy | undefined {
  const document = resource.properties[property];
  return document === undefined ? undefined : parsePolicy(document, `${resource.path} (${property})`, POLICY_NAMES[resource.type]);
}

/** What a policy is called in an answer: the same for every resource of a kind, so that equal policies have equal answers. */
const POLICY_NAMES: Readonly<Record<string, string>> = {
  'AWS::S3::BucketPolicy': 'bucket policy',
  'AWS::S3::AccessPoint': 'access point policy',
  'AWS::S3::AccessPointPolicy': 'access point policy',
  'AWS::S3ObjectLambda::AccessPointPolicy': 'Object Lambda access point policy',
  'AWS::KMS::Key': 'key policy',
  'AWS::EC2::VPCEndpoint': 'VPC endpoint policy',
};

function group<T, V>(items: readonly T[], keyOf: (item: T) => string, valueOf: (item: T) => V): Map<string, V[]> {
  const groups = new Map<string, V[]>();
  for (const item of items) {
    const key = keyOf(item);
    const found = groups.get(key);
    if (found) found.push(valueOf(item)); else groups.set(key, [valueOf(item)]);
  }
  return groups;
}

function isAccount(account: string | undefined): account is string {
  return account !== undefined && /^\d{12}$/.test(account);
}

function isObject(value: any): value is Record<string, any> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
