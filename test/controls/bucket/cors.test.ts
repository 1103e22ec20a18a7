import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketCors, CorsPolicy, Guarantee, HttpMethod, Proof } from '../../../src';
import { only, templateOf } from '../../support/app';
import { controlContract } from '../../support/control-contract';

const SITE = 'https://www.example.com';
const READING = ['amz-sdk-*', 'authorization', 'if-match', 'if-none-match', 'if-modified-since', 'range', 'x-amz-*'];

controlContract({
  guarantee: Guarantee.corsNamedOrigins(),
  holdsWithout: true,
  make: () => new BucketCors(CorsPolicy.forOrigins(SITE).allow(HttpMethod.GET, HttpMethod.HEAD)),
  effect: (bucket) => {
    expect(bucket.CorsConfiguration.CorsRules).toEqual([
      {
        AllowedOrigins: [SITE],
        AllowedMethods: ['GET', 'HEAD'],
        AllowedHeaders: READING,
        ExposedHeaders: ['ETag', 'x-amz-version-id'],
      },
    ]);
  },
});

const rulesOf = (...policies: CorsPolicy[]) =>
  only(
    templateOf((stack) => {
      new s3.Bucket(stack, 'Bucket').with(...policies.map((policy) => new BucketCors(policy)));
    }),
    'AWS::S3::Bucket',
  ).Properties.CorsConfiguration.CorsRules;

test('lets a page upload with what uploads need, SSE-C and checksums among it', () => {
  const [rule] = rulesOf(CorsPolicy.forOrigins(SITE).allow(HttpMethod.PUT).maxAge(Duration.hours(1)));
  expect(rule.AllowedHeaders).toEqual([
    ...READING,
    'cache-control',
    'content-disposition',
    'content-encoding',
    'content-md5',
    'content-type',
  ]);
  expect(rule.MaxAge).toBe(3600);
});

test('takes headers of its user', () => {
  const [rule] = rulesOf(
    CorsPolicy.forOrigins(SITE, 'http://localhost:3000')
      .allow(HttpMethod.GET)
      .allowHeaders('Range')
      .expose('Content-Range'),
  );
  expect(rule).toMatchObject({
    AllowedOrigins: [SITE, 'http://localhost:3000'],
    AllowedHeaders: ['Range'],
    ExposedHeaders: ['ETag', 'x-amz-version-id', 'Content-Range'],
  });
});

test('adds its rule to those of the L2, earlier and later ones', () => {
  const template = templateOf((stack) => {
    const bucket = new s3.Bucket(stack, 'Bucket', {
      cors: [{ allowedMethods: [s3.HttpMethods.GET], allowedOrigins: ['https://one.example'] }],
    });
    bucket.with(new BucketCors(CorsPolicy.forOrigins('https://two.example').allow(HttpMethod.GET)));
    bucket.addCorsRule({ allowedMethods: [s3.HttpMethods.GET], allowedOrigins: ['https://three.example'] });
  });
  const origins = only(template, 'AWS::S3::Bucket').Properties.CorsConfiguration.CorsRules.flatMap(
    (rule: any) => rule.AllowedOrigins,
  );
  expect(origins.sort()).toEqual(['https://one.example', 'https://three.example', 'https://two.example']);
});

test.each([
  'https://www.example.com',
  'https://www.example.com:8443',
  'https://*.example.com',
  'http://localhost',
  'http://localhost:5173',
  'http://127.0.0.1:8080',
  'https://[2001:db8::1]:8443',
])('takes the origin %s', (origin) => {
  expect(rulesOf(CorsPolicy.forOrigins(origin).allow(HttpMethod.GET))[0].AllowedOrigins).toEqual([origin]);
});

test.each([
  ['https://www.example.com/', 'Write "https://www.example.com"'],
  ['https://www.example.com/shop', 'Write "https://www.example.com"'],
  ['www.example.com', 'Write for example'],
  ['', 'Write for example'],
  ['https://', 'Write for example'],
  ['https://*', 'Write for example "https://*.example.com"'],
  ['https://www.*.com', 'Write for example'],
  ['https://www.example.com:0', 'Correct the port'],
  ['https://www.example.com:99999', 'Correct the port'],
  ['http://www.example.com', 'Write "https://www.example.com"'],
  ['ftp://www.example.com', 'Write for example'],
  ['*', 'Use CorsPolicy.forAnyOrigin(reason)'],
])('refuses the origin "%s": %s', (origin, fix) => {
  expect(() => CorsPolicy.forOrigins(origin)).toThrow(`(got "${origin}"`);
  expect(() => CorsPolicy.forOrigins(origin)).toThrow(fix);
});

test.each(['*', 'https://*', 'null'])('the proof fails for the origin "%s"', (origin) => {
  const template = templateOf(
    (stack) =>
      new s3.Bucket(stack, 'Bucket', { cors: [{ allowedMethods: [s3.HttpMethods.GET], allowedOrigins: [origin] }] }),
  );
  expect(() => Proof.ofTemplate(template.toJSON()).holds(Guarantee.corsNamedOrigins())).toThrow('cors-named-origins');
});

test('any origin may only read, and only for a reason', () => {
  const open = CorsPolicy.forAnyOrigin('Fonts of the brand, free for every site, decided by Marketing');
  expect(rulesOf(open.allow(HttpMethod.GET))[0].AllowedOrigins).toEqual(['*']);
  for (const method of [HttpMethod.PUT, HttpMethod.POST, HttpMethod.DELETE]) {
    expect(() => open.allow(method)).toThrow('"methods" must be GET and HEAD for any origin');
  }
  expect(() => CorsPolicy.forAnyOrigin('')).toThrow('"CorsPolicy.forAnyOrigin(reason)" must be a literal sentence');
});

test('refuses what browsers or S3 would not understand', () => {
  const policy = CorsPolicy.forOrigins(SITE).allow(HttpMethod.GET);
  expect(() => CorsPolicy.forOrigins()).toThrow('"origins" must be at least one origin');
  expect(() => rulesOf(CorsPolicy.forOrigins(SITE))).toThrow('(got "a policy without methods"');
  expect(() => policy.allowHeaders('x-*-*')).toThrow(
    '"headers" must be the name of an HTTP header, with at most one "*"',
  );
  expect(() => policy.expose('x-amz-*')).toThrow('"headers" must be the name of an HTTP header, without "*"');
  expect(() => policy.maxAge(Duration.days(2))).toThrow('"maxAge" must be 0 to 86,400 whole seconds');
  expect(() => policy.maxAge(Duration.millis(1500))).toThrow(
    '"maxAge" must be 0 to 86,400 whole seconds (got "1 second 500 millis")',
  );
});
