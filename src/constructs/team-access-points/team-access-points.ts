import { createHash } from 'node:crypto';
import { Aws, NestedStack, Stack, Token, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { TeamKeyRights } from './key-rights';
import { TeamAccessPoint } from './team-access-point';
import { TeamAccessPointsProps } from './team-access-points-props';
import { refuseOverlaps } from './team-overlaps';
import { AccessPointPublicAccessBlocked } from '../../controls/access-point/access-point-public-access-blocked';
import { AccessPointTeam } from '../../controls/access-point/access-point-team';
import { BucketAccessPointDelegation } from '../../controls/bucket-policy/access-point-delegation';
import { BucketDirectAccessDenied } from '../../controls/bucket-policy/direct-access-denied';
import { certainlyDiffer } from '../../input/environment';
import { referenced } from '../../input/referenced';
import { validationError, explain } from '../../input/validation-error';
import { AccessPointDelegation, requireAccessPointName } from '../../model/access-point-delegation';
import { DirectAccess } from '../../model/direct-access';
import { NetworkOrigin } from '../../model/network-origin';
import type { Team } from '../../model/team';
import { acknowledgeWildcards } from '../../policy/acknowledge';
import { membersOf } from '../../policy/team-members';
import { keyActionsOf, LIST, objectActionsOf } from '../../policy/team-rights';
import { registerAccessPoints } from '../s3-endpoint/access-point-registry';
import { forgottenBy, s3EndpointsIn } from '../s3-endpoint/s3-endpoints';
import { bucketIdentity, keyArnOf } from '../views/views';

/** More access points than this go into nested stacks: a stack holds 500 resources, and has other things to hold. */
const INLINE = 100;
/** Always the same number, so that a team stays in its stack whoever else comes and goes. */
const SHARDS = 8;
/** What a template passes to a nested stack at most: one role a team, and the bucket. */
const TEAMS_A_SHARD = 180;
const POLICY_LIMIT = 20 * 1024;

/**
 * One bucket, many teams: an access point for each, which opens to that team alone, for its rights on its prefixes.
 *
 * The bucket trusts these access points by name and no others. Each one is closed, by explicit denies that no right in
 * IAM outweighs, to everybody outside its team, to other prefixes and to other actions. The bucket's KMS key works for
 * the members through S3 only. A team that is an IAM group, or signs in by IAM Identity Center, has a managed policy to
 * carry; see `identityPolicy`.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points.html
 *
 * @example
 * declare const documents: SecureBucket;
 * declare const financeRole: iam.Role;
 * declare const analyticsRole: iam.Role;
 * const lake = new TeamAccessPoints(this, 'Lake', {
 *   bucket: documents,
 *   teams: [
 *     Team.readWrite('finance', { prefixes: ['finance/'], principals: [financeRole] }),
 *     Team.readOnly('analytics', { prefixes: ['finance/', 'sales/'], principals: [analyticsRole] }),
 *   ],
 * });
 * const alias = lake.accessPoint('finance').alias;
 */
export class TeamAccessPoints extends Construct {
  /**
   * What the names of the access points begin with: a word, and letters that follow from the stack and the path of the
   * construct.
   */
  public readonly namePrefix: string;

  private readonly points = new Map<string, TeamAccessPoint>();
  private readonly policies = new Map<string, iam.ManagedPolicy>();
  private readonly bucket: s3.CfnBucket;
  private readonly key?: kms.IKey;

  public constructor(scope: Construct, id: string, props: TeamAccessPointsProps) {
    super(scope, id);
    const { teams, origin = NetworkOrigin.internet(), directAccess = DirectAccess.allowed() } = props;
    this.bucket = this.resourceOf(props.bucket);
    this.key = this.keyOf(props.bucket);
    this.refuse(teams);
    refuseOverlaps(this.bucket, teams, props.sharedPrefixes ?? []);

    const nested = Math.max(teams.length, props.expectedTeams ?? 0) > INLINE;
    this.namePrefix = this.nameFor(nested, origin);
    for (const team of teams) this.points.set(team.name, this.makePoint(team, origin, nested));
    this.limit(nested);

    const names = [...this.points.values()].map(({ name }) => name);
    this.bucket.with(new BucketAccessPointDelegation(props.trust ?? AccessPointDelegation.named(...names)));
    if (directAccess.except) this.bucket.with(new BucketDirectAccessDenied(directAccess.except));
    this.allowKey(teams);
    this.giveIdentityPolicies(teams);

    const { account, region } = Stack.of(this);
    registerAccessPoints(this.bucket, {
      arns: [`arn:${Aws.PARTITION}:s3:${region}:${account}:accesspoint/${this.namePrefix}-*`],
      vpc: origin.boundTo,
    });
    if (origin.boundTo && origin.endpointElsewhere === undefined) {
      this.node.addValidation({ validate: () => this.unreachable(origin) });
    }
  }

  /**
   * The access point of a team.
   *
   * @throws where there is no such team
   */
  public accessPoint(team: string): TeamAccessPoint {
    const point = this.points.get(team);
    if (!point) {
      throw validationError({
        property: 'team',
        actual: team,
        expected: `one of ${[...this.points.keys()].join(', ')}`,
        hint: 'name a team of "teams"',
        scope: this,
      });
    }
    return point;
  }

  /**
   * The managed policy with the rights of a team, for what no resource policy can allow by itself: the users of an IAM
   * group, to which it is attached, and a permission set of IAM Identity Center, which names it as a customer managed
   * policy. It is made when it is first asked for.
   */
  public identityPolicy(team: string): iam.ManagedPolicy {
    const point = this.accessPoint(team);
    let policy = this.policies.get(team);
    if (!policy) this.policies.set(team, (policy = this.makePolicy(point)));
    return policy;
  }

  private resourceOf(bucket: s3.IBucketRef): s3.CfnBucket {
    const resource = bucket.node.findAll().find((node): node is s3.CfnBucket => s3.CfnBucket.isCfnBucket(node));
    if (!resource) {
      throw validationError({
        property: 'bucket',
        actual: bucket.node.path,
        expected: 'a bucket that this app creates',
        hint: 'put TeamAccessPoints into the app that owns the bucket; an imported bucket takes no policy',
        scope: this,
      });
    }
    const [here, there] = [Stack.of(this), resource.stack];
    if (certainlyDiffer(here.account, there.account) || certainlyDiffer(here.region, there.region)) {
      throw validationError({
        property: 'bucket',
        actual: `${resource.node.path} in ${there.account}, ${there.region}`,
        expected: `a bucket of the account and Region of this stack, ${here.account}, ${here.region}`,
        hint: "put the access points into a stack of the bucket's account and Region",
        scope: this,
      });
    }
    return resource;
  }

  private keyOf(bucket: s3.IBucketRef): kms.IKey | undefined {
    const known = bucket.node.findAll().find((node): node is s3.Bucket => node instanceof s3.Bucket)?.encryptionKey;
    // A control may have named the key behind the back of the L2.
    const arn = keyArnOf(this.bucket);
    if (known || arn === undefined) return known;
    const owner = referenced(arn)?.node.scope;
    if (owner instanceof kms.Key) return owner;
    return Token.isUnresolved(arn) || arn.startsWith('arn:') ? kms.Key.fromKeyArn(this, 'BucketKey', arn) : undefined;
  }

  private refuse(teams: Team[]): void {
    if (teams.length === 0) {
      throw validationError({
        property: 'teams',
        actual: '[]',
        expected: 'at least one team',
        hint: 'name the teams',
        scope: this,
      });
    }
    const names = new Set<string>();
    for (const { name } of teams) {
      if (names.has(name)) {
        throw validationError({
          property: 'teams',
          actual: `"${name}" twice`,
          expected: 'teams with names of their own',
          hint: 'rename one of them',
          scope: this,
        });
      }
      names.add(name);
    }
  }

  /**
   * Other letters in nested stacks: an access point that moves to another stack is a new one, and the old one still has
   * the old name.
   */
  /**
   * Whatever replaces an access point makes another name: CloudFormation creates the new one before it deletes the old
   * one.
   */
  private nameFor(nested: boolean, { boundTo }: NetworkOrigin): string {
    let stack = Stack.of(this);
    // The name of a nested stack is known at deployment only, and would be another one in every synthesis.
    while (stack.nestedStackParent) stack = stack.nestedStackParent;
    const word =
      this.node.id
        .toLowerCase()
        .replace(/[^a-z0-9]/g, '')
        .slice(0, 10) || 'teams';
    const vpc = boundTo && (Token.isUnresolved(boundTo.vpcId) ? boundTo.node.path : boundTo.vpcId);
    const place = [
      stack.stackName,
      this.node.path,
      nested ? 'nested' : 'inline',
      bucketIdentity(this.bucket),
      vpc ?? 'internet',
    ].join(' ');
    return `${word}-${createHash('sha256').update(place).digest('hex').slice(0, 8)}`;
  }

  private makePoint(team: Team, origin: NetworkOrigin, nested: boolean): TeamAccessPoint {
    const name = requireAccessPointName('name', `${this.namePrefix}-${team.name}`);
    const resource = new s3.CfnAccessPoint(
      nested ? this.shardOf(team) : this,
      nested ? team.name : `Team-${team.name}`,
      {
        name,
        bucket: this.bucket.ref,
        bucketAccountId: this.bucket.stack.account,
        vpcConfiguration: origin.boundTo && { vpcId: origin.boundTo.vpcId },
      },
    );
    resource.with(new AccessPointPublicAccessBlocked(), new AccessPointTeam(team));
    resource.node.addValidation({ validate: () => tooLong(resource) });
    return new TeamAccessPoint(
      team,
      name,
      Stack.of(this).formatArn({ service: 's3', resource: 'accesspoint', resourceName: name }),
      resource,
    );
  }

  private shardOf({ name }: Team): Construct {
    const id = `Teams${createHash('sha256').update(name).digest()[0] % SHARDS}`;
    return (
      (this.node.tryFindChild(id) as Construct | undefined) ??
      new NestedStack(this, id, { description: `Access points of ${this.node.path}` })
    );
  }

  private limit(nested: boolean): void {
    if (!nested) return;
    const shards = this.node.children.filter((child) => NestedStack.isNestedStack(child));
    const largest = Math.max(
      ...shards.map((shard) => shard.node.children.filter((child) => s3.CfnAccessPoint.isCfnAccessPoint(child)).length),
    );
    if (largest > TEAMS_A_SHARD) {
      throw validationError({
        property: 'teams',
        actual: `${this.points.size} teams`,
        expected:
          `about ${SHARDS * TEAMS_A_SHARD * 0.8} teams a bucket, of which a nested stack takes ` +
          `${TEAMS_A_SHARD} at most`,
        hint: 'divide the teams among several buckets, or several TeamAccessPoints of one bucket',
        scope: this,
      });
    }
    Validations.of(this).addWarning(
      '@strongbox/team-access-points-quotas',
      `${this.node.path} has ${this.points.size} access points in ${shards.length} nested stacks. Quotas ` +
        'to watch: 10,000 access points an account and' +
        ' Region, 20,480 bytes for the bucket policy, which names each of them, and 32,768 bytes for the ' +
        'key policy, which names each member.',
    );
  }

  private allowKey(teams: Team[]): void {
    if (!this.key) return;
    const rights = TeamKeyRights.on(this.key);
    for (const team of teams) {
      rights.allow(keyActionsOf(team), membersOf(team.name, team.principals, this.bucket.stack.account));
    }
    if (rights.taken) return;
    Validations.of(this).addWarning(
      '@strongbox/key-policy-not-extended',
      `The key ${this.key.node.path} is not made by this app, so its policy could not let the members of ` +
        'the teams use it through S3:' +
        " let the key's owner add kms:Decrypt, and for writing teams kms:GenerateDataKey, or their " +
        'requests are denied by KMS.',
    );
  }

  private giveIdentityPolicies(teams: Team[]): void {
    for (const team of teams) {
      const { groups } = membersOf(team.name, team.principals, this.bucket.stack.account);
      if (groups.length === 0) continue;
      groups.forEach((group) => this.identityPolicy(team.name).attachToGroup(group));
      Validations.of(this).addWarning(
        '@strongbox/team-of-group',
        'A request does not tell the IAM groups of its user, so the access point of the team ' +
          `"${team.name}" is left to IAM for the users of the account:` +
          ' a user with rights on every access point reaches it too. A role for the team to assume has no such gap.',
      );
    }
  }

  private makePolicy({ team, name, arn }: TeamAccessPoint): iam.ManagedPolicy {
    const allow = (actions: string[], resources: string[], conditions?: iam.Conditions) =>
      actions.length === 0 ? [] : [new iam.PolicyStatement({ actions, resources, conditions })];
    const folders = team._folders;
    const policy = new iam.ManagedPolicy(this, `Policy-${team.name}`, {
      // A permission set names it, so it has a name; names of IAM have no Region.
      managedPolicyName: `${name}-${Aws.REGION}`,
      description: `What the team ${team.name} may do through its access point`,
      statements: [
        ...allow(
          objectActionsOf(team),
          folders.map((folder) => `${arn}/object/${folder}*`),
        ),
        ...allow(
          team._may('list') ? LIST : [],
          [arn],
          folders.includes('') ? undefined : { StringLike: { 's3:prefix': folders.map((folder) => `${folder}*`) } },
        ),
        ...(this.key
          ? allow(keyActionsOf(team), [this.key.keyArn], {
              StringEquals: { 'kms:ViaService': `s3.${this.key.env.region}.amazonaws.com` },
              ArnLike: { 'kms:EncryptionContext:aws:s3:arn': [this.bucket.attrArn, `${this.bucket.attrArn}/*`] },
            })
          : []),
      ],
    });
    acknowledgeWildcards(
      policy,
      `Every object below ${folders.map((folder) => folder || 'the bucket').join(', ')} through one access ` +
        'point, and nothing else',
    );
    return policy;
  }

  /** What is wrong with the way from the VPC to the access points. */
  private unreachable(origin: NetworkOrigin): string[] {
    const vpc = origin.boundTo!;
    const endpoints = s3EndpointsIn(vpc);
    if (endpoints.length === 0) {
      return [
        explain({
          property: 'origin',
          actual: `the VPC ${vpc.node.path}, in which the app has no S3 endpoint`,
          expected: 'a VPC with an S3 endpoint, through which alone such access points are reached',
          hint:
            'add new S3Endpoint(scope, id, { vpc, buckets: [bucket] }), or say who runs it with ' +
            'NetworkOrigin.vpc(vpc, { endpointElsewhere: reason })',
          scope: this,
        }),
      ];
    }
    const needed = [
      this.bucket.attrArn,
      `${this.bucket.attrArn}/key`,
      ...[...this.points.values()].flatMap(({ arn }) => [arn, `${arn}/object/key`]),
    ];
    return endpoints.flatMap((endpoint) => {
      const forgotten = forgottenBy(endpoint, needed);
      return forgotten === undefined
        ? []
        : [
            explain({
              property: 'policyDocument',
              actual: `a policy that leaves out ${JSON.stringify(Stack.of(endpoint).resolve(forgotten))}`,
              expected: 'a policy that lets both the bucket and its access points through',
              hint:
                `add the bucket to "buckets" of the S3Endpoint, or allow ${this.namePrefix}-* as well as the ` +
                `bucket in the endpoint's policy`,
              scope: endpoint,
            }),
          ];
    });
  }
}

/** Only the literal text counts here: what the deployment fills in comes on top. */
function tooLong(accessPoint: s3.CfnAccessPoint): string[] {
  const bytes = Buffer.byteLength(JSON.stringify(Stack.of(accessPoint).resolve(accessPoint.policy)));
  return bytes <= POLICY_LIMIT
    ? []
    : [
        explain({
          property: 'prefixes',
          actual: `a policy of ${bytes} bytes`,
          expected: `an access point policy of at most ${POLICY_LIMIT} bytes`,
          hint: 'put the prefixes below one folder, or divide the team',
          scope: accessPoint,
        }),
      ];
}
