import {
  EQUALS,
  GREATER,
  INCOMPLETE,
  LESS,
  NAME_START,
  NAME_STOP,
  QUOTE,
  APOSTROPHE,
  SLASH,
  SPACE,
  TEXT_MARKS,
} from './xml-bytes';
import { LimitExceededError } from '../errors';

/** What is noted of an attribute: where the space before it begins, name, value, from and to; the value's marks. */
export const ATTRIBUTE = 6;

/** The start tag at hand. */
export class XmlTag {
  public attributes = new Int32Array(64);
  public attributeFields = 0;
  public nameEnd = 0;
  public selfClosing = false;

  constructor(
    private readonly maxFields: number,
    private readonly unexpected: (at: number) => Error,
  ) {}

  /**
   * Takes the tag at `start` of the window apart.
   * @returns the position behind it
   */
  public read(buffer: Buffer, length: number, start: number): number {
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
}
