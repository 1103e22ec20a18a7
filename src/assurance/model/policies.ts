import type { ResolvedResource } from './model';
import { parsePolicy, type Policy } from '../engine/policy';

/**
 * What a policy is called in an answer: the same for every resource of a kind, so that equal policies have equal
 * answers.
 */
const POLICY_NAMES: Readonly<Record<string, string>> = {
  'AWS::S3::BucketPolicy': 'bucket policy',
  'AWS::S3::AccessPoint': 'access point policy',
  'AWS::S3::AccessPointPolicy': 'access point policy',
  'AWS::S3ObjectLambda::AccessPointPolicy': 'Object Lambda access point policy',
  'AWS::KMS::Key': 'key policy',
  'AWS::EC2::VPCEndpoint': 'VPC endpoint policy',
  'AWS::SNS::TopicPolicy': 'topic policy',
  'AWS::SNS::TopicInlinePolicy': 'topic policy',
  'AWS::SQS::QueuePolicy': 'queue policy',
  'AWS::SQS::QueueInlinePolicy': 'queue policy',
};

const parsed = new WeakMap<ResolvedResource, Map<string, Policy | undefined>>();

/** The policy in a property of a resource; undefined if it is not set. */
export function policyIn(resource: ResolvedResource, property: string): Policy | undefined {
  let own = parsed.get(resource);
  if (!own) parsed.set(resource, (own = new Map()));
  if (!own.has(property)) {
    const document = resource.properties[property];
    own.set(
      property,
      document === undefined
        ? undefined
        : parsePolicy(
            document,
            placeOf(resource, property),
            POLICY_NAMES[resource.type] ?? `${resource.path} (${property})`,
          ),
    );
  }
  return own.get(property);
}

function placeOf(resource: ResolvedResource, property: string): string {
  const at = resource.sourceOf(`Properties.${property}`);
  return `${resource.path} (${property}${at ? `, ${at.file}:${at.line}` : ''})`;
}
