/** Limits of text formats: what is beyond them is refused, not cut. */
export interface StructureLimits {
  /**
   * Nesting of elements or JSON values.
   *
   * @default 256
   */
  readonly depth?: number;

  /**
   * Bytes of one text, attribute, string, cell or name.
   *
   * @default 1048576 - 1 MiB
   */
  readonly fieldBytes?: number;

  /**
   * Children of one element or object, attributes of one element, columns of a record.
   *
   * @default 10000
   */
  readonly fields?: number;
}

/** What becomes of XML siblings of one name that no path of `arrays` names. */
export enum RepeatedElements {
  /** They are an error. */
  REFUSE = 'refuse',
  /** Every child of an element becomes an array, whether there is one or many. */
  ARRAY = 'array',
  /** Children become a list `#children` in their order, texts between them included: fits any document. */
  ORDERED = 'ordered',
}

/** How a namespaced XML name is written in JSON. */
export enum NamespaceNames {
  /** As in the document: `p:name`. */
  PREFIX = 'prefix',
  /** Without its prefix. */
  LOCAL = 'local',
  /** `{namespace}name`. */
  URI = 'uri',
}

/** Options of `Transform.xmlToJson()`. */
export interface XmlToJsonOptions {
  /**
   * Paths of elements that are arrays even when there is one: `order/item`, `//tag`.
   *
   * @default - none
   */
  readonly arrays?: string[];

  /**
   * Siblings of one name that no path of `arrays` names.
   *
   * @default RepeatedElements.REFUSE
   */
  readonly repeated?: RepeatedElements;

  /**
   * How namespaced names are written.
   *
   * @default NamespaceNames.PREFIX
   */
  readonly namespaces?: NamespaceNames;

  /**
   * Put before an attribute's name.
   *
   * @default '@'
   */
  readonly attributePrefix?: string;

  /**
   * The property of an element's own text where it has attributes or children.
   *
   * @default '#text'
   */
  readonly textKey?: string;

  /**
   * Paths whose text is written as a number where it is exactly one in JSON.
   *
   * @default - none: every text is a string
   */
  readonly numbers?: string[];

  /**
   * Paths whose text is written as a boolean.
   *
   * @default - none
   */
  readonly booleans?: string[];

  /**
   * One JSON document a line for each element at this path.
   *
   * @default - one document of the whole
   */
  readonly records?: string;

  /**
   * What is refused.
   *
   * @default - see `StructureLimits`
   */
  readonly limits?: StructureLimits;
}

/** Options of `Transform.jsonToXml()`. */
export interface JsonToXmlOptions {
  /**
   * Name of the root element, around everything.
   *
   * @default - the one property that the document then has
   */
  readonly root?: string;

  /**
   * Name of the elements of an array that has no property name.
   *
   * @default 'item'
   */
  readonly item?: string;

  /**
   * What begins the name of a property that becomes an attribute.
   *
   * @default '@'
   */
  readonly attributePrefix?: string;

  /**
   * The property that becomes the element's own text.
   *
   * @default '#text'
   */
  readonly textKey?: string;

  /**
   * What is refused.
   *
   * @default - see `StructureLimits`
   */
  readonly limits?: StructureLimits;
}

/** Options of `Transform.csvToJson()`. */
export interface CsvToJsonOptions {
  /**
   * What separates cells.
   *
   * @default ','
   */
  readonly delimiter?: string;

  /**
   * Names of the columns.
   *
   * @default - the first record
   */
  readonly columns?: string[];

  /**
   * One array instead of one object a line.
   *
   * @default false
   */
  readonly asArray?: boolean;

  /**
   * Columns written as numbers where the cell is exactly one in JSON.
   *
   * @default - none: every cell is a string
   */
  readonly numbers?: string[];

  /**
   * Columns written as booleans.
   *
   * @default - none
   */
  readonly booleans?: string[];

  /**
   * What is refused.
   *
   * @default - see `StructureLimits`
   */
  readonly limits?: StructureLimits;
}
