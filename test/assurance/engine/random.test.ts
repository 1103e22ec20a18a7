import fc from 'fast-check';
import type { Environment } from '../../../src/assurance/engine/environment';
import { evaluate } from '../../../src/assurance/engine/evaluate';
import { ruleOf } from '../../../src/assurance/engine/key-rules';
import { parsePolicy } from '../../../src/assurance/engine/policy';
import type { Property } from '../../../src/assurance/engine/property';
import { prove } from '../../../src/assurance/engine/prove';
import { region } from '../../../src/assurance/engine/region';
import type { ContextValue, Request } from '../../../src/assurance/engine/request';
import { viewOf } from '../../../src/assurance/engine/request-view';
import { statementApplies } from '../../../src/assurance/engine/statement-match';
import { BUCKET, OWN, policy, request as requests } from '../support/arbitrary';
import { DroppedKeyError, secondOpinion } from '../support/second-opinion';

/**
 * The same runs every time: a failure is found again, and the suite is not a lottery. A longer search sets another seed
 * and more runs.
 */
const SEED = Number(process.env.FUZZ_SEED ?? 20261121);
const RUNS = Number(process.env.FUZZ_RUNS ?? 400);

function environment(document: any, more: Partial<Environment> = {}): Environment {
  return { account: OWN, resourcePolicies: [parsePolicy(document, 'policy')], otherIdentities: 'everything', ...more };
}

test('random policies and requests: an independent evaluator decides alike', async () => {
  let allowed = 0;
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(policy(), requests, fc.boolean(), async (resourcePolicy, request, restrictsPublic) => {
      const env = environment(resourcePolicy, { restrictsPublic });
      const mine = evaluate(viewOf(request), env, 'allow');
      if (mine.doubts.length > 0) return;
      let other: boolean;
      try {
        other = await secondOpinion(request, env, { resourcePolicy });
      } catch (e) {
        if (e instanceof DroppedKeyError) return;
        throw e;
      }
      compared += 1;
      if (mine.allowed) allowed += 1;
      expect({ allowed: mine.allowed, reason: mine.reason }).toEqual({ allowed: other, reason: mine.reason });
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(compared).toBeGreaterThan(RUNS / 2);
  expect(allowed).toBeGreaterThan(RUNS / 20);
});

test('random layers of policies: an independent evaluator composes them alike', async () => {
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
  // Deny lists, as organizations write them: otherwise nearly nothing is allowed and nothing is compared.
  const broad = (document: any, more: object = {}) =>
    document && { ...document, Statement: [{ ...everything, ...more }, ...document.Statement] };
  const layers = fc.record({
    resourcePolicy: fc.option(policy(true, 2), { nil: undefined, freq: 3 }),
    identity: fc.oneof(
      policy(false, 3),
      policy(false, 1).map((document) => broad(document)),
    ),
    boundary: fc.option(policy(false, 2), { nil: undefined }),
    serviceControl: fc.option(policy(false, 2), { nil: undefined }),
    resourceControl: fc.option(policy(true, 2), { nil: undefined }),
    endpoint: fc.option(policy(true, 2), { nil: undefined }),
  });
  let allowed = 0;
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(layers, requests, async (found, request) => {
      const { resourcePolicy, identity } = found;
      const boundary = broad(found.boundary);
      const serviceControl = broad(found.serviceControl);
      const forAll = (document: any) =>
        document && { ...document, Statement: document.Statement.map((one: any) => ({ ...one, Principal: '*' })) };
      const endpoint = broad(forAll(found.endpoint), { Principal: '*' });
      const resourceControl = found.resourceControl && {
        Version: '2012-10-17',
        Statement: forAll(found.resourceControl).Statement.map(({ Action, NotAction, ...one }: any) => ({
          ...one,
          Effect: 'Deny',
          Action: (Action ?? NotAction).map((action: string) => (action === '*' ? 's3:*' : action)),
        })),
      };
      const parse = (document: any, name: string) => (document ? [parsePolicy(document, name)] : []);
      const { arn } = request.principal;
      const through = endpoint ? { ...request, context: { ...request.context, 'aws:sourcevpce': 'vpce-1' } } : request;
      const env: Environment = {
        account: OWN,
        resourcePolicies: parse(resourcePolicy, 'policy'),
        identities: arn
          ? { [arn]: { policies: parse(identity, 'identity'), boundary: parse(boundary, 'boundary')[0] } }
          : {},
        otherIdentities: 'nothing',
        serviceControlPolicies: parse(serviceControl, 'scp'),
        resourceControlPolicies: parse(resourceControl, 'rcp'),
        endpointPolicies: endpoint ? { 'vpce-1': parse(endpoint, 'endpoint')[0] } : {},
      };
      const mine = evaluate(viewOf(through), env, 'allow');
      let other: boolean;
      try {
        other = await secondOpinion(through, env, {
          resourcePolicy,
          identityPolicies: [identity],
          boundary,
          endpointPolicy: endpoint,
          serviceControlPolicies: serviceControl && [serviceControl],
          resourceControlPolicies: resourceControl && [resourceControl],
        });
      } catch (e) {
        if (e instanceof DroppedKeyError) return;
        throw e;
      }
      compared += 1;
      if (mine.allowed) allowed += 1;
      expect({ allowed: mine.allowed, reason: mine.reason }).toEqual({ allowed: other, reason: mine.reason });
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(compared).toBeGreaterThan(RUNS / 2);
  expect(allowed).toBeGreaterThan(RUNS / 40);
});

/** The request as AWS could send it, by the axioms: a value that cannot be is replaced by one that can. */
function lawful(request: Request): Request {
  const context: Record<string, ContextValue> = { ...request.context };
  for (const key of ['aws:securetransport', 's3:tlsversion', 'aws:currenttime', ...Object.keys(context)]) {
    const values = ruleOf(key)?.values(
      context[key] === undefined ? [] : [context[key]],
      viewOf({ ...request, context }),
    );
    if (values === undefined || values.includes(context[key])) continue;
    const [first] = values;
    if (first === undefined) delete context[key];
    else context[key] = first;
  }
  return { ...request, context };
}

test('random policies and requests: no concrete request contradicts a proof', () => {
  const REGIONS = [
    region({ actions: ['s3:*'], when: { Bool: { 'aws:SecureTransport': 'false' } } }),
    region({ actions: ['s3:GetObject'], when: { StringNotEquals: { 'aws:PrincipalAccount': OWN } } }),
    region({ actions: ['s3:PutObject', 's3:GetObject'], when: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }),
    region({ actions: ['s3:*'], when: { StringEquals: { 'strongbox:PrincipalKind': 'anonymous' } } }),
  ];
  let proved = 0;
  let covered = 0;
  const thirty = fc.array(requests, { minLength: 30, maxLength: 30 });
  fc.assert(
    fc.property(policy(), fc.constantFrom(...REGIONS), thirty, (document, wanted, some) => {
      const env = environment(document);
      const property: Property = {
        place: 'random',
        expect: 'never',
        region: wanted,
        environment: env,
        targets: [
          { kind: 'object', arn: BUCKET, keys: ['*'] },
          { kind: 'bucket', arn: BUCKET },
        ],
      };
      const outcome = prove(property);
      if (outcome.status === 'violated') {
        const { counterexample } = outcome;
        expect(evaluate(viewOf(counterexample!), env, 'deny').allowed).toBe(true);
        expect(statementApplies(wanted, viewOf(counterexample!), counterexample!.resource, 'Allow')).toBe(true);
      }
      if (outcome.status !== 'proved') return;
      proved += 1;
      for (const request of some.map(lawful)) {
        if (statementApplies(wanted, viewOf(request), request.resource, 'Allow') !== true) continue;
        covered += 1;
        expect({ request, allowed: evaluate(viewOf(request), env, 'allow').allowed }).toEqual({
          request,
          allowed: false,
        });
      }
    }),
    { seed: SEED, numRuns: RUNS / 2 },
  );
  expect(proved).toBeGreaterThan(RUNS / 20);
  expect(covered).toBeGreaterThan(RUNS / 20);
});
