import { findings, policyOf } from './support';
import { DETECTORS } from '../../../src/runtime/redaction/detectors';
import { KINDS } from '../../../src/runtime/redaction/kinds';

/** Values that are found whole, in a sentence of no meaning. */
const FOUND: Record<string, string[]> = {
  email: [
    'jane@example.com',
    'jane.doe+tag@mail.example.co.uk',
    'j@e.museum',
    '"jane doe"@example.com',
    'jörg@bücher.de',
    '用户@例子.中国',
    'user@[192.0.2.1]',
    'user@[IPv6:2001:db8::1]',
    'a_b-c@sub.example.org',
    'user@xn--bcher-kva.example',
    "o'brien@example.com",
    'x'.repeat(64) + '@example.com',
  ],
  card: [
    '4111111111111111',
    '4111 1111 1111 1111',
    '4111-1111-1111-1111',
    '5555555555554444',
    '2223003122003222',
    '378282246310005',
    '3782 822463 10005',
    '30569309025904',
    '3056 930902 5904',
    '6011111111111117',
    '3530111333300000',
    '6759649826438453',
    '4222222222222',
    '2200000000000004',
    '6200000000000005',
  ],
  iban: [
    'DE89370400440532013000',
    'DE89 3704 0044 0532 0130 00',
    'gb82west12345698765432',
    'GB82 WEST 1234 5698 7654 32',
    'NO9386011117947',
    'MT84MALT011000012345MTLCAST001S',
    'FR1420041010050500013M02606',
    'SA0380000000608010167519',
    'BR1800360305000010009795493C1',
  ],
  'us-ssn': ['123-45-6789', '899-01-0001', '078-05-1120'],
  'us-itin': ['912-70-1234', '999-88-9999'],
  'uk-nino': ['AB123456C', 'AB 12 34 56 C', 'ab123456d'],
  'fr-nir': ['255081416802538', '2 55 08 14 168 025 38'],
  'es-dni': ['12345678Z', '12345678-Z', 'X1234567L', 'Y0000000Z'],
  'it-codice-fiscale': ['RSSMRA85T10A562S', 'rssmra85t10a562s'],
  'in-aadhaar': ['2341 2341 2346'],
  'br-cpf': ['529.982.247-25'],
  'br-cnpj': ['11.222.333/0001-81'],
  ipv4: ['192.0.2.1', '10.0.0.255', '8.8.8.8'],
  ipv6: [
    '2001:db8::1',
    '::1',
    'fe80::1ff:fe23:4567:890a',
    '2001:0db8:0000:0000:0000:ff00:0042:8329',
    '::ffff:192.0.2.128',
    'fe80::1%eth0',
    '1:2:3:4:5:6:7:8',
  ],
  mac: ['00:1a:2b:3c:4d:5e', 'AA-BB-CC-DD-EE-FF'],
  phone: [
    '+1 202 555 0143',
    '+1-202-555-0143',
    '(202) 555-0143',
    '202-555-0143',
    '202.555.0143',
    '1-202-555-0143',
    '+44 20 7946 0958',
    '+44 (0)20 7946 0958',
    '+4915123456789',
    '+33 1 23 45 67 89',
    '01 23 45 67 89',
    '01.23.45.67.89',
    '0033 1 23 45 67 89',
    '020 7946 0958',
    '07700 900123',
    '030/1234567',
    '+55 11 91234-5678',
    '202-555-0143 x123',
    '(202) 555-0143 ext. 9',
    '+86 138 0013 8000',
    '+7 (495) 123-45-67',
  ],
  coordinates: ['48.858370, 2.294481', '-33.856784, 151.215297'],
  'aws-key': ['AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE'],
  token: [
    `ghp_${'a1'.repeat(18)}`,
    `github_pat_${'a1B2'.repeat(12)}`,
    `glpat-${'x9'.repeat(10)}`,
    'xoxb-1234567890-abcdefghij',
    `sk_live_${'4e'.repeat(12)}`,
    `AIza${'Sy1'.repeat(12)}`,
    `npm_${'z9'.repeat(18)}`,
  ],
  jwt: ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'],
  'private-key': ['-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----'],
};

/** Each has the value in brackets: what stands around says what it is. */
const FOUND_IN_CONTEXT: Record<string, string[]> = {
  phone: [
    'call me at <467 3395>',
    'Phone: <12 34 56 78>',
    'Tel. <5403926876>',
    '<781 1704> office',
    'Handy <0171 2345678>',
    'my mobile number is <699 956 915>',
    'Mobil <40.04.35.02>',
    'Ring mig på <070.193.29.96>',
    'Chiamami al <3123404268>',
    'Jo Doe - <0044 20 7946 0958> - 8 High Street',
  ],
  ipv4: [
    'call from <10.0.12.7>',
    'host <40.14.35.12>',
    'DHCP release <192.0.2.11>',
    'localhost/<127.0.0.1>',
    'server version, client <192.0.2.11>',
  ],
  ipv6: [
    'host is <2001:db8::1>.',
    '[<2001:db8::1>]:443',
    '<2001:db8::1>/64',
    'ip:<2001:db8::1>',
    'addr:<fe80::1>',
    'ip: <2001:db8:0:0:0:0:0:1>.',
  ],
  mac: ['mac:<00:1a:2b:3c:4d:5e>', 'ether:<00:1a:2b:3c:4d:5e>', '"mac":"<00:1a:2b:3c:4d:5e>"'],
  email: ['\\n<jane@example.com>', 'x \u001b[32m<jane@example.com>\u001b[0m', 'a\\t<jane@example.com>\\n'],
  token: [
    `<SG.${'a1'.repeat(11)}.${'b2'.repeat(21)}>`,
    `<SG.1${'a'.repeat(21)}.${'b2'.repeat(21)}>`,
    `<hvs.${'Ca1'.repeat(9)}>`,
    `<ya29.${'a0A'.repeat(9)}>`,
    `<123456789:AA${'b'.repeat(33)}>`,
    `<gsk_${'a1'.repeat(26)}>`,
    `<dapi${'0a'.repeat(16)}>`,
    `<figd_${'a1'.repeat(20)}>`,
    `<ATATT3${'xF'.repeat(25)}>`,
    `<ntn_${'a1'.repeat(24)}>`,
  ],
  card: [
    '\\n<4111111111111111>\\n',
    'x \u001b[31m<4111111111111111>\u001b[0m',
    'x\\r\\n<4111 1111 1111 1111>',
    '<4111\u200b1111\u200b1111\u200b1111>',
    '{\\"card\\":\\"<4111111111111111>\\"}',
    'card id <4111111111111111>',
    'Visa <3000000000000004>',
  ],
  'us-ssn': [
    '\\n<123-45-6789>',
    'ssn: <123456789>.0',
    'SSN: <123456789>',
    'social security number <123 45 6789>',
    'taxpayer <123456789> filed',
    'Call the office. My social is <123 45 6789>',
    'W-2 of Jo Doe, <123456789>',
    'Form W9: <123456789>',
  ],
  'uk-nhs': ['NHS number <943 476 5919>', 'nhs no: <9434765919>'],
  'de-tax-id': ['Steuer-ID <86095742719>', 'IdNr. <86 095 742 719>'],
  'nl-bsn': ['BSN <111222333>'],
  'ca-sin': ['SIN <130 692 544>'],
  'au-tfn': ['TFN <123 456 782>'],
  'br-cpf': ['CPF <52998224725>'],
  'br-cnpj': ['CNPJ <11222333000181>'],
  'in-aadhaar': ['Aadhaar <234123412346>'],
  'date-of-birth': [
    'born <3/7/1985>',
    'DOB: <3/7/85>',
    'dob=<1985-03-12T00:00:00Z>',
    '"birthDate":"<1985-03-12T00:00:00.000Z>"',
    'birthdate <1985-03-12 00:00:00>',
    'bday: <12.3.1985>',
    'born <March 12th, 1985>',
    'born on the <12th of March 1985>',
    'born <3rd March 1985>',
    'DOB <12-Mar-1985>',
    'born <Mar 12 1985>',
    'D.O.B. <12/03/1985>',
    'd.o.b: <12/03/1985>',
    '生年月日 <1985/03/12>',
    '出生日期：<1985-03-12>',
    '出生 <1985年3月12日>',
    'дата рождения <12.03.1985>',
    'जन्म तिथि जन्म <12/03/1985>',
    'تاريخ الميلاد <12/03/1985>',
    'জন্ম <12/03/1985>',
    'tanggal lahir <12-03-1985>',
    'doğum tarihi <12.03.1985>',
    'born <12/03/1985>',
    'DOB: <1985-03-12>',
    'date of birth <12.3.1985>',
    'geboren am <12. März 1985>',
    'née le <3 mai 1990>',
    'born on <March 12, 1985>',
    'dob <19850312>',
  ],
  passport: ['passport no. <C01X00T47>', 'Passport: <123456789>', 'Reisepass <C01X00T47>'],
  'driving-licence': ['driving licence <MORGA657054SM9IJ>', 'driver license: <F1628235>', 'DL <D1234567>'],
  coordinates: [
    'latitude <48.8584>',
    'gps <48.858 2.294>',
    'longitude: <-122.4194>',
    'seen at <48.8584, 2.2945>',
    '"<48.8584, 2.2945>"',
    'Location: <-33.8568, 151.2153>',
    '(<48.85837, 2.29448>)',
  ],
  secret: [
    'password    =   <hunter2x>',
    'password\t=\t<hunter2x>',
    'DB_PASSWORD      : <hunter2x>',
    'authorization: basic <dXNlcjpwYXNz>',
    'PGPASSWORD=<hunter2x>',
    'password1=<hunter2x>',
    'password: <$ecret99>',
    'password=<%abc123>',
    'password=<*abc123>',
    'password=<[abc123>',
    'password=<(abc123>',
    'password="<$ecret99!>"',
    'encryptionKey: <a1b2c3d4e5f6>',
    'AccountKey=<a1b2c3d4e5f6g7==>;',
    'pin=<1234>',
    'otp: <123456>',
    'Cookie: <sid=abc123; theme=dark>',
    'Set-Cookie: <sessionid=38afes7a8; Path=/; HttpOnly>',
    'password=<abc,def123>',
    'password=<abc,def123>, x=1',
    '{"password":{"S":"<hunter2x>"}}',
    '{"name":"DB_PASSWORD","value":"<hunter2x>"}',
    '{"Key":"api_key","Value":"<abc123def456>"}',
    '- name: DB_PASSWORD\n  value: <hunter2x>',
    'mot de passe: <hunter2x>',
    'пароль: <hunter2x>',
    'パスワード: <hunter2x>',
    'contraseña: <hunter2x>',
    'sharedAccessKey=<abc123def456>',
    'password=<hunter2>',
    'DB_PASSWORD: "<correct horse battery>"',
    '{"apiKey":"<abcd1234>"}',
    'aws_secret_access_key = <wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY>',
    'Authorization: Bearer <abc.def-123>',
    "token: '<s3cr3t>'",
    'session_id=<8f14e45fceea>',
  ],
  'url-credential': ['https://<user:pa55>@host.example/x', 'postgres://<admin:hunter2>@db:5432/x'],
};

/** Nothing of these is claimed. */
const NOT_FOUND: string[] = [
  // e-mail
  'jane@localhost',
  '@example.com',
  'jane@',
  'jane@example',
  'logo@2x.png',
  'jane@-example',
  'a@b.c',
  'x@pseudonym.invalid',
  // cards: a wrong sum, a scheme's wrong length, a fraction, too long
  '4111111111111112',
  '411111111111111',
  '0.4111111111111111',
  '41111111111111111111',
  '1111 1111 1111 1117',
  '9999 9999 9999 9995',
  'X4111111111111111',
  '4111111111111111X',
  // IBAN: a wrong sum, a wrong structure, no country
  'DE89370400440532013001',
  'GB82123412345698765432',
  'XX8937040044053201300',
  'DE8937040044053201300',
  // US numbers: areas, groups and serials that are never given
  '000-12-3456',
  '666-12-3456',
  '123-00-4567',
  '123-45-0000',
  '912-45-1234',
  // others with a wrong check
  'DA123456C',
  'AO123456C',
  'GB123456C',
  'AB123456E',
  '12345678A',
  'X1234567A',
  'RSSMRA85T10A562T',
  '529.982.247-26',
  '11.222.333/0001-82',
  '2341 2341 2347',
  '255081416802539',
  // addresses
  '256.1.1.1',
  '1.2.3',
  '1.2.3.4.5',
  '255.255.255.0',
  'version 1.2.3.4',
  'std::vector',
  'a::b',
  '12:34:56',
  '1:2:3:4:5:6:7',
  '00:1a:2b:3c:4d',
  '00:1a:2b:3c:4d:5g',
  // numbers that are something else
  '2024-01-02',
  '2024-01-02T03:04:05.678Z',
  '2024-01-02 03:04:05',
  '12/03/1985',
  '1,234,567',
  '$1234567',
  'W-2b, 123456789',
  'w, 123456789',
  'order 1234567',
  'invoice 123456789',
  '2019-2020',
  '3.14159265',
  '550e8400',
  '+12',
  '+999123456789',
  '123-456-7890123',
  '99.95, 12.50',
  // secrets
  'AKIAIOSFODNN7EXAMPL',
  'AKIAIOSFODNN7EXAMPLE1',
  'ghp_short',
  'password: ${DB_PASSWORD}',
  'password: please',
  'the password is long',
  'eyJhbGciOiJIUzI1NiJ9',
  'token: [SECRET]',
  'password: note: it was changed',
  '-----BEGIN CERTIFICATE-----',
  'https://host.example/path',
  // words that only look like a key, and what a program writes behind one
  'max_tokens=4096',
  "import x from 'js-tokens';",
  'token = nextToken(5)',
  'credentials: "include"',
  'const secret = process.env.APP_SECRET;',
  'password: string;',
  'this.password = password;',
  'token = self.next_token()',
  '"next_token": "aGVsbG8xMjM="',
  'stop_token: "<|end1|>"',
  '"tokens": 12345678',
  'token = 7_000_000',
  'secret=os.environ["APP_SECRET"]',
  'auth: () => login1(),',
  'arn:aws:secretsmanager:us-east-1:111122223333:secret:app-secret-a1b2c3',
  '$token = $self->get_token;',
  'password=$PASSWORD',
  'password: "%s"',
  // numbers with one dot, thousands, lists
  '1234567.89',
  '0.0436656628',
  'phone 12345.6789',
  '1.234.567',
  'EUR 12.345.678',
  '12345.678 23456.789',
  '[0.0123, -0.0456, 0.7891]',
  'p = 0.0012345678',
  'mean 12.3456, 23.4567 (SD 1.2)',
  '[[13.4050, 52.5200], [13.4060, 52.5210]]',
  'f(12.345678, 23.456789)',
  'x+1234567890',
  'f(x)+2082844800',
  '12.5 13.75 14.25 15.5',
  // parts of identifiers, versions
  '550e8400-e29b-41d4-a716-446655440000',
  'a1b2-4111111111111111',
  'Chrome/120.0.0.0',
  'release 1.2.3.4',
  'updated from 1.2.3.4 to 1.2.3.5',
  'x@^1.2.3.4',
  '## [1.2.3.4]',
  'driver 535.104.05',
  'id: 4111111111111111',
  'seq=4111111111111111',
  'Part 123-45-6789',
  'SKU: 123-45-6789',
  'P/N 123-45-6789',
  'no. 123-45-6789',
  'method call 1234567 times',
  'text length 1234567',
  'mobile menu 1024 px',
  '"license":"MIT","version":"12.3.4567"',
  '@license A1B2C3D4',
  'device driver A1B2C3D4',
];

describe('each form of a kind is found, whole and as that kind', () => {
  for (const [kind, values] of Object.entries(FOUND)) {
    test.each(values)(`${kind}: %s`, (value) => {
      expect(findings(`seen ${value} there`)).toEqual([[kind, value]]);
      expect(findings(value)).toEqual([[kind, value]]);
      expect(findings(`"${value}",next`)).toEqual([[kind, value]]);
    });
  }
});

describe('what says too little by itself is found where words say what it is', () => {
  for (const [kind, sentences] of Object.entries(FOUND_IN_CONTEXT)) {
    test.each(sentences)(`${kind}: %s`, (sentence) => {
      const value = /<(.*)>/s.exec(sentence)![1];
      expect(findings(sentence.replace(/[<>]/g, ''))).toEqual([[kind, value]]);
    });
  }
});

test.each(NOT_FOUND)('not found: %s', (text) => {
  expect(findings(text)).toEqual([]);
});

test('a value in a tag of its own is what its name says', () => {
  expect(findings('<input type="password" name="password" value="hunter2x">')).toEqual([['secret', 'hunter2x']]);
  expect(findings('<input name="city" value="hunter2x">')).toEqual([]);
});

test("the country's code is of the number, and two numbers side by side are two", () => {
  expect(findings('+1 268-460-1234')).toEqual([['phone', '+1 268-460-1234']]);
  expect(findings('+1 202 555 0143 202-555-0199')).toEqual([
    ['phone', '+1 202 555 0143'],
    ['phone', '202-555-0199'],
  ]);
  expect(findings('+1 202 555 0143 4111 1111 1111 1111')).toEqual([
    ['phone', '+1 202 555 0143'],
    ['card', '4111 1111 1111 1111'],
  ]);
});

test("a field's name is context", () => {
  const fields = policyOf().session().fields();
  const value = Buffer.from('467 3395');
  expect(fields.find(value, 0, value.length)).toEqual([]);
  expect(fields.find(value, 0, value.length, { name: 'homePhone' })).toEqual([{ kind: 'phone', start: 0, end: 8 }]);
  expect(fields.find(value, 0, value.length)).toEqual([]);
});

test("national formats of the policy's regions need no word", () => {
  expect(findings('12 34 56 78')).toEqual([]);
  expect(findings('32 12 34 56', { regions: ['DK'] })).toEqual([['phone', '32 12 34 56']]);
  expect(findings('5403926876', { regions: ['US'] })).toEqual([]);
  expect(findings('943 476 5919', { regions: ['GB'] }).map(([kind]) => kind)).toContain('uk-nhs');
});

test('every kind has a declaration, and its examples are found', () => {
  expect(DETECTORS.map(({ kind }) => kind)).toEqual([...KINDS]);
  for (const { kind, examples } of DETECTORS) {
    for (const example of examples) {
      expect([example, findings(example).map(([found]) => found)]).toEqual([example, [kind]]);
    }
  }
});
