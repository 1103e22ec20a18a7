import type { ProofObligation } from './proof-obligation';
import type { Model } from '../model/model';
import type { ResourceUnderTest } from '../model/subject';

/** What a guarantee is made of; files beside this one make it for guarantees that belong together. */
export interface GuaranteeProps {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly fix: string;
  readonly resourceType?: string;
  /** What tells two guarantees of one id apart. */
  readonly options?: unknown;
  readonly applies?: (subject: ResourceUnderTest) => boolean;
  /**
   * Guarantees that together say the same, each about less: asked one by one where all that they are about depends on
   * more conditions of the template than can be looked at together.
   */
  readonly apart?: (model: Model) => GuaranteeProps[];
  readonly parts: (subject: ResourceUnderTest) => ProofObligation[];
}
