/** Clean data in rows: numbers, ids and measures that are nobody's. Nothing that a detector may claim is in them. */
import type { Generator } from '../corpus';

/** A made-up object without a finding; the name's extension says its format. */
export interface CleanSet {
  readonly name: string;
  /** What stands before the first line and after the last. */
  readonly head?: string;
  readonly tail?: string;
  readonly line: (g: Generator, row: number) => string;
}

export function decimal(g: Generator, whole: number, places: number): string {
  return `${g.int(0, 4) === 0 ? '-' : ''}${g.int(0, whole)}.${g.digits(places)}`;
}

export function price(g: Generator): string {
  return `${g.int(0, 99999)}.${g.digits(2)}`;
}

export function uuid(g: Generator): string {
  return `${g.hex(8)}-${g.hex(4)}-4${g.hex(3)}-${g.pick(['8', '9', 'a', 'b'])}${g.hex(3)}-${g.hex(12)}`;
}

export function version(g: Generator): string {
  return g.pick([
    `${g.int(0, 30)}.${g.int(0, 99)}.${g.int(0, 99)}`,
    `${g.int(0, 30)}.${g.int(0, 99)}.${g.int(0, 99)}.${g.int(0, 99)}`,
    `${g.int(100, 600)}.${g.int(10, 99)}.0${g.int(1, 9)}`,
    `${g.int(0, 9)}.${g.int(0, 20)}.${g.int(0, 20)}-rc.${g.int(1, 9)}`,
  ]);
}

function isbn13(g: Generator): string {
  const body = `978${g.digits(9)}`;
  const sum = [...body].reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 1 : 3), 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}

function isbn(g: Generator): string {
  const n = isbn13(g);
  return g.pick([
    n,
    `${n.slice(0, 3)}-${n.slice(3, 4)}-${n.slice(4, 7)}-${n.slice(7, 12)}-${n.slice(12)}`,
    `${n.slice(3, 4)}-${n.slice(4, 8)}-${n.slice(8, 12)}-${g.int(0, 9)}`,
  ]);
}

function list(count: number, item: () => string): string {
  return Array.from({ length: count }, item).join(',');
}

export const DATA: readonly CleanSet[] = [
  {
    name: 'floats.csv',
    head: 'a,b,c,d,e\n',
    line: (g) => `${list(5, () => decimal(g, g.pick([0, 9, 999, 99999]), g.int(2, 12)))}\n`,
  },
  {
    name: 'exponents.csv',
    head: 'x,y,z\n',
    line: (g) => `${list(3, () => `${decimal(g, 9, g.int(1, 15))}e${g.pick(['-', '+', ''])}${g.int(1, 20)}`)}\n`,
  },
  {
    name: 'prices.csv',
    head: 'sku,item,price,currency,quantity,total\n',
    line: (g) =>
      `${g.int(1000, 999999)},${g.prose(2).slice(0, -1)},${price(g)},${g.pick(['EUR', 'USD', 'GBP'])},${g.int(1, 99)},${price(g)}\n`,
  },
  {
    name: 'prices.txt',
    line: (g) =>
      `${g.pick(['EUR', 'USD', '', ''])}${g.pick([
        price(g),
        `${g.int(1, 999)}.${g.digits(3)}.${g.digits(3)}`,
        `${g.int(1, 999)},${g.digits(3)},${g.digits(3)}.${g.digits(2)}`,
        `${g.int(1, 99)}.${g.digits(3)},${g.digits(2)}`,
      ])} ${g.prose(3)}\n`,
  },
  {
    name: 'ids.csv',
    head: 'id,parent,order,batch,uuid,etag\n',
    line: (g) =>
      `${g.int(1, 9)}${g.digits(g.int(8, 10))},${g.digits(g.int(6, 18))},${g.digits(10)},B${g.digits(9)},${uuid(g)},${g.hex(32)}\n`,
  },
  {
    name: 'books.csv',
    head: 'isbn,title,year,pages\n',
    line: (g) => `${isbn(g)},${g.prose(4).slice(0, -1)},${g.int(1900, 2026)},${g.int(40, 900)}\n`,
  },
  { name: 'books.txt', line: (g) => `${g.prose(8)} ISBN ${isbn(g)}, ${g.int(40, 900)} pp.\n` },
  {
    name: 'parts.csv',
    head: 'part,description,stock\n',
    line: (g) => `${g.digits(3)}-${g.digits(2)}-${g.digits(4)},${g.prose(3).slice(0, -1)},${g.int(0, 900)}\n`,
  },
  {
    name: 'parts.txt',
    line: (g) =>
      `${g.pick(['Part', 'part no.', 'SKU', 'sku:', 'No.', 'item no.', 'P/N'])} ` +
      `${g.digits(3)}-${g.digits(2)}-${g.digits(4)} ${g.prose(4)}\n`,
  },
  {
    name: 'sensors.csv',
    head: 'time,temperature,humidity,pressure,rpm\n',
    line: (g) =>
      `${g.stamp()},${decimal(g, 40, 2)},${g.int(0, 99)}.${g.digits(3)},${g.int(900, 1100)}.${g.digits(4)},${g.int(100, 9999)}\n`,
  },
  {
    name: 'embeddings.json',
    head: '[',
    tail: '[]]\n',
    line: (g, row) =>
      `{"id":${row},"embedding":[${list(96, () => `${g.int(0, 1) === 0 ? '-' : ''}0.${g.digits(g.int(7, 17))}`)}]},\n`,
  },
  {
    name: 'embeddings.txt',
    line: (g) => `[${Array.from({ length: 48 }, () => decimal(g, 2, g.int(4, 10))).join(', ')}]\n`,
  },
  {
    name: 'numbers.json',
    head: '[',
    tail: '{}]\n',
    line: (g) =>
      `{"loss":${decimal(g, 9, g.int(3, 16)).replace('-', '')},"step":${g.int(1, 999999)},"rate":${g.int(1, 9)}.${g.digits(3)}e-${g.int(4, 9)},"total":${g.int(1, 9)}${g.digits(g.int(4, 12))}},\n`,
  },
  {
    name: 'map.geojson',
    head: '{"type":"FeatureCollection","features":[',
    tail: '{}]}\n',
    line: (g) =>
      `{"type":"Feature","properties":{"id":${g.int(1, 99999)},"area":${decimal(g, 900, 6).replace('-', '')}},"geometry":{"type":"Polygon","coordinates":[[` +
      `${list(12, () => `[${decimal(g, 179, g.int(4, 14))},${decimal(g, 89, g.int(4, 14))}]`)}]]}},\n`,
  },
  {
    name: 'llm-usage.ndjson',
    line: (g) =>
      `{"ts":"${g.stamp()}","model":"small-${g.int(1, 4)}.${g.int(0, 9)}-2025${g.int(10, 12)}${g.int(10, 28)}","max_tokens":${g.int(1, 9) * 1000},"usage":{"input_tokens":${g.int(10, 199999)},` +
      `"output_tokens":${g.int(10, 9999)},"total_tokens":${g.int(1000, 299999)},"cached_tokens":${g.int(0, 99999)}},"stop_token":"<|end|>","latency_ms":${g.int(10, 9000)},"request_id":"req_${g.hex(16)}","tokens_per_second":${decimal(g, 200, 4).replace('-', '')}}\n`,
  },
  {
    name: 'llm-usage.log',
    line: (g) =>
      `${g.stamp()} INFO tokens=${g.int(1000, 99999)} max_tokens=${g.int(1000, 9999)} prompt_tokens: ` +
      `${g.int(1000, 99999)} completion tokens: ${g.int(1000, 99999)}, text length ` +
      `${g.int(100000, 9999999)} ` +
      `bytes, ${decimal(g, 200, 4).replace('-', '')} tokens/s\n`,
  },
];
