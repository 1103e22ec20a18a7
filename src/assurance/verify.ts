import { answerOf } from './engine/answers';
import { describeRequest, requestJson, type Request } from './engine/request';
import { Guarantee } from './guarantees/guarantee';
import type { ProofObligation } from './guarantees/proof-obligation';
import { NEW_RESOURCE_DEFAULTS } from './model/bucket-settings';
import { type BucketModel, type Model, type ResolvedResource } from './model/resolve';
import { ResourceUnderTest, subjectsOf } from './model/subject';
import { inEveryWorld, MAX_WORLDS } from './model/worlds';
import { shown, UnknownValueError } from './template/unknown';
import { ImpossibleWorldError, UndecidedError } from './template/world';
import { Verdict, VerdictStatus } from './verdict';

/** A guarantee to be shown of one resource. */
export interface Check {
  readonly guarantee: Guarantee;
  readonly subject: ResolvedResource;
  /** The ids of the controls that claim it. */
  readonly controls?: readonly string[];
}

/** An answer before it is told of a resource. */
interface Answer {
  readonly status: VerdictStatus;
  readonly requestClasses: number;
  readonly axioms: readonly string[];
  readonly reason?: string;
  readonly counterexample?: Request;
  readonly where?: string;
  /** False: S3's defaults were needed. */
  readonly stated?: boolean;
}

/**
 * Judges claims.
 * @throws naming the place of a policy or template that is not understood; never for a claim that does not hold
 */
export function verifyClaims(model: Model, claims: readonly Check[]): Verdict[] {
  const courts = new Map<Model, ProofSession>();
  const court = (of: Model) => {
    let found = courts.get(of);
    if (!found) courts.set(of, (found = new ProofSession(of)));
    return found;
  };
  const judge = (claim: Check) => overWorlds(model, claim, (at) => verdictIn(at, claim, court));
  return claims.map((claim) => {
    const verdict = judge(claim);
    if (verdict.reason !== TOO_MANY_WORLDS) return verdict;
    const apart = claim.guarantee._apart(model).map((guarantee) => judge({ ...claim, guarantee }));
    return (
      apart.find(({ status }) => status === VerdictStatus.VIOLATED) ??
      apart.reduce<Verdict | undefined>(together, undefined) ??
      verdict
    );
  });
}

const TOO_MANY_WORLDS = `more than ${MAX_WORLDS} combinations of conditions and parameters decide it`;

/** The verdict of every world in which the resource exists: proved only if each says so. */
function overWorlds(model: Model, { guarantee, subject }: Check, ask: (model: Model) => Verdict | undefined): Verdict {
  const about = {
    guarantee: guarantee.id,
    title: guarantee.title,
    subject: subject.path,
    location: subject.sourceOf(),
  };
  let total: Verdict | undefined;
  for (const found of inEveryWorld(model, ask)) {
    if (found === undefined) {
      return new Verdict({
        ...about,
        status: VerdictStatus.UNKNOWN,
        requestClasses: total?.requestClasses ?? 0,
        axioms: total?.axioms ?? [],
        reason: TOO_MANY_WORLDS,
      });
    }
    const { answer, when } = found;
    if (answer === undefined) continue;
    const verdict =
      when === '' || answer.status === VerdictStatus.PROVED
        ? answer
        : new Verdict({ ...answer, reason: `${when}: ${answer.reason}` });
    if (verdict.status === VerdictStatus.VIOLATED) return verdict;
    total = together(total, verdict);
  }
  return total ?? new Verdict({ ...about, status: VerdictStatus.PROVED, requestClasses: 0, axioms: [] });
}

function together(total: Verdict | undefined, verdict: Verdict): Verdict {
  if (total === undefined) return verdict;
  const isProved = total.status === VerdictStatus.PROVED;
  const shownFirst = isProved && (total.stated || verdict.status !== VerdictStatus.PROVED) ? verdict : total;
  return new Verdict({
    ...shownFirst,
    requestClasses: total.requestClasses + verdict.requestClasses,
    axioms: [...new Set([...total.axioms, ...verdict.axioms])].sort(),
    stated: total.stated && verdict.stated,
  });
}

/** The verdict in one world; undefined if the resource does not exist there. */
function verdictIn(model: Model, claim: Check, court: (of: Model) => ProofSession): Verdict | undefined {
  if (model.world.size > 0 && !court(model).has(claim)) return undefined;
  const subject = court(model).subject(claim);
  if (!subject.resource.exists) return undefined;
  // Of a resource that cannot be read at all nothing is judged, not even what needs none of its properties.
  void subject.resource.properties;
  try {
    return verdictOf(claim.guarantee, model, subject.bucket);
  } catch (error) {
    if (error instanceof UndecidedError || error instanceof ImpossibleWorldError) throw error;
    // What cannot be asked in one of several worlds, because what it names is not there, is no reason to be silent
    // about the others.
    if (!(error instanceof UnknownValueError) && model.world.size === 0) throw error;
    const { id, title } = claim.guarantee;
    return new Verdict({
      guarantee: id,
      title,
      subject: claim.subject.path,
      location: claim.subject.sourceOf(),
      status: VerdictStatus.UNKNOWN,
      requestClasses: 0,
      axioms: [],
      reason: `cannot be known: ${(error as Error).message}`,
    });
  }
}

/** The resources of one model that are asked about; those of a type are looked up when the first of them is. */
class ProofSession {
  private readonly subjects = new Map<string, ReadonlyMap<string, ResourceUnderTest>>();

  public constructor(private readonly model: Model) {}

  public has({ guarantee, subject }: Check): boolean {
    return this.ofType(guarantee.resourceType).has(keyOf(subject));
  }

  public subject({ guarantee, subject }: Check): ResourceUnderTest {
    const found = this.ofType(guarantee.resourceType).get(keyOf(subject));
    if (!found) {
      throw new Error(`${subject.path}: is ${subject.type}; "${guarantee.id}" is about ${guarantee.resourceType}`);
    }
    return found;
  }

  private ofType(type: string): ReadonlyMap<string, ResourceUnderTest> {
    let found = this.subjects.get(type);
    if (!found) {
      found = new Map(
        subjectsOf(this.model, type).map((each) => [keyOf(each.resource), new ResourceUnderTest(this.model, each)]),
      );
      this.subjects.set(type, found);
    }
    return found;
  }
}

/** What tells resources apart. */
export function keyOf({ stack, logicalId }: ResolvedResource): string {
  return `${stack} ${logicalId}`;
}

function verdictOf(guarantee: Guarantee, model: Model, bucket: BucketModel): Verdict {
  const subject = new ResourceUnderTest(model, bucket);
  let answer: Answer;
  try {
    answer = answerAbout(guarantee, subject);
    const { unstated } = subject.settings;
    if (answer.status !== VerdictStatus.PROVED && !model.requireStated && unstated.length > 0) {
      const found = byDefaults(unstated, (settings) =>
        answerAbout(guarantee, new ResourceUnderTest(model, bucket, settings)),
      );
      if (found.status !== answer.status) answer = found;
    }
  } catch (e) {
    if (e instanceof UndecidedError || e instanceof ImpossibleWorldError || e instanceof UnknownValueError) throw e;
    throw new Error(`${subject.resource.path}, guarantee ${guarantee.id}: ${(e as Error).message}`, { cause: e });
  }
  const { counterexample } = answer;
  const reason = answer.reason === undefined ? undefined : shown(answer.reason);
  const opened = answer.status === VerdictStatus.VIOLATED && counterexample ? openedBy(counterexample, reason!) : '';
  return new Verdict({
    guarantee: guarantee.id,
    title: guarantee.title,
    subject: subject.resource.path,
    location: subject.resource.sourceOf(),
    status: answer.status,
    requestClasses: answer.requestClasses,
    axioms: [...new Set([...answer.axioms, ...subject.resource.axioms])].sort(),
    stated: answer.stated,
    reason: counterexample
      ? `${opened}${answer.where === undefined ? '' : `${answer.where}, `}${describeRequest(counterexample)}: ${reason}`
      : reason,
    counterexample: counterexample && requestJson(counterexample),
  });
}

/** What anybody can do who is allowed this, in plain words. */
function openedBy({ principal, action }: Request, reason: string): string {
  if (principal.kind !== 'anonymous' || !reason.startsWith('is allowed')) return '';
  const verb = VERBS.find(([actions]) => actions.test(action))?.[1] ?? `call ${action}`;
  return `anyone on the internet can ${verb}: `;
}

const VERBS: ReadonlyArray<readonly [actions: RegExp, verb: string]> = [
  [/^s3:(?:Get|List)/i, 'read'],
  [/^s3:(?:Put|Replicate)/i, 'write'],
  [/^s3:Delete/i, 'delete'],
];

/** A proof that needs S3's defaults names those that it needs. */
function byDefaults(unstated: readonly string[], ask: (settings: readonly string[]) => Answer): Answer {
  let answer = ask(unstated);
  if (answer.status !== VerdictStatus.PROVED) return answer;
  let needed = unstated;
  for (const setting of unstated) {
    const others = needed.filter((each) => each !== setting);
    const without = ask(others);
    if (without.status === VerdictStatus.PROVED) [answer, needed] = [without, others];
  }
  return {
    ...answer,
    axioms: [...answer.axioms, NEW_RESOURCE_DEFAULTS].sort(),
    stated: false,
    reason: `holds by S3's default, not stated in the template: ${needed.join(', ')}`,
  };
}

function answerAbout(guarantee: Guarantee, subject: ResourceUnderTest): Answer {
  const none = { requestClasses: 0, axioms: [] };
  const { policies } = subject.bucket;
  if (policies.length > 1) {
    const paths = policies.map(({ resource }) => resource.path).join(' and ');
    return {
      ...none,
      status: VerdictStatus.VIOLATED,
      reason: `AWS keeps one policy for each resource, and ${paths} overwrite each other: merge them`,
    };
  }
  let total: Answer = { ...none, status: VerdictStatus.PROVED };
  for (const part of guarantee._parts(subject)) {
    const found = total.status === VerdictStatus.VIOLATED ? worseThanSetting(part) : answerOfPart(part);
    if (found === undefined) continue;
    const sum = {
      requestClasses: total.requestClasses + found.requestClasses,
      axioms: [...new Set([...total.axioms, ...found.axioms])].sort(),
    };
    if (found.status === VerdictStatus.VIOLATED && found.counterexample !== undefined) return { ...found, ...sum };
    total = RANKS.indexOf(found.status) > RANKS.indexOf(total.status) ? { ...found, ...sum } : { ...total, ...sum };
  }
  return total;
}

const RANKS = [VerdictStatus.PROVED, VerdictStatus.UNKNOWN, VerdictStatus.VIOLATED];

/** Beside a setting that violates the guarantee already: only a request that shows the harm is worth telling. */
function worseThanSetting(part: ProofObligation): Answer | undefined {
  if ('setting' in part) return undefined;
  try {
    const found = answerOfPart(part);
    return found.status === VerdictStatus.VIOLATED ? found : undefined;
  } catch {
    // What cannot be read does not make the violation one that is not known.
    return undefined;
  }
}

function answerOfPart(part: ProofObligation): Answer {
  if ('setting' in part) {
    const axioms = part.axioms ?? [];
    if (part.holds === undefined) {
      return { requestClasses: 0, axioms, status: VerdictStatus.UNKNOWN, reason: `${part.setting} is ${part.reason}` };
    }
    const status = part.holds ? VerdictStatus.PROVED : VerdictStatus.VIOLATED;
    return { requestClasses: 0, axioms, status, reason: part.holds ? undefined : part.reason };
  }
  const outcome = answerOf(part);
  const common = { requestClasses: outcome.requestClasses, axioms: outcome.axioms };
  switch (outcome.status) {
    case 'proved':
      return { ...common, status: VerdictStatus.PROVED };
    case 'unknown': {
      const { counterexample, where } = outcome;
      if (where === undefined) {
        return {
          ...common,
          status: VerdictStatus.UNKNOWN,
          reason: `cannot be known: ${outcome.reason}`,
          counterexample,
        };
      }
      const reason =
        `${part.expect === 'never' ? 'is allowed' : 'is refused'} (${outcome.reason}); give the stack its ` +
        'account and Region';
      return { ...common, status: VerdictStatus.UNKNOWN, reason, counterexample, where };
    }
    default: {
      const what = part.expect === 'never' ? 'is allowed' : 'is refused';
      return {
        ...common,
        status: VerdictStatus.VIOLATED,
        reason: `${what} (${outcome.reason})${part.advice === undefined ? '' : `; advice: ${part.advice}`}`,
        counterexample: outcome.counterexample,
      };
    }
  }
}
