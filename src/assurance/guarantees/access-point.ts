/** What is guaranteed of the access points in front of a bucket; `Guarantee` names each of them. */
import { OPEN } from './endpoint';
import type { GuaranteeProps } from './guarantee-props';
import {
  allOf,
  always,
  checkedPrefix,
  DATA_ACTIONS,
  excluding,
  isTrue,
  PRINCIPAL_KIND_KEY,
  never,
  NOT_A_SERVICE,
  setting,
  type ProofObligation,
  type SettingPart,
} from './proof-obligation';
import type { Environment } from '../engine/environment';
import { region, type Conditions } from '../engine/region';
import { PUBLIC_ACCESS_BLOCKS } from '../model/bucket-settings';
import type { AccessPointModel } from '../model/resolve';
import { nameOfConstruct, policiesOf, s3Endpoints, type ResourceUnderTest } from '../model/subject';

export function accessPointsBlockPublicAccess(): GuaranteeProps {
  return {
    id: 'access-points-block-public-access',
    title: 'No public access point',
    description: 'All four settings of Block Public Access are on for every access point of the bucket.',
    fix: 'Set PublicAccessBlockConfiguration of the AWS::S3::AccessPoint with all four settings true.',
    applies: ({ bucket }) => bucket.accessPoints.length > 0,
    parts: ({ bucket, settings }) =>
      bucket.accessPoints.flatMap(({ name, resource }) =>
        PUBLIC_ACCESS_BLOCKS.map((block) =>
          setting(`${block} of ${name}`, settings.publicAccessBlockOf(resource)[block], isTrue),
        ),
      ),
  };
}

/** What one access point is for. */
export interface AccessPointGuaranteeOptions {
  /** Name, ARN, construct path or logical id of the access point. */
  readonly accessPoint: string;
  /** ARNs of roles or users, or patterns of them; construct paths and logical ids of the template serve as well. */
  readonly principals: string[];
  /** Actions on objects, and `s3:ListBucket` or `s3:ListBucketVersions` for listing. */
  readonly actions: string[];
  /**
   * Prefixes that end in a slash.
   * @default - the whole bucket
   */
  readonly prefixes?: string[];
}

const ARN = 's3:DataAccessPointArn';
const LISTINGS = ['s3:ListBucket', 's3:ListBucketVersions'];
const UPLOADS = 's3:ListBucketMultipartUploads';

export function accessPointsPinned(): GuaranteeProps {
  return {
    id: 'access-points-pinned',
    title: 'No other access point',
    description:
      'No request is allowed that comes by an access point which the templates do not make, of this ' +
      'account or another one.',
    fix:
      "Deny s3:* on the bucket and on /* where s3:DataAccessPointArn is there and none of the bucket's " +
      'access points.',
    parts: (subject) => {
      const arns = subject.bucket.accessPoints.map(({ arn }) => arn);
      return [
        never(subject, {
          actions: ['s3:*'],
          when: { Null: { [ARN]: 'false' }, ...(arns.length > 0 ? { StringNotEquals: { [ARN]: arns } } : {}) },
        }),
      ];
    },
  };
}

export function accessPointsTrusted(names: readonly string[]): GuaranteeProps {
  return {
    id: 'access-points-trusted',
    title: names.length === 0 ? 'Access points of the account only' : 'Named access points only',
    description:
      'No request is allowed that comes by an access point of another ' +
      `account${names.length === 0 ? '' : `, or by another one than ${names.join(', ')}`}.`,
    fix:
      'Deny s3:* on the bucket and on /* where s3:DataAccessPointArn is there and is none of these, and ' +
      'where s3:DataAccessPointAccount is another account.',
    options: names,
    parts: (subject) => {
      const by: Conditions = { Null: { [ARN]: 'false' } };
      return [
        never(subject, {
          actions: ['s3:*'],
          when: { ...by, StringNotEquals: { 's3:DataAccessPointAccount': subject.resource.account } },
        }),
        ...(names.length === 0
          ? []
          : [
              never(subject, {
                actions: ['s3:*'],
                when: { ...by, StringNotLike: { [ARN]: names.map((name) => `arn:*:accesspoint/${name}`) } },
              }),
            ]),
      ];
    },
  };
}

export function onlyThroughAccessPoints(principals: readonly string[]): GuaranteeProps {
  const except = principals.map(nameOfConstruct);
  return {
    id: 'only-through-access-points',
    title: 'Through its access points only',
    description:
      'No object is read, written, deleted or listed but through an access point of this bucket that the ' +
      'template makes.',
    fix:
      "Deny the data actions where s3:DataAccessPointArn is none of the bucket's access points, exempting " +
      'AWS services and administrators.',
    options: except,
    parts: (subject) => [
      never(subject, {
        actions: DATA_ACTIONS,
        when: allOf(
          NOT_A_SERVICE,
          subject.bucket.accessPoints.length > 0
            ? { StringNotEquals: { [ARN]: subject.bucket.accessPoints.map(({ arn }) => arn) } }
            : {},
          excluding(subject, except),
        ),
      }),
    ],
  };
}

export function accessPointServesOnly(options: AccessPointGuaranteeOptions): GuaranteeProps {
  const { actions, prefixes, ...named } = checked(options);
  return {
    id: 'access-point-serves-only',
    title: `${options.accessPoint} for its team only`,
    description:
      `Nobody but ${options.principals.join(', ')} is allowed any data or listing through the access point ` +
      `${options.accessPoint}, administrators included, and` +
      ` they only ${actions.join(', ')} on ${prefixes?.join(', ') ?? 'the bucket'}.`,
    fix:
      'Deny in the policy of the access point all other principals by aws:PrincipalArn, other actions by ' +
      'NotAction, other keys by NotResource, and listing by s3:prefix.',
    options,
    parts: (subject) => {
      const by = { StringEquals: { [ARN]: doorOf(subject, named.accessPoint).arn } };
      const lists = LISTINGS.filter((action) => actions.includes(action));
      const others = LISTINGS.filter((action) => !actions.includes(action));
      return [
        // Through an access point S3 takes no request that administers the bucket.
        never(subject, {
          actions: DATA_ACTIONS,
          when: { ...by, ArnNotLike: { 'aws:PrincipalArn': named.principals.map((name) => subject.nameOf(name)) } },
        }),
        never(subject, { actions, notActions: true, keys: ['*'], when: by }),
        never(subject, { actions: [UPLOADS, ...others], when: by }),
        ...(prefixes === undefined
          ? []
          : [
              never(subject, {
                actions: ['s3:*'],
                keys: ['*'],
                notResources: prefixes.map((prefix) => `${subject.arn}/${prefix}*`),
                when: by,
              }),
              ...(lists.length === 0
                ? []
                : [
                    never(subject, {
                      actions: lists,
                      when: { ...by, StringNotLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } },
                    }),
                  ]),
            ]),
      ];
    },
  };
}

export function accessPointWorks(options: AccessPointGuaranteeOptions): GuaranteeProps {
  const { actions, prefixes = [''], ...named } = checked(options);
  return {
    id: 'access-point-works',
    title: `${options.accessPoint} works`,
    description:
      `${options.principals.join(', ')} may do ${actions.join(', ')} on ` +
      `${options.prefixes?.join(', ') ?? 'the bucket'} through the access point` +
      ` ${options.accessPoint}, by every S3 endpoint of its VPC if it is bound to one, without any policy ` +
      `of their own in the bucket's account.`,
    fix:
      'Allow it in the policy of the access point, let the bucket trust the access point, and let the ' +
      'policy of the VPC endpoint name both.',
    options,
    parts: (subject) => {
      const door = doorOf(subject, named.accessPoint);
      const lists = LISTINGS.filter((action) => actions.includes(action));
      const objects = actions.filter((action) => !lists.includes(action));
      return named.principals.flatMap((name) =>
        networksOf(subject, door).flatMap((network): ProofObligation[] => {
          if ('setting' in network) return [network];
          const principal = subject.nameOf(name);
          const who = { ArnEquals: { 'aws:PrincipalArn': principal } };
          const through = { [ARN]: door.arn, ...network.keys, [PRINCIPAL_KIND_KEY]: ['role', 'user'] };
          // A principal of another account needs the consent of that account; one of this account needs nothing more
          // than the access point's.
          const environment: Partial<Environment> = {
            ...network.environment,
            ...(principal.split(':')[4] === subject.resource.account ? { otherIdentities: 'nothing' } : {}),
          };
          return [
            ...(objects.length === 0
              ? []
              : [
                  always(subject, {
                    actions: objects,
                    keys: prefixes.map((prefix) => `${prefix}?*`),
                    when: { ...who, StringEquals: through },
                    identities: true,
                    environment,
                  }),
                ]),
            ...lists.flatMap((action) =>
              prefixes.map((prefix) =>
                always(subject, {
                  actions: [action],
                  when: { ...who, StringEquals: through, StringLike: { 's3:prefix': `${prefix}*` } },
                  identities: true,
                  environment,
                }),
              ),
            ),
          ];
        }),
      );
    },
  };
}

export function accessPointsOnlyFromVpc(): GuaranteeProps {
  return {
    id: 'access-points-only-from-vpc',
    title: 'Access points from a VPC only',
    description: 'No data is reached through an access point of the bucket by a request that comes from no VPC.',
    fix: 'Set VpcConfiguration of every AWS::S3::AccessPoint.',
    applies: ({ bucket }) => bucket.accessPoints.length > 0,
    parts: (subject) => [
      never(subject, {
        actions: DATA_ACTIONS,
        when: {
          StringEquals: { [ARN]: subject.bucket.accessPoints.map(({ arn }) => arn) },
          Null: { 'aws:SourceVpc': 'true' },
        },
      }),
    ],
  };
}

export function accessPointsAdministrable(): GuaranteeProps {
  return {
    id: 'access-points-administrable',
    title: 'Nobody locked out of the access points',
    description:
      'No policy of an access point denies a principal of the account to look at, change or delete the ' +
      'access point itself.',
    fix: "Name data actions and listings in the denies of the access point's policy, not s3:* on the access point.",
    applies: ({ bucket }) => bucket.accessPoints.some(({ policy }) => policy !== undefined),
    parts: ({ bucket }) =>
      bucket.accessPoints.flatMap(({ arn, policy, resource }): ProofObligation[] =>
        policy === undefined
          ? []
          : [
              {
                expect: 'always',
                place: resource.path,
                region: region({
                  actions: ['s3:*AccessPoint*'],
                  when: {
                    StringEquals: { 'aws:PrincipalAccount': resource.account, [PRINCIPAL_KIND_KEY]: ['role', 'user'] },
                  },
                }),
                targets: [{ kind: 'accesspoint', arn }],
                environment: { account: resource.account, resourcePolicies: [policy], otherIdentities: 'everything' },
              },
            ],
      ),
  };
}

export function endpointsComplete(): GuaranteeProps {
  return {
    id: 'endpoints-complete',
    title: 'VPC endpoints let the access points through',
    description:
      'Every access point that is bound to a VPC is reached by every S3 endpoint of that VPC in the ' +
      'templates, and there is one.',
    fix:
      'Name both the bucket and the access point, each with its objects, in the policy of the ' +
      'AWS::EC2::VPCEndpoint.',
    applies: ({ bucket }) => bucket.accessPoints.some(({ vpcId }) => vpcId !== undefined),
    parts: (subject) =>
      subject.bucket.accessPoints
        .filter(({ vpcId }) => vpcId !== undefined)
        .flatMap((door) =>
          networksOf(subject, door).map((network): ProofObligation =>
            'setting' in network
              ? network
              : always(subject, {
                  actions: DATA_ACTIONS,
                  when: { StringEquals: { ...network.keys, [ARN]: door.arn, [PRINCIPAL_KIND_KEY]: ['role', 'user'] } },
                  // What the endpoint lets through is asked, and nothing else.
                  environment: {
                    ...network.environment,
                    resourcePolicies: [OPEN],
                    restrictsPublic: false,
                    accessPoints: [{ arn: door.arn, vpcId: door.vpcId, policy: OPEN }],
                  },
                }),
          ),
        ),
  };
}

function checked(options: AccessPointGuaranteeOptions): AccessPointGuaranteeOptions {
  const { accessPoint, principals, actions, prefixes } = options;
  if (actions.length === 0 || principals.length === 0) {
    throw new Error(`"${actions.length === 0 ? 'actions' : 'principals'}" is []; one or more are needed`);
  }
  return {
    accessPoint: nameOfConstruct(accessPoint),
    principals: principals.map(nameOfConstruct),
    actions,
    prefixes: prefixes?.map(checkedPrefix),
  };
}

function doorOf(subject: ResourceUnderTest, name: string): AccessPointModel {
  const { accessPoints } = subject.bucket;
  const found = accessPoints.filter((door) =>
    [door.name, door.arn, door.resource.path, door.resource.logicalId].includes(name),
  );
  if (found.length !== 1) {
    throw new Error(
      `"accessPoint" is "${name}"; the bucket has ` +
        `${accessPoints.map((door) => door.name).join(', ') || 'no access points'}`,
    );
  }
  return found[0];
}

interface Network {
  readonly keys: Record<string, string>;
  readonly environment: Partial<Environment>;
}

/** From where a request through the access point may come: from anywhere, or by each endpoint of its VPC. */
function networksOf(subject: ResourceUnderTest, { name, vpcId }: AccessPointModel): Array<Network | SettingPart> {
  const endpoints =
    vpcId === undefined ? [] : s3Endpoints(subject.model).filter((endpoint) => endpoint.vpcId === vpcId);
  if (vpcId === undefined) return [{ keys: {}, environment: {} }];
  if (endpoints.length === 0) {
    return [setting(`S3 endpoint in the VPC of ${name}`, undefined, (value) => value !== undefined) as SettingPart];
  }
  return endpoints.map((endpoint) => ({
    keys: { 'aws:SourceVpc': vpcId, 'aws:SourceVpce': endpoint.id },
    environment: { endpointPolicies: policiesOf([endpoint]) },
  }));
}
