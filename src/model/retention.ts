import type { Duration } from 'aws-cdk-lib';
import type { RiskAcceptance } from './risk-acceptance';
import { validationError } from '../input/validation-error';
import { literalDays, MAX_DAYS } from '../input/whole-days';

/** What a retention means to those who would like to delete. */
export enum RetentionMode {
  /** Only who may `s3:BypassGovernanceRetention`, and says so in the request, can delete or shorten. */
  GOVERNANCE = 'GOVERNANCE',
  /** Nobody can delete or shorten before the time, the root user and AWS Support included. */
  COMPLIANCE = 'COMPLIANCE',
}

/** Options of a retention that the bucket gives to every object. */
export interface RetentionOptions {
  /**
   * The shortest retention that an upload may name for its object, in whole days from the request.
   *
   * @default - the retention of the bucket: no object may have less
   */
  readonly minimum?: Duration;

  /**
   * The longest retention that anybody may give to an object, in whole days from the request. It keeps a typing mistake
   * from locking an object for a century.
   *
   * @default - ten years (3,650 days) more than the retention of the bucket, at most S3's 36,500 days
   */
  readonly maximum?: Duration;

  /**
   * Keeps every object for as long as its event is open, and for this many whole days after a retention officer has
   * released it: "six years after the contract ended".
   *
   * @default - no event hold: the retention counts from the upload
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-defaulteventhold.html
   */
  readonly eventHold?: Duration;
}

/** Options of a retention that each upload names for itself. */
export interface PerObjectRetentionOptions {
  /**
   * The shortest retention that may be named, in whole days from the request.
   *
   * @default Duration.days(1)
   */
  readonly minimum?: Duration;

  /** The longest retention that may be named, in whole days from the request. */
  readonly maximum: Duration;
}

interface Period {
  readonly days?: number;
  readonly years?: number;
}

const MAX_YEARS = 100;
const ROOM_TO_EXTEND = 3650;

/**
 * For how long nobody may delete an object.
 *
 * | | who can delete early | default for every object |
 * |---|---|---|
 * | `compliance()`, `complianceYears()` | nobody | yes |
 * | `governance()`, `governanceYears()` | the retention officers, who must ask for it in the request | yes |
 * | `compliancePerObject()`, `governancePerObject()` | as above | no: an object has the retention that its upload or a later request names |
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 *
 * @example
 * Retention.governance(Duration.days(365), { maximum: Duration.days(730) });
 */
export class Retention {
  /**
   * Nobody can delete or shorten, the root user included, until the period after an object's upload is over. It cannot
   * be undone.
   *
   * @param period 1 to 36,500 whole days.
   * @param acceptance Who accepts that it cannot be undone, and why.
   */
  public static compliance(period: Duration, acceptance: RiskAcceptance, options: RetentionOptions = {}): Retention {
    return new Retention(RetentionMode.COMPLIANCE, inDays(period), options, acceptance);
  }

  /**
   * The same in years as S3 counts them.
   * @param years 1 to 100, whole.
   * @param acceptance Who accepts that it cannot be undone, and why.
   */
  public static complianceYears(years: number, acceptance: RiskAcceptance, options: RetentionOptions = {}): Retention {
    return new Retention(RetentionMode.COMPLIANCE, inYears(years), options, acceptance);
  }

  /** Only retention officers can delete or shorten before the period is over. @param period 1 to 36,500 whole days. */
  public static governance(period: Duration, options: RetentionOptions = {}): Retention {
    return new Retention(RetentionMode.GOVERNANCE, inDays(period), options);
  }

  /** The same in years as S3 counts them. @param years 1 to 100, whole. */
  public static governanceYears(years: number, options: RetentionOptions = {}): Retention {
    return new Retention(RetentionMode.GOVERNANCE, inYears(years), options);
  }

  /**
   * No default: an object is locked in compliance mode when its upload, or a later `PutObjectRetention`, names a
   * retention.
   *
   * @param acceptance Who accepts that it cannot be undone, and why.
   */
  public static compliancePerObject(acceptance: RiskAcceptance, options: PerObjectRetentionOptions): Retention {
    return new Retention(RetentionMode.COMPLIANCE, {}, options, acceptance);
  }

  /**
   * No default: an object is locked in governance mode when its upload, or a later `PutObjectRetention`, names a
   * retention.
   */
  public static governancePerObject(options: PerObjectRetentionOptions): Retention {
    return new Retention(RetentionMode.GOVERNANCE, {}, options);
  }

  /** The default retention in days, if it was given in days. */
  public readonly days?: number;
  /** The default retention in years, if it was given in years. */
  public readonly years?: number;
  /** The shortest retention that may be named, in days. */
  public readonly minimumDays: number;
  /** The longest retention that may be named, in days. */
  public readonly maximumDays: number;
  /** How long an object is kept after its event hold is released, in days, if there are event holds. */
  public readonly eventHoldDays?: number;

  private constructor(
    /** Whether anybody can delete early. */
    public readonly mode: RetentionMode,
    period: Period,
    options: RetentionOptions,
    /** Who accepts that it cannot be undone; there in compliance mode. */
    public readonly acceptance?: RiskAcceptance,
  ) {
    if (mode === RetentionMode.COMPLIANCE && !acceptance) {
      throw validationError({
        property: 'acceptance',
        actual: undefined,
        expected: 'an explicit acceptance, since compliance mode cannot be undone by anybody',
        hint: "pass RiskAcceptance.irreversible('the rule that asks for it, and who approved it')",
      });
    }
    this.days = period.days;
    this.years = period.years;
    // A year of S3 may be a day longer than 365: the shorter reading bounds from below, the longer one from above.
    const atLeast = this.days ?? (this.years ?? 0) * 365;
    this.minimumDays = options.minimum ? literalDays('minimum', options.minimum) : Math.max(1, atLeast);
    this.maximumDays = options.maximum
      ? literalDays('maximum', options.maximum)
      : Math.min(MAX_DAYS, this.longestDefaultDays + ROOM_TO_EXTEND);
    this.eventHoldDays = options.eventHold && literalDays('eventHold', options.eventHold);
    if (this.maximumDays < Math.max(this.minimumDays, Math.min(MAX_DAYS, this.longestDefaultDays))) {
      throw validationError({
        property: 'maximum',
        actual: `${this.maximumDays} days`,
        expected:
          'no less than the minimum and the retention of the bucket, ' +
          `${Math.max(this.minimumDays, this.longestDefaultDays)} days`,
        hint: 'raise "maximum", or lower the other one',
      });
    }
  }

  /** Whether the bucket gives a retention to every object. */
  public get isDefault(): boolean {
    return this.days !== undefined || this.years !== undefined;
  }

  /** The default retention in days, by the longest reading of a year; 0 where there is no default. */
  public get longestDefaultDays(): number {
    return this.days ?? (this.years ?? 0) * 366;
  }

  /**
   * The default retention in words.
   *
   * @internal
   */
  public get _inWords(): string {
    if (this.days !== undefined) {
      return this.days < 365
        ? count(this.days, 'day')
        : `${this.days} days (about ${(this.days / 365.25).toFixed(1)} years)`;
    }
    if (this.years !== undefined) return count(this.years, 'year');
    return `the period that its upload names (${this.minimumDays} to ${this.maximumDays} days)`;
  }
}

function inDays(period: Duration): Period {
  return { days: literalDays('period', period) };
}

function inYears(years: number): Period {
  if (!Number.isInteger(years) || years < 1 || years > MAX_YEARS) {
    throw validationError({
      property: 'years',
      actual: years,
      expected: `a whole number from 1 to ${MAX_YEARS}`,
      hint: 'give shorter periods in days',
    });
  }
  return { years };
}

function count(amount: number, unit: string): string {
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
