import type { SourceLocation } from './template/source';

/** How a guarantee came out. */
export enum VerdictStatus {
  /** Holds for every request of the model. */
  PROVED = 'proved',
  /** A request breaks it: see the counterexample. */
  VIOLATED = 'violated',
  /** Rests on a value that only the deployment knows: never to be read as safe. */
  UNKNOWN = 'unknown',
}

/** What `Verdict` is made of. */
export interface VerdictProps {
  /** Id of the guarantee, e.g. `tls-only`. */
  readonly guarantee: string;
  /** The guarantee in plain words. */
  readonly title: string;
  /** Construct path (or stack/logical id) of the resource it speaks of. */
  readonly subject: string;
  readonly status: VerdictStatus;
  /** Number of representative requests evaluated; 0 for a guarantee about a setting alone. */
  readonly requestClasses: number;
  /** Ids of the axioms the verdict rests on (see `Axioms`). */
  readonly axioms: string[];
  /** Why it is broken or unknown, in words: the request that breaks it, or the name of what is unknown. */
  readonly reason?: string;
  /** The request that breaks it, as JSON text with `principal`, `action`, `resource`, `context`. */
  readonly counterexample?: string;
  /**
   * False: it is proved only with what S3 gives new resources where the template states nothing (the axiom
   * `new-resource-defaults`); `reason` names what is not stated.
   * @default true
   */
  readonly stated?: boolean;
  /** Where the resource is written; absent if its template is of no file. */
  readonly location?: SourceLocation;
}

/** The answer for one guarantee on one resource: proved, broken by a named request, or unknown. */
export class Verdict {
  public readonly guarantee: string;
  public readonly title: string;
  public readonly subject: string;
  public readonly status: VerdictStatus;
  public readonly requestClasses: number;
  public readonly axioms: string[];
  public readonly reason?: string;
  public readonly counterexample?: string;
  public readonly stated: boolean;
  public readonly location?: SourceLocation;

  public constructor(props: VerdictProps) {
    this.guarantee = props.guarantee;
    this.title = props.title;
    this.subject = props.subject;
    this.status = props.status;
    this.requestClasses = props.requestClasses;
    this.axioms = props.axioms;
    this.reason = props.reason;
    this.counterexample = props.counterexample;
    this.stated = props.stated ?? true;
    this.location = props.location;
  }

  /** One line for people. */
  public toString(): string {
    const tail =
      this.status === VerdictStatus.PROVED
        ? `${this.requestClasses} requestClasses of ` +
          `requests${this.axioms.length > 0 ? `, assuming ${this.axioms.join(', ')}` : ''}`
        : this.reason;
    return `${this.status.toUpperCase()} ${this.guarantee} on ${this.subject}: ${tail}`;
  }
}
