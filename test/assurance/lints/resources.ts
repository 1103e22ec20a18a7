import { lint, LINTS } from '../../../src/assurance/lints';
import { generatedName } from '../../../src/assurance/lints/lint';
import type { ResolvedResource } from '../../../src/assurance/model/resolve';

export const ENVIRONMENT = { account: '111122223333', region: 'eu-west-1', partition: 'aws' };

export function resource(
  type: string,
  logicalId: string,
  properties: any,
  environment: Partial<typeof ENVIRONMENT> = {},
): ResolvedResource {
  return {
    stack: 'Stack',
    logicalId,
    path: `Stack/${logicalId}`,
    arn: `{Stack.${logicalId}.Arn}`,
    type,
    controls: [],
    axioms: [],
    exists: true,
    metadata: () => undefined,
    sourceOf: () => undefined,
    self: (attribute) => `{Stack.${logicalId}${attribute === undefined ? '' : `.${attribute}`}}`,
    properties,
    ...ENVIRONMENT,
    ...environment,
  };
}

export const bucket = (logicalId: string, properties: any = {}, environment: Partial<typeof ENVIRONMENT> = {}) =>
  resource('AWS::S3::Bucket', logicalId, properties, environment);

/** What a Ref to the resource resolves to. */
export const ref = (logicalId: string) => generatedName(bucket(logicalId));

export const BUCKET = 'arn:aws:s3:::docs';
export const OBJECTS = `${BUCKET}/*`;

/** A Deny that nothing is wrong with, for tests to spoil. */
export const denial = (statement: any) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [BUCKET, OBJECTS],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  ...statement,
});

export const bucketPolicy = (statement: any, environment: Partial<typeof ENVIRONMENT> = {}) =>
  resource(
    'AWS::S3::BucketPolicy',
    'Policy',
    {
      Bucket: 'docs',
      PolicyDocument: { Version: '2012-10-17', Statement: Array.isArray(statement) ? statement : [statement] },
    },
    environment,
  );

/** Messages of one lint, after seeing that it exists. */
export function messages(id: string, ...resources: ResolvedResource[]): string[] {
  if (!LINTS.some((each) => each.id === id)) throw new Error(`no lint "${id}"`);
  return lint(resources)
    .filter((finding) => finding.lint.id === id)
    .map((finding) => finding.message);
}
