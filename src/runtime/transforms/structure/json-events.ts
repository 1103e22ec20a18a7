import { Tokenizer, TokenType } from '@streamparser/json';
import { MalformedContentError, RedactionError } from '../../redaction/errors';
import type { StructureLimits } from '../limits';

/**
 * What a reader of JSON is told. Offsets are of bytes of UTF-8 in the document: of the value's first byte, and of the
 * byte after its last.
 */
export interface JsonListener {
  open(kind: 'object' | 'array', start: number): void;
  close(kind: 'object' | 'array', end: number): void;
  name(name: string): void;
  /** A number's value is its text: no digit is lost. */
  scalar(kind: 'string' | 'number' | 'literal', value: string, start: number): void;
  /** A document ended: several may follow each other with white space between them. */
  document(): void;
}

const BLOCK = 65_536;
/** Bytes that one byte of a string may be written with: \u0041. */
const ESCAPED = 6;

/** The tokenizer is asked for the text of a number instead of a double. */
class ExactTokenizer extends Tokenizer {
  protected override parseNumber(text: string): number {
    return text as unknown as number;
  }
}

const enum State {
  VALUE,
  FIRST_NAME,
  NAME,
  COLON,
  AFTER_VALUE,
  FIRST_ELEMENT,
}

/** The grammar of JSON over the tokens of a stream; it holds the open brackets and one token. */
export class JsonEvents {
  private readonly tokenizer = new ExactTokenizer({ separator: '' });
  private readonly open: Array<'object' | 'array'> = [];
  private readonly fields: number[] = [];
  private state = State.VALUE;
  private read = 0;
  private tokenStart = 0;

  constructor(
    private readonly limits: StructureLimits,
    private readonly listener: JsonListener,
  ) {
    this.tokenizer.onToken = ({ token, value, offset }) => this.token(token, value as string, offset);
    // What the listener threw comes back here.
    this.tokenizer.onError = (error) => {
      if (error instanceof RedactionError) throw error;
      this.fail();
    };
  }

  /** Whether it stands between documents. */
  public get between(): boolean {
    return this.open.length === 0 && this.state === State.VALUE;
  }

  public push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + BLOCK - (this.read % BLOCK));
      this.tokenizer.write(piece);
      at += piece.length;
      this.read += piece.length;
      // A token that still grows. It is looked at in fixed places of the document, so that the way the input is cut
      // does not matter.
      if (this.read % BLOCK === 0) this.limits.checkField((this.read - this.tokenStart - BLOCK) / ESCAPED);
    }
  }

  public end(): void {
    this.tokenizer.end();
    if (!this.between) this.fail();
  }

  private fail(): never {
    throw new MalformedContentError('the JSON is not valid', this.read);
  }

  private token(token: TokenType, value: string, offset: number): void {
    const { state } = this;
    this.tokenStart = offset;
    switch (token) {
      case TokenType.LEFT_BRACE:
        return this.begin('object', offset);
      case TokenType.LEFT_BRACKET:
        return this.begin('array', offset);
      case TokenType.RIGHT_BRACE:
        if (this.open.at(-1) !== 'object' || (state !== State.FIRST_NAME && state !== State.AFTER_VALUE)) this.fail();
        return this.finish(offset);
      case TokenType.RIGHT_BRACKET:
        if (this.open.at(-1) !== 'array' || (state !== State.FIRST_ELEMENT && state !== State.AFTER_VALUE)) this.fail();
        return this.finish(offset);
      case TokenType.COLON:
        if (state !== State.COLON) this.fail();
        this.state = State.VALUE;
        return;
      case TokenType.COMMA:
        if (state !== State.AFTER_VALUE) this.fail();
        this.state = this.open.at(-1) === 'object' ? State.NAME : State.VALUE;
        return;
      case TokenType.STRING:
        this.limits.checkField(value.length);
        if (state === State.FIRST_NAME || state === State.NAME) {
          this.limits.checkFields(++this.fields[this.fields.length - 1]);
          this.state = State.COLON;
          this.listener.name(value);
          return;
        }
        return this.scalar('string', value, offset);
      case TokenType.NUMBER:
        this.limits.checkField(value.length);
        return this.scalar('number', value, offset);
      case TokenType.TRUE:
        return this.scalar('literal', 'true', offset);
      case TokenType.FALSE:
        return this.scalar('literal', 'false', offset);
      case TokenType.NULL:
        return this.scalar('literal', 'null', offset);
      default:
        this.fail();
    }
  }

  private expectValue(): void {
    if (this.state !== State.VALUE && this.state !== State.FIRST_ELEMENT) this.fail();
  }

  private begin(kind: 'object' | 'array', offset: number): void {
    this.expectValue();
    this.open.push(kind);
    this.fields.push(0);
    this.limits.checkDepth(this.open.length);
    this.state = kind === 'object' ? State.FIRST_NAME : State.FIRST_ELEMENT;
    this.listener.open(kind, offset);
  }

  private finish(offset: number): void {
    this.fields.pop();
    this.listener.close(this.open.pop()!, offset + 1);
    this.after();
  }

  private scalar(kind: 'string' | 'number' | 'literal', value: string, offset: number): void {
    this.expectValue();
    this.listener.scalar(kind, value, offset);
    this.after();
  }

  private after(): void {
    this.state = this.open.length > 0 ? State.AFTER_VALUE : State.VALUE;
    if (this.open.length === 0) this.listener.document();
  }
}
