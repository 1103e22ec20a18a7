/**
 * What is guaranteed of the deliveries that AWS services make under their own names; `Guarantee` names each of them.
 */
import type { GuaranteeProps } from './guarantee-props';
import { always, PRINCIPAL_KIND_KEY, SSE, SSE_KEY, type ProofObligation, type SettingPart } from './proof-obligation';
import { ELB_ACCOUNTS, type EncryptionHeader, type Fit } from '../../model/delivery/table';
import type { Property } from '../engine/property';
import { prove } from '../engine/prove';
import { region, type Conditions } from '../engine/region';
import { deliveriesInto, requestsOf, type NamedDelivery, type RequestedDelivery } from '../model/deliveries';
import { encryptionRule } from '../model/model';
import { keyEnvironment, type ResourceUnderTest } from '../model/subject';
import { anyValue } from '../template/unknown';

export function deliveryWorks(named?: NamedDelivery): GuaranteeProps {
  if (named !== undefined) return namedDeliveryWorks(named);
  return {
    id: 'delivery-works',
    title: 'Deliveries of AWS services work',
    description:
      'Each AWS service that the templates ask to deliver here under its own name may do so, by the ' +
      'policies of the bucket and of its key.',
    fix:
      'Allow the delivery with bucket.allowDelivery(Delivery...), or deliver into a LoggingBucket where ' +
      'the service cannot use the encryption of this bucket.',
    parts: (subject) => deliveriesInto(subject.model, subject.bucket).flatMap((delivery) => partsOf(subject, delivery)),
  };
}

/** What the bucket is opened for works, whether or not its source is in the templates. */
function namedDeliveryWorks(named: NamedDelivery): GuaranteeProps {
  return {
    id: 'delivery-works',
    title: `Delivery works: ${named.delivery}`,
    description:
      'The AWS service may deliver here, or read, for each source that is named, by the policies of the bucket and ' +
      'of its key.',
    fix: 'Allow the delivery with bucket.allowDelivery(Delivery...), which writes the statements that are missing.',
    options: named,
    parts: (subject) =>
      requestsOf(named, subject.bucket, subject.keyArn).flatMap((delivery) => {
        const impossible = impossibleOn(subject, delivery);
        return impossible.length > 0 ? impossible : byPolicies(subject, delivery);
      }),
  };
}

function partsOf(subject: ResourceUnderTest, delivery: RequestedDelivery): ProofObligation[] {
  const { row, requester } = delivery;
  const name = `${row.title} of ${requester.path}`;
  const impossible = impossibleOn(subject, delivery);
  if (impossible.length > 0) return impossible;
  const fits = settingsOf(subject).flatMap(([setting, fit]): SettingPart[] => {
    const value = fit(row.fits);
    const works =
      value === 'yes' ||
      (value === 'unknown' && row.direction === 'read') ||
      (value === 'configured' && delivery.key !== undefined);
    return works
      ? []
      : [open(name, `without a page of AWS that says whether it works on a bucket with ${setting}${wayOut(row)}`)];
  });
  if (row.caller !== 'service') {
    return [...fits, open(name, 'allowed by an ACL or by an account of the service, which is not evaluated')];
  }
  return [...fits, ...byPolicies(subject, delivery)];
}

function byPolicies(subject: ResourceUnderTest, delivery: RequestedDelivery): ProofObligation[] {
  const name = `${delivery.row.title} of ${delivery.requester.path}`;
  const readings = (callers: readonly Conditions[]) =>
    callers.flatMap((who) =>
      headersOf(subject, delivery).flatMap((header) =>
        keyActionsOf(delivery).map((keyActions) => requestsBy(subject, delivery, who, header, keyActions)),
      ),
    );
  const byService = decided(name, delivery, readings(callersOf(delivery)));
  const legacy = elbAccount(delivery);
  if (legacy === undefined || byService.every((part) => !('setting' in part) && prove(part).status === 'proved')) {
    return byService;
  }
  const byAccount = decided(name, delivery, readings([legacy]));
  return byAccount.every((part) => !('setting' in part) && prove(part).status === 'proved') ? byAccount : byService;
}

/** Settings of the bucket with which the delivery is documented not to work, whatever the policies say. */
export function impossibleOn(subject: ResourceUnderTest, { row, requester }: RequestedDelivery): SettingPart[] {
  const name = `${row.title} of ${requester.path}`;
  return settingsOf(subject)
    .filter(([, fit]) => fit(row.fits) === 'no')
    .map(([setting]) => ({
      setting: name,
      holds: false,
      reason: `${name} cannot work on a bucket with ${setting}${wayOut(row)}`,
    }));
}

function wayOut({ advice }: RequestedDelivery['row']): string {
  return advice === undefined ? '' : `: ${advice}`;
}

/** In older Regions a load balancer delivers by an account of Elastic Load Balancing as well. */
function elbAccount({ row, requester }: RequestedDelivery): Conditions | undefined {
  const account =
    row.principal === 'logdelivery.elasticloadbalancing.amazonaws.com' ? ELB_ACCOUNTS[requester.region] : undefined;
  return account === undefined
    ? undefined
    : { StringEquals: { 'aws:PrincipalAccount': account, [PRINCIPAL_KIND_KEY]: ['role'] } };
}

function open(name: string, reason: string): SettingPart {
  return { setting: name, holds: undefined, reason };
}

type Settings = Array<[string, (fits: RequestedDelivery['row']['fits']) => Fit]>;

function settingsOf({ resource, properties }: ResourceUnderTest): Settings {
  const algorithm = encryptionRule(resource)?.ServerSideEncryptionByDefault?.SSEAlgorithm;
  const ownership = properties.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
  const found: Settings = [];
  if (algorithm === 'aws:kms') found.push(['SSE-KMS as its default encryption', ({ sseKms }) => sseKms]);
  if (algorithm === 'aws:kms:dsse') found.push(['DSSE-KMS as its default encryption', ({ dsse }) => dsse]);
  if (String(properties.ObjectLockEnabled) === 'true') found.push(['Object Lock', ({ objectLock }) => objectLock]);
  if (ownership === undefined || ownership === 'BucketOwnerEnforced') {
    found.push(['ACLs disabled', ({ aclsDisabled }) => aclsDisabled]);
  }
  return found;
}

/** The requests of one reading of what is documented; where pages leave something open there are several. */
type Reading = readonly ProofObligation[];

/**
 * It works if it does by every reading, and not if it does by none; requests that may be refused in part are not known.
 */
function decided(name: string, delivery: RequestedDelivery, readings: readonly Reading[]): ProofObligation[] {
  const answers = readings.map((reading) =>
    reading.map((part) => ('setting' in part ? answerOf(part) : { part, works: prove(part).status === 'proved' })),
  );
  if (delivery.open === undefined && answers.every((all) => all.every(({ works }) => works === true))) {
    return readings.flat();
  }
  if (delivery.open !== undefined) return [open(name, `open, since ${delivery.open}`)];
  const refused = answers.map((all) =>
    all.find(
      ({ part, works }) =>
        works === false && ('setting' in part || prove({ ...part, expect: 'never' }).status === 'proved'),
    ),
  );
  if (refused.every((each) => each !== undefined)) return [refused[0]!.part];
  const unclear = answers.flat().find(({ works }) => works !== true)!.part;
  return [
    open(
      name,
      'setting' in unclear
        ? unclear.reason
        : `allowed in part: ${prove(unclear).reason ?? 'some of its requests are refused'}`,
    ),
  ];
}

function answerOf(part: SettingPart): { readonly part: ProofObligation; readonly works: boolean | undefined } {
  return { part, works: part.holds };
}

/** Regions that are enabled by default, where no service has a principal of its own for the Region. */
const BY_DEFAULT =
  /^(us-|cn-|ca-central-1|sa-east-1|eu-(west-[123]|central-1|north-1)|ap-(northeast-[123]|southeast-[12]|south-1))/;

/** Who says what of itself: what no page states may be sent or not. */
function callersOf(delivery: RequestedDelivery): Conditions[] {
  const { row, requester } = delivery;
  const principals = [
    row.principal,
    ...(row.optInPrincipal !== undefined && !BY_DEFAULT.test(requester.region) ? [row.optInPrincipal] : []),
  ].map((each) => each.replace('{region}', requester.region));
  const { account = false, arn, literal = false } = row.source ?? {};
  return principals.flatMap((principal) =>
    (account ? [true] : [true, false]).map((says): Conditions => {
      const source = arn === undefined ? requester.arn : filled(delivery, arn);
      const states = arn !== undefined || says;
      return {
        StringEquals: {
          'aws:PrincipalServiceName': principal,
          ...(says && { 'aws:SourceAccount': requester.account }),
          ...(delivery.organization !== undefined && { 'aws:SourceOrgID': delivery.organization }),
          ...(states && literal && { 'aws:SourceArn': source }),
        },
        ...(states && !literal && { ArnLike: { 'aws:SourceArn': anyValue(source) } }),
      };
    }),
  );
}

function filled({ requester, names }: RequestedDelivery, pattern: string): string {
  const { partition, account, region: where } = requester;
  const known: Record<string, string> = { partition, account, region: where, ...names };
  return pattern.replace(/\{(\w+)\}/g, (_, name: string) => known[name] ?? '*');
}

/**
 * Where no page says which header the service sends, each that it may send is a reading. The AWS managed key lets no
 * service use it, so none names KMS without a key.
 */
function headersOf({ bucket }: ResourceUnderTest, { row, header }: RequestedDelivery): EncryptionHeader[] {
  if (header !== 'unknown') return [header];
  return ['none', 'AES256', ...(row.fits.sseKms !== 'no' && bucket.key !== undefined ? (['aws:kms'] as const) : [])];
}

/**
 * What the delivery asks of the key. An upload needs a data key; where the table lists the decryption as well, it needs
 * that too for a multipart upload, and no page says which service uploads in parts.
 */
function keyActionsOf({ row }: RequestedDelivery): ReadonlyArray<readonly string[]> {
  if (row.direction === 'read') return [['kms:Decrypt']];
  const write = ['kms:GenerateDataKey'];
  return row.key?.actions.includes('kms:Decrypt') ? [write, [...write, 'kms:Decrypt']] : [write];
}

function requestsBy(
  subject: ResourceUnderTest,
  delivery: RequestedDelivery,
  who: Conditions,
  header: EncryptionHeader,
  keyActions: readonly string[],
): Reading {
  const { row, key, request, hive, prefix } = delivery;
  const patterns =
    row.keys.length < 2 ? row.keys : row.keys.filter((each) => each.includes('aws-account-id=') === hive);
  const keys = patterns.map((pattern) =>
    filled({ ...delivery, names: { ...delivery.names, prefix } }, pattern).replace(/\*$/, '?*'),
  );
  const named =
    header !== 'aws:kms'
      ? undefined
      : delivery.header === 'unknown'
        ? subject.keyArn
        : request.keyIsHeader
          ? keyNamed(subject, key)
          : undefined;
  const headers: Conditions =
    header === 'none'
      ? { Null: { [SSE]: 'true', [SSE_KEY]: 'true' } }
      : {
          StringEquals: { [SSE]: header, ...(named && { [SSE_KEY]: named }) },
          ...(named ? {} : { Null: { [SSE_KEY]: 'true' } }),
        };
  const upload = both(both(who, headers), row.acl ? { StringEquals: { 's3:x-amz-acl': row.acl } } : {});
  // Of a writer, s3:ListBucket only quiets checks that it does without.
  const onBucket = row.bucketActions.filter((action) => action !== 's3:ListBucket' || row.direction === 'read');
  return [
    ...onBucket.map((action) => always(subject, { actions: [action], when: who })),
    ...row.objectActions.map((action) =>
      always(subject, { actions: [action], keys, when: action === 's3:PutObject' ? upload : who }),
    ),
    ...keyParts(subject, delivery, who, header, named, keyActions),
  ];
}

function both(one: Conditions, other: Conditions): Conditions {
  const operators = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...operators].map((operator) => [operator, { ...one[operator], ...other[operator] }]));
}

function keyNamed({ model }: ResourceUnderTest, key: string | undefined): string | undefined {
  return (
    model.keys.find(({ arn }) => arn === key || arn.endsWith(`:key/${key}`))?.arn ??
    (key?.includes(':key/') ? key : undefined)
  );
}

/** What the key must allow that encrypts the objects: the one that the delivery names, or the bucket's default. */
function keyParts(
  subject: ResourceUnderTest,
  delivery: RequestedDelivery,
  who: Conditions,
  header: EncryptionHeader,
  named: string | undefined,
  actions: readonly string[],
): ProofObligation[] {
  const { row, requester, key: given, request } = delivery;
  const rule = encryptionRule(subject.resource)?.ServerSideEncryptionByDefault;
  const byDefault =
    header !== 'AES256' && typeof rule?.SSEAlgorithm === 'string' && rule.SSEAlgorithm.startsWith('aws:kms');
  const usesNamed = request.keyIsHeader === true && given !== undefined;
  if (!usesNamed && !byDefault) return [];
  const name = `${row.title} of ${requester.path}`;
  const key = usesNamed ? subject.model.keys.find(({ arn }) => arn === named) : subject.bucket.key;
  if (key === undefined) {
    const managed = !usesNamed && subject.keyArn === undefined;
    return managed && row.key?.documented === true
      ? [
          {
            setting: name,
            holds: false,
            reason:
              `${name}: the AWS managed key aws/s3 lets no service use it; encrypt the bucket with a key of ` +
              'your own',
          },
        ]
      : [open(name, 'dependent on a key that is in none of the templates')];
  }
  if (row.key === undefined) {
    // Synthesis has warned whoever opened the bucket for it.
    return delivery.opened ? [] : [open(name, 'without a page of AWS that says what it needs of the key')];
  }
  const context = Object.fromEntries(
    Object.entries(row.key.context ?? {}).map(([pair, value]) => [pair, filled(delivery, value)]),
  );
  return actions.map((action): Property => ({
    expect: 'always',
    place: key.resource.path,
    region: region({
      actions: [action],
      when: both(who, Object.keys(context).length > 0 ? { StringLike: context } : {}),
    }),
    targets: [{ kind: 'key', arn: key.arn }],
    environment: keyEnvironment(key, subject.model.organization),
    axioms: subject.axioms,
  }));
}
