import { dayOf, PEOPLE } from './records';

const { alice, app, partner, canonical, service } = PEOPLE;

/** A query with values, and the rows that the planted records must give, in any order. */
export interface Question {
  readonly query: string;
  /** Literals of SQL, in the order of the question marks. */
  readonly values: readonly string[];
  /** The columns that are compared, in this order. */
  readonly columns: readonly string[];
  readonly rows: ReadonlyArray<readonly unknown[]>;
  /** Rows of which something else is known do not count. */
  readonly unless?: (row: Record<string, unknown>) => boolean;
}

const ordinary = (row: Record<string, unknown>) => String(row.request_id ?? '').startsWith('ORDINARY');
const tags = (...of: string[]) => of.map((tag) => [tag]);

/** Over `LogSources.buckets(...)`, in four buckets and three layouts. */
export const QUESTIONS: readonly Question[] = [
  {
    // Not by HEAD, not denied, not 30 days ago, not a key that only begins so; delivered twice it is one request.
    query: 'who-read-object',
    values: ["'invoices-prod'", "'payroll/2026.xlsx'", '7'],
    columns: ['request_id'],
    rows: tags('READ', 'READ', 'READ-RANGE', 'READ-COPY', 'READ-AP'),
  },
  {
    query: 'who-read-object',
    values: ["'%'", "'payroll/2026.xlsx'", '40'],
    columns: ['request_id'],
    rows: tags('READ', 'READ', 'READ-RANGE', 'READ-COPY', 'READ-AP', 'READ-OLD'),
  },
  {
    query: 'who-read-object',
    values: ["'%'", "'payroll/2026 final.xlsx'", '7'],
    columns: ['request_id', 'requester'],
    rows: [['READ-SPACE', alice]],
  },
  {
    query: 'who-read-object',
    values: ["'%'", "'payroll/年末.xlsx'", '7'],
    columns: ['request_id'],
    rows: tags('READ-UNICODE'),
  },
  {
    query: 'who-read-object',
    values: ["'%'", "'payroll/a%20b.xlsx'", '7'],
    columns: ['request_id'],
    rows: tags('READ-TWICE'),
  },
  {
    query: 'who-read-object',
    values: ["'%'", "'payroll/100%zz.xlsx'", '7'],
    columns: ['request_id'],
    rows: tags('READ-BADPCT'),
  },
  { query: 'who-read-object', values: ["'%'", "'salaries.csv'", '1'], columns: ['request_id'], rows: tags('PAYROLL') },
  {
    query: 'who-read-object',
    values: ["'legacy-site'", "'index.html'", '7'],
    columns: ['request_id', 'requester'],
    rows: [['LEGACY', 'anonymous']],
  },
  {
    query: 'reads-by-principal',
    values: ["'%'", "'payroll/'", "'%alice'", '7'],
    columns: ['requester', 'bucket', 'reads', 'objects'],
    rows: [[alice, 'invoices-prod', 8, 6]],
  },
  {
    query: 'denied-requests',
    values: ["'%'", "''", "'%'", '7'],
    columns: ['requester', 'operation', 'requests', 'objects', 'addresses'],
    rows: [
      [partner, 'REST.GET.OBJECT', 7, 7, 3],
      [partner, 'REST.DELETE.OBJECT', 1, 1, 1],
      [app, 'REST.GET.OBJECT', 2, 1, 1],
      ['anonymous', 'REST.GET.OBJECT', 1, 1, 1],
    ],
  },
  {
    query: 'denied-requests',
    values: ["'%'", "'secrets/'", `'${partner}'`, '7'],
    columns: ['requester', 'requests'],
    rows: [[partner, 5]],
  },
  {
    // Among them the records of earlier and later years, and the caller who forged a newer TLS version.
    query: 'insecure-transport',
    values: ["'%'", "'%'", '7'],
    columns: ['transport', 'requester', 'status', 'requests'],
    rows: [
      ['tlsv1.1', alice, 200, 5],
      ['plain HTTP', partner, 403, 1],
      ['plain HTTP', app, 403, 1],
      ['tlsv1.1', app, 403, 1],
    ],
  },
  {
    query: 'anonymous-and-cross-account',
    values: ["'%'", '7'],
    columns: ['account', 'requester', 'bucket', 'operation', 'status', 'requests'],
    rows: [
      ['999988887777', partner, 'invoices-prod', 'REST.GET.OBJECT', 403, 7],
      ['999988887777', partner, 'invoices-prod', 'REST.GET.OBJECT', 200, 4],
      ['999988887777', partner, 'invoices-prod', 'REST.DELETE.OBJECT', 403, 1],
      ['anonymous', 'anonymous', 'invoices-prod', 'REST.GET.OBJECT', 403, 1],
      ['anonymous', 'anonymous', 'invoices-prod', 'WEBSITE.GET.OBJECT', 200, 1],
      ['anonymous', 'anonymous', 'legacy-site', 'REST.GET.OBJECT', 200, 1],
      ['canonical id', canonical, 'invoices-prod', 'REST.GET.OBJECT', 200, 1],
      ['AWS service', service, 'invoices-prod', 'REST.GET.OBJECT', 200, 1],
    ],
  },
  {
    query: 'presigned-use',
    values: ["'%'", "''", "'%'", '7'],
    columns: ['request_id', 'signer', 'age_seconds', 'valid_seconds'],
    rows: [
      ['PRE-YOUNG', app, 300, 900],
      ['PRE-OLD', alice, 345_600, 604_800],
      ['PRE-V2', app, null, null],
      ['PRE-BAD', app, null, null],
    ],
  },
  {
    query: 'deletes',
    values: ["'%'", "''", "'%'", '7'],
    columns: ['request_id', 'effect'],
    rows: [
      ['DEL-VERSION', 'version deleted for good'],
      ['DEL-BATCH', 'version deleted for good'],
      ['DEL-MARKER', 'delete marker, or for good without versioning'],
      ['DEL-EXPIRED', 'expired by lifecycle'],
      ['DEL-LIFECYCLE', 'delete marker by lifecycle'],
    ],
  },
  {
    query: 'lifecycle-actions',
    values: ["'%'", "'reports/'", '7'],
    columns: ['operation', 'bucket', 'day', 'objects', 'bytes'],
    rows: [
      ['S3.EXPIRE.OBJECT', 'invoices-prod', dayOf(1).folder, 1, 9],
      ['S3.CREATE.DELETEMARKER', 'invoices-prod', dayOf(1).folder, 1, null],
      ['S3.TRANSITION_GIR.OBJECT', 'invoices-prod', dayOf(1).folder, 1, 7],
    ],
  },
  {
    query: 'top-talkers',
    values: ["'%'", "'dumps/'", '7'],
    columns: ['requester', 'remote_ip', 'requests', 'bytes'],
    rows: [[alice, '198.51.100.7', 1, 5_368_709_120]],
  },
  {
    query: 'by-access-point',
    values: ["'invoices-%'", "'%App%'", '7'],
    columns: ['access_point', 'requests', 'denied'],
    rows: [
      ['arn:aws:s3:eu-west-1:111122223333:accesspoint/team-a', 1, 0],
      ['the bucket itself', 314, 2],
    ],
  },
  {
    query: 'signature-version-2',
    values: ["'%'", '7'],
    columns: ['requester', 'authentication_type', 'requests'],
    rows: [
      [app, 'AuthHeader', 1],
      [app, 'QueryString', 1],
    ],
  },
  {
    query: 'acl-dependent',
    values: ["'%'", "''", '7'],
    columns: ['requester', 'operation', 'requests'],
    rows: [[partner, 'REST.GET.OBJECT', 1]],
  },
  {
    // The application and Alice came 60 days ago already, to this bucket.
    query: 'first-seen-principals',
    values: ["'invoices-prod'", '90', '7'],
    columns: ['requester', 'requests', 'denied'],
    rows: [
      [partner, 12, 8],
      ['anonymous', 2, 1],
      [canonical, 1, 0],
      [service, 1, 0],
    ],
  },
  {
    query: 'unusual-hours',
    values: ["'%'", "'%'", '7', '6', '20'],
    columns: ['requester', 'remote_ip', 'hour_utc', 'requests'],
    rows: [[alice, '203.0.113.9', 3, 1]],
  },
  {
    query: 'unreadable-records',
    values: ["'%'", '7'],
    columns: ['bucket', 'parsed', 'records'],
    rows: [
      ['invoices-prod', false, 2],
      ['invoices-prod', true, 5],
      [null, false, 1],
    ],
  },
];

/** Over `LogSources.anyBucket()`, where each query names its bucket. */
export const QUESTIONS_OF_ANY: readonly Question[] = [
  {
    query: 'who-read-object',
    values: ["'invoices-prod'", "'payroll/2026.xlsx'", '7'],
    columns: ['request_id'],
    rows: tags('READ', 'READ', 'READ-RANGE', 'READ-COPY', 'READ-AP'),
  },
  {
    query: 'who-read-object',
    values: ["'media-prod'", "'video/1.mp4'", '7'],
    columns: ['request_id'],
    rows: tags('MEDIA'),
    unless: ordinary,
  },
  {
    query: 'unreadable-records',
    values: ["'invoices-prod'", '7'],
    columns: ['parsed', 'records'],
    rows: [
      [false, 2],
      [true, 5],
    ],
  },
];
