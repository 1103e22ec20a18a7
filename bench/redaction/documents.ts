const WORDS =
  'lorem ipsum dolor sit amet consetetur sadipscing elitr sed diam nonumy eirmod tempor invidunt ut labore'.split(' ');

interface Row {
  readonly id: number;
  readonly name: string;
  readonly mail: string;
  readonly card: string;
  readonly active: boolean;
  readonly score: number;
  readonly note: string;
  readonly street: string;
  readonly zip: string;
}

/** The same made-up records as JSON, CSV and XML, each about `bytes` long, with about one finding in 250 bytes. */
export function documents(bytes: number): Record<'json' | 'csv' | 'xml', Buffer> {
  const random = generator(7);
  const rows = Array.from({ length: 4000 }, (_, id) => row(id, random));
  return {
    json: repeated(bytes, '[', rows.map((each) => `${json(each)},\n`).join(''), `${json(rows[0])}]`),
    csv: repeated(bytes, 'id,name,mail,card,active,score,note,street,zip\n', rows.map(csv).join(''), ''),
    xml: repeated(bytes, '<?xml version="1.0"?>\n<records>\n', rows.map(xml).join(''), '</records>'),
  };
}

function row(id: number, random: (below: number) => number): Row {
  const word = () => WORDS[random(WORDS.length)];
  return {
    id,
    name: `${word()} ${word()}`,
    mail: random(3) > 0 ? `user${id}@example.com` : '',
    card: random(8) > 0 ? '' : '4111 1111 1111 1111',
    active: random(2) === 0,
    score: random(100_000) / 100,
    note: `${Array.from({ length: random(30) }, word).join(' ')}${random(4) > 0 ? '' : ', "quoted" & <more>'}`,
    street: `${word()} street ${random(200)}`,
    zip: String(10_000 + random(80_000)),
  };
}

function json({ street, zip, ...rest }: Row): string {
  return JSON.stringify({ ...rest, address: { street, zip } });
}

function csv(record: Row): string {
  return `${Object.values(record)
    .map((value: string | number | boolean) =>
      /[",]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : value,
    )
    .join(',')}\n`;
}

function xml({ id, name, mail, card, active, score, note, street, zip }: Row): string {
  const text = (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return (
    `  <record id="${id}" active="${active}">\n    <name>${name}</name>\n    <mail>${mail}</mail>\n    ` +
    `<card>${card}</card>\n    <score>${score}</score>\n` +
    `    <note>${text(note)}</note>\n    <address zip="${zip}">${street}</address>\n  </record>\n`
  );
}

function repeated(bytes: number, head: string, body: string, tail: string): Buffer {
  return Buffer.concat([
    Buffer.from(head),
    ...Array.from({ length: Math.ceil(bytes / body.length) }, () => Buffer.from(body)),
    Buffer.from(tail),
  ]);
}

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
}
