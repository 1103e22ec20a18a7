/** A parsed policy document: strings resolved, lists made of single values, operators taken apart. */
export interface Policy {
  /** Where it stands, for people: `Stack/Bucket/Policy` or a name given by the caller. */
  readonly place: string;
  readonly statements: readonly Statement[];
}

export type PrincipalType = 'AWS' | 'Service' | 'Federated' | 'CanonicalUser' | '*';

export interface PrincipalPattern {
  /** `*` stands for `"Principal": "*"`; `{"AWS": "*"}` means the same to AWS and is parsed to the same. */
  readonly type: PrincipalType;
  readonly value: string;
}

export interface Statement {
  /** `policy place, statement N (sid)`, for error messages and counterexamples. */
  readonly place: string;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  /** Absent in identity policies, boundaries and service control policies. */
  readonly principals?: readonly PrincipalPattern[];
  readonly notPrincipal: boolean;
  readonly actions: readonly string[];
  readonly notAction: boolean;
  readonly resources: readonly string[];
  readonly notResource: boolean;
  readonly conditions: readonly Condition[];
}

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
}

/** Parses a policy document (object or JSON text). @throws naming the place of what is malformed */
export function parsePolicy(_document: any, _place: string): Policy { throw new Error('contract'); }
