import EXAMPLES from 'libphonenumber-js/examples.mobile.json';
import { getCountries, getExampleNumber, type PhoneNumber } from 'libphonenumber-js/max';
import { ENGINES, findings, redact } from './support';
import { NATIONAL_PLANS } from '../../../src/runtime/redaction/detectors/phone-plan';

const REGIONS = getCountries().filter((region) => NATIONAL_PLANS.includes(`;${region} `));
const digits = (text: string) => text.replace(/\D/g, '');
const phones = (text: string, regions: readonly string[] = [], engine: 'typescript' | 'wasm' = 'wasm') =>
  findings(text, regions.length > 0 ? { regions } : {}, engine)
    .filter(([kind]) => kind === 'phone')
    .map(([, value]) => value);

describe('numbers that libphonenumber gives as examples', () => {
  const shareFound = (textOf: (number: PhoneNumber) => string, before: string, regional: boolean) => {
    const missed = REGIONS.filter((region) => {
      const text = textOf(getExampleNumber(region, EXAMPLES)!);
      return !phones(before + text, regional ? [region] : []).some((value) => digits(value) === digits(text));
    });
    return { share: 1 - missed.length / REGIONS.length, missed };
  };
  const FORMS: ReadonlyArray<[string, (number: PhoneNumber) => string, string, boolean]> = [
    ['international', (number) => number.formatInternational(), 'see ', false],
    ['E.164', (number) => number.number, 'see ', false],
    ['national, the region being named', (number) => number.formatNational(), 'see ', true],
    ['unbroken behind a key, the region being named', (number) => digits(number.formatNational()), 'phone: ', true],
    ['without trunk digit behind a key', (number) => number.nationalNumber, 'phone: ', true],
  ];

  test.each(FORMS)('%s', (_name, textOf, before, regional) => {
    const { share, missed } = shareFound(textOf, before, regional);
    expect([missed, share >= (regional ? 0.95 : 1)]).toEqual([missed, true]);
  });
});

const SIDE_BY_SIDE: ReadonlyArray<[text: string, regions: string[], numbers: string[]]> = [
  ['+44 20 7946 0958 +44 20 7946 0959', [], ['+44 20 7946 0958', '+44 20 7946 0959']],
  ['tel 020 7946 0958 020 7946 0959', ['GB'], ['020 7946 0958', '020 7946 0959']],
  ['(202) 555-0143 (202) 555-0144', [], ['(202) 555-0143', '(202) 555-0144']],
  ['tel 202-555-0143/202-555-0144', [], ['202-555-0143', '202-555-0144']],
  ['030 1234567 / 030 7654321', ['DE'], ['030 1234567', '030 7654321']],
  ['01 23 45 67 89 06 12 34 56 78', ['FR'], ['01 23 45 67 89', '06 12 34 56 78']],
  ['phone 2025550143 2025550144', [], ['2025550143', '2025550144']],
];

describe.each(ENGINES)('%s', (engine) => {
  test.each(SIDE_BY_SIDE)('two numbers side by side: %s', (text, regions, numbers) => {
    expect(phones(text, regions, engine)).toEqual(numbers);
  });

  test.each([
    '1 202-555-0143',
    '1 (202) 555-0143',
    '1-202-555-0143',
    '+1 202 555 0143',
    '011 44 20 7946 0958',
    '00 44 20 7946 0958',
    '(+44) 20 7946 0958',
    '+44 (0)20 7946 0958',
  ])("the country's code is of the number: %s", (number) => {
    expect(phones(`on ${number} now`, [], engine)).toEqual([number]);
  });

  test.each([
    ['8 029 491-19-11', 'BY'],
    ['8 0152 45-09-11', 'BY'],
    ['011 15-2345-6789', 'AR'],
    ['4004-1234', 'BR'],
    ['1544-1234', 'KR'],
    ['247-1234', 'MH'],
    ['20.12.34', 'NC'],
    ['20-123', 'TO'],
    ['800 17 1234', 'BO'],
  ])('%s is a number of %s alone', (number, region) => {
    expect(phones(`see ${number} there`, [region], engine)).toEqual([number]);
    expect(phones(`see ${number} there`, ['US'], engine)).toEqual([]);
  });

  test.each(['12(3):345-1200, 1999.', 'pp. 310-1234', '1234-1240', '1999-2004', '20.12.34', 'room 20-123'])(
    'pages, years and dates are no numbers of a region: %s',
    (text) => {
      expect(phones(text, ['US', 'DE', 'BR', 'GB'], engine)).toEqual([]);
    },
  );
});

describe('one pseudonym for every spelling', () => {
  const pseudonym = (text: string, regions: string[] = []) =>
    redact(`tel ${text}`, { defaultAction: { type: 'pseudonym' }, regions }).toString();

  test.each<[string[], string[]]>([
    [['+44 20 7946 0958', '020 7946 0958', '0044 20 7946 0958', '+44 (0)20 7946 0958', '(020) 7946 0958'], ['GB']],
    [['+1 202 555 0143', '(202) 555-0143', '202.555.0143', '1-202-555-0143', '12025550143', '2025550143'], ['US']],
    [['+36 1 234 5678', '06 1 234 5678', '0036 1 234 5678'], ['HU']],
    [['+7 912 345-67-89', '8 (912) 345-67-89', '8 912 345 67 89'], ['RU']],
    [['+49 30 1234567 ext. 12', '030 1234567 ext 12', '030/1234567 x12'], ['DE']],
  ])('of a phone number: %j', (spellings, regions) => {
    expect(new Set(spellings.map((text) => pseudonym(text, regions))).size).toBe(1);
    expect(pseudonym('+44 20 7946 0000', regions)).not.toBe(pseudonym(spellings[0], regions));
  });

  test.each([
    [['2001:db8::1', '2001:0db8:0:0:0:0:0:1', '2001:DB8::0001', '2001:db8:0:0::1']],
    [['::ffff:192.0.2.1', '::ffff:c000:201', '0:0:0:0:0:ffff:192.0.2.1']],
  ])('of an IPv6 address: %j', (spellings) => {
    expect(new Set(spellings.map((text) => pseudonym(text))).size).toBe(1);
    expect(pseudonym('2001:db8::2')).not.toBe(pseudonym(spellings[0]));
  });
});
