import type { BucketModel, Model, ResolvedResource } from './model';
import { toldApartBy } from './told-apart';
import {
  DELIVERIES,
  type DeliveryCaller,
  type DeliveryRequest,
  type DeliveryRow,
  type EncryptionHeader,
} from '../../model/delivery/table';
import { TemplateError } from '../template/template-error';
import { isUnknown, shown, UnknownValueError } from '../template/unknown';

/** A resource of the templates that asks an AWS service to deliver into a bucket, or to read from it. */
export interface RequestedDelivery {
  readonly row: DeliveryRow;
  readonly request: DeliveryRequest;
  readonly requester: ResolvedResource;
  /** Empty, or a key prefix. */
  readonly prefix: string;
  /** What `DeliveryRequest.key` names. */
  readonly key?: string;
  /** What `DeliveryRequest.role` names: it makes the requests. */
  readonly role?: string;
  /** The encryption header of its uploads, as its configuration chooses it. */
  readonly header: EncryptionHeader;
  /** What the row's placeholders stand for. */
  readonly names: Readonly<Record<string, string>>;
  /** Whether the keys of the objects have the partitions of Hive. */
  readonly hive: boolean;
  /** What only the deployment knows of it. */
  readonly open?: string;
  /** Whether the bucket is opened for it on purpose, and not found to be asked for. */
  readonly opened?: boolean;
  /** The organization that the service says its source belongs to. */
  readonly organization?: string;
}

/** A delivery that a bucket is opened for, whether or not its source is in the templates. */
export interface NamedDelivery {
  /** The id of its row. */
  readonly delivery: string;
  readonly prefix?: string;
  /** The accounts of its sources; absent: the account of the bucket. */
  readonly accounts?: readonly string[];
  /** The Regions of its sources; absent: any. */
  readonly regions?: readonly string[];
  readonly organization?: string;
  /** What the placeholders of the row stand for. */
  readonly names?: Readonly<Record<string, string>>;
}

/** What such a delivery asks for, by each of its sources, with the key of the bucket where it names one. */
export function requestsOf(
  named: NamedDelivery,
  { resource, arn }: BucketModel,
  key: string | undefined,
): RequestedDelivery[] {
  const row = DELIVERIES.find(({ id }) => id === named.delivery);
  if (row === undefined) {
    throw new Error(`"delivery" is "${named.delivery}"; the id of a row of docs/services.md is needed`);
  }
  const { prefix = '', accounts = [resource.account], regions = ['*'], organization, names = {} } = named;
  // Where the configuration of the service can name a key, it may name that of the bucket, and must where nothing else
  // works there.
  const canName =
    key !== undefined && (row.fits.sseKms === 'configured' || row.requests.some(({ keyIsHeader }) => keyIsHeader));
  const readings = [...(row.fits.sseKms === 'configured' && canName ? [] : [false]), ...(canName ? [true] : [])];
  return accounts.flatMap((account) =>
    regions.flatMap((region) => {
      const source = {
        account,
        region: region === '*' ? resource.region : region,
        path: `its sources in ${account}`,
        arn,
      };
      const requester = Object.create(
        resource,
        Object.fromEntries(Object.entries(source).map(([name, value]) => [name, { value }])),
      ) as ResolvedResource;
      return readings.map((byKey): RequestedDelivery => ({
        row,
        request: { type: requester.type, bucket: '', form: 'name', keyIsHeader: byKey },
        requester,
        prefix,
        key: byKey ? key : undefined,
        header: byKey ? 'aws:kms' : row.header,
        names: { ...(region === '*' && { region }), ...names },
        hive: false,
        organization,
        opened: true,
      }));
    }),
  );
}

/** Services whose objects begin with the prefix as it is given, with or without a slash at its end. */
const LITERAL_PREFIX = ['s3-server-access-logs', 'ses-receipt-rule'];

const BY_SERVICE: readonly DeliveryCaller[] = ['service', 'canonical-user', 'account'];

/**
 * The deliveries of AWS services, by principals of their own, that the resources of the templates ask for into this
 * bucket. A resource that cannot be read asks for nothing here: it is reported as such.
 */
export function deliveriesInto(model: Model, bucket: BucketModel): RequestedDelivery[] {
  return requestsInto(model, bucket).filter(({ row, role }) => BY_SERVICE.includes(row.caller) && role === undefined);
}

/** The same of what services do by a role of the customer, or with the credentials of whoever calls them. */
export function workByRolesOn(model: Model, bucket: BucketModel): RequestedDelivery[] {
  return requestsInto(model, bucket).filter(
    ({ row, role }) => role !== undefined || row.caller === 'role' || row.caller === 'session',
  );
}

function requestsInto(model: Model, bucket: BucketModel): RequestedDelivery[] {
  const seen = new Set<string>();
  const isTold = toldApartBy(bucket);
  return DELIVERIES.flatMap((row) =>
    row.requests.flatMap((request) =>
      model.resources
        .filter(({ type }) => type === request.type)
        .flatMap((requester) => requested(model, row, request, requester, bucket)),
    ),
  ).filter(({ row, requester, ...rest }) => {
    // Of buckets that the policy cannot tell apart, one of each prefix stands for all.
    const alike =
      row.id === 's3-server-access-logs' && !isTold(requester.arn)
        ? `${row.id} ${rest.prefix} ${rest.open}`
        : JSON.stringify([row.id, requester.stack, requester.logicalId, rest.prefix, rest.key, rest.role, rest.header]);
    return !seen.has(alike) && seen.add(alike);
  });
}

function requested(
  model: Model,
  row: DeliveryRow,
  request: DeliveryRequest,
  requester: ResolvedResource,
  bucket: BucketModel,
): RequestedDelivery[] {
  try {
    const found = [...valuesAt(requester.properties, request.bucket)].flatMap(({ value, at }) => {
      const folder = typeof value === 'string' ? folderIn(value, request.form, bucket) : undefined;
      if (folder === undefined) return [];
      const textAt = (path: string): string | undefined => {
        const [first] = valuesAt(requester.properties, path, at);
        return first === undefined || first.value === undefined ? undefined : String(first.value);
      };
      const asked = Object.entries(request.when ?? {}).map(([path, values]) => ({
        path,
        text: textAt(path) ?? '',
        values,
      }));
      if (asked.some(({ text, values }) => !isUnknown(text) && !values.includes(text))) return [];
      const named = request.prefix === undefined ? '' : (textAt(request.prefix) ?? '');
      const prefix = folder === '' ? named : folder;
      const key = request.key === undefined ? undefined : textAt(request.key);
      const mode = request.mode === undefined ? undefined : textAt(request.mode.path);
      const role = request.role === undefined ? undefined : textAt(request.role);
      const open = [
        ...asked.filter(({ text }) => isUnknown(text)).map(({ path, text }) => `${path} is ${shown(text)}`),
        ...(/[*?]/.test(prefix) || isUnknown(prefix) ? [`its prefix is ${shown(prefix)}`] : []),
        ...(key !== undefined && isUnknown(key) ? [`its key is ${shown(key)}`] : []),
        ...(mode !== undefined && isUnknown(mode) ? [`${request.mode!.path} is ${shown(mode)}`] : []),
      ];
      const own = `{${requester.stack}.${requester.logicalId}}`;
      return [
        {
          row,
          request,
          requester,
          prefix: prefix === '' || prefix.endsWith('/') || LITERAL_PREFIX.includes(row.id) ? prefix : `${prefix}/`,
          key,
          role,
          header: headerOf(row, request, mode, key),
          names: Object.fromEntries(
            Object.entries(request.names ?? {}).map(([name, path]) => [
              name,
              path === 'Ref' ? requester.arn.split(':').slice(5).join(':') : (textAt(path) ?? own),
            ]),
          ),
          hive: String(requester.properties.DestinationOptions?.HiveCompatiblePartitions) === 'true',
          open: open.length > 0 ? open.join(', ') : undefined,
        },
      ];
    });
    return found.length > 0 && requester.exists && isOfSource(model, row, requester) ? found : [];
  } catch (error) {
    if (error instanceof UnknownValueError || error instanceof TemplateError) return [];
    throw error;
  }
}

function headerOf(
  { direction, header }: DeliveryRow,
  { mode: modes, keyIsHeader }: DeliveryRequest,
  mode: string | undefined,
  key: string | undefined,
): EncryptionHeader {
  if (direction === 'read') return 'none';
  if (mode !== undefined && modes?.headers[mode] !== undefined) return modes.headers[mode];
  return keyIsHeader === true && key !== undefined ? 'aws:kms' : header;
}

/**
 * Two rows have the requests of `AWS::Logs::DeliveryDestination`: what the source is decides, and CloudFront has its
 * sources in one Region.
 */
function isOfSource(model: Model, { id }: DeliveryRow, { type, arn }: ResolvedResource): boolean {
  if (type !== 'AWS::Logs::DeliveryDestination') return true;
  const names = model
    .ofType('AWS::Logs::Delivery')
    .filter(({ properties }) => properties.DeliveryDestinationArn === arn)
    .map(({ properties }) => properties.DeliverySourceName);
  const sources = model.ofType('AWS::Logs::DeliverySource').filter(({ properties }) => names.includes(properties.Name));
  const ofCloudFront = sources.filter(({ properties }) =>
    /^arn:[^:]*:cloudfront:/.test(String(properties.ResourceArn)),
  );
  if (id === 'cloudfront-standard-logs-v2') return ofCloudFront.length > 0;
  return ofCloudFront.length === 0 || ofCloudFront.length < sources.length;
}

/** What follows the bucket's name in a property, if the property names the bucket. */
function folderIn(
  text: string,
  form: DeliveryRequest['form'],
  { name, arn, resource }: BucketModel,
): string | undefined {
  if (form === 'name') {
    const attribute = /^\{(.+)\.(?:Regional)?DomainName\}$/.exec(text)?.[1];
    if (attribute !== undefined) return attribute === `${resource.stack}.${resource.logicalId}` ? '' : undefined;
    return text === name || text.replace(/\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/, '') === name
      ? ''
      : undefined;
  }
  const whole = form === 'arn' || form === 'arn-prefix' ? arn : form === 'url' ? `s3://${name}` : name;
  if (text === whole) return '';
  return form !== 'arn' && text.startsWith(`${whole}/`) ? text.slice(whole.length + 1) : undefined;
}

interface Found {
  readonly value: unknown;
  /** The items of lists that were taken, by the path of the list. */
  readonly at: ReadonlyMap<string, number>;
}

/** The values at a path of `DeliveryRequest`. @param at items of lists to which it is kept */
function* valuesAt(root: unknown, path: string, at: ReadonlyMap<string, number> = new Map()): Generator<Found> {
  const steps = [...path.matchAll(/([^.[\]{}]+)(\[[^\]]*\]|\{\})?/g)].map(([text, name, of]) => ({ text, name, of }));
  function* walk(value: unknown, index: number, taken: ReadonlyMap<string, number>): Generator<Found> {
    if (index === steps.length) {
      yield { value, at: taken };
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const { name, of } = steps[index];
    const next = (value as Record<string, unknown>)[name];
    if (of === undefined) {
      yield* walk(next, index + 1, taken);
      return;
    }
    const here = steps
      .slice(0, index + 1)
      .map(({ text }) => text)
      .join('.');
    const [, key, wanted] = /^\[([^=]+)=(.*)\]$/.exec(of) ?? [];
    const items: unknown[] = Array.isArray(next)
      ? next
      : typeof next === 'object' && next !== null
        ? Object.values(next)
        : [];
    for (const [number, item] of items.entries()) {
      if (key !== undefined && (item as Record<string, unknown> | null)?.[key] !== wanted) continue;
      if (taken.has(here) && taken.get(here) !== number) continue;
      yield* walk(item, index + 1, new Map([...taken, [here, number]]));
    }
  }
  yield* walk(root, 0, at);
}
