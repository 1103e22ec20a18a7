import { createHash } from 'node:crypto';
import { SaxesParser, type SaxesAttributeNS, type SaxesTagNS } from 'saxes';
import { PathSet, Scalars } from './paths';
import type { XmlToJsonSpec } from '../../object-views/transform-spec';
import { MalformedContentError, UnsupportedContentError } from '../../redaction/errors';
import { SpecError } from '../errors';
import { OutputLimit, StructureLimits } from '../limits';
import type { Content, Parts, PreparedTransform, Stage } from '../stage';
import { ToUtf8 } from '../utf8';

/** Raised when the same document would become other JSON. */
const RULES_VERSION = 1;
const XMLNS = 'http://www.w3.org/2000/xmlns/';
/** The parser keeps a whole tag, comment or text; it may be this many times the longest field. */
const TOKEN_FIELDS = 4;
const PIECE_CHARACTERS = 16_384;

/** XML to JSON in one pass, holding no more than the open elements and one text. */
export function xmlToJson(spec: XmlToJsonSpec): PreparedTransform {
  const rules = new Rules(spec);
  return {
    type: 'xmlToJson',
    version: createHash('sha256')
      .update(`${RULES_VERSION}${JSON.stringify(spec)}`)
      .digest('hex'),
    describe: ({ name }) => ({ contentType: rules.records ? 'application/x-ndjson' : 'application/json', name }),
    open: (content) => new XmlToJson(rules, content),
  };
}

class Rules {
  public readonly arrays: PathSet;
  public readonly scalars: Scalars;
  public readonly records: PathSet | undefined;
  public readonly repeated: NonNullable<XmlToJsonSpec['repeated']>;
  public readonly namespaces: NonNullable<XmlToJsonSpec['namespaces']>;
  public readonly attributePrefix: string;
  public readonly textKey: string;
  public readonly limits: StructureLimits;

  constructor(spec: XmlToJsonSpec) {
    this.arrays = new PathSet(spec.arrays);
    this.scalars = new Scalars(spec);
    this.records = spec.records === undefined ? undefined : new PathSet([spec.records]);
    this.repeated = spec.repeated ?? 'refuse';
    this.namespaces = spec.namespaces ?? 'prefix';
    this.attributePrefix = spec.attributePrefix ?? '@';
    this.textKey = spec.textKey ?? '#text';
    this.limits = new StructureLimits(spec.limits);
    if (/^[\p{L}_:]/u.test(this.textKey)) {
      throw new SpecError(
        `"textKey" is "${this.textKey}", it must begin with a character that no element name has, such as #; change it`,
      );
    }
    if (this.attributePrefix !== '' && /^[\p{L}_:]/u.test(this.attributePrefix)) {
      throw new SpecError(
        `"attributePrefix" is "${this.attributePrefix}", it must begin with a character that no element ` +
          'name has, such as @; change it',
      );
    }
  }

  public name({ name, local, uri }: { readonly name: string; readonly local: string; readonly uri: string }): string {
    switch (this.namespaces) {
      case 'prefix':
        return name;
      case 'local':
        return local;
      case 'uri':
        return uri === '' ? local : `{${uri}}${local}`;
    }
  }
}

/** An open element that is written. */
interface Element {
  readonly name: string;
  /** Its brace is written: it has attributes or children. */
  object: boolean;
  members: number;
  children: boolean;
  /** The child whose array is open. */
  array: string | undefined;
  seen: Set<string> | undefined;
  text: string;
}

class XmlToJson implements Stage {
  private readonly input: ToUtf8;
  private readonly parser = new SaxesParser({ xmlns: true });
  /** Names from the root. */
  private readonly names: string[] = [];
  /** Those of the names that are written: all of them, or those of a record. */
  private readonly elements: Element[] = [];
  private readonly growth = new OutputLimit();
  private tokenStart = 0;
  private out = '';

  constructor(
    private readonly rules: Rules,
    content: Content,
  ) {
    this.input = new ToUtf8(content);
    const { parser } = this;
    parser.on('error', () => {
      throw new MalformedContentError('the XML is not well-formed', parser.position);
    });
    parser.on('doctype', () => {
      throw new UnsupportedContentError(
        'the XML has a document type declaration, which is refused: it could declare entities',
      );
    });
    parser.on('opentag', (tag) => {
      this.open(tag as SaxesTagNS);
      this.growth.check(this.out.length, parser.position);
    });
    parser.on('closetag', () => {
      this.close();
      this.growth.check(this.out.length, parser.position);
    });
    parser.on('text', (text) => this.text(text));
    parser.on('cdata', (text) => this.text(text));
    parser.on('comment', () => this.token());
    parser.on('processinginstruction', () => this.token());
  }

  public push(chunk: Uint8Array): Parts {
    this.parse(this.input.push(chunk).toString());
    return this.flush();
  }

  public end(): Parts {
    this.parse(this.input.end().toString());
    this.parser.close();
    return this.flush();
  }

  private parse(text: string): void {
    for (let at = 0; at < text.length; at += PIECE_CHARACTERS) {
      this.parser.write(text.slice(at, at + PIECE_CHARACTERS));
      this.checkToken();
    }
  }

  /**
   * The same rule for a token that is complete and for one that still grows: where the input was cut does not matter.
   */
  private checkToken(): void {
    this.rules.limits.checkField((this.parser.position - this.tokenStart) / TOKEN_FIELDS);
  }

  private token(): void {
    this.checkToken();
    this.tokenStart = this.parser.position;
  }

  private flush(): Parts {
    if (this.out === '') return [];
    const bytes = Buffer.from(this.out);
    this.growth.give(this.out.length);
    this.out = '';
    return [bytes];
  }

  private open(tag: SaxesTagNS): void {
    this.token();
    const { rules, names, elements } = this;
    const name = rules.name(tag);
    rules.limits.checkDepth(names.length + 1);
    const parent = elements.at(-1);
    if (parent) {
      this.member(parent, name);
    } else if (rules.records) {
      if (!rules.records.has(names, name)) {
        names.push(name);
        return;
      }
    } else {
      this.out += `{${JSON.stringify(name)}:`;
    }
    const element: Element = {
      name,
      object: false,
      members: 0,
      children: false,
      array: undefined,
      seen: undefined,
      text: '',
    };
    this.attributes(element, Object.values(tag.attributes));
    names.push(name);
    elements.push(element);
  }

  private attributes(element: Element, attributes: SaxesAttributeNS[]): void {
    const { rules, names } = this;
    rules.limits.checkFields(attributes.length);
    const written = new Set<string>();
    for (const attribute of attributes) {
      rules.limits.checkField(attribute.value.length);
      if (rules.namespaces !== 'prefix' && attribute.uri === XMLNS) continue;
      const name = rules.name(attribute);
      if (written.has(name)) {
        throw new MalformedContentError(
          'two attributes of one element have the same name without their namespaces',
          this.parser.position,
        );
      }
      written.add(name);
      this.begin(element);
      const path = [...names, element.name];
      this.out += `${element.members++ > 0 ? ',' : ''}${JSON.stringify(rules.attributePrefix + name)}:${rules.scalars.json(attribute.value, path, `@${name}`)}`;
    }
  }

  /** Everything of a child before its value. */
  private member(parent: Element, name: string): void {
    const { rules, names } = this;
    this.begin(parent);
    parent.children = true;
    if (rules.repeated === 'ordered') {
      if (parent.array === undefined) {
        this.out += `${parent.members++ > 0 ? ',' : ''}"#children":[`;
        parent.array = '';
      } else {
        this.out += ',';
      }
      this.orderedText(parent, ',');
      this.out += `{${JSON.stringify(name)}:`;
      return;
    }
    if (parent.array === name) {
      this.out += ',';
      return;
    }
    if (parent.array !== undefined) this.out += ']';
    parent.seen ??= new Set();
    if (parent.seen.has(name)) {
      throw new MalformedContentError(
        'an element is repeated that no rule of "arrays" names, or not next to the others of its name: ' +
          'name it in "arrays", or set "repeated" to "array" or "ordered"',
        this.parser.position,
      );
    }
    parent.seen.add(name);
    rules.limits.checkFields(parent.seen.size);
    const array = rules.repeated === 'array' || rules.arrays.has(names, name);
    parent.array = array ? name : undefined;
    this.out += `${parent.members++ > 0 ? ',' : ''}${JSON.stringify(name)}:${array ? '[' : ''}`;
  }

  /** A text among children keeps its place; blanks between elements are layout. */
  private orderedText(element: Element, after: string): boolean {
    const text = element.text;
    element.text = '';
    if (text.trim() === '') return false;
    this.out += JSON.stringify(text) + after;
    return true;
  }

  private begin(element: Element): void {
    if (element.object) return;
    element.object = true;
    this.out += '{';
  }

  private text(text: string): void {
    this.token();
    const element = this.elements.at(-1);
    if (!element) return;
    element.text += text;
    this.rules.limits.checkField(element.text.length);
  }

  private close(): void {
    this.token();
    const { rules, names, elements } = this;
    names.pop();
    const element = elements.pop();
    if (!element) return;
    if (element.object) {
      if (rules.repeated === 'ordered' && element.children) {
        const comma = this.out.length;
        if (this.orderedText(element, '')) this.out = `${this.out.slice(0, comma)},${this.out.slice(comma)}`;
      }
      if (element.array !== undefined) this.out += ']';
      const text = element.children ? element.text.trim() : element.text;
      if (text !== '') {
        const value = rules.scalars.json(text, [...names, element.name], rules.textKey);
        this.out += `${element.members > 0 ? ',' : ''}${JSON.stringify(rules.textKey)}:${value}`;
      }
      this.out += '}';
    } else {
      this.out += rules.scalars.json(element.text, names, element.name);
    }
    const parent = elements.at(-1);
    if (parent) {
      if (rules.repeated === 'ordered') this.out += '}';
    } else {
      this.out += rules.records ? '\n' : '}';
    }
  }
}
