/** Who sends messages to a topic or queue of the templates, and what each of them needs. */
import { isTrue, type ProofObligation, type SettingPart } from './proof-obligation';
import type { Property } from '../engine/property';
import { prove } from '../engine/prove';
import { region, type Conditions } from '../engine/region';
import type { KeyModel, ResolvedResource } from '../model/model';
import { environmentOf, keyEnvironment, messagingEnvironment, type ResourceUnderTest } from '../model/subject';
import { sameName } from '../template/same-name';
import { isUnknown } from '../template/unknown';

/** An alarm or rule that sends to the topic or queue. */
interface Sender {
  readonly parts: () => ProofObligation[];
}

/** What a service says of itself: each reading is one that a page of AWS allows. */
interface Caller {
  readonly name: string;
  readonly service: string;
  /** With the keys about the source. */
  readonly bound: Conditions;
  /** Whether pages say that the policy of the topic or queue, and of the key, sees these keys. */
  readonly documented: { readonly target: boolean; readonly key: boolean | 'never' };
}

/** The alarms and rules of the templates that name the topic or queue. */
export function sendersTo(subject: ResourceUnderTest): Sender[] {
  const isTopic = subject.resource.type === 'AWS::SNS::Topic';
  return [...(isTopic ? alarmsOf(subject) : []), ...rulesOf(subject)];
}

const ALARM_LISTS = ['AlarmActions', 'OKActions', 'InsufficientDataActions'];

function alarmsOf(subject: ResourceUnderTest): Sender[] {
  return ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm']
    .flatMap((type) => subject.model.ofType(type))
    .filter(({ properties }) => ALARM_LISTS.some((name) => list(properties[name]).some((arn) => isOf(arn, subject))))
    .map((alarm) => ({
      parts: () => [
        ...enabled(alarm),
        ...elsewhere(alarm, subject, false),
        ...reaches(subject, {
          name: `The alarm ${alarm.path}`,
          service: 'cloudwatch.amazonaws.com',
          bound: sourceOf(alarm, { 'aws:SourceOwner': alarm.account }),
          documented: { target: true, key: true },
        }),
      ],
    }));
}

function enabled({ path, properties }: ResolvedResource): SettingPart[] {
  const value = properties.ActionsEnabled;
  return value === undefined || isTrue(value)
    ? []
    : [{ setting: `ActionsEnabled of ${path}`, holds: false, reason: `ActionsEnabled of ${path} is ${String(value)}` }];
}

/** Both act in their own Region; an alarm may publish to another account, and a rule as well. */
function elsewhere(sender: ResolvedResource, { resource }: ResourceUnderTest, sameAccount: boolean): SettingPart[] {
  const differs = sender.region !== resource.region || (sameAccount && sender.account !== resource.account);
  return differs
    ? [
        {
          setting: `The Region of ${sender.path}`,
          holds: false,
          reason: `${sender.path} is in ${sender.region}, and ${resource.path} in ${resource.region}`,
        },
      ]
    : [];
}

function rulesOf(subject: ResourceUnderTest): Sender[] {
  return subject.model
    .ofType('AWS::Events::Rule')
    .flatMap((rule) =>
      list(rule.properties.Targets).flatMap((target): Sender[] => [
        ...(isOf(target?.Arn, subject) ? [{ parts: () => fromRule(subject, rule, target) }] : []),
        ...(isOf(target?.DeadLetterConfig?.Arn, subject)
          ? [{ parts: () => [...elsewhere(rule, subject, true), ...reaches(subject, undelivered(rule))] }]
          : []),
      ]),
    );
}

function fromRule(subject: ResourceUnderTest, rule: ResolvedResource, { RoleArn }: any): ProofObligation[] {
  if (RoleArn !== undefined) return [...elsewhere(rule, subject, false), ...byRole(subject, rule, String(RoleArn))];
  const isTopic = subject.resource.type === 'AWS::SNS::Topic';
  return [
    ...elsewhere(rule, subject, false),
    ...reaches(subject, {
      name: `The rule ${rule.path}`,
      service: 'events.amazonaws.com',
      bound: sourceOf(rule),
      documented: { target: !isTopic, key: isTopic ? 'never' : false },
    }),
  ];
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
function undelivered(rule: ResolvedResource): Caller {
  return {
    name: `What the rule ${rule.path} could not deliver`,
    service: 'events.amazonaws.com',
    bound: sourceOf(rule),
    documented: { target: true, key: false },
  };
}

function sourceOf({ account, arn }: ResolvedResource, more: Record<string, string> = {}): Conditions {
  return { StringEquals: { 'aws:SourceAccount': account, ...more }, ArnEquals: { 'aws:SourceArn': arn } };
}

/**
 * The service may send, and encrypt what it sends.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
function reaches(subject: ResourceUnderTest, caller: Caller): ProofObligation[] {
  return [
    ...settled(caller, caller.documented.target, subject.resource, (when) => sending(subject, when)),
    ...withKey(subject, caller.name, (key) =>
      settled(caller, caller.documented.key, key.resource, (when) => usingKey(key, subject, when)),
    ),
  ];
}

/** Proved by what pages say; open where it works only with keys of which no page says that they are there. */
function settled(
  { name, service, bound }: Caller,
  documented: boolean | 'never',
  { path }: ResolvedResource,
  make: (when: Conditions) => Property,
): ProofObligation[] {
  const by = { 'aws:PrincipalServiceName': service };
  const withSource = make({ ...bound, StringEquals: { ...bound.StringEquals, ...by } });
  const without = make({ StringEquals: by });
  if (documented === true) return [withSource];
  if (documented === 'never' || prove(without).status === 'proved' || prove(withSource).status !== 'proved') {
    return [without];
  }
  return [
    {
      setting: name,
      holds: undefined,
      reason:
        `allowed by the policy of ${path} only for a request that names its source by aws:SourceArn or ` +
        'aws:SourceAccount; no page of AWS says that it does',
    },
  ];
}

/** A rule with a role of its own acts as that role. */
function byRole(subject: ResourceUnderTest, rule: ResolvedResource, role: string): ProofObligation[] {
  const name = `The rule ${rule.path}`;
  const known = subject.model.identities.find(({ arn }) => arn === role);
  if (known === undefined) return [{ setting: name, holds: undefined, reason: `by a role of no template, ${role}` }];
  const when = { ArnEquals: { 'aws:PrincipalArn': role } };
  const { identities } = environmentOf(subject, true);
  const asRole = (part: Property): Property => ({ ...part, environment: { ...part.environment, identities } });
  const service = subject.arn.split(':')[2];
  const via = `${service}.${subject.resource.region}.amazonaws.com`;
  return [
    asRole(sending(subject, when)),
    ...withKey(subject, name, (key) => [
      asRole(usingKey(key, subject, { ...when, StringEquals: { 'kms:ViaService': via } })),
    ]),
  ];
}

function sending(subject: ResourceUnderTest, when: Conditions): Property {
  const isTopic = subject.resource.type === 'AWS::SNS::Topic';
  return {
    expect: 'always',
    place: subject.resource.path,
    region: region({ actions: [isTopic ? 'sns:Publish' : 'sqs:SendMessage'], when }),
    targets: [{ kind: isTopic ? 'topic' : 'queue', arn: subject.arn }],
    environment: messagingEnvironment(subject),
  };
}

function usingKey(key: KeyModel, { model }: ResourceUnderTest, when: Conditions): Property {
  return {
    expect: 'always',
    place: key.resource.path,
    region: region({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], when }),
    targets: [{ kind: 'key', arn: key.arn }],
    environment: keyEnvironment(key, model.organization),
  };
}

/** What is asked of the key that encrypts the topic or queue; nothing where its service has the key. */
function withKey(
  { resource, properties, model }: ResourceUnderTest,
  name: string,
  ask: (key: KeyModel) => ProofObligation[],
): ProofObligation[] {
  const id: unknown = properties.KmsMasterKeyId;
  if (id === undefined) return [];
  const text = String(id);
  if (/(^|:)alias\/aws\//.test(text)) {
    return [
      {
        setting: name,
        holds: false,
        reason: `${name} cannot use ${text}, the AWS managed key of ${resource.path}, whose policy nobody can change`,
      },
    ];
  }
  const target = /(?:^|:)(alias\/.+)$/.exec(text)?.[1];
  const alias =
    target === undefined
      ? undefined
      : model.ofType('AWS::KMS::Alias').find((each) => sameName(target, each.self(), model.world));
  const named = String(alias ? alias.properties.TargetKeyId : text);
  const key = model.keys.find((each) =>
    [each.arn, each.resource.self()].some((one) => sameName(named, one, model.world)),
  );
  if (key) return ask(key);
  return [
    { setting: name, holds: undefined, reason: `dependent on the key ${text}, which is in none of the templates` },
  ];
}

function isOf(arn: unknown, { resource, model }: ResourceUnderTest): boolean {
  return typeof arn === 'string' && !isUnknown(arn) ? sameName(arn, resource.arn, model.world) : arn === resource.arn;
}

function list(value: unknown): any[] {
  return Array.isArray(value) ? value : [];
}
