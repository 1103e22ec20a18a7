import { performance } from 'node:perf_hooks';
import { baseline } from '../../src/assurance/baseline';
import { prove } from '../../src/assurance/engine/prove';
import { resolveTemplates } from '../../src/assurance/model/resolve';
import { verifyClaims } from '../../src/assurance/verify';
import { POLICIES, propertiesOf } from '../../test/assurance/support/questions';
import { hasSolver, solve, toSmt } from '../../test/assurance/support/smt';
import type { Figures } from '../figures';

/** A question on which a solver takes longer counts as unknown, with this time. */
const SECONDS = 2;

/**
 * The same questions to the prover and to two SMT solvers, one after another in one run; then the cost a bucket of
 * judging what every bucket is held to, with answers remembered.
 */
export async function bench(say: (progress: string) => void): Promise<Figures> {
  const questions = Object.keys(POLICIES).flatMap((name) => propertiesOf(POLICIES[name], true));
  say(`${questions.length} questions`);
  // Once unmeasured, so that neither side pays for loading.
  questions.slice(0, 20).forEach((question) => prove(question));

  let classes = 0;
  const mine: string[] = [];
  const proverMs = timed(() => {
    for (const question of questions) {
      const outcome = prove(question);
      classes += outcome.requestClasses;
      mine.push(outcome.status);
    }
  });
  const figures: Record<string, Figures[string]> = {
    questions: questions.length,
    classes,
    proverMs,
    proverMsPerQuestion: round(proverMs / questions.length),
    solverSecondsAtMost: SECONDS,
  };
  const texts = questions.map((question) => toSmt(question));
  for (const solver of ['cvc5', 'z3'] as const) {
    if (!hasSolver(solver)) {
      figures[solver] = null;
      say(`${solver} is not here: install Debian's package of that name`);
      continue;
    }
    const answers: string[] = [];
    const ms = timed(() =>
      texts.forEach((text, i) => {
        answers.push(solve(solver, text, SECONDS));
        if (i % 50 === 49) say(`${solver}: ${i + 1} of ${texts.length}`);
      }),
    );
    // A start of the process is part of asking a solver, and told apart.
    const startMs = timed(() => texts.slice(0, 20).forEach(() => solve(solver, '(set-logic ALL)(check-sat)'))) / 20;
    const disagree = answers.filter(
      (answer, i) => answer !== 'unknown' && mine[i] !== 'unknown' && (answer === 'unsat') !== (mine[i] === 'proved'),
    ).length;
    figures[solver] = {
      ms,
      msPerQuestion: round(ms / texts.length),
      startMs: round(startMs),
      unknown: answers.filter((answer) => answer === 'unknown').length,
      disagree,
      timesProver: round(ms / proverMs),
      timesProverWithoutStarts: round((ms - startMs * texts.length) / proverMs),
    };
  }

  const perBucket: Figures[] = [];
  for (const count of [10, 100, 1000]) {
    say(`${count} buckets`);
    perBucket.push(buckets(count));
  }
  return { ...figures, perBucket };
}

/** Buckets of one shape, as an app has them, with generated names. */
function buckets(count: number): Figures {
  const Resources: Record<string, any> = {};
  for (let i = 0; i < count; i += 1) {
    const arn = { 'Fn::GetAtt': [`Bucket${i}`, 'Arn'] };
    Resources[`Bucket${i}`] = {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      },
    };
    Resources[`Policy${i}`] = {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: `Bucket${i}` },
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              Resource: [arn, { 'Fn::Join': ['', [arn, '/*']] }],
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              Resource: [arn, { 'Fn::Join': ['', [arn, '/*']] }],
              Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } },
            },
          ],
        },
      },
    };
  }
  const before = process.memoryUsage().heapUsed;
  let verdicts = 0;
  const ms = timed(() => {
    const model = resolveTemplates([{ stack: `Stack${count}`, template: { Resources } }]);
    verdicts = verifyClaims(model, baseline(model)).length;
  });
  const heapMiB = round((process.memoryUsage().heapUsed - before) / 2 ** 20);
  return { buckets: count, verdicts, ms, msPerBucket: round(ms / count), heapMiB };
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return round(performance.now() - start);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
