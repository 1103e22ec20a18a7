import fc from 'fast-check';
import { changes } from '../../../src/assurance/engine/changes';
import type { Environment } from '../../../src/assurance/engine/environment';
import { evaluate } from '../../../src/assurance/engine/evaluate';
import { ruleOf } from '../../../src/assurance/engine/key-rules';
import { parsePolicy } from '../../../src/assurance/engine/policy';
import type { ContextValue, Request } from '../../../src/assurance/engine/request';
import { viewOf } from '../../../src/assurance/engine/request-view';
import { BUCKET, OWN, policy, request as requests } from '../support/arbitrary';
import { DroppedKeyError, secondOpinion } from '../support/second-opinion';

/** The same runs every time; a longer search sets another seed and more runs. */
const SEED = Number(process.env.FUZZ_SEED ?? 20261201);
const RUNS = Number(process.env.FUZZ_RUNS ?? 150);

const TARGETS = [
  { kind: 'object', arn: BUCKET, keys: ['*'] },
  { kind: 'bucket', arn: BUCKET },
];

function environment(document: any): Environment {
  return { account: OWN, resourcePolicies: [parsePolicy(document, 'policy')], otherIdentities: 'everything' };
}

/** What a pull request does to a policy. */
const EDITS: ReadonlyArray<(statements: any[], other: any) => any[]> = [
  (statements) => statements,
  (statements, other) => [...statements, other],
  (statements, other) => [other, ...statements],
  (statements) => statements.slice(1),
  (statements) => [...statements].reverse(),
  (statements) => statements.map((one, i) => (i === 0 ? { ...one, Condition: undefined } : one)),
  (statements) => [...statements, statements[0]],
  (statements, other) => statements.map((one, i) => (i === 0 ? { ...one, Condition: other.Condition } : one)),
];
const edited = fc
  .tuple(policy(), policy(), fc.constantFrom(...EDITS))
  .map(([before, { Statement: others }, edit]) => {
    const Statement = edit(before.Statement, others[0]).map((one) => JSON.parse(JSON.stringify(one)));
    return [before, { ...before, Statement }];
  })
  .filter(([, after]) => after.Statement.length > 0);

test('random edits: what is told as a difference is one, and a second evaluator agrees', async () => {
  let told = 0;
  let silent = 0;
  await fc.assert(
    fc.asyncProperty(edited, async ([before, after]) => {
      const [was, is] = [environment(before), environment(after)];
      const found = [...changes(was, is, TARGETS, ['s3:*'])];
      if (found.length === 0) silent += 1;
      for (const change of found.slice(0, 5)) {
        const sides = [was, is].map((env) => evaluate(viewOf(change.request), env, 'allow'));
        if (sides.some(({ doubts }) => doubts.length > 0)) continue;
        expect(sides.map(({ allowed }) => (allowed ? 'yes' : 'no'))).toEqual([
          change.before.allowed,
          change.after.allowed,
        ]);
        // The other evaluator compares no address of IPv6 with a range of IPv4.
        if (String(change.request.context['aws:sourceip']).includes(':')) continue;
        try {
          const others = [await secondOpinion(change.request, was, { resourcePolicy: before })].concat(
            await secondOpinion(change.request, is, { resourcePolicy: after }),
          );
          expect({ change, others }).toEqual({ change, others: sides.map(({ allowed }) => allowed) });
          told += 1;
        } catch (error) {
          if (!(error instanceof DroppedKeyError)) throw error;
        }
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(told).toBeGreaterThan(RUNS / 4);
  expect(silent).toBeGreaterThan(RUNS / 10);
}, 120_000);

/** The request as AWS could send it, by the axioms: a value that cannot be is replaced by one that can. */
function lawful(request: Request): Request {
  const context: Record<string, ContextValue> = { ...request.context };
  for (const key of ['aws:securetransport', 's3:tlsversion', 'aws:currenttime', ...Object.keys(context)]) {
    const given = context[key] === undefined ? [] : [context[key]];
    const values = ruleOf(key)?.values(given, viewOf({ ...request, context }));
    if (values === undefined || values.includes(context[key])) continue;
    if (values[0] === undefined) delete context[key];
    else context[key] = values[0];
  }
  return { ...request, context };
}

test('random edits and requests: a request that is decided differently is never passed over', () => {
  let differing = 0;
  let empty = 0;
  const many = fc.array(requests, { minLength: 40, maxLength: 40 });
  fc.assert(
    fc.property(edited, many, ([before, after], some) => {
      const [was, is] = [environment(before), environment(after)];
      const found = [...changes(was, is, TARGETS, ['s3:*'])];
      const kinds = new Set(found.map((change) => `${change.before.allowed} ${change.after.allowed}`));
      if (found.length === 0) empty += 1;
      for (const request of some.map(lawful)) {
        const decided = [was, is].map((env) =>
          (['allow', 'deny'] as const).map((lean) => evaluate(viewOf(request), env, lean)),
        );
        const certain = decided.map(([most, least]) => (most.allowed === least.allowed ? most.allowed : undefined));
        if (certain.includes(undefined) || certain[0] === certain[1]) continue;
        differing += 1;
        const kind = certain[1] ? 'no yes' : 'yes no';
        expect({ request, kinds: [...kinds], has: kinds.has(kind) }).toEqual({ request, kinds: [...kinds], has: true });
      }
    }),
    { seed: SEED, numRuns: RUNS * 2 },
  );
  expect(differing).toBeGreaterThan(RUNS / 4);
  expect(empty).toBeGreaterThan(RUNS / 10);
}, 120_000);

test('the same policy in another order or with other Sids is no difference', () => {
  const statement = (Sid: string, prefix: string) => ({
    Sid,
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `${BUCKET}/${prefix}/*`,
  });
  const document = (...Statement: any[]) => environment({ Version: '2012-10-17', Statement });
  const [a, b] = [
    document(statement('A', 'x'), statement('B', 'y')),
    document(statement('C', 'y'), statement('D', 'x')),
  ];
  expect([...changes(a, b, TARGETS, ['s3:*'])]).toEqual([]);
  expect([...changes(a, document(statement('A', 'x')), TARGETS, ['s3:*'])].length).toBeGreaterThan(0);
});

test('an access point that is new opens what it lets through', () => {
  const arn = 'arn:aws:s3:eu-west-1:111122223333:accesspoint/team';
  const grant = (resource: string, Action: string, more: object = {}) =>
    parsePolicy(
      {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action, Resource: resource, ...more },
      },
      'policy',
    );
  const was: Environment = {
    account: OWN,
    resourcePolicies: [
      grant(`${BUCKET}/*`, 's3:GetObject', { Condition: { StringEquals: { 's3:DataAccessPointArn': arn } } }),
    ],
    accessPoints: [{ arn: `${arn}-other` }],
    otherIdentities: 'everything',
  };
  const is: Environment = {
    ...was,
    accessPoints: [{ arn: `${arn}-other` }, { arn, policy: grant(`${arn}/object/*`, 's3:GetObject') }],
  };
  const found = [...changes(was, is, TARGETS, ['s3:*'])];
  expect(found.length).toBeGreaterThan(0);
  for (const { request, before, after } of found) {
    expect(request.context['s3:dataaccesspointarn']).toBe(arn);
    expect([before.allowed, after.allowed]).toEqual(['no', 'yes']);
    expect(before.reason).toBe('there is no such access point');
  }
});
