import { Token } from 'aws-cdk-lib';
import { requireOrigin } from '../input/origin';
import { validationError } from '../input/validation-error';

/** Options of `EndpointAuthorization.jwt()`. */
export interface JwtAuthorizationOptions {
  /** Who issues the tokens, as their claim `iss` says: an `https://` address. */
  readonly issuer: string;

  /** The audience of the tokens, as their claim `aud` says: at least one. */
  readonly audiences: string[];

  /**
   * Where the issuer's public keys are.
   *
   * @default - the issuer's `/.well-known/jwks.json`
   */
  readonly jwksUri?: string;

  /**
   * Pages of these origins may read the views in a browser, with their own tokens: scheme, host and port,
   * `https://*.example.com` for every name below a domain.
   *
   * @default - none: browsers let no page of another origin read
   * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
   */
  readonly allowedOrigins?: string[];
}

/**
 * How a `RedactingEndpoint` knows its callers.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 *
 * @example
 * EndpointAuthorization.jwt({ issuer: 'https://login.example.com/', audiences: ['reports'] });
 */
export class EndpointAuthorization {
  /**
   * By IAM: callers sign their requests (Signature Version 4, service `lambda`) and are the principals of the views.
   * They call the function's own URL, since CloudFront can check no signature, and nothing is cached.
   */
  public static iam(): EndpointAuthorization {
    return new EndpointAuthorization();
  }

  /**
   * By a token in the header `Authorization: Bearer`, behind CloudFront. Views name the claims that their callers have.
   */
  public static jwt(options: JwtAuthorizationOptions): EndpointAuthorization {
    for (const [property, address] of [
      ['issuer', options.issuer],
      ['jwksUri', options.jwksUri],
    ] as const) {
      if (address === undefined || Token.isUnresolved(address) || /^https:\/\/[^\s]+$/.test(address)) continue;
      throw validationError({
        property,
        actual: address,
        expected: 'an address that begins with "https://"',
        hint: "write it as the issuer's metadata does",
      });
    }
    if (options.audiences.length === 0) {
      throw validationError({
        property: 'audiences',
        actual: '[]',
        expected: 'at least one audience, or tokens for other services would be taken',
        hint: 'name the audience of your tokens',
      });
    }
    for (const origin of options.allowedOrigins ?? []) {
      requireOrigin('allowedOrigins', origin);
      if (Token.isUnresolved(origin)) {
        throw validationError({
          property: 'allowedOrigins',
          actual: 'a value known at deployment only',
          expected: 'literal origins',
          hint: 'Write the origin itself',
        });
      }
    }
    return new EndpointAuthorization(options);
  }

  private constructor(
    /** The rules of the tokens; absent with IAM. */
    public readonly jwtOptions?: JwtAuthorizationOptions,
  ) {}
}
