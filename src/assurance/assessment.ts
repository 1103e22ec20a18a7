import type { Guarantee } from './guarantees/guarantee';
import { lint, type Finding } from './lints';
import { resolveTemplates, type Model } from './model/resolve';
import { ResourceUnderTest, subjectsOf } from './model/subject';
import { sampleWorlds } from './model/worlds';
import { type TemplateInput } from './template/assembly';
import { readable } from './template/readable';
import { UnknownValueError } from './template/unknown';
import { UndecidedError } from './template/world';
import { VerdictStatus, type Verdict } from './verdict';
import { baseline, verifyClaims, type Check } from './verify';

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
  /** Why (part of) the templates could not be judged: never to be read as safe. */
  readonly problems: readonly string[];
}

export interface AssessOptions {
  /** Asked of every resource to which they apply, beside the baseline. */
  readonly guarantees?: readonly Guarantee[];
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
  const model = resolveTemplates(inputs);
  const findings = findingsIn(model);
  const judgements: CheckResult[] = [];
  const problems: string[] = [...model.problems];
  try {
    const claims = claimsOf(model, options.guarantees ?? []);
    for (let at = 0; at < claims.length; at += STEP) {
      options.progress?.(at, claims.length);
      judgements.push(...judgeSome(model, claims.slice(at, at + STEP), problems));
    }
    options.progress?.(claims.length, claims.length);
  } catch (error) {
    // A policy that nobody can read: the lints have more to say about it than the proof.
    problems.push(causeOf(error as Error).message);
  }
  return { model: model.completed(true), judgements, findings, problems };
}

/** What the lints find in some world, each once. */
function findingsIn(model: Model): Finding[] {
  const found = new Map<string, Finding>();
  for (const finding of sampleWorlds(model, (world) => lint(world.resources.filter(({ exists }) => exists).flatMap(readable)))) {
    const { lint: { id }, resource, location, message } = finding;
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

function claimsOf(model: Model, guarantees: readonly Guarantee[]): Check[] {
  const claims = baseline(model);
  const asked = new Set(claims.map(({ guarantee, subject }) => `${guarantee._key} ${subject.path}`));
  for (const guarantee of guarantees) {
    for (const candidate of subjectsOf(model, guarantee.resourceType)) {
      const subject = candidate.resource;
      if (asked.has(`${guarantee._key} ${subject.path}`) || !applies(guarantee, new ResourceUnderTest(model, candidate))) continue;
      claims.push({ guarantee, subject });
    }
  }
  return claims;
}

/** Where only the deployment knows, the question is asked in each world. */
function applies(guarantee: Guarantee, subject: ResourceUnderTest): boolean {
  try {
    return guarantee._appliesTo(subject);
  } catch (error) {
    if (error instanceof UndecidedError || error instanceof UnknownValueError) return true;
    throw error;
  }
}

export const isProved = ({ verdict }: CheckResult): boolean => verdict.status === VerdictStatus.PROVED;
