import { readFileSync } from 'node:fs';
import { validationError } from '../input/validation-error';
import { compilePolicy } from '../runtime/redaction/compiled-policy';
import type { Action, RedactionPolicyDocument } from '../runtime/redaction/policy';

/**
 * How a finding is replaced.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-use-cases.html
 *
 * @example
 * RedactionPolicy.standard({ kinds: { card: RedactionAction.partial(4), email: RedactionAction.pseudonym() } });
 */
export class RedactionAction {
  /** `[EMAIL]`, or the text given. @param text At most 64 bytes, of letters and blanks. */
  public static label(text?: string): RedactionAction {
    return new RedactionAction({ type: 'label', label: text });
  }

  /** Each byte becomes `*`: the object keeps its length. */
  public static mask(): RedactionAction {
    return new RedactionAction({ type: 'mask' });
  }

  /**
   * All letters and digits but the last ones become `*`; the object keeps its length.
   * @param keep How many stay, 1 to 8; 4 if left out.
   */
  public static partial(keep?: number): RedactionAction {
    return new RedactionAction({ type: 'partial', keep });
  }

  /** The same value gives the same stand-in under one key: a construct with such a policy needs `keySecret`. */
  public static pseudonym(): RedactionAction {
    return new RedactionAction({ type: 'pseudonym' });
  }

  /** The year of a date, the network of an address, the domain of an e-mail; a label where nothing is defined. */
  public static generalize(): RedactionAction {
    return new RedactionAction({ type: 'generalize' });
  }

  /** The finding is cut out; of a field that a rule names, the field. */
  public static drop(): RedactionAction {
    return new RedactionAction({ type: 'drop' });
  }

  /** It stays as it is. */
  public static keep(): RedactionAction {
    return new RedactionAction({ type: 'keep' });
  }

  private constructor(
    /** @internal */
    public readonly _action: Action,
  ) {}
}

/** A field of a structured format and what becomes of it. */
export interface RedactionField {
  /**
   * JSON: `$.customer.emails[*]`, `$..phone`. CSV: a header, or `#3`. XML: `/order/customer/@id`. Logs: the key or the
   * field's name.
   */
  readonly path: string;

  /**
   * What it is counted and labelled as.
   *
   * @default 'field'
   */
  readonly kind?: string;

  /**
   * What becomes of it.
   *
   * @default - the policy's action for the kind
   */
  readonly action?: RedactionAction;
}

/** Options of `RedactionPolicy.standard()`. */
export interface StandardRedactionOptions {
  /**
   * A name for reports.
   *
   * @default - none
   */
  readonly name?: string;

  /**
   * Action by kind, `email` or `card` for example.
   *
   * @default - `defaultAction` for all
   * @see https://github.com/cdk-s3-strongbox/cdk-s3-strongbox/blob/main/docs/redaction.md
   */
  readonly kinds?: { [kind: string]: RedactionAction };

  /**
   * For every kind that `kinds` does not name.
   *
   * @default RedactionAction.label()
   */
  readonly defaultAction?: RedactionAction;

  /**
   * ISO 3166 codes whose national phone formats and identity numbers count without a context word.
   *
   * @default - none
   */
  readonly regions?: string[];

  /**
   * Fields of structured formats with a rule of their own.
   *
   * @default - none
   */
  readonly fields?: RedactionField[];
}

/**
 * What is found in an object and what becomes of it. It is the document that `cdk-s3-strongbox redact --policy` and the
 * functions read, checked by the same code and known by the same hash.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-use-cases.html
 *
 * @example
 * RedactionPolicy.standard({ regions: ['US', 'DE'], fields: [{ path: '$..name', kind: 'name' }] });
 */
export class RedactionPolicy {
  /** Every detector of the library is on; what it finds becomes a label. */
  public static standard(options: StandardRedactionOptions = {}): RedactionPolicy {
    const { name, defaultAction, regions, fields } = options;
    const kinds =
      options.kinds && Object.fromEntries(Object.entries(options.kinds).map(([kind, { _action }]) => [kind, _action]));
    return RedactionPolicy.fromDocument({
      version: 1,
      name,
      defaultAction: defaultAction?._action,
      kinds,
      regions,
      fields: fields?.map(({ path, kind, action }) => ({ path, kind, action: action?._action })),
    });
  }

  /**
   * A policy document as an object.
   *
   * @throws naming the property of the document that is wrong
   */
  public static fromDocument(document: { [property: string]: any }): RedactionPolicy {
    // What is undefined in an object is nothing in JSON, and the hash is of the JSON.
    const plain = JSON.parse(JSON.stringify(document)) as RedactionPolicyDocument;
    return new RedactionPolicy(plain, compilePolicy(plain).hash);
  }

  /**
   * A policy document in a JSON file.
   *
   * @throws if the file cannot be read, is no JSON, or is no policy
   */
  public static fromFile(path: string): RedactionPolicy {
    let document: { [property: string]: any };
    try {
      document = JSON.parse(readFileSync(path, 'utf8'));
    } catch (error) {
      throw validationError({
        property: 'path',
        actual: path,
        expected: `a file with a redaction policy as JSON (${(error as Error).message})`,
        hint: 'give the path of the file, as seen from where the app is synthesized',
      });
    }
    return RedactionPolicy.fromDocument(document);
  }

  private constructor(
    /** @internal */
    public readonly _document: RedactionPolicyDocument,
    /** SHA-256 of the document and of the detectors' own version, in hex: every redacted object's ETag covers it. */
    public readonly hash: string,
  ) {}

  /** The document, as the functions read it. */
  public toDocument(): { [property: string]: any } {
    return structuredClone(this._document);
  }

  /** @internal Whether the functions need a secret for it. */
  public get _usesPseudonyms(): boolean {
    const { defaultAction, kinds, fields } = this._document;
    return [defaultAction, ...Object.values(kinds ?? {}), ...(fields ?? []).map(({ action }) => action)].some(
      (action) => action?.type === 'pseudonym',
    );
  }
}
