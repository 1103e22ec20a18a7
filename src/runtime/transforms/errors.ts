import { RedactionError } from '../redaction/errors';

/**
 * Why a transform could not be done, besides what the redaction core says. The message never holds a byte of the
 * object.
 */
export class TransformError extends RedactionError {
  /** @param retriable whether the same request may succeed later */
  constructor(
    public readonly code: string,
    message: string,
    public readonly retriable = false,
  ) {
    super(message);
  }
}

/** A specification that no function could carry out: found when it is prepared, before any byte is read. */
export class SpecError extends RedactionError {
  public readonly code = 'InvalidView';
}
