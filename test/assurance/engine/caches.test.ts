/**
 * Answers are kept between questions: what is kept must never answer another question. Random assemblies whose names
 * overlap are judged in one process that keeps everything, and in new ones that keep no answer.
 */
import fc from 'fast-check';
import type { CheckResult } from '../../../src/assurance/assessment';
import type { TemplateInput } from '../../../src/assurance/template/assembly';

const SEED = Number(process.env.FUZZ_SEED ?? 20261201);
const RUNS = Number(process.env.FUZZ_RUNS ?? 20);

type Assess = (typeof import('../../../src/assurance/assessment'))['assess'];

/** Assemblies for which a process without kept answers serves, before a new one takes its place. */
const EACH = 25;

/** The library as a new process has it. */
function fresh(keepsAnswers: boolean): Assess {
  let assess: Assess;
  jest.isolateModules(() => {
    jest.doMock('aws-cdk-lib', () => CDK);
    if (keepsAnswers) {
      jest.dontMock(ANSWERS);
    } else {
      jest.doMock(ANSWERS, () => ({ answerOf: jest.requireActual(PROVE).prove }));
    }
    assess = jest.requireActual<{ assess: Assess }>('../../../src/assurance/assessment').assess;
  });
  return assess!;
}

const ANSWERS = '../../../src/assurance/engine/answers';
const PROVE = '../../../src/assurance/engine/prove';
// Large, and without a part in any answer.
const CDK = jest.requireActual('aws-cdk-lib');

const IDS = ['Docs', 'DocsLogs', 'Doc', 'Docs1'];
const ACCOUNTS = ['111122223333', '444455556666', undefined];
const STACKS = ['Docs', 'DocsStack', 'Stack-us-east-1'];

const get = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const sub = (text: string) => ({ 'Fn::Sub': text });

/** ARNs that name a bucket, or several, or one of another name that begins alike. */
const resourceFor = (own: string) =>
  fc.constantFrom<any>(
    [get(own), sub(`\${${own}.Arn}/*`)],
    sub(`\${${own}.Arn}/*`),
    sub(`\${${own}.Arn}*`),
    '*',
    'arn:aws:s3:::docs*',
    'arn:aws:s3:::docs/*',
    'arn:aws:s3:::docsstack-docs*',
    sub(`arn:aws:s3:::\${${own}}*`),
    sub('arn:aws:s3:::${Docs}/*'),
    sub('arn:aws:s3:::*-${AWS::AccountId}/*'),
  );
const principal = fc.constantFrom<any>(
  '*',
  { AWS: get('Reader') },
  { AWS: '444455556666' },
  { AWS: sub('arn:aws:iam::${AWS::AccountId}:root') },
  { Service: 'logging.s3.amazonaws.com' },
);
const condition = fc.constantFrom<any>(
  {},
  { Bool: { 'aws:SecureTransport': 'false' } },
  { ArnLike: { 'aws:PrincipalArn': get('Reader') } },
  { ArnNotLike: { 'aws:PrincipalArn': [get('Reader'), get('Reader2')] } },
  { ArnLike: { 'aws:PrincipalArn': sub('arn:aws:iam::*:role/${Reader}*') } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::444455556666:role/Reader*' } },
  { StringLike: { 'aws:PrincipalArn': '*Reader*' } },
  { StringNotEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } },
  { StringEquals: { 'aws:PrincipalAccount': '444455556666' } },
  { ArnLike: { 'aws:SourceArn': get('Docs') } },
  { ArnLike: { 'aws:SourceArn': sub('arn:aws:s3:::${Docs}*') } },
  { StringEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
);
const statement = (own: string) =>
  fc
    .record({
      effect: fc.constantFrom('Allow', 'Deny'),
      who: principal,
      action: fc.constantFrom('s3:*', 's3:GetObject', 's3:PutObject', ['s3:GetObject', 's3:ListBucket']),
      resource: resourceFor(own),
      when: condition,
    })
    .map(({ effect, who, action, resource, when }) => ({
      Effect: effect,
      Principal: who,
      Action: action,
      Resource: resource,
      Condition: when,
    }));

const bucket = (id: string) =>
  fc
    .record({
      name: fc.constantFrom<any>(undefined, undefined, 'docs', 'docs-logs', sub('docs-${AWS::AccountId}')),
      aclsOff: fc.boolean(),
      logsTo: fc.option(fc.constantFrom('Docs', 'DocsLogs'), { nil: undefined }),
      statements: fc.array(statement(id), { minLength: 1, maxLength: 2 }),
    })
    .map(({ name, aclsOff, logsTo, statements }) => ({
      [id]: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: typeof name === 'string' ? `${name}${id === 'Docs' ? '' : id.toLowerCase()}` : undefined,
          ...(aclsOff && { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } }),
          ...(logsTo !== undefined &&
            logsTo !== id && { LoggingConfiguration: { DestinationBucketName: { Ref: logsTo } } }),
        },
      },
      [`${id}Policy`]: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: { Bucket: { Ref: id }, PolicyDocument: { Version: '2012-10-17', Statement: statements } },
      },
    }));

const role = (statements: any[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    ...(statements.length > 0 && {
      Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    }),
  },
});

/** Buckets and roles in one stack or two that are alike. */
const assembly: fc.Arbitrary<TemplateInput[]> = fc
  .record({
    buckets: fc.tuple(...IDS.map(bucket)),
    granted: fc.constantFrom(...IDS),
    stacks: fc.subarray(STACKS, { minLength: 1, maxLength: 2 }),
    account: fc.constantFrom(...ACCOUNTS),
  })
  .map(({ buckets, granted, stacks, account }) => {
    const reading = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: sub(`\${${granted}.Arn}/*`) }];
    const template = { Resources: { ...Object.assign({}, ...buckets), Reader: role(reading), Reader2: role([]) } };
    return stacks.map((stack, i) => ({ stack, template, account, region: i === 0 ? 'eu-west-1' : 'us-east-1' }));
  });

const outcome = ({ claim, verdict }: CheckResult): string =>
  JSON.stringify([
    claim.guarantee._key,
    verdict.subject,
    verdict.status,
    verdict.requestClasses,
    verdict.axioms,
    verdict.reason,
    verdict.counterexample,
  ]);

test('answers that are kept are those of a new process that keeps none', () => {
  const kept = fresh(true);
  let cold = fresh(false);
  let turn = 0;
  let answers = 0;
  const judged = new Set<string>();
  fc.assert(
    fc.property(assembly, (inputs) => {
      if (++turn % EACH === 0) cold = fresh(false);
      const [mine, others] = [kept, cold].map((assess) => {
        const { judgements, problems } = assess(inputs);
        return [...judgements.map(outcome), ...problems];
      });
      answers += mine.length;
      mine.forEach((one) => judged.add(one));
      expect(mine).toEqual(others);
    }),
    { seed: SEED, numRuns: RUNS },
  );
  // Without answers of all kinds nothing would be compared.
  expect(answers).toBeGreaterThan(RUNS * 10);
  for (const status of ['proved', 'violated', 'unknown']) {
    expect([...judged].some((one) => one.includes(`"${status}"`))).toBe(true);
  }
}, 600_000);
