/** One operator of a `Condition` block over one key. */
export interface Condition {
  /** Quantifier over a multivalued key. */
  readonly set?: 'ForAnyValue' | 'ForAllValues';
  /** Operator without quantifier and `IfExists`, in AWS's spelling, e.g. `StringNotEquals`. */
  readonly operator: string;
  readonly ifExists: boolean;
  /** Condition key in lower case. */
  readonly key: string;
  readonly values: readonly string[];
  readonly place: string;
  readonly variables: boolean;
}
