import { Reference, Tokenization, Token } from 'aws-cdk-lib';
import { nearestNames } from '../lints/nearest';
import type { AccessPointModel, BucketModel, EndpointModel, IdentityModel, Model } from '../model/resolve';
import { s3Endpoints } from '../model/subject';

/** A thing with the names that users know it by. */
interface Named<T> {
  readonly item: T;
  readonly names: readonly string[];
}

/**
 * Constructs in a text, by their paths: `bucket.arnForObjects('x')` is `Stack/Bucket/x`.
 * @throws if a token is no attribute of a construct
 */
export function withoutTokens(text: string): string {
  if (!Token.isUnresolved(text)) return text;
  return Tokenization.reverseString(text)
    .mapTokens({
      mapToken: (token) => {
        if (!Reference.isReference(token)) {
          throw new Error(
            `"${text}" is a value known at deployment only; give an ARN, or the attribute of a construct`,
          );
        }
        return token.target.node.path.replace(/\/Resource$/, '');
      },
    })
    .join({ join: (left, right) => `${left ?? ''}${right ?? ''}` }) as string;
}

/** @throws naming the nearest if the templates have no such bucket */
export function bucketNamed(model: Model, text: string): { readonly bucket: BucketModel; readonly key?: string } {
  const all = model.buckets.map((bucket): Named<BucketModel> => ({
    item: bucket,
    names: [bucket.arn, bucket.name, ...namesOf(bucket)],
  }));
  const parts = text.split('/');
  for (const isMeant of [isNamed, isSuffix]) {
    // The longest name first: a bucket `Stack/Docs/Logs` before an object `Logs` of the bucket `Stack/Docs`.
    for (let count = parts.length; count > 0; count--) {
      const name = parts.slice(0, count).join('/');
      const found = all.filter((each) => isMeant(each, name));
      if (found.length === 0) continue;
      const key = parts.slice(count).join('/');
      return { bucket: one('resource', text, found), ...(count < parts.length && { key }) };
    }
  }
  throw notFound('resource', text, 'bucket', all, parts.slice(0, 2).join('/'));
}

/** @throws naming the nearest if the templates have no such access point */
export function accessPointNamed(points: readonly AccessPointModel[], text: string): AccessPointModel {
  return named(
    'accessPoint',
    text,
    'access point',
    points.map((point) => ({ item: point, names: [point.arn, point.name, ...namesOf(point)] })),
  );
}

/** @throws naming the nearest if the templates have no such endpoint of S3 */
export function endpointNamed(model: Model, text: string): EndpointModel {
  return named(
    'vpcEndpoint',
    text,
    'VPC endpoint of S3',
    s3Endpoints(model).map((endpoint) => ({ item: endpoint, names: [endpoint.id, ...namesOf(endpoint)] })),
  );
}

/**
 * A role or user, or the role of a function, which is known by the function's names too.
 * @throws naming the nearest if the templates have no such role or user
 */
export function identityNamed(model: Model, text: string): IdentityModel {
  return named(
    'principal',
    text,
    'role, user or function',
    [
      ...model.identities.map((identity) => ({ item: identity, names: [identity.arn, ...namesOf(identity)] })),
      ...workers(model),
    ],
    '; or give "anonymous", an ARN, or a service principal',
  );
}

/** Where a resource names the role that its work has, by type. */
const ROLE_OF: Readonly<Record<string, string>> = {
  'AWS::CodeBuild::Project': 'ServiceRole',
  'AWS::ECS::TaskDefinition': 'TaskRoleArn',
  'AWS::Glue::Job': 'Role',
  'AWS::Lambda::Function': 'Role',
  'AWS::StepFunctions::StateMachine': 'RoleArn',
};

/** Functions and the like, each as the role that it works with. */
function workers(model: Model): Array<Named<IdentityModel>> {
  return Object.entries(ROLE_OF).flatMap(([type, property]) =>
    model
      .ofType(type)
      .flatMap((resource) =>
        model.identities
          .filter(({ arn }) => arn === resource.properties[property])
          .map((identity) => ({ item: identity, names: namesOf({ resource }) })),
      ),
  );
}

function namesOf({ resource: { path, logicalId, stack } }: { readonly resource: BucketModel['resource'] }): string[] {
  // A construct of this library is known by its own path, not by that of the bucket in it.
  return [...new Set([path.replace(/(\/Resource)+$/, ''), path]), logicalId, `${stack}/${logicalId}`];
}

function isNamed({ names }: Named<unknown>, text: string): boolean {
  return names.includes(text);
}

/** A construct path from one of its parts on. */
function isSuffix({ names }: Named<unknown>, text: string): boolean {
  return text !== '' && names.some((name) => !name.startsWith('arn:') && name.endsWith(`/${text}`));
}

/** The team of an access point, whose generated name ends with it. */
function isLastWord({ names }: Named<unknown>, text: string): boolean {
  return names.some((name) => !name.startsWith('arn:') && name.endsWith(`-${text}`));
}

function named<T>(property: string, text: string, what: string, all: ReadonlyArray<Named<T>>, hint = ''): T {
  for (const isMeant of [isNamed, isSuffix, isLastWord]) {
    const found = all.filter((each) => isMeant(each, text));
    if (found.length > 0) return one(property, text, found);
  }
  throw notFound(property, text, what, all, text, hint);
}

function one<T>(property: string, text: string, found: ReadonlyArray<Named<T>>): T {
  if (found.length === 1) return found[0].item;
  const paths = found.map(({ names }) => names.find((name) => name.includes('/') && !name.startsWith('arn:')));
  throw new Error(`"${property}" is "${text}", which names ${found.length} resources: ${paths.join(', ')}; name one.`);
}

function notFound(
  property: string,
  text: string,
  what: string,
  all: ReadonlyArray<Named<unknown>>,
  like: string,
  hint = '',
): Error {
  if (all.length === 0) return new Error(`"${property}" is "${text}"; the templates have no ${what}${hint}.`);
  const names = all.flatMap((each) => each.names.filter((name) => !name.startsWith('arn:') && !name.startsWith('{')));
  return new Error(
    `"${property}" is "${text}"; no ${what} of the templates has this logical id, construct path or name. ` +
      `The nearest: ${nearestNames(like, names).join(', ')}${hint}.`,
  );
}
