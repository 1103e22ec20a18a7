import type { NamedDelivery } from '../../model/deliveries';
import * as archive from '../archive';
import { deliveryWorks } from '../delivery';
import { deliveryOnlyFromHere } from '../delivery-source';
import { grantedAccessWorks } from '../granted-access';
import { Guarantee } from '../guarantee';
import type { ServiceUploadsGuaranteeOptions, SourcesGuaranteeOptions } from '../guarantee-options';
import * as logs from '../log';

/** Guarantees of what AWS services deliver into a bucket, and of what they may not. */
export class DeliveryGuarantees {
  /** Server access logs are written only for buckets of the bucket's own account. */
  public static accessLogsOnlyFromAccount(): Guarantee {
    return Guarantee._of(logs.logDeliveryOnlyFromAccount());
  }

  /**
   * Server access logs of the buckets that name this one as their target (or, without any, of the account's buckets)
   * are delivered.
   */
  public static accessLogsAllowed(): Guarantee {
    return Guarantee._of(logs.logDeliveryAllowed());
  }

  /** CloudTrail can deliver the trails of the account. */
  public static cloudTrailAllowed(): Guarantee {
    return Guarantee._of(logs.cloudTrailDeliveryAllowed());
  }

  /**
   * Each AWS service that the templates ask to deliver into the bucket, under its own name, may do so by the policies
   * of the bucket and of its key.
   */
  public static work(): Guarantee {
    return Guarantee._of(deliveryWorks());
  }

  /**
   * One delivery that the bucket is opened for works, whether or not its source is in the templates.
   *
   * @internal
   */
  public static _workOf(named: NamedDelivery): Guarantee {
    return Guarantee._of(deliveryWorks(named));
  }

  /**
   * What the templates let a role or user do with the objects can be done: by policies of theirs or of the bucket, or
   * because the configuration of an AWS service names the role and the encryption.
   *
   * Of a role it counts where its requests can come from: a Lambda function without a VPC uses no VPC endpoint. A grant
   * that some request can use holds, whatever else is denied; a grant that is denied to every request does not, nor
   * does one without the rights on the KMS key of the bucket that reading and writing need.
   */
  public static grantedAccessWorks(): Guarantee {
    return Guarantee._of(grantedAccessWorks());
  }

  /**
   * No AWS service that the policy names acts for a source outside the account, or the accounts and organizations that
   * are named. Whom else a perimeter trusts does not count: a service acts for somebody only where a control says so.
   */
  public static onlyFromHere(options: SourcesGuaranteeOptions = {}): Guarantee {
    return Guarantee._of(deliveryOnlyFromHere(options.accounts, options.organizations));
  }

  /**
   * Log delivery writes objects, for buckets that it names, and does nothing else.
   * @param sources pattern of the ARNs of source buckets
   */
  public static accessLogsBounded(sources?: string): Guarantee {
    return Guarantee._of(logs.logDeliveryBounded(sources));
  }

  /**
   * An AWS service can upload for an account's resources whatever encryption it names: no deny that is meant for
   * clients hits it.
   */
  public static uploadsAllowed(options: ServiceUploadsGuaranteeOptions): Guarantee {
    return Guarantee._of(logs.serviceUploadsAllowed(options));
  }

  /**
   * S3 Inventory writes lists below the prefix for buckets of this account, and does nothing else.
   * @param prefix ends in a slash
   */
  public static inventoryBounded(prefix: string): Guarantee {
    return Guarantee._of(archive.inventoryDeliveryBounded(prefix));
  }
}
