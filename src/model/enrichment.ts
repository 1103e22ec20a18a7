/** A property that a record has already. */
export enum ExistingProperty {
  /** An error. */
  REFUSE = 'refuse',
  /** It stays. */
  KEEP = 'keep',
}

/** A record of which the lookup knows nothing. */
export enum MissingRecord {
  /** Null, or an empty cell. */
  NULL = 'null',
  /** The properties are left out. */
  OMIT = 'omit',
  /** An error. */
  REFUSE = 'refuse',
}

/** Options of `Transform.enrich()`. */
export interface EnrichOptions {
  /** Property or column of the record whose value is looked up. */
  readonly key: string;

  /**
   * What is added: its name in the record, by the attribute of what was found. At least one. They are added in
   * alphabetical order, since the order of a map is not the same in every language.
   */
  readonly add: { [property: string]: string };

  /**
   * For JSON: the path of the array whose elements are the records, `data.rows` for example.
   *
   * @default - the document: an array, or one record
   */
  readonly records?: string;

  /**
   * A property of `add` that the record has already.
   *
   * @default ExistingProperty.REFUSE
   */
  readonly existing?: ExistingProperty;

  /**
   * Records of which the lookup knows nothing.
   *
   * @default MissingRecord.NULL
   */
  readonly missing?: MissingRecord;
}
