import type { ResolvedResource } from '../model/resolve';

export type PolicyKind = 'resource' | 'identity' | 'trust' | 'endpoint' | 'organization';

/** A policy document as it stands in a template: whatever its author wrote, well formed or not. */
export interface PolicyDocument {
  readonly resource: ResolvedResource;
  readonly kind: PolicyKind;
  /** e.g. `Properties.PolicyDocument` */
  readonly location: string;
  readonly body: any;
}

/**
 * One statement, read as far as it can be read. Lists hold strings only; what is no string is `policy-malformed`'s
 * business.
 */
export interface LooseStatement {
  readonly document: PolicyDocument;
  /** e.g. `Properties.PolicyDocument.Statement.0` */
  readonly location: string;
  readonly raw: any;
  readonly effect: unknown;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  readonly conditions: readonly LooseCondition[];
}

export interface LooseCondition {
  readonly location: string;
  /** As written, e.g. `ForAnyValue:StringLikeIfExists`. */
  readonly written: string;
  readonly set?: 'ForAnyValue' | 'ForAllValues';
  /** Without quantifier and `IfExists`, as written. */
  readonly operator: string;
  readonly ifExists: boolean;
  /** As written. */
  readonly key: string;
  readonly values: readonly string[];
}

/** Where each type of resource keeps its policies. `*` runs over a list. */
const PLACES: Readonly<Record<string, ReadonlyArray<readonly [path: string, kind: PolicyKind]>>> = {
  'AWS::S3::BucketPolicy': [['PolicyDocument', 'resource']],
  'AWS::S3::AccessPoint': [['Policy', 'resource']],
  'AWS::S3::MultiRegionAccessPointPolicy': [['Policy', 'resource']],
  'AWS::S3ObjectLambda::AccessPointPolicy': [['PolicyDocument', 'resource']],
  'AWS::S3Express::BucketPolicy': [['PolicyDocument', 'resource']],
  'AWS::S3Express::AccessPoint': [['Policy', 'resource']],
  'AWS::KMS::Key': [['KeyPolicy', 'resource']],
  'AWS::KMS::ReplicaKey': [['KeyPolicy', 'resource']],
  'AWS::IAM::Policy': [['PolicyDocument', 'identity']],
  'AWS::IAM::ManagedPolicy': [['PolicyDocument', 'identity']],
  'AWS::IAM::RolePolicy': [['PolicyDocument', 'identity']],
  'AWS::IAM::UserPolicy': [['PolicyDocument', 'identity']],
  'AWS::IAM::GroupPolicy': [['PolicyDocument', 'identity']],
  'AWS::IAM::Role': [
    ['AssumeRolePolicyDocument', 'trust'],
    ['Policies.*.PolicyDocument', 'identity'],
  ],
  'AWS::IAM::User': [['Policies.*.PolicyDocument', 'identity']],
  'AWS::IAM::Group': [['Policies.*.PolicyDocument', 'identity']],
  'AWS::EC2::VPCEndpoint': [['PolicyDocument', 'endpoint']],
  'AWS::Organizations::Policy': [['Content', 'organization']],
};

/** Kinds of Organizations policy that are no IAM documents (tags, backups, S3's own Block Public Access). */
const IAM_ORGANIZATION_POLICIES = new Set(['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY']);

export function policyDocuments(resource: ResolvedResource): PolicyDocument[] {
  if (resource.type === 'AWS::Organizations::Policy' && !IAM_ORGANIZATION_POLICIES.has(resource.properties?.Type)) {
    return [];
  }
  return (PLACES[resource.type] ?? []).flatMap(([path, kind]) =>
    reach(resource.properties, path.split('.'), 'Properties').map(({ location, value }) => ({
      resource,
      kind,
      location,
      body: parsed(value),
    })),
  );
}

function reach(value: any, path: readonly string[], location: string): Array<{ location: string; value: any }> {
  if (value === undefined || value === null) return [];
  if (path.length === 0) return [{ location, value }];
  const [head, ...rest] = path;
  if (head === '*') {
    return Array.isArray(value) ? value.flatMap((item, index) => reach(item, rest, `${location}.${index}`)) : [];
  }
  return reach(value[head], rest, `${location}.${head}`);
}

/**
 * CloudFormation takes a policy as JSON text as well; text that does not parse is left for `policy-malformed` to name.
 */
function parsed(value: any): any {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export function statementsOf(document: PolicyDocument): LooseStatement[] {
  const statement = document.body?.Statement;
  const at = `${document.location}.Statement`;
  const raws: Array<readonly [string, any]> = Array.isArray(statement)
    ? statement.map((raw, index) => [`${at}.${index}`, raw] as const)
    : [[at, statement]];
  return raws
    .filter(([, raw]) => isObject(raw))
    .map(([location, raw]) => ({
      document,
      location,
      raw,
      effect: raw.Effect,
      actions: strings(raw.Action),
      notActions: strings(raw.NotAction),
      resources: strings(raw.Resource),
      notResources: strings(raw.NotResource),
      conditions: conditionsOf(raw.Condition, `${location}.Condition`),
    }));
}

function conditionsOf(block: any, location: string): LooseCondition[] {
  if (!isObject(block)) return [];
  return Object.entries(block).flatMap(([written, tests]) => {
    const [, set, operator, ifExists] = /^(?:(ForAnyValue|ForAllValues):)?(.*?)(IfExists)?$/i.exec(written)!;
    return Object.entries(isObject(tests) ? tests : {}).map(([key, values]) => ({
      location: `${location}.${written}.${key}`,
      written,
      set: set === undefined ? undefined : /any/i.test(set) ? ('ForAnyValue' as const) : ('ForAllValues' as const),
      operator,
      ifExists: ifExists !== undefined,
      key,
      values: scalars(values),
    }));
  });
}

export const isObject = (value: unknown): value is Record<string, any> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const list = (value: unknown): unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
const strings = (value: unknown): string[] => list(value).filter((item): item is string => typeof item === 'string');
const scalars = (value: unknown): string[] =>
  list(value)
    .filter((item) => ['string', 'number', 'boolean'].includes(typeof item))
    .map(String);
