import type { TemplateResource } from '../template/resource';
import { sameName } from '../template/same-name';
import { TemplateError } from '../template/template-error';
import { isUnknown, UnknownValueError } from '../template/unknown';
import type { World } from '../template/world';

const ACTION = 'putBucketReplication';

/**
 * Buckets as they are once the custom resources of the templates have run: the replication that a call of S3 sets, by
 * an `AwsCustomResource` of the CDK, is a property of its bucket, if the template states none.
 */
export function withReplicationCalls(
  resources: readonly TemplateResource[],
  world: World,
): readonly TemplateResource[] {
  const calls = resources.filter(
    ({ type, written }) => type.startsWith('Custom::') && JSON.stringify(written.Create ?? '').includes(ACTION),
  );
  if (calls.length === 0) return resources;
  return resources.map((resource) =>
    resource.type === 'AWS::S3::Bucket' && resource.written.ReplicationConfiguration === undefined
      ? (Object.create(resource, {
          properties: { get: () => called(resource, calls, world) },
        }) as TemplateResource)
      : resource,
  );
}

function called(bucket: TemplateResource, calls: readonly TemplateResource[], world: World) {
  const configuration = calls
    .filter(({ exists }) => exists)
    .map(configurationIn)
    .find((call) => call !== undefined && sameName(call.bucket, bucket.self(), world))?.configuration;
  if (configuration === undefined) return bucket.properties;
  return Object.create(bucket.properties, {
    ReplicationConfiguration: { value: configuration, enumerable: true },
  }) as TemplateResource['properties'];
}

function configurationIn(call: TemplateResource): { bucket: string; configuration: unknown } | undefined {
  try {
    const text = call.properties.Create;
    if (typeof text !== 'string' || isUnknown(text)) return undefined;
    const { action, parameters } = JSON.parse(text) as { action?: unknown; parameters?: Record<string, unknown> };
    const { Bucket, ReplicationConfiguration } = parameters ?? {};
    return action === ACTION && typeof Bucket === 'string'
      ? { bucket: Bucket, configuration: ReplicationConfiguration }
      : undefined;
  } catch (error) {
    // What cannot be read sets nothing that could be proved.
    if (error instanceof SyntaxError || error instanceof UnknownValueError || error instanceof TemplateError) {
      return undefined;
    }
    throw error;
  }
}
