import { anonymousPrincipal, runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import type { Environment } from '../../../src/assurance/engine/environment';
import {
  displayKey,
  principalKey,
  PRINCIPAL_KEYS,
  type ContextValue,
  type Request,
} from '../../../src/assurance/engine/request';

const EVERYTHING = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

/** The policies of an environment as documents, since the other evaluator parses them itself. */
export interface Documents {
  readonly resourcePolicy?: any;
  readonly identityPolicies?: any[];
  readonly boundary?: any;
  readonly serviceControlPolicies?: any[];
  readonly resourceControlPolicies?: any[];
  readonly endpointPolicy?: any;
}

/**
 * Asks an independent evaluator.
 * @throws if it leaves out a condition key: its answer would be about another request
 */
export async function secondOpinion(
  request: Request,
  env: Pick<Environment, 'account' | 'restrictsPublic'>,
  documents: Documents,
): Promise<boolean> {
  const { principal, action, resource } = request;
  const contextVariables: Record<string, string | string[]> = {};
  for (const key of PRINCIPAL_KEYS) {
    const value = key.startsWith('aws:') ? principalKey(principal, key) : undefined;
    if (value !== undefined) contextVariables[displayKey(key)] = copied(value);
  }
  for (const [key, value] of Object.entries(request.context)) contextVariables[displayKey(key)] = copied(value);
  const named = (policies: any[] = [], prefix: string) =>
    policies.map((policy, i) => ({ name: `${prefix}${i}`, policy }));
  const ofCaller =
    principal.kind === 'service' || principal.kind === 'anonymous' ? [] : (documents.identityPolicies ?? [EVERYTHING]);
  const simulation: Simulation = {
    request: { principal: nameOf(request), action, resource: { resource, accountId: env.account }, contextVariables },
    identityPolicies: principal.kind === 'root' ? [{ name: 'root', policy: EVERYTHING }] : named(ofCaller, 'identity'),
    serviceControlPolicies: (principal.account === env.account ? (documents.serviceControlPolicies ?? []) : []).map(
      (policy, i) => ({ orgIdentifier: `level${i}`, policies: [{ name: `scp${i}`, policy }] }),
    ),
    resourceControlPolicies: (documents.resourceControlPolicies ?? []).map((policy, i) => ({
      orgIdentifier: `level${i}`,
      policies: [{ name: `rcp${i}`, policy }],
    })),
    resourcePolicy: documents.resourcePolicy,
    permissionBoundaryPolicies:
      documents.boundary && ofCaller.length > 0 ? [{ name: 'boundary', policy: documents.boundary }] : undefined,
    vpcEndpointPolicies: documents.endpointPolicy
      ? [{ name: 'endpoint', policy: documents.endpointPolicy }]
      : undefined,
    additionalSettings: { s3: { blockPublicAccess: env.restrictsPublic === true } },
  };
  const result = await runSimulation(simulation, {});
  if (result.resultType === 'error') {
    throw new Error(`${result.errors.message}: ${JSON.stringify(result.errors)} for ${JSON.stringify(simulation)}`);
  }
  const ignored = result.resultType === 'single' ? (result.result.ignoredContextKeys ?? []) : [];
  if (ignored.length > 0) throw new DroppedKeyError(ignored);
  return result.overallResult === 'Allowed';
}

function copied(value: ContextValue): string | string[] {
  return typeof value === 'string' ? value : [...value];
}

export class DroppedKeyError extends Error {
  public constructor(public readonly keys: readonly string[]) {
    super(`The second opinion leaves out ${keys.join(', ')}`);
  }
}

function nameOf({ principal }: Request): Simulation['request']['principal'] {
  switch (principal.kind) {
    case 'anonymous':
      return anonymousPrincipal;
    case 'service':
      return principal.service!;
    case 'role': {
      const [, partition, account, name] = /^arn:([^:]*):iam::([^:]*):role\/(?:.*\/)?([^/]+)$/.exec(principal.arn!)!;
      return `arn:${partition}:sts::${account}:assumed-role/${name}/${principal.session ?? 'session'}`;
    }
    default:
      return principal.arn!;
  }
}
