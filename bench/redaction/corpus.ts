/** Mixed text with planted findings: prose, logs, JSON and CSV in turn; the same bytes for the same seed. */
export interface Planted {
  readonly kind: string;
  readonly value: string;
}

export interface Corpus {
  readonly bytes: Buffer;
  readonly planted: readonly Planted[];
}

/** Mulberry32. */
export function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const WORDS = (
  'the of and to in a is that for it was on with as be at by this had not are but from or have an they ' +
  'which one you were all her she there would ' +
  'their we him been has when who will no more if out so up said what its about than into them can ' +
  'only other time new some could these two may first then do ' +
  'any like my now over such our man me even most made after also did many off before must well back ' +
  'through years much where your way down should because ' +
  'customer delivered warehouse payment failed retry shipment returned policy renewal account manager ' +
  'quarterly report meeting schedule engineering review'
).split(' ');
const FIRST = [
  'anna',
  'bela',
  'chen',
  'dora',
  'emil',
  'farah',
  'goran',
  'hana',
  'ivan',
  'julia',
  'kofi',
  'lena',
  'mateo',
  'nora',
  'omar',
  'petra',
];
const LAST = [
  'adler',
  'bruun',
  'costa',
  'duarte',
  'eriksen',
  'fischer',
  'garcia',
  'hansen',
  'ito',
  'jansen',
  'kovacs',
  'lopez',
  'moreau',
  'novak',
  'okafor',
  'silva',
];
const HOSTS = ['example.com', 'mail.example.org', 'shop.example.net', 'post.example.co.uk'];

export class Generator {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = random(seed);
  }

  public int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  public pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.next() * values.length)];
  }

  public digits(count: number): string {
    let s = '';
    for (let i = 0; i < count; i += 1) s += this.int(0, 9);
    return s;
  }

  public prose(words: number): string {
    let s = '';
    for (let i = 0; i < words; i += 1) s += (i ? ' ' : '') + this.pick(WORDS);
    return `${s[0].toUpperCase()}${s.slice(1)}.`;
  }

  public luhn(prefix: string, length: number): string {
    const body = prefix + this.digits(length - prefix.length - 1);
    let sum = 0;
    [...body].reverse().forEach((c, i) => {
      const d = Number(c) * (i % 2 === 0 ? 2 : 1);
      sum += d > 9 ? d - 9 : d;
    });
    return body + String((10 - (sum % 10)) % 10);
  }

  public email(): string {
    return `${this.pick(FIRST)}.${this.pick(LAST)}${this.int(1, 99)}@${this.pick(HOSTS)}`;
  }

  public card(): string {
    const n = this.luhn(this.pick(['4', '51', '55', '6011']), 16);
    return this.pick([n, n.replace(/(\d{4})(?=\d)/g, '$1 '), n.replace(/(\d{4})(?=\d)/g, '$1-')]);
  }

  public ssn(): string {
    return `${this.int(100, 665)}-${this.int(10, 99)}-${this.int(1000, 9999)}`;
  }

  public ipv4(): string {
    return `${this.int(11, 223)}.${this.int(0, 255)}.${this.int(0, 255)}.${this.int(1, 254)}`;
  }

  public phone(): string {
    const area = `${this.int(201, 989)}`;
    const exchange = `${this.int(201, 989)}`;
    const line = this.digits(4);
    return this.pick([
      `(${area}) ${exchange}-${line}`,
      `${area}-${exchange}-${line}`,
      `+1 ${area} ${exchange} ${line}`,
      `+44 20 7946 0${this.digits(3)}`,
    ]);
  }

  public iban(): string {
    const bban = this.digits(18);
    const check = 98n - (BigInt(`${bban}131400`) % 97n);
    return `DE${String(check).padStart(2, '0')}${bban}`;
  }

  public plant(): Planted {
    switch (this.int(0, 9)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return { kind: 'email', value: this.email() };
      case 4:
      case 5:
        return { kind: 'phone', value: this.phone() };
      case 6:
        return { kind: 'card', value: this.card() };
      case 7:
        return { kind: 'us-ssn', value: this.ssn() };
      case 8:
        return { kind: 'ipv4', value: this.ipv4() };
      default:
        return { kind: 'iban', value: this.iban() };
    }
  }

  public stamp(): string {
    const two = (n: number) => String(n).padStart(2, '0');
    return `2026-${two(this.int(1, 12))}-${two(this.int(1, 28))}T${two(this.int(0, 23))}:${two(this.int(0, 59))}:${two(this.int(0, 59))}.${this.digits(3)}Z`;
  }

  public hex(length: number): string {
    let s = '';
    for (let i = 0; i < length; i += 1) s += this.int(0, 15).toString(16);
    return s;
  }

  /** A line of one of four sorts, with `value` in it. */
  public line(value: string): string {
    switch (this.int(0, 3)) {
      case 0:
        return (
          `${this.prose(this.int(8, 20))} ${this.prose(this.int(5, 12)).slice(0, -1)} ${value} ` +
          `${this.prose(this.int(4, 12))}\n`
        );
      case 1:
        return (
          `${this.stamp()} INFO [worker-${this.int(1, 32)}] request=${this.hex(16)} ` +
          `status=${this.pick([200, 201, 404, 500])} ` +
          `ms=${this.int(1, 900)} user="${value}" ${this.prose(this.int(3, 9))}\n`
        );
      case 2:
        return (
          `{"id":"${this.hex(8)}-${this.hex(4)}-${this.hex(4)}","at":"${this.stamp()}","amount":${this.int(1, 999)}.${this.digits(2)},` +
          `"note":"${this.prose(this.int(4, 14))}","contact":"${value}","ok":true}\n`
        );
      default:
        return `${this.int(1000, 99999)},${this.pick(FIRST)},${this.pick(LAST)},"${this.prose(this.int(6, 14))}",${value},${this.int(1, 500)}.${this.digits(2)}\n`;
    }
  }
}

/** @param every one finding for this many bytes, about */
export function corpus(size: number, every: number, seed = 1): Corpus {
  const generator = new Generator(seed);
  const planted: Planted[] = [];
  const parts: string[] = [];
  let bytes = 0;
  let due = 0;
  while (bytes < size) {
    let value: string = generator.pick(WORDS);
    if (bytes >= due) {
      const item = generator.plant();
      planted.push(item);
      value = item.value;
      due += every;
    }
    const line = generator.line(value);
    parts.push(line);
    bytes += line.length;
  }
  return { bytes: Buffer.from(parts.join('')), planted };
}
