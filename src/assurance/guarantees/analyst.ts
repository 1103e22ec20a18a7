/** What is guaranteed of the policy that lets analysts query logs. `AuditGuarantees` names it. */
import type { GuaranteeProps } from './guarantee-props';
import { keyRequests } from './identity-requests';
import { PRINCIPAL_KIND_KEY, type ProofObligation } from './proof-obligation';
import { answerOf } from '../engine/answers';
import type { Policy, Statement } from '../engine/policy';
import type { Property } from '../engine/property';
import { region, type Conditions } from '../engine/region';
import type { IdentityModel, KeyModel } from '../model/model';
import { environmentOf, MANAGED_POLICY, ResourceUnderTest } from '../model/subject';
import { sameName } from '../template/same-name';
import { isUnknown, shown } from '../template/unknown';

/** What analysts must reach, and all that they may. */
export interface AnalystGuaranteeOptions {
  /** ARN of the Athena workgroup. */
  readonly workGroup: string;
  /** Name of the Glue database. */
  readonly database: string;
  /** Results, as `bucket/prefix/`. */
  readonly results: string;
  /** The records, each as `bucket/prefix/`, or `bucket/` for the whole bucket. */
  readonly records: string[];
  /**
   * ARNs of the KMS keys of results and records.
   *
   * @default - none
   */
  readonly keys?: string[];
}

const ATHENA = [
  'StartQueryExecution',
  'StopQueryExecution',
  'GetQueryExecution',
  'BatchGetQueryExecution',
  'ListQueryExecutions',
  'GetQueryResults',
  'GetQueryResultsStream',
  'GetWorkGroup',
  'GetNamedQuery',
  'BatchGetNamedQuery',
  'ListNamedQueries',
  'GetPreparedStatement',
  'ListPreparedStatements',
].map((name) => `athena:${name}`);
const CATALOG = ['GetDatabase', 'GetDatabases', 'GetTable', 'GetTables', 'GetPartition', 'GetPartitions'].map(
  (name) => `glue:${name}`,
);
const OF_RESULTS = {
  bucket: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
  objects: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
};
const OF_RECORDS = { bucket: ['s3:GetBucketLocation', 's3:ListBucket'], objects: ['s3:GetObject'] };
const OF_KEYS = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** What a statement may allow: these actions on these resources, and only under these conditions. */
interface Bound {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly needs?: ReadonlyArray<(statement: Statement) => boolean>;
}

const THROUGH_ATHENA = 'athena.amazonaws.com';

export function analystPolicyBounds(options: AnalystGuaranteeOptions): GuaranteeProps {
  const { workGroup, database, results, records, keys = [] } = options;
  return {
    id: 'analyst-policy-bounds',
    title: 'Analysts reach results and records, and nothing else',
    description:
      'The policy lets its holders run queries in the workgroup, read its tables, write and read its results, and ' +
      'read the records through Athena alone. It allows nothing else; the policies of the buckets and keys let ' +
      'them.',
    fix:
      'Allow no more than queries in the workgroup, reads of its database, the results, and s3:GetObject on the ' +
      'records under aws:CalledVia athena.amazonaws.com; exempt the holders in what denies it.',
    options,
    resourceType: MANAGED_POLICY,
    parts: (subject) => [
      ...beyond(subject, boundsOf(subject, options)),
      ...holdersOf(subject).flatMap((holder) =>
        works(subject, holder, { workGroup, database, results, records, keys }),
      ),
    ],
  };
}

function boundsOf(
  { resource: { partition, region: home, account } }: ResourceUnderTest,
  options: AnalystGuaranteeOptions,
) {
  const { workGroup, database, results, records, keys = [] } = options;
  const bucketOf = (place: string) => `arn:${partition}:s3:::${place.split('/')[0]}`;
  const objectsOf = (place: string) => `arn:${partition}:s3:::${place}*`;
  const glue = `arn:${partition}:glue:${home}:${account}`;
  const perBucket = (places: readonly string[]) => [...new Set(places.map(bucketOf))];
  const bounds: Bound[] = [
    { actions: ATHENA, resources: [workGroup] },
    { actions: CATALOG, resources: [`${glue}:catalog`, `${glue}:database/${database}`, `${glue}:table/${database}/*`] },
    { actions: OF_RESULTS.bucket, resources: [bucketOf(results)] },
    { actions: OF_RESULTS.objects, resources: [objectsOf(results)] },
    ...perBucket(records).map((bucket): Bound => {
      const folders = records
        .filter((place) => bucketOf(place) === bucket)
        .map((place) => place.replace(/^[^/]+\//, ''));
      return {
        actions: ['s3:ListBucket'],
        resources: [bucket],
        needs: [viaAthena, (statement) => listsOnly(statement, folders)],
      };
    }),
    { actions: ['s3:GetBucketLocation'], resources: perBucket(records), needs: [viaAthena] },
    { actions: OF_RECORDS.objects, resources: records.map(objectsOf), needs: [viaAthena] },
    { actions: OF_KEYS, resources: keys, needs: [(statement) => viaS3(statement, home)] },
  ];
  return bounds;
}

/** Each statement must be within one bound for each of its actions; what cannot be read is open. */
function beyond({ bucket, resource }: ResourceUnderTest, bounds: readonly Bound[]): ProofObligation[] {
  const statements = bucket.policies.flatMap(({ policy }) => policy.statements);
  return statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((statement): ProofObligation[] => {
      const { place, actions, resources, notAction, notResource } = statement;
      const name = `${resource.path}, ${place}`;
      if (notAction || notResource) {
        return [{ setting: name, holds: false, reason: `${name} allows all but what it names` }];
      }
      const pairs = actions.flatMap((action) => resources.map((on) => [action, on] as const));
      const tooMuch = pairs.find(([action, on]) => !bounds.some((bound) => isWithin(statement, action, on, bound)));
      return [
        tooMuch === undefined
          ? { setting: name, holds: true, reason: `${name}: as it must be` }
          : {
              setting: name,
              holds: tooMuch.some(isUnknown) ? undefined : false,
              reason: shown(`${name} allows ${tooMuch[0]} on ${tooMuch[1]}, which no query of the workgroup needs so`),
            },
      ];
    });
}

function isWithin(statement: Statement, action: string, resource: string, { actions, resources, needs = [] }: Bound) {
  return (
    actions.some((each) => each.toLowerCase() === action.toLowerCase()) &&
    resources.some((each) => each === resource || (each.endsWith('*') && resource.startsWith(each.slice(0, -1)))) &&
    needs.every((need) => need(statement))
  );
}

function viaAthena({ conditions }: Statement): boolean {
  return conditions.some(
    ({ key, set, operator, ifExists, values }) =>
      key === 'aws:calledvia' &&
      set === 'ForAnyValue' &&
      operator === 'StringEquals' &&
      !ifExists &&
      values.every((value) => value === THROUGH_ATHENA),
  );
}

function viaS3({ conditions }: Statement, home: string): boolean {
  return conditions.some(
    ({ key, operator, ifExists, values }) =>
      key === 'kms:viaservice' &&
      operator === 'StringEquals' &&
      !ifExists &&
      values.every((value) => value === `s3.${home}.amazonaws.com`),
  );
}

function listsOnly({ conditions }: Statement, folders: readonly string[]): boolean {
  return conditions.some(
    ({ key, operator, ifExists, values }) =>
      key === 's3:prefix' &&
      !ifExists &&
      ['StringLike', 'StringEquals'].includes(operator) &&
      values.every((value) => folders.some((folder) => value.startsWith(folder))),
  );
}

/** Roles and users of the templates that the policy is attached to. */
function holdersOf({ model, properties, resource }: ResourceUnderTest): IdentityModel[] {
  const listed = [...(properties.Roles ?? []), ...(properties.Users ?? [])].map(String);
  return model.identities.filter(
    (identity) =>
      listed.some((name) => sameName(name, identity.resource.self(), model.world)) ||
      (identity.resource.properties.ManagedPolicyArns ?? []).some(
        (arn: unknown) => typeof arn === 'string' && sameName(arn, resource.self(), model.world),
      ),
  );
}

/** A holder can do what a query needs, by all policies of the templates together. */
function works(subject: ResourceUnderTest, holder: IdentityModel, options: AnalystGuaranteeOptions): ProofObligation[] {
  const { results, records, keys = [] } = options;
  const { model } = subject;
  const throughAthena: Conditions = {
    'ForAnyValue:StringEquals': { 'aws:CalledVia': [THROUGH_ATHENA] },
    Bool: { 'aws:ViaAWSService': 'true' },
  };
  const needed = [
    ...records.map((place) => ({ place, ...OF_RECORDS })),
    { place: results, ...OF_RESULTS, bucket: ['s3:GetBucketLocation'] },
  ];
  return [
    ...needed.flatMap(({ place, objects }): ProofObligation[] => {
      const [name, ...rest] = place.split('/');
      const bucket = model.buckets.find((each) => sameName(each.name, name, model.world));
      if (!bucket) {
        return [{ setting: place, holds: undefined, reason: `${shown(name)} is in none of the templates` }];
      }
      const of = new ResourceUnderTest(model, bucket);
      return [allowedTo(of, holder, objects, `${rest.join('/')}?*`, throughAthena)];
    }),
    ...keys.map((arn): ProofObligation => {
      const key = model.keys.find((each) => sameName(each.arn, arn, model.world));
      if (!key) return { setting: arn, holds: undefined, reason: `the key ${shown(arn)} is in none of the templates` };
      const asked = keyRequests(subject, key, holder, ['kms:Decrypt']);
      const inBucket = (context: string): Property => ({
        ...asked,
        expect: 'always',
        region: region({ actions: ['kms:Decrypt'], when: throughS3(holder, key, context) }),
      });
      const contexts = model.buckets
        .filter((bucket) =>
          [results, ...records].some((place) => sameName(bucket.name, place.split('/')[0], model.world)),
        )
        .map((bucket) => bucket.arn);
      // A key belongs to one of the buckets at least.
      const attempts = [...new Set(contexts)].map(inBucket);
      return attempts.find((each) => answerOf(each).status === 'proved') ?? attempts[0] ?? open(arn);
    }),
  ];
}

function open(arn: string): ProofObligation {
  return {
    setting: arn,
    holds: undefined,
    reason: `the buckets of the key ${shown(arn)} are in none of the templates`,
  };
}

function throughS3({ arn, kind }: IdentityModel, { resource }: KeyModel, context: string): Conditions {
  return {
    StringEquals: {
      [PRINCIPAL_KIND_KEY]: kind,
      'kms:ViaService': `s3.${resource.region}.amazonaws.com`,
      'kms:EncryptionContext:aws:s3:arn': context,
    },
    ArnEquals: { 'aws:PrincipalArn': arn },
  };
}

function allowedTo(
  subject: ResourceUnderTest,
  { arn, kind, policies, boundary }: IdentityModel,
  actions: readonly string[],
  keys: string,
  via: Conditions,
): Property {
  const when = {
    ...via,
    ArnEquals: { 'aws:PrincipalArn': arn },
    StringEquals: { [PRINCIPAL_KIND_KEY]: kind },
    Bool: { ...via.Bool, 'aws:SecureTransport': 'true' },
    NumericGreaterThanEquals: { 's3:TlsVersion': '1.2' },
  };
  return {
    expect: 'always',
    place: subject.resource.path,
    region: region({ actions, when }),
    targets: [{ kind: 'object', arn: subject.arn, keys: [keys] }],
    environment: {
      ...environmentOf(subject),
      identities: { [arn]: { policies: policies as readonly Policy[], boundary } },
    },
    axioms: [...subject.axioms, 'template-identities'],
  };
}
