import { PolicyError } from './engine/policy';
import { isAccessGranted } from './guarantees/granted-access';
import { AuditGuarantees } from './guarantees/groups/audit-guarantees';
import { DeliveryGuarantees } from './guarantees/groups/delivery-guarantees';
import { MessagingGuarantees } from './guarantees/groups/messaging-guarantees';
import { VaultGuarantees } from './guarantees/groups/vault-guarantees';
import { Guarantee } from './guarantees/guarantee';
import {
  keyNotPublic,
  outsideAccessPointNotPublic,
  outsideAccessPointOnlyAccount,
  outsidePolicyNotPublic,
  outsidePolicyOnlyAccount,
  outsidePolicyServicesBounded,
} from './guarantees/outside';
import { isHeaderDemanded } from './guarantees/upload';
import { deliveriesInto } from './model/deliveries';
import type { Model } from './model/resolve';
import { ResourceUnderTest, subjectsOf } from './model/subject';
import { sampleWorlds } from './model/worlds';
import { sameName } from './template/same-name';
import { TemplateError } from './template/template-error';
import { UnknownValueError } from './template/unknown';
import { keyOf, type Check } from './verify';
import { TlsVersion } from '../model/tls-version';

/**
 * What every resource of the model is held to without being asked. What does not suit a bucket's purpose (public read,
 * customer keys) is for its owner to acknowledge.
 */
export function baseline(model: Model): Check[] {
  const found = new Map<string, Check>();
  for (const check of sampleWorlds(model, baselineOf)) {
    found.set(`${check.guarantee._key} ${keyOf(check.subject)}`, check);
  }
  return [...found.values()];
}

function baselineOf(model: Model): Check[] {
  const trails = model
    .ofType('AWS::CloudTrail::Trail')
    .flatMap((trail) => readable(() => [trail.properties.S3BucketName]) ?? []);
  const vaults = model.vaults.map(({ resource }) => ({ guarantee: VaultGuarantees.tlsOnly(), subject: resource }));
  return model.buckets
    .filter(({ resource }) => resource.exists)
    .flatMap((bucket) =>
      [
        ...FOR_EVERY_BUCKET,
        ...(readable(() => [
          ...(bucket.logSources.length > 0 ? FOR_LOG_TARGETS : []),
          ...(deliveriesInto(model, bucket).length > 0 ? [DeliveryGuarantees.work()] : []),
          ...(isAccessGranted(new ResourceUnderTest(model, bucket)) ? [DeliveryGuarantees.grantedAccessWorks()] : []),
          ...(bucket.policies.length > 0
            ? [
                DeliveryGuarantees.onlyFromHere(),
                Guarantee.policyChangeable(),
                uploads(new ResourceUnderTest(model, bucket)),
              ]
            : []),
          ...(trails.some((name) => typeof name === 'string' && sameName(name, bucket.name, model.world))
            ? FOR_TRAIL_TARGETS
            : []),
        ]) ?? [Guarantee.onlyAccounts()]),
      ].map((guarantee) => ({ guarantee, subject: bucket.resource })),
    )
    .concat(vaults, alarmedTopics(model), ...OUTSIDE.map(([type, guarantees]) => outside(model, type, guarantees)));
}

/** That an ordinary client can upload; where the bucket demands a header of it, that one with the header can. */
function uploads(subject: ResourceUnderTest): Guarantee {
  return isHeaderDemanded(subject) ? Guarantee.uploadPossible() : Guarantee.defaultUploadAllowed({ bySomebody: true });
}

/** Topics that an alarm or rule of the templates names. */
function alarmedTopics(model: Model): Check[] {
  const guarantee = MessagingGuarantees.alarmReachesTopic();
  return subjectsOf(model, guarantee.resourceType)
    .filter((topic) => topic.resource.exists && guarantee._appliesTo(new ResourceUnderTest(model, topic)))
    .map(({ resource }) => ({ guarantee, subject: resource }));
}

function outside(model: Model, type: string, guarantees: readonly Guarantee[]): Check[] {
  return subjectsOf(model, type)
    .filter(({ resource }) => resource.exists)
    .flatMap(({ resource }) => guarantees.map((guarantee) => ({ guarantee, subject: resource })));
}

/** What a template can have that cannot be read; any other error is a defect of this library. */
const UNREADABLE = [UnknownValueError, TemplateError, PolicyError];

/** Undefined where it cannot be read: what depends on it says so. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!UNREADABLE.some((kind) => error instanceof kind)) throw error;
    return undefined;
  }
}

const FOR_EVERY_BUCKET = [
  Guarantee.tlsOnly(),
  Guarantee.tlsMinimumVersion(TlsVersion.V1_2),
  Guarantee.publicAccessBlocked(),
  Guarantee.aclsDisabled(),
  Guarantee.defaultEncryption(),
  Guarantee.uploadEncryption(),
  Guarantee.policyRetained(),
  Guarantee.onlyAccounts(),
];
/** What is asked of policies whose bucket the templates do not have, and of keys. */
const OUTSIDE: ReadonlyArray<readonly [type: string, guarantees: readonly Guarantee[]]> = [
  [
    'AWS::S3::BucketPolicy',
    [outsidePolicyNotPublic(), outsidePolicyOnlyAccount(), outsidePolicyServicesBounded()].map(Guarantee._of),
  ],
  ['AWS::S3::AccessPoint', [outsideAccessPointNotPublic(), outsideAccessPointOnlyAccount()].map(Guarantee._of)],
  ['AWS::KMS::Key', [Guarantee._of(keyNotPublic())]],
];
const FOR_LOG_TARGETS = [DeliveryGuarantees.accessLogsAllowed(), DeliveryGuarantees.accessLogsOnlyFromAccount()];
const FOR_TRAIL_TARGETS = [DeliveryGuarantees.cloudTrailAllowed(), AuditGuarantees.trailTargetExcluded()];
