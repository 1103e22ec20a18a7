import type { IdentityModel, ResolvedResource } from './model';
import { isNamed } from './names';
import { policyIn } from './policies';
import { parsePolicy, type Policy } from '../engine/policy';
import type { TemplateResource } from '../template/resource';
import { sameName } from '../template/same-name';
import { isUnreadable } from '../template/shaped';
import type { Json } from '../template/value';
import type { World } from '../template/world';

type Attached = Pick<IdentityModel, 'policies' | 'foreignPolicies'>;
type Kind = 'Role' | 'User' | 'Group';

/** Roles and users of the templates, with all that is attached to them. */
export class Identities {
  public constructor(
    private readonly ofType: (type: string) => readonly TemplateResource[],
    private readonly world: World,
  ) {}

  public all(): IdentityModel[] {
    return [
      ...this.ofType('AWS::IAM::Role').map((role) => this.identity(role, 'role')),
      ...this.ofType('AWS::IAM::User').map((user) => this.identity(user, 'user')),
    ];
  }

  /** What is attached is read when it is asked for: conditions that decide it are no matter to other identities. */
  private identity(resource: TemplateResource, kind: 'role' | 'user'): IdentityModel {
    const attached = once((): Attached => {
      const all = [this.attachedTo(resource), ...(kind === 'user' ? this.groupsOf(resource) : [])];
      return {
        policies: all.flatMap(({ policies }) => policies),
        foreignPolicies: all.flatMap(({ foreignPolicies }) => foreignPolicies),
      };
    });
    const boundary = once(() => {
      const arn = textIn(resource, 'PermissionsBoundary');
      const managed = arn === undefined ? undefined : this.managed(arn);
      return managed && policyIn(managed, 'PolicyDocument');
    });
    return {
      resource,
      kind,
      arn: resource.arn,
      get policies() {
        return attached().policies;
      },
      get foreignPolicies() {
        return attached().foreignPolicies;
      },
      get boundary() {
        return boundary();
      },
    };
  }

  private attachedTo(resource: TemplateResource): Attached {
    const kind = resource.type.split('::')[2] as Kind;
    const { Policies = [], ManagedPolicyArns = [] } = resource.properties as {
      Policies?: any[];
      ManagedPolicyArns?: string[];
    };
    const inline = Policies.map((policy, i) =>
      parsePolicy(policy?.PolicyDocument, `${resource.path}, inline policy ${i + 1}`),
    );
    if (isUnreadable(ManagedPolicyArns)) {
      return {
        policies: [...inline, ...this.separate(resource, kind)],
        foreignPolicies: ['those of ManagedPolicyArns'],
      };
    }
    const found = ManagedPolicyArns.map((arn) => [arn, this.managed(arn)] as const);
    return {
      policies: [
        ...inline,
        ...this.separate(resource, kind),
        ...found.flatMap(([, policy]) => (policy ? [policyIn(policy, 'PolicyDocument')!] : [])),
      ],
      foreignPolicies: found.filter(([, policy]) => policy === undefined).map(([arn]) => arn),
    };
  }

  /** Policies that are resources of their own. */
  private separate(resource: TemplateResource, kind: Kind): Policy[] {
    const lists = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
      .flatMap((type) => this.ofType(type))
      .filter((policy) => this.isListed(policy, `${kind}s`, resource));
    const single = this.ofType(`AWS::IAM::${kind}Policy`).filter((policy) =>
      isNamed(policy, policy.written[`${kind}Name`], () => policy.properties[`${kind}Name`], resource, this.world),
    );
    return [...lists, ...single].map((policy) => policyIn(policy, 'PolicyDocument')!);
  }

  private isListed(from: TemplateResource, property: string, resource: TemplateResource): boolean {
    const written = from.written[property];
    const plain = Array.isArray(written) && (written as Json[]).every((item) => from.referent(item) !== undefined);
    if (plain && from.stack === resource.stack) {
      return (written as Json[]).some((item) => from.referent(item) === resource.logicalId);
    }
    const names = from.properties[property] as string[] | undefined;
    return (names ?? []).some((name, i) =>
      isNamed(
        from,
        Array.isArray(written) && written.length === names!.length ? (written[i] as Json) : undefined,
        () => name,
        resource,
        this.world,
      ),
    );
  }

  private groupsOf(user: TemplateResource): Attached[] {
    const added = this.ofType('AWS::IAM::UserToGroupAddition').filter((addition) =>
      this.isListed(addition, 'Users', user),
    );
    const names = [
      ...((user.properties.Groups as string[] | undefined) ?? []),
      ...added.map((addition) => textIn(addition, 'GroupName') ?? ''),
    ];
    return names.map((name) => {
      const group = this.ofType('AWS::IAM::Group').find((candidate) => sameName(name, candidate.self(), this.world));
      return group ? this.attachedTo(group) : { policies: [], foreignPolicies: [`those of the group ${name}`] };
    });
  }

  private managed(arn: string): ResolvedResource | undefined {
    return this.ofType('AWS::IAM::ManagedPolicy').find((policy) => sameName(arn, policy.self(), this.world));
  }
}

/** Asked at most once. */
function once<T>(ask: () => T): () => T {
  let answer: { readonly value: T } | undefined;
  return () => (answer ??= { value: ask() }).value;
}

function textIn(resource: TemplateResource, property: string): string | undefined {
  const value = resource.properties[property];
  return typeof value === 'string' ? value : undefined;
}
