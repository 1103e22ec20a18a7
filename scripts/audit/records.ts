import { ACCOUNT, LOGS, REGION } from './app';

const OWNER = '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be';
const HOST_ID = 's9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234=';

export const PEOPLE = {
  alice: `arn:aws:iam::${ACCOUNT}:user/alice`,
  app: `arn:aws:sts::${ACCOUNT}:assumed-role/App/i-0abc`,
  partner: 'arn:aws:sts::999988887777:assumed-role/Partner/s1',
  canonical: '314159b66967d86f031c7249d1d9a80249109428335cd0ef1cdc487b4566cb1b',
  service: 'svc:cloudfront.amazonaws.com',
};

/**
 * A record, field by field; what is left out is an ordinary read of `reports/a.pdf` by the application, yesterday at
 * 10:15.
 */
export interface Fields {
  readonly bucket?: string;
  readonly daysAgo?: number;
  readonly time?: string;
  readonly ip?: string;
  readonly who?: string;
  readonly operation?: string;
  readonly key?: string;
  readonly uri?: string;
  readonly status?: string;
  readonly error?: string;
  readonly sent?: string;
  readonly size?: string;
  readonly referer?: string;
  readonly agent?: string;
  readonly version?: string;
  readonly signature?: string;
  readonly cipher?: string;
  readonly authentication?: string;
  readonly host?: string;
  readonly tls?: string;
  readonly accessPoint?: string;
  readonly acl?: string;
  readonly region?: string;
  /** How many of the last fields the record lacks, as records of earlier years do. */
  readonly without?: number;
  /** What comes behind the last documented field. */
  readonly later?: string;
}

/** What S3 does by itself has no caller, no endpoint and no transport. */
export const BY_S3: Fields = {
  who: 'AmazonS3',
  ip: '-',
  uri: '-',
  status: '-',
  sent: '-',
  referer: '-',
  agent: '-',
  signature: '-',
  cipher: '-',
  authentication: '-',
  host: '-',
  tls: '-',
  region: '-',
};

export const DENIED: Fields = { status: '403', error: 'AccessDenied', sent: '243', size: '-' };

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The day some days ago in UTC, as the log and the folders spell it. */
export function dayOf(daysAgo: number): { readonly log: string; readonly folder: string; readonly compact: string } {
  const [year, month, day] = new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10).split('-');
  return {
    log: `${day}/${MONTHS[Number(month) - 1]}/${year}`,
    folder: `${year}/${month}/${day}`,
    compact: `${year}${month}${day}`,
  };
}

/** One line of a log; `tag` is its request id. */
export function line(tag: string, fields: Fields): string {
  const {
    bucket = 'invoices-prod',
    daysAgo = 1,
    time = '10:15:00',
    ip = '192.0.2.3',
    who = PEOPLE.app,
    operation = 'REST.GET.OBJECT',
    key = 'reports/a.pdf',
    status = '200',
    error = '-',
    sent = '1000',
    size = '1000',
    referer = '"-"',
    agent = '"aws-sdk-js/3.900"',
    version = '-',
    signature = 'SigV4',
    cipher = 'TLS_AES_128_GCM_SHA256',
    authentication = 'AuthHeader',
    tls = 'TLSv1.3',
    accessPoint = '-',
    acl = '-',
    region = REGION,
    without = 0,
    later = '',
  } = fields;
  const uri = fields.uri ?? `"${operation.split('.')[1]} /${key} HTTP/1.1"`;
  const host = fields.host ?? `${bucket}.s3.${REGION}.amazonaws.com`;
  const all = [
    OWNER,
    bucket,
    `[${dayOf(daysAgo).log}:${time} +0000]`,
    ip,
    who,
    tag,
    operation,
    key,
    uri,
    status,
    error,
    sent,
    size,
    '12',
    '10',
    referer,
    agent,
    version,
    HOST_ID,
    signature,
    cipher,
    authentication,
    host,
    tls,
    accessPoint,
    acl,
    region,
  ];
  return all.slice(0, all.length - without).join(' ') + later;
}

/** Log objects as S3 lays them out, from lines with the bucket and day that they belong to. */
export class LogObjects {
  private readonly lines = new Map<string, string[]>();

  /** @param deliveredDaysAgo where the layout goes by the day of delivery */
  public add(text: string, { bucket = 'invoices-prod', daysAgo = 1 }: Fields, deliveredDaysAgo = daysAgo): void {
    const name = nameOf(bucket, deliveredDaysAgo);
    this.lines.set(name, [...(this.lines.get(name) ?? []), text]);
  }

  public get objects(): Map<string, Buffer> {
    return new Map([...this.lines].map(([name, lines]) => [`${LOGS}/${name}`, Buffer.from(`${lines.join('\n')}\n`)]));
  }

  public get count(): number {
    return [...this.lines.values()].reduce((sum, lines) => sum + lines.length, 0);
  }
}

function nameOf(bucket: string, daysAgo: number): string {
  const { folder } = dayOf(daysAgo);
  const file = `${folder.replace(/\//g, '-')}-00-00-00-0123456789ABCDEF`;
  if (bucket === 'legacy-site') return `legacy/${file}`;
  return `${bucket === 'payroll-prod' ? 'hr/' : ''}${ACCOUNT}/${REGION}/${bucket}/${folder}/${file}`;
}
