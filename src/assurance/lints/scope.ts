import { isObject, type LooseStatement, type PolicyDocument } from './documents';
import { endsKnown, matchesText } from './text';
import type { ResolvedResource } from '../model/resolve';
import { isUnknown } from '../template/unknown';

/** Services of which the lints speak: their resources, and the policies that reach them. */
const SERVICES = ['s3', 's3-object-lambda', 's3express', 'kms', 'glacier'];
const NAMES_ONE = new RegExp(`"(${SERVICES.join('|')}):`, 'i');
const ENDPOINT = /\.(s3|s3express|kms|kms-fips|s3-global\.accesspoint)$/;
/** Names of policies of AWS that allow S3 or KMS. */
const MANAGED = /(S3|KeyManagement|Administrator|PowerUser)/;

/** What the lints look at of the policies of an app: those of other services are not their business. */
export function inScope(
  documents: readonly PolicyDocument[],
  statementsOf: (document: PolicyDocument) => readonly LooseStatement[],
): { documents: PolicyDocument[]; statements: LooseStatement[] } {
  const reached = new Map(
    documents.map((document) => [document, statementsOf(document).filter((one) => reaches(document, one))]),
  );
  const isReached = (document: PolicyDocument): boolean => {
    const statements = reached.get(document)!;
    if (document.kind === 'resource' || statements.length > 0) return true;
    return !Array.isArray(document.body?.Statement) && NAMES_ONE.test(JSON.stringify(document.body) ?? '');
  };
  const roles = rolesThatReach(documents.filter((document) => document.kind === 'identity' && isReached(document)));
  const found = documents.filter((document) =>
    document.kind === 'trust' ? roles(document.resource) : isReached(document),
  );
  return {
    documents: found,
    statements: found.flatMap((document) =>
      document.kind === 'trust' ? statementsOf(document) : reached.get(document)!,
    ),
  };
}

function reaches({ kind, resource }: PolicyDocument, { actions, raw }: LooseStatement): boolean {
  if (kind === 'resource') return true;
  if (kind === 'endpoint') {
    const service = resource.properties?.ServiceName;
    if (typeof service === 'string' && ENDPOINT.test(service)) return true;
    if (typeof service === 'string' && endsKnown(service)) return false;
  }
  if (isObject(raw) && 'NotAction' in raw) return kind !== 'endpoint';
  return actions.some((pattern) => {
    if (isUnknown(pattern)) return false;
    if (pattern === '*') return kind !== 'endpoint';
    const service = pattern.split(':')[0];
    return SERVICES.some((one) => matchesText(service.toLowerCase(), one));
  });
}

/** Roles by the policies that they carry, in the role itself or attached to it. */
function rolesThatReach(identity: readonly PolicyDocument[]): (role: ResolvedResource) => boolean {
  const inline = new Set(identity.map(({ resource }) => resource));
  const attached = new Set(
    [...inline].flatMap(({ properties }) => [properties?.RoleName, ...[properties?.Roles ?? []].flat()]),
  );
  const managed = [...inline].filter(({ type }) => type === 'AWS::IAM::ManagedPolicy').map(nameOf);
  return (role) =>
    inline.has(role) ||
    attached.has(nameOf(role)) ||
    [role.properties?.ManagedPolicyArns ?? []]
      .flat()
      .some(
        (arn) =>
          typeof arn === 'string' && (managed.some((name) => arn.endsWith(`/${name}`)) || MANAGED.test(shortName(arn))),
      );
}

const shortName = (arn: string): string => (/:aws:policy\//.test(arn) ? arn.replace(/.*\//, '') : '');

function nameOf({ properties, stack, logicalId }: ResolvedResource): string {
  const literal = properties?.RoleName ?? properties?.ManagedPolicyName;
  return typeof literal === 'string' ? literal : `{${stack.replace(/[/:]/g, '.')}.${logicalId}}`;
}
