/** Callers who are to read through a view alone. */
export interface ReadThroughViewOnlyGuaranteeOptions {
  /** ARNs of roles or users; construct paths and logical ids of the template serve as well. */
  readonly callers: string[];
  /**
   * The Object Lambda access point of their view: its ARN, construct path or logical id.
   * @default - none: they read nothing of the bucket
   */
  readonly view?: string;
  /**
   * ARNs of the supporting access points by which S3 Object Lambda reads for them, where the view is not named.
   * @default - none
   */
  readonly accessPoints?: string[];
}

/** A view and its callers. */
export interface ViewGuaranteeOptions {
  /** The Object Lambda access point: its ARN, construct path or logical id. */
  readonly view: string;
  /** ARNs of roles or users; construct paths and logical ids of the template serve as well. */
  readonly callers: string[];
  /**
   * Key prefixes that the view has, each ending in a slash.
   * @default - every object
   */
  readonly prefixes?: string[];
}
