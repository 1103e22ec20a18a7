/** What is guaranteed of logs, and of the services that write into a bucket; `Guarantee` names each of them. */
import type { ServiceUploadsGuaranteeOptions } from './guarantee-options';
import type { GuaranteeProps } from './guarantee-props';
import { ALGORITHMS, always, never, setting, SSE, SSE_KEY } from './proof-obligation';
import { logTargetIsKnown, type ResourceUnderTest } from '../model/subject';
import { anyValue } from '../template/unknown';

const LOG_DELIVERY = 'logging.s3.amazonaws.com';

export function logDeliveryOnlyFromAccount(): GuaranteeProps {
  return {
    id: 'log-delivery-only-from-account',
    title: 'Log delivery from this account only',
    description:
      'The log delivery service can do nothing here on behalf of a bucket of another account, nor without ' +
      'saying for whom.',
    fix: 'Bound the statement that allows logging.s3.amazonaws.com by aws:SourceAccount and aws:SourceArn.',
    parts: (subject) => [
      never(subject, {
        actions: ['s3:*'],
        when: {
          StringEquals: { 'aws:PrincipalServiceName': LOG_DELIVERY },
          StringNotEquals: { 'aws:SourceAccount': subject.bucket.resource.account },
        },
      }),
    ],
  };
}

export function logDeliveryAllowed(): GuaranteeProps {
  return {
    id: 'log-delivery-allowed',
    title: 'Log delivery works',
    description: "The log delivery service can write the logs of the account's buckets.",
    fix:
      'Allow s3:PutObject on /* to logging.s3.amazonaws.com with aws:SourceAccount of this account; no ' +
      'deny may hit it.',
    parts: (subject) => {
      const sources = subject.logSources;
      const from = (arn: string) => ({
        StringEquals: {
          'aws:PrincipalServiceName': LOG_DELIVERY,
          'aws:SourceAccount': subject.bucket.resource.account,
        },
        ArnLike: { 'aws:SourceArn': anyValue(arn) },
        Null: { [SSE]: 'true', [SSE_KEY]: 'true' },
      });
      if (sources.length === 0) {
        return [
          always(subject, { actions: ['s3:PutObject'], when: from(`arn:${subject.resource.partition}:s3:::?*`) }),
        ];
      }
      return sources.map(({ arn, prefix }) =>
        always(subject, {
          actions: ['s3:PutObject'],
          keys: [`${prefix}?*`],
          when: from(arn),
          axioms: arn.includes('{') ? ['generated-names'] : [],
        }),
      );
    },
  };
}

export function cloudTrailDeliveryAllowed(): GuaranteeProps {
  return {
    id: 'cloudtrail-delivery-allowed',
    title: 'CloudTrail delivery works',
    description: "CloudTrail can check the bucket and write the account's trails under AWSLogs/.",
    fix:
      'Allow s3:GetBucketAcl on the bucket and s3:PutObject on AWSLogs/ to cloudtrail.amazonaws.com, and ' +
      'exempt it from encryption denies: it names AES256.',
    parts: (subject) =>
      trailsInto(subject).flatMap(({ arn, prefix, key }) => {
        const { account } = subject.resource;
        const from = {
          StringEquals: { 'aws:PrincipalServiceName': 'cloudtrail.amazonaws.com', 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': arn },
        };
        return [
          always(subject, { actions: ['s3:GetBucketAcl'], when: from }),
          always(subject, {
            actions: ['s3:PutObject'],
            keys: [`${prefix}AWSLogs/${account}/?*`],
            when: {
              ...from,
              StringEquals: {
                ...from.StringEquals,
                's3:x-amz-acl': 'bucket-owner-full-control',
                [SSE]: key ?? ['AES256', 'aws:kms'],
              },
            },
          }),
        ];
      }),
  };
}

/**
 * The trails of the templates that write into the bucket, or any trail of the account. A trail with a key writes logs
 * and digests under it, one without a key writes SSE-S3.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html
 */
function trailsInto({
  model,
  bucket,
  resource: { account, region, partition },
}: ResourceUnderTest): Array<{ readonly arn: string; readonly prefix: string; readonly key?: string }> {
  const trails = model.resources.filter(
    ({ type, properties }) => type === 'AWS::CloudTrail::Trail' && properties.S3BucketName === bucket.name,
  );
  const arnOf = (of: string, owner: string, name: unknown) =>
    `arn:${partition}:cloudtrail:${of}:${owner}:trail/${typeof name === 'string' ? name : '*'}`;
  if (trails.length === 0) return [{ arn: arnOf(region, account, undefined), prefix: '' }];
  return trails.map(({ properties, region: home, account: owner }) => ({
    arn: arnOf(home, owner, properties.TrailName),
    prefix:
      typeof properties.S3KeyPrefix === 'string' && properties.S3KeyPrefix !== '' ? `${properties.S3KeyPrefix}/` : '',
    key: properties.KMSKeyId === undefined ? 'AES256' : 'aws:kms',
  }));
}

export function accessLogged(): GuaranteeProps {
  return {
    id: 'access-logs',
    title: 'Access logged',
    description: 'Server access logs go to another bucket, which is in the templates as well.',
    fix: 'Set LoggingConfiguration with the DestinationBucketName of a log bucket of the same account and Region.',
    parts: (subject) => {
      const { properties, bucket } = subject;
      const target =
        properties.LoggingConfiguration && (properties.LoggingConfiguration.DestinationBucketName ?? bucket.name);
      return target === undefined || logTargetIsKnown(subject)
        ? [setting('LoggingConfiguration', target, (value) => value !== undefined && value !== bucket.name)]
        : [
            {
              setting: 'LoggingConfiguration',
              holds: undefined,
              reason: `${target}, which is in none of the templates`,
            },
          ];
    },
  };
}

export function logDeliveryBounded(sources?: string): GuaranteeProps {
  return {
    id: 'log-delivery-bounded',
    title: 'Log delivery writes logs only',
    description: 'The log delivery service can do nothing but write objects, and that only for a bucket that it names.',
    fix:
      'Allow logging.s3.amazonaws.com s3:PutObject alone, and bound it by ArnLike aws:SourceArn to the ' +
      'source buckets.',
    options: sources ?? null,
    parts: (subject) => {
      const service = { 'aws:PrincipalServiceName': LOG_DELIVERY };
      return [
        never(subject, { actions: ['s3:PutObject'], notActions: true, when: { StringEquals: service } }),
        never(subject, {
          actions: ['s3:PutObject'],
          when: { StringEquals: service, Null: { 'aws:SourceArn': 'true' } },
        }),
        never(subject, {
          actions: ['s3:PutObject'],
          when: {
            StringEquals: service,
            ArnNotLike: { 'aws:SourceArn': sources ?? `arn:${subject.resource.partition}:s3:::*` },
          },
        }),
      ];
    },
  };
}

export function serviceUploadsAllowed({ service, sources, account }: ServiceUploadsGuaranteeOptions): GuaranteeProps {
  return {
    id: 'service-uploads-allowed',
    title: `Uploads by ${service} work`,
    description: `${service} can upload on behalf of ${sources}, whatever encryption it names.`,
    fix: 'Exempt AWS services from encryption denies: BoolIfExists aws:PrincipalIsAWSService false.',
    options: [service, sources, account],
    parts: (subject) => [
      always(subject, {
        actions: ['s3:PutObject'],
        keys: ['?*'],
        when: {
          StringEquals: {
            'aws:PrincipalServiceName': service,
            'aws:SourceAccount': account ?? subject.resource.account,
            [SSE]: ALGORITHMS,
          },
          ArnLike: { 'aws:SourceArn': sources },
        },
      }),
    ],
  };
}
