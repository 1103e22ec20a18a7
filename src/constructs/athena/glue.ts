import type * as glue from 'aws-cdk-lib/aws-glue';

/** A column of a view, with its type in Athena's SQL. */
export interface ViewColumn {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

/** How partitions are computed instead of registered. @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html */
export interface Projection {
  /** Ends in a slash and names each partition column as `${column}`. */
  readonly location: string;
  /** Partition columns in order, each with its settings without the prefix `projection.<column>.`. */
  readonly columns: Record<string, Record<string, string>>;
}

/** The catalog of Athena that AWS Glue serves, by the name that views are stored under. */
const CATALOG = 'awsdatacatalog';

/** Types of the catalog for those of SQL. */
const HIVE_TYPES: Record<string, string> = {
  varchar: 'string',
  integer: 'int',
  bigint: 'bigint',
  boolean: 'boolean',
  'timestamp(3)': 'timestamp',
};

const TEXT = {
  inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
};

/** A table over objects of a bucket. `serde` is the class that reads a line, with its parameters. */
export function tableInput(options: {
  readonly name: string;
  readonly description: string;
  readonly location: string;
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: string }>;
  readonly serde: string;
  readonly serdeParameters?: Record<string, string>;
  readonly inputFormat?: string;
  readonly projection?: Projection;
}): glue.CfnTable.TableInputProperty {
  const { projection } = options;
  const settings = Object.entries(projection?.columns ?? {}).flatMap(([column, of]) =>
    Object.entries(of).map(([name, value]) => [`projection.${column}.${name}`, value]),
  );
  return {
    name: options.name,
    description: options.description,
    tableType: 'EXTERNAL_TABLE',
    partitionKeys: Object.keys(projection?.columns ?? {}).map((name) => ({ name, type: 'string' })),
    parameters: {
      EXTERNAL: 'TRUE',
      ...(projection && {
        'projection.enabled': 'true',
        'storage.location.template': projection.location,
        ...Object.fromEntries(settings),
      }),
    },
    storageDescriptor: {
      location: options.location,
      columns: [...options.columns],
      ...TEXT,
      ...(options.inputFormat && { inputFormat: options.inputFormat }),
      serdeInfo: {
        serializationLibrary: options.serde,
        parameters: { 'serialization.format': '1', ...options.serdeParameters },
      },
    },
  };
}

/**
 * A view as Athena keeps one in the catalog: its text as base64 of JSON. It must name its database literally.
 *
 * @see https://docs.aws.amazon.com/athena/latest/ug/views.html
 */
export function viewInput(options: {
  readonly name: string;
  readonly database: string;
  readonly columns: readonly ViewColumn[];
  readonly sql: string;
}): glue.CfnTable.TableInputProperty {
  const definition = {
    originalSql: options.sql,
    catalog: CATALOG,
    schema: options.database,
    columns: options.columns.map(({ name, type }) => ({ name, type })),
    // Trino wants a view to have an owner; in Athena the rights of whoever runs the query decide.
    owner: options.database,
    runAsInvoker: false,
    properties: {},
  };
  return {
    name: options.name,
    tableType: 'VIRTUAL_VIEW',
    partitionKeys: [],
    // The mark of a view; a description of the table would take the place of this comment.
    parameters: { presto_view: 'true', comment: 'Presto View' },
    viewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString('base64')} */`,
    viewExpandedText: '/* Presto View */',
    storageDescriptor: {
      columns: options.columns.map(({ name, type, comment }) => ({ name, type: HIVE_TYPES[type], comment })),
      location: '',
      // A view has no reader, but engines expect the setting, and CDK leaves out what is empty.
      serdeInfo: { name: '-', serializationLibrary: '-' },
    },
  };
}
