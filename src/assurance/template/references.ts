import { UnknownValue, type Value } from './value';
import { resourceType } from '../data/resource-types';

/** A resource that is referred to. */
export interface Referent {
  readonly type: string;
  readonly logicalId: string;
  /** `{Stack.LogicalId}`: stands for the name or id that is generated. */
  readonly id: string;
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  /** A property as text, marked where it is unknown; undefined if it is not set. */
  own(property: string): string | undefined;
}

type Reference = (of: Referent, attribute: string | undefined) => Value | undefined;

const partOf = ({ id }: Referent, part: string): string => `{${id.slice(1, -1)}.${part}}`;
const arnOf = (
  { partition, region, account }: Referent,
  service: string,
  resource: string,
  place: { region?: string; account?: string } = {},
): string => `arn:${partition}:${service}:${place.region ?? region}:${place.account ?? account}:${resource}`;
const GLOBAL = { region: '' };

/** A resource of IAM, whose ARN has its path in it. */
const ofIam =
  (kind: string, nameProperty: string): Reference =>
  (of, attribute) => {
    const name = of.own(nameProperty) ?? of.id;
    if (attribute === 'Arn') return arnOf(of, 'iam', `${kind}${of.own('Path') ?? '/'}${name}`, GLOBAL);
    return attribute === undefined ? name : undefined;
  };

const functionArn = (of: Referent, name: string): string =>
  name.startsWith('arn:') ? name : arnOf(of, 'lambda', `function:${name}`);

const ofKey: Reference = (of, attribute) => {
  if (attribute === 'Arn') return arnOf(of, 'kms', `key/${of.id}`);
  return attribute === undefined || attribute === 'KeyId' ? of.id : undefined;
};

/** Types of which more is known than the table says. */
const KNOWN: Readonly<Record<string, Reference>> = {
  'AWS::S3::Bucket': (of, attribute) => {
    const name = of.own('BucketName') ?? of.id;
    if (attribute === undefined) return name;
    return attribute === 'Arn' ? arnOf(of, 's3', name, { region: '', account: '' }) : undefined;
  },
  'AWS::S3::AccessPoint': (of, attribute) => {
    const name = of.own('Name') ?? of.id;
    if (attribute === 'Arn') return arnOf(of, 's3', `accesspoint/${name}`);
    return attribute === undefined || attribute === 'Name' ? name : undefined;
  },
  'AWS::S3ObjectLambda::AccessPoint': (of, attribute) => {
    const name = of.own('Name') ?? of.id;
    if (attribute === 'Arn') return arnOf(of, 's3-object-lambda', `accesspoint/${name}`);
    return attribute === undefined ? name : undefined;
  },
  'AWS::KMS::Key': ofKey,
  'AWS::KMS::ReplicaKey': ofKey,
  'AWS::IAM::Role': ofIam('role', 'RoleName'),
  'AWS::IAM::User': ofIam('user', 'UserName'),
  'AWS::IAM::Group': ofIam('group', 'GroupName'),
  'AWS::IAM::ManagedPolicy': (of, attribute) =>
    attribute === undefined || attribute === 'PolicyArn'
      ? arnOf(of, 'iam', `policy${of.own('Path') ?? '/'}${of.own('ManagedPolicyName') ?? of.id}`, GLOBAL)
      : undefined,
  'AWS::Lambda::Function': (of, attribute) => {
    const name = of.own('FunctionName') ?? of.id;
    if (attribute === 'Arn') return functionArn(of, name);
    return attribute === undefined ? name : undefined;
  },
  'AWS::Lambda::Version': (of, attribute) => {
    const number = partOf(of, 'Version');
    if (attribute === 'Version') return number;
    return attribute === undefined || attribute === 'FunctionArn'
      ? `${functionArn(of, of.own('FunctionName') ?? of.id)}:${number}`
      : undefined;
  },
  'AWS::Lambda::Alias': (of, attribute) =>
    attribute === undefined || attribute === 'AliasArn'
      ? `${functionArn(of, of.own('FunctionName') ?? of.id)}:${of.own('Name') ?? of.id}`
      : undefined,
  'AWS::Lambda::Url': (of, attribute) =>
    attribute === undefined || attribute === 'FunctionArn'
      ? functionArn(of, of.own('TargetFunctionArn') ?? of.id)
      : undefined,
  'AWS::CloudFront::Distribution': (of, attribute) => {
    if (attribute === undefined || attribute === 'Id') return of.id;
    return attribute === 'Arn' ? arnOf(of, 'cloudfront', `distribution/${of.id}`, GLOBAL) : undefined;
  },
  'AWS::Events::Rule': (of, attribute) => {
    const [bus, name] = [of.own('EventBusName') ?? 'default', of.own('Name') ?? of.id];
    if (attribute === undefined) return bus === 'default' ? name : `${bus}|${name}`;
    // A bus of another account is named by its ARN, and the ARN of its rules is not documented.
    if (attribute !== 'Arn' || bus.startsWith('arn:')) return undefined;
    return arnOf(of, 'events', `rule/${bus === 'default' ? '' : `${bus}/`}${name}`);
  },
  'AWS::SecretsManager::Secret': (of, attribute) =>
    attribute === undefined || attribute === 'Id'
      ? arnOf(of, 'secretsmanager', `secret:${of.own('Name') ?? of.id}`)
      : undefined,
};

/**
 * What `Ref` (no attribute) or `GetAtt` of a resource gives: the documented form of names and ARNs, with a placeholder
 * for what is generated. What AWS does not document is unknown.
 */
export function reference(of: Referent, attribute: string | undefined): Value {
  const name = attribute ?? 'Ref';
  const opaque = new UnknownValue(`${of.id.slice(1, -1)}.${name}`);
  const special = Object.prototype.hasOwnProperty.call(KNOWN, of.type) ? KNOWN[of.type](of, attribute) : undefined;
  if (special !== undefined) return special;
  if (of.type === 'AWS::CloudFormation::CustomResource' || of.type.startsWith('Custom::')) {
    return attribute === undefined ? of.id : opaque;
  }
  const type = resourceType(of.type);
  if (type === undefined) return opaque;
  if (attribute === undefined) {
    if (type.ref.length !== 1) return type.ref.length === 0 ? opaque : of.id;
    return isArn(type.ref[0]) ? (arnByTable(of, type.arn) ?? opaque) : (of.own(type.ref[0]) ?? of.id);
  }
  if (type.lists.includes(attribute)) return opaque;
  if (isArn(attribute) && (attribute === 'Arn' || type.ref.includes(attribute))) {
    return arnByTable(of, type.arn) ?? opaque;
  }
  if (type.ref.length === 1 && type.ref[0] === attribute) return of.own(attribute) ?? of.id;
  return isArn(attribute) ? opaque : partOf(of, attribute);
}

const isArn = (attribute: string): boolean => /arn$/i.test(attribute);

/**
 * The ARN with the names that the template states; what is generated is the resource's own placeholder, which there can
 * be only one of.
 */
function arnByTable(of: Referent, template: string | undefined): string | undefined {
  if (template === undefined) return undefined;
  let generated = 0;
  const filled = template.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    if (name === 'Region') return of.region;
    if (name === 'Account') return of.account;
    const own = of.own(name);
    if (own !== undefined) return own;
    generated += 1;
    return of.id;
  });
  return generated <= 1 && !/[\s*]/.test(template) ? `arn:${of.partition}:${filled}` : undefined;
}
