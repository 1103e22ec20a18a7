/** One control as the docs, the reports and the tests know it. */
export interface ControlRow {
  /** The id that the control records on the bucket. */
  readonly id: string;
  /** The class that users apply. */
  readonly control: string;
  /** What it does, in one line. */
  readonly title: string;
  /** The attack or accident that the control mitigates. */
  readonly threat: string;
  /** The guarantee that proves it on the template; see `Guarantee`. */
  readonly guarantee: string;
  /** The cdk-nag rules that it satisfies. */
  readonly rules: readonly string[];
  /** Controls of common frameworks that it helps to satisfy. */
  readonly frameworks: readonly string[];
  /** The AWS page that describes the mechanism. */
  readonly source: string;
}
