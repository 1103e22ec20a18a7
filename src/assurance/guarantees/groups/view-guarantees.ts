import { Guarantee } from '../guarantee';
import * as views from '../view';
import * as callers from '../view-callers';
import type { CallerPolicyGuaranteeOptions, CallersTakeNoRoleGuaranteeOptions } from '../view-callers';
import * as functions from '../view-function';
import type { EndpointGuaranteeOptions } from '../view-function';
import type { ReadThroughViewOnlyGuaranteeOptions, ViewGuaranteeOptions } from '../view-options';

/** Guarantees of views: what callers read is transformed, and they read nothing else. */
export class ViewGuarantees {
  /** The callers of a view read nothing of the bucket but through it, by whatever access path they try. */
  public static readThroughViewOnly(options: ReadThroughViewOnlyGuaranteeOptions): Guarantee {
    return Guarantee._of(views.readThroughViewOnly(options));
  }

  /** Nobody but the callers gets the view, and nothing untransformed leaves it. */
  public static callersOnly(options: ViewGuaranteeOptions): Guarantee {
    return Guarantee._of(views.viewCallersOnly(options));
  }

  /**
   * Nobody but the callers calls the function that serves views by its URL, and nobody by hand. What policies that the
   * templates do not have give to others than the callers is not looked at.
   */
  public static endpointCallersOnly(options: EndpointGuaranteeOptions): Guarantee {
    return Guarantee._of(functions.endpointCallersOnly(options));
  }

  /** The callers can assume no role of the templates, so no other role gives them what they are denied. */
  public static callersCannotAssumeRoles(options: CallersTakeNoRoleGuaranteeOptions): Guarantee {
    return Guarantee._of(callers.callersCannotAssumeRoles(options));
  }

  /** The callers can read the view: every policy on the way lets them. */
  public static readable(options: ViewGuaranteeOptions): Guarantee {
    return Guarantee._of(views.viewReadable(options));
  }

  /**
   * The policy of the callers of a view keeps them from calling its function by hand, from changing it and from taking
   * its role, whatever else they may do. Asked of the AWS::IAM::ManagedPolicy.
   */
  public static callerPolicyBounds(options: CallerPolicyGuaranteeOptions): Guarantee {
    return Guarantee._of(callers.callerPolicyBounds(options));
  }
}
