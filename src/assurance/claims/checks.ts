import { CLAIMS_METADATA, claimsOn, subjectsOfClaim, type ClaimEntry } from './claims';
import { findingOf, type Finding, type Rule } from '../lints';
import type { BucketModel, Model, ResolvedResource } from '../model/resolve';
import { ResourceUnderTest, subjectsOf } from '../model/subject';
import type { Check } from '../verify';

/** A control that was applied and that no proof can judge. */
export interface Unchecked {
  readonly control: string;
  readonly subject: ResolvedResource;
  readonly reason: string;
}

/** Why a control guarantees nothing here, in the words of the owner. */
export interface Decision {
  readonly control?: string;
  readonly guarantee: string;
  readonly reason: string;
  readonly subject: ResolvedResource;
}

/** What the metadata of the templates claims. */
export interface TemplateClaims {
  readonly checks: readonly Check[];
  readonly decisions: readonly Decision[];
  readonly unchecked: readonly Unchecked[];
  readonly findings: readonly Finding[];
}

/** What is wrong with an entry of the claims. */
export const CLAIM_UNREADABLE: Rule = {
  id: 'claim-unreadable',
  title: 'A claim in the template cannot be read',
  fix:
    `Correct or remove the entry of "${CLAIMS_METADATA}" in the metadata of the resource; constructs and ` +
    'controls write these entries.',
  example: {
    wrong: '"strongbox:claims": [{ "guarantee": "readers-onyl" }]',
    right:
      '"strongbox:claims": [{ "guarantee": "readers-only", "options": { "principals": ' +
      '["arn:aws:iam::111122223333:role/audit"] } }]',
  },
};

/** Reads the claims of every resource. */
export function claimsOfTemplates(model: Model): TemplateClaims {
  const checks = new Map<string, Check & { readonly controls: string[] }>();
  const decisions: Decision[] = [];
  const unchecked: Unchecked[] = [];
  const findings: Finding[] = [];
  /** Controls with an entry, by the resources that it is about. */
  const claimed = new Set<string>();

  const read = (resource: ResolvedResource, entry: ClaimEntry) => {
    const { control, guarantee, decision, location, problem, isOpen } = entry;
    const subjects = subjectsOfClaim(model, resource, guarantee?.resourceType ?? 'AWS::S3::Bucket');
    if (control !== undefined) {
      [resource, ...subjects].forEach(({ stack, logicalId }) => claimed.add(`${control} ${stack} ${logicalId}`));
    }
    const find = (message: string) => findings.push(findingOf({ resource, location, message }, CLAIM_UNREADABLE));
    if (isOpen) {
      unchecked.push({
        control: control ?? entry.id!,
        subject: subjects[0] ?? resource,
        reason: `only the deployment knows an option of ${entry.id}`,
      });
    } else if (problem !== undefined) {
      find(problem);
    } else if (decision !== undefined) {
      decisions.push({ control, guarantee: entry.id!, reason: decision, subject: subjects[0] ?? resource });
    } else if (subjects.length === 0) {
      find(
        `"${entry.id}" is about a resource of type ${guarantee!.resourceType}, which the templates do not ` +
          `have for ${resource.path}`,
      );
    } else {
      for (const subject of subjects) {
        if (guarantee!._appliesTo(underTest(subject, guarantee!.resourceType))) add(guarantee!, subject, control);
        else find(`"${entry.id}" cannot hold of ${subject.path}, which has nothing that it is about`);
      }
    }
  };
  const candidates = new Map<string, ReadonlyMap<string, BucketModel>>();
  const underTest = (subject: ResolvedResource, type: string) => {
    if (!candidates.has(type)) {
      candidates.set(
        type,
        new Map(subjectsOf(model, type).map((each) => [`${each.resource.stack} ${each.resource.logicalId}`, each])),
      );
    }
    return new ResourceUnderTest(model, candidates.get(type)!.get(`${subject.stack} ${subject.logicalId}`)!);
  };
  const add = (guarantee: Check['guarantee'], subject: ResolvedResource, control?: string) => {
    const key = checkKey(guarantee, subject);
    let check = checks.get(key);
    if (!check) checks.set(key, (check = { guarantee, subject, controls: [] }));
    if (control !== undefined && !check.controls.includes(control)) check.controls.push(control);
  };

  const resources = model.resources.filter(({ exists }) => exists);
  for (const resource of resources) for (const entry of claimsOn(resource)) read(resource, entry);
  for (const resource of resources) {
    for (const control of resource.controls) {
      if (claimed.has(`${control} ${resource.stack} ${resource.logicalId}`)) continue;
      unchecked.push({ control, subject: resource, reason: 'the template has no claim of the control' });
    }
  }
  return { checks: [...checks.values()], decisions, unchecked, findings };
}

/** Equal for the same question. */
export function checkKey({ _key }: Check['guarantee'], { stack, logicalId }: ResolvedResource): string {
  return `${_key} ${stack} ${logicalId}`;
}
