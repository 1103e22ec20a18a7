/** What is guaranteed of the VPC endpoints of Amazon S3; `AccessPointGuarantees` names each of them. */
import type { GuaranteeProps } from './guarantee-props';
import { PRINCIPAL_KIND_KEY, type ProofObligation } from './proof-obligation';
import { parsePolicy } from '../engine/policy';
import type { Target } from '../engine/property';
import { region } from '../engine/region';
import type { EndpointModel } from '../model/resolve';
import { policiesOf, s3Endpoints, VPC_ENDPOINT } from '../model/subject';
import { isUnknown } from '../template/unknown';

/** What a VPC endpoint of Amazon S3 is for. */
export interface EndpointBucketsGuaranteeOptions {
  /** ARNs of the buckets that may be reached. */
  readonly buckets: string[];
  /**
   * ARNs of objects of other buckets, by the action that is let through to them.
   * @default - none
   */
  readonly platform?: { [action: string]: string[] };
}

export function endpointsAllowRead(buckets: readonly string[]): GuaranteeProps {
  return {
    id: 'endpoints-allow-read',
    title: `VPC endpoints let read ${buckets.join(', ')}`,
    description:
      `Objects of ${buckets.join(', ')} are read through every S3 endpoint of the templates, and nothing ` +
      'else is done there.',
    fix:
      'Allow s3:GetObject on the objects of these buckets, and nothing else, in the policy of the ' +
      'AWS::EC2::VPCEndpoint.',
    options: buckets,
    applies: ({ model }) => s3Endpoints(model).length > 0,
    parts: ({ model, resource: { partition } }) =>
      s3Endpoints(model).flatMap((endpoint) =>
        buckets.flatMap((name) => {
          const arn = `arn:${partition}:s3:::${name}`;
          return [
            throughEndpoint(endpoint, 'always', ['s3:GetObject'], [{ kind: 'object', arn, keys: ['*'] }]),
            throughEndpoint(
              endpoint,
              'never',
              ['s3:GetObject'],
              [
                { kind: 'object', arn, keys: ['*'] },
                { kind: 'bucket', arn },
              ],
              true,
            ),
          ];
        }),
      ),
  };
}

export function endpointsBounded(): GuaranteeProps {
  return {
    id: 'endpoints-bounded',
    title: 'VPC endpoints lead to named buckets only',
    description:
      "No S3 endpoint of the templates lets a request to another owner's bucket through, one that no " +
      'policy of the templates names.',
    fix: 'Name the buckets and access points in the policy of the AWS::EC2::VPCEndpoint instead of "*".',
    applies: ({ model }) => s3Endpoints(model).length > 0,
    parts: ({ model, resource: { partition } }) =>
      s3Endpoints(model).flatMap((endpoint) =>
        foreignBuckets(endpoint).map((name) => {
          const arn = `arn:${partition}:s3:::${name}`;
          return throughEndpoint(
            endpoint,
            'never',
            ['s3:*'],
            [
              { kind: 'object', arn, keys: ['*'] },
              { kind: 'bucket', arn },
            ],
          );
        }),
      ),
  };
}

export function endpointBucketsOnly({ buckets, platform = {} }: EndpointBucketsGuaranteeOptions): GuaranteeProps {
  return {
    id: 'endpoint-buckets-only',
    title: 'VPC endpoint for its buckets only',
    description:
      `Whatever ${buckets.join(', ')} allow passes the VPC endpoint, and so does what the platform needs of the ` +
      'buckets of AWS; no request to any other bucket does.',
    fix: 'Name the buckets, with their objects (/*), in the policy of the AWS::EC2::VPCEndpoint, and no other.',
    options: { buckets, platform },
    resourceType: VPC_ENDPOINT,
    parts: ({ model, resource }) => {
      const endpoint = model.endpoints.find((each) => each.resource === resource);
      if (endpoint === undefined) return [];
      const objects = Object.values(platform).flat();
      const known = [...buckets, ...objects].map((arn) => arn.split(/[:/]/)[5]);
      const others = [...foreignBuckets(endpoint), ...namedBuckets(endpoint)].filter((name) => !known.includes(name));
      return [
        ...buckets.map((arn) => throughEndpoint(endpoint, 'always', ['s3:*'], allOf(arn))),
        ...others.map((name) =>
          throughEndpoint(endpoint, 'never', ['s3:*'], allOf(`arn:${resource.partition}:s3:::${name}`)),
        ),
        ...[...new Set(objects)].flatMap((text) => {
          const actions = Object.keys(platform).filter((action) => platform[action].includes(text));
          const arn = text.split('/')[0];
          return [
            throughEndpoint(endpoint, 'always', actions, [{ kind: 'object', arn, keys: ['*'] }]),
            throughEndpoint(endpoint, 'never', actions, allOf(arn), true),
          ];
        }),
      ];
    },
  };
}

function allOf(arn: string): Target[] {
  return [
    { kind: 'object', arn, keys: ['*'] },
    { kind: 'bucket', arn },
  ];
}

/** The buckets that the policy spells out. */
function namedBuckets({ policy }: EndpointModel): string[] {
  const names = (policy?.statements ?? [])
    .flatMap(({ resources }) => resources)
    .map((text) => /^arn:[^:]*:s3:::([^/:]+)/.exec(text)?.[1]);
  return [...new Set(names)].filter((name) => name !== undefined && !/[*?]/.test(name) && !isUnknown(name)) as string[];
}

/** Anybody may make a bucket whose name a pattern takes in. */
function foreignBuckets({ policy }: EndpointModel): string[] {
  const patterns = (policy?.statements ?? [])
    .flatMap(({ resources }) => resources)
    .map((text) => /^[^:]*:[^:]*:s3:[^:]*:[^:]*:([^/:]*)/.exec(text)?.[1] ?? '');
  return [
    FOREIGN_BUCKET,
    ...new Set(
      patterns.filter((name) => /[*?]/.test(name) && !isUnknown(name)).map((name) => name.replace(/[*?]/g, 'x')),
    ),
  ];
}

/** Requests to a bucket of somebody else, who allows everything. */
function throughEndpoint(
  endpoint: EndpointModel,
  expect: 'never' | 'always',
  actions: string[],
  targets: Target[],
  notActions = false,
): ProofObligation {
  return {
    expect,
    place: endpoint.resource.path,
    region: region({
      actions,
      notActions,
      when: { StringEquals: { 'aws:SourceVpce': endpoint.id, [PRINCIPAL_KIND_KEY]: ['role', 'user'] } },
    }),
    targets,
    environment: {
      account: '999999999999',
      resourcePolicies: [OPEN],
      endpointPolicies: policiesOf([endpoint]),
      otherIdentities: 'everything',
    },
  };
}

export const OPEN = parsePolicy(
  { Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' } },
  'policy that allows everything',
);
const FOREIGN_BUCKET = 'somebody-elses-bucket';
