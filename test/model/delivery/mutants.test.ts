import { App, Stack } from 'aws-cdk-lib';
import { AccessLogs, BucketDelivery, Delivery, Encryption, SecureBucket } from '../../../src';
import { assess } from '../../../src/assurance/assessment';
import { DELIVERIES, type DeliveryRow } from '../../../src/model/delivery/table';
import { ACCOUNT, REGION } from '../../support/app';

type Json = Record<string, any>;

const OTHER = '222233334444';

/** Rows whose service calls under its own name, and which a bucket policy can allow. */
const ROWS = DELIVERIES.filter(({ caller, allow }) => caller === 'service' && allow);

/** No page documents a source of these, nor do their keys hold an account. */
const UNBOUNDED = ['appstream-app-blocks'];

/** Of these no page documents a source either, so that the account in the keys bounds them as well. */
const BY_KEYS = /^(application|classic|outposts)-load-balancer|^redshift-audit-logs/;

function deliveryOf({ id }: DeliveryRow): Delivery {
  return id === 'cloudfront-origin-access-control'
    ? Delivery.cloudFront({ distribution: { distributionId: 'EDFDVBD6EXAMPLE' } as never })
    : Delivery.of(id, { prefix: 'here/' });
}

/** A bucket that is opened for the delivery, with a KMS key where the delivery can use one. */
function templateOf(row: DeliveryRow): Json {
  const stack = new Stack(new App({ treeMetadata: false }), 'Stack', { env: { account: ACCOUNT, region: REGION } });
  const { bucket } = new SecureBucket(stack, 'Bucket', {
    bucketName: 'aws-waf-logs-acme',
    accessLogs: AccessLogs.none('A test of deliveries'),
    encryption: row.fits.sseKms === 'no' || !row.key ? Encryption.s3Managed() : Encryption.kms(),
  });
  bucket.with(new BucketDelivery(deliveryOf(row)));
  return (stack.node.root as App).synth().getStackByName('Stack').template as Json;
}

/** What is said of a guarantee, of all its claims together. */
function said(template: Json, guarantee: string): string {
  const statuses = assess([{ stack: 'Stack', template: template as never, account: ACCOUNT, region: REGION }])
    .judgements.filter(({ claim }) => claim.guarantee.id === guarantee)
    .map(({ verdict }) => verdict.status);
  return statuses.length > 0 && statuses.every((status) => status === 'proved')
    ? 'proved'
    : statuses.join() || 'not asked';
}

const DOCUMENTS = { 'AWS::S3::BucketPolicy': 'PolicyDocument', 'AWS::KMS::Key': 'KeyPolicy' } as const;

/** The statements that the delivery added, with the policy that they stand in. */
function added(template: Json): Array<{ list: Json[]; statement: Json }> {
  return Object.values<Json>(template.Resources).flatMap(({ Type, Properties }) => {
    const list: Json[] = Properties?.[DOCUMENTS[Type as keyof typeof DOCUMENTS]]?.Statement ?? [];
    return list
      .filter(({ Effect, Principal }) => Effect === 'Allow' && Principal.Service)
      .map((statement) => ({ list, statement }));
  });
}

type Mutation = (one: { list: Json[]; statement: Json }) => void;
type Mutant = readonly [name: string, mutate: Mutation];

const isAboutObjects = ({ Action }: Json) =>
  [Action].flat().some((action: string) => /Object|MultipartUpload(Parts)?$/.test(action));
const SOURCE = /^aws:Source/;

/** Each way to cut a statement down so that some request of the delivery is no longer allowed. */
function narrowed(statement: Json, writes: boolean): Mutant[] {
  const actions = [statement.Action].flat() as string[];
  // Where it writes, listing quiets a check that it does without, and other rights on a key go beyond an upload.
  const needed = actions.filter((action) =>
    writes ? /^s3:(?!ListBucket$)|^kms:GenerateDataKey/.test(action) : /^s3:|^kms:Decrypt$/.test(action),
  );
  return [
    ['dropped', ({ list, statement: one }) => void list.splice(list.indexOf(one), 1)],
    ...(actions.length > 1 ? needed : []).map((action): Mutant => [
      `without ${action}`,
      ({ statement: one }) => void (one.Action = actions.filter((each) => each !== action)),
    ]),
    ...(isAboutObjects(statement)
      ? [
          [
            'for other keys',
            ({ statement: one }: { statement: Json }) =>
              void (one.Resource = 'arn:aws:s3:::aws-waf-logs-acme/elsewhere/*'),
          ] as const,
        ]
      : []),
    ...Object.entries<Json>(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.keys(keys).map((key): Mutant => [
        `with another ${key}`,
        ({ statement: one }) =>
          void (one.Condition[operator][key] = key === 'aws:SourceArn' ? `arn:aws:x:${REGION}:${OTHER}:y/z` : OTHER),
      ]),
    ),
  ];
}

/** Takes away what bounds a statement to its sources, and what else the table says bounds it. */
const widened: Mutation = ({ statement }) => {
  for (const keys of Object.values<Json>(statement.Condition ?? {})) {
    for (const key of Object.keys(keys).filter((name) => SOURCE.test(name))) delete keys[key];
  }
  if (isAboutObjects(statement)) statement.Resource = 'arn:aws:s3:::aws-waf-logs-acme/*';
};

const forAnotherAccount: Mutation = (one) => {
  widened(one);
  one.statement.Condition = { ...one.statement.Condition, ArnLike: { 'aws:SourceArn': `arn:aws:*:*:${OTHER}:*` } };
};

describe.each(ROWS.map((row) => [row.id, row] as const))('%s', (id, row) => {
  const template = templateOf(row);
  const count = added(template).length;
  const mutated = (index: number, mutate: Mutation) => {
    const copy = structuredClone(template);
    mutate(added(copy)[index]);
    return copy;
  };

  test('works as the construct call opens it, and acts for the account only', () => {
    expect(count).toBeGreaterThan(0);
    expect(said(template, 'delivery-works')).toBe('proved');
    expect(said(template, 'delivery-only-from-here')).toBe('proved');
  });

  test('each statement that is cut down is missed', () => {
    const unnoticed = added(template).flatMap(({ statement }, index) =>
      narrowed(statement, row.direction !== 'read')
        .filter(([, mutate]) => said(mutated(index, mutate), 'delivery-works') === 'proved')
        .map(([name]) => `${statement.Sid} ${name}`),
    );
    expect(unnoticed).toEqual([]);
  });

  test('each statement of the bucket that is widened is noticed', () => {
    const unnoticed = added(template).flatMap(({ statement, list }, index) => {
      const ofKey = list.some(({ Action }) => [Action].flat().some((action: string) => action.startsWith('kms:')));
      const ofBucketAlone = !isAboutObjects(statement) && BY_KEYS.test(id);
      if (ofKey || ofBucketAlone || UNBOUNDED.includes(id)) return [];
      return Object.entries({ widened, forAnotherAccount })
        .filter(([, mutate]) => said(mutated(index, mutate), 'delivery-only-from-here') === 'proved')
        .map(([name]) => `${statement.Sid} ${name}`);
    });
    expect(unnoticed).toEqual([]);
  });
});

test('every row that is documented has a call, or says what to do instead', () => {
  const without = DELIVERIES.filter(
    ({ confidence, allow, advice }) => confidence === 'documented' && !allow && !advice,
  );
  expect(without.map(({ id }) => id)).toEqual([]);
  // No call for a service principal is left out above.
  expect(DELIVERIES.filter(({ caller, allow }) => caller === 'service' && !allow).map(({ id }) => id)).toEqual([
    's3-metadata-tables',
  ]);
});
