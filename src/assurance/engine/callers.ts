/** Who may make a request: a caller for each combination of answers that policies can give about callers. */
import type { Condition } from './condition';
import { digits, glob, literal, type Pattern } from './glob';
import { operatorOf, UnsupportedError } from './operators';
import type { PrincipalPattern } from './policy';
import type { Vocabulary } from './property';
import { displayKey, PRINCIPAL_KEYS, type Principal } from './request';
import { accountOfPrincipal } from './statement-match';
import { hasVariable, open, type TextOfField } from './variables';
import { witnesses, type Question } from './witnesses';
import { isUnknown } from '../template/unknown';

/**
 * Keys of callers whose values are texts that policies choose among. The others have few values, all of which are
 * there.
 */
const ARN = 'aws:principalarn';
const ACCOUNTS = ['aws:principalaccount', 'kms:calleraccount'];
const NAME = 'aws:username';
const USER_ID = 'aws:userid';
const PROVIDER = 'aws:federatedprovider';
const SERVICES = ['aws:principalservicename', 'aws:principalservicenameslist'];

/** @throws if a condition compares a key of the caller in a way that gives no representative callers */
export function callersOf(asked: Vocabulary): Principal[] {
  const { partition, statements, conditions } = asked;
  const env = asked.property.environment;
  for (const key of PRINCIPAL_KEYS) conditions.get(key)?.forEach(requireComparable);
  const patterns = statements
    .flatMap((statement) => statement.principals ?? [])
    .filter((pattern) => !isUnknown(pattern.value));
  const named = [...new Set([...valuesOf(patterns, 'AWS'), ...Object.keys(env.identities ?? {})])];
  const sessions = patterns.flatMap((pattern) => {
    const match = /^arn:[^:]*:sts::([^:]*):assumed-role\/([^/]+)\/(.+)$/.exec(pattern.value);
    return match ? [{ account: match[1], role: match[2], session: match[3] }] : [];
  });
  // A session is that of a role, which its own name makes known.
  const arns = [...named, ...sessions.map(({ account, role }) => `arn:${partition}:iam::${account}:role/${role}`)];
  const arnQuestions: Question[] = [
    ...arns.map((text) => ({ pattern: literal(text) })),
    ...textsOf(asked, [ARN])
      .flatMap(filled)
      .map((text) => ({ pattern: open(text) })),
    ...asked.questionsAbout(ARN),
  ];
  const nameQuestions: Question[] = [
    ...textsOf(asked, [NAME]).map((text) => ({ pattern: open(text) })),
    ...asked.questionsAbout(NAME),
  ].map((question) => ({ ...question, lastPart: true }));
  const userIds: Question[] = [
    ...textsOf(asked, [USER_ID])
      .flatMap(filled)
      .map((text) => ({ pattern: open(text) })),
    ...asked.questionsAbout(USER_ID),
  ];
  const providers = [undefined, ...providersOf(asked, valuesOf(patterns, 'Federated'))];
  const canonical = [undefined, ...new Set(valuesOf(patterns, 'CanonicalUser'))];

  const found: Principal[] = [];
  for (const account of accountsOf(asked, named, arnQuestions, userIds)) {
    // Whoever belongs to the account behind a canonical id carries its own ARN.
    const add = (principal: Principal) =>
      canonical.forEach((canonicalId) =>
        found.push(canonicalId === undefined ? principal : { ...principal, canonicalId }),
      );
    for (const arn of arnsOf(asked, `arn:${partition}:iam::${account}:role/`, arnQuestions)) {
      const name = arn.split('/').pop();
      const ofRole = sessions
        .filter((one) => one.role === name && one.account === account)
        .map(({ session }) => session);
      for (const session of [undefined, ...ofRole]) {
        for (const provider of providers) add({ kind: 'role', arn, account, session, provider });
      }
    }
    for (const arn of arnsOf(asked, `arn:${partition}:iam::${account}:user/`, [...arnQuestions, ...nameQuestions])) {
      add({ kind: 'user', arn, account });
    }
    add({ kind: 'root', arn: `arn:${partition}:iam::${account}:root`, account });
    // Of a federated user the id says the same name.
    const ids = userIds.map((question): Question => ({ ...question, lastPart: true, after: `${account}:` }));
    for (const arn of arnsOf(asked, `arn:${partition}:sts::${account}:federated-user/`, [...arnQuestions, ...ids])) {
      add({ kind: 'federated-user', arn, account });
    }
  }
  for (const service of servicesOf(asked, valuesOf(patterns, 'Service'))) found.push({ kind: 'service', service });
  // The identity of a CloudFront distribution is a canonical user as well, and belongs to no account of a customer.
  for (const canonicalId of canonical) {
    if (canonicalId !== undefined) found.push({ kind: 'canonical-user', arn: canonicalId, canonicalId });
  }
  found.push({ kind: 'anonymous' });
  return found;
}

/**
 * A key of the caller is a text, true or false, or absent: other comparisons would need callers that nobody looks for.
 */
function requireComparable(condition: Condition): void {
  const { type } = operatorOf(condition);
  if (type === 'string' || type === 'arn' || type === 'null' || type === 'bool') return;
  throw new UnsupportedError(
    condition.place,
    `compares ${displayKey(condition.key)} as ${type}; a comparison of texts is needed`,
  );
}

function valuesOf(patterns: readonly PrincipalPattern[], type: PrincipalPattern['type']): string[] {
  return patterns.filter((pattern) => pattern.type === type && pattern.value !== '*').map(({ value }) => value);
}

function textsOf({ conditions }: Vocabulary, keys: readonly string[]): TextOfField[] {
  return keys
    .flatMap((key) => conditions.get(key) ?? [])
    .flatMap((condition) => {
      const { mode } = operatorOf(condition);
      return mode === undefined
        ? []
        : condition.values
            .filter((text) => !isUnknown(text))
            .map((text) => ({ text, mode, variables: condition.variables }));
    });
}

/** A text as it is and, if it has variables, with the values in them that nobody names. */
function filled(text: TextOfField): TextOfField[] {
  if (!text.variables || !hasVariable(text.text)) return [text];
  return [
    text,
    ...['x', 'y'].map((value) => ({ ...text, variables: false, text: text.text.replace(/\$\{[^}]{2,}\}/g, value) })),
  ];
}

function arnsOf({ property }: Vocabulary, before: string, questions: readonly Question[]): string[] {
  return witnesses(
    questions.map((question) => (question.lastPart === true ? question : { ...question, after: before })),
    [glob('?*')],
    property.place,
  ).map((name) => before + name);
}

/** Accounts by all that policies ask of them: of the account itself, and of the ARNs in it. */
function accountsOf(
  asked: Vocabulary,
  named: readonly string[],
  arnQuestions: readonly Question[],
  userIds: readonly Question[],
): string[] {
  const { partition, owners, property } = asked;
  const alone = [...new Set([...owners, ...named.map(accountOfPrincipal).filter((account) => account !== undefined)])];
  const texts = textsOf(asked, ACCOUNTS).flatMap(filled);
  const ofAccounts: Question[] = [
    ...[...alone, ...named.map(partOfArn)]
      .filter((account) => DIGITS.test(account))
      .map((account) => ({ pattern: literal(account) })),
    ...texts.map((text) => ({ pattern: open(text) })),
    ...ACCOUNTS.flatMap((key) => asked.questionsAbout(key)),
  ];
  // In these forms the ARNs of an account go on; the account decides where their patterns stand.
  const inArns = (service: string, kind: string): Question[] =>
    arnQuestions.map((question) => ({
      ...question,
      after: `arn:${partition}:${service}::`,
      then: `:${kind}`,
      open: true,
    }));
  const questions = [
    ...ofAccounts,
    ...inArns('iam', 'role/'),
    ...inArns('iam', 'user/'),
    ...inArns('iam', 'root'),
    ...inArns('sts', 'federated-user/'),
    // The id of a root user is its account, that of a federated user begins with it.
    ...userIds,
    ...userIds.map((question): Question => ({ ...question, then: ':', open: true })),
  ];
  const forms = witnesses(questions, [digits(12)], property.place);
  // An account that is known by its name alone stands for itself.
  return [...new Set([...owners, ...forms, ...alone])];
}

const DIGITS = /^\d{12}$/;

function partOfArn(text: string): string {
  return text.split(':')[4] ?? '';
}

function providersOf(asked: Vocabulary, named: readonly string[]): string[] {
  const questions: Question[] = [
    ...named.map((text) => ({ pattern: literal(text) as Pattern })),
    ...textsOf(asked, [PROVIDER])
      .flatMap(filled)
      .map((text) => ({ pattern: open(text) })),
    ...asked.questionsAbout(PROVIDER),
  ];
  // Null compares no text, and tells federated sessions from others all the same.
  const isRead = questions.length > 0 || asked.conditions.has(PROVIDER);
  return isRead ? witnesses(questions, [glob('?*')], asked.property.place) : [];
}

/** Services by both keys that tell their names, of which one may hold for a service and the other not. */
function servicesOf(asked: Vocabulary, named: readonly string[]): string[] {
  const questions: Question[] = [
    ...named.map((text) => ({ pattern: literal(text) as Pattern })),
    ...textsOf(asked, SERVICES)
      .flatMap(filled)
      .map((text) => ({ pattern: open(text) })),
    ...SERVICES.flatMap((key) => asked.questionsAbout(key)),
  ];
  const forms = SERVICE_ENDINGS.flatMap((ending) => witnesses(questions, [glob(`?*.${ending}`)], asked.property.place));
  return [...new Set(['service.amazonaws.com', ...named, ...forms])];
}

const SERVICE_ENDINGS = ['amazonaws.com', 'amazonaws.com.cn'];
