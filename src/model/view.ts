import type * as iam from 'aws-cdk-lib/aws-iam';
import type { RedactionPolicy } from './redaction-policy';
import { Transform } from './transform';
import { requirePrefix } from '../input/prefix';
import { validationError } from '../input/validation-error';

/** Whether the length of a view is known before it is made. */
export enum ViewLength {
  /** No Content-Length, in GET and HEAD alike: the fastest. */
  CHUNKED = 'chunked',
  /** HEAD and Range run the transforms once to know it. */
  MEASURED = 'measured',
  /**
   * Every transform keeps the length (`RedactionAction.mask()` and `partial()` alone); an answer of another length is
   * cut off.
   */
  KEPT = 'kept',
}

/** What every view may have. */
export interface ViewOptions {
  /**
   * Who gets this view, and nothing but it: roles and users by name.
   *
   * @default - nobody by IAM: fit for a `RedactingEndpoint` that knows its callers by their token
   */
  readonly principals?: iam.IGrantable[];

  /**
   * Claims of a token, each the value or one of those allowed, for a `RedactingEndpoint` with
   * `EndpointAuthorization.jwt`.
   *
   * @default - none
   */
  readonly claims?: { [claim: string]: string[] };

  /**
   * Key prefixes that the view has, each ending in `/`; other objects do not exist for it.
   *
   * @default - every object
   */
  readonly prefixes?: string[];

  /**
   * Whether the callers may list keys.
   *
   * @default false - keys can hold what the objects are redacted of
   */
  readonly listing?: boolean;

  /**
   * Whether the length is known beforehand.
   *
   * @default ViewLength.MEASURED
   */
  readonly length?: ViewLength;
}

/** Options of `View.redacted()`. */
export interface RedactedViewOptions extends ViewOptions {
  /** What is found and what becomes of it. */
  readonly policy: RedactionPolicy;

  /**
   * What is done to each object before it is redacted, such as turning XML into JSON whose fields the policy names.
   *
   * @default - nothing
   */
  readonly before?: Transform;
}

/** Options of `View.enriched()` and `View.transformed()`. */
export interface TransformedViewOptions extends ViewOptions {
  /** What is done to each object. */
  readonly transform: Transform;
}

/**
 * How the objects of a bucket look to some of its callers.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/transforming-objects.html
 *
 * @example
 * declare const analyticsRole: iam.Role;
 * View.redacted('analytics', { policy: RedactionPolicy.standard(), principals: [analyticsRole] });
 */
export class View {
  /** Objects without what the policy finds. @param name Small letters, digits and hyphens, at most 20. */
  public static redacted(name: string, options: RedactedViewOptions): View {
    if (!options.policy) {
      throw validationError({
        property: 'policy',
        actual: undefined,
        expected: 'a RedactionPolicy',
        hint: `pass View.redacted('${name}', { policy: RedactionPolicy.standard() })`,
      });
    }
    const redact = Transform.redact(options.policy);
    return new View(name, options.before ? Transform.chain(options.before, redact) : redact, options);
  }

  /**
   * Objects with fields added, by a transform that has an enrichment in it.
   * @param name Small letters, digits and hyphens, at most 20.
   */
  public static enriched(name: string, options: TransformedViewOptions): View {
    return new View(name, transformOf(name, options), options);
  }

  /** Objects as a transform makes them. @param name Small letters, digits and hyphens, at most 20. */
  public static transformed(name: string, options: TransformedViewOptions): View {
    return new View(name, transformOf(name, options), options);
  }

  /** The callers that IAM knows. */
  public readonly principals: iam.IGrantable[];

  private constructor(
    /** The name. */
    public readonly name: string,
    /** What is done to each object. */
    public readonly transform: Transform,
    /** @internal */
    public readonly _options: ViewOptions,
  ) {
    if (!/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/.test(name) || name.includes('--')) {
      throw validationError({
        property: 'name',
        actual: name,
        expected: 'small letters, digits and single hyphens, at most 20, a letter first',
        hint: "rename the view; the name becomes part of its access point's",
      });
    }
    if (_options.principals?.length === 0) {
      throw validationError({
        property: 'principals',
        actual: '[]',
        expected: 'at least one role or user',
        hint: `name who gets the view "${name}", or leave "principals" out`,
      });
    }
    if (_options.prefixes?.length === 0) {
      throw validationError({
        property: 'prefixes',
        actual: '[]',
        expected: 'at least one prefix',
        hint: 'leave "prefixes" out for every object',
      });
    }
    _options.prefixes?.forEach((prefix) => requirePrefix('prefixes', prefix));
    this.principals = _options.principals ?? [];
  }

  /** @internal Whether it takes something away from every object. */
  public get _isRedacting(): boolean {
    return (this.transform._facts.hashes ?? []).length > 0;
  }
}

function transformOf(name: string, { transform }: TransformedViewOptions): Transform {
  if (!transform) {
    throw validationError({
      property: 'transform',
      actual: undefined,
      expected: 'a Transform',
      hint: `say what is done to the objects of the view "${name}", for example Transform.xmlToJson()`,
    });
  }
  return transform;
}
