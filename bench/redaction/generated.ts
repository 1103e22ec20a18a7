/**
 * A second set for recall and precision, made of templates of its own: sentences, letters, forms, tickets and chats in
 * ten languages, values in the notations of forty countries, and numbers that are none of what is looked for. It was
 * written without a look at the detectors' words and shapes, and misses are corrected by general rules or not at all.
 * The same samples for the same seed.
 */
import EXAMPLES from 'libphonenumber-js/examples.mobile.json';
import { getExampleNumber, type CountryCode, type PhoneNumber } from 'libphonenumber-js/max';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { Sample } from './accuracy';
import { Generator } from './corpus';

type Locale = 'en' | 'de' | 'fr' | 'es' | 'it' | 'nl' | 'pt' | 'pl' | 'sv' | 'da';

const COUNTRIES: Record<Locale, readonly CountryCode[]> = {
  en: ['US', 'US', 'US', 'CA', 'GB', 'GB', 'AU', 'NZ', 'IE', 'ZA', 'IN', 'SG', 'PH', 'KE', 'NG', 'HK'],
  de: ['DE', 'AT', 'CH'],
  fr: ['FR', 'BE', 'CH', 'CA', 'MA'],
  es: ['ES', 'MX', 'AR', 'CO', 'CL', 'PE'],
  it: ['IT', 'CH'],
  nl: ['NL', 'BE'],
  pt: ['PT', 'BR'],
  pl: ['PL'],
  sv: ['SE', 'FI'],
  da: ['DK', 'NO'],
};

const GIVEN: Record<Locale, string> = {
  en: 'Oliver Amelia George Isla Noah Ava Mason Harper Wyatt Chloe Priya Arjun Thabo Wanjiru',
  de: 'Lukas Mia Jürgen Käthe Björn Heike',
  fr: 'Léa Hugo Chloé Gaël Maëlys Jérôme',
  es: 'Lucía Mateo Íñigo Begoña Álvaro Rocío',
  it: 'Giulia Niccolò Chiara Matteo Ilaria',
  nl: 'Daan Sanne Joost Femke Thijs',
  pt: 'João Inês Tiago Conceição Rui',
  pl: 'Łukasz Zofia Michał Świętosława',
  sv: 'Åsa Björn Malin Östen',
  da: 'Søren Mette Kåre Astrid',
};
const FAMILY: Record<Locale, string> = {
  en: "Hargreaves Whitlock O'Brien Castellano Nakamura Petrov Mbeki Fairchild Lindqvist Osei Bhattacharya",
  de: 'Müller Weißmann Großkopf Löwe Schäfer',
  fr: 'Lefèvre Dubois Garçon Beaumont',
  es: 'Muñoz Ibáñez Peña Quintero',
  it: "Rossi Esposito D'Angelo Lo Bianco",
  nl: 'van der Berg Jansen de Vries',
  pt: 'Gonçalves Araújo Simões',
  pl: 'Wójcik Żak Kowalczyk',
  sv: 'Åkesson Lindström',
  da: 'Kjær Sørensen Ødegaard',
};
const DOMAINS = (
  'gmail.com outlook.com yahoo.co.uk gmx.de web.de orange.fr libero.it ziggo.nl uol.com.br ' +
  'wp.pl telia.se proton.me acme-corp.com mail.northwind-traders.org ' +
  'sub.dept.univ-example.edu startup.io kunde-service.info'
).split(' ');
const STREETS = [
  '14 Mill Lane',
  '2201 Sycamore Ave, Apt 4B',
  'Hauptstraße 12',
  '8 rue des Lilas',
  'Calle Mayor 23, 2º',
  'Via Garibaldi 7',
  'Keizersgracht 101',
  'Rua Augusta 1500',
  'ul. Długa 5/7',
  'Storgatan 3',
];

/**
 * `{phone}` and so on stand for values that must be found; `{name}`, `{street}`, `{n3}` (digits) and the like for what
 * must not.
 */
const PHONE: Record<Locale, readonly string[]> = {
  en: [
    'Give me a ring on {phone} after six.',
    "My number is {phone}, text if I don't pick up.",
    'You can reach {name} at {phone} or by post at {street}.',
    'Tel.: {phone}',
    'Phone: {phone} | Fax: {phone}',
    'Mobile {phone}',
    'Emergency contact: {name}, {phone}',
    'she said to dial {phone} and ask for {name}',
    'Call back requested: {phone} (regarding invoice {n6})',
    '{name}\n{street}\n{phone}',
    'WhatsApp me: {phone}',
    'Cell: {phone}; home: {phone}',
    'We tried {phone} twice but nobody answered the call.',
    'Hotline {phone}, Mon-Fri',
    'Her new cell phone is {phone}.',
    'contact number on file is {phone}',
    'SMS sent to {phone} at 14:32',
    'If the courier is late, phone {phone}.',
    'Customer {n5} called from {phone} about order {n8}.',
    '{name} - {phone} - {street}',
    'Sent from my iPhone\n{name}\n{phone}',
    'the switchboard is {phone} ext. {n3}',
    'Could you please telephone {name} on {phone}?',
    'Voicemail from {phone}, 0:42',
  ],
  de: [
    'Bitte rufen Sie mich unter {phone} zurück.',
    'Telefon: {phone}',
    'Meine Handynummer lautet {phone}.',
    'Tel. {phone}, Fax {phone}',
    'Erreichbar unter {phone} (werktags).',
    'Mobil: {phone}',
    '{name}, {street}, Tel {phone}',
    'Rückruf erbeten: {phone}',
  ],
  fr: [
    'Vous pouvez me joindre au {phone}.',
    'Tél. : {phone}',
    'Mon portable est le {phone}, à bientôt.',
    'Téléphone : {phone}',
    'Appelez le {phone} pour confirmer.',
    'Numéro de mobile : {phone}',
  ],
  es: [
    'Llámame al {phone} cuando puedas.',
    'Teléfono: {phone}',
    'Mi móvil es {phone}',
    'Tel. {phone}',
    'Contacto: {name}, {phone}',
    'Mi número de celular es {phone}.',
  ],
  it: ['Il mio numero di telefono è {phone}.', 'Tel. {phone}', 'Cellulare: {phone}', 'Chiamami al {phone} stasera.'],
  nl: ['Bel mij op {phone} na zessen.', 'Telefoon: {phone}', 'Mijn mobiele nummer is {phone}.', 'Tel: {phone}'],
  pt: ['Ligue para {phone}, por favor.', 'Telefone: {phone}', 'O meu telemóvel é {phone}.', 'Celular: {phone}'],
  pl: ['Proszę dzwonić pod numer {phone}.', 'Telefon: {phone}', 'tel. kom. {phone}'],
  sv: ['Ring mig på {phone} ikväll.', 'Telefon: {phone}', 'Mobil: {phone}'],
  da: ['Ring til mig på {phone}.', 'Telefon: {phone}', 'Mobil {phone}'],
};

const OTHERS: readonly string[] = [
  'Please send the contract to {email} by Friday.',
  'From: {name} <{email}>\nTo: {email}\nSubject: Re: minutes',
  '{email} bounced, trying {email} instead',
  'mailto:{email}?subject=Hello',
  'user={email} action=login ok',
  'cc {email}; {email}',
  '"{email}" is already registered',
  'Mein Konto läuft auf {email}, danke.',
  'Écrivez-moi à {email}!',
  'Contact ({email})',
  'login: {email}, last seen 2026-0{d}-1{d}',
  'SSN {ssn}',
  'Her social security number is {ssn}.',
  'Social: {ssn}, born in Ohio',
  'W-2 for {name}, {ssn}, {street}',
  'taxpayer {ssn} filed late',
  "Applicant's SSN: {ssn}\nApplicant's name: {name}",
  'I think my social is {ssn} but let me check',
  'Connection from {ip} refused',
  'The server at {ip}:8443 is down',
  '{ip} - - [10/Oct/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 {n4}',
  'allow {ip}, deny all',
  'ping {ip} gives 12 ms',
  'Blocked {ip} after {n2} attempts',
  'client_ip={ip} status=403',
  'My IP is {ip}, why?',
  'gateway {ip6} unreachable',
  'AAAA record {ip6}',
  'ssh root@{ip}',
  'http://[{ip6}]/status',
  'Transfer to IBAN {iban}, reference {n6}.',
  'IBAN: {iban}\nBIC: MARKDEFFXXX',
  'Bitte überweisen Sie auf {iban}.',
  'Le virement partira du compte {iban} demain.',
  'beneficiary {name}, {iban}',
  'my account is {iban} at the savings bank',
  'Rekening {iban} t.n.v. {name}',
  'Card {card} exp 0{d}/2{d}',
  'charged to {card} yesterday',
  'Visa: {card}, CVV {n3}',
  'my credit card number is {card}, please cancel it',
  'Kreditkarte {card} gültig bis 12/29',
  'pan={card}&amount={n3}',
  'Two cards on file: {card} and {card}.',
  'Please refund {card}',
  // Nothing to find, though it looks like it.
  'Order {n8} shipped with tracking number 1Z{n6}{n6}.',
  'Invoice no. 2026-{n5} dated 1{d}.0{d}.2026 over EUR {n4},{n2}',
  'ISBN 978-3-{n4}-{n4}-{d}',
  'version {d}.{n2}.{d} of the driver',
  'between 1{d}:30 and 1{d}:45 on 0{d}/1{d}/2026',
  'SKU {n4}-{n3}-{n2} in aisle {n2}',
  '{n3},{n3},{n3} rows in {n4} ms',
  'Flight LH{n4} from FRA, gate B{n2}, seat {n2}C',
  'meeting id {n3} {n4} {n4}',
  'see section {d}.{d}.{d} on page {n3}',
  'lot {n6}/{n2}, serial {n4}X{n4}',
  'ticket #{n6} closed as duplicate of #{n6}',
  'population {d},{n3},{n3} in 2024',
  'commit {hex7} touches {n2} files',
  'The ratio is {d}.{n4}, up from {d}.{n4}',
  'postcode {n5}, district {n2}',
  'the @team channel and user @{given}{n2}',
  'uuid {hex8}-{hex4}-{hex4}-{hex4}-{hex8}{hex4}',
  'unix time 17{n8}',
  'Zimmer {n3}, {d}. Stock, Aktenzeichen {n2} C {n3}/26',
  'customer id {n10}',
  'GTIN 0{n6}{n6}',
];

const FILLERS = [
  'Thanks in advance.',
  'As discussed last week, the team will look into it.',
  'Kind regards',
  'Let me know.',
  'Please note that the office closes at five.',
  'Viele Grüße',
  "Merci d'avance.",
  'The parcel was left with a neighbour.',
  'Saludos',
  'Do not reply to this message.',
];

const IBANS = ['DE', 'FR', 'GB', 'NL', 'ES', 'IT', 'CH', 'AT', 'BE', 'PL', 'SE', 'DK', 'NO', 'PT', 'IE', 'CZ'] as const;
/** The registry's structure of the BBAN: n digits, a capitals, c either. */
const BBANS: Record<(typeof IBANS)[number], string> = {
  DE: '18n',
  FR: '10n11c2n',
  GB: '4a14n',
  NL: '4a10n',
  ES: '20n',
  IT: '1a10n12c',
  CH: '5n12c',
  AT: '16n',
  BE: '12n',
  PL: '24n',
  SE: '20n',
  DK: '14n',
  NO: '11n',
  PT: '21n',
  IE: '4a14n',
  CZ: '20n',
};

export function generatedSamples(count: number, seed: number): Sample[] {
  const writer = new Writer(seed);
  return Array.from({ length: count }, () => writer.sample());
}

class Writer {
  private readonly g: Generator;

  constructor(seed: number) {
    this.g = new Generator(seed);
  }

  public sample(): Sample {
    const { g } = this;
    const locale = g.pick(Object.keys(PHONE) as Locale[]);
    const weighted: Locale = g.int(0, 2) > 0 ? 'en' : locale;
    const template = g.int(0, 9) < 3 ? g.pick(PHONE[weighted]) : g.pick(OTHERS);
    const before = g.int(0, 3) === 0 ? `${g.pick(FILLERS)} ` : '';
    const after = g.int(0, 3) === 0 ? ` ${g.pick(FILLERS)}` : '';
    const spans: Array<{ entity_type: string; start_position: number; end_position: number }> = [];
    let text = before;
    for (const part of template.split(/(\{\w+\})/)) {
      const type = TYPES[part.slice(1, -1)];
      const value = part.startsWith('{') ? this.value(part.slice(1, -1), weighted) : part;
      if (type !== undefined) {
        spans.push({
          entity_type: type,
          start_position: [...text].length,
          end_position: [...text].length + [...value].length,
        });
      }
      text += value;
    }
    return { full_text: text + after, spans };
  }

  private value(name: string, locale: Locale): string {
    const { g } = this;
    const digits = /^n(\d+)$/.exec(name);
    const hex = /^hex(\d+)$/.exec(name);
    if (digits) return g.int(1, 9) + g.digits(Number(digits[1]) - 1);
    if (hex) return g.hex(Number(hex[1]));
    switch (name) {
      case 'd':
        return String(g.int(1, 9));
      case 'given':
        return this.given(locale);
      case 'name':
        return `${this.given(locale)} ${this.family(locale)}`;
      case 'street':
        return g.pick(STREETS);
      case 'email':
        return this.email(locale);
      case 'ssn':
        return this.ssn();
      case 'ip':
        return g.pick([
          g.ipv4(),
          g.ipv4(),
          `10.${g.int(0, 255)}.${g.int(0, 255)}.${g.int(1, 254)}`,
          `192.168.${g.int(0, 9)}.${g.int(1, 254)}`,
        ]);
      case 'ip6':
        return this.ip6();
      case 'iban':
        return this.iban();
      case 'card':
        return this.card();
      case 'phone':
        return this.phone(locale);
      default:
        throw new Error(`no value is called ${name}`);
    }
  }

  private given(locale: Locale): string {
    return this.g.pick(GIVEN[locale].split(' '));
  }

  private family(locale: Locale): string {
    return this.g.pick(FAMILY[locale].split(' '));
  }

  private email(locale: Locale): string {
    const { g } = this;
    const plain = (text: string) =>
      text
        .normalize('NFD')
        .replace(/[^A-Za-z]/g, '')
        .toLowerCase() || 'info';
    const [first, last] = [plain(this.given(locale)), plain(this.family(locale))];
    const local = g.pick([
      `${first}.${last}`,
      `${first[0]}${last}`,
      `${first}_${last}${g.int(1, 99)}`,
      `${last}${g.int(1950, 2009)}`,
      `${first}+news`,
      `${first}-${last}`,
      `${first[0]}.${last}`,
      'info',
      'no-reply',
      `${first}${g.int(1, 9999)}`,
    ]);
    const address = `${local}@${g.pick(DOMAINS)}`;
    return g.int(0, 9) === 0 ? address.toUpperCase() : address;
  }

  private ssn(): string {
    const { g } = this;
    const parts = [
      g
        .pick([g.int(1, 665), g.int(667, 899)])
        .toString()
        .padStart(3, '0'),
      String(g.int(1, 99)).padStart(2, '0'),
      String(g.int(1, 9999)).padStart(4, '0'),
    ];
    return parts.join(g.pick(['-', '-', '-', ' ', '']));
  }

  private ip6(): string {
    const { g } = this;
    const group = () => g.int(0, 0xffff).toString(16);
    return g.pick([
      `2001:db8:${group()}::${g.int(1, 9)}`,
      `fe80::${group()}:${group()}:${group()}:${g.int(10, 99)}`,
      `2a02:${group()}:${group()}:${group()}:${group()}:${group()}:${group()}:${g.int(1, 999)}`,
    ]);
  }

  private iban(): string {
    const { g } = this;
    const country = g.pick(IBANS);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    const bban = [...BBANS[country].matchAll(/(\d+)([nac])/g)]
      .map(([, n, of]) =>
        Array.from({ length: Number(n) }, () =>
          of === 'n' || (of === 'c' && g.int(0, 2) > 0) ? String(g.int(0, 9)) : g.pick([...letters]),
        ).join(''),
      )
      .join('');
    const number = (text: string) => [...text].map((c) => (/\d/.test(c) ? c : String(c.charCodeAt(0) - 55))).join('');
    const check = String(98n - (BigInt(number(`${bban}${country}00`)) % 97n)).padStart(2, '0');
    const iban = `${country}${check}${bban}`;
    return g.pick([iban, iban.replace(/(.{4})(?=.)/g, '$1 '), iban.replace(/(.{4})(?=.)/g, '$1 '), iban.toLowerCase()]);
  }

  private card(): string {
    const { g } = this;
    const [prefix, length, grouping] = g.pick([
      ['4', 16, 4],
      ['4', 16, 4],
      ['51', 16, 4],
      ['55', 16, 4],
      ['2221', 16, 4],
      ['34', 15, 6],
      ['37', 15, 6],
      ['6011', 16, 4],
      ['65', 16, 4],
      ['3528', 16, 4],
      ['36', 14, 6],
      ['5018', 16, 4],
      ['4', 13, 0],
      ['62', 16, 4],
    ] as const);
    const number = g.luhn(prefix, length);
    const group = (by: string) =>
      grouping === 4
        ? number.replace(/(\d{4})(?=\d)/g, `$1${by}`)
        : grouping === 6
          ? `${number.slice(0, 4)}${by}${number.slice(4, 10)}${by}${number.slice(10)}`
          : number;
    return g.pick([number, number, group(' '), group('-')]);
  }

  private phone(locale: Locale): string {
    const { g } = this;
    const number = this.number(g.pick(COUNTRIES[locale]));
    const national = number.formatNational();
    const digits = national.replace(/\D/g, '');
    return g.pick([
      national,
      national,
      national,
      number.formatInternational(),
      number.formatInternational(),
      number.number,
      national.replace(/[ -]/g, '.').replace(/[()]/g, ''),
      national.replace(/[ ]/g, '-').replace(/[()]/g, ''),
      digits,
      `00${number.countryCallingCode} ${national.replace(/^0/, '').replace(/^\(0?/, '(')}`.replace(/^001 /, '001 '),
      `+${number.countryCallingCode} (0)${digits.replace(/^0/, '')}`,
    ]);
  }

  /** A valid number of the country: its example with other last digits. */
  private number(country: CountryCode): PhoneNumber {
    const example = getExampleNumber(country, EXAMPLES)!;
    for (let tries = 0; tries < 50; tries += 1) {
      const national = example.nationalNumber.slice(0, -6) + this.g.digits(6);
      const number = parsePhoneNumberFromString(`+${example.countryCallingCode}${national}`);
      if (number?.isValid()) return number;
    }
    return example;
  }
}

const TYPES: Record<string, string | undefined> = {
  email: 'EMAIL_ADDRESS',
  ssn: 'US_SSN',
  ip: 'IP_ADDRESS',
  ip6: 'IP_ADDRESS',
  iban: 'IBAN_CODE',
  card: 'CREDIT_CARD',
  phone: 'PHONE_NUMBER',
};
