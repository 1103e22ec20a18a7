import * as s3 from 'aws-cdk-lib/aws-s3';
import { AccessPointDelegation } from '../../model/access-point-delegation';
import { DirectAccess } from '../../model/direct-access';
import { NetworkOrigin } from '../../model/network-origin';
import type { Team } from '../../model/team';

/** Properties of `TeamAccessPoints`. */
export interface TeamAccessPointsProps {
  /** The bucket that the teams share: a `SecureBucket`, or any bucket that this app creates. */
  readonly bucket: s3.IBucketRef;

  /** The teams, each with its access point. */
  readonly teams: Team[];

  /**
   * From where the access points take requests. A change replaces them.
   *
   * @default NetworkOrigin.internet()
   */
  readonly origin?: NetworkOrigin;

  /**
   * Prefixes on which teams may overlap, those of other `TeamAccessPoints` of the bucket included, or
   * `Team.WHOLE_BUCKET`.
   *
   * @default - none: an overlap is an error, but for a team that reads exactly what another one writes
   */
  readonly sharedPrefixes?: string[];

  /**
   * Whether objects are still reached by the bucket's own name.
   *
   * @default DirectAccess.allowed()
   */
  readonly directAccess?: DirectAccess;

  /**
   * Which access points the bucket trusts. Anything but the default trusts more than what is made here.
   *
   * @default - these access points by name; `AccessPointDelegation.namesBeginningWith('lake-', reason)` and
   * `wholeAccount(reason)` need constant room
   */
  readonly trust?: AccessPointDelegation;

  /**
   * How many teams there will be one day. More than a hundred access points are put into nested stacks, which the names
   * of the access points tell; so whoever grows beyond says it before people write the names down.
   *
   * @default - as many as there are
   */
  readonly expectedTeams?: number;
}
