import { Positions } from './source';

/** An object or list that is being read. */
interface Open {
  readonly node: number;
  readonly isList: boolean;
  /** Of a list: the items so far. */
  items: number;
  /** Of an object: the key whose value comes next. */
  key?: number;
}

/** The positions in a text that `JSON.parse` has accepted. */
export function positionsInJson(text: string, file: string): Positions {
  const positions = new Positions(file);
  const open: Open[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;
  /** Where a value begins: the node under which its parts are. */
  const begin = (): number => {
    const parent = open[open.length - 1];
    if (parent === undefined) return Positions.ROOT;
    return parent.isList ? positions.add(parent.node, parent.items, line, at - lineStart + 1) : parent.key!;
  };
  while (at < text.length) {
    const character = text[at];
    const parent = open[open.length - 1];
    switch (character) {
      case '\n':
        line += 1;
        lineStart = at + 1;
        break;
      case '{':
      case '[':
        open.push({ node: begin(), isList: character === '[', items: 0 });
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        parent.items += 1;
        parent.key = undefined;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (parent === undefined || parent.isList || parent.key !== undefined) {
          begin();
        } else {
          const key = JSON.parse(text.slice(at, end)) as string;
          parent.key = positions.add(parent.node, key, line, at - lineStart + 1);
        }
        at = end - 1;
        break;
      }
      default:
        if (/[-\dtfn]/.test(character)) {
          begin();
          while (at + 1 < text.length && /[-+.\w]/.test(text[at + 1])) at += 1;
        }
        break;
    }
    at += 1;
  }
  return positions;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
