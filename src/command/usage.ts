import { WIDTH, wrapped } from '../assurance/output/wrap';

/** A usage text as a terminal shows it: paragraphs and options wrapped, examples continued with a backslash. */
export function wrapUsage(text: string): string {
  const lines: string[] = [];
  let paragraph: string[] = [];
  const flush = () => {
    if (paragraph.length > 0) lines.push(wrapped(paragraph.join(' '), ''));
    paragraph = [];
  };
  const rows = text.split('\n');
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (/^\S/.test(row) && !row.startsWith('Usage:')) {
      paragraph.push(row);
      continue;
    }
    flush();
    const option = /^( {2,}\S.*? {2,})(?=\S)/.exec(row)?.[1];
    if (option !== undefined && !isCommand(row)) {
      let whole = row;
      while (i + 1 < rows.length && /^ */.exec(rows[i + 1])![0].length >= option.length) {
        whole += ` ${rows[++i].trim()}`;
      }
      lines.push(
        option + wrapped(' '.repeat(option.length) + whole.slice(option.length), ' '.repeat(option.length)).trimStart(),
      );
    } else {
      lines.push(isCommand(row) ? continued(row) : wrapped(row, '    '));
    }
  }
  flush();
  return lines.join('\n');
}

const isCommand = (row: string): boolean => /^(Usage:)? *(npx )?cdk-s3-strongbox /.test(row);

/** A command over several lines, as a shell takes it. */
function continued(row: string): string {
  const indent = ' '.repeat(/^(Usage: )? */.exec(row)![0].length + 4);
  const ending = row.startsWith('Usage:') || /^ {7}/.test(row) ? '' : ' \\';
  return wrapped(row, indent, WIDTH - ending.length)
    .split('\n')
    .join(`${ending}\n`);
}
