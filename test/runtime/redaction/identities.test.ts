import { ENGINES, findings } from './support';

type Case = readonly [kind: string, text: string, regions?: readonly string[]];

/** The value between the angle brackets is found, whole and as that kind. */
const FOUND: readonly Case[] = [
  ['us-routing-number', 'routing number <021000021>'],
  ['us-routing-number', 'ABA: <122105155>'],
  ['us-mbi', '<1EG4-TE5-MK73>'],
  ['us-mbi', '<1EG4TE5MK73>'],
  ['us-npi', 'NPI <1234567893>'],
  ['us-npi', 'NPI: <1245319599>'],
  ['us-ein', 'EIN <12-3456789>'],
  ['us-ein', 'ein: <123456789>'],
  ['vin', '<1HGCM82633A004352>'],
  ['vin', '<1M8GDM9AXKP042788>'],
  ['vin', 'VIN: <WVWZZZ1JZ3W386752>'],
  ['pl-pesel', 'PESEL <44051401359>'],
  ['pl-pesel', '<44051401359>', ['PL']],
  ['se-personnummer', 'personnummer <811228-9874>'],
  ['se-personnummer', '<19811228-9874>', ['SE']],
  ['se-personnummer', 'personnummer: <198112289874>'],
  ['fi-hetu', '<131052-308T>'],
  ['fi-hetu', '<010101A123N>'],
  ['kr-rrn', '<900101-1234568>'],
  ['kr-rrn', '주민등록번호 <900101-1234567>'],
  ['kr-rrn', '<900101-1234567>', ['KR']],
  ['sg-nric', '<S1234567D>'],
  ['sg-nric', '<T1234567J>'],
  ['sg-nric', '<F1234567N>'],
  ['sg-nric', '<G1234567X>'],
  ['sg-nric', '<M1234567K>'],
  ['tr-tckn', 'TCKN <10000000146>'],
  ['tr-tckn', '<10000000146>', ['TR']],
  ['in-pan', '<ABCPE1234F>'],
  ['za-id', 'identity number <8001015009087>'],
  ['za-id', '<800101 5009 087>', ['ZA']],
  ['ch-ahv', '<756.9217.0769.85>'],
  ['ch-ahv', 'AHV <7569217076985>'],
  ['cn-resident-id', '<11010519491231002X>'],
  ['cn-resident-id', '<440524188001010014>'],
  ['imei', 'IMEI <490154203237518>'],
  ['imei', 'imei: <49-015420-323751-8>'],
  ['crypto-address', '<1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa>'],
  ['crypto-address', '<3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy>'],
  ['crypto-address', '<bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq>'],
  ['crypto-address', '<0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed>'],
  ['crypto-address', 'wallet <0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed>'],
  ['card-security-code', 'cvv: <123>'],
  ['card-security-code', 'CVC=<1234>'],
  ['card-security-code', '"securityCode":"<123>"'],
  ['card-expiry', 'exp: <12/27>'],
  ['card-expiry', 'expiry=<12/2027>'],
  ['card-expiry', '"expirationDate": "<01/29>"'],
  ['card', 'UATP card <135412345678911>'],
];

/** A wrong checksum, a wrong date, or a form that says too little without its word. */
const NOT_FOUND: readonly string[] = [
  'routing number 021000022',
  'routing number 991000021',
  '021000021',
  '1EG4-TE5-MK7S',
  '1eg4-te5-mk73',
  '1234567893',
  'NPI 1234567890',
  '12-3456789',
  'EIN 07-1234567',
  '1HGCM82633A004353',
  'WVWZZZ1JZ3W386752',
  'PESEL 44051401358',
  '44051401359',
  '811228-9874',
  'personnummer 811328-9874',
  '131052-308U',
  '321052-308T',
  '900101-1234567',
  '991301-1234568',
  'S1234567A',
  's1234567d',
  'TCKN 10000000147',
  '10000000146',
  'ABCDE1234F',
  'abcpe1234f',
  '8001015009087',
  'identity number 8013015009087',
  '756.9217.0769.86',
  '7569217076985',
  '11010519491231002A',
  '11010519491331002X',
  '490154203237518',
  'IMEI 490154203237519',
  'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdr',
  '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed',
  'exp: 13/27',
  'exp: 1700000000',
  'cvv: 12',
  'cvv: 12345',
  'reference 135412345678911',
  'h1:ab+1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa=',
];

describe.each(ENGINES)('%s', (engine) => {
  test.each(FOUND.map(([kind, text, regions = []]) => [kind, text, regions] as const))(
    '%s in %s',
    (kind, text, regions) => {
      const [, value] = /<(.*)>/.exec(text)!;
      expect(findings(text.replace(/[<>]/g, ''), { regions: [...regions] }, engine)).toContainEqual([kind, value]);
    },
  );

  test.each(NOT_FOUND)('nothing in %s', (text) => {
    expect(findings(text, {}, engine)).toEqual([]);
  });
});
