import { TemplateBucket } from './buckets';
import { Identities } from './identities';
import {
  VAULT,
  type AccessPointModel,
  type BucketModel,
  type EndpointModel,
  type IdentityModel,
  type KeyModel,
  type Model,
  type ModelOptions,
  type ObjectLambdaModel,
  type OrganizationModel,
} from './model';
import { isNamed, ReferenceIndex } from './names';
import { policyIn } from './policies';
import { withReplicationCalls } from './replication-calls';
import type { TemplateInput } from '../template/assembly';
import type { TemplateResource } from '../template/resource';
import { sameName } from '../template/same-name';
import { Templates, type NotSeen } from '../template/templates';
import { UndecidedError, World, type Question } from '../template/world';

/**
 * Reads templates together.
 * @throws naming the place if one of them is no template
 */
export function resolveTemplates(inputs: readonly TemplateInput[], options: ModelOptions = {}): Model {
  const { requireStated = false, ...organization } = options;
  return new TemplatesModel(inputs, organization, requireStated, World.OPEN, new Map());
}

/** The model of one world. Models of other worlds of the same templates are made once each. */
export class TemplatesModel implements Model {
  private readonly templates: Templates;
  private readonly all: readonly TemplateResource[];
  private readonly byType = new Map<string, TemplateResource[]>();
  private readonly parts = new Map<string, readonly unknown[]>();

  public constructor(
    private readonly inputs: readonly TemplateInput[],
    public readonly organization: OrganizationModel,
    public readonly requireStated: boolean,
    public readonly world: World,
    private readonly others: Map<string, Model>,
  ) {
    this.templates = new Templates(inputs, world);
    this.all = withReplicationCalls(this.templates.resources, world);
    for (const resource of this.all) {
      const same = this.byType.get(resource.type);
      if (same) same.push(resource);
      else this.byType.set(resource.type, [resource]);
    }
  }

  public get resources(): readonly TemplateResource[] {
    return this.part('resources', () => this.all.filter(mayExist));
  }

  public get notSeen(): readonly NotSeen[] {
    return this.templates.notSeen;
  }

  public get problems(): readonly string[] {
    return this.templates.problems;
  }

  public get buckets(): readonly BucketModel[] {
    return this.part('buckets', () =>
      this.candidates('AWS::S3::Bucket')
        .filter(mayExist)
        .map((resource) => new TemplateBucket(this, resource)),
    );
  }

  public get vaults(): readonly BucketModel[] {
    return this.part('vaults', () =>
      this.candidates(VAULT)
        .filter(mayExist)
        .map((resource): BucketModel => {
          const { partition, region, account } = resource;
          const name = String(resource.properties.vaultName);
          return {
            resource,
            name,
            arn: `arn:${partition}:glacier:${region}:${account}:vaults/${name}`,
            policies: [],
            accessPoints: [],
            logSources: [],
          };
        }),
    );
  }

  public get outsideBuckets(): readonly BucketModel[] {
    return this.part('outside', () =>
      this.candidates('AWS::S3::BucketPolicy')
        .filter((policy) => mayExist(policy) && !this.namesBucket(policy, 'Bucket'))
        .map((resource): BucketModel => {
          const name = String(resource.properties.Bucket);
          return {
            resource,
            name,
            arn: `arn:${resource.partition}:s3:::${name}`,
            get policies() {
              return [{ resource, policy: policyIn(resource, 'PolicyDocument')! }];
            },
            accessPoints: [],
            logSources: [],
          };
        }),
    );
  }

  public get outsideAccessPoints(): readonly BucketModel[] {
    return this.part('outsideAccessPoints', () =>
      this.candidates('AWS::S3::AccessPoint')
        .filter((point) => mayExist(point) && !this.namesBucket(point, 'Bucket'))
        .map((resource): BucketModel => {
          const policy = () => this.accessPoint(resource).policy;
          return {
            resource,
            get name() {
              return resource.self();
            },
            get arn() {
              return resource.arn;
            },
            get policies() {
              const own = policy();
              return own ? [{ resource, policy: own }] : [];
            },
            accessPoints: [],
            logSources: [],
          };
        }),
    );
  }

  public get accessPoints(): readonly AccessPointModel[] {
    return this.part('accessPoints', () =>
      this.ofType('AWS::S3::AccessPoint').map((resource) => this.accessPoint(resource)),
    );
  }

  public get objectLambdas(): readonly ObjectLambdaModel[] {
    return this.part('objectLambdas', () =>
      this.ofType('AWS::S3ObjectLambda::AccessPoint').map((resource): ObjectLambdaModel => {
        const { SupportingAccessPoint, TransformationConfigurations = [] } = (resource.properties
          .ObjectLambdaConfiguration ?? {}) as Record<string, any>;
        const separate = this.ofType('AWS::S3ObjectLambda::AccessPointPolicy').find((policy) =>
          isNamed(
            policy,
            policy.written.ObjectLambdaAccessPoint,
            () => policy.properties.ObjectLambdaAccessPoint,
            resource,
            this.world,
          ),
        );
        const functions: string[] = TransformationConfigurations.map(
          (one: any) => one.ContentTransformation?.AwsLambda?.FunctionArn,
        );
        return {
          resource,
          name: resource.self(),
          arn: resource.arn,
          supportingArn: SupportingAccessPoint,
          functionArns: [...new Set(functions)],
          policy: separate && policyIn(separate, 'PolicyDocument'),
        };
      }),
    );
  }

  public get keys(): readonly KeyModel[] {
    return this.part('keys', () => this.keyResources.filter(mayExist).map((resource) => this.keyModel(resource)));
  }

  public get endpoints(): readonly EndpointModel[] {
    return this.part('endpoints', () =>
      this.ofType('AWS::EC2::VPCEndpoint').map((resource): EndpointModel => ({
        resource,
        id: resource.self(),
        vpcId: String(resource.properties.VpcId),
        serviceName: String(resource.properties.ServiceName),
        kind: resource.properties.VpcEndpointType === 'Interface' ? 'Interface' : 'Gateway',
        policy: policyIn(resource, 'PolicyDocument'),
      })),
    );
  }

  public get identities(): readonly IdentityModel[] {
    return this.part('identities', () => new Identities((type) => this.ofType(type), this.world).all());
  }

  public get accessIdentities(): readonly string[] {
    return this.part('accessIdentities', () =>
      this.ofType('AWS::CloudFront::CloudFrontOriginAccessIdentity').flatMap((identity) => [
        identity.self('S3CanonicalUserId'),
        `arn:${identity.partition}:iam::cloudfront:user/CloudFront Origin Access Identity ${identity.self()}`,
      ]),
    );
  }

  /** Those of a type that may name the target in a property. */
  public naming(type: string, property: string, target: TemplateResource): readonly TemplateResource[] {
    const [index] = this.part(`naming ${type} ${property}`, () => [
      new ReferenceIndex(this.candidates(type), property),
    ]);
    return index.about(target);
  }

  /** Whether a property refers to a bucket of the templates, or has the name of one. */
  private namesBucket(from: TemplateResource, property: string): boolean {
    const buckets = this.candidates('AWS::S3::Bucket');
    const referent = from.referent(from.written[property]);
    if (buckets.some(({ stack, logicalId }) => stack === from.stack && logicalId === referent)) return true;
    return buckets.some((bucket) =>
      isNamed(from, from.written[property], () => from.properties[property], bucket, this.world),
    );
  }

  /** Resources of a type of which this world may not say whether they exist. */
  public candidates(type: string): readonly TemplateResource[] {
    return this.byType.get(type) ?? [];
  }

  public ofType(type: string): readonly TemplateResource[] {
    return this.part(`type ${type}`, () => this.candidates(type).filter(({ exists }) => exists));
  }

  public get keyResources(): readonly TemplateResource[] {
    return [...this.candidates('AWS::KMS::Key'), ...this.candidates('AWS::KMS::ReplicaKey')];
  }

  public accessPoint(resource: TemplateResource): AccessPointModel {
    const separate = this.candidates('AWS::S3::AccessPointPolicy').find(
      (policy) =>
        isNamed(
          policy,
          policy.written.AccessPointName,
          () => policy.properties.AccessPointName,
          resource,
          this.world,
        ) && policy.exists,
    );
    const { Bucket, VpcConfiguration } = resource.properties as {
      Bucket: string;
      VpcConfiguration?: { VpcId?: string };
    };
    return {
      resource,
      name: resource.self(),
      arn: resource.arn,
      bucketName: Bucket,
      vpcId: VpcConfiguration?.VpcId,
      policy: policyIn(resource, 'Policy') ?? (separate && policyIn(separate, 'Policy')),
    };
  }

  public keyModel(resource: TemplateResource): KeyModel {
    return {
      resource,
      get arn() {
        return resource.arn;
      },
      get policy() {
        return policyIn(resource, 'KeyPolicy');
      },
    };
  }

  public answered(question: Question, truth: boolean): Model {
    return this.inWorld(this.world.with(question, truth));
  }

  public completed(otherwise: boolean): Model {
    return this.inWorld(this.world.completed(otherwise));
  }

  public conditionHolds(name: string): boolean | undefined {
    for (const stack of this.templates.stacks.values()) {
      if (!name.startsWith(`${stack.name}.`)) continue;
      try {
        return stack.holds(name.slice(stack.name.length + 1), 'Conditions');
      } catch {
        continue;
      }
    }
    return undefined;
  }

  private inWorld(world: World): Model {
    let found = this.others.get(world.key);
    if (!found) {
      // Worlds are many, and each holds all that was read of the templates.
      if (this.others.size >= MAX_WORLDS_KEPT) this.others.clear();
      this.others.set(
        world.key,
        (found = new TemplatesModel(this.inputs, this.organization, this.requireStated, world, this.others)),
      );
    }
    return found;
  }

  private part<T>(name: string, make: () => readonly T[]): readonly T[] {
    let made = this.parts.get(name);
    if (!made) this.parts.set(name, (made = make()));
    return made as readonly T[];
  }
}

const MAX_WORLDS_KEPT = 200;

function mayExist(resource: TemplateResource): boolean {
  try {
    return resource.exists;
  } catch (error) {
    if (error instanceof UndecidedError) return true;
    throw error;
  }
}

/** The bucket of the templates with this ARN or name. @throws {UndecidedError} if only the deployment knows */
export function bucketNamed(model: Model, by: 'arn' | 'name', text: string): BucketModel | undefined {
  return model.buckets.find((bucket) => sameName(text, bucket[by], model.world) && bucket.resource.exists);
}

export { encryptionRule, VAULT } from './model';
export type {
  AccessPointModel,
  BucketModel,
  EndpointModel,
  IdentityModel,
  KeyModel,
  Model,
  ObjectLambdaModel,
  OrganizationModel,
  ResolvedResource,
} from './model';
