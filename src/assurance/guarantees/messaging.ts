/**
 * What is guaranteed of topics and queues: that alarms and events reach them, by HTTPS alone. `MessagingGuarantees`
 * names each of them.
 */
import type { GuaranteeProps } from './guarantee-props';
import { never, type ProofObligation } from './proof-obligation';
import { sendersTo } from './senders';
import type { Property } from '../engine/property';
import { region } from '../engine/region';
import type { ResourceUnderTest } from '../model/subject';
import { messagingEnvironment } from '../model/subject';

const TOPIC = 'AWS::SNS::Topic';
const QUEUE = 'AWS::SQS::Queue';

export function topicTlsOnly(): GuaranteeProps {
  return {
    id: 'topic-tls-only',
    title: 'Messages to the topic by HTTPS only',
    description: 'No message is published to the topic over plain HTTP.',
    fix: 'Deny sns:Publish in the policy of the topic where aws:SecureTransport is false.',
    resourceType: TOPIC,
    parts: (subject) => [overHttp(subject, ['sns:Publish'], 'topic')],
  };
}

export function queueTlsOnly(): GuaranteeProps {
  return {
    id: 'queue-tls-only',
    title: 'Queue by HTTPS only',
    description: 'No message of the queue is sent, received or deleted over plain HTTP.',
    fix: 'Deny sqs:* in the policy of the queue where aws:SecureTransport is false.',
    resourceType: QUEUE,
    parts: (subject) => [overHttp(subject, ['sqs:*'], 'queue')],
  };
}

export function alarmReachesTopic(): GuaranteeProps {
  return {
    id: 'alarm-reaches-topic',
    title: 'Alarms reach the topic',
    description:
      'Each CloudWatch alarm and EventBridge rule of the templates that names the topic may publish to it, by the ' +
      'policy of the topic and of the key that encrypts it.',
    fix:
      'Allow sns:Publish to cloudwatch.amazonaws.com (with aws:SourceAccount) and to events.amazonaws.com in the ' +
      'policy of the topic. In the policy of its customer managed key, allow both kms:Decrypt and ' +
      'kms:GenerateDataKey*, for EventBridge without conditions on the source.',
    resourceType: TOPIC,
    applies: (subject) => sendersTo(subject).length > 0,
    parts: (subject) => sendersTo(subject).flatMap(({ parts }) => parts()),
  };
}

export function eventsReachQueue(): GuaranteeProps {
  return {
    id: 'events-reach-queue',
    title: 'Events reach the queue',
    description:
      'Each EventBridge rule of the templates that has the queue as a target, or keeps in it what could not be ' +
      'delivered, may send to it, by the policy of the queue and of the key that encrypts it.',
    fix:
      'Allow sqs:SendMessage to events.amazonaws.com in the policy of the queue, and kms:Decrypt and ' +
      'kms:GenerateDataKey in that of its customer managed key.',
    resourceType: QUEUE,
    applies: (subject) => sendersTo(subject).length > 0,
    parts: (subject) => sendersTo(subject).flatMap(({ parts }) => parts()),
  };
}

function overHttp(subject: ResourceUnderTest, actions: string[], kind: string): ProofObligation {
  return {
    ...(never(subject, { actions, when: {} }) as Property),
    region: region({ actions, when: { Bool: { 'aws:SecureTransport': 'false' } } }),
    targets: [{ kind, arn: subject.arn }],
    environment: messagingEnvironment(subject),
    axioms: [],
  };
}
