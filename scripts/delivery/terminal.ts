import { inspect, stripVTControlCharacters, styleText } from 'node:util';

/** The width that fits a terminal window, a CI log and a page of documentation. */
const WIDTH = 98;

/** Colours only where somebody looks: on a terminal, unless NO_COLOR says otherwise (https://no-color.org). */
const COLOURS = process.stdout.isTTY === true && !process.env.NO_COLOR;

type Style = keyof typeof inspect.colors;

export function paint(style: Style | Style[], text: string): string {
  return COLOURS ? styleText(style as Parameters<typeof styleText>[0], text, { validateStream: false }) : text;
}

export function say(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** A command that failed or a state that cannot go on, with what to do about it. */
export class Failure extends Error {
  public constructor(
    message: string,
    public readonly remedy: string,
    public readonly details = '',
  ) {
    super(message);
  }
}

/** Numbered steps, each one line that ends in its time, so that a log reads like a terminal. */
export class Steps {
  private current = 0;

  public constructor(private readonly total: number) {}

  public async run<T>(
    title: string,
    work: () => T | Promise<T>,
    outcome: (result: T) => string = () => '',
  ): Promise<T> {
    this.current++;
    process.stdout.write(`${paint('dim', `[${this.current}/${this.total}]`)} ${title} ... `);
    const start = performance.now();
    try {
      const result = await work();
      const remark = outcome(result);
      say(`${paint('green', seconds(performance.now() - start))}${remark && `, ${remark}`}`);
      return result;
    } catch (error) {
      say(paint('red', 'failed'));
      throw error;
    }
  }
}

export function seconds(milliseconds: number): string {
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${(milliseconds / 60_000).toFixed(1)} min`;
}

export interface Column {
  readonly title: string;
  /** At most so wide, in characters; longer text goes on in the next line. Without it as wide as the widest cell. */
  readonly width?: number;
}

/** Columns separated by two spaces, with a line below the head; cells may be painted. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = layOut(columns, rows);
  return [lines.head, lines.rule, ...rows.map((row) => lines.row(row))].join('\n');
}

/** The same with a title over each group of rows; the rows are indented below it. */
export function groupedTable(
  columns: readonly Column[],
  groups: ReadonlyArray<{ readonly title: string; readonly rows: readonly (readonly string[])[] }>,
): string {
  const lines = layOut(
    columns,
    groups.flatMap(({ rows }) => rows),
    '  ',
  );
  return [
    lines.head,
    lines.rule,
    ...groups.flatMap(({ title, rows }, i) => [
      ...(i === 0 ? [] : ['']),
      paint('bold', title),
      ...rows.map((row) => lines.row(row)),
    ]),
  ].join('\n');
}

function layOut(columns: readonly Column[], rows: readonly (readonly string[])[], indent = '') {
  const widths = columns.map(
    ({ title, width }, i) => width ?? Math.max(title.length, ...rows.map((row) => visible(row[i]))),
  );
  const row = (cells: readonly string[]) => {
    const wrapped = cells.map((cell, i) => wrap(cell, widths[i]));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    return Array.from({ length: height }, (_, y) =>
      (indent + wrapped.map((lines, i) => pad(lines[y] ?? '', widths[i])).join('  ')).trimEnd(),
    ).join('\n');
  };
  const head = columns.map(({ title }, i) => paint('bold', pad(title, widths[i] + (i === 0 ? indent.length : 0))));
  return {
    head: head.join('  ').trimEnd(),
    rule: paint('dim', '─'.repeat(indent.length + widths.reduce((sum, width) => sum + width + 2, -2))),
    row,
  };
}

/** Breaks text at spaces. A painted cell is never broken, since each line would need its colour. */
export function wrap(text: string, width = WIDTH): string[] {
  if (visible(text) <= width || text !== stripVTControlCharacters(text)) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - visible(text)));
}

function visible(text: string): number {
  return stripVTControlCharacters(text).length;
}

/**
 * Runs a script's work and ends it as a command should: a failure is a message and exit code 1, never a stack trace.
 */
export function runScript(work: () => Promise<boolean>): void {
  work().then(
    (good) => {
      process.exitCode = good ? 0 : 1;
    },
    (error: unknown) => {
      process.exitCode = 1;
      if (!(error instanceof Failure)) throw error;
      if (error.details) say(`\n${error.details.trimEnd()}`);
      say(`\n${paint(['red', 'bold'], 'Failed:')} ${error.message}`);
      say(`${paint('bold', 'What to do:')} ${error.remedy}`);
    },
  );
}
