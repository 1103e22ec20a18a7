/** A value that a query asks for, in the order of its question marks. */
export interface QueryParameter {
  readonly name: string;
  /** What to write, as the person who runs the query needs it. */
  readonly description: string;
  /** A literal of SQL to begin with. */
  readonly example: string;
}

/** A query that ships with its construct. */
export interface QueryDefinition {
  /** Kebab-case, unique among the queries of a workgroup. */
  readonly id: string;
  /** The question that it answers. */
  readonly question: string;
  readonly parameters: readonly QueryParameter[];
  readonly sql: string;
}

/** How a query chooses buckets: by pattern where they are known, by name where the partition must be given. */
export type BucketChoice = 'pattern' | 'name';

export const DAYS: QueryParameter = { name: 'days', description: 'how many days back, today included', example: '7' };
export const PREFIX: QueryParameter = {
  name: 'prefix',
  description: "beginning of the keys; '' for all",
  example: "''",
};
export const PRINCIPAL: QueryParameter = {
  name: 'principal',
  description: "ARN or canonical id of the caller with % for any text, or 'anonymous'; '%' for all",
  example: "'%'",
};

export function bucketParameter(choice: BucketChoice): QueryParameter {
  return choice === 'pattern'
    ? { name: 'bucket', description: "name of the bucket with % for any text; '%' for all", example: "'%'" }
    : { name: 'bucket', description: 'name of the bucket', example: "'my-bucket'" };
}

/** Each of these takes one question mark. */
export const WHERE = {
  bucket: (choice: BucketChoice): string => (choice === 'pattern' ? 'bucket LIKE ?' : 'bucket = ?'),
  prefix: "strpos(coalesce(key, ''), ?) = 1",
  principal: "coalesce(requester, 'anonymous') LIKE ?",
  days: "day > date_format(current_date - ? * INTERVAL '1' DAY, '%Y/%m/%d')",
} as const;

/** The text of the query in Athena, with what each question mark stands for. */
export function queryText({ question, parameters, sql }: QueryDefinition): string {
  const values = parameters.map(
    ({ name, description, example }, index) => `--   ${index + 1} ${name}: ${description}, for example ${example}`,
  );
  // A question mark in a comment could be taken for one more value.
  return [`-- ${question.replace(/\?/g, '')}`, '-- Values, in this order:', ...values, sql.trim()].join('\n');
}
