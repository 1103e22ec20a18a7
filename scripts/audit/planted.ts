import { ACCOUNT, REGION } from './app';
import { BY_S3, dayOf, DENIED, line, LogObjects, PEOPLE, type Fields } from './records';

const { alice, app, partner, canonical, service } = PEOPLE;

const presigned = (date: string, expires: number): string =>
  '"GET /reports/a.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256' +
  `&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F${date.slice(0, 8)}%2F${REGION}%2Fs3%2Faws4_request&X-Amz-Date=${date}&X-Amz-Expires=${expires}&X-Amz-SignedHeaders=host ` +
  'HTTP/1.1"';

/** A caller who writes the fields behind the user agent into it: over TLS, allowed, by somebody else's means. */
const FORGED_AGENT = '"x" - h= SigV4 c AuthHeader e TLSv1.3 - - eu-west-1"';

/** A caller who writes the fields behind the target of the request into it: a status and what follows. */
const FORGED_TARGET = '"GET /a" 200 - 1 1 1 1 "-" "x" - h= SigV4 c AuthHeader e TLSv1.3 - - eu-west-1 HTTP/1.1"';

/** Records with a tag each, whose answers are known. */
export const PLANTED: Record<string, Fields> = {
  // Who read the payroll: by itself, as the source of a copy, with a space and a percent sign in the key; not by HEAD,
  // not denied, not another key.
  READ: { who: alice, key: 'payroll/2026.xlsx' },
  'READ-RANGE': { who: alice, key: 'payroll/2026.xlsx', status: '206' },
  'READ-COPY': { who: alice, operation: 'REST.COPY.OBJECT_GET', key: 'payroll/2026.xlsx', uri: '-' },
  'READ-AP': { who: app, key: 'payroll/2026.xlsx', accessPoint: `arn:aws:s3:${REGION}:${ACCOUNT}:accesspoint/team-a` },
  'READ-HEAD': { who: alice, operation: 'REST.HEAD.OBJECT', key: 'payroll/2026.xlsx' },
  'READ-DENIED': { ...DENIED, who: partner, key: 'payroll/2026.xlsx' },
  'READ-OLD': { who: alice, key: 'payroll/2026.xlsx', daysAgo: 30 },
  'READ-OTHER': { who: alice, key: 'payroll/2026.xlsx.bak' },
  'READ-SPACE': { who: alice, key: 'payroll/2026+final.xlsx', uri: '"GET /payroll/2026%20final.xlsx HTTP/1.1"' },
  'READ-UNICODE': {
    who: alice,
    key: 'payroll/%E5%B9%B4%E6%9C%AB.xlsx',
    uri: '"GET /payroll/%E5%B9%B4%E6%9C%AB.xlsx HTTP/1.1"',
  },
  'READ-TWICE': { who: alice, key: 'payroll/a%252520b.xlsx' },
  'READ-BADPCT': { who: alice, key: 'payroll/100%zz.xlsx' },
  'READ-BIGIP': { who: alice, key: 'dumps/all.tar', sent: '5368709120', size: '5368709120', ip: '198.51.100.7' },
  // Transport.
  HTTP: { ...DENIED, cipher: '-', tls: '-' },
  TLS11: { ...DENIED, cipher: 'ECDHE-RSA-AES128-SHA', tls: 'TLSv1.1' },
  TLS12: { cipher: 'ECDHE-RSA-AES128-GCM-SHA256', tls: 'TLSV1.2' },
  // Callers.
  ANON: { ...DENIED, who: '-', signature: '-', authentication: '-' },
  CROSS: { who: partner },
  CANONICAL: { who: canonical },
  SERVICE: { who: service },
  WEBSITE: { who: '-', signature: '-', authentication: '-', operation: 'WEBSITE.GET.OBJECT', key: 'index.html' },
  // Presigned.
  'PRE-YOUNG': { authentication: 'QueryString', uri: presigned(`${dayOf(1).compact}T101000Z`, 900) },
  'PRE-OLD': { who: alice, authentication: 'QueryString', uri: presigned(`${dayOf(5).compact}T101500Z`, 604800) },
  'PRE-V2': {
    authentication: 'QueryString',
    signature: 'SigV2',
    uri: '"GET /reports/a.pdf?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1764411300 HTTP/1.1"',
  },
  'PRE-BAD': {
    authentication: 'QueryString',
    uri: '"GET /reports/a.pdf?X-Amz-Date=20269999T999999Z&X-Amz-Expires=99999999999999999999 HTTP/1.1"',
    status: '400',
    error: 'AuthorizationQueryParametersError',
  },
  // Deletes.
  'DEL-VERSION': {
    who: alice,
    operation: 'REST.DELETE.OBJECT',
    key: 'reports/old.pdf',
    version: '3HL4kqtJvjVBH40Nrjfkd',
    status: '204',
    sent: '-',
  },
  'DEL-MARKER': { who: alice, operation: 'REST.DELETE.OBJECT', key: 'reports/old.pdf', status: '204', sent: '-' },
  'DEL-BATCH': {
    who: alice,
    operation: 'BATCH.DELETE.OBJECT',
    key: 'reports/b.pdf',
    version: 'QUpfdndhfd8438MNFDN93jdnJFkdmqnh893',
    status: '204',
    sent: '-',
    uri: '-',
  },
  'DEL-DENIED': { ...DENIED, who: partner, operation: 'REST.DELETE.OBJECT', key: 'reports/b.pdf' },
  'DEL-EXPIRED': { ...BY_S3, operation: 'S3.EXPIRE.OBJECT', key: 'reports/2019.pdf', size: '9' },
  'DEL-LIFECYCLE': { ...BY_S3, operation: 'S3.CREATE.DELETEMARKER', key: 'reports/2020.pdf', size: '-' },
  MOVED: { ...BY_S3, operation: 'S3.TRANSITION_GIR.OBJECT', key: 'reports/2021.pdf', size: '7' },
  // Denied in a burst, from two addresses.
  ...Object.fromEntries(
    [1, 2, 3, 4, 5].map((n) => [
      `DENY${n}`,
      { ...DENIED, who: partner, key: `secrets/${n}`, ip: n < 3 ? '203.0.113.1' : '203.0.113.2' },
    ]),
  ),
  // What will break.
  SIGV2: { signature: 'SigV2' },
  ACL: { who: partner, acl: 'Yes' },
  // Hours and newcomers.
  NIGHT: { who: alice, time: '03:12:00', ip: '203.0.113.9' },
  'FIRST-BEFORE': { who: app, daysAgo: 60 },
  'FIRST-BEFORE2': { who: alice, daysAgo: 60 },
  // Records of the years before each field was added, and of the years to come.
  'NO-REGION': { who: alice, without: 1, tls: 'TLSv1.1' },
  'NO-ACL': { who: alice, without: 2, tls: 'TLSv1.1' },
  'NO-AP': { who: alice, without: 3, tls: 'TLSv1.1' },
  'OF-2018': { who: alice, without: 9 },
  LATER: { who: alice, later: ' something new', tls: 'TLSv1.1' },
  'LATER-QUOTED': { who: alice, later: ' "something quoted" more', tls: 'TLSv1.1' },
  // Hostile.
  'AGENT-QUOTE': { who: partner, agent: '"Mozilla/5.0 "quoted" agent"' },
  'AGENT-BACKSLASH': { agent: '"back\\slash\\"' },
  'AGENT-UNICODE': { agent: '"агент 🕵"' },
  'AGENT-FORGES': { ...DENIED, who: partner, agent: FORGED_AGENT, cipher: '-', tls: '-' },
  'REFERER-QUOTE': { referer: '"https://x/?q="a b""' },
  'TARGET-QUOTE': { key: 'a%22b', uri: '"GET /a"b HTTP/1.1"' },
  'TARGET-FORGES': { ...DENIED, who: partner, key: 'a', uri: FORGED_TARGET },
  'TARGET-SPACE': { uri: '"GET /bad key HTTP/1.1"', status: '400', error: 'InvalidURI' },
  'TARGET-NONE': { uri: '-' },
  'AGENT-NONE': { agent: '-', referer: '-' },
  // Other buckets and layouts.
  MEDIA: { bucket: 'media-prod', key: 'video/1.mp4' },
  PAYROLL: { bucket: 'payroll-prod', who: alice, key: 'salaries.csv' },
  LEGACY: { bucket: 'legacy-site', who: '-', signature: '-', authentication: '-', key: 'index.html' },
};

/** Lines that no expression can parse: cut off in delivery, or with a raw space in the key. */
const UNPARSABLE = [line('CUT', {}).slice(0, 150), line('RAW-SPACE', { key: 'a b' })];

const ORDINARY_PER_DAY = 100;

/**
 * All log objects: ordinary traffic of three days, the planted records, one of them delivered twice, and what cannot be
 * parsed.
 */
export function logObjects(): LogObjects {
  const logs = new LogObjects();
  for (const daysAgo of [0, 1, 2]) {
    for (let n = 0; n < ORDINARY_PER_DAY; n += 1) {
      const time = `${String(8 + (n % 10)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}:00`;
      for (const bucket of ['invoices-prod', 'media-prod']) {
        const fields = { bucket, daysAgo, time, key: `ordinary/${n}` };
        logs.add(line(`ORDINARY-${bucket}-${daysAgo}-${n}`, fields), fields);
      }
    }
  }
  for (const [tag, fields] of Object.entries(PLANTED)) {
    logs.add(line(tag, fields), fields, tag === 'PAYROLL' ? 0 : undefined);
  }
  logs.add(line('READ', PLANTED.READ), PLANTED.READ);
  for (const text of UNPARSABLE) logs.add(text, {});
  logs.add(UNPARSABLE[0], { bucket: 'legacy-site' });
  return logs;
}
