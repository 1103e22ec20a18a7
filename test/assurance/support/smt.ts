import { spawnSync } from 'child_process';
import { actions } from '../../../src/assurance/data/iam';
import type { Condition } from '../../../src/assurance/engine/condition';
import type { Pattern } from '../../../src/assurance/engine/glob';
import { compile, operatorOf } from '../../../src/assurance/engine/operators';
import type { PrincipalPattern, Statement } from '../../../src/assurance/engine/policy';
import type { Property } from '../../../src/assurance/engine/property';
import { isPublicPolicy } from '../../../src/assurance/engine/public-policy';
import { accountOfPrincipal } from '../../../src/assurance/engine/statement-match';

/**
 * The property as SMT-LIB, for a solver to look for a request that breaks it: `unsat` is a proof. Axioms are written
 * again, by hand, so that a slip in the prover's own shows.
 * @throws for what the translation does not cover (access points, known identities, dates, addresses, variables)
 */
export function toSmt(property: Property): string {
  return new Translation(property).text();
}

export type Answer = 'sat' | 'unsat' | 'unknown';

/** Asks a solver; `unknown` if it gives up within the time. */
export function solve(solver: 'cvc5' | 'z3', text: string, seconds = 20): Answer {
  const args =
    solver === 'cvc5' ? ['--lang=smt2', '--strings-exp', `--tlimit=${seconds * 1000}`] : ['-in', `-T:${seconds}`];
  const { stdout, stderr, error } = spawnSync(solver, args, { input: text, encoding: 'utf8' });
  if (error) throw error;
  const answer = stdout.trim().split('\n')[0];
  if (answer === 'sat' || answer === 'unsat') return answer;
  if (/error/i.test(stdout) && !/timeout|interrupted/i.test(stdout + stderr)) {
    throw new Error(`${solver}: ${stdout}${stderr}`);
  }
  return 'unknown';
}

export function hasSolver(solver: 'cvc5' | 'z3'): boolean {
  return spawnSync(solver, ['--version']).status === 0;
}

const and = (...parts: string[]) =>
  parts.length === 0 ? 'true' : parts.length === 1 ? parts[0] : `(and ${parts.join(' ')})`;
const or = (...parts: string[]) =>
  parts.length === 0 ? 'false' : parts.length === 1 ? parts[0] : `(or ${parts.join(' ')})`;
const not = (part: string) => `(not ${part})`;
const text = (value: string) => `"${value.replaceAll('"', '""')}"`;
const oneOf = (variable: string, values: string[]) => or(...values.map((value) => `(= ${variable} ${text(value)})`));

const ANY_CHAR = '(re.range " " "~")';
const NO_COLON = '(re.union (re.range " " "9") (re.range ";" "~"))';

function regex(pattern: Pattern): string {
  const parts = pattern.map((token) => {
    switch (token.t) {
      case 'char':
        return `(str.to_re ${text(token.c)})`;
      case 'fold':
        return `(re.union (str.to_re ${text(token.c)}) (str.to_re ${text(token.c.toUpperCase())}))`;
      case 'of':
        return `(re.union ${[...token.set].map((c) => `(str.to_re ${text(c)})`).join(' ')})`;
      case 'any':
        return token.colon ? ANY_CHAR : NO_COLON;
      default:
        return `(re.* ${token.colon ? ANY_CHAR : NO_COLON})`;
    }
  });
  return parts.length === 0 ? '(str.to_re "")' : parts.length === 1 ? parts[0] : `(re.++ ${parts.join(' ')})`;
}

const IAM = or('(= kind "role")', '(= kind "user")', '(= kind "root")');
const SERVICE = '(= kind "service")';
const KMS_KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const SSE = 's3:x-amz-server-side-encryption';

/** Keys that follow from the caller: when they are there, and their value. */
const CALLER: Record<string, [present: string, value: string]> = {
  'aws:principalarn': [IAM, 'arn'],
  'aws:principalaccount': [IAM, 'account'],
  'aws:principalisawsservice': [or(IAM, SERVICE), `(ite ${SERVICE} "true" "false")`],
  'aws:principalservicename': [SERVICE, 'service'],
  'strongbox:principalkind': ['true', 'kind'],
};

class Translation {
  private readonly keys = new Map<string, string>();
  private readonly numeric = new Set<string>();

  public constructor(private readonly property: Property) {
    const { environment: env } = property;
    if (
      env.accessPoints ||
      env.identities ||
      env.endpointPolicies ||
      env.serviceControlPolicies ||
      env.resourceControlPolicies ||
      env.aclsMayGrant
    ) {
      throw new Error('not translated: more than one resource policy decides');
    }
  }

  public text(): string {
    const { property } = this;
    const { environment: env, region } = property;
    const statements = env.resourcePolicies.flatMap((policy) => policy.statements);
    for (const condition of [...statements, region].flatMap((statement) => statement.conditions)) this.note(condition);
    if (this.keys.has('s3:tlsversion')) this.declareKey('aws:securetransport');
    if (this.keys.has(KMS_KEY) || this.keys.has(`${SSE}-customer-algorithm`)) this.declareKey(SSE);

    const denied = or(
      ...statements.filter(({ effect }) => effect === 'Deny').map((statement) => this.applies(statement)),
    );
    const granted = or(
      ...statements.filter(({ effect }) => effect === 'Allow').map((statement) => this.applies(statement)),
    );
    const cut = env.restrictsPublic && env.resourcePolicies.some((policy) => isPublicPolicy(policy) === true);
    const allowed = and(
      not(denied),
      `(ite ${SERVICE} ${granted} (ite ${and(IAM, `(= account ${text(env.account)})`)} true ` +
        `${cut ? 'false' : granted}))`,
    );
    const inRegion = and(
      this.action(region),
      this.resource(region),
      ...region.conditions.map((condition) => this.condition(condition)),
    );
    const goal = property.expect === 'never' ? allowed : not(allowed);
    const lines = [
      '(set-logic ALL)',
      ...['kind', 'arn', 'account', 'name', 'session', 'service', 'action', 'resource', 'key'].map(
        (name) => `(declare-const ${name} String)`,
      ),
      ...[...this.keys].flatMap(([key, name]) => [
        `(declare-const has_${name} Bool)`,
        `(declare-const ${name} ${this.numeric.has(key) ? 'Real' : 'String'})`,
      ]),
      ...[this.callers(), this.targets(), ...this.axioms(), ...this.ordinary(), inRegion, goal].map(
        (formula) => `(assert ${formula})`,
      ),
      '(check-sat)',
    ];
    return `${lines.join('\n')}\n`;
  }

  private note(condition: Condition): void {
    const { type } = operatorOf(condition);
    if (
      type === 'date' ||
      type === 'ip' ||
      type === 'binary' ||
      condition.set ||
      condition.values.some((value) => value.includes('${'))
    ) {
      throw new Error(`not translated: ${condition.place}`);
    }
    if (type === 'numeric') this.numeric.add(condition.key);
    if (!(condition.key in CALLER)) this.declareKey(condition.key);
  }

  private declareKey(key: string): void {
    if (!this.keys.has(key)) this.keys.set(key, key.replace(/[^a-z0-9]/g, '_'));
    if (key === 's3:tlsversion') this.numeric.add(key);
  }

  private callers(): string {
    const form = (kind: string, rest: string) =>
      and(`(= kind "${kind}")`, `(= arn (str.++ "arn:aws:iam::" account ":${rest}))`);
    return and(
      or(
        form('role', 'role/" name'),
        form('user', 'user/" name'),
        form('root', 'root"'),
        SERVICE,
        '(= kind "anonymous")',
      ),
      `(str.in_re name (re.+ ${ANY_CHAR}))`,
      '(str.in_re account ((_ re.^ 12) (re.range "0" "9")))',
      '(str.in_re service (re.+ (re.range "." "z")))',
    );
  }

  private targets(): string {
    const known = actions().filter(({ name }) => name.startsWith('s3:') && name !== 's3:CreateBucket');
    return or(
      ...this.property.targets.map((target) =>
        and(
          oneOf(
            'action',
            known.filter(({ on }) => on.includes(target.kind)).map(({ name }) => name),
          ),
          ...(target.keys === undefined
            ? [`(= resource ${text(target.arn)})`]
            : [
                `(= resource (str.++ ${text(`${target.arn}/`)} key))`,
                `(str.in_re key (re.+ ${ANY_CHAR}))`,
                or(...target.keys.map((pattern) => `(str.in_re key ${regex(this.pattern(pattern, 'glob'))})`)),
              ]),
        ),
      ),
    );
  }

  /** Which values the keys can have. */
  private axioms(): string[] {
    const has = (key: string) => `has_${this.keys.get(key)}`;
    const is = (key: string, values: string[]) => oneOf(this.keys.get(key)!, values);
    const out: string[] = [];
    for (const [key, name] of this.keys) {
      const here = `has_${name}`;
      const values = (...of: string[]) => out.push(or(not(here), is(key, of)));
      switch (key) {
        case 'aws:securetransport':
          out.push(here, is(key, ['true', 'false']));
          break;
        case 's3:tlsversion':
          out.push(
            or(not(here), is('aws:securetransport', ['true'])),
            or(here, is('aws:securetransport', ['false']), SERVICE),
          );
          out.push(or(...['1.0', '1.1', '1.2', '1.3'].map((version) => `(= ${name} ${version})`)));
          break;
        case SSE:
          values('AES256', 'aws:kms', 'aws:kms:dsse');
          break;
        case KMS_KEY:
          out.push(or(not(here), not(and(has(SSE), is(SSE, ['AES256'])))), `(not (= ${name} ""))`);
          break;
        case `${SSE}-customer-algorithm`:
          values('AES256');
          out.push(or(not(here), not(has(SSE))));
          break;
        case 'aws:sourceaccount':
        case 'aws:sourcearn':
          out.push(or(not(here), SERVICE), `(not (= ${name} ""))`);
          break;
        case 'aws:principalorgid':
          out.push(or(not(here), IAM), `(not (= ${name} ""))`);
          break;
        default:
          out.push(this.numeric.has(key) ? 'true' : `(not (= ${name} ""))`);
      }
    }
    return out;
  }

  /** What an `always` property leaves unsaid is as in an ordinary request. */
  private ordinary(): string[] {
    if (this.property.expect === 'never') return [];
    const named = new Set(this.property.region.conditions.map(({ key }) => key));
    if (named.has(KMS_KEY)) named.add(SSE);
    return [...this.keys]
      .filter(([key]) => !named.has(key))
      .map(([key, name]) => {
        switch (key) {
          case 'aws:securetransport':
            return and(`has_${name}`, `(= ${name} "true")`);
          case 's3:tlsversion':
            return or(and(SERVICE, not(`has_${name}`)), and(`has_${name}`, `(>= ${name} 1.2)`));
          default:
            return not(`has_${name}`);
        }
      });
  }

  private applies(statement: Statement): string {
    const conditions = statement.conditions.map((condition) => this.condition(condition));
    return and(this.action(statement), this.resource(statement), this.principal(statement), ...conditions);
  }

  private action(statement: Statement): string {
    // The list of actions is finite: no need of strings.
    const hits = or(
      ...statement.actions.map((pattern) =>
        pattern === '*' || pattern === 's3:*'
          ? 'true'
          : oneOf(
              'action',
              actions()
                .map(({ name }) => name)
                .filter((name) =>
                  new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test(name),
                ),
            ),
      ),
    );
    return statement.notAction ? not(hits) : hits;
  }

  private resource(statement: Statement): string {
    const hits = or(
      ...statement.resources.map((pattern) =>
        pattern === '*' ? 'true' : `(str.in_re resource ${regex(this.pattern(pattern, 'arn'))})`,
      ),
    );
    return statement.notResource ? not(hits) : hits;
  }

  private principal(statement: Statement): string {
    if (statement.notPrincipal) throw new Error(`not translated: ${statement.place} NotPrincipal`);
    return or(...(statement.principals ?? []).map((pattern) => this.principalHit(pattern)));
  }

  private principalHit({ type, value }: PrincipalPattern): string {
    if (type === '*') return 'true';
    if (type === 'Service') return and(SERVICE, `(= service ${text(value)})`);
    if (type !== 'AWS') throw new Error(`not translated: principal ${type}`);
    const account = accountOfPrincipal(value);
    if (account !== undefined) return and(IAM, `(= account ${text(account)})`);
    const session = /^arn:[^:]*:sts::([^:]*):assumed-role\/([^/]+)\/(.+)$/.exec(value);
    if (session) {
      return and(
        '(= kind "role")',
        `(= account ${text(session[1])})`,
        `(= session ${text(session[3])})`,
        or(`(= name ${text(session[2])})`, `(str.suffixof ${text(`/${session[2]}`)} name)`),
      );
    }
    return and(IAM, `(= arn ${text(value)})`);
  }

  private condition(condition: Condition): string {
    const operator = operatorOf(condition);
    const [here, value] = CALLER[condition.key] ?? [
      `has_${this.keys.get(condition.key)}`,
      this.keys.get(condition.key)!,
    ];
    if (operator.type === 'null') {
      return or(...condition.values.map((expected) => (expected === 'true' ? not(here) : here)));
    }
    const hit = or(
      ...condition.values.map((expected) => {
        if (operator.type === 'numeric') {
          const symbol = /LessThanEquals/.test(condition.operator)
            ? '<='
            : /LessThan/.test(condition.operator)
              ? '<'
              : /GreaterThanEquals/.test(condition.operator)
                ? '>='
                : /GreaterThan/.test(condition.operator)
                  ? '>'
                  : '=';
          return `(${symbol} ${value} ${Number(expected).toFixed(3)})`;
        }
        if (operator.type === 'bool') return `(= ${value} ${text(expected.toLowerCase())})`;
        return operator.mode === 'literal'
          ? `(= ${value} ${text(expected)})`
          : `(str.in_re ${value} ${regex(this.pattern(expected, operator.mode!))})`;
      }),
    );
    if (condition.ifExists) return or(not(here), operator.negated ? not(hit) : hit);
    return operator.negated ? or(not(here), not(hit)) : and(here, hit);
  }

  private pattern(value: string, mode: 'glob' | 'arn' | 'folded' | 'literal' | 'action'): Pattern {
    const compiled = compile(value, mode, false, () => undefined);
    if ('missing' in compiled) throw new Error('not translated: a policy variable');
    return compiled.pattern;
  }
}
