import { Size, SizeRoundingBehavior } from 'aws-cdk-lib';
import { validationError } from '../input/validation-error';

/** S3 takes no more in one PUT or form. */
const MAX_BYTES = 5 * 1024 ** 3;

/** What an upload by a presigned URL or form may be. */
export interface PresignedUploadOptions {
  /**
   * Media types that may be uploaded: `application/pdf`, or all of a kind as `image/*`. At least one. S3 does not look
   * into the content: it is the type that the upload states.
   */
  readonly contentTypes: string[];

  /** The biggest upload, at most 5 GiB. */
  readonly maximumSize: Size;

  /**
   * The smallest upload.
   *
   * @default Size.bytes(1)
   */
  readonly minimumSize?: Size;
}

/**
 * What a presigned URL may be for.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 *
 * @example
 * PresignedOperation.upload({ contentTypes: ['application/pdf', 'image/*'], maximumSize: Size.mebibytes(10) });
 */
export class PresignedOperation {
  /** GET of one object, which browsers save rather than show. */
  public static download(): PresignedOperation {
    return new PresignedOperation('get');
  }

  /** PUT of one object whose exact size, type and SHA-256 are signed in. */
  public static upload(options: PresignedUploadOptions): PresignedOperation {
    return new PresignedOperation('put', ruleOf(options));
  }

  /** A form (POST) for one object whose type and SHA-256 its policy names, and whose size it bounds. */
  public static form(options: PresignedUploadOptions): PresignedOperation {
    return new PresignedOperation('post', ruleOf(options));
  }

  private constructor(
    /** `get`, `put` or `post`, as a request to the issuer names it. */
    public readonly name: string,
    /** @internal */
    public readonly _rule?: {
      readonly contentTypes: string[];
      readonly minimumBytes: number;
      readonly maximumBytes: number;
    },
  ) {}
}

function ruleOf({ contentTypes, maximumSize, minimumSize = Size.bytes(1) }: PresignedUploadOptions) {
  if (contentTypes.length === 0) {
    throw validationError({
      property: 'contentTypes',
      actual: '[]',
      expected: 'at least one media type',
      hint: 'write for example "application/pdf"',
    });
  }
  for (const type of contentTypes) {
    if (!/^[a-z0-9][a-z0-9!#$&^_.+-]*\/(\*|[a-z0-9][a-z0-9!#$&^_.+-]*)$/i.test(type)) {
      throw validationError({
        property: 'contentTypes',
        actual: type,
        expected: 'a media type without parameters, or all of one kind',
        hint: 'write for example "application/pdf" or "image/*"',
      });
    }
  }
  const bytes = (property: string, size: Size, least: number) => {
    const amount = size.isUnresolved() ? NaN : size.toBytes({ rounding: SizeRoundingBehavior.NONE });
    if (!Number.isInteger(amount) || amount < least || amount > MAX_BYTES) {
      throw validationError({
        property,
        actual: size.isUnresolved() ? 'a token, which only the deployment knows' : `${amount} bytes`,
        expected: `${least} bytes to 5 GiB, which S3 takes in one request`,
        hint: 'pass for example Size.mebibytes(10)',
      });
    }
    return amount;
  };
  const minimumBytes = bytes('minimumSize', minimumSize, 0);
  return { contentTypes, minimumBytes, maximumBytes: bytes('maximumSize', maximumSize, Math.max(1, minimumBytes)) };
}
