import * as alarms from '../alarm';
import { Guarantee } from '../guarantee';
import * as logTables from '../log-table';
import * as trails from '../trail';

/** Guarantees of logs, trails and alarms. */
export class AuditGuarantees {
  /**
   * Each table over the access logs in this bucket lies where a bucket logs to, and each bucket that logs here has a
   * table that reads it.
   */
  public static tablesMatchLogs(): Guarantee {
    return Guarantee._of(logTables.logTablesMatchLogs());
  }

  /**
   * Every read and write of the bucket's objects is recorded by a trail of the templates. Requests by an access point
   * are events of its own.
   */
  public static objectEventsRecorded(): Guarantee {
    return Guarantee._of(trails.objectEventsRecorded());
  }

  /** No trail that delivers into the bucket records the bucket's own data events. */
  public static trailTargetExcluded(): Guarantee {
    return Guarantee._of(trails.trailTargetExcluded());
  }

  /** Every call that could weaken an archive is told by a rule of EventBridge, and ordinary work is not. */
  public static tamperingAlarmed(): Guarantee {
    return Guarantee._of(alarms.tamperingAlarmed());
  }
}
