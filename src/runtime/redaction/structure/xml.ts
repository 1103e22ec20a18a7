import { bytesOf, ESCAPES, type FieldScheme, PERCENT } from './field-scheme';
import { GivenNames, Role } from './idioms';
import { needsNamespaces, PathMachine, xmlPaths, type PathState } from './path';
import { DEFAULT_DEPTH, DEFAULT_FIELDS, StructuredTransform, type StructureOptions } from './structured-transform';
import {
  LESS,
  GREATER,
  SLASH,
  AMPERSAND,
  NUMBER_SIGN,
  PERCENT_SIGN,
  BANG,
  QUESTION,
  DASH,
  OPEN_BRACKET,
  TEXT_MARKS,
  SPACE,
  NAME_STOP,
  INCOMPLETE,
} from './xml-bytes';
import { type Passage, sameName, type XmlName, XmlNames } from './xml-names';
import { follows, learn, NAMES_WITH_PASSAGES } from './xml-passages';
import { ATTRIBUTE, XmlTag } from './xml-tag';
import { checkReferences, XML_CDATA, XML_COMMENT, XML_INSTRUCTION, XML_TEXT } from './xml-text';
import type { FieldContext } from '../contract';
import { LimitExceededError, MalformedContentError, UnsupportedContentError } from '../errors';

const TAG_STOP = bytesOf('<>"\'');
const CDATA = Buffer.from('<![CDATA[');
const COMMENT = Buffer.from('<!--');
const DOCTYPE = Buffer.from('<!DOCTYPE');

const REMEMBERED_ATTRIBUTES = 32;
/**
 * XML. Texts, CDATA sections, attribute values, comments and processing instructions are fields. Nothing is expanded: a
 * document type with declarations of its own and references to entities that only it could define are refused.
 * @see https://www.w3.org/TR/xml/
 */
export class XmlTransform extends StructuredTransform {
  private readonly machine: PathMachine;
  private readonly maxDepth: number;
  private readonly givenNames = new GivenNames();
  private readonly names: XmlNames;
  /** The tag at hand. */
  private readonly tag: XmlTag;

  private depth = 0;
  private readonly elements: XmlName[] = [];
  private readonly states: PathState[] = [];
  private rootSeen = false;
  private anything = false;
  /** Within an element that is dropped, at this depth. */
  private skipping = false;
  private dropDepth = 0;

  /** In a token that is not whole yet: how much of it was looked at, and the quote that is open there. */
  private scanned = 0;
  private openQuote = 0;

  /** Where the passage began that the scan may be in, or -1, and the elements that ended in it so far. */
  private passageStart = -1;
  private readonly passageEnds: XmlName[] = [];
  /** The name of the tag at hand, if the passage before it told. */
  private expected: XmlName | undefined;

  constructor(options: StructureOptions) {
    super(options, { end: LESS, first: NUMBER_SIGN, last: AMPERSAND });
    const { fields, limits } = options.policy;
    this.machine = new PathMachine(xmlPaths(fields));
    this.names = new XmlNames(needsNamespaces(fields));
    this.maxDepth = limits?.depth ?? DEFAULT_DEPTH;
    this.tag = new XmlTag(limits?.fields ?? DEFAULT_FIELDS, (at) => this.unexpected(at));
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
      if (
        passage !== undefined &&
        !this.skipping &&
        follows(passage, buffer, length, start, this.elements, this.depth)
      ) {
        return this.pass(passage, start);
      }
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

  private pass({ bytes, ends, opens }: Passage, start: number): number {
    const nameEnd = start + bytes.length;
    const tag = nameEnd - opens.bytes.length - 1;
    for (let i = 0; i < ends.length; i++) this.close(tag);
    if (this.buffer[nameEnd] !== GREATER) {
      this.expected = opens;
      return tag;
    }
    this.tag.attributeFields = 0;
    this.open(tag, opens);
    return nameEnd + 1;
  }

  private startTag(start: number): number {
    if (this.scanned > 0 && this.tagEnd(start) === INCOMPLETE) return INCOMPLETE;
    this.openQuote = 0;
    const end = this.tag.read(this.buffer, this.length, start);
    if (end === INCOMPLETE) {
      // The next attempts look for the end alone.
      this.tagEnd(start);
      return INCOMPLETE;
    }
    this.checkFieldLength(end - start);
    const element = this.elementName(start + 1, this.tag.nameEnd);
    if (this.passageStart >= 0 && this.depth > 0 && this.names.size <= NAMES_WITH_PASSAGES) {
      learn(this.passageEnds, this.buffer, this.passageStart, this.tag.nameEnd, element);
    }
    this.passageStart = -1;
    this.open(start, element);
    if (this.tag.selfClosing) this.close(end);
    return end;
  }

  private open(start: number, element: XmlName): void {
    const { depth } = this;
    if (depth === 0 && this.rootSeen) throw this.unexpected(start);
    if (depth === this.maxDepth) throw new LimitExceededError('depth', this.maxDepth);
    this.rootSeen = true;
    this.names.declare(this.buffer, this.tag, depth);

    const parent = depth === 0 ? this.machine.root : this.states[depth - 1];
    const state = parent.closed ? parent : parent.child(this.names.edge(element, false));
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
    for (let i = 0; i < this.tag.attributeFields; i += ATTRIBUTE) this.attribute(element, state, i);
  }

  private close(end: number): void {
    this.depth--;
    if (this.skipping && this.depth === this.dropDepth) {
      this.dropTo(end);
      this.skipping = false;
    }
    this.names.leave(this.depth);
  }

  private attribute(element: XmlName, state: PathState, at: number): void {
    const { attributes } = this.tag;
    const start = attributes[at + 3];
    const end = attributes[at + 4];
    const index = at / ATTRIBUTE;
    const name = this.names.find(this.buffer, attributes[at + 1], attributes[at + 2], element.attributes[index]);
    if (index < REMEMBERED_ATTRIBUTES) element.attributes[index] = name;
    if (name.reserved) return;
    const own = state.closed ? state : state.child(this.names.edge(name, true));
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
      const given = this.givenNames.find(this.buffer, this.tag.attributes[i + 3], this.tag.attributes[i + 4]);
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
    const name = this.names.find(this.buffer, start, end, this.expected ?? parent?.child);
    if (parent !== undefined && this.expected === undefined) parent.child = name;
    this.expected = undefined;
    return name;
  }

  private unexpected(at: number): MalformedContentError {
    return new MalformedContentError('the XML has a syntax error', this.offset + at);
  }
}
