import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync, gunzipSync } from 'node:zlib';
import { MalformedContentError, ObjectTransform, redactStream } from '../../../../src/runtime/redaction';
import type { Format, RedactionPolicyDocument } from '../../../../src/runtime/redaction';
import { run } from '../../../support/byte-transforms';
import { policyOf } from '../support';

function redact(
  text: string | Buffer,
  format: Format | undefined,
  document: Partial<RedactionPolicyDocument> = {},
): string {
  const policy = policyOf({ ...document, ...(format && { format }) });
  const transform = () => new ObjectTransform(policy, policy.session());
  const whole = run(transform(), Buffer.from(text)).toString();
  for (const size of [1, 3, 7]) expect(run(transform(), Buffer.from(text), [size]).toString()).toBe(whole);
  return whole;
}

describe('a value that its neighbour names', () => {
  test.each([
    [
      'DynamoDB',
      '{"password":{"S":"hunter2x"},"city":{"S":"hunter2x"}}',
      '{"password":{"S":"[SECRET]"},"city":{"S":"hunter2x"}}',
    ],
    [
      'ECS',
      '[{"name":"DB_PASSWORD","value":"hunter2x"},{"name":"CITY","value":"hunter2x"}]',
      '[{"name":"DB_PASSWORD","value":"[SECRET]"},{"name":"CITY","value":"hunter2x"}]',
    ],
    [
      'CloudFormation',
      '{"ParameterKey":"ApiKey","ParameterValue":"abc123def456"}',
      '{"ParameterKey":"ApiKey","ParameterValue":"[SECRET]"}',
    ],
    ['FHIR', '{"system":"phone","value":"467 3395"}', '{"system":"phone","value":"[PHONE]"}'],
    [
      'not from one object into the next',
      '[{"name":"DB_PASSWORD"},{"value":"hunter2x"}]',
      '[{"name":"DB_PASSWORD"},{"value":"hunter2x"}]',
    ],
  ])('JSON: %s', (_title, input, output) => expect(redact(input, 'json')).toBe(output));

  test.each([
    [
      'FHIR',
      '<Patient><birthDate value="1970-03-30"/><active value="1970-03-30"/></Patient>',
      '<Patient><birthDate value="[DATE-OF-BIRTH]"/><active value="1970-03-30"/></Patient>',
    ],
    ['.NET', '<add key="DbPassword" value="hunter2x"/>', '<add key="DbPassword" value="[SECRET]"/>'],
    ['Spring', '<property name="city" value="hunter2x"/>', '<property name="city" value="hunter2x"/>'],
  ])('XML: %s', (_title, input, output) => expect(redact(input, 'xml')).toBe(output));
});

describe('names that programs have too', () => {
  test.each([
    '{"credentials":"include"}',
    '{"token":" the","logprob":-0.5}',
    '{"auth":"none"}',
    '{"token":1234567}',
    '{"signature":"see page 2"}',
    '{"max_tokens":12345678}',
    '{"next_token":"aGVsbG8xMjM="}',
  ])('%s', (text) => expect(redact(text, 'json')).toBe(text));
  test.each([
    ['{"token":"a1b2c3d4"}', '{"token":"[SECRET]"}'],
    ['{"password":"letmein"}', '{"password":"[SECRET]"}'],
    ['{"pin":"1234"}', '{"pin":"[SECRET]"}'],
    ['{"pin":1234}', '{"pin":"[SECRET]"}'],
    ['{"auth":"Basic dXNlcjpwYXNz"}', '{"auth":"Basic [SECRET]"}'],
  ])('%s', (input, output) => expect(redact(input, 'json')).toBe(output));
});

describe('logs of AWS', () => {
  test('a load balancer', () => {
    const line =
      'https 2026-01-02T03:04:05.678901Z app/web/50dc6c495c0c9188 192.0.2.1:2817 10.0.0.1:80 0.086 0.048 ' +
      '0.037 200 200 0 57 ' +
      '"GET https://h.example:443/?mail=ann%40example.com HTTP/1.1" "curl/7.46.0" ' +
      'ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:x ' +
      '"Root=1-58337281-1d84f3d73c47ec4e58577259" "h.example" "-" 1 2026-01-02T03:04:05.678901Z "forward" ' +
      '"-" "-" "10.0.0.1:80" "200" "-" "-"\n';
    expect(redact(line, undefined)).toBe(
      line.replace('192.0.2.1', '[IPV4]').replaceAll('10.0.0.1', '[IPV4]').replace('ann%40example.com', '[EMAIL]'),
    );
    expect(redact(line, 'log-alb', { fields: [{ path: 'user_agent', action: { type: 'drop' } }] })).toContain(
      '"-" ECDHE',
    );
  });

  test('CloudFront, whose fields a line names', () => {
    const head = '#Version: 1.0\n#Fields: date time c-ip cs(Cookie) cs-uri-query\n';
    expect(redact(`${head}2026-01-02\t03:04:05\t192.0.2.1\tsid=a1b2c3d4\tmail=ann%40example.com\n`, undefined)).toBe(
      `${head}2026-01-02\t03:04:05\t[IPV4]\t[SECRET]\tmail=[EMAIL]\n`,
    );
  });

  test('VPC flows, with and without a line of names', () => {
    const line =
      '2 123456789010 eni-1235b8ca123456789 192.0.2.1 192.0.2.2 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK\n';
    expect(redact(line, undefined)).toBe(line.replace(/192\.0\.2\.\d/g, '[IPV4]'));
    const own = 'pkt-srcaddr account-id interface-id\n192.0.2.1 123456789010 eni-1\n';
    expect(redact(own, 'log-vpc-flow', { fields: [{ path: 'account-id', kind: 'account' }] })).toBe(
      'pkt-srcaddr account-id interface-id\n[IPV4] [ACCOUNT] eni-1\n',
    );
  });
});

describe('a gzip file that no Content-Encoding names', () => {
  const stream = async (name: string, bytes: Buffer) => {
    const { stream: through } = redactStream(policyOf(), { name });
    const out: Buffer[] = [];
    await pipeline(
      Readable.from([bytes.subarray(0, 1), bytes.subarray(1)]),
      through,
      new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          out.push(chunk);
          done();
        },
      }),
    );
    return Buffer.concat(out);
  };
  test('is unpacked, and packed again', async () => {
    expect(gunzipSync(await stream('a.csv.gz', gzipSync('id,mail\n1,ann@example.com\n'))).toString()).toBe(
      'id,mail\n1,[EMAIL]\n',
    );
  });
  test('one that is none is read as it is', async () => {
    expect((await stream('a.txt.gz', Buffer.from('ann@example.com'))).toString()).toBe('[EMAIL]');
    expect((await stream('a.txt.gz', Buffer.alloc(0))).toString()).toBe('');
  });
  test('one that is damaged fails', async () => {
    await expect(stream('a.txt.gz', gzipSync('ann@example.com').subarray(0, 20))).rejects.toThrow(/gzip data/);
  });
});

describe('bytes that are no text', () => {
  const bytes = Buffer.concat([
    Buffer.from('é ann@example.com '),
    Buffer.from([0xff, 0xc3]),
    Buffer.from(' bob@example.com'),
  ]);
  test('are refused with the true offset, however the input is cut', () => {
    for (const size of [1, 5, 100]) {
      const policy = policyOf({ format: 'text' });
      expect(() => run(new ObjectTransform(policy, policy.session()), bytes, [size])).toThrow(
        expect.objectContaining({ offset: 19, constructor: MalformedContentError }) as Error,
      );
    }
  });
  test('or each is taken for U+FFFD', () => {
    expect(redact(bytes, 'text', { onInvalidText: 'replace' })).toBe('é [EMAIL] \ufffd\ufffd [EMAIL]');
  });
});
