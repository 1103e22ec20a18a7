/**
 * Why a redaction could not be done. The message and the properties never hold a byte of the object: they can be
 * logged.
 */
export abstract class RedactionError extends Error {
  /** Stable name for callers and metrics, `^[A-Z][a-zA-Z]+$` as S3 asks of an error code. */
  public abstract readonly code: string;

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** The policy document is not valid: found when it is compiled, before any byte is read. */
export class PolicyError extends RedactionError {
  public readonly code = 'InvalidRedactionPolicy';
}

/** The object is of a type, charset or coding that the policy does not allow. */
export class UnsupportedContentError extends RedactionError {
  public readonly code = 'UnsupportedContent';
}

/** The object is not what it says it is: bad encoding, corrupt compressed data, a syntax error. */
export class MalformedContentError extends RedactionError {
  public readonly code = 'MalformedContent';

  /** @param offset of the offending byte in the decoded content, where known. */
  constructor(
    message: string,
    public readonly offset?: number,
  ) {
    super(message);
  }
}

/** One of the policy's limits was passed: expansion, nesting, size of one field. */
export class LimitExceededError extends RedactionError {
  public readonly code = 'RedactionLimitExceeded';

  constructor(
    public readonly limit: string,
    public readonly maximum: number,
  ) {
    super(
      `the limit '${limit}' of ${maximum} was passed; raise it in the policy's "limits" if the object is legitimate`,
    );
  }
}

/** push() or end() after the transform ended or failed. A failed transform never emits again. */
export class TransformEndedError extends RedactionError {
  public readonly code = 'TransformEnded';

  constructor() {
    super('the transform has already ended or failed; make a new session for each object');
  }
}
