import * as alarms from '../alarm';
import { ruleHears, type RuleHearsGuaranteeOptions } from '../alarm-rule';
import * as analysts from '../analyst';
import type { AnalystGuaranteeOptions } from '../analyst';
import { Guarantee } from '../guarantee';
import * as logTables from '../log-table';
import { alarmRaises, type AlarmRaisesGuaranteeOptions } from '../metric-alarm';
import * as recordTables from '../record-table';
import type { TableReadsGuaranteeOptions } from '../record-table';
import * as trails from '../trail';
import type { TrailRecordsGuaranteeOptions } from '../trail';

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

  /** The trail is switched on and records these data events, whoever calls. Its own target never counts. */
  public static trailRecords(options: TrailRecordsGuaranteeOptions): Guarantee {
    return Guarantee._of(trails.trailRecords(options));
  }

  /** The trail records no data event of the bucket that it delivers to, by the bucket or its access points. */
  public static trailLeavesOutTarget(): Guarantee {
    return Guarantee._of(trails.trailLeavesOutTarget());
  }

  /** The trail delivers signed digests of its log files. */
  public static trailFilesSigned(): Guarantee {
    return Guarantee._of(trails.trailFilesSigned());
  }

  /** The table lies where these buckets log to, or this trail delivers to, and its partitions reach until today. */
  public static tableReads(options: TableReadsGuaranteeOptions): Guarantee {
    return Guarantee._of(recordTables.tableReads(options));
  }

  /** The managed policy lets its holders query and read the records and results, and allows nothing else. */
  public static analystPolicyBounds(options: AnalystGuaranteeOptions): Guarantee {
    return Guarantee._of(analysts.analystPolicyBounds(options));
  }

  /** The rule tells its target of such calls, and of no ordinary work. `alarm-reaches-topic` says that it may. */
  public static ruleHears(options: RuleHearsGuaranteeOptions): Guarantee {
    return Guarantee._of(ruleHears(options));
  }

  /** The CloudWatch alarm raises on such values of its metric, and not on ordinary ones. */
  public static alarmRaises(options: AlarmRaisesGuaranteeOptions): Guarantee {
    return Guarantee._of(alarmRaises(options));
  }

  /** Every call that could weaken an archive is reported by a rule of EventBridge, and ordinary work is not. */
  public static tamperingAlarmed(): Guarantee {
    return Guarantee._of(alarms.tamperingAlarmed());
  }
}
