/** Something that the prover takes for granted and cannot check: named, printed with each verdict that rests on it. */
export interface Axiom {
  readonly id: string;
  readonly words: string;
  /** Page that says so. */
  readonly source: string;
}

/** The trust base, by id. */
export const AXIOMS: Readonly<Record<string, Axiom>> = {};
