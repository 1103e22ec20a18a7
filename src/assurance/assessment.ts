import { baseline } from './baseline';
import { checkKey, claimsOfTemplates, type Decision, type TemplateClaims, type Unchecked } from './claims/checks';
import type { Guarantee } from './guarantees/guarantee';
import { lint, type Finding } from './lints';
import { resolveTemplates, type Model } from './model/resolve';
import { ResourceUnderTest, subjectsOf } from './model/subject';
import { sampleWorlds } from './model/worlds';
import { type TemplateInput } from './template/assembly';
import { readable } from './template/readable';
import type { NotSeen } from './template/templates';
import { VerdictStatus, type Verdict } from './verdict';
import { verifyClaims, type Check } from './verify';

/** A guarantee, the resource it was asked of, and the answer. */
export interface CheckResult {
  readonly claim: Check;
  readonly verdict: Verdict;
}

/** Everything there is to say about a set of templates. */
export interface Assessment {
  readonly model: Model;
  readonly judgements: readonly CheckResult[];
  readonly findings: readonly Finding[];
  /** Controls that were applied and that no proof judges. */
  readonly unchecked: readonly Unchecked[];
  /** What owners chose not to have, with their reasons. */
  readonly decisions: readonly Decision[];
  /** Why (part of) the templates could not be judged: never to be read as safe. */
  readonly problems: readonly string[];
  /** What is deployed beside what was judged: nested stacks that are elsewhere, directory buckets, imports. */
  readonly notSeen: readonly NotSeen[];
}

export interface AssessOptions {
  /** Asked of every resource to which they apply, beside the baseline. */
  readonly guarantees?: readonly Guarantee[];
  /** Whether S3's defaults do not count: what is needed must be stated in the template. */
  readonly requireStated?: boolean;
  /** Called before each part of the work, with how much is done. */
  readonly progress?: (done: number, of: number) => void;
}

/** Claims judged between two calls of `progress`. */
const STEP = 200;

/**
 * Judges all resources of the templates.
 * @throws naming the place if a template cannot be read at all
 */
export function assess(inputs: readonly TemplateInput[], options: AssessOptions = {}): Assessment {
  const model = resolveTemplates(inputs, { requireStated: options.requireStated });
  const claims = merged(sampleWorlds(model, (world) => [claimsOfTemplates(world)]));
  const findings = [...findingsIn(model), ...claims.findings];
  const judgements: CheckResult[] = [];
  const problems: string[] = [...model.problems];
  try {
    const checks = checksOf(model, claims, options.guarantees ?? []);
    for (let at = 0; at < checks.length; at += STEP) {
      options.progress?.(at, checks.length);
      judgements.push(...judgeSome(model, checks.slice(at, at + STEP), problems));
    }
    options.progress?.(checks.length, checks.length);
  } catch (error) {
    // A policy that nobody can read: the lints have more to say about it than the proof.
    problems.push(causeOf(error as Error).message);
  }
  return {
    model: model.completed(true),
    judgements,
    findings,
    unchecked: claims.unchecked,
    decisions: claims.decisions,
    problems,
    notSeen: model.notSeen,
  };
}

/** What the lints find in some world, each once. */
function findingsIn(model: Model): Finding[] {
  const found = new Map<string, Finding>();
  for (const finding of sampleWorlds(model, (world) =>
    lint(world.resources.filter(({ exists }) => exists).flatMap(readable)),
  )) {
    const {
      lint: { id },
      resource,
      location,
      message,
    } = finding;
    const key = JSON.stringify([id, resource.stack, resource.logicalId, location, message]);
    if (!found.has(key)) found.set(key, finding);
  }
  return [...found.values()];
}

/** A claim that cannot be judged does not keep the others from being judged. */
function judgeSome(model: Model, claims: readonly Check[], problems: string[]): CheckResult[] {
  try {
    return verifyClaims(model, claims).map((verdict, index) => ({ claim: claims[index], verdict }));
  } catch (error) {
    if (claims.length > 1) return claims.flatMap((claim) => judgeSome(model, [claim], problems));
    // What cannot be read is told once, however many guarantees depend on it.
    const cause = causeOf(error as Error).message;
    if (!problems.includes(cause)) problems.push(cause);
    return [];
  }
}

function causeOf(error: Error): Error {
  return error.cause instanceof Error ? causeOf(error.cause) : error;
}

/** The baseline, what the templates claim, and what was asked beside; each question once. */
function checksOf(model: Model, claims: TemplateClaims, guarantees: readonly Guarantee[]): Check[] {
  const claimed = new Set(claims.checks.map(({ guarantee, subject }) => `${guarantee.id} ${placeOf(subject)}`));
  const isStated = ({ guarantee, subject }: Check) =>
    STATED_BY[guarantee.id]?.some((id) => claimed.has(`${id} ${placeOf(subject)}`)) ?? false;
  const asked = new Map<string, Check>();
  const ask = (check: Check) => {
    const key = checkKey(check.guarantee, check.subject);
    asked.set(key, { ...asked.get(key), ...check });
  };
  baseline(model)
    .filter((check) => !isStated(check))
    .forEach(ask);
  claims.checks.forEach(ask);
  for (const guarantee of guarantees) {
    for (const candidate of subjectsOf(model, guarantee.resourceType)) {
      const subject = candidate.resource;
      if (asked.has(checkKey(guarantee, subject)) || !guarantee._appliesTo(new ResourceUnderTest(model, candidate))) {
        continue;
      }
      ask({ guarantee, subject });
    }
  }
  return [...asked.values()];
}

const placeOf = ({ stack, logicalId }: Check['subject']): string => `${stack} ${logicalId}`;

/** What is claimed in some world, each once. */
function merged(worlds: readonly TemplateClaims[]): TemplateClaims {
  const once = <T>(all: readonly T[], keyOf: (each: T) => string): T[] => [
    ...new Map(all.map((each) => [keyOf(each), each])).values(),
  ];
  return {
    checks: once(
      worlds.flatMap(({ checks }) => checks),
      ({ guarantee, subject }) => checkKey(guarantee, subject),
    ),
    decisions: once(
      worlds.flatMap(({ decisions }) => decisions),
      ({ guarantee, subject, reason }) => `${guarantee} ${placeOf(subject)} ${reason}`,
    ),
    unchecked: once(
      worlds.flatMap(({ unchecked }) => unchecked),
      ({ control, subject }) => `${control} ${placeOf(subject)}`,
    ),
    findings: once(
      worlds.flatMap(({ findings }) => findings),
      ({ resource, location, message }) => `${placeOf(resource)} ${location} ${message}`,
    ),
  };
}

/**
 * A bucket that claims one of these says with whom it is shared, and is held to that in place of the guarantee of the
 * baseline.
 */
const STATED_BY: Readonly<Record<string, readonly string[]>> = {
  'only-accounts': ['only-accounts', 'only-organization'],
  'delivery-only-from-here': ['delivery-only-from-here'],
  'default-upload-allowed': ['default-upload-allowed'],
};

/** How much is proved and what is not checked, in one line: the first of every output. */
export function summary({ judgements, findings, unchecked, problems }: Assessment): string {
  const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  return [
    `${judgements.filter(isProved).length} of ${judgements.length} guarantees proved`,
    counted(findings.length, 'mistake'),
    ...(problems.length > 0 ? [`${counted(problems.length, 'check')} not possible`] : []),
    ...(unchecked.length > 0 ? [`${counted(unchecked.length, 'control')} not checked`] : []),
  ].join(', ');
}

export const isProved = ({ verdict }: CheckResult): boolean => verdict.status === VerdictStatus.PROVED;
