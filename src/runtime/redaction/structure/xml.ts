import { bytesOf, ESCAPES, type FieldScheme, HIDING, PERCENT } from './field-scheme';
import { GivenNames, Role, roleOf } from './idioms';
import { Names, type Name } from './names';
import { needsNamespaces, PathMachine, xmlPaths, type Edge, type PathState } from './path';
import { DEFAULT_DEPTH, DEFAULT_FIELDS, StructuredTransform, type StructureOptions } from './structured-transform';
import { checkReferences, XML_CDATA, XML_COMMENT, XML_INSTRUCTION, XML_TEXT } from './xml-text';
import type { FieldContext } from '../contract';
import { LimitExceededError, MalformedContentError, UnsupportedContentError } from '../errors';

const LESS = 0x3c;
const GREATER = 0x3e;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const AMPERSAND = 0x26;
const NUMBER_SIGN = 0x23;
const PERCENT_SIGN = 0x25;
const BANG = 0x21;
const QUESTION = 0x3f;
const DASH = 0x2d;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const OPEN_BRACKET = 0x5b;
const COLON = 0x3a;

/** What a byte of a text tells of its field; a reference with a number may be to any character. */
const TEXT_MARKS = new Uint8Array(256);
TEXT_MARKS[AMPERSAND] = ESCAPES;
TEXT_MARKS[NUMBER_SIGN] = HIDING;
TEXT_MARKS[PERCENT_SIGN] = PERCENT;
const TAG_STOP = bytesOf('<>"\'');
const SPACE = bytesOf(' \t\r\n');
/** What ends a name: whatever it cannot hold, as far as ASCII goes. */
const NAME_STOP = bytesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:.-')
  .fill(1, 0x80)
  .map((member) => 1 - member);
const NAME_START = bytesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_:').fill(1, 0x80);

const CDATA = Buffer.from('<![CDATA[');
const COMMENT = Buffer.from('<!--');
const DOCTYPE = Buffer.from('<!DOCTYPE');

/** What is noted of an attribute: where the space before it begins, name, value, from and to; the value's marks. */
const ATTRIBUTE = 6;

/** A token that is not whole yet. */
const INCOMPLETE = -1;

/** An element's or attribute's name as the document writes it. */
interface XmlName extends Name {
  readonly prefix: string;
  readonly local: string;
  readonly context: FieldContext;
  readonly role: Role;
  /** `xmlns`, `xmlns:*` or `xml:*`. */
  readonly reserved: boolean;
  /** The path edges it stands for: in no namespace, and by namespace. */
  readonly element: Edge;
  readonly attribute: Edge;
  readonly elementEdges: Map<string, Edge>;
  readonly attributeEdges: Map<string, Edge>;
  /** What followed the last time that an element of this name ended, and how often it was something else. */
  passage: Passage | undefined;
  detours: number;
  /** The names that stood in the last such element: of the first element in it, and of its attributes. */
  child: XmlName | undefined;
  readonly attributes: XmlName[];
}

/**
 * From the end of one element to the name of the next that opens, with nothing but ends of elements and white space
 * between.
 */
interface Passage {
  readonly bytes: Buffer;
  /** The elements that it ends, the innermost first. */
  readonly ends: readonly XmlName[];
  readonly opens: XmlName;
}

const LONGEST_PASSAGE = 256;
/**
 * A document with more names has no habits, and passages that lead from name to name would keep all of them in memory.
 */
const NAMES_WITH_PASSAGES = 512;
const REMEMBERED_ATTRIBUTES = 32;
/** So often must something else follow before that is what is expected. */
const DETOURS = 8;

interface Declaration {
  readonly depth: number;
  readonly prefix: string;
  readonly namespace: string;
}

/**
 * XML. Texts, CDATA sections, attribute values, comments and processing instructions are fields. Nothing is expanded: a
 * document type with declarations of its own and references to entities that only it could define are refused.
 * @see https://www.w3.org/TR/xml/
 */
export class XmlTransform extends StructuredTransform {
  private readonly machine: PathMachine;
  private readonly namespaced: boolean;
  private readonly maxDepth: number;
  private readonly maxFields: number;
  private readonly givenNames = new GivenNames();
  private readonly known = new Names<XmlName>();

  private depth = 0;
  private readonly elements: XmlName[] = [];
  private readonly states: PathState[] = [];
  private readonly declarations: Declaration[] = [];
  private rootSeen = false;
  private anything = false;
  /** Within an element that is dropped, at this depth. */
  private skipping = false;
  private dropDepth = 0;

  /** In a token that is not whole yet: how much of it was looked at, and the quote that is open there. */
  private scanned = 0;
  private openQuote = 0;

  /** The attributes of the tag at hand. */
  private attributes = new Int32Array(64);
  private attributeFields = 0;
  private nameEnd = 0;
  private selfClosing = false;

  /** Where the passage began that the scan may be in, or -1, and the elements that ended in it so far. */
  private passageStart = -1;
  private readonly passageEnds: XmlName[] = [];
  /** The name of the tag at hand, if the passage before it told. */
  private expected: XmlName | undefined;

  constructor(options: StructureOptions) {
    super(options, { end: LESS, first: NUMBER_SIGN, last: AMPERSAND });
    const { fields, limits } = options.policy;
    this.machine = new PathMachine(xmlPaths(fields));
    this.namespaced = needsNamespaces(fields);
    this.maxDepth = limits?.depth ?? DEFAULT_DEPTH;
    this.maxFields = limits?.fields ?? DEFAULT_FIELDS;
  }

  protected override rebase(): void {
    // All positions that outlive a scan are relative to `at`.
  }

  protected override scan(final: boolean): number {
    const { buffer, length } = this;
    buffer[length] = LESS;
    this.passageStart = -1;
    let i = this.at;
    while (i < length) {
      this.anything = true;
      const end = buffer[i] === LESS ? this.markup(i) : this.text(i, final);
      if (end === INCOMPLETE) {
        this.checkFieldLength(length - i);
        break;
      }
      this.scanned = 0;
      i = end;
    }
    if (final && (i < length || this.depth > 0 || (this.anything && !this.rootSeen))) {
      throw new MalformedContentError('the XML ends too early', this.offset + length);
    }
    this.at = i;
    return i;
  }

  private text(start: number, final: boolean): number {
    const { buffer, length } = this;
    let first = start;
    while (SPACE[buffer[first]] === 1) first++;
    const from = Math.max(first, start + this.scanned);
    const end = this.lookout.next(from, length);
    if (end === length && !final) {
      this.scanned = end - start;
      return INCOMPLETE;
    }
    this.checkFieldLength(end - start);
    if (first < end) {
      if (this.depth === 0) throw this.unexpected(first);
      this.passageStart = -1;
      this.field(
        start,
        end,
        XML_TEXT,
        this.marksOf(first, end),
        this.states[this.depth - 1],
        this.elements[this.depth - 1].context,
      );
    }
    return end;
  }

  private marksOf(start: number, end: number): number {
    let marks = 0;
    if (this.lookout.holdsNoted(start, end)) {
      for (let i = start; i < end; i++) marks |= TEXT_MARKS[this.buffer[i]];
    }
    return marks;
  }

  private markup(start: number): number {
    const { buffer, length } = this;
    if (start + 1 === length) return INCOMPLETE;
    switch (buffer[start + 1]) {
      case SLASH:
        return this.endTag(start);
      case QUESTION:
        return this.section(start, 2, '?>', XML_INSTRUCTION);
      case BANG:
        return this.declaration(start);
      default:
        return this.startTag(start);
    }
  }

  private declaration(start: number): number {
    const { buffer, length } = this;
    const third = start + 2 === length ? 0 : buffer[start + 2];
    const opening = third === DASH ? COMMENT : third === OPEN_BRACKET ? CDATA : DOCTYPE;
    const known = Math.min(opening.length, length - start);
    for (let i = 2; i < known; i++) {
      if (buffer[start + i] !== opening[i]) throw this.unexpected(start + i);
    }
    if (known < opening.length) return INCOMPLETE;
    if (opening === COMMENT) return this.section(start, COMMENT.length, '-->', XML_COMMENT);
    if (opening === DOCTYPE) return this.documentType(start);
    if (this.depth === 0) throw this.unexpected(start);
    return this.section(start, CDATA.length, ']]>', XML_CDATA);
  }

  /** A comment, an instruction or a CDATA section: everything up to `closing` is its content. */
  private section(start: number, openingBytes: number, closing: string, scheme: FieldScheme): number {
    const { buffer, length } = this;
    const bytes = closing.length;
    const lead = closing.charCodeAt(0);
    this.passageStart = -1;
    let i = start + Math.max(openingBytes, this.scanned);
    for (; i + bytes <= length; i++) {
      if (buffer[i] !== lead) continue;
      if (bytes === 3 && buffer[i + 1] !== lead) continue;
      if (buffer[i + bytes - 1] !== GREATER) {
        if (scheme === XML_COMMENT) throw this.unexpected(i);
        continue;
      }
      const from = start + openingBytes;
      this.checkFieldLength(i - from);
      const inside = this.depth > 0;
      if (from < i && !(scheme === XML_INSTRUCTION && this.isXmlDeclaration(from))) {
        const marks = this.buffer.subarray(from, i).includes(PERCENT_SIGN) ? PERCENT : 0;
        if (inside) {
          this.field(from, i, scheme, marks, this.states[this.depth - 1], this.elements[this.depth - 1].context);
        } else {
          this.field(from, i, scheme, marks, this.machine.root, undefined);
        }
      }
      return i + bytes;
    }
    this.scanned = Math.max(openingBytes, i - start);
    return INCOMPLETE;
  }

  private isXmlDeclaration(at: number): boolean {
    return this.buffer.toString('latin1', at, at + 3) === 'xml' && SPACE[this.buffer[at + 3]] === 1;
  }

  private documentType(start: number): number {
    const end = this.tagEnd(start);
    if (end === INCOMPLETE) return INCOMPLETE;
    if (this.rootSeen) throw this.unexpected(start);
    return end;
  }

  /** Position behind the `>` that ends the tag at `start`. */
  private tagEnd(start: number): number {
    const { buffer, length } = this;
    let i = start + Math.max(1, this.scanned);
    for (;;) {
      while (TAG_STOP[buffer[i]] === 0 && buffer[i] !== OPEN_BRACKET) i++;
      if (i >= length) break;
      const byte = buffer[i++];
      if (byte === this.openQuote) {
        this.openQuote = 0;
      } else if (byte === LESS) {
        throw this.unexpected(i - 1);
      } else if (this.openQuote !== 0) {
        continue;
      } else if (byte === GREATER) {
        return i;
      } else if (byte !== OPEN_BRACKET) {
        this.openQuote = byte;
      } else if (buffer[start + 1] === BANG) {
        throw new UnsupportedContentError('the XML has a document type with declarations of its own');
      }
    }
    this.scanned = i - start;
    return INCOMPLETE;
  }

  private endTag(start: number): number {
    const { buffer, length } = this;
    const from = start + 2;
    const element = this.elements[this.depth - 1];
    if (this.depth > 0 && this.passageStart < 0) {
      const { passage } = element;
      if (passage !== undefined && this.takes(passage, start)) return this.pass(passage, start);
    }
    let end = from;
    while (NAME_STOP[buffer[end]] === 0) end++;
    let close = end;
    while (SPACE[buffer[close]] === 1) close++;
    if (close >= length) return INCOMPLETE;
    if (buffer[close] !== GREATER || this.depth === 0 || !sameName(element.bytes, buffer, from, end)) {
      throw this.unexpected(start);
    }
    if (this.passageStart < 0) {
      this.passageStart = start;
      this.passageEnds.length = 0;
    }
    this.passageEnds.push(element);
    this.close(close + 1);
    return close + 1;
  }

  /** Whether what follows at `start` is what followed the last time. */
  private takes({ bytes, ends }: Passage, start: number): boolean {
    const { buffer, length } = this;
    const size = bytes.length;
    if (this.skipping || start + size >= length) return false;
    // The last bytes differ first: the name of what opens.
    for (let i = size - 1; i > 0; i--) {
      if (bytes[i] !== buffer[start + i]) return false;
    }
    if (NAME_STOP[buffer[start + size]] === 0) return false;
    for (let i = 1; i < ends.length; i++) {
      if (this.elements[this.depth - 1 - i] !== ends[i]) return false;
    }
    return true;
  }

  private pass({ bytes, ends, opens }: Passage, start: number): number {
    const nameEnd = start + bytes.length;
    const tag = nameEnd - opens.bytes.length - 1;
    for (let i = 0; i < ends.length; i++) this.close(tag);
    if (this.buffer[nameEnd] !== GREATER) {
      this.expected = opens;
      return tag;
    }
    this.attributeFields = 0;
    this.open(tag, opens);
    return nameEnd + 1;
  }

  /**
   * The start tag of `opens`, whose name ends at `nameEnd`, ends a passage that the next element of the same name may
   * take, too.
   */
  private learn(nameEnd: number, opens: XmlName): void {
    const [first] = this.passageEnds;
    if (first.passage !== undefined && ++first.detours < DETOURS) return;
    first.detours = 0;
    if (this.depth === 0 || nameEnd - this.passageStart > LONGEST_PASSAGE || this.known.size > NAMES_WITH_PASSAGES) {
      return;
    }
    first.passage = {
      bytes: Buffer.from(this.buffer.subarray(this.passageStart, nameEnd)),
      ends: [...this.passageEnds],
      opens,
    };
  }

  private startTag(start: number): number {
    if (this.scanned > 0 && this.tagEnd(start) === INCOMPLETE) return INCOMPLETE;
    this.openQuote = 0;
    const end = this.readTag(start);
    if (end === INCOMPLETE) {
      // The next attempts look for the end alone.
      this.tagEnd(start);
      return INCOMPLETE;
    }
    this.checkFieldLength(end - start);
    const element = this.elementName(start + 1, this.nameEnd);
    if (this.passageStart >= 0) this.learn(this.nameEnd, element);
    this.passageStart = -1;
    this.open(start, element);
    if (this.selfClosing) this.close(end);
    return end;
  }

  /** Takes the tag apart without acting on it. */
  private readTag(start: number): number {
    const { buffer, length } = this;
    let i = start + 1;
    if (NAME_START[buffer[i]] === 0) throw this.unexpected(i);
    while (NAME_STOP[buffer[i]] === 0) i++;
    this.nameEnd = i;
    this.attributeFields = 0;
    this.selfClosing = false;
    for (;;) {
      const gap = i;
      while (SPACE[buffer[i]] === 1) i++;
      if (i >= length) return INCOMPLETE;
      if (buffer[i] === GREATER) return i + 1;
      if (buffer[i] === SLASH) {
        if (i + 1 === length) return INCOMPLETE;
        if (buffer[i + 1] !== GREATER) throw this.unexpected(i + 1);
        this.selfClosing = true;
        return i + 2;
      }
      if (i === gap || NAME_START[buffer[i]] === 0) throw this.unexpected(i);
      const name = i;
      while (NAME_STOP[buffer[i]] === 0) i++;
      const nameEnd = i;
      while (SPACE[buffer[i]] === 1) i++;
      if (i >= length) return INCOMPLETE;
      if (buffer[i] !== EQUALS) throw this.unexpected(i);
      i++;
      while (SPACE[buffer[i]] === 1) i++;
      if (i >= length) return INCOMPLETE;
      const quote = buffer[i];
      if (quote !== QUOTE && quote !== APOSTROPHE) throw this.unexpected(i);
      const value = ++i;
      let marks = 0;
      for (let byte = buffer[i]; byte !== quote && byte !== LESS; byte = buffer[++i]) marks |= TEXT_MARKS[byte];
      if (i >= length) return INCOMPLETE;
      if (buffer[i] === LESS) throw this.unexpected(i);
      this.noteAttribute(gap, name, nameEnd, value, i, marks);
      i++;
    }
  }

  private noteAttribute(
    gap: number,
    name: number,
    nameEnd: number,
    value: number,
    valueEnd: number,
    marks: number,
  ): void {
    if (this.attributeFields === ATTRIBUTE * this.maxFields) throw new LimitExceededError('fields', this.maxFields);
    if (this.attributeFields + ATTRIBUTE > this.attributes.length) {
      const larger = new Int32Array(2 * this.attributes.length);
      larger.set(this.attributes);
      this.attributes = larger;
    }
    const { attributes } = this;
    attributes[this.attributeFields++] = gap;
    attributes[this.attributeFields++] = name;
    attributes[this.attributeFields++] = nameEnd;
    attributes[this.attributeFields++] = value;
    attributes[this.attributeFields++] = valueEnd;
    attributes[this.attributeFields++] = marks;
  }

  private open(start: number, element: XmlName): void {
    const { depth } = this;
    if (depth === 0 && this.rootSeen) throw this.unexpected(start);
    if (depth === this.maxDepth) throw new LimitExceededError('depth', this.maxDepth);
    this.rootSeen = true;
    if (this.namespaced) this.declare();

    const parent = depth === 0 ? this.machine.root : this.states[depth - 1];
    const state = parent.closed ? parent : parent.child(this.edge(element, false));
    this.elements[depth] = element;
    this.states[depth] = state;
    this.depth = depth + 1;
    if (this.skipping) return;

    const { rule } = state;
    if (rule !== undefined && this.actionOfRule(rule).type === 'drop') {
      this.dropFrom(start, rule);
      this.skipping = true;
      this.dropDepth = depth;
      return;
    }
    for (let i = 0; i < this.attributeFields; i += ATTRIBUTE) this.attribute(element, state, i);
  }

  private close(end: number): void {
    this.depth--;
    if (this.skipping && this.depth === this.dropDepth) {
      this.dropTo(end);
      this.skipping = false;
    }
    while (this.declarations.length > 0 && this.declarations[this.declarations.length - 1].depth >= this.depth) {
      this.declarations.pop();
    }
  }

  private attribute(element: XmlName, state: PathState, at: number): void {
    const { attributes } = this;
    const start = attributes[at + 3];
    const end = attributes[at + 4];
    const index = at / ATTRIBUTE;
    const name = this.name(attributes[at + 1], attributes[at + 2], element.attributes[index]);
    if (index < REMEMBERED_ATTRIBUTES) element.attributes[index] = name;
    if (name.reserved) return;
    const own = state.closed ? state : state.child(this.edge(name, true));
    const { rule } = own;
    if (rule !== undefined && this.actionOfRule(rule).type === 'drop') {
      this.dropFrom(attributes[at], rule);
      this.dropTo(end + 1);
      return;
    }
    this.field(
      start,
      end,
      XML_TEXT,
      attributes[at + 5],
      own,
      name.role === Role.Value ? this.valueContext(element, name, at) : name.context,
    );
  }

  /**
   * `<birthDate value="...">`, `<add key="password" value="...">`: what the attribute before or the element says of a
   * value.
   */
  private valueContext(element: XmlName, name: XmlName, at: number): FieldContext {
    for (let i = 0; i < at; i += ATTRIBUTE) {
      if (element.attributes[i / ATTRIBUTE]?.role !== Role.Name) continue;
      const given = this.givenNames.find(this.buffer, this.attributes[i + 3], this.attributes[i + 4]);
      if (given) return given;
    }
    return element.role === Role.Value ? name.context : element.context;
  }

  private field(
    start: number,
    end: number,
    scheme: FieldScheme,
    marks: number,
    state: PathState,
    context: FieldContext | undefined,
  ): void {
    if (this.skipping || start === end) return;
    if ((marks & ESCAPES) !== 0) checkReferences(this.buffer, start, end);
    const { rule } = state;
    if (rule === undefined) this.detect(start, end, scheme, marks, context);
    else this.applyRule(start, end, scheme, marks, rule);
  }

  private elementName(start: number, end: number): XmlName {
    const parent = this.depth === 0 ? undefined : this.elements[this.depth - 1];
    const name = this.name(start, end, this.expected ?? parent?.child);
    if (parent !== undefined && this.expected === undefined) parent.child = name;
    this.expected = undefined;
    return name;
  }

  private name(start: number, end: number, guess: XmlName | undefined): XmlName {
    if (guess !== undefined && sameName(guess.bytes, this.buffer, start, end)) return guess;
    const known = this.known.find(this.buffer, start, end);
    if (known) return known;
    const bytes = Buffer.from(this.buffer.subarray(start, end));
    const colon = bytes.indexOf(COLON);
    const local = bytes.toString('utf8', colon + 1);
    const prefix = colon < 0 ? '' : bytes.toString('utf8', 0, colon);
    const name: XmlName = {
      bytes,
      prefix,
      local,
      context: { name: local },
      role: roleOf(local),
      reserved: /^(?:xmlns$|xmlns:|xml:)/.test(bytes.toString('latin1')),
      element: edgeOf({ prefix, local }, '', false),
      attribute: edgeOf({ prefix, local }, '', true),
      elementEdges: new Map(),
      attributeEdges: new Map(),
      passage: undefined,
      detours: 0,
      child: undefined,
      attributes: [],
    };
    this.known.remember(name);
    return name;
  }

  private edge(name: XmlName, attribute: boolean): Edge {
    // An attribute without prefix is in no namespace, whatever the default is.
    const namespace = this.namespaced && !(attribute && name.prefix === '') ? this.namespaceOf(name.prefix) : '';
    if (namespace === '') return attribute ? name.attribute : name.element;
    const edges = attribute ? name.attributeEdges : name.elementEdges;
    let edge = edges.get(namespace);
    if (!edge) edges.set(namespace, (edge = edgeOf(name, namespace, attribute)));
    return edge;
  }

  private namespaceOf(prefix: string): string {
    for (let i = this.declarations.length - 1; i >= 0; i--) {
      if (this.declarations[i].prefix === prefix) return this.declarations[i].namespace;
    }
    return '';
  }

  private declare(): void {
    const { buffer, attributes } = this;
    for (let i = 0; i < this.attributeFields; i += ATTRIBUTE) {
      const name = buffer.toString('utf8', attributes[i + 1], attributes[i + 2]);
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
      const namespace = XML_TEXT.decode(buffer, attributes[i + 3], attributes[i + 4])
        .view()
        .toString('utf8');
      this.declarations.push({ depth: this.depth, prefix: name.slice('xmlns:'.length), namespace });
    }
  }

  private unexpected(at: number): MalformedContentError {
    return new MalformedContentError('the XML has a syntax error', this.offset + at);
  }
}

function edgeOf({ prefix, local }: Pick<XmlName, 'prefix' | 'local'>, namespace: string, attribute: boolean): Edge {
  return {
    name: local,
    qualifiedName: prefix === '' ? local : `${prefix}:${local}`,
    namespace,
    attribute,
    from: undefined,
    to: undefined,
  };
}

function sameName(name: Buffer, buffer: Buffer, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) {
    if (name[i] !== buffer[start + i]) return false;
  }
  return true;
}
