import { createHash } from 'node:crypto';
import { JsonEvents } from './json-events';
import type { JsonToXmlSpec } from '../../object-views/transform-spec';
import { MalformedContentError } from '../../redaction/errors';
import { OutputLimit, StructureLimits } from '../limits';
import type { Content, Parts, PreparedTransform, Stage } from '../stage';
import { ToUtf8 } from '../utf8';

const RULES_VERSION = 1;
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
/** Without the colon. @see https://www.w3.org/TR/xml/#NT-NameStartChar */
const START =
  'A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}';
const CHARACTER = `${START}\\-.0-9\\u00b7\\u0300-\\u036f\\u203f-\\u2040`;
const NAME_START = new RegExp(`^[${START}]`, 'u');
const NAME_CHARACTER = new RegExp(`^[${CHARACTER}]`, 'u');
const NC_NAME = new RegExp(`^[${START}][${CHARACTER}]*$`, 'u');
/** What XML 1.0 cannot hold, not even as a reference. */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** JSON to XML in one pass; what `xmlToJson` made comes back as it was. */
export function jsonToXml(spec: JsonToXmlSpec): PreparedTransform {
  return {
    type: 'jsonToXml',
    version: createHash('sha256')
      .update(`${RULES_VERSION}${JSON.stringify(spec)}`)
      .digest('hex'),
    describe: ({ name }) => ({ contentType: 'application/xml', name }),
    open: (content) => new JsonToXml(spec, content),
  };
}

/** An open object or array. */
interface Level {
  readonly kind: 'object' | 'array';
  /** Of its element; of an array, that of each of its elements. */
  readonly tag: string;
  /** The start tag has no `>` yet: attributes may follow. */
  starting: boolean;
  /** The property whose value comes next. */
  property: string;
}

class JsonToXml implements Stage {
  private readonly input: ToUtf8;
  private readonly events: JsonEvents;
  private readonly levels: Level[] = [];
  private readonly root: string | undefined;
  private readonly item: string;
  private readonly attributePrefix: string;
  private readonly textKey: string;
  private readonly growth = new OutputLimit();
  private documents = 0;
  private roots = 0;
  private out = DECLARATION;

  constructor(spec: JsonToXmlSpec, content: Content) {
    this.input = new ToUtf8(content);
    this.root = spec.root === undefined ? undefined : elementName(spec.root);
    this.item = elementName(spec.item ?? 'item');
    this.attributePrefix = spec.attributePrefix ?? '@';
    this.textKey = spec.textKey ?? '#text';
    this.events = new JsonEvents(new StructureLimits(spec.limits), {
      open: (kind, start) => {
        this.open(kind);
        this.growth.check(this.out.length, start + 1);
      },
      close: (kind, end) => {
        this.close(kind);
        this.growth.check(this.out.length, end);
      },
      name: (name) => {
        this.levels.at(-1)!.property = name;
      },
      scalar: (kind, value, start) => {
        this.scalar(kind, value);
        this.growth.check(this.out.length, start + 1);
      },
      document: () => {
        this.documents += 1;
      },
    });
  }

  public push(chunk: Uint8Array): Parts {
    this.events.push(this.input.push(chunk));
    return this.flush();
  }

  public end(): Parts {
    this.events.push(this.input.end());
    this.events.end();
    if (this.documents === 0) throw new MalformedContentError('the JSON is empty', 0);
    return this.flush();
  }

  private flush(): Parts {
    if (this.out === '' || (this.documents === 0 && this.levels.length === 0)) return [];
    const bytes = Buffer.from(this.out);
    this.growth.give(this.out.length);
    this.out = '';
    return [bytes];
  }

  /** The element that the next value is; `undefined` for the top level without a name. */
  private next(): string | undefined {
    const level = this.levels.at(-1);
    if (!level) {
      if (this.documents > 0) {
        throw new MalformedContentError('more than one JSON document follows each other; XML has one root');
      }
      return this.root;
    }
    if (level.kind === 'array') return level.tag;
    return elementName(level.property);
  }

  private open(kind: 'object' | 'array'): void {
    const parent = this.levels.at(-1);
    if (parent?.kind === 'object' && this.special(parent)) {
      throw new MalformedContentError(
        'an attribute or a text is an object or an array, it must be a string, a number or a literal',
      );
    }
    const tag = this.next();
    if (tag === undefined) {
      if (kind === 'array') {
        throw new MalformedContentError('the JSON is an array; name the element around it with "root"');
      }
      this.levels.push({ kind, tag: '', starting: false, property: '' });
      return;
    }
    // The elements of a property's array have its name; those of an array within an array, or at the top, have none of
    // their own.
    const repeats = kind === 'array' && parent?.kind === 'object';
    this.content(parent);
    if (!repeats) this.out += `<${tag}`;
    if (kind === 'array' && !repeats) this.out += '>';
    this.levels.push({
      kind,
      tag: kind === 'array' && !repeats ? this.item : tag,
      starting: kind === 'object',
      property: kind === 'array' && !repeats ? tag : '',
    });
  }

  private close(kind: 'object' | 'array'): void {
    const level = this.levels.pop()!;
    if (kind === 'object') {
      if (level.tag === '') return;
      this.out += level.starting ? '/>' : `</${level.tag}>`;
    } else if (level.property !== '') {
      this.out += `</${level.property}>`;
    }
  }

  private scalar(kind: 'string' | 'number' | 'literal', value: string): void {
    const level = this.levels.at(-1);
    const text = kind === 'literal' && value === 'null' ? '' : escaped(value);
    if (level?.kind === 'object' && this.special(level)) {
      if (level.property === this.textKey) {
        this.content(level);
        this.out += text;
      } else {
        if (!level.starting) {
          throw new MalformedContentError(
            'an attribute comes after children; attributes must be the first properties of their object',
          );
        }
        this.out +=
          ' ' +
          `${elementName(level.property.slice(this.attributePrefix.length))}="${text.replace(/"/g, '&quot;').replace(/[\t\n]/g, (blank) => `&#${blank.charCodeAt(0)};`)}"`;
      }
      return;
    }
    const tag = this.next();
    if (tag === undefined) {
      throw new MalformedContentError('the JSON is a single value; name the element around it with "root"');
    }
    this.content(level);
    this.out += text === '' ? `<${tag}/>` : `<${tag}>${text}</${tag}>`;
  }

  /** Whether the next value is an attribute or the element's own text. */
  private special(level: Level): boolean {
    if (level.tag === '') return false;
    return (
      level.property === this.textKey ||
      (this.attributePrefix !== '' && level.property.startsWith(this.attributePrefix))
    );
  }

  /** Makes ready for a child or a text of the level. */
  private content(level: Level | undefined): void {
    if (!level) return;
    if (level.tag === '') {
      this.roots += 1;
      if (this.roots > 1) {
        throw new MalformedContentError(
          'the JSON has more than one property at the top; name the element around them with "root"',
        );
      }
    }
    if (level.starting) {
      level.starting = false;
      this.out += '>';
    }
  }
}

function escaped(text: string): string {
  if (FORBIDDEN.test(text) || !(text as string & { isWellFormed(): boolean }).isWellFormed()) {
    throw new MalformedContentError('a string holds a character that XML cannot hold');
  }
  return text.replace(/[&<>\r]/g, (character) => REFERENCES[character]);
}

const REFERENCES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

/**
 * A name of XML; what it cannot hold is written as _x0020_, and a `_x` that would be read so as _x005f_x. A prefix
 * stays one; that it is declared is the document's affair (`"@xmlns:p"`).
 */
function elementName(name: string): string {
  const [prefix, local, ...more] = name.split(':');
  return local !== undefined && more.length === 0 && NC_NAME.test(prefix) && NC_NAME.test(local) ? name : ncName(name);
}

function ncName(name: string): string {
  let out = '';
  for (const character of name.replace(/_(?=x[0-9a-f]{4}_)/gi, '\u0000')) {
    if (character === '\u0000') {
      out += '_x005f_';
    } else if ((out === '' ? NAME_START : NAME_CHARACTER).test(character)) {
      out += character;
    } else {
      out += [...Buffer.from(character, 'utf16le').swap16().toString('hex').matchAll(/.{4}/g)]
        .map(([unit]) => `_x${unit}_`)
        .join('');
    }
  }
  return out === '' ? '_' : out;
}
