import type { KeyType } from '../data/iam';

export interface Operator {
  /** In AWS's spelling. */
  readonly name: string;
  /** The type of value it compares; undefined for `Null`, which asks of any key whether it is there. */
  readonly family?: KeyType;
  /** Matches a request that lacks the key. */
  readonly negated: boolean;
}

const FAMILIES: ReadonlyArray<readonly [KeyType, readonly string[]]> = [
  [
    'String',
    [
      'StringEquals',
      'StringNotEquals',
      'StringEqualsIgnoreCase',
      'StringNotEqualsIgnoreCase',
      'StringLike',
      'StringNotLike',
    ],
  ],
  [
    'Numeric',
    [
      'NumericEquals',
      'NumericNotEquals',
      'NumericLessThan',
      'NumericLessThanEquals',
      'NumericGreaterThan',
      'NumericGreaterThanEquals',
    ],
  ],
  [
    'Date',
    ['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals'],
  ],
  ['Bool', ['Bool']],
  ['Binary', ['BinaryEquals']],
  ['IPAddress', ['IpAddress', 'NotIpAddress']],
  ['ARN', ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike']],
];

/**
 * Every condition operator by its lower-case name.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...FAMILIES.flatMap(([family, names]) =>
    names.map((name) => [name.toLowerCase(), { name, family, negated: name.includes('Not') }] as const),
  ),
  ['null', { name: 'Null', negated: false }],
]);
