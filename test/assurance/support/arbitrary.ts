import fc from 'fast-check';

/**
 * Random policies and requests from a small vocabulary, so that they meet often. Every value is one that both
 * evaluators take.
 */
export const OWN = '111122223333';
export const OTHER = '444455556666';
export const BUCKET = 'arn:aws:s3:::docs-bucket';
const SSE = 's3:x-amz-server-side-encryption';

const some = <T>(values: T[]) => fc.subarray(values, { minLength: 1, maxLength: Math.min(3, values.length) });

const principal = fc.oneof(
  { weight: 3, arbitrary: fc.constant<any>('*') },
  { weight: 1, arbitrary: fc.constant<any>({ AWS: '*' }) },
  {
    weight: 4,
    arbitrary: some([
      OWN,
      OTHER,
      `arn:aws:iam::${OWN}:root`,
      `arn:aws:iam::${OTHER}:root`,
      `arn:aws:iam::${OWN}:role/admin`,
      `arn:aws:iam::${OTHER}:role/partner`,
      `arn:aws:iam::${OWN}:user/ann`,
      `arn:aws:iam::${OTHER}:user/bob`,
      `arn:aws:sts::${OTHER}:assumed-role/partner/session-1`,
    ]).map((AWS): any => ({ AWS })),
  },
  {
    weight: 2,
    arbitrary: some(['logging.s3.amazonaws.com', 'cloudtrail.amazonaws.com']).map((Service): any => ({ Service })),
  },
);
const actionPattern = some([
  's3:*',
  's3:Get*',
  's3:GetObject',
  's3:PutObject',
  's3:putobject',
  's3:*Object',
  's3:ListBucket',
  's3:List*',
  's3:DeleteObject?ersion',
  '*',
]);
const resourcePattern = some([
  BUCKET,
  `${BUCKET}/*`,
  `${BUCKET}/finance/*`,
  `${BUCKET}/finance*`,
  `${BUCKET}/*/secret.txt`,
  `${BUCKET}/a?c`,
  `${BUCKET}*`,
  'arn:aws:s3:::*',
  '*',
  `${BUCKET}/`,
]);

const TEXT = [
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringNotLike',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
];
const ARN = ['ArnLike', 'ArnNotLike', 'ArnEquals', 'ArnNotEquals'];
const NUMERIC = [
  'NumericEquals',
  'NumericNotEquals',
  'NumericLessThan',
  'NumericLessThanEquals',
  'NumericGreaterThan',
  'NumericGreaterThanEquals',
];
const DATE = [
  'DateEquals',
  'DateNotEquals',
  'DateLessThan',
  'DateLessThanEquals',
  'DateGreaterThan',
  'DateGreaterThanEquals',
];

/** Keys with the operators that fit, values that policies compare with, and values that requests have. */
const KEYS: Array<{ key: string; operators: string[]; patterns: string[]; values: string[] }> = [];
const add = (key: string, operators: string[], patterns: string[], values: string[]) =>
  KEYS.push({ key, operators, patterns, values });
add('aws:SecureTransport', ['Bool'], ['true', 'false'], ['true', 'false']);
add('s3:TlsVersion', NUMERIC, ['1.2', '1.3'], ['1.1', '1.2', '1.3']);
add(
  'aws:SourceIp',
  ['IpAddress', 'NotIpAddress'],
  ['203.0.113.0/24', '203.0.113.64/26', '198.51.100.7', '2001:db8::/32'],
  ['203.0.113.1', '203.0.113.65', '198.51.100.7', '192.0.2.1', '2001:db8::1'],
);
add('aws:SourceVpce', TEXT, ['vpce-1', 'vpce-*', 'VPCE-1'], ['vpce-1', 'vpce-2', 'other']);
add('aws:PrincipalOrgID', TEXT, ['o-a1b2c3d4e5', 'o-*', 'o-?1b2c3d4e5'], ['o-a1b2c3d4e5', 'o-ffffffffff']);
add(
  'aws:PrincipalArn',
  [...ARN, 'StringLike', 'StringNotLike', 'StringEquals'],
  [`arn:aws:iam::${OWN}:role/admin`, 'arn:aws:iam::*:role/*', `arn:aws:iam::${OTHER}:*`, `arn:*:iam::${OWN}:user/a*`],
  [],
);
add('aws:PrincipalAccount', TEXT, [OWN, OTHER, '1111*'], []);
add('aws:PrincipalIsAWSService', ['Bool'], ['true', 'false'], []);
add('aws:SourceAccount', TEXT, [OWN, OTHER], [OWN, OTHER]);
add(
  'aws:CurrentTime',
  DATE,
  ['2026-01-01T00:00:00Z', '2026-06-01'],
  ['2025-06-01T00:00:00Z', '2026-01-01T00:00:00Z', '2027-01-01T12:00:00Z'],
);
add(SSE, TEXT, ['AES256', 'aws:kms', 'aws:kms*'], ['AES256', 'aws:kms', 'aws:kms:dsse']);
add('aws:CalledVia', [], ['athena.amazonaws.com', 'glue.*', 'lambda.amazonaws.com'], []);
const CALLED_VIA = ['athena.amazonaws.com', 'glue.amazonaws.com', 'lambda.amazonaws.com'];

const condition = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .constantFrom(...KEYS.filter(({ operators }) => operators.length > 0))
      .chain(({ key, operators, patterns }) =>
        fc
          .tuple(fc.constantFrom(...operators), fc.boolean(), some(patterns))
          .map(([operator, ifExists, values]): [string, string, any] => [
            `${operator}${ifExists ? 'IfExists' : ''}`,
            key,
            operator === 'Bool' ? values[0] : values,
          ]),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...KEYS), fc.constantFrom('true', 'false'))
      .map(([{ key }, value]): [string, string, any] => ['Null', key, value]),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom('ForAnyValue', 'ForAllValues'),
        fc.constantFrom('StringEquals', 'StringLike', 'StringNotEquals', 'StringNotLike'),
        some(['athena.amazonaws.com', 'glue.*', 'lambda.amazonaws.com']),
      )
      .map(([set, operator, values]): [string, string, any] => [`${set}:${operator}`, 'aws:CalledVia', values]),
  },
);
const conditions = fc.array(condition, { maxLength: 3 }).map((list) => {
  const block: Record<string, Record<string, any>> = {};
  for (const [operator, key, values] of list) (block[operator] ??= {})[key] ??= values;
  return block;
});

/** A statement of a resource policy, or, without principal, of any other. */
function statement(withPrincipal: boolean): fc.Arbitrary<any> {
  return fc
    .record({
      effect: fc.constantFrom('Allow', 'Deny', 'Deny'),
      principal,
      action: actionPattern,
      notAction: fc.nat(5),
      resource: resourcePattern,
      notResource: fc.nat(5),
      conditions,
    })
    .map(({ effect, principal: who, action, notAction, resource, notResource, conditions: block }) => ({
      Effect: effect,
      ...(withPrincipal ? { Principal: who } : {}),
      [notAction === 0 ? 'NotAction' : 'Action']: action,
      [notResource === 0 ? 'NotResource' : 'Resource']: resource,
      Condition: block,
    }));
}

export function policy(withPrincipal = true, maxLength = 4): fc.Arbitrary<any> {
  return fc
    .array(statement(withPrincipal), { minLength: 1, maxLength })
    .map((Statement) => ({ Version: '2012-10-17', Statement }));
}

const caller = fc.constantFrom<any>(
  { kind: 'role', arn: `arn:aws:iam::${OWN}:role/admin`, account: OWN, session: 'session-1' },
  { kind: 'role', arn: `arn:aws:iam::${OWN}:role/other`, account: OWN, session: 'session-1' },
  { kind: 'role', arn: `arn:aws:iam::${OTHER}:role/partner`, account: OTHER, session: 'session-1' },
  { kind: 'role', arn: `arn:aws:iam::${OTHER}:role/partner`, account: OTHER, session: 'session-2' },
  { kind: 'user', arn: `arn:aws:iam::${OWN}:user/ann`, account: OWN },
  { kind: 'user', arn: `arn:aws:iam::${OTHER}:user/bob`, account: OTHER },
  { kind: 'service', service: 'logging.s3.amazonaws.com' },
  { kind: 'service', service: 'config.amazonaws.com' },
  { kind: 'anonymous' },
);
const context = fc
  .tuple(
    ...KEYS.filter(({ values }) => values.length > 0).map(({ key, values }) =>
      fc
        .option(fc.constantFrom(...values), { freq: 2, nil: undefined })
        .map((value) => [key.toLowerCase(), value] as const),
    ),
  )
  .chain((entries) =>
    fc
      .option(fc.subarray(CALLED_VIA, { minLength: 1 }), { nil: undefined })
      .map((via) =>
        Object.fromEntries([...entries, ['aws:calledvia', via] as const].filter(([, value]) => value !== undefined)),
      ),
  );

export const request = fc
  .record({
    principal: caller,
    target: fc.constantFrom<[string, string]>(
      ['s3:GetObject', `${BUCKET}/finance/a.txt`],
      ['s3:GetObject', `${BUCKET}/finances`],
      ['s3:PutObject', `${BUCKET}/x/secret.txt`],
      ['s3:PutObject', `${BUCKET}/abc`],
      ['s3:DeleteObjectVersion', `${BUCKET}/abc`],
      ['s3:ListBucket', BUCKET],
      ['s3:GetBucketPolicy', BUCKET],
    ),
    context,
  })
  .map(({ principal: who, target: [action, resource], context: keys }) => ({
    principal: who,
    action,
    resource,
    context: keys,
  }));
