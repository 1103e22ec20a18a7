import { Guarantee } from '../guarantee';
import * as messaging from '../messaging';

/** Guarantees of SNS topics and SQS queues, to which alarms and events go. */
export class MessagingGuarantees {
  /** Each CloudWatch alarm and EventBridge rule that names the topic may publish to it, by its policy and its key. */
  public static alarmReachesTopic(): Guarantee {
    return Guarantee._of(messaging.alarmReachesTopic());
  }

  /** Each EventBridge rule that sends to the queue, or keeps in it what was not delivered, may do so. */
  public static eventsReachQueue(): Guarantee {
    return Guarantee._of(messaging.eventsReachQueue());
  }

  /** No message is published to the topic over plain HTTP. */
  public static topicTlsOnly(): Guarantee {
    return Guarantee._of(messaging.topicTlsOnly());
  }

  /** No message of the queue is sent, received or deleted over plain HTTP. */
  public static queueTlsOnly(): Guarantee {
    return Guarantee._of(messaging.queueTlsOnly());
  }
}
