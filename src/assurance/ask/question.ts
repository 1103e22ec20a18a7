import { accessPointNamed, bucketNamed, endpointNamed, identityNamed, withoutTokens } from './names';
import type { RequestOptions } from './request-options';
import { isCoveredService, services } from '../data/iam';
import { actionsOfCall, callNames, callUsesKey } from '../engine/calls';
import type { Environment } from '../engine/environment';
import { canonicalKey, type Context, type Principal, type Request } from '../engine/request';
import { nearestNames } from '../lints/nearest';
import { unknownActionMessage } from '../lints/unknown-action';
import {
  encryptionRule,
  type AccessPointModel,
  type BucketModel,
  type IdentityModel,
  type Model,
} from '../model/resolve';
import { environmentOf, keyEnvironment, policiesOf, ResourceUnderTest, s3Endpoints } from '../model/subject';

/** One action that a request needs, with what decides about it. */
export interface Question {
  readonly request: Request;
  readonly environment: Environment;
  readonly bucket: BucketModel;
  readonly accessPoint?: AccessPointModel;
  /** The caller, where the templates make it. */
  readonly identity?: IdentityModel;
  /** Condition keys, in lower case, that the asker gave: by value, by access point or by VPC endpoint. */
  readonly given: ReadonlySet<string>;
}

/**
 * Every action that a request needs.
 * @param isAsked whether a stack is one of those that a request without a resource may be about
 * @throws saying what is not named, and what is nearest
 */
export function questionsOf(
  model: Model,
  options: RequestOptions,
  isAsked: (stack: string) => boolean = () => true,
): Question[] {
  if ((options.action === undefined) === (options.call === undefined)) {
    throw new Error(`"action" is ${options.action} and "call" is ${options.call}; give one of them`);
  }
  if (options.action !== undefined) checkAction(options.action);
  if (options.call !== undefined) checkCall(options.call);
  const { bucket, resource, accessPoint } = targetOf(model, options, isAsked);
  const subject = new ResourceUnderTest(model, bucket);
  const { principal, identity } = callerOf(
    model,
    options.principal ?? `arn:${bucket.resource.partition}:iam::${bucket.resource.account}:role/x`,
  );
  const stated: Record<string, string> = {
    ...(accessPoint && throughAccessPoint(accessPoint)),
    ...(options.vpcEndpoint !== undefined && throughEndpoint(model, options.vpcEndpoint)),
  };
  for (const [key, value] of Object.entries(options.context ?? {})) stated[canonicalKey(key)] = value;
  const context: Record<string, string> = { ...ordinary(principal), ...stated };
  if (context['aws:securetransport'] === 'false') delete context['s3:tlsversion'];
  const withKey = options.call !== undefined && callUsesKey(options.call) && bucket.key !== undefined;
  const needed =
    options.call === undefined
      ? [{ action: options.action!, on: 'object' as const }]
      : actionsOfCall(options.call, [...(options.features ?? []), ...(withKey ? ['kms'] : [])]);
  const about = { bucket, accessPoint, identity, given: new Set(Object.keys(stated)) };
  return needed
    .filter(({ on }) => on !== 'source')
    .map(({ action, on }) =>
      on === 'key'
        ? {
            ...about,
            request: { principal, action, resource: bucket.key!.arn, context: keyContext(bucket, resource, principal) },
            environment: keyEnvironment(bucket.key!, model.organization),
          }
        : {
            ...about,
            request: { principal, action, resource: on === 'bucket' ? bucket.arn : resource, context },
            environment: { ...environmentOf(subject), endpointPolicies: policiesOf(s3Endpoints(model)) },
          },
    );
}

/** @throws naming the nearest if the table of calls has no such call */
function checkCall(call: string): void {
  if (callNames().includes(call)) return;
  throw new Error(
    `"call" must be an S3 API call (got "${call}"). The nearest: ${nearestNames(call, callNames()).join(', ')}.`,
  );
}

/** @throws if a request cannot have this action */
function checkAction(action: string): void {
  const problem = /[*?]/.test(action)
    ? `"${action}" is a pattern, and a request has one action.`
    : isCoveredService(action.split(':')[0].toLowerCase())
      ? unknownActionMessage(action)
      : `"${action}" is of no service whose policies are read here (${services().join(', ')}).`;
  if (problem !== undefined) throw new Error(`"action" must be one action, e.g. s3:GetObject: ${problem}`);
}

interface Target {
  readonly bucket: BucketModel;
  readonly resource: string;
  readonly accessPoint?: AccessPointModel;
}

function targetOf(model: Model, options: RequestOptions, isAsked: (stack: string) => boolean): Target {
  const { action, call } = options;
  const through = options.accessPoint === undefined ? undefined : withoutTokens(options.accessPoint);
  const text = options.resource === undefined ? undefined : withoutTokens(options.resource);
  const mine = model.buckets.filter((bucket) => isAsked(bucket.resource.stack));
  const onObject = call === undefined ? /object/i.test(action!) : actionsOfCall(call).some(({ on }) => on === 'object');
  const point = through === undefined ? undefined : accessPointNamed(pointsOf(mine), through);
  const behind = point && mine.find(({ accessPoints }) => accessPoints.some(({ arn }) => arn === point.arn));
  if (text === undefined) {
    const only = behind ?? (mine.length === 1 ? mine[0] : undefined);
    if (!only) throw new Error(`"resource" is missing, and there are ${mine.length} buckets: name one`);
    return { bucket: only, resource: onObject ? `${only.arn}/x` : only.arn, accessPoint: point };
  }
  try {
    const { bucket, key } = bucketNamed(model, text);
    if (point && !bucket.accessPoints.some(({ arn }) => arn === point.arn)) {
      throw new Error(
        `"accessPoint" is "${options.accessPoint}"; the bucket ${bucket.resource.path} has ` +
          `${bucket.accessPoints.map(({ name }) => name).join(', ') || 'no access points'}`,
      );
    }
    return { bucket, resource: key === undefined ? bucket.arn : `${bucket.arn}/${key}`, accessPoint: point };
  } catch (error) {
    // Through an access point a key is enough.
    if (!behind || text.startsWith('arn:') || !/of the templates has/.test((error as Error).message)) throw error;
    return { bucket: behind, resource: `${behind.arn}/${text}`, accessPoint: point };
  }
}

function pointsOf(buckets: readonly BucketModel[]): AccessPointModel[] {
  return buckets.flatMap(({ accessPoints }) => accessPoints);
}

/** The condition keys of a request that comes by an access point. */
function throughAccessPoint({ arn, resource, vpcId }: AccessPointModel): Record<string, string> {
  return {
    's3:dataaccesspointarn': arn,
    's3:dataaccesspointaccount': resource.account,
    's3:accesspointnetworkorigin': vpcId === undefined ? 'Internet' : 'VPC',
  };
}

/** The condition keys of a request that comes by a VPC endpoint. */
function throughEndpoint(model: Model, name: string): Record<string, string> {
  const { id, vpcId } = endpointNamed(model, withoutTokens(name));
  return { 'aws:sourcevpce': id, 'aws:sourcevpc': vpcId };
}

function callerOf(model: Model, text: string): { readonly principal: Principal; readonly identity?: IdentityModel } {
  const name = withoutTokens(text);
  const isSpelt = /^(anonymous$|arn:)/.test(name) || isService(name);
  const identity = isSpelt ? model.identities.find(({ arn }) => arn === name) : identityNamed(model, name);
  return { principal: principalOf(identity?.arn ?? name), identity };
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

function isService(text: string): boolean {
  return /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(text);
}

/** Who a text names: `anonymous`, the ARN of a role, session, user or root, or a service principal. */
export function principalOf(text: string): Principal {
  if (text === 'anonymous') return { kind: 'anonymous' };
  if (isService(text)) return { kind: 'service', service: text };
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
