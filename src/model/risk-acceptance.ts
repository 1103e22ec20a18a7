import { requireReason } from '../input/reason';

/**
 * A named person's acceptance of a decision that no code and no support case can take back.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-modes
 *
 * @example
 * Retention.compliance(Duration.days(2557), RiskAcceptance.irreversible('SEC 17a-4, approved by Legal'));
 */
export class RiskAcceptance {
  /**
   * Accepts what cannot be undone.
   *
   * @param reason The rule that asks for it and who approved it, as a sentence for an auditor.
   */
  public static irreversible(reason: string): RiskAcceptance {
    return new RiskAcceptance(requireReason('RiskAcceptance.irreversible(reason)', reason));
  }

  private constructor(
    /** The rule that asks for it and who approved it. */
    public readonly reason: string,
  ) {}
}
