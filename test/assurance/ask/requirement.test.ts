import { Proof } from '../../../src';
import '../../../src/jest';

const BUCKET = 'arn:aws:s3:::docs-bucket';
const READ = { action: 's3:GetObject', resource: 'docs-bucket/x', principal: 'anonymous' };
const ALLOW = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${BUCKET}/*` };

function template(Statement: any, more: any = {}, policy: any = {}): any {
  return {
    ...more,
    Resources: {
      Docs: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: 'docs-bucket',
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        },
      },
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        ...policy,
        Properties: { Bucket: 'docs-bucket', PolicyDocument: { Version: '2012-10-17', Statement } },
      },
    },
  };
}

/** What each of the four ways to ask says; undefined: nothing is wrong. */
function answers(of: any, request: any): Array<string | undefined> {
  const message = (ask: () => void) => {
    try {
      ask();
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  return [
    message(() => Proof.ofTemplate(of).allows(request)),
    message(() => Proof.ofTemplate(of).denies(request)),
    message(() => expect(of).toAllowRequest(request)),
    message(() => expect(of).not.toAllowRequest(request)),
    message(() => expect(of).toDenyRequest(request)),
    message(() => expect(of).not.toDenyRequest(request)),
  ];
}

const parameter = { Parameters: { Env: { Type: 'String' } } };
const UNDECIDED: Readonly<Record<string, [of: any, names: string]>> = {
  'a condition of the template': [
    template(
      [ALLOW],
      { ...parameter, Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Env' }, 'prod'] } } },
      { Condition: 'IsProd' },
    ),
    'IsProd is false',
  ],
  'a statement under a condition': [
    template([{ 'Fn::If': ['IsProd', ALLOW, { Ref: 'AWS::NoValue' }] }], {
      ...parameter,
      Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Env' }, 'prod'] } },
    }),
    'IsProd',
  ],
  'a parameter in a condition of a policy': [
    template([{ ...ALLOW, Condition: { StringEquals: { 'aws:UserAgent': { Ref: 'Env' } } } }], parameter),
    'Env',
  ],
  'a condition key that AWS does not document': [
    template([{ ...ALLOW, Condition: { StringEquals: { 'aws:NewThing': 'x' } } }]),
    'aws:newthing',
  ],
};

test.each(Object.keys(UNDECIDED))('%s leaves a request undecided', (name) => {
  const [of, names] = UNDECIDED[name];
  const context = name.startsWith('a parameter') ? { 'aws:UserAgent': 'x' } : {};
  const said = answers(of, { ...READ, context });
  expect(said.map((each) => each?.split(':')[0])).toEqual(
    Array(6).fill('Nobody can tell before deployment whether the request is allowed'),
  );
  // At least the way that expects otherwise names it.
  expect(said.some((each) => each!.includes(names))).toBe(true);
  for (const each of said) expect(each).toContain('Give what is unknown');
});

test('what is the same in every deployment is decided', () => {
  const of = template([ALLOW, { 'Fn::If': ['IsProd', { ...ALLOW, Sid: 'Twice' }, { Ref: 'AWS::NoValue' }] }], {
    ...parameter,
    Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Env' }, 'prod'] } },
  });
  const [allowed, denied] = answers(of, READ);
  expect(allowed).toBeUndefined();
  expect(denied).toMatch(/^Allowed: /);
});

test('a question of a wrong shape says what is wrong with it', () => {
  for (const each of answers(template([ALLOW]), { ...READ, principal: 'nobody' })) {
    expect(each).toContain('"principal"');
    expect(each).not.toContain('Nobody can tell');
  }
});
